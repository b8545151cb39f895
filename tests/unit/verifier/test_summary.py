"""Four plain lines: the worst of each matter, and no praise for what nobody proved."""

import pytest

from openbadges.errors import Code
from openbadges.strict import Document
from tests.credentials import STATUS_LIST, valid_credential
from tests.world import BADGES, EVIL, Internet, address_of, honest_internet, issued_by
from verifier import Check, Finding, Outcome, Report, Verdict
from verifier.summary import Line, LineKind, summarise
from verifier.trust import KnownIssuer, TrustRegistry

SIGNED = BADGES.sign(valid_credential())
FORGED = EVIL.sign(issued_by(BADGES))
KNOWN = TrustRegistry({BADGES.id: KnownIssuer("Example User Group")})
NOBODY = TrustRegistry()
DEPENDS = (Outcome.UNKNOWN, Code.DEPENDS_ON_PROOF)
OK = (Outcome.PASSED, Code.OK)


def lines(
    presented: Document | bytes,
    internet: Internet | None = None,
    *,
    trust: TrustRegistry = NOBODY,
) -> dict[str, tuple[Outcome, Code]]:
    report = (internet or honest_internet()).verify(presented, trust=trust)
    return {line.kind.value: (line.outcome, line.code) for line in summarise(report)}


def test_an_honest_badge_has_four_good_lines_in_their_order() -> None:
    summary = summarise(honest_internet().verify(SIGNED, trust=KNOWN))
    assert summary == tuple(
        Line(kind, *OK)
        for kind in (LineKind.SIGNATURE, LineKind.STATUS, LineKind.DATES, LineKind.ISSUER)
    )


def test_an_issuer_that_nobody_knows_is_unknown_and_nothing_else_changes() -> None:
    found = lines(SIGNED)
    assert found.pop("issuer") == (Outcome.UNKNOWN, Code.ISSUER_UNKNOWN)
    assert set(found.values()) == {OK}


def test_each_trouble_stands_on_its_own_line() -> None:
    assert lines(SIGNED, honest_internet(revoked=[94567]))["status"] == (
        Outcome.FAILED,
        Code.REVOKED,
    )
    late = BADGES.sign(valid_credential(validUntil="2026-02-15T00:00:00Z"))
    assert lines(late)["dates"] == (Outcome.FAILED, Code.EXPIRED)
    silent = honest_internet()
    silent.take_down(STATUS_LIST)
    assert lines(SIGNED, silent)["status"] == (Outcome.UNKNOWN, Code.STATUS_RETRIEVAL)
    silent.take_down(address_of(BADGES))
    assert lines(SIGNED, silent)["signature"] == (Outcome.UNKNOWN, Code.RETRIEVAL)


def test_what_depends_on_a_signature_is_open_where_none_holds() -> None:
    found = lines(SIGNED | {"name": "Changed"}, trust=KNOWN)
    assert found.pop("signature") == (Outcome.FAILED, Code.PROOF)
    assert set(found.values()) == {DEPENDS}


def test_what_is_no_credential_has_four_lines_too() -> None:
    found = lines(b"%PDF-1.7")
    assert found.pop("signature") == (Outcome.FAILED, Code.NO_CREDENTIAL)
    assert len(found) == 3
    assert set(found.values()) == {DEPENDS}


def test_an_impostor_is_praised_on_no_line_for_the_one_whom_it_names() -> None:
    report = honest_internet().verify(FORGED, trust=KNOWN)
    assert report.of(Check.VALIDITY)[0].outcome is Outcome.PASSED
    found = lines(FORGED, trust=KNOWN)
    assert found.pop("signature") == (Outcome.FAILED, Code.ISSUER_MISMATCH)
    assert set(found.values()) == {DEPENDS}


def test_a_failure_that_an_unproven_document_has_besides_is_told() -> None:
    late = EVIL.sign(issued_by(BADGES, validUntil="2026-02-15T00:00:00Z"))
    assert lines(late)["dates"] == (Outcome.FAILED, Code.EXPIRED)


def test_the_worst_finding_of_a_line_is_told_whatever_its_order() -> None:
    findings = (
        *honest_internet().verify(SIGNED).findings,
        Finding.unknown(Check.STATUS, Code.STALE, ""),
        Finding.failed(Check.STATUS, Code.SUSPENDED, ""),
        Finding.failed(Check.ISSUANCE_LOG, Code.NOT_IN_ISSUER_LOG, ""),
    )
    signature, status, *_ = summarise(Report(Verdict.REJECTED, findings))
    assert (status.outcome, status.code) == (Outcome.FAILED, Code.SUSPENDED)
    assert (signature.outcome, signature.code) == (Outcome.FAILED, Code.NOT_IN_ISSUER_LOG)


@pytest.mark.parametrize(
    "check", [Check.UNWRAP, Check.CONFORMANCE, Check.PROOF, Check.ISSUER], ids=str
)
def test_a_signature_of_which_a_step_is_missing_is_not_a_good_one(check: Check) -> None:
    findings = honest_internet().verify(SIGNED).findings
    rest = tuple(finding for finding in findings if finding.check is not check)
    line = summarise(Report(Verdict.INCONCLUSIVE, rest))[0]
    assert (line.outcome, line.code) == DEPENDS


@pytest.mark.parametrize(
    ("recipient", "outcome"),
    [("a@example.com", Outcome.PASSED), ("b@example.com", Outcome.FAILED)],
)
def test_an_expected_recipient_has_a_fifth_line(recipient: str, outcome: Outcome) -> None:
    *four, fifth = summarise(honest_internet().verify(SIGNED, recipient=recipient))
    assert len(four) == 4
    assert (fifth.kind, fifth.outcome) == (LineKind.RECIPIENT, outcome)
