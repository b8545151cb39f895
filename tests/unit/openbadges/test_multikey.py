"""A Multikey is read in one spelling, and never as a secret."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from openbadges.errors import Code, MalformedError
from openbadges.multikey import MAXIMUM_MULTIKEY_CHARACTERS, format_multikey, parse_multikey
from openbadges.public_key import Algorithm
from openbadges.strict import encode_base58btc, parse_json
from tests.signing import EcTestSigner, Ed25519TestSigner, RsaTestSigner

ED25519 = Ed25519TestSigner(bytes(range(32))).public_key.raw_bytes()
P256 = EcTestSigner(7).public_key.raw_bytes()
P384 = EcTestSigner(7, curve=ec.SECP384R1()).public_key.raw_bytes()


def _multibase(data: bytes) -> str:
    return "z" + encode_base58btc(data)


@pytest.mark.parametrize(
    ("path", "algorithm"),
    [
        pytest.param("vc-di-eddsa/keyPair.json", Algorithm.EDDSA, id="eddsa"),
        pytest.param("vc-di-ecdsa/p256KeyPair.json", Algorithm.ES256, id="P-256"),
        pytest.param("vc-di-ecdsa/p384KeyPair.json", Algorithm.ES384, id="P-384"),
    ],
)
def test_published_keys_are_read_and_written_alike(
    shared_vectors: Path, path: str, algorithm: Algorithm
) -> None:
    published = parse_json((shared_vectors / path).read_bytes())
    key = parse_multikey(published["publicKeyMultibase"])
    assert key.algorithm is algorithm
    assert format_multikey(key) == published["publicKeyMultibase"]


@pytest.mark.parametrize(
    ("path", "member"),
    [
        pytest.param("vc-di-eddsa/keyPair.json", "privateKeyMultibase", id="eddsa"),
        pytest.param("vc-di-ecdsa/p256KeyPair.json", "secretKeyMultibase", id="P-256"),
        pytest.param("vc-di-ecdsa/p384KeyPair.json", "secretKeyMultibase", id="P-384"),
    ],
)
def test_published_secrets_are_called_secrets(shared_vectors: Path, path: str, member: str) -> None:
    published = parse_json((shared_vectors / path).read_bytes())
    with pytest.raises(MalformedError) as refusal:
        parse_multikey(published[member])
    assert refusal.value.code is Code.PRIVATE_KEY_PUBLISHED


def test_the_bytes_of_the_open_badges_example_are_its_published_key(shared_vectors: Path) -> None:
    published = parse_json((shared_vectors / "ob-v3p0" / "key-pair.json").read_bytes())
    key = parse_multikey(published["publicKeyMultibase"])
    assert key.raw_bytes().hex() == published["publicKeyHex"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(None, Code.KEY, id="null"),
        pytest.param(["z6Mk"], Code.KEY, id="an array"),
        pytest.param("", Code.KEY, id="empty"),
        pytest.param("z", Code.KEY, id="only the header"),
        pytest.param(encode_base58btc(b"\xed\x01" + ED25519), Code.KEY, id="no header"),
        pytest.param("u7QEA", Code.KEY, id="base64url"),
        pytest.param("Z6Mk", Code.KEY, id="another base"),
        pytest.param("z6Mk0OIl", Code.MALFORMED, id="not base58"),
        pytest.param(_multibase(b"\xed\x01" + ED25519) + " ", Code.MALFORMED, id="a space behind"),
        pytest.param(_multibase(b"\xec\x01" + ED25519), Code.KEY, id="x25519"),
        pytest.param(_multibase(b"\xe7\x01" + P256), Code.KEY, id="secp256k1"),
        pytest.param(_multibase(b"\xed\x81\x00" + ED25519), Code.KEY, id="a longer varint"),
        pytest.param(_multibase(b"\x80\xa4\x00" + P256), Code.KEY, id="a longer varint, P-256"),
        pytest.param(_multibase(b"\xed"), Code.KEY, id="half a varint"),
        pytest.param(_multibase(b"\xed\x01" + ED25519[:31]), Code.KEY, id="31 bytes"),
        pytest.param(_multibase(b"\xed\x01" + ED25519 + b"\0"), Code.KEY, id="33 bytes"),
        pytest.param("z1" + encode_base58btc(b"\xed\x01" + ED25519), Code.KEY, id="a leading 1"),
        pytest.param(_multibase(b"\x80\x24" + P256[1:]), Code.KEY, id="P-256 without its sign"),
        pytest.param(_multibase(b"\x80\x24" + b"\x04" + P256[1:]), Code.KEY, id="P-256, mark 04"),
        pytest.param(_multibase(b"\x80\x24" + P384), Code.KEY, id="P-384 as P-256"),
        pytest.param(_multibase(b"\x81\x24" + P256), Code.KEY, id="P-256 as P-384"),
        pytest.param(_multibase(b"\xed\x01" + bytes(32)), Code.WEAK_KEY, id="small order"),
        pytest.param(
            _multibase(b"\x80\x26" + bytes(64)), Code.PRIVATE_KEY_PUBLISHED, id="secret of 64 bytes"
        ),
        pytest.param(
            "z" + "2" * (MAXIMUM_MULTIKEY_CHARACTERS + 1), Code.TOO_LARGE, id="over the cap"
        ),
        pytest.param("z" + "z" * 100_000, Code.TOO_LARGE, id="100 000 characters"),
    ],
)
def test_what_is_no_multikey_is_refused(text: object, code: Code) -> None:
    with pytest.raises(MalformedError) as refusal:
        parse_multikey(text)
    assert refusal.value.code is code


def test_an_rsa_key_has_no_multikey() -> None:
    with pytest.raises(ValueError, match="publish it as a JWK"):
        format_multikey(RsaTestSigner().public_key)
