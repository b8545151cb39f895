"""Where endorsements are looked for; whether they hold is tested in `tests/threats` (B17)."""

from typing import Any

import pytest

from tests.credentials import replace, valid_credential, valid_endorsement
from tests.world import LIBRARY, NOW, honest_internet
from verifier import Outcome
from verifier.checks.endorsements import MAXIMUM_ENDORSEMENTS, check_endorsements
from verifier.resolver import WorldResolver
from verifier.world import World

INTERNET = honest_internet()
WORLD = World(now=NOW, source=INTERNET, resolver=WorldResolver(INTERNET))
ENDORSEMENT = LIBRARY.sign(valid_endorsement())
BADGE = valid_credential()


@pytest.mark.parametrize(
    "path",
    ["endorsement", "issuer.endorsement", "credentialSubject.achievement.endorsement"],
)
@pytest.mark.parametrize("value", [ENDORSEMENT, [ENDORSEMENT]], ids=["one", "an array"])
def test_an_endorsement_is_found_wherever_it_may_stand(path: str, value: object) -> None:
    findings = check_endorsements(replace(BADGE, path, value), WORLD)
    assert [finding.outcome for finding in findings] == [Outcome.PASSED]


@pytest.mark.parametrize(
    "badge",
    [
        pytest.param(BADGE, id="none"),
        pytest.param(BADGE | {"endorsement": None, "endorsementJwt": [None]}, id="null"),
        pytest.param(BADGE | {"endorsement": []}, id="an empty array"),
        pytest.param({"issuer": "did:web:a.example", "credentialSubject": ["x"]}, id="no places"),
    ],
)
def test_where_there_is_none_nothing_is_found(badge: dict[str, Any]) -> None:
    assert check_endorsements(badge, WORLD) == ()


def test_inside_another_credential_none_is_looked_for() -> None:
    assert check_endorsements(BADGE | {"endorsement": [ENDORSEMENT]}, WORLD.inside()) == ()


@pytest.mark.parametrize("value", [7, True, "no token", [[ENDORSEMENT]], {}])
def test_what_is_no_endorsement_is_told(value: object) -> None:
    findings = check_endorsements(BADGE | {"endorsement": value}, WORLD)
    assert [finding.outcome for finding in findings] == [Outcome.FAILED]


def test_as_many_as_are_read_are_read() -> None:
    badge = BADGE | {"endorsement": ["no token"] * MAXIMUM_ENDORSEMENTS}
    assert len(check_endorsements(badge, WORLD)) == MAXIMUM_ENDORSEMENTS
    badge = BADGE | {"endorsement": ["no token"] * (MAXIMUM_ENDORSEMENTS + 1)}
    assert [finding.outcome for finding in check_endorsements(badge, WORLD)] == [Outcome.UNKNOWN]


@pytest.mark.parametrize("identifier", [["urn:x"], {"urn:x": 1}, 7])
def test_an_odd_id_of_what_is_endorsed_is_no_crash(identifier: object) -> None:
    endorsement = valid_endorsement() | {"credentialSubject": {"id": identifier}}
    badge = BADGE | {"endorsement": [LIBRARY.sign(valid_endorsement()) | endorsement]}
    assert [finding.outcome for finding in check_endorsements(badge, WORLD)] == [Outcome.FAILED]
