"""Row B17 of the threats: what others say is told apart, and decides nothing."""

from typing import Any

import pytest

from openbadges.errors import Code
from openbadges.strict import (
    Document,
)
from tests.credentials import (
    replace,
    valid_credential,
    valid_endorsement,
)
from tests.world import (
    BADGES,
    BANK,
    EVIL,
    LIBRARY,
    Internet,
    address_of,
    assert_refused,
    assert_verified,
    honest_internet,
    refusals,
)
from verifier import Check, Outcome, Verdict

BADGE = valid_credential()
SIGNED = BADGES.sign(BADGE)


@pytest.fixture
def internet() -> Internet:
    """A world in which everyone answers truly."""
    return honest_internet()


ABOUT_IT = replace(valid_endorsement(), "credentialSubject.id", BADGE["id"])


def endorsed(*endorsements: Any) -> Document:  # noqa: ANN401 -- any JSON value
    return BADGES.sign(valid_credential(endorsement=list(endorsements)))


def as_jws() -> str:
    return LIBRARY.sign_jws(ABOUT_IT)


@pytest.mark.parametrize(
    "badge",
    [
        pytest.param(endorsed(LIBRARY.sign(ABOUT_IT)), id="of the badge"),
        pytest.param(endorsed(LIBRARY.sign(valid_endorsement())), id="of its achievement"),
        pytest.param(
            endorsed(LIBRARY.sign(replace(valid_endorsement(), "credentialSubject.id", BADGES.id))),
            id="of its issuer",
        ),
        pytest.param(BADGES.sign(valid_credential(endorsementJwt=[as_jws()])), id="as a JWS"),
        pytest.param(
            BADGES.sign(
                replace(
                    valid_credential(),
                    "credentialSubject.achievement.endorsement",
                    [LIBRARY.sign(valid_endorsement())],
                )
            ),
            id="in the achievement",
        ),
    ],
)
def test_b17_an_endorsement_that_holds_is_told(badge: Document, internet: Internet) -> None:
    report = internet.verify(badge)
    assert_verified(report)
    assert [finding.outcome for finding in report.of(Check.ENDORSEMENTS)] == [Outcome.PASSED]
    assert LIBRARY.id in report.of(Check.ENDORSEMENTS)[0].sentence


@pytest.mark.parametrize(
    ("endorsement", "outcome"),
    [
        pytest.param(ABOUT_IT, Outcome.FAILED, id="signed by nobody"),
        pytest.param(EVIL.sign(ABOUT_IT), Outcome.FAILED, id="signed by someone else"),
        pytest.param(
            LIBRARY.sign(ABOUT_IT) | {"name": "Changed"}, Outcome.FAILED, id="changed afterwards"
        ),
        pytest.param(
            LIBRARY.sign(ABOUT_IT | {"validUntil": "2026-02-01T00:00:00Z"}),
            Outcome.FAILED,
            id="expired",
        ),
        pytest.param(
            LIBRARY.sign(
                replace(valid_endorsement(), "credentialSubject.id", "https://x.example/other")
            ),
            Outcome.FAILED,
            id="of something else",
        ),
        pytest.param(
            LIBRARY.sign(ABOUT_IT | {"credentialStatus": BADGE["credentialStatus"]}),
            Outcome.UNKNOWN,
            id="with a status, which is not read",
        ),
    ],
)
def test_b17_an_endorsement_that_does_not_hold_counts_for_nothing(
    endorsement: Document, outcome: Outcome, internet: Internet
) -> None:
    report = internet.verify(endorsed(endorsement))
    assert report.verdict is Verdict.VERIFIED
    assert {check for check, _ in refusals(report)} == {"endorsements"}
    assert [finding.outcome for finding in report.of(Check.ENDORSEMENTS)] == [outcome]


def test_b17_of_too_many_endorsements_none_is_read(internet: Internet) -> None:
    endorsements = [LIBRARY.sign(ABOUT_IT | {"id": f"urn:uuid:{number}"}) for number in range(21)]
    report = internet.verify(endorsed(*endorsements))
    assert [finding.outcome for finding in report.of(Check.ENDORSEMENTS)] == [Outcome.UNKNOWN]
    assert address_of(LIBRARY) not in internet.fetched


def test_b17_an_endorsement_of_an_endorsement_is_not_followed(internet: Internet) -> None:
    inner = BANK.sign(replace(valid_endorsement(), "issuer.id", BANK.id))
    outer = LIBRARY.sign(ABOUT_IT | {"endorsement": [inner]})
    report = internet.verify(endorsed(outer))
    assert len(report.of(Check.ENDORSEMENTS)) == 1
    assert address_of(BANK) not in internet.fetched


def test_b17_endorsements_a_hundred_deep_are_rejected(internet: Internet) -> None:
    deep = ABOUT_IT
    for _ in range(100):
        deep = ABOUT_IT | {"endorsement": [deep]}
    presented = SIGNED | {"endorsement": [deep]}
    assert_refused(internet.verify(presented), Verdict.REJECTED, Code.TOO_DEEP)
