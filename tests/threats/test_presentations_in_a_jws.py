"""Threats A37, B13, C9 to C11: presentations in a JWS, in an envelope, for others, or of others."""

import json
from datetime import timedelta
from typing import Any

import pytest

from openbadges.errors import Code
from openbadges.jose import sign_compact_jws
from openbadges.strict import Document
from tests.credentials import CONTEXTS, CONTEXTS_OF_VERSION_1, plain_credential
from tests.given import Web
from tests.presentations import (
    HOLDER,
    WEB_HOLDER,
    enrol_holder,
    enveloped,
    presented_as_jws,
    unsigned,
    verify,
)
from tests.world import EVIL, NOW, Internet, es256_issuer, honest_internet, issued_by
from verifier import Check, Verdict, Verifier
from verifier.judging import judge
from verifier.presentation import PresentationReport

GOOD = EVIL.sign(issued_by(EVIL))
JWS_ISSUER = es256_issuer()
JWS = JWS_ISSUER.sign_jws(issued_by(JWS_ISSUER))
NOW_SECONDS = int(NOW.timestamp())


@pytest.fixture
def internet() -> Internet:
    """A world in which the issuers of the credentials are known."""
    return honest_internet()


def envelope(jws: str, **changes: Any) -> Document:  # noqa: ANN401 -- any JSON value
    held = {"@context": CONTEXTS[0], "id": f"data:application/vp+jwt,{jws}"}
    return held | {"type": "EnvelopedVerifiablePresentation"} | changes


def wrapped(**claims: Any) -> str:  # noqa: ANN401 -- any JSON value
    """Give a presentation as version 1.1 of the data model does: in `vp`, by `iss`."""
    said = unsigned(JWS, GOOD, contexts=CONTEXTS_OF_VERSION_1[0], holder=None)
    payload = {"iss": HOLDER.id, "vp": said} | claims
    return sign_compact_jws(json.dumps(payload).encode(), HOLDER.signer, typ="JWT")


@pytest.mark.parametrize(
    ("presentation", "number"),
    [
        pytest.param(presented_as_jws(GOOD), 1, id="one"),
        pytest.param(presented_as_jws(GOOD, enveloped(JWS), JWS), 3, id="in every form"),
        pytest.param(presented_as_jws(), 0, id="none"),
        pytest.param(presented_as_jws(GOOD, typ="JWT"), 1, id="typed as any token"),
        pytest.param(envelope(presented_as_jws(GOOD)), 1, id="in an envelope"),
        pytest.param(f"data:application/vp+jwt,{presented_as_jws(GOOD)}", 1, id="in a data URL"),
        pytest.param(wrapped(), 2, id="version 1.1"),
        pytest.param(presented_as_jws(GOOD, claims={"iss": HOLDER.id}), 1, id="with iss"),
    ],
)
def test_a_presentation_in_a_jws_is_verified(
    presentation: Document | str, number: int, internet: Internet
) -> None:
    report = verify(presentation, internet)
    assert (report.verdict, report.holder) == (Verdict.VERIFIED, HOLDER.id), report
    assert len(report.credentials) == number


def test_the_one_field_takes_it_too(internet: Internet) -> None:
    web = Web()
    for given in (presented_as_jws(GOOD), wrapped(), json.dumps(envelope(presented_as_jws(GOOD)))):
        report = judge(Verifier(internet), given.encode(), web, now=NOW)
        assert isinstance(report, PresentationReport)
        assert report.verdict is Verdict.VERIFIED


def test_a37_a_bad_credential_rejects_it(internet: Internet) -> None:
    report = verify(presented_as_jws(GOOD, GOOD | {"name": "Changed"}), internet)
    assert [one.verdict for one in report.credentials] == [Verdict.VERIFIED, Verdict.REJECTED]
    assert report.verdict is Verdict.REJECTED


@pytest.mark.parametrize(
    ("presentation", "check", "code"),
    [
        pytest.param(presented_as_jws(GOOD)[:-4] + "AAAA", Check.PROOF, Code.PROOF, id="changed"),
        pytest.param(presented_as_jws(GOOD, by=EVIL), Check.PROOF, Code.KEY_NOT_BOUND, id="other"),
        pytest.param(
            presented_as_jws(GOOD, claims={"iss": EVIL.id}),
            Check.UNWRAP,
            Code.CLAIM_MISMATCH,
            id="two holders",
        ),
        pytest.param(
            presented_as_jws(GOOD, claims={"vp": unsigned(GOOD)}),
            Check.UNWRAP,
            Code.AMBIGUOUS,
            id="two presentations",
        ),
        pytest.param(
            presented_as_jws(GOOD, typ="vc+jwt"), Check.UNWRAP, Code.TYP, id="typed as a credential"
        ),
        pytest.param(JWS, Check.CONFORMANCE, Code.DATA_MODEL, id="a credential"),
        pytest.param(
            presented_as_jws(GOOD, type="VerifiableCredential"),
            Check.CONFORMANCE,
            Code.DATA_MODEL,
            id="no presentation",
        ),
        pytest.param(
            presented_as_jws(GOOD, contexts=[CONTEXTS[0], {"x": "urn:x"}]),
            Check.CONFORMANCE,
            Code.CONTEXT_NOT_ALLOWED,
            id="a context of its own",
        ),
        pytest.param(
            presented_as_jws(GOOD, claims={"@included": []}),
            Check.CONFORMANCE,
            Code.KEYWORD,
            id="a keyword",
        ),
        pytest.param(
            presented_as_jws(GOOD, claims={"exp": NOW_SECONDS - 1}),
            Check.PROOF,
            Code.PROOF_DATES,
            id="outdated",
        ),
        pytest.param(
            presented_as_jws(GOOD, claims={"nbf": NOW_SECONDS + 3600}),
            Check.PROOF,
            Code.PROOF_DATES,
            id="not yet",
        ),
        pytest.param(
            presented_as_jws(GOOD, claims={"iat": "yesterday"}),
            Check.UNWRAP,
            Code.CLAIM_MISMATCH,
            id="a moment that is none",
        ),
        pytest.param(
            presented_as_jws(GOOD, claims={"aud": [1]}),
            Check.UNWRAP,
            Code.CLAIM_MISMATCH,
            id="an audience that is none",
        ),
        pytest.param(
            presented_as_jws(GOOD, holder=None), Check.PROOF, Code.KEY_NOT_BOUND, id="nobody's"
        ),
    ],
)
def test_what_is_wrong_with_it_rejects_it(
    presentation: str, check: Check, code: Code, internet: Internet
) -> None:
    report = verify(presentation, internet)
    assert report.verdict is Verdict.REJECTED
    assert code in {finding.code for finding in report.of(check)}, report.findings
    assert report.holder is None


def test_a_context_that_is_not_carried_leaves_it_open(internet: Internet) -> None:
    report = verify(
        presented_as_jws(GOOD, contexts=[CONTEXTS[0], "https://evil.example/context"]), internet
    )
    assert report.of(Check.CONFORMANCE)[0].code is Code.CONTEXT_UNKNOWN
    assert report.verdict is Verdict.INCONCLUSIVE


def test_a_key_for_assertions_alone_presents_nothing(internet: Internet) -> None:
    enrol_holder(internet, "assertionMethod")
    report = verify(presented_as_jws(GOOD, by=WEB_HOLDER, holder=WEB_HOLDER.id), internet)
    assert report.of(Check.HOLDER)[0].code is Code.INVALID_RELATIONSHIP
    assert report.verdict is Verdict.REJECTED


BOUND: Document = {"aud": "shop.example", "nonce": "7"}
EXPECTED: Document = {"expected_domain": "shop.example", "expected_challenge": "7"}


@pytest.mark.parametrize(
    ("claims", "expected", "verified"),
    [
        pytest.param(BOUND, EXPECTED, True, id="as expected"),
        pytest.param({"aud": ["shop.example"], "nonce": "7"}, EXPECTED, True, id="in an array"),
        pytest.param(BOUND, {}, False, id="nobody expects it"),
        pytest.param({"nonce": "7"}, {}, False, id="nobody expects the nonce"),
        pytest.param({}, EXPECTED, False, id="bound to nothing"),
        pytest.param(BOUND | {"aud": "bank.example"}, EXPECTED, False, id="another audience"),
        pytest.param(BOUND | {"nonce": "8"}, EXPECTED, False, id="another nonce"),
        pytest.param(
            BOUND | {"aud": ["shop.example", "bank.example"]}, EXPECTED, False, id="others too"
        ),
    ],
)
def test_b13_one_that_was_made_for_others_is_refused(
    claims: Document,
    expected: Document,
    verified: bool,  # noqa: FBT001 -- a column of the table
    internet: Internet,
) -> None:
    report = verify(presented_as_jws(GOOD, claims=claims), internet, **expected)
    assert report.verdict is (Verdict.VERIFIED if verified else Verdict.REJECTED)


def test_b13_a_caller_who_judges_that_alone_is_told_whose_it_is(internet: Internet) -> None:
    bound = presented_as_jws(GOOD, claims=BOUND, holder=None)
    report = verify(bound, internet, data_model_only=True)
    assert (report.verdict, report.holder) == (Verdict.VERIFIED, HOLDER.id)


def test_a_proof_that_nobody_checks_is_not_taken_for_one(internet: Internet) -> None:
    said = presented_as_jws(plain_credential(issuer=EVIL.id), claims={"proof": GOOD["proof"]})
    report = verify(said, internet)
    assert report.of(Check.PROOF)[0].code is Code.OK  # that of the JWS
    assert report.verdict is Verdict.REJECTED  # the credential in it is not signed


def test_an_hour_later_it_holds_no_more(internet: Internet) -> None:
    signed = presented_as_jws(GOOD, claims={"iat": NOW_SECONDS, "exp": NOW_SECONDS + 600})
    assert verify(signed, internet).verdict is Verdict.VERIFIED
    later = verify(signed, internet, now=NOW + timedelta(hours=1))
    assert later.of(Check.PROOF)[0].code is Code.PROOF_DATES


@pytest.mark.parametrize(
    "presentation",
    [
        pytest.param(presented_as_jws(GOOD, domain="bank.example"), id="domain beside the claims"),
        *(
            pytest.param(wrapped(vp=unsigned(GOOD, holder=None) | {name: "7"}), id=f"{name} in vp")
            for name in ("nonce", "domain", "challenge")
        ),
    ],
)
def test_b13_what_binds_nothing_may_not_look_as_if_it_did(
    presentation: str, internet: Internet
) -> None:
    assert verify(presentation, internet).of(Check.UNWRAP)[0].code is Code.AMBIGUOUS


def test_c9_one_token_is_not_a_credential_and_a_presentation(internet: Internet) -> None:
    kinds = ["VerifiableCredential", "OpenBadgeCredential", "VerifiablePresentation"]
    both = HOLDER.sign_jws(issued_by(HOLDER, type=kinds))
    report = judge(Verifier(internet), both.encode(), Web(), now=NOW)
    assert report.verdict is Verdict.REJECTED
    assert verify(both, internet).of(Check.CONFORMANCE)[0].code is Code.AMBIGUOUS
