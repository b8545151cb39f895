"""A JWK is read as a key for verifying, in one spelling, and never as a secret."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from openbadges.errors import Code, MalformedError
from openbadges.jose.jwk import format_jwk, parse_jwk, thumbprint
from openbadges.public_key import PublicKey
from openbadges.strict import Document, encode_base64url
from tests.signing import EcTestSigner, Ed25519TestSigner, RsaTestSigner

# RFC 7638 section 3.1
RFC_7638_JWK = {
    "kty": "RSA",
    "n": (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1"
        "L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4"
        "QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbO"
        "pbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csF"
        "Cur-kEgU8awapJzKnqDKgw"
    ),
    "e": "AQAB",
    "alg": "RS256",
    "kid": "2011-04-29",
}
RFC_7638_THUMBPRINT = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
# RFC 8037 appendices A.2 and A.3
RFC_8037_JWK = {
    "kty": "OKP",
    "crv": "Ed25519",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
}
RFC_8037_THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"

ED25519 = format_jwk(Ed25519TestSigner(bytes(32)).public_key)
P256 = format_jwk(EcTestSigner(7).public_key)
P384 = format_jwk(EcTestSigner(7, curve=ec.SECP384R1()).public_key)
RSA = format_jwk(RsaTestSigner().public_key)


def test_the_thumbprints_are_those_of_the_rfcs() -> None:
    assert thumbprint(parse_jwk(RFC_7638_JWK)) == RFC_7638_THUMBPRINT
    assert thumbprint(parse_jwk(RFC_8037_JWK)) == RFC_8037_THUMBPRINT


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(Ed25519TestSigner(bytes(32)).public_key, id="Ed25519"),
        pytest.param(EcTestSigner(7).public_key, id="P-256"),
        pytest.param(EcTestSigner(7, curve=ec.SECP384R1()).public_key, id="P-384"),
        pytest.param(RsaTestSigner().public_key, id="RSA"),
    ],
)
def test_a_key_survives_its_jwk(key: PublicKey) -> None:
    jwk = format_jwk(key, kid="did:web:example.edu#key", alg=key.algorithm)
    assert jwk["kid"] == "did:web:example.edu#key"
    assert jwk["alg"] == key.algorithm
    assert parse_jwk(jwk) == key


def test_a_coordinate_keeps_its_leading_zeros() -> None:
    keys = (EcTestSigner(secret).public_key for secret in range(1, 2000))
    key = next(key for key in keys if key.raw_bytes()[1] == 0)
    jwk = format_jwk(key)
    assert len(jwk["x"]) == 43
    assert parse_jwk(jwk) == key


@pytest.mark.parametrize(
    "purpose",
    [
        pytest.param({"alg": "EdDSA"}, id="alg"),
        pytest.param({"alg": "Ed25519"}, id="alg by its later name"),
        pytest.param({"use": "sig"}, id="use"),
        pytest.param({"key_ops": ["verify"]}, id="key_ops"),
        pytest.param({"kid": 5, "x5t": "?", "anything": {}}, id="members that are ignored"),
    ],
)
def test_a_jwk_for_verifying_is_read(purpose: Document) -> None:
    assert parse_jwk({**ED25519, **purpose}) == Ed25519TestSigner(bytes(32)).public_key


@pytest.mark.parametrize("member", ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])
@pytest.mark.parametrize("jwk", [ED25519, P256, RSA])
def test_a_jwk_with_a_private_member_is_a_published_secret(jwk: Document, member: str) -> None:
    with pytest.raises(MalformedError) as refusal:
        parse_jwk({**jwk, member: "AAAA"})
    assert refusal.value.code is Code.PRIVATE_KEY_PUBLISHED


def _base64url_integer(number: int, *, zeros: int = 0) -> str:
    return encode_base64url(bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8))


@pytest.mark.parametrize(
    ("jwk", "change", "code"),
    [
        pytest.param(ED25519, {"kty": None}, Code.KEY, id="kty null"),
        pytest.param(ED25519, {"kty": ["OKP"]}, Code.KEY, id="kty an array"),
        pytest.param(ED25519, {"kty": "oct"}, Code.KEY, id="kty oct"),
        pytest.param(ED25519, {"kty": "okp"}, Code.KEY, id="kty in lower case"),
        pytest.param(ED25519, {"kty": "AKP"}, Code.KEY, id="kty unknown"),
        pytest.param(ED25519, {"crv": "X25519"}, Code.KEY, id="crv X25519"),
        pytest.param(ED25519, {"crv": "Ed448"}, Code.KEY, id="crv Ed448"),
        pytest.param(ED25519, {"crv": {}}, Code.KEY, id="crv an object"),
        pytest.param(ED25519, {"x": None}, Code.KEY, id="x null"),
        pytest.param(ED25519, {"x": ""}, Code.KEY, id="x empty"),
        pytest.param(ED25519, {"x": encode_base64url(bytes(31))}, Code.KEY, id="x of 31 bytes"),
        pytest.param(ED25519, {"x": encode_base64url(bytes(33))}, Code.KEY, id="x of 33 bytes"),
        pytest.param(ED25519, {"x": ED25519["x"] + "="}, Code.MALFORMED, id="x padded"),
        pytest.param(ED25519, {"x": ED25519["x"][:-1] + "9"}, Code.MALFORMED, id="x, odd bits"),
        pytest.param(ED25519, {"x": encode_base64url(bytes(32))}, Code.WEAK_KEY, id="small order"),
        pytest.param(ED25519, {"x": "A" * 5000}, Code.TOO_LARGE, id="x of 5000 characters"),
        pytest.param(ED25519, {"alg": "ES256"}, Code.KEY, id="alg of another key"),
        pytest.param(ED25519, {"alg": None}, Code.KEY, id="alg null"),
        pytest.param(ED25519, {"alg": ["EdDSA"]}, Code.KEY, id="alg an array"),
        pytest.param(ED25519, {"use": "enc"}, Code.KEY, id="use enc"),
        pytest.param(ED25519, {"key_ops": ["sign"]}, Code.KEY, id="key_ops sign"),
        pytest.param(ED25519, {"key_ops": "verify"}, Code.KEY, id="key_ops a string"),
        pytest.param(ED25519, {"key_ops": []}, Code.KEY, id="key_ops empty"),
        pytest.param(P256, {"crv": "P-384"}, Code.KEY, id="crv of the other length"),
        pytest.param(P256, {"crv": "P-521"}, Code.KEY, id="crv P-521"),
        pytest.param(P256, {"crv": "secp256k1"}, Code.KEY, id="crv secp256k1"),
        pytest.param(P256, {"crv": None}, Code.KEY, id="crv null"),
        pytest.param(P256, {"y": P256["x"]}, Code.KEY, id="off the curve"),
        pytest.param(P256, {"y": None}, Code.KEY, id="y null"),
        pytest.param(P256, {"x": encode_base64url(bytes(33))}, Code.KEY, id="x with a zero more"),
        pytest.param(P256, {"kty": "RSA"}, Code.KEY, id="P-256 as RSA"),
        pytest.param(P384, {"alg": "ES256"}, Code.KEY, id="P-384 for ES256"),
        pytest.param(RSA, {"alg": "PS256"}, Code.KEY, id="RSA for PS256"),
        pytest.param(RSA, {"alg": "RS512"}, Code.KEY, id="RSA for RS512"),
        pytest.param(RSA, {"e": "AAEAAQ"}, Code.KEY, id="e with a leading zero"),
        pytest.param(RSA, {"e": ""}, Code.KEY, id="e empty"),
        pytest.param(RSA, {"e": "Aw"}, Code.WEAK_KEY, id="e is 3"),
        pytest.param(RSA, {"e": 65537}, Code.KEY, id="e a number"),
        pytest.param(
            RSA, {"n": _base64url_integer(2**2047 + 1, zeros=1)}, Code.KEY, id="n, leading zero"
        ),
        pytest.param(RSA, {"n": _base64url_integer(2**1023 + 1)}, Code.WEAK_KEY, id="1024 bits"),
        pytest.param(RSA, {"n": _base64url_integer(2**16383 + 1)}, Code.WEAK_KEY, id="16384 bits"),
        pytest.param(RSA, {"n": "A" * 1_000_000}, Code.TOO_LARGE, id="n of a million characters"),
    ],
)
def test_what_is_no_key_for_verifying_is_refused(
    jwk: Document, change: Document, code: Code
) -> None:
    with pytest.raises(MalformedError) as refusal:
        parse_jwk({**jwk, **change})
    assert refusal.value.code is code


@pytest.mark.parametrize("value", [None, [], "z6Mk", 5])
def test_a_jwk_is_an_object(value: Any) -> None:  # noqa: ANN401 -- any JSON value
    with pytest.raises(MalformedError) as refusal:
        parse_jwk(value)
    assert refusal.value.code is Code.KEY
