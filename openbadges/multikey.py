"""Multikey: a public key as one string, a multicodec prefix and the key in base58btc.

https://www.w3.org/TR/cid-1.0/#Multikey. JWK, the other encoding, is in `jose.jwk`; the document
that lists a key is read in `verification_method`.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from openbadges.errors import Code, MalformedError
from openbadges.public_key import P256, P384, Algorithm, PublicKey, ec_key_from_point, ed25519_key
from openbadges.strict import decode_base58btc, encode_base58btc

# A P-384 key has 71 characters; a published Ed25519 secret has up to 91 and must be named as such.
# Decoding costs the square of the length (B2, D11).
MAXIMUM_MULTIKEY_CHARACTERS = 128
BASE58BTC_HEADER: Final = "z"

# Multicodec numbers as varints. A table of whole prefixes knows only the shortest spelling (D11).
_ED25519_PREFIX: Final = b"\xed\x01"  # 0xed
_P256_PREFIX: Final = b"\x80\x24"  # 0x1200
_P384_PREFIX: Final = b"\x81\x24"  # 0x1201
_PREFIX_BYTES = 2

_PREFIXES: Final = {
    Algorithm.EDDSA: _ED25519_PREFIX,
    Algorithm.ES256: _P256_PREFIX,
    Algorithm.ES384: _P384_PREFIX,
}
# Each constructor asks for the exact length: 32 bytes, or a compressed point of 33 or 49.
_CONSTRUCTORS: Final[dict[bytes, Callable[[bytes], PublicKey]]] = {
    _ED25519_PREFIX: ed25519_key,
    _P256_PREFIX: partial(ec_key_from_point, P256),
    _P384_PREFIX: partial(ec_key_from_point, P384),
}
# 0x1300 (ed25519-priv) to 0x130b: the registered private keys.
_PRIVATE_PREFIXES: Final = frozenset(bytes((0x80 + low, 0x26)) for low in range(12))


def parse_multikey(text: object) -> PublicKey:
    """Read a `publicKeyMultibase` value.

    Raises:
        MalformedError: not base58btc with its "z", another codec or length, or no point of its
            curve (KEY); too long (TOO_LARGE); of small order (WEAK_KEY); or a secret key
            (PRIVATE_KEY_PUBLISHED).

    Spec: cid-1.0#Multikey
    """
    if not isinstance(text, str) or not text.startswith(BASE58BTC_HEADER):
        raise MalformedError(
            f"a Multikey is a string that starts with z (base58btc); found {text!r:.60}",
            code=Code.KEY,
        )
    data = decode_base58btc(
        text.removeprefix(BASE58BTC_HEADER), maximum_characters=MAXIMUM_MULTIKEY_CHARACTERS
    )
    prefix, key = data[:_PREFIX_BYTES], data[_PREFIX_BYTES:]
    if prefix in _PRIVATE_PREFIXES:
        raise MalformedError(
            "a secret key stands where a public key is expected", code=Code.PRIVATE_KEY_PUBLISHED
        )
    if prefix not in _CONSTRUCTORS:
        raise MalformedError(
            "a Multikey is Ed25519 (prefix ed01), P-256 (8024) or P-384 (8124);"
            f" found {prefix.hex()}",
            code=Code.KEY,
        )
    return _CONSTRUCTORS[prefix](key)


def format_multikey(key: PublicKey) -> str:
    """Write a key as a `publicKeyMultibase` value.

    Raises:
        ValueError: an RSA key, for which no Multikey is defined; publish it as a JWK.

    Spec: cid-1.0#Multikey
    """
    prefix = _PREFIXES.get(key.algorithm)
    if prefix is None:
        raise ValueError("an RSA key has no Multikey: publish it as a JWK")
    return BASE58BTC_HEADER + encode_base58btc(prefix + key.raw_bytes())
