"""Keys verify with their own algorithm, and only what they signed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from openbadges.errors import Code, MalformedError, OpenBadgesError, UnprovenError
from openbadges.public_key import (
    P256,
    P384,
    Algorithm,
    PublicKey,
    ec_key,
    ec_key_from_point,
    ed25519_key,
    public_key_of,
    rsa_key,
)
from openbadges.signer import Signer
from openbadges.strict import Document, parse_json
from tests.signing import EcTestSigner, Ed25519TestSigner, RsaTestSigner

SIGNERS: dict[str, Callable[[], Signer]] = {
    "EdDSA": lambda: Ed25519TestSigner(bytes(32)),
    "ES256": lambda: EcTestSigner(7),
    "ES384": lambda: EcTestSigner(7, curve=ec.SECP384R1()),
    "RS256": RsaTestSigner,
}


def _ec_key_of_group(curve_name: str) -> Callable[[Document], PublicKey]:
    curve = {"P-256": P256, "P-384": P384}[curve_name]

    def read(group: Document) -> PublicKey:
        point = bytes.fromhex(group["publicKey"]["uncompressed"])
        x, y = point[1 : 1 + curve.coordinate_bytes], point[1 + curve.coordinate_bytes :]
        return ec_key(curve, int.from_bytes(x), int.from_bytes(y))

    return read


def _accepts(key: PublicKey, case: Document) -> bool:
    try:
        key.verify(bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"]))
    except UnprovenError:
        return False
    return True


@pytest.mark.parametrize(
    ("name", "key_of_group", "count"),
    [
        pytest.param(
            "ed25519_test.json",
            lambda group: ed25519_key(bytes.fromhex(group["publicKey"]["pk"])),
            151,
            id="Ed25519",
        ),
        pytest.param(
            "ecdsa_secp256r1_sha256_p1363_test.json", _ec_key_of_group("P-256"), 262, id="P-256"
        ),
        pytest.param(
            "ecdsa_secp384r1_sha384_p1363_test.json", _ec_key_of_group("P-384"), 280, id="P-384"
        ),
    ],
)
def test_every_wycheproof_signature_has_its_published_result(
    shared_vectors: Path, name: str, key_of_group: Callable[[Document], PublicKey], count: int
) -> None:
    vectors = parse_json((shared_vectors / "wycheproof" / name).read_bytes())
    judged = [
        (case["tcId"], case["result"], "valid" if _accepts(key, case) else "invalid")
        for group in vectors["testGroups"]
        for key in [key_of_group(group)]
        for case in group["tests"]
    ]
    assert len(judged) == count
    assert [case for case in judged if case[1] != case[2]] == []


@pytest.mark.parametrize("algorithm", SIGNERS)
def test_a_key_verifies_what_its_signer_signed(algorithm: str) -> None:
    signer = SIGNERS[algorithm]()
    assert signer.public_key.algorithm == algorithm
    signer.public_key.verify(signer.sign(b"a badge"), b"a badge")


@pytest.mark.parametrize("algorithm", SIGNERS)
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda signature: signature[:-1], id="one byte short"),
        pytest.param(lambda signature: signature + b"\0", id="one byte long"),
        pytest.param(lambda signature: bytes(len(signature)), id="zeros"),
        pytest.param(lambda signature: b"\xff" * len(signature), id="ones"),
        pytest.param(lambda signature: signature[:-1] + bytes([signature[-1] ^ 1]), id="flipped"),
    ],
)
def test_a_changed_signature_proves_nothing(
    algorithm: str, change: Callable[[bytes], bytes]
) -> None:
    signer = SIGNERS[algorithm]()
    with pytest.raises(UnprovenError) as refusal:
        signer.public_key.verify(change(signer.sign(b"a badge")), b"a badge")
    assert refusal.value.code is Code.PROOF


@pytest.mark.parametrize("algorithm", SIGNERS)
def test_a_signature_over_other_bytes_proves_nothing(algorithm: str) -> None:
    signer = SIGNERS[algorithm]()
    with pytest.raises(UnprovenError):
        signer.public_key.verify(signer.sign(b"a badge"), b"another badge")


@pytest.mark.parametrize("curve", [P256, P384])
def test_an_ecdsa_signature_in_der_proves_nothing(curve: object) -> None:
    key = ec.derive_private_key(7, ec.SECP256R1() if curve is P256 else ec.SECP384R1())  # noqa: TID251 -- a test's own key
    public = public_key_of(key.public_key())
    digest = P256.digest if curve is P256 else P384.digest
    with pytest.raises(UnprovenError):
        public.verify(key.sign(b"a badge", ec.ECDSA(digest)), b"a badge")


def test_keys_are_equal_if_they_are_the_same_key() -> None:
    first, again = (Ed25519TestSigner(bytes(32)).public_key for _ in range(2))
    other = Ed25519TestSigner(b"\1" * 32).public_key
    assert first == again
    assert len({first, again, other}) == 2
    assert first != "not a key"


def test_a_compressed_point_is_the_same_key_as_its_coordinates() -> None:
    key = EcTestSigner(7).public_key
    assert ec_key_from_point(P256, key.raw_bytes()) == key


def test_the_shortest_form_of_an_rsa_key_is_its_pkcs_1_sequence() -> None:
    key = RsaTestSigner().public_key
    assert key.raw_bytes()[:2] == b"\x30\x82"
    assert key.canonical_bytes().endswith(key.raw_bytes())


def test_a_key_cannot_be_given_another_algorithm() -> None:
    material = EcTestSigner(7).public_key.material
    with pytest.raises(ValueError, match="does not verify with RS256"):
        PublicKey(Algorithm.RS256, material)


def test_a_weak_key_cannot_be_made_by_any_way() -> None:
    with pytest.raises(MalformedError) as refusal:
        ed25519_key(bytes(32))
    assert refusal.value.code is Code.WEAK_KEY
    with pytest.raises(MalformedError) as refusal:
        rsa_key(2**1024 + 1, 65537)
    assert refusal.value.code is Code.WEAK_KEY


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_an_ed25519_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(MalformedError) as refusal:
        ed25519_key(bytes(length))
    assert refusal.value.code is Code.KEY


def test_an_ed25519_key_in_a_second_spelling_is_refused() -> None:
    with pytest.raises(MalformedError) as refusal:
        ed25519_key((2**255 - 19 + 3).to_bytes(32, "little"))
    assert refusal.value.code is Code.KEY


@pytest.mark.parametrize(
    "material",
    [
        pytest.param(ed448.Ed448PublicKey.from_public_bytes(bytes(57)), id="Ed448"),
        pytest.param(ec.derive_private_key(7, ec.SECP521R1()).public_key(), id="P-521"),  # noqa: TID251 -- a test's own key
        pytest.param(ec.derive_private_key(7, ec.SECP256K1()).public_key(), id="secp256k1"),  # noqa: TID251 -- a test's own key
    ],
)
def test_a_kind_of_key_that_no_suite_uses_is_refused(material: PublicKeyTypes) -> None:
    with pytest.raises(MalformedError) as refusal:
        public_key_of(material)
    assert refusal.value.code is Code.KEY


_PRIME = 2**256 - 2**224 + 2**192 + 2**96 - 1


@pytest.mark.parametrize(
    ("x", "y"),
    [
        pytest.param(lambda x, _: x, lambda _, y: y + 1, id="off the curve"),
        pytest.param(lambda _, __: 0, lambda _, __: 0, id="infinity as zeros"),
        pytest.param(lambda x, _: x + _PRIME, lambda _, y: y, id="x beyond the field"),
        pytest.param(lambda x, _: x, lambda _, y: y + _PRIME, id="y beyond the field"),
        pytest.param(lambda x, _: x - _PRIME, lambda _, y: y, id="negative"),
    ],
)
def test_coordinates_that_are_no_point_are_refused(
    x: Callable[[int, int], int], y: Callable[[int, int], int]
) -> None:
    material = EcTestSigner(7).public_key.material
    assert isinstance(material, ec.EllipticCurvePublicKey)
    point = material.public_numbers()
    with pytest.raises(MalformedError) as refusal:
        ec_key(P256, x(point.x, point.y), y(point.x, point.y))
    assert refusal.value.code is Code.KEY


@pytest.mark.parametrize(
    "point",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\0", id="infinity"),
        pytest.param(b"\x02" + bytes(31), id="short"),
        pytest.param(b"\x02" + bytes(33), id="long"),
        pytest.param(b"\x04" + bytes(32), id="uncompressed mark"),
        pytest.param(b"\x04" + bytes(64), id="uncompressed"),
        pytest.param(b"\x02" + b"\xff" * 32, id="beyond the field"),
        pytest.param(b"\x02" + (_PRIME + 5).to_bytes(32), id="a point, spelled beyond the field"),
        pytest.param(b"\x02" + bytes(31) + b"\x01", id="not on the curve"),
    ],
)
def test_bytes_that_are_no_compressed_point_are_refused(point: bytes) -> None:
    with pytest.raises(OpenBadgesError) as refusal:
        ec_key_from_point(P256, point)
    assert refusal.value.code is Code.KEY


def test_that_point_is_on_the_curve_in_its_right_spelling() -> None:
    assert ec_key_from_point(P256, b"\x02" + (5).to_bytes(32)).algorithm is Algorithm.ES256
