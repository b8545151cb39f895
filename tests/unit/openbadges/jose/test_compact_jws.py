"""A JWS has one spelling, a header of four members, and the algorithm of its key."""

import hashlib
import hmac
import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from openbadges.errors import Code, MalformedError, UnprovenError
from openbadges.jose.compact_jws import (
    MAXIMUM_JWS_CHARACTERS,
    parse_compact_jws,
    sign_compact_jws,
    verify_compact_jws,
)
from openbadges.jose.jwk import format_jwk
from openbadges.multikey import format_multikey
from openbadges.signer import Signer
from openbadges.strict import Document, encode_base64url
from tests.signing import EcTestSigner, Ed25519TestSigner, RsaTestSigner

ISSUER = Ed25519TestSigner(bytes(32))
STRANGER = Ed25519TestSigner(b"\x66" * 32)
PAYLOAD = b'{"id":"urn:uuid:1"}'
NO_STRINGS: list[object] = [None, [], {}, True, 5]
HEADER = {"alg": "EdDSA", "kid": ISSUER.verification_method, "typ": "JWT"}


def _jws(header: object, *, payload: bytes = PAYLOAD, signer: Signer = ISSUER) -> str:
    """Sign whatever header is asked for, also those that no signer of ours writes."""
    text = header if isinstance(header, str) else json.dumps(header)
    signing_input = f"{encode_base64url(text.encode())}.{encode_base64url(payload)}"
    return f"{signing_input}.{encode_base64url(signer.sign(signing_input.encode()))}"


def _refusal_of(text: str) -> Code:
    with pytest.raises(MalformedError) as refusal:
        parse_compact_jws(text)
    return refusal.value.code


@pytest.mark.parametrize(
    "signer",
    [
        pytest.param(ISSUER, id="EdDSA"),
        pytest.param(EcTestSigner(7), id="ES256"),
        pytest.param(EcTestSigner(7, curve=ec.SECP384R1()), id="ES384"),
        pytest.param(RsaTestSigner(), id="RS256"),
    ],
)
def test_what_is_signed_verifies(signer: Signer) -> None:
    text = sign_compact_jws(PAYLOAD, signer)
    jws = parse_compact_jws(text)
    assert jws.header == {
        "alg": signer.public_key.algorithm,
        "kid": signer.verification_method,
        "typ": "JWT",
    }
    assert (jws.payload, jws.text, jws.kid) == (PAYLOAD, text, signer.verification_method)
    assert jws.header_key is None
    verify_compact_jws(jws, signer.public_key)


def test_a_jws_by_another_key_proves_nothing() -> None:
    jws = parse_compact_jws(sign_compact_jws(PAYLOAD, ISSUER))
    with pytest.raises(UnprovenError) as refusal:
        verify_compact_jws(jws, STRANGER.public_key)
    assert refusal.value.code is Code.PROOF


def test_the_key_decides_the_algorithm_and_not_the_header() -> None:
    jws = parse_compact_jws(_jws({**HEADER, "alg": "ES256"}))
    with pytest.raises(UnprovenError) as refusal:
        verify_compact_jws(jws, ISSUER.public_key)
    assert refusal.value.code is Code.ALG


def test_a_key_in_the_header_is_only_reported() -> None:
    jwk = format_jwk(STRANGER.public_key)
    jws = parse_compact_jws(_jws({"alg": "EdDSA", "jwk": jwk}, signer=STRANGER))
    assert jws.kid is None
    assert jws.header_key == STRANGER.public_key
    with pytest.raises(UnprovenError):
        verify_compact_jws(jws, ISSUER.public_key)


def test_a_kid_and_a_key_that_disagree_are_both_reported() -> None:
    jwk = format_jwk(STRANGER.public_key)
    jws = parse_compact_jws(_jws({**HEADER, "jwk": jwk}, signer=STRANGER))
    assert (jws.kid, jws.header_key) == (ISSUER.verification_method, STRANGER.public_key)


@pytest.mark.parametrize("typ", ["JWT", "jwt", "vc+jwt", "VC+JWT"])
def test_a_credential_s_types_are_read_in_any_case(typ: str) -> None:
    assert parse_compact_jws(_jws({**HEADER, "typ": typ})).header["typ"] == typ


def test_the_type_may_be_absent() -> None:
    header = {name: HEADER[name] for name in ("alg", "kid")}
    verify_compact_jws(parse_compact_jws(_jws(header)), ISSUER.public_key)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        # C1: only four algorithms, as strings
        *(
            pytest.param({"alg": alg}, Code.ALG, id=f"alg {alg!r}")
            for alg in ("none", "nOnE", "NONE", "", ["EdDSA"], *NO_STRINGS)
        ),
        *(
            pytest.param({"alg": alg}, Code.ALG, id=f"alg {alg}")
            for alg in ("HS256", "RS512", "PS256", "ES512", "ES256K", "Ed25519", "eddsa", "EdDSA ")
        ),
        # What is encrypted or compressed is no credential, says C16.
        pytest.param(
            {"alg": "PBES2-HS256+A128KW", "enc": "A128GCM", "p2c": 2**31}, Code.ALG, id="PBES2"
        ),
        pytest.param({"zip": "DEF"}, Code.HEADER, id="zip"),
        pytest.param({"enc": "A128GCM"}, Code.HEADER, id="enc"),
        # C4, C7, C8: nothing to fetch, nothing to switch off
        pytest.param({"jku": "https://evil.example/jwks"}, Code.HEADER, id="jku"),
        pytest.param({"x5u": "file:///etc/passwd"}, Code.HEADER, id="x5u"),
        pytest.param({"x5c": []}, Code.HEADER, id="x5c"),
        pytest.param({"x5t": ""}, Code.HEADER, id="x5t"),
        pytest.param({"crit": ["b64"], "b64": False}, Code.HEADER, id="crit b64"),
        pytest.param({"crit": []}, Code.HEADER, id="crit empty"),
        pytest.param({"b64": False}, Code.HEADER, id="b64"),
        pytest.param({"cty": "vc"}, Code.HEADER, id="cty"),
        pytest.param({"iss": "did:web:example.edu"}, Code.HEADER, id="iss"),
        pytest.param({"ALG": "none"}, Code.HEADER, id="a name in another case"),
        # C5
        pytest.param({"kid": None}, Code.HEADER, id="kid null"),
        pytest.param({"kid": ["a"]}, Code.HEADER, id="kid an array"),
        pytest.param({"kid": "k" * 2049}, Code.HEADER, id="a long kid"),
        # C3
        pytest.param({"jwk": None}, Code.KEY, id="jwk null"),
        pytest.param({"jwk": "{}"}, Code.KEY, id="jwk a string"),
        pytest.param({"jwk": {}}, Code.KEY, id="jwk empty"),
        pytest.param(
            {"jwk": {**format_jwk(ISSUER.public_key), "d": "AAAA"}},
            Code.PRIVATE_KEY_PUBLISHED,
            id="jwk with d",
        ),
        # C9
        *(
            pytest.param({"typ": typ}, Code.TYP, id=f"typ {typ!r}")
            for typ in ("vp+jwt", "at+jwt", "dc+sd-jwt", "statuslist+jwt", "JOSE", "", *NO_STRINGS)
        ),
    ],
)
def test_a_header_that_open_badges_does_not_allow_is_refused(change: Document, code: Code) -> None:
    assert _refusal_of(_jws({**HEADER, **change})) is code


def test_a_header_without_alg_is_refused() -> None:
    assert _refusal_of(_jws({"kid": "x"})) is Code.ALG


def test_a_header_without_any_key_is_refused() -> None:
    assert _refusal_of(_jws({"alg": "EdDSA"})) is Code.HEADER


def test_an_unsigned_token_is_refused_for_its_algorithm() -> None:
    assert _refusal_of(_jws({"alg": "none"}).rpartition(".")[0] + ".") is Code.ALG


@pytest.mark.parametrize(
    "secret",
    [
        pytest.param(ISSUER.public_key.raw_bytes(), id="raw"),
        pytest.param(ISSUER.public_key.canonical_bytes(), id="DER"),
        pytest.param(
            ISSUER.public_key.material.public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            ),
            id="PEM",
        ),
        pytest.param(json.dumps(format_jwk(ISSUER.public_key)).encode(), id="JWK"),
        pytest.param(format_multikey(ISSUER.public_key).encode(), id="Multikey"),
        pytest.param(b"", id="empty"),
    ],
)
def test_a_public_key_is_never_a_shared_secret(secret: bytes) -> None:
    signing_input = _jws({**HEADER, "alg": "HS256"}).rpartition(".")[0]
    mac = hmac.digest(secret, signing_input.encode(), hashlib.sha256)
    assert _refusal_of(f"{signing_input}.{encode_base64url(mac)}") is Code.ALG


VALID = sign_compact_jws(PAYLOAD, ISSUER)
FIRST, SECOND, THIRD = VALID.split(".")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("..", id="three empty segments"),
        pytest.param(f"{FIRST}.{SECOND}", id="two segments"),
        pytest.param(f"{VALID}.", id="four segments, one empty"),
        pytest.param(f"{VALID}.{THIRD}.{THIRD}", id="five segments"),
        pytest.param(f"{FIRST}..{THIRD}", id="detached"),
        pytest.param(f"{FIRST}.{SECOND}.", id="no signature"),
        pytest.param(f".{SECOND}.{THIRD}", id="no header"),
        pytest.param(f"{VALID}=", id="padding"),
        pytest.param(f"{FIRST}=.{SECOND}.{THIRD}", id="padding of the header"),
        pytest.param(f"{VALID}\n", id="a line feed behind"),
        pytest.param(f" {VALID}", id="a blank before"),
        pytest.param(f"{FIRST}.{SECOND[:3]}\n{SECOND[3:]}.{THIRD}", id="a line feed inside"),
        pytest.param(f"{FIRST}.{SECOND[:3]}!{SECOND[3:]}.{THIRD}", id="junk inside"),
        pytest.param(f"{FIRST}.{SECOND}.{THIRD[:-1]}+", id="the other alphabet"),
        pytest.param(f"{FIRST}.{SECOND}.{THIRD[:-1]}x", id="bits that encode nothing"),
        pytest.param(f"{FIRST}.{SECOND}.\u00e4{THIRD}", id="beyond ASCII"),
        pytest.param(
            json.dumps({"protected": FIRST, "payload": SECOND, "signature": THIRD}),
            id="flattened JSON serialization",
        ),
        pytest.param(
            json.dumps(
                {
                    "payload": SECOND,
                    "signatures": 2 * [{"protected": FIRST, "signature": THIRD}],
                }
            ),
            id="general JSON serialization",
        ),
        pytest.param(_jws("[]"), id="a header that is an array"),
        pytest.param(_jws("{"), id="a header that is no JSON"),
    ],
)
def test_what_is_no_compact_jws_is_refused(text: str) -> None:
    assert _refusal_of(text) is Code.MALFORMED


def test_a_header_that_says_two_things_is_refused() -> None:
    header = '{"alg":"EdDSA","alg":"none","kid":"x"}'
    assert _refusal_of(_jws(header)) is Code.DUPLICATE_KEY


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" * 10_000_000, id="10 MB"),
        pytest.param("a" * (MAXIMUM_JWS_CHARACTERS + 1), id="one over the cap"),
        pytest.param(f"{'a' * 8193}.{SECOND}.{THIRD}", id="a large header"),
        pytest.param(f"{FIRST}.{SECOND}.{'A' * 1025}", id="a large signature"),
    ],
)
def test_a_huge_token_is_refused(text: str) -> None:
    assert _refusal_of(text) is Code.TOO_LARGE


def test_an_empty_payload_is_not_signed() -> None:
    with pytest.raises(ValueError, match="a payload"):
        sign_compact_jws(b"", ISSUER)
