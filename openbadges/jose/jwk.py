"""JSON Web Key: a public key as a JSON object, and its thumbprint.

RFC 7517, 7518 section 6, 7638 and 8037. Multikey, the other encoding, is in `multikey`; sets of
keys are written in `did` and looked up by `verifier`.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from openbadges.errors import Code, MalformedError
from openbadges.public_key import (
    P256,
    P384,
    Algorithm,
    Curve,
    PublicKey,
    curve_of,
    ec_key,
    ed25519_key,
    rsa_key,
)
from openbadges.strict import Document, decode_base64url, describe, encode_base64url

# A modulus of 4096 bits has 683; what is longer is refused before it is decoded (C15).
MAXIMUM_MEMBER_CHARACTERS = 4096

# RFC 7518 section 6: "k" is a symmetric key, all others belong to private keys (D9).
PRIVATE_MEMBERS: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})

_CURVES: Final = {curve.name: curve for curve in (P256, P384)}
# What the optional "alg" may say of a key; RFC 9864 gave EdDSA on this curve a name of its own.
_ALG_NAMES: Final = {
    Algorithm.EDDSA: ("EdDSA", "Ed25519"),
    Algorithm.ES256: ("ES256",),
    Algorithm.ES384: ("ES384",),
    Algorithm.RS256: ("RS256",),
}


def parse_jwk(document: object) -> PublicKey:
    """Read a public signature key; members that RFC 7517 does not define are ignored.

    Raises:
        MalformedError: a private member (PRIVATE_KEY_PUBLISHED); no JSON object, a kind of key
            that we do not verify with, a member of the wrong length, or an `alg`, `use` or
            `key_ops` that is not for this verification (KEY); or a key that proves nothing
            (WEAK_KEY).

    Spec: RFC 7517 section 4; RFC 7518 section 6; RFC 8037 section 2
    """
    if not isinstance(document, Mapping):
        raise MalformedError(f"a JWK is a JSON object; found {describe(document)}", code=Code.KEY)
    published = sorted(PRIVATE_MEMBERS & document.keys())
    if published:
        raise MalformedError(
            f"this JWK publishes a secret, its member {published[0]}",
            code=Code.PRIVATE_KEY_PUBLISHED,
        )
    kty = document.get("kty")
    read = _READERS.get(kty) if isinstance(kty, str) else None
    if read is None:
        raise MalformedError(f"a JWK's kty is OKP, EC or RSA; found {kty!r:.60}", code=Code.KEY)
    key = read(document)
    _check_purpose(document, key.algorithm)
    return key


def format_jwk(key: PublicKey, *, kid: str | None = None, alg: str | None = None) -> Document:
    """Write a key as a JWK: what the key needs, then `kid` and `alg` where given.

    Spec: RFC 7518 section 6; RFC 8037 section 2
    """
    document = _required_members(key)
    if kid is not None:
        document["kid"] = kid
    if alg is not None:
        document["alg"] = alg
    return document


def thumbprint(key: PublicKey) -> str:
    """Return the SHA-256 thumbprint in base64url: one name for one key, whoever lists it.

    Spec: RFC 7638 section 3
    """
    members = json.dumps(_required_members(key), sort_keys=True, separators=(",", ":"))
    return encode_base64url(hashlib.sha256(members.encode()).digest())


def _read_okp(document: Mapping[str, Any]) -> PublicKey:
    if document.get("crv") != "Ed25519":
        raise _unknown_curve(document, "Ed25519")
    return ed25519_key(_decode_member(document, "x"))


def _read_ec(document: Mapping[str, Any]) -> PublicKey:
    name = document.get("crv")
    curve = _CURVES.get(name) if isinstance(name, str) else None
    if curve is None:
        raise _unknown_curve(document, "P-256 or P-384")
    x, y = (_decode_coordinate(document, member, curve) for member in ("x", "y"))
    return ec_key(curve, x, y)


def _read_rsa(document: Mapping[str, Any]) -> PublicKey:
    n, e = (_decode_integer(document, member) for member in ("n", "e"))
    return rsa_key(n, e)


_READERS: Final[dict[str, Callable[[Mapping[str, Any]], PublicKey]]] = {
    "OKP": _read_okp,
    "EC": _read_ec,
    "RSA": _read_rsa,
}


def _required_members(key: PublicKey) -> Document:
    match key.material:
        case ed25519.Ed25519PublicKey():
            return {
                "kty": "OKP",
                "crv": "Ed25519",
                "x": encode_base64url(key.raw_bytes()),
            }
        case ec.EllipticCurvePublicKey():
            curve, point = curve_of(key.material), key.material.public_numbers()
            length = curve.coordinate_bytes
            return {
                "kty": "EC",
                "crv": curve.name,
                "x": encode_base64url(point.x.to_bytes(length)),
                "y": encode_base64url(point.y.to_bytes(length)),
            }
        case rsa.RSAPublicKey():
            numbers = key.material.public_numbers()
            return {"kty": "RSA", "n": _encode_integer(numbers.n), "e": _encode_integer(numbers.e)}


def _check_purpose(document: Mapping[str, Any], algorithm: Algorithm) -> None:
    """Refuse a key that its owner published for another use (RFC 7517 sections 4.2 to 4.4)."""
    if "alg" in document and document["alg"] not in _ALG_NAMES[algorithm]:
        raise MalformedError(
            f"this JWK's alg must be {algorithm}; found {document['alg']!r:.60}", code=Code.KEY
        )
    if "use" in document and document["use"] != "sig":
        raise MalformedError(
            f'this JWK\'s use must be "sig"; found {document["use"]!r:.60}', code=Code.KEY
        )
    operations = document.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        raise MalformedError(
            f'this JWK\'s key_ops must list "verify"; found {operations!r:.60}', code=Code.KEY
        )


def _decode_member(document: Mapping[str, Any], member: str) -> bytes:
    value = document.get(member)
    if not isinstance(value, str):
        raise MalformedError(
            f"this JWK's {member} must be a base64url string; found {value!r:.60}", code=Code.KEY
        )
    return decode_base64url(value, maximum_characters=MAXIMUM_MEMBER_CHARACTERS)


def _decode_coordinate(document: Mapping[str, Any], member: str, curve: Curve) -> int:
    data = _decode_member(document, member)
    if len(data) != curve.coordinate_bytes:
        raise MalformedError(
            f"this JWK's {member} must have {curve.coordinate_bytes} bytes; found {len(data)}",
            code=Code.KEY,
        )
    return int.from_bytes(data)


def _decode_integer(document: Mapping[str, Any], member: str) -> int:
    data = _decode_member(document, member)
    # Base64urlUInt uses as few bytes as there are, so that a number has one spelling.
    if not data or data[0] == 0:
        raise MalformedError(
            f"this JWK's {member} must be an integer without leading zero bytes", code=Code.KEY
        )
    return int.from_bytes(data)


def _encode_integer(number: int) -> str:
    return encode_base64url(number.to_bytes((number.bit_length() + 7) // 8))


def _unknown_curve(document: Mapping[str, Any], expected: str) -> MalformedError:
    return MalformedError(
        f"this JWK's crv must be {expected}; found {document.get('crv')!r:.60}", code=Code.KEY
    )
