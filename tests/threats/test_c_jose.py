"""Section C of the threats: tokens whose header, claims or encoding are not what they must be."""

import hashlib
import hmac
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from openbadges.errors import Code
from openbadges.jose import credential_claims, format_jwk
from openbadges.multikey import format_multikey
from openbadges.strict import Document, encode_base64url
from tests.credentials import (
    CONTEXTS_OF_VERSION_1,
    ISSUER,
    STATUS_LIST,
    valid_credential,
)
from tests.world import (
    BADGES,
    BANK,
    EVIL,
    LIBRARY,
    Internet,
    Issuer,
    address_of,
    assert_refused,
    assert_verified,
    did_key_issuer,
    es256_issuer,
    honest_internet,
    issued_by,
    rs256_issuer,
    status_list_document,
)
from verifier import Report, Verdict
from verifier.report import Form

BADGE = valid_credential()
CLAIMS = credential_claims(BADGE)
HEADER: Document = {"alg": "EdDSA", "kid": BADGES.signer.verification_method, "typ": "JWT"}
HONEST = BADGES.sign_jws(BADGE)


@pytest.fixture
def internet() -> Internet:
    """A world in which everyone answers truly."""
    return honest_internet()


def jws(
    *,
    header: Any = HEADER,  # noqa: ANN401 -- any JSON value
    payload: Any = CLAIMS,  # noqa: ANN401 -- any JSON value
    by: Issuer = BADGES,
    signature: bytes | None = None,
) -> str:
    """Write a token that says anything, signed by anyone or not at all."""
    encoded = [encode_base64url(json.dumps(part).encode()) for part in (header, payload)]
    signing_input = ".".join(encoded)
    made = by.signer.sign(signing_input.encode()) if signature is None else signature
    return f"{signing_input}.{encode_base64url(made)}"


# Three algorithms, each from an issuer who publishes a document and from one who needs none.


@pytest.mark.parametrize(
    "issuer",
    [
        pytest.param(BADGES, id="EdDSA, did:web"),
        pytest.param(did_key_issuer(5), id="EdDSA, did:key"),
        pytest.param(es256_issuer("did:web:curve.example"), id="ES256, did:web"),
        pytest.param(es256_issuer(), id="ES256, did:key"),
        pytest.param(rs256_issuer("did:web:modulus.example"), id="RS256, did:web"),
        # RSA has no did:key; did:jwk is what needs no document.
        pytest.param(rs256_issuer(), id="RS256, did:jwk"),
        pytest.param(LIBRARY, id="EdDSA, https"),
    ],
)
def test_an_honest_token_is_verified(issuer: Issuer, internet: Internet) -> None:
    if not issuer.id.startswith(("did:key:", "did:jwk:")):
        internet.enrol(issuer)
    badge = issued_by(issuer)
    report = internet.verify(issuer.sign_jws(badge))
    assert_verified(report)
    assert report.form is Form.COMPACT_JWS
    assert report.credential == badge
    assert set(internet.fetched.values()) <= {1}


def test_an_honest_token_of_version_1_is_verified(internet: Internet) -> None:
    badge = issued_by(BADGES)
    inner = {key: value for key, value in badge.items() if not key.startswith("valid")}
    inner |= {"@context": CONTEXTS_OF_VERSION_1, "issuanceDate": badge["validFrom"]}
    report = internet.verify(jws(payload={"vc": inner, "iss": BADGES.id, "jti": badge["id"]}))
    assert_verified(report)


def test_a_revoked_token_is_rejected() -> None:
    report = honest_internet(revoked=[94567]).verify(HONEST)
    assert_refused(report, Verdict.REJECTED, Code.REVOKED)


def test_an_expired_token_is_rejected(internet: Internet) -> None:
    token = BADGES.sign_jws(valid_credential(validUntil="2026-02-15T00:00:00Z"))
    assert_refused(internet.verify(token), Verdict.REJECTED, Code.EXPIRED)


def refused(report: Report, *codes: Code) -> None:
    assert report.verdict is Verdict.REJECTED
    assert {finding.code for finding in report.findings} & set(codes), report.findings


@pytest.mark.parametrize("alg", ["none", "nOnE", "", None, ["none"], ["EdDSA"], "PS256", "ES256K"])
@pytest.mark.parametrize(
    "signature", [pytest.param(b"", id="unsigned"), pytest.param(None, id="signed")]
)
def test_c1_no_other_algorithm_is_taken(
    alg: object, signature: bytes | None, internet: Internet
) -> None:
    token = jws(header=HEADER | {"alg": alg}, signature=signature)
    assert_refused(internet.verify(token), Verdict.REJECTED, Code.ALG)
    assert not internet.fetched


def test_c1_a_header_without_an_algorithm_is_rejected(internet: Internet) -> None:
    token = jws(header={"kid": HEADER["kid"]})
    assert_refused(internet.verify(token), Verdict.REJECTED, Code.ALG)


def test_c1_an_empty_signature_is_rejected(internet: Internet) -> None:
    assert internet.verify(jws(signature=b"")).verdict is Verdict.REJECTED


KEY = BADGES.signer.public_key


@pytest.mark.parametrize(
    "secret",
    [
        pytest.param(KEY.raw_bytes(), id="raw"),
        pytest.param(KEY.canonical_bytes(), id="DER"),
        pytest.param(
            KEY.material.public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            ),
            id="PEM",
        ),
        pytest.param(json.dumps(format_jwk(KEY)).encode(), id="JWK"),
        pytest.param(format_multikey(KEY).encode(), id="Multikey"),
        pytest.param(b"", id="C18 an empty key"),
    ],
)
def test_c2_the_public_key_is_no_secret(secret: bytes, internet: Internet) -> None:
    header = HEADER | {"alg": "HS256"}
    signing_input = jws(header=header).rpartition(".")[0]
    mac = hmac.new(secret, signing_input.encode(), hashlib.sha256).digest()
    token = f"{signing_input}.{encode_base64url(mac)}"
    assert_refused(internet.verify(token), Verdict.REJECTED, Code.ALG)


EVIL_JWK = format_jwk(EVIL.signer.public_key)


@pytest.mark.parametrize(
    "victim", [BADGES, LIBRARY, did_key_issuer(5)], ids=["web", "https", "key"]
)
def test_c3_a_key_in_the_header_is_no_key_of_the_issuer(victim: Issuer, internet: Internet) -> None:
    claims = credential_claims(issued_by(victim))
    token = jws(header={"alg": "EdDSA", "jwk": EVIL_JWK}, payload=claims, by=EVIL)
    assert_refused(internet.verify(token), Verdict.REJECTED, Code.KEY_NOT_BOUND)


def test_c3_a_key_in_the_header_that_the_issuer_lists_is_taken(internet: Internet) -> None:
    header = {"alg": "EdDSA", "jwk": format_jwk(BADGES.signer.public_key)}
    assert_verified(internet.verify(jws(header=header)))


def test_c3_a_listed_key_that_is_not_for_assertions_is_rejected(internet: Internet) -> None:
    internet.enrol(BADGES, relationships=("authentication",))
    header = {"alg": "EdDSA", "jwk": format_jwk(BADGES.signer.public_key)}
    report = internet.verify(jws(header=header))
    assert_refused(report, Verdict.REJECTED, Code.INVALID_RELATIONSHIP)


def test_c3_two_keys_in_the_header_that_disagree_are_rejected(internet: Internet) -> None:
    token = jws(header=HEADER | {"jwk": EVIL_JWK}, by=EVIL)
    assert_refused(internet.verify(token), Verdict.REJECTED, Code.KEY_NOT_BOUND)


def test_c3_a_private_key_in_the_header_is_rejected(internet: Internet) -> None:
    jwk = format_jwk(BADGES.signer.public_key) | {"d": encode_base64url(bytes(32))}
    token = jws(header={"alg": "EdDSA", "jwk": jwk})
    assert_refused(internet.verify(token), Verdict.REJECTED, Code.PRIVATE_KEY_PUBLISHED)


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"jku": "https://evil.example/keys"}, id="C4 jku"),
        pytest.param({"x5u": "file:///etc/passwd"}, id="C4 x5u"),
        pytest.param({"x5c": ["MIIB"]}, id="C4 x5c"),
        pytest.param({"x5t": "AA"}, id="C4 x5t"),
        pytest.param({"crit": ["b64"], "b64": False}, id="C8 crit and b64"),
        pytest.param({"crit": ["foo"]}, id="C7 crit"),
        pytest.param({"crit": []}, id="C7 an empty crit"),
        pytest.param({"b64": False}, id="C8 b64"),
        pytest.param({"cty": "vc"}, id="C9 cty"),
        pytest.param({"zip": "DEF"}, id="C16 zip"),
        pytest.param({"p2c": 2**31, "p2s": "AA"}, id="C16 p2c"),
        pytest.param({"enc": "A256GCM"}, id="C16 enc"),
    ],
)
def test_no_other_header_member_is_taken(more: Document, internet: Internet) -> None:
    token = jws(header=HEADER | more)
    assert_refused(internet.verify(token), Verdict.REJECTED, Code.HEADER)
    assert not internet.fetched


@pytest.mark.parametrize(
    "kid",
    [
        pytest.param("http://169.254.169.254/", id="a private address"),
        pytest.param("../../etc/passwd", id="a path"),
        pytest.param("' OR 1=1--", id="SQL"),
        pytest.param("did:web:127.0.0.1#k", id="a private did:web"),
        pytest.param(EVIL.signer.verification_method, id="another issuer's"),
        pytest.param(f"{ISSUER}.evil.example#k", id="a longer name"),
        pytest.param("#k", id="a fragment alone"),
        pytest.param("", id="nothing"),
    ],
)
def test_c5_a_key_id_of_anyone_but_the_issuer_is_rejected(kid: str, internet: Internet) -> None:
    token = jws(header=HEADER | {"kid": kid})
    assert_refused(internet.verify(token), Verdict.REJECTED, Code.KEY_NOT_BOUND)
    assert not internet.fetched


@pytest.mark.parametrize("kid", [None, 7, ["k"], "k" * 2**20])
def test_c5_a_key_id_is_a_short_text(kid: object, internet: Internet) -> None:
    assert internet.verify(jws(header=HEADER | {"kid": kid})).verdict is Verdict.REJECTED
    assert not internet.fetched


def test_c5_a_private_issuer_is_not_asked(internet: Internet) -> None:
    issuer = Issuer("did:web:127.0.0.1", EVIL.signer)
    token = jws(
        header=HEADER | {"kid": "did:web:127.0.0.1#k"},
        payload=credential_claims(issued_by(issuer)),
        by=EVIL,
    )
    assert_refused(internet.verify(token), Verdict.REJECTED, Code.INVALID_DID)
    assert not internet.fetched


def test_c6_an_unknown_key_id_costs_one_question(internet: Internet) -> None:
    # What is remembered between verifications is the source's business: nothing here is.
    for number in range(5):
        token = jws(header=HEADER | {"kid": f"{ISSUER}#{number}"})
        assert_refused(internet.verify(token), Verdict.REJECTED, Code.INVALID_RELATIONSHIP)
    assert internet.fetched == {address_of(BADGES): 5}


@pytest.mark.parametrize(
    "typ",
    ["at+jwt", "vp+jwt", "vc+sd-jwt", "dc+sd-jwt", "statuslist+jwt", "JOSE+JSON", "", None, 7],
)
def test_c9_a_token_of_another_kind_is_rejected(typ: object, internet: Internet) -> None:
    token = jws(header=HEADER | {"typ": typ})
    assert_refused(internet.verify(token), Verdict.REJECTED, Code.TYP)


@pytest.mark.parametrize(
    "header",
    [HEADER | {"typ": "vc+jwt"}, HEADER | {"typ": "jwt"}, {"alg": "EdDSA", "kid": HEADER["kid"]}],
    ids=["vc+jwt", "jwt", "none"],
)
def test_c9_the_types_of_a_credential_are_taken(header: Document, internet: Internet) -> None:
    assert_verified(internet.verify(jws(header=header)))


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(
            {"iss": ISSUER, "sub": "urn:uuid:1", "nonce": "n", "exp": 2**31}, id="ID token"
        ),
        pytest.param(CLAIMS | {"aud": "https://shop.example"}, id="meant for someone"),
        pytest.param([CLAIMS], id="an array"),
        pytest.param("text", id="text"),
    ],
)
def test_c9_what_is_no_credential_is_rejected(payload: object, internet: Internet) -> None:
    assert internet.verify(jws(payload=payload)).verdict is Verdict.REJECTED


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"iss": BANK.id}, id="iss"),
        pytest.param({"sub": "urn:uuid:other"}, id="sub"),
        pytest.param({"jti": "urn:uuid:other"}, id="jti"),
        pytest.param({"nbf": CLAIMS["nbf"] + 1}, id="nbf"),
        pytest.param({"exp": CLAIMS["exp"] + 1}, id="exp"),
        pytest.param({"iss": [BADGES.id]}, id="iss as an array"),
        pytest.param({"nbf": True}, id="nbf as true"),
        pytest.param({"exp": str(CLAIMS["exp"])}, id="exp as text"),
    ],
)
def test_c10_claims_and_credential_must_agree(claims: Document, internet: Internet) -> None:
    report = internet.verify(jws(payload=CLAIMS | claims))
    assert_refused(report, Verdict.REJECTED, Code.CLAIM_MISMATCH)


def test_c10_the_claim_does_not_say_who_the_issuer_is(internet: Internet) -> None:
    token = jws(
        header={"alg": "EdDSA", "kid": EVIL.signer.verification_method},
        payload=CLAIMS | {"iss": EVIL.id},
        by=EVIL,
    )
    assert_refused(internet.verify(token), Verdict.REJECTED, Code.CLAIM_MISMATCH)


@pytest.mark.parametrize("beside", [{"name": "Another"}, {"credentialSubject": {}}])
def test_c11_a_credential_in_vc_and_beside_it_is_rejected(
    beside: Document, internet: Internet
) -> None:
    report = internet.verify(jws(payload={"vc": BADGE, **beside}))
    assert_refused(report, Verdict.REJECTED, Code.AMBIGUOUS)


def respelled(index: int, respell: Any) -> str:  # noqa: ANN401 -- a function of text
    parts = HONEST.split(".")
    parts[index] = respell(parts[index])
    return ".".join(parts)


@pytest.mark.parametrize("index", [0, 1, 2], ids=["header", "payload", "signature"])
@pytest.mark.parametrize(
    "respell",
    [
        pytest.param(lambda part: part + "=", id="padding"),
        pytest.param(lambda part: part + "==", id="more padding"),
        pytest.param(lambda part: part[:4] + "\n" + part[4:], id="a line feed"),
        pytest.param(lambda part: part[:4] + "!" + part[4:], id="junk"),
        pytest.param(lambda part: part[:4] + "+" + part[5:], id="standard base64"),
        pytest.param(lambda part: part + "A", id="one character more"),
        pytest.param(lambda _: "", id="nothing"),
    ],
)
def test_c12_base64url_has_one_spelling(index: int, respell: Any, internet: Internet) -> None:  # noqa: ANN401
    assert internet.verify(respelled(index, respell)).verdict is Verdict.REJECTED


def test_c12_bits_after_the_last_byte_must_be_zero(internet: Internet) -> None:
    # 64 bytes leave four bits, so the last character is A, Q, g or w.
    assert HONEST[-1] in "AQgw"
    changed = HONEST[:-1] + chr(ord(HONEST[-1]) + 1)
    assert_refused(internet.verify(changed), Verdict.REJECTED, Code.MALFORMED)


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(HONEST.rpartition(".")[0], id="two segments"),
        pytest.param(HONEST + ".AAAA", id="four segments"),
        pytest.param(HONEST + ".AAAA.AAAA", id="five segments, as a JWE has"),
        pytest.param(HONEST + "~", id="a disclosure"),
        pytest.param("ey" * 100, id="no segments"),
    ],
)
def test_c12_a_token_has_three_segments(token: str, internet: Internet) -> None:
    assert_refused(internet.verify(token), Verdict.REJECTED, Code.MALFORMED)


PARTS = HONEST.split(".")


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(
            {"protected": PARTS[0], "payload": PARTS[1], "signature": PARTS[2]}, id="flattened"
        ),
        pytest.param(
            {
                "payload": PARTS[1],
                "signatures": [{"protected": PARTS[0], "signature": PARTS[2]}] * 2,
            },
            id="general",
        ),
    ],
)
def test_c13_the_json_serialization_is_rejected(document: Document, internet: Internet) -> None:
    assert internet.verify(document).verdict is Verdict.REJECTED


CURVE = es256_issuer("did:web:curve.example")
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def curve_token(signature: bytes | None = None) -> str:
    header = {"alg": "ES256", "kid": CURVE.signer.verification_method}
    payload = credential_claims(issued_by(CURVE))
    return jws(header=header, payload=payload, by=CURVE, signature=signature)


def der_signature() -> bytes:
    signing_input = curve_token(b"\0").rpartition(".")[0]
    raw = CURVE.signer.sign(signing_input.encode())
    return encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param(der_signature(), id="DER"),
        pytest.param(bytes(64), id="C18 r and s are zero"),
        pytest.param(bytes(32) + b"\1" * 32, id="r is zero"),
        pytest.param(b"\1" * 32 + bytes(32), id="s is zero"),
        pytest.param(ORDER.to_bytes(32) * 2, id="C18 r and s are the order"),
        pytest.param(b"\1" * 63, id="63 bytes"),
        pytest.param(b"\1" * 65, id="65 bytes"),
    ],
)
def test_c14_an_ecdsa_signature_has_one_form(signature: bytes, internet: Internet) -> None:
    internet.enrol(CURVE)
    assert_verified(internet.verify(curve_token()))
    assert_refused(internet.verify(curve_token(signature)), Verdict.REJECTED, Code.PROOF)


@pytest.mark.parametrize(
    ("n", "e"),
    [
        pytest.param((1 << 511) | 1, 65537, id="512 bits"),
        pytest.param((1 << 1023) | 1, 65537, id="1024 bits"),
        pytest.param((1 << 16383) | 1, 65537, id="16 384 bits"),
        pytest.param((1 << 2047) | 1, 1, id="exponent 1"),
        pytest.param((1 << 2047) | 1, 3, id="exponent 3"),
    ],
)
def test_c15_a_weak_rsa_key_is_rejected(n: int, e: int, internet: Internet) -> None:
    jwk = {
        "kty": "RSA",
        "n": encode_base64url(n.to_bytes((n.bit_length() + 7) // 8)),
        "e": encode_base64url(e.to_bytes((e.bit_length() + 7) // 8)),
    }
    method = {"id": f"{ISSUER}#k", "type": "JsonWebKey", "controller": ISSUER, "publicKeyJwk": jwk}
    document = {"id": ISSUER, "verificationMethod": [method], "assertionMethod": [method["id"]]}
    internet.publish(address_of(BADGES), document)
    token = jws(
        header={"alg": "RS256", "kid": method["id"]}, signature=b"\1" * (n.bit_length() // 8)
    )
    refused(internet.verify(token), Code.WEAK_KEY, Code.TOO_LARGE)


@pytest.mark.parametrize("alg", ["ES256", "RS256", "ES384"])
def test_the_key_decides_the_algorithm_and_not_the_header(alg: str, internet: Internet) -> None:
    assert_refused(internet.verify(jws(header=HEADER | {"alg": alg})), Verdict.REJECTED, Code.ALG)


def test_c17_a_huge_token_is_rejected(internet: Internet) -> None:
    token = "ey" + "A" * 10_000_000
    assert_refused(internet.verify(token), Verdict.REJECTED, Code.TOO_LARGE)


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        pytest.param(
            CLAIMS | {"@context": [*CLAIMS["@context"], {"x": "https://e.example/#"}]},
            Code.CONTEXT_NOT_ALLOWED,
            id="an inline context",
        ),
        pytest.param(
            CLAIMS | {"@context": CLAIMS["@context"][:1]},
            Code.CONTEXT_ORDER,
            id="a badge without the context of badges",
        ),
        pytest.param(CLAIMS | {"@included": []}, Code.KEYWORD, id="a keyword"),
        pytest.param(CLAIMS | {"https://x.example/#p": "x"}, Code.NON_COMPACT, id="an IRI as key"),
        pytest.param(CLAIMS | {"evidence": "x"}, Code.DATA_MODEL, id="another data model"),
        pytest.param(CLAIMS | {"image": 7}, Code.DATA_MODEL, id="an image that is none"),
    ],
)
def test_a_token_is_judged_by_the_form_of_badges(
    payload: Document, code: Code, internet: Internet
) -> None:
    assert_refused(internet.verify(jws(payload=payload)), Verdict.REJECTED, code)


def test_a_status_list_is_no_badge_of_anyone(internet: Internet) -> None:
    # It is a credential of its own, and is told as what it is.
    report = internet.verify(internet.documents[STATUS_LIST])  # type: ignore[arg-type]
    assert_verified(report)
    assert "BitstringStatusListCredential" in report.credential["type"]
    assert status_list_document()["id"] == report.credential["id"]
