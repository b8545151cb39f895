"""A report tells everything, and vouches for nothing that is not VERIFIED."""

from datetime import timedelta

import pytest

from openbadges.errors import Code, MalformedError, UnavailableError, UnsupportedError
from tests.credentials import valid_credential
from tests.world import BADGES, BANK, EVIL, NOW, honest_internet, issued_by
from verifier import Check, Finding, Outcome, Report, Verdict
from verifier.report import SPECIFICATIONS, Form
from verifier.trust import KnownIssuer, TrustRegistry

DOCUMENT = {"id": "urn:uuid:1"}
SIGNED = BADGES.sign(valid_credential())
FORGED = EVIL.sign(issued_by(BADGES))
FINDING = Finding.failed(Check.STATUS, Code.REVOKED, "the issuer has revoked it")


def test_a_report_is_neither_true_nor_false() -> None:
    with pytest.raises(TypeError, match="verdict"):
        bool(Report(Verdict.VERIFIED, ()))


def test_a_verified_report_has_the_credential() -> None:
    assert Report(Verdict.VERIFIED, (), Form.JSON, DOCUMENT).credential == DOCUMENT


@pytest.mark.parametrize("verdict", [Verdict.REJECTED, Verdict.INCONCLUSIVE])
def test_any_other_report_has_none(verdict: Verdict) -> None:
    report = Report(verdict, (), Form.JSON, DOCUMENT)
    with pytest.raises(ValueError, match=verdict):
        _ = report.credential
    assert report.as_json()["credential"] is None


def test_a_report_for_machines_says_the_same() -> None:
    assert Report(Verdict.VERIFIED, (FINDING,), Form.PNG, DOCUMENT).as_json() == {
        "verdict": "VERIFIED",
        "form": "png",
        "credential": DOCUMENT,
        "issuer": None,
        "findings": [
            {
                "check": "status",
                "outcome": "FAILED",
                "code": "REVOKED",
                "sentence": "the issuer has revoked it",
                "specification": SPECIFICATIONS[Check.STATUS],
            }
        ],
    }


def test_a_report_without_a_form_says_so() -> None:
    assert Report(Verdict.REJECTED, ()).as_json()["form"] is None


def test_the_issuer_is_the_one_whose_key_signed_and_nobody_else() -> None:
    internet = honest_internet()
    assert internet.verify(SIGNED).proven_issuer == BADGES.id
    assert internet.verify(SIGNED, now=NOW + timedelta(days=9999)).proven_issuer == BADGES.id
    assert internet.verify(EVIL.sign(issued_by(EVIL))).proven_issuer == EVIL.id
    for nobodys in (FORGED, SIGNED | {"issuer": BANK.id}, valid_credential(), b"x"):
        assert internet.verify(nobodys).proven_issuer is None
    both = SIGNED | {"proof": [SIGNED["proof"], EVIL.proof(valid_credential())]}
    assert internet.verify(both).proven_issuer is None


def test_machines_are_told_the_issuer_apart_from_what_the_credential_says() -> None:
    known = KnownIssuer("Example", colour="#117733", note="since 2020")
    trust = TrustRegistry({BADGES.id: known})
    assert honest_internet().verify(SIGNED, trust=trust).as_json()["issuer"] == {
        "id": BADGES.id,
        "domain": BADGES.id.removeprefix("did:web:"),
        "knownAs": {
            "name": "Example",
            "colour": "#117733",
            "note": "since 2020",
            "registry": None,
        },
    }
    assert honest_internet().verify(FORGED, trust=trust).as_json()["issuer"] is None


@pytest.mark.parametrize(
    ("issuer", "domain"),
    [
        ("did:web:a.example:teams:b", "a.example"),
        ("did:web:localhost%3A8443", "localhost:8443"),
        ("https://a.example/issuers/1", "a.example"),
        ("did:key:z6MkrXSQTybtqyMasfSxeRBJxDvDUGqb7mt9fFVXkVn6xTG7", None),
    ],
)
def test_only_an_issuer_on_the_web_has_a_domain(issuer: str, domain: str | None) -> None:
    passed = (Finding.passed(Check.PROOF, ""), Finding.passed(Check.ISSUER, ""))
    report = Report(Verdict.VERIFIED, passed, Form.JSON, DOCUMENT | {"issuer": issuer})
    assert report.as_json()["issuer"] == {"id": issuer, "domain": domain, "knownAs": None}


def test_findings_are_found_by_their_check() -> None:
    report = Report(Verdict.REJECTED, (FINDING, Finding.passed(Check.PROOF, "")))
    assert report.of(Check.STATUS) == (FINDING,)
    assert report.of(Check.TRUST) == ()


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        pytest.param(MalformedError("x", code=Code.KEY), Outcome.FAILED, id="the document's"),
        pytest.param(UnavailableError("x", code=Code.TLS), Outcome.UNKNOWN, id="the world's"),
        pytest.param(UnsupportedError("x"), Outcome.UNKNOWN, id="what we do not carry"),
    ],
)
def test_an_error_becomes_the_finding_of_whose_fault_it_is(
    error: MalformedError | UnavailableError, outcome: Outcome
) -> None:
    finding = Finding.of(Check.PROOF, error)
    assert (finding.outcome, finding.code, finding.sentence) == (outcome, error.code, "x")


@pytest.mark.parametrize("check", list(Check))
def test_a_finding_links_to_the_specification_where_one_asks_for_it(check: Check) -> None:
    ours = {Check.UNWRAP, Check.ISSUANCE_LOG, Check.TRUST}
    assert (Finding.passed(check, "").specification is None) == (check in ours)


def test_every_finding_of_every_check_has_the_same_link() -> None:
    for report in (
        honest_internet().verify(BADGES.sign(issued_by(BADGES))),
        honest_internet().verify(EVIL.sign(issued_by(BADGES))),
        honest_internet().verify("{}"),
    ):
        for finding in report.findings:
            assert finding.specification == SPECIFICATIONS.get(finding.check), finding
