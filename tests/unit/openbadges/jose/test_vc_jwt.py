"""Claims and credential say the same, or the token is refused."""

import copy
from typing import Any

import pytest

from openbadges.errors import Code, MalformedError
from openbadges.jose.vc_jwt import VCDM_1_CONTEXT, credential_claims, verified_credential
from openbadges.strict import Document

ISSUER = "did:web:example.edu"
LEARNER = "urn:uuid:7f3c1a6e-9c37-4f4c-8f3c-2f0a5b0f6f11"
CREDENTIAL: Document = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ],
    "id": "https://example.edu/credentials/1",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": ISSUER, "type": ["Profile"], "name": "Example"},
    "validFrom": "2026-01-01T00:00:00Z",
    "validUntil": "2027-01-01T01:00:00+01:00",
    "credentialSubject": {"id": LEARNER, "type": ["AchievementSubject"]},
}
CLAIMS: Document = {
    "iss": ISSUER,
    "sub": LEARNER,
    "jti": "https://example.edu/credentials/1",
    "nbf": 1767225600,
    "exp": 1798761600,
}
CREDENTIAL_1: Document = {
    "@context": [VCDM_1_CONTEXT],
    "id": CREDENTIAL["id"],
    "type": ["VerifiableCredential"],
    "issuer": ISSUER,
    "issuanceDate": "2026-01-01T00:00:00Z",
    "expirationDate": "2027-01-01T00:00:00Z",
    "credentialSubject": {"id": LEARNER},
}


def _without(document: Document, *members: str) -> Document:
    return {name: value for name, value in document.items() if name not in members}


def _refusal_of(payload: Document) -> Code:
    with pytest.raises(MalformedError) as refusal:
        verified_credential(payload)
    return refusal.value.code


NO_IDS: list[object] = ["did:web:evil.example", "", None, 5, [ISSUER], {}]
NO_DATES: list[object] = [1767225601, -1, 0, "1767225600", None, True, [], float("inf"), 10**30]


def test_the_payload_is_the_credential_and_its_claims() -> None:
    assert credential_claims(CREDENTIAL) == {**CREDENTIAL, **CLAIMS}


def test_a_credential_that_never_ends_has_no_exp() -> None:
    assert "exp" not in credential_claims(_without(CREDENTIAL, "validUntil"))


def test_fractions_of_a_second_are_cut_from_the_claims() -> None:
    credential = {**CREDENTIAL, "validFrom": "2026-01-01T00:00:00.999Z"}
    assert credential_claims(credential)["nbf"] == CLAIMS["nbf"]


@pytest.mark.parametrize("credential", [CREDENTIAL, CREDENTIAL_1], ids=["VCDM 2.0", "VCDM 1.1"])
def test_the_credential_survives_its_claims(credential: Document) -> None:
    before = copy.deepcopy(credential)
    assert verified_credential(credential_claims(credential)) == credential
    assert credential == before


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param({"issuer": None}, Code.DATA_MODEL, id="no issuer"),
        pytest.param({"issuer": {"name": "x"}}, Code.DATA_MODEL, id="no issuer id"),
        pytest.param({"id": None}, Code.DATA_MODEL, id="no id"),
        pytest.param({"validFrom": None}, Code.DATA_MODEL, id="no validFrom"),
        pytest.param({"validFrom": "2026-01-01"}, Code.DATA_MODEL, id="a date without a time"),
        pytest.param({"credentialSubject": {}}, Code.DATA_MODEL, id="no subject id"),
        pytest.param({"credentialSubject": []}, Code.DATA_MODEL, id="no subject"),
        pytest.param(
            {"credentialSubject": [{"id": LEARNER}, {"id": "urn:x"}]},
            Code.DATA_MODEL,
            id="two subjects",
        ),
        pytest.param({"iss": "urn:x"}, Code.AMBIGUOUS, id="a member named like a claim"),
        pytest.param({"aud": "urn:x"}, Code.AMBIGUOUS, id="a member named aud"),
    ],
)
def test_a_credential_that_claims_cannot_repeat_is_refused(change: Document, code: Code) -> None:
    with pytest.raises(MalformedError) as refusal:
        credential_claims({**CREDENTIAL, **change})
    assert refusal.value.code is code


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        *(
            pytest.param(name, value, id=f"{name} {value!r:.20}")
            for name in ("iss", "sub", "jti")
            for value in NO_IDS
        ),
        *(
            pytest.param(name, value, id=f"{name} {value!r:.20}")
            for name in ("nbf", "exp")
            for value in NO_DATES
        ),
    ],
)
@pytest.mark.parametrize("is_wrapped", [False, True], ids=["plain", "vc"])
def test_a_claim_that_says_otherwise_is_refused(
    claim: str, value: object, *, is_wrapped: bool
) -> None:
    body = {"vc": CREDENTIAL} if is_wrapped else CREDENTIAL
    assert _refusal_of({**body, **CLAIMS, claim: value}) is Code.CLAIM_MISMATCH


@pytest.mark.parametrize(
    ("member", "value"),
    [
        pytest.param("issuer", None, id="no issuer"),
        pytest.param("issuer", "did:web:evil.example", id="another issuer"),
        pytest.param("validUntil", None, id="no validUntil"),
        pytest.param("validFrom", "2026-01-01T00:00:01Z", id="a second later"),
        pytest.param("id", "urn:uuid:2", id="another id"),
    ],
)
def test_a_credential_that_says_otherwise_is_refused(member: str, value: object) -> None:
    assert _refusal_of({**CREDENTIAL, **CLAIMS, member: value}) is Code.CLAIM_MISMATCH


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"nbf": 1767225600.75}, id="nbf with a fraction"),
        pytest.param({"validFrom": "2026-01-01T00:00:00.5Z"}, id="validFrom with a fraction"),
        pytest.param({"iat": 1767225500}, id="iat"),
        pytest.param({"credentialSubject": [{"id": LEARNER}]}, id="an array of one subject"),
    ],
)
def test_what_differs_by_less_than_a_second_or_in_form_is_the_same(change: Document) -> None:
    payload = {**CREDENTIAL, **CLAIMS, **change}
    assert verified_credential(payload) == _without(payload, *CLAIMS, "iat")


def test_absent_claims_are_not_missed_and_unknown_members_survive() -> None:
    payload = {**CREDENTIAL, "unknown": {"kept": True}}
    assert verified_credential(payload) == payload


def test_a_token_for_an_audience_is_not_for_us() -> None:
    assert _refusal_of({**CREDENTIAL, **CLAIMS, "aud": "someone"}) is Code.CLAIM_MISMATCH


def test_an_id_token_is_no_credential() -> None:
    payload = {"iss": "https://login.example", "sub": "5", "exp": 1798761600, "nonce": "n"}
    assert _refusal_of(payload) is Code.CLAIM_MISMATCH


@pytest.mark.parametrize(
    ("left_out", "claim", "filled"),
    [
        pytest.param("issuer", "iss", ISSUER, id="issuer"),
        pytest.param("id", "jti", CLAIMS["jti"], id="id"),
        pytest.param("issuanceDate", "nbf", "2026-01-01T00:00:00Z", id="issuanceDate"),
        pytest.param("expirationDate", "exp", "2027-01-01T00:00:00Z", id="expirationDate"),
    ],
)
def test_in_vcdm_1_1_a_claim_says_what_vc_leaves_out(
    left_out: str, claim: str, filled: str
) -> None:
    presented = _without(CREDENTIAL_1, left_out)
    payload = {"vc": presented, claim: CLAIMS[claim]}
    assert verified_credential(payload) == {**CREDENTIAL_1, left_out: filled}
    assert left_out not in presented


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        pytest.param({"degree": "x"}, {"degree": "x", "id": LEARNER}, id="an object"),
        pytest.param([{"degree": "x"}], [{"degree": "x", "id": LEARNER}], id="an array of one"),
    ],
)
def test_the_subject_s_id_is_filled_where_it_belongs(subject: Any, expected: Any) -> None:  # noqa: ANN401 -- JSON
    presented = {**CREDENTIAL_1, "credentialSubject": copy.deepcopy(subject)}
    payload = {"vc": presented, "sub": LEARNER}
    assert verified_credential(payload)["credentialSubject"] == expected
    assert presented["credentialSubject"] == subject


def test_one_sub_cannot_name_two_subjects() -> None:
    subjects = [{"degree": "x"}, {"degree": "y"}]
    payload = {"vc": {**CREDENTIAL_1, "credentialSubject": subjects}, "sub": LEARNER}
    assert _refusal_of(payload) is Code.DATA_MODEL


@pytest.mark.parametrize("seconds", [10**12, -(10**15), 1e300])
def test_a_claim_beyond_the_calendar_fills_nothing(seconds: float) -> None:
    payload = {"vc": _without(CREDENTIAL_1, "issuanceDate"), "nbf": seconds}
    assert _refusal_of(payload) is Code.CLAIM_MISMATCH


def test_in_vcdm_1_1_the_dates_have_their_old_names() -> None:
    payload = {**credential_claims(CREDENTIAL_1), "expirationDate": "2028-01-01T00:00:00Z"}
    assert _refusal_of(payload) is Code.CLAIM_MISMATCH


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        pytest.param({"vc": CREDENTIAL_1, "name": "PhD"}, Code.AMBIGUOUS, id="a name beside"),
        pytest.param({"vc": CREDENTIAL_1, **CREDENTIAL}, Code.AMBIGUOUS, id="another beside"),
        pytest.param({"vc": CREDENTIAL_1, "nonce": "x"}, Code.AMBIGUOUS, id="anything beside"),
        pytest.param({"vc": {**CREDENTIAL_1, "exp": 1}}, Code.AMBIGUOUS, id="a claim inside"),
        pytest.param({"vc": None}, Code.MALFORMED, id="vc null"),
        pytest.param({"vc": [CREDENTIAL_1]}, Code.MALFORMED, id="vc an array"),
        pytest.param({"vc": "eyJ"}, Code.MALFORMED, id="vc a string"),
    ],
)
def test_a_credential_stands_in_one_place(payload: Document, code: Code) -> None:
    assert _refusal_of(payload) is code
