"""Which entries are looked up; what a list may answer is tested in `tests/threats` (F)."""

from itertools import permutations
from typing import Any

import pytest

from openbadges.errors import Code, MalformedError
from openbadges.strict import Document
from tests.credentials import STATUS_LIST, valid_credential
from tests.world import NOW, Internet, honest_internet
from verifier import Check, Finding, Outcome
from verifier.checks.status import MAXIMUM_ENTRIES, check_status
from verifier.checks.status.entries import KINDS
from verifier.policy import DEFAULT_POLICY, policy_of_checks
from verifier.resolver import WorldResolver
from verifier.world import World

BADGE = valid_credential()
ENTRY = BADGE["credentialStatus"]
BITSTRING = ENTRY["type"]


def status_of(declared: object, internet: Internet | None = None, **changes: Any) -> list[Finding]:  # noqa: ANN401 -- fields of World
    internet = internet or honest_internet()
    world = World(now=NOW, source=internet, resolver=WorldResolver(internet), **changes)
    return list(check_status(BADGE | {"credentialStatus": declared}, world))


@pytest.mark.parametrize("declared", [[], ENTRY, [ENTRY]], ids=["none", "one", "an array of one"])
def test_an_honest_status_passes(declared: object) -> None:
    assert [finding.outcome for finding in status_of(declared)] == [Outcome.PASSED]


def test_a_credential_without_a_status_has_none() -> None:
    internet = honest_internet()
    world = World(now=NOW, source=internet, resolver=WorldResolver(internet))
    document = {key: value for key, value in BADGE.items() if key != "credentialStatus"}
    (finding,) = check_status(document, world)
    assert finding.outcome is Outcome.PASSED
    assert not internet.fetched


@pytest.mark.parametrize("declared", ["text", 7, True, [7], [[ENTRY]], [None], None])
def test_a4_a_status_of_another_json_type_is_never_skipped(declared: object) -> None:
    assert [finding.code for finding in status_of(declared)] == [Code.DATA_MODEL]


@pytest.mark.parametrize("kind", [None, "RevocationList2020Status", ["X"], "TokenStatusList", {}])
def test_a_status_of_an_unknown_type_stays_open(kind: object) -> None:
    (finding,) = status_of(ENTRY | {"type": kind})
    assert (finding.outcome, finding.code) == (Outcome.UNKNOWN, Code.UNSUPPORTED_STATUS)


@pytest.mark.parametrize("order", list(permutations(KINDS, 2)))
def test_an_entry_of_two_kinds_is_of_none(order: tuple[str, str]) -> None:
    internet = honest_internet()
    (finding,) = status_of(ENTRY | {"type": list(order)}, internet)
    assert (finding.outcome, finding.code) == (Outcome.FAILED, Code.AMBIGUOUS)
    assert not internet.fetched


@pytest.mark.parametrize("others", [["X"], ["X", "Y"]])
def test_a_type_that_nobody_knows_beside_one_that_is_known_changes_nothing(
    others: list[str],
) -> None:
    (finding,) = status_of(ENTRY | {"type": [*others, ENTRY["type"]]})
    assert finding.outcome is Outcome.PASSED


@pytest.mark.parametrize("name", list(KINDS))
def test_a_finding_links_to_the_specification_of_its_kind(name: str) -> None:
    (finding,) = status_of(ENTRY | {"type": name})
    assert finding.specification == KINDS[name].specification


def test_status_is_among_what_must_pass_unless_a_caller_asks_for_less() -> None:
    assert Check.STATUS in DEFAULT_POLICY.required
    assert policy_of_checks(None) == policy_of_checks([]) == DEFAULT_POLICY
    assert Check.STATUS in policy_of_checks(["proof", "credentialStatus"]).required
    assert Check.STATUS not in policy_of_checks(["proof"]).required


# as a JWS may say it, whose JSON nobody expands
BROKEN = {
    "an index that is an object": {"statusListIndex": {"@value": "7"}},
    "the same index twice": {"statusListIndex": ["7", "7"]},
    "an index that is true": {"statusListIndex": True},
    "two lists": {"statusListCredential": [STATUS_LIST, STATUS_LIST]},
    "a list inside": {"statusListCredential": {"id": STATUS_LIST}},
    "a relative list": {"statusListCredential": "/status/1"},
    "a purpose that is an object": {"statusPurpose": {"revocation": True}},
    "two purposes": {"statusPurpose": ["revocation", "message"]},
}
BROKEN_BITS = {
    "a relative reference": {"statusReference": "statuses"},
    "a reference that is an object": {"statusReference": {"a": "b"}},
    "a reference that is a number": {"statusReference": 7},
    "a message that is text": {"statusMessage": "broken"},
    "messages as an object": {"statusMessage": {"0x0": "good"}},
    "a size that is false": {"statusSize": False},
}


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        *(
            pytest.param(name, change, id=f"{name}, {what}")
            for name in (BITSTRING, "StatusList2021Entry")
            for what, change in BROKEN.items()
        ),
        *(pytest.param(BITSTRING, change, id=what) for what, change in BROKEN_BITS.items()),
    ],
)
def test_a_broken_entry_is_rejected_before_its_list_is_fetched(kind: str, change: Document) -> None:
    internet = honest_internet()
    (finding,) = status_of(ENTRY | {"type": kind} | change, internet)
    assert finding.outcome is Outcome.FAILED
    assert finding.code in {Code.RANGE, Code.DATA_MODEL, Code.RELATIVE_IRI, Code.LANGUAGE_MAP}
    assert not internet.fetched


def test_each_entry_has_its_own_finding() -> None:
    internet = honest_internet(revoked=[2])
    entries = [ENTRY | {"statusListIndex": str(index)} for index in (1, 2, 3)]
    codes = [finding.code for finding in status_of(entries, internet)]
    assert codes == [Code.OK, Code.REVOKED, Code.OK]


def test_too_many_entries_are_rejected_and_none_is_fetched() -> None:
    internet = honest_internet()
    (finding,) = status_of([ENTRY] * (MAXIMUM_ENTRIES + 1), internet)
    assert finding.outcome is Outcome.FAILED
    assert not internet.fetched


def test_the_status_of_an_embedded_credential_is_not_followed() -> None:
    internet = honest_internet()
    (finding,) = status_of(ENTRY, internet, nested=True)
    assert finding.outcome is Outcome.UNKNOWN
    assert not internet.fetched
    assert status_of([], internet, nested=True)[0].outcome is Outcome.PASSED


class Forbidding:
    """A source for which some address is one that is never fetched."""

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
        """Refuse, as the guarded fetcher does with a private address."""
        raise MalformedError(f"{url} of {maximum_bytes} bytes", code=Code.URL_NOT_ALLOWED)


def test_an_address_that_is_never_fetched_says_nothing() -> None:
    world = World(now=NOW, source=Forbidding(), resolver=WorldResolver(Forbidding()))
    entry = ENTRY | {"statusListCredential": STATUS_LIST.replace("https", "http")}
    (finding,) = check_status(BADGE | {"credentialStatus": entry}, world)
    assert (finding.outcome, finding.code) == (Outcome.UNKNOWN, Code.STATUS_RETRIEVAL)
