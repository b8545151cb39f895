"""A public key and the one algorithm it verifies with.

The key decides the algorithm; a document or a header never does. Encodings are elsewhere:
Multikey in `multikey`, JWK in `jose.jwk`; what makes a key too
weak to believe is in `weak_keys`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from openbadges.errors import Code, MalformedError, UnprovenError
from openbadges.weak_keys import check_ed25519, check_rsa


class Algorithm(StrEnum):
    """The registered JOSE names of what we verify; Data Integrity suites refer to them too."""

    EDDSA = "EdDSA"
    ES256 = "ES256"
    ES384 = "ES384"
    RS256 = "RS256"


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve as JOSE names it, with all that ECDSA on it needs."""

    name: str
    algorithm: Algorithm
    implementation: ec.EllipticCurve
    digest: hashes.HashAlgorithm
    coordinate_bytes: int


ED25519_BYTES = 32
P256: Final = Curve("P-256", Algorithm.ES256, ec.SECP256R1(), hashes.SHA256(), 32)
P384: Final = Curve("P-384", Algorithm.ES384, ec.SECP384R1(), hashes.SHA384(), 48)
# P-521 and secp256k1 are off: no Open Badges cryptosuite and no algorithm above uses them.

Material = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey


@dataclass(frozen=True, slots=True, eq=False)
class PublicKey:
    """A key that was vetted when it was made; two are equal if they are the same key.

    Make one with `ed25519_key`, `ec_key`, `ec_key_from_point`, `rsa_key` or `public_key_of`.
    """

    algorithm: Algorithm
    material: Material

    def __post_init__(self) -> None:
        if self.algorithm is not _algorithm_of(self.material):
            raise ValueError(f"this key does not verify with {self.algorithm}")
        _vet(self.material)

    def verify(self, signature: bytes, data: bytes) -> None:
        """Return if `signature` over `data` was made with this key's private half.

        ECDSA signatures are r followed by s, each as long as the curve's order.

        Raises:
            UnprovenError: it was not (PROOF).
        """
        try:
            self._verify(signature, data)
        except InvalidSignature as error:
            raise UnprovenError(
                "it was changed after it was signed, or signed with another key than this"
                f" {self.algorithm} key",
                code=Code.PROOF,
            ) from error

    def canonical_bytes(self) -> bytes:
        """Return the one DER encoding (SubjectPublicKeyInfo) of this key."""
        return self.material.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def raw_bytes(self) -> bytes:
        """Return the shortest registered form: 32 bytes, a compressed point, or PKCS #1 for RSA."""
        match self.material:
            case ed25519.Ed25519PublicKey():
                return self.material.public_bytes_raw()
            case ec.EllipticCurvePublicKey():
                return self.material.public_bytes(
                    serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint
                )
            case rsa.RSAPublicKey():
                return self.material.public_bytes(
                    serialization.Encoding.DER, serialization.PublicFormat.PKCS1
                )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PublicKey):
            return NotImplemented
        return self.canonical_bytes() == other.canonical_bytes()

    def __hash__(self) -> int:
        return hash(self.canonical_bytes())

    def _verify(self, signature: bytes, data: bytes) -> None:
        match self.material:
            case ed25519.Ed25519PublicKey():
                self.material.verify(signature, data)
            case ec.EllipticCurvePublicKey():
                curve = curve_of(self.material)
                self.material.verify(_der(signature, curve), data, ec.ECDSA(curve.digest))
            case rsa.RSAPublicKey():
                self.material.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())


def ed25519_key(raw: bytes) -> PublicKey:
    """Make a key from the 32 bytes that encode its point.

    Raises:
        MalformedError: not 32 bytes, not in the one canonical encoding or not on the curve (KEY),
            or of small order (WEAK_KEY).

    Spec: RFC 8032 section 5.1.3
    """
    if len(raw) != ED25519_BYTES:
        raise MalformedError(
            f"an Ed25519 key has {ED25519_BYTES} bytes; found {len(raw)}", code=Code.KEY
        )
    return public_key_of(ed25519.Ed25519PublicKey.from_public_bytes(raw))


def ec_key(curve: Curve, x: int, y: int) -> PublicKey:
    """Make a key from the affine coordinates of its point.

    Raises:
        MalformedError: not a point of the curve, or a coordinate beyond the field (KEY).
    """
    try:
        material = ec.EllipticCurvePublicNumbers(x, y, curve.implementation).public_key()
    except ValueError as error:
        raise _not_on(curve) from error
    numbers = material.public_numbers()
    # OpenSSL reduces coordinates, so that one key would have several spellings.
    if (numbers.x, numbers.y) != (x, y):
        raise _not_on(curve)
    return public_key_of(material)


def ec_key_from_point(curve: Curve, point: bytes) -> PublicKey:
    """Make a key from its compressed point: 02 or 03, then the x-coordinate.

    Raises:
        MalformedError: another form or length, or not a point of the curve (KEY).

    Spec: SEC 1 section 2.3.4
    """
    expected = 1 + curve.coordinate_bytes
    if len(point) != expected or point[0] not in (2, 3):
        raise MalformedError(
            f"a {curve.name} key is a compressed point of {expected} bytes;"
            f" found {len(point)} bytes starting {point[:1].hex()}",
            code=Code.KEY,
        )
    try:
        material = ec.EllipticCurvePublicKey.from_encoded_point(curve.implementation, point)
    except ValueError as error:
        raise _not_on(curve) from error
    return public_key_of(material)


def rsa_key(n: int, e: int) -> PublicKey:
    """Make a key from its modulus and exponent.

    Raises:
        MalformedError: shorter than 2048 or longer than 4096 bits, an exponent other than 65537,
            or a modulus that can be factored (WEAK_KEY).
    """
    # Checked before the library sees numbers, whose work grows with their length (C15).
    check_rsa(n, e)
    return public_key_of(rsa.RSAPublicNumbers(e, n).public_key())


def public_key_of(material: PublicKeyTypes) -> PublicKey:
    """Vet a public key of the cryptography library.

    Raises:
        MalformedError: of a kind that we do not verify with (KEY), or weak (WEAK_KEY).
    """
    if not isinstance(material, Material):
        raise MalformedError(
            "a key is Ed25519, P-256, P-384 or RSA; found another kind", code=Code.KEY
        )
    return PublicKey(_algorithm_of(material), material)


def curve_of(material: ec.EllipticCurvePublicKey) -> Curve:
    """Return the curve of a key.

    Raises:
        MalformedError: a curve that we do not verify with (KEY).
    """
    for curve in (P256, P384):
        if material.curve.name == curve.implementation.name:
            return curve
    raise MalformedError(
        f"a key's curve is P-256 or P-384; found {material.curve.name}", code=Code.KEY
    )


def _algorithm_of(material: Material) -> Algorithm:
    match material:
        case ed25519.Ed25519PublicKey():
            return Algorithm.EDDSA
        case ec.EllipticCurvePublicKey():
            return curve_of(material).algorithm
        case rsa.RSAPublicKey():
            return Algorithm.RS256


def _vet(material: Material) -> None:
    """Refuse a weak key; the library itself refuses points that are not on their NIST curve."""
    if isinstance(material, ed25519.Ed25519PublicKey):
        check_ed25519(material.public_bytes_raw())
    if isinstance(material, rsa.RSAPublicKey):
        numbers = material.public_numbers()
        check_rsa(numbers.n, numbers.e)


def _not_on(curve: Curve) -> MalformedError:
    return MalformedError(f"this key is not a point of the curve {curve.name}", code=Code.KEY)


def _der(signature: bytes, curve: Curve) -> bytes:
    """Turn r and s into the DER that the library verifies.

    Raises:
        InvalidSignature: of another length, or r or s not between 0 and the curve's order (C14).

    Spec: RFC 7518 section 3.4; SEC 1 section 4.1.4
    """
    length = curve.coordinate_bytes
    if len(signature) != 2 * length:
        raise InvalidSignature
    r, s = int.from_bytes(signature[:length]), int.from_bytes(signature[length:])
    order = curve.implementation.group_order
    if not (0 < r < order and 0 < s < order):
        raise InvalidSignature
    return encode_dss_signature(r, s)
