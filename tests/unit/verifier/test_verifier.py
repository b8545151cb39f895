"""The procedure: which steps run, in which order, and what they may ask of the world."""

import pytest

from openbadges.errors import Code
from openbadges.strict import Document
from tests.credentials import STATUS_LIST, remove, valid_credential
from tests.world import (
    BADGES,
    BANK,
    EVIL,
    NOW,
    Internet,
    address_of,
    assert_refused,
    assert_verified,
    honest_internet,
    issued_by,
    refusals,
)
from verifier import Check, Outcome, Verdict, Verifier
from verifier.sources import NoDocuments
from verifier.trust import KnownIssuer, TrustRegistry

SIGNED = BADGES.sign(valid_credential())
ADDRESS = "a@example.com"


@pytest.fixture
def internet() -> Internet:
    """A world in which everyone answers truly."""
    return honest_internet()


def test_every_step_of_an_honest_badge_is_told_in_its_order(internet: Internet) -> None:
    report = internet.verify(SIGNED)
    assert_verified(report)
    assert [finding.check for finding in report.findings] == [
        Check.UNWRAP,
        Check.CONFORMANCE,
        Check.PROOF,
        Check.ISSUER,
        Check.VALIDITY,
        Check.STATUS,
        Check.TRUST,
    ]


def test_the_verified_document_is_what_was_signed(internet: Internet) -> None:
    credential = internet.verify(SIGNED).credential
    assert credential["id"] == SIGNED["id"]
    assert "proof" not in credential


def test_where_no_proof_holds_the_rest_stays_open_and_only_the_key_is_fetched(
    internet: Internet,
) -> None:
    report = internet.verify(SIGNED | {"name": "Changed"})
    assert report.verdict is Verdict.REJECTED
    assert refusals(report) == [
        ("proof", Code.PROOF),
        ("issuer", Code.DEPENDS_ON_PROOF),
        ("validity", Code.DEPENDS_ON_PROOF),
        ("status", Code.DEPENDS_ON_PROOF),
    ]
    assert report.verified_document is None
    assert internet.fetched == {address_of(BADGES): 1}


def test_what_cannot_be_unwrapped_ends_there(internet: Internet) -> None:
    report = internet.verify(b"%PDF-1.7")
    assert [finding.check for finding in report.findings] == [Check.UNWRAP]
    assert report.verdict is Verdict.REJECTED


def test_one_report_tells_everything_that_is_wrong() -> None:
    badge = valid_credential(validUntil="2026-02-15T00:00:00Z", issuer=BANK.document()["id"])
    badge = remove(badge, "credentialSubject.achievement.creator")
    badge["evidence"][0]["type"] = ["Evidence"]
    badge["credentialSubject"]["creditsEarned"] = -1
    report = honest_internet(revoked=[94567]).verify(BADGES.sign(badge), recipient="x@example.com")
    assert {check for check, _ in refusals(report)} >= {"issuer", "validity", "recipient"}


@pytest.mark.parametrize(
    ("recipient", "verdict"),
    [
        pytest.param(ADDRESS, Verdict.VERIFIED, id="the one it was awarded to"),
        pytest.param("A@Example.com", Verdict.VERIFIED, id="in capitals"),
        pytest.param(SIGNED["credentialSubject"]["id"], Verdict.VERIFIED, id="by the subject's id"),
        pytest.param("b@example.com", Verdict.REJECTED, id="someone else"),
        pytest.param("", Verdict.REJECTED, id="nobody"),
    ],
)
def test_an_expected_recipient_must_be_the_one(
    recipient: str, verdict: Verdict, internet: Internet
) -> None:
    report = internet.verify(SIGNED, recipient=recipient)
    assert report.verdict is verdict
    assert len(report.of(Check.RECIPIENT)) == 1


def test_an_issuer_that_is_known_is_told_by_name(internet: Internet) -> None:
    trust = TrustRegistry({BADGES.id: KnownIssuer("Example User Group")})
    (finding,) = internet.verify(SIGNED, trust=trust).of(Check.TRUST)
    assert finding.outcome is Outcome.PASSED
    assert "Example User Group" in finding.sentence


def test_a_name_in_the_credential_is_no_name_that_is_known(internet: Internet) -> None:
    badge = issued_by(EVIL)
    badge["issuer"]["name"] = "Example User Group"
    trust = TrustRegistry({BADGES.id: KnownIssuer("Example User Group")})
    report = internet.verify(EVIL.sign(badge), trust=trust)
    assert_verified(report)
    assert report.of(Check.TRUST)[0].code is Code.ISSUER_UNKNOWN


def test_without_a_network_a_did_key_issuer_is_verified() -> None:
    verifier = Verifier(NoDocuments())
    presented = BADGES.sign(issued_by(EVIL))
    assert verifier.verify(b"{}", now=NOW).verdict is Verdict.REJECTED
    assert Internet().verify(presented).verdict is Verdict.INCONCLUSIVE
    assert_verified(Internet().verify(EVIL.sign(issued_by(EVIL))))


def test_an_issuer_that_does_not_answer_leaves_it_open(internet: Internet) -> None:
    internet.take_down(address_of(BADGES))
    assert_refused(internet.verify(SIGNED), Verdict.INCONCLUSIVE, Code.RETRIEVAL)


def test_a_supplied_controller_document_takes_the_place_of_the_worlds() -> None:
    internet = honest_internet()
    internet.take_down(address_of(BADGES))
    report = internet.verify(SIGNED, controller_documents={BADGES.id: BADGES.document()})
    assert_verified(report)


def test_each_document_is_fetched_once_for_one_credential(internet: Internet) -> None:
    internet.verify(BADGES.sign(valid_credential()) | {"proof": [SIGNED["proof"]] * 4})
    assert internet.fetched == {address_of(BADGES): 1, STATUS_LIST: 1}


def test_a_naive_clock_is_the_programmers_fault(internet: Internet) -> None:
    with pytest.raises(ValueError, match="zone"):
        internet.verify(SIGNED, now=NOW.replace(tzinfo=None))


@pytest.mark.parametrize("document", [SIGNED, SIGNED | {"name": "Changed"}, {}])
def test_verifying_changes_nothing_that_was_presented(
    document: Document, internet: Internet
) -> None:
    before = repr(document)
    internet.verify(document)
    assert repr(document) == before
