"""The documents of our identifiers list our keys, and are read back as they were meant."""

from datetime import UTC, datetime, timedelta

import pytest

from openbadges.did import (
    ListedKey,
    did_jwk,
    did_jwk_document,
    did_key,
    did_key_document,
    did_web_document,
    jwks,
    listed_methods,
    method_id,
)
from openbadges.errors import Code, MalformedError, UnprovenError
from openbadges.jose.jwk import format_jwk, parse_jwk, thumbprint
from openbadges.multikey import format_multikey
from openbadges.public_key import PublicKey
from openbadges.strict import encode_base58btc, encode_base64url
from openbadges.verification_method import parse_controller_document
from tests.signing import EcTestSigner, Ed25519TestSigner, RsaTestSigner

ED25519 = Ed25519TestSigner(bytes(32)).public_key
P256 = EcTestSigner(7).public_key
RSA = RsaTestSigner().public_key
DID = "did:web:example.edu"


@pytest.mark.parametrize("key", [ED25519, P256], ids=["Ed25519", "P-256"])
def test_a_did_key_lists_its_own_key(key: PublicKey, now: datetime) -> None:
    did, multikey = did_key(key), format_multikey(key)
    document = did_key_document(did)
    assert did == f"did:key:{multikey}"
    assert document["verificationMethod"] == [
        {
            "id": f"{did}#{multikey}",
            "type": "Multikey",
            "controller": did,
            "publicKeyMultibase": multikey,
        }
    ]
    assert document["assertionMethod"] == document["authentication"] == [f"{did}#{multikey}"]
    read = parse_controller_document(document, expected_id=did)
    assert read.assertion_method(method_id(did, key), at=now).public_key == key


@pytest.mark.parametrize(
    ("did", "code"),
    [
        pytest.param("did:key:", Code.INVALID_DID, id="empty"),
        pytest.param("did:web:example.edu", Code.INVALID_DID, id="another method"),
        pytest.param(f"{did_key(ED25519)}#x", Code.INVALID_DID, id="a DID URL"),
        pytest.param("did:key:" + "z" * 10_000, Code.INVALID_DID, id="10 KB"),
        pytest.param("did:key:" + "z" * 2_000, Code.TOO_LARGE, id="2 KB"),
        pytest.param(
            "did:key:z" + encode_base58btc(b"\xec\x01" + bytes(32)), Code.KEY, id="x25519"
        ),
        pytest.param(
            "did:key:z" + encode_base58btc(b"\xed\x01" + bytes(32)), Code.WEAK_KEY, id="weak"
        ),
        pytest.param(f"did:key:1.1:{format_multikey(ED25519)}", Code.KEY, id="with a version"),
    ],
)
def test_what_is_no_did_key_has_no_document(did: str, code: Code) -> None:
    with pytest.raises(MalformedError) as refusal:
        did_key_document(did)
    assert refusal.value.code is code


def test_a_foreign_fragment_names_no_method_of_a_did_key(now: datetime) -> None:
    did = did_key(ED25519)
    read = parse_controller_document(did_key_document(did), expected_id=did)
    with pytest.raises(UnprovenError) as refusal:
        read.assertion_method(f"{did}#{format_multikey(P256)}", at=now)
    assert refusal.value.code is Code.INVALID_RELATIONSHIP


@pytest.mark.parametrize("key", [ED25519, P256, RSA], ids=["Ed25519", "P-256", "RSA"])
def test_a_did_jwk_lists_its_own_key(key: PublicKey, now: datetime) -> None:
    did = did_jwk(key)
    document = did_jwk_document(did)
    assert document["verificationMethod"][0]["publicKeyJwk"] == format_jwk(key)
    read = parse_controller_document(document, expected_id=did)
    assert read.assertion_method(f"{did}#0", at=now).public_key == key


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param('{"kty":"oct","k":"AAAA"}', Code.PRIVATE_KEY_PUBLISHED, id="a secret"),
        pytest.param('{"kty":"OKP"}', Code.KEY, id="no key"),
        pytest.param("[]", Code.MALFORMED, id="no object"),
        pytest.param("?", Code.MALFORMED, id="no JSON"),
        pytest.param('{"kty":"OKP","kty":"EC"}', Code.DUPLICATE_KEY, id="two things"),
    ],
)
def test_what_is_no_did_jwk_has_no_document(text: str, code: Code) -> None:
    with pytest.raises(MalformedError) as refusal:
        did_jwk_document(f"did:jwk:{encode_base64url(text.encode())}")
    assert refusal.value.code is code


def test_a_did_web_document_has_the_shape_that_others_read() -> None:
    assert did_web_document(DID, keys=[ListedKey(public_key=ED25519)]) == {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": DID,
        "verificationMethod": [
            {
                "id": f"{DID}#{format_multikey(ED25519)}",
                "type": "Multikey",
                "controller": DID,
                "publicKeyMultibase": format_multikey(ED25519),
            }
        ],
        "assertionMethod": [f"{DID}#{format_multikey(ED25519)}"],
    }


def test_an_rsa_key_is_listed_as_a_jwk_under_its_thumbprint() -> None:
    document = did_web_document(DID, keys=[ListedKey(public_key=RSA)])
    assert document["verificationMethod"] == [
        {
            "id": f"{DID}#{thumbprint(RSA)}",
            "type": "JsonWebKey",
            "controller": DID,
            "publicKeyJwk": format_jwk(RSA),
        }
    ]
    assert document["@context"][-1] == "https://w3id.org/security/jwk/v1"


def test_what_is_listed_is_read_back(now: datetime) -> None:
    revoked, expires = now - timedelta(days=1), now + timedelta(days=1)
    keys = [
        ListedKey(public_key=ED25519, expires=expires),
        ListedKey(public_key=P256, revoked=revoked),
        ListedKey(public_key=RSA, relationships=("authentication",)),
    ]
    read = parse_controller_document(did_web_document(DID, keys=keys), expected_id=DID)
    methods = [read.verification_methods[method_id(DID, key.public_key)] for key in keys]
    assert [method.public_key for method in methods] == [ED25519, P256, RSA]
    assert [method.expires for method in methods] == [expires, None, None]
    assert [method.revoked for method in methods] == [None, revoked, None]
    assert read.assertion_methods == {method_id(DID, ED25519), method_id(DID, P256)}


def test_an_https_profile_lists_keys_under_its_own_address(now: datetime) -> None:
    profile_id = "https://example.edu/issuers/565049"
    members = listed_methods(profile_id, keys=[ListedKey(public_key=ED25519)])
    profile = {"id": profile_id, "type": "Profile", "name": "Example", **members}
    read = parse_controller_document(profile, expected_id=profile_id)
    url = f"{profile_id}#{format_multikey(ED25519)}"
    assert read.assertion_method(url, at=now).public_key == ED25519


def test_a_key_set_has_the_keys_that_may_sign_credentials() -> None:
    revoked = datetime(2026, 1, 1, tzinfo=UTC)
    keys = [
        ListedKey(public_key=ED25519),
        ListedKey(public_key=RSA, relationships=("assertionMethod", "authentication")),
        ListedKey(public_key=P256, revoked=revoked),
        ListedKey(public_key=EcTestSigner(8).public_key, relationships=("authentication",)),
    ]
    published = jwks(DID, keys=keys)["keys"]
    assert [jwk["kid"] for jwk in published] == [method_id(DID, ED25519), method_id(DID, RSA)]
    assert [jwk["alg"] for jwk in published] == ["EdDSA", "RS256"]
    assert [parse_jwk(jwk) for jwk in published] == [ED25519, RSA]


def test_a_key_is_listed_once() -> None:
    with pytest.raises(ValueError, match="listed once"):
        did_web_document(DID, keys=2 * [ListedKey(public_key=ED25519)])


def test_an_issuer_without_keys_lists_none() -> None:
    document = did_web_document(DID, keys=[])
    assert document["verificationMethod"] == document["assertionMethod"] == []
