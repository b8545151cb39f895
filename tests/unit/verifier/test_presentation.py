"""What someone presents: their own proof, and each credential as one of its own."""

from datetime import timedelta

import pytest

from openbadges.errors import Code
from openbadges.strict import Document
from tests.credentials import CONTEXTS, STATUS_LIST, plain_credential, valid_credential
from tests.presentations import (
    HOLDER,
    WEB_HOLDER,
    enrol_holder,
    enveloped,
    presented,
    unsigned,
    verify,
)
from tests.world import (
    BADGES,
    EVIL,
    NOW,
    Internet,
    address_of,
    es256_issuer,
    honest_internet,
    issued_by,
)
from verifier import Check, Outcome, PresentationReport, Verdict
from verifier.policy import policy_of_checks
from verifier.presentation import MAXIMUM_CREDENTIALS

BADGE = BADGES.sign(valid_credential())
OTHERS = EVIL.sign(issued_by(EVIL))
JWS_ISSUER = es256_issuer()
JWS = JWS_ISSUER.sign_jws(issued_by(JWS_ISSUER))
VERSION_1 = [
    "https://www.w3.org/2018/credentials/v1",
    "https://w3id.org/security/data-integrity/v2",
]
HOLDER_DOCUMENT = "https://holder.example/.well-known/did.json"


@pytest.fixture
def internet() -> Internet:
    """A world in which everyone answers truly."""
    return honest_internet()


def refusals(report: PresentationReport) -> list[tuple[str, Code]]:
    return [
        (finding.check.value, finding.code)
        for finding in report.findings
        if finding.outcome is not Outcome.PASSED
    ]


def test_every_step_of_an_honest_presentation_is_told_in_its_order(internet: Internet) -> None:
    report = verify(presented(BADGE, OTHERS), internet)
    assert report.verdict is Verdict.VERIFIED
    assert [finding.check for finding in report.findings] == [
        Check.UNWRAP,
        Check.CONFORMANCE,
        Check.PROOF,
        Check.HOLDER,
    ]
    assert [one.credential["id"] for one in report.credentials] == [BADGE["id"], OTHERS["id"]]
    assert report.holder == HOLDER.id


@pytest.mark.parametrize(
    ("presentation", "number"),
    [
        pytest.param(presented(verifiableCredential=BADGE), 1, id="one, not in an array"),
        pytest.param(presented(enveloped(JWS), BADGE), 2, id="one in an envelope"),
        pytest.param(presented(), 0, id="none, in an array"),
        pytest.param(presented(verifiableCredential=None), 0, id="none"),
        pytest.param(presented(BADGE, id="urn:uuid:1", type="VerifiablePresentation"), 1, id="ids"),
        pytest.param(presented(BADGE, holder={"id": HOLDER.id}), 1, id="a holder object"),
        pytest.param(
            presented(BADGE, contexts=[*CONTEXTS[:1], {"ours": "https://a.example/ours"}]),
            1,
            id="an inline context",
        ),
        pytest.param(
            presented(
                EVIL.sign(
                    plain_credential(issuer=EVIL.id, issuanceDate="2026-01-01T00:00:00Z")
                    | {"@context": VERSION_1}
                ),
                contexts=VERSION_1,
            ),
            1,
            id="version 1.1",
        ),
    ],
)
def test_a_presentation_may_be_written_in_several_ways(
    presentation: Document, number: int, internet: Internet
) -> None:
    report = verify(presentation, internet)
    assert (report.verdict, refusals(report)) == (Verdict.VERIFIED, [])
    assert len(report.credentials) == number


def test_a_report_is_neither_true_nor_false(internet: Internet) -> None:
    with pytest.raises(TypeError, match="verdict"):
        bool(verify(presented(BADGE), internet))


def test_a_report_for_machines_says_the_same(internet: Internet) -> None:
    report = verify(presented(BADGE), internet)
    assert report.as_json() == {
        "verdict": "VERIFIED",
        "holder": HOLDER.id,
        "findings": [finding.as_json() for finding in report.findings],
        "credentials": [report.credentials[0].as_json()],
    }


@pytest.mark.parametrize(
    ("presentation", "code", "verdict"),
    [
        pytest.param(b"", Code.MALFORMED, Verdict.REJECTED, id="nothing"),
        pytest.param(b"[]", Code.MALFORMED, Verdict.REJECTED, id="an array"),
        pytest.param(b"{" * 99, Code.TOO_DEEP, Verdict.REJECTED, id="deep"),
        pytest.param(b" " * 5_000_000, Code.TOO_LARGE, Verdict.REJECTED, id="too large"),
        pytest.param(
            unsigned(*[1] * (MAXIMUM_CREDENTIALS + 1)),
            Code.TOO_LARGE,
            Verdict.REJECTED,
            id="too many",
        ),
        pytest.param(b"ey.ey", Code.MALFORMED, Verdict.REJECTED, id="no JWS"),
        pytest.param(
            {
                "@context": CONTEXTS[0],
                "type": "EnvelopedVerifiablePresentation",
                "id": "data:application/vp+mso_mdoc,ey",
            },
            Code.UNSUPPORTED_SUITE,
            Verdict.INCONCLUSIVE,
            id="an envelope of something else",
        ),
    ],
)
def test_what_cannot_be_unwrapped_ends_there(
    presentation: Document | bytes, code: Code, verdict: Verdict, internet: Internet
) -> None:
    report = verify(presentation, internet)
    assert (report.verdict, refusals(report)) == (verdict, [("unwrap", code)])
    assert internet.fetched.total() == 0


def test_a_presentation_that_nobody_signed_is_rejected_and_its_credentials_judged(
    internet: Internet,
) -> None:
    report = verify(unsigned(BADGE, JWS, enveloped(JWS)), internet)
    assert report.verdict is Verdict.REJECTED
    assert ("proof", Code.UNSIGNED) in refusals(report)
    assert {one.verdict for one in report.credentials} == {Verdict.VERIFIED}
    assert report.holder is None


def test_a_bare_jws_is_not_covered_by_the_holders_proof(internet: Internet) -> None:
    report = verify(unsigned(JWS) | {"proof": presented(BADGE)["proof"]}, internet)
    assert refusals(report)[0] == ("conformance", Code.DATA_LOSS)
    assert report.credentials[0].verdict is Verdict.VERIFIED


@pytest.mark.parametrize(
    "changes",
    [
        {"type": ["VerifiableCredential"]},
        {"type": [1]},
        {"type": None},
        {"@context": CONTEXTS[1:]},
        {"@context": None},
        {"holder": {"name": "nobody"}},
        {"holder": "somebody"},
        {"holder": 5},
        {"id": "1"},
        {"termsOfUse": [{"id": "urn:a"}]},
        {"undefined": "member"},
    ],
    ids=str,
)
def test_what_the_data_model_refuses_is_rejected(changes: Document, internet: Internet) -> None:
    report = verify(unsigned(BADGE, **changes) | {"proof": presented(BADGE)["proof"]}, internet)
    assert report.verdict is Verdict.REJECTED
    assert refusals(report)[0][0] == "conformance"


def test_an_unknown_context_leaves_it_open_and_nothing_is_fetched(internet: Internet) -> None:
    contexts = [*CONTEXTS[:1], "https://unknown.example/v1"]
    signed = unsigned(contexts=contexts) | {"proof": presented()["proof"]}
    report = verify(signed, internet)
    assert report.verdict is Verdict.INCONCLUSIVE
    assert refusals(report)[:2] == [
        ("conformance", Code.CONTEXT_UNKNOWN),
        ("proof", Code.CONTEXT_UNKNOWN),
    ]
    assert internet.fetched.total() == 0


def test_a_changed_presentation_is_rejected(internet: Internet) -> None:
    report = verify(presented(BADGE) | {"id": "urn:uuid:2"}, internet)
    assert refusals(report) == [("proof", Code.PROOF), ("holder", Code.DEPENDS_ON_PROOF)]
    assert report.verdict is Verdict.REJECTED


@pytest.mark.parametrize(
    ("relationships", "changes", "code"),
    [
        pytest.param(["authentication"], {}, None, id="listed for authentication"),
        pytest.param(["assertionMethod"], {}, Code.INVALID_RELATIONSHIP, id="for assertions alone"),
        pytest.param(
            ["authentication"],
            {"revoked": NOW - timedelta(days=1)},
            Code.KEY_REVOKED,
            id="revoked before",
        ),
    ],
)
def test_the_key_must_be_listed_for_authentication(
    relationships: list[str], changes: Document, code: Code | None, internet: Internet
) -> None:
    enrol_holder(internet, *relationships, **changes)
    report = verify(presented(BADGE, by=WEB_HOLDER, holder=WEB_HOLDER.id), internet)
    assert refusals(report) == ([("holder", code)] if code else [])
    assert report.holder == (None if code else WEB_HOLDER.id)


def test_a_holder_that_does_not_answer_leaves_it_open(internet: Internet) -> None:
    report = verify(presented(BADGE, by=WEB_HOLDER, holder=WEB_HOLDER.id), internet)
    assert report.verdict is Verdict.INCONCLUSIVE
    assert refusals(report)[0] == ("proof", Code.RETRIEVAL)


def test_a_credential_that_is_open_leaves_the_presentation_open(internet: Internet) -> None:
    internet.take_down(STATUS_LIST)
    report = verify(presented(OTHERS, BADGE), internet)
    assert [one.verdict for one in report.credentials] == [Verdict.VERIFIED, Verdict.INCONCLUSIVE]
    assert report.verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    ("credential", "verdict", "code"),
    [
        pytest.param("ey", Verdict.REJECTED, Code.MALFORMED, id="a text"),
        pytest.param(5, Verdict.REJECTED, Code.NO_CREDENTIAL, id="a number"),
        pytest.param([BADGE], Verdict.REJECTED, Code.NO_CREDENTIAL, id="an array"),
        pytest.param({}, Verdict.REJECTED, Code.UNSIGNED, id="an empty object"),
        pytest.param({"id": BADGE["id"]}, Verdict.REJECTED, Code.DATA_LOSS, id="an id alone"),
        pytest.param(valid_credential(), Verdict.REJECTED, Code.UNSIGNED, id="without a proof"),
        pytest.param(
            enveloped(JWS, "application/vc+sd-jwt"),
            Verdict.INCONCLUSIVE,
            Code.UNSUPPORTED_SUITE,
            id="an envelope of another kind",
        ),
        pytest.param(
            enveloped(JWS) | {"id": JWS}, Verdict.REJECTED, Code.DATA_MODEL, id="no data URL"
        ),
        pytest.param(
            enveloped(JWS) | {"id": 1}, Verdict.REJECTED, Code.DATA_MODEL, id="a numbered envelope"
        ),
        pytest.param(
            enveloped(JWS) | {"@context": []}, Verdict.REJECTED, Code.DATA_MODEL, id="no context"
        ),
    ],
)
def test_what_is_no_credential_is_told_as_any_other(
    credential: object, verdict: Verdict, code: Code, internet: Internet
) -> None:
    (report,) = verify(unsigned(credential), internet).credentials
    assert report.verdict is verdict
    assert code in {finding.code for finding in report.findings}


def test_a_credential_is_judged_by_the_callers_policy() -> None:
    revoking = honest_internet(revoked=[94567])
    assert verify(presented(BADGE), revoking).verdict is Verdict.REJECTED
    lenient = verify(presented(BADGE), revoking, verifier={"policy": policy_of_checks(["proof"])})
    assert lenient.verdict is Verdict.VERIFIED


def test_each_document_is_fetched_once_for_all_credentials(internet: Internet) -> None:
    badges = [BADGES.sign(valid_credential(id=f"urn:uuid:{number}")) for number in range(3)]
    assert verify(unsigned(*badges), internet).verdict is Verdict.REJECTED
    assert internet.fetched == {address_of(BADGES): 1, STATUS_LIST: 1}
