"""Signatures: made by every algorithm, verified before they leave, and by no other key."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, x25519

from keys.signers import KeyPair, KeySigner, throwaway_key
from openbadges.errors import Code, RefusedError, UnavailableError, UnprovenError
from openbadges.multikey import format_multikey
from openbadges.public_key import P256, P384, Algorithm, Curve
from openbadges.signer import Signer
from openbadges.strict import decode_base58btc, parse_json_object

METHOD = "did:web:badges.example#key"
CURVES: Final = {Algorithm.ES256: P256, Algorithm.ES384: P384}
on_each_curve = pytest.mark.parametrize("algorithm", list(CURVES))


def sign_with(signer: Signer, data: bytes) -> bytes:
    """Sign as proofs do, knowing nothing but the interface."""
    return signer.sign(data)


made_here = pytest.mark.parametrize(
    ("algorithm", "length"),
    [
        (Algorithm.EDDSA, 64),
        (Algorithm.ES256, 64),
        (Algorithm.ES384, 96),
        (Algorithm.RS256, 384),
    ],
)


@made_here
def test_a_key_signs_what_its_public_half_verifies(algorithm: Algorithm, length: int) -> None:
    pair = throwaway_key(algorithm)
    signer = pair.signer(METHOD)
    signature = sign_with(signer, b"a badge")
    assert signer.verification_method == METHOD
    assert signer.public_key == pair.public_key
    assert signer.public_key.algorithm is algorithm
    assert len(signature) == length
    signer.public_key.verify(signature, b"a badge")
    with pytest.raises(UnprovenError):
        signer.public_key.verify(signature, b"a badger")


@made_here
def test_signing_is_deterministic(algorithm: Algorithm, length: int) -> None:
    signer = throwaway_key(algorithm).signer(METHOD)
    assert signer.sign(b"a badge") == signer.sign(b"a badge")
    assert len(signer.sign(b"")) == length


@made_here
def test_a_sealed_key_comes_back_as_the_same_key(algorithm: Algorithm, length: int) -> None:
    pair = KeyPair.generate(algorithm)
    again = KeyPair.from_pkcs8(pair.to_pkcs8())
    assert again.public_key == pair.public_key
    assert len(again.signer(METHOD).sign(b"x")) == length


def test_throwaway_keys_are_never_the_same() -> None:
    assert throwaway_key(Algorithm.EDDSA).public_key != throwaway_key(Algorithm.EDDSA).public_key


def test_a_signature_of_another_key_is_thrown_away() -> None:
    private = KeyPair.generate(Algorithm.EDDSA)._private  # noqa: SLF001 -- plays the wrong key
    signer = KeySigner(
        private,
        public_key=throwaway_key(Algorithm.EDDSA).public_key,
        verification_method=METHOD,
        check_permitted=bool,
    )
    with pytest.raises(UnavailableError, match="does not verify and was thrown away") as trouble:
        signer.sign(b"a badge")
    assert trouble.value.code is Code.PROOF


def test_the_published_seed_gives_the_published_key(key_pair_vector: Mapping[str, str]) -> None:
    pair = KeyPair.from_seed(key_pair_vector["privateSeedHex"])
    assert format_multikey(pair.public_key) == key_pair_vector["publicKeyMultibase"]
    assert KeyPair.from_seed(key_pair_vector["privateSeedHex"].upper()).public_key == (
        pair.public_key
    )


@pytest.mark.parametrize(
    "seed",
    [
        pytest.param("", id="empty"),
        pytest.param("ab" * 31, id="31-bytes"),
        pytest.param("ab" * 33, id="33-bytes"),
        pytest.param("ab" * 31 + "a", id="odd"),
        pytest.param("ab" * 31 + "ag", id="no-hexadecimal"),
        pytest.param("ab" * 31 + "ab\n", id="newline-after"),
        pytest.param(" " + "ab" * 31 + "a", id="space"),
        pytest.param("0x" + "ab" * 31, id="0x"),
        pytest.param("ab" * 31 + "\u0663\u0663", id="arabic-digits"),
    ],
)
def test_what_is_no_seed_is_refused_and_not_repeated(seed: str) -> None:
    with pytest.raises(RefusedError, match=r"^a seed is 32 bytes as 64 hexadecimal") as refusal:
        KeyPair.from_seed(seed)
    assert "ab" not in str(refusal.value).removesuffix("characters that are not that")
    assert refusal.value.__cause__ is None
    assert refusal.value.__context__ is None


def digits(scalar: int, curve: Curve) -> str:
    """Write a private scalar as it is asked for."""
    return scalar.to_bytes(curve.coordinate_bytes).hex()


@on_each_curve
def test_a_published_private_scalar_gives_the_published_key(
    algorithm: Algorithm, shared_vectors: Path
) -> None:
    file = f"p{algorithm.removeprefix('ES')}KeyPair.json"
    published = parse_json_object(
        (shared_vectors / "vc-di-ecdsa" / file).read_bytes(), what="the key pair"
    )
    secret = decode_base58btc(published["secretKeyMultibase"][1:], maximum_characters=100)
    scalar = secret[2:]  # after the prefix of its kind
    for seed in (scalar.hex(), scalar.hex().upper()):
        pair = KeyPair.from_seed(seed, algorithm)
        assert format_multikey(pair.public_key) == published["publicKeyMultibase"]


@on_each_curve
def test_a_scalar_that_is_none_or_can_be_guessed_is_refused_and_not_repeated(
    algorithm: Algorithm,
) -> None:
    curve = CURVES[algorithm]
    order = curve.implementation.group_order
    least = 1 << order.bit_length() // 2
    for scalar in (0, 1, 7, least - 1, order - least + 1, order - 1, order, order + 7):
        with pytest.raises(RefusedError, match=f"^the private scalar of a {curve.name} key") as no:
            KeyPair.from_seed(digits(scalar, curve), algorithm)
        assert no.value.code is Code.WEAK_KEY
        assert digits(scalar, curve) not in str(no.value)
        assert no.value.__context__ is None
    for scalar in (least, order - least):
        KeyPair.from_seed(digits(scalar, curve), algorithm)


@on_each_curve
def test_a_scalar_is_as_long_as_its_curve_asks_for(algorithm: Algorithm) -> None:
    length = CURVES[algorithm].coordinate_bytes
    for seed in ("ab" * (length - 1), "ab" * (length + 1), "ab" * (length - 1) + "ag"):
        with pytest.raises(RefusedError, match=f"^a seed is {length} bytes as {2 * length} hexad"):
            KeyPair.from_seed(seed, algorithm)


def test_an_rsa_key_has_no_seed() -> None:
    with pytest.raises(ValueError, match=r"^RS256 keys have no seed$"):
        KeyPair.from_seed("ab" * 32, Algorithm.RS256)


def test_what_is_no_private_key_is_refused() -> None:
    with pytest.raises(RefusedError, match=r"^the file holds no private key$"):
        KeyPair.from_pkcs8(b"not a key")
    foreign = x25519.X25519PrivateKey.generate().private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with pytest.raises(RefusedError, match="a private key of a kind that we do not use"):
        KeyPair.from_pkcs8(foreign)


def test_permission_is_asked_before_every_signature() -> None:
    asked: list[int] = []

    def ask() -> None:
        asked.append(1)
        if len(asked) > 1:
            raise RefusedError("enough")

    signer = throwaway_key(Algorithm.EDDSA).signer(METHOD, check_permitted=ask)
    signer.sign(b"one")
    with pytest.raises(RefusedError, match="enough"):
        signer.sign(b"two")


@on_each_curve
def test_an_ecdsa_signature_is_r_then_s_and_not_der(algorithm: Algorithm) -> None:
    pair = throwaway_key(algorithm)
    for number in range(20):
        signature = pair.signer(METHOD).sign(bytes([number]))
        assert len(signature) == 2 * CURVES[algorithm].coordinate_bytes
        pair.public_key.verify(signature, bytes([number]))
    assert isinstance(pair.public_key.material, ec.EllipticCurvePublicKey)
