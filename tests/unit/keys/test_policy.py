"""The tables of purposes and states, row by row."""

import pytest

from keys.policy import (
    ALGORITHMS,
    INITIAL_STATES,
    TRANSITIONS,
    Purpose,
    State,
    check_algorithm,
    check_may_sign,
    check_transition,
)
from openbadges.errors import ConflictError, RefusedError
from openbadges.public_key import Algorithm

PERMITTED = {
    (State.PENDING, State.ACTIVE),
    (State.PENDING, State.RETIRED),
    (State.PENDING, State.COMPROMISED),
    (State.ACTIVE, State.RETIRED),
    (State.ACTIVE, State.COMPROMISED),
    (State.RETIRED, State.COMPROMISED),
}


@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize("after", State)
def test_a_key_changes_only_as_the_table_says(before: State, after: State) -> None:
    if (before, after) in PERMITTED:
        check_transition("z6Mk", before, after)
    else:
        with pytest.raises(ConflictError, match=f"^the key z6Mk is {before} and can become"):
            check_transition("z6Mk", before, after)


def test_only_an_active_key_signs() -> None:
    check_may_sign("z6Mk", State.ACTIVE)
    for state in set(State) - {State.ACTIVE}:
        with pytest.raises(RefusedError, match=f"the key z6Mk is {state}, and only an active key"):
            check_may_sign("z6Mk", state)


def test_no_state_leads_back_to_an_initial_pending() -> None:
    assert all(State.PENDING not in after for after in TRANSITIONS.values())
    assert set(TRANSITIONS) == set(State)
    assert {State.PENDING, State.ACTIVE} == INITIAL_STATES


@pytest.mark.parametrize(
    ("algorithm", "purpose"),
    [
        pytest.param(Algorithm.RS256, Purpose.CREDENTIAL, id="rsa-has-no-data-integrity-suite"),
        pytest.param(Algorithm.RS256, Purpose.STATUS_LIST, id="nor-for-status-lists"),
        pytest.param(Algorithm.ES384, Purpose.CREDENTIAL_JWS, id="p384-is-only-verified-as-jws"),
        pytest.param(Algorithm.ES384, Purpose.STATUS_LIST, id="p384-signs-all-or-nothing"),
        pytest.param(Algorithm.ES384, Purpose.RECEIPT, id="nor-for-receipts"),
    ],
)
def test_an_algorithm_that_does_not_suit_a_purpose_is_refused(
    algorithm: Algorithm, purpose: Purpose
) -> None:
    with pytest.raises(RefusedError, match=f"a key for {purpose} is one of .*; {algorithm} is not"):
        check_algorithm(algorithm, purpose)


def test_every_purpose_has_at_least_one_algorithm() -> None:
    assert set(ALGORITHMS) == set(Purpose)
    for purpose, algorithms in ALGORITHMS.items():
        assert algorithms
        for algorithm in algorithms:
            check_algorithm(algorithm, purpose)
