"""A secret in every usual spelling, to be looked for in what must not have it (D16)."""

import json
from base64 import b16encode, b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from openbadges.strict import encode_base58btc

_BITS_OF_A_DIGIT: Final = 6  # in base64
MULTICODEC: Final = (b"", b"\x80\x26", b"\x86\x26", b"\x13\x01")
"""What stands before a private key in a Multikey: nothing, Ed25519, P-256, a secp key of old."""


def _base64(secret: bytes, encode: Callable[[bytes], bytes]) -> Iterator[bytes]:
    """Give the digits that depend on the secret alone, wherever it begins in a group of three."""
    for before in range(3):
        digits = encode(bytes(before) + secret).rstrip(b"=")
        first = -(-before * 8 // _BITS_OF_A_DIGIT)
        whole = (before + len(secret)) * 8 // _BITS_OF_A_DIGIT
        yield digits[first:whole]


def _decimals(secret: bytes) -> Iterator[bytes]:
    for comma in (", ", ",", " "):
        yield comma.join(str(byte) for byte in secret).encode()


def _escapes(secret: bytes) -> Iterator[bytes]:
    yield repr(secret)[2:-1].encode()
    yield "".join(f"\\x{byte:02x}" for byte in secret).encode()
    yield json.dumps(secret.decode("latin-1"))[1:-1].encode()
    yield secret.decode("latin-1").encode()  # bytes that were taken for text


def _hex(secret: bytes) -> Iterator[bytes]:
    for one in (b16encode(secret), b16encode(secret).lower()):
        yield one
        yield b":".join(one[place : place + 2] for place in range(0, len(one), 2))


def _integers(secret: bytes) -> Iterator[bytes]:
    yield str(int.from_bytes(secret)).encode()
    yield str(int.from_bytes(secret, "little")).encode()


SPELLINGS: Final[Mapping[str, Callable[[bytes], Iterator[bytes]]]] = {
    "raw": lambda secret: iter((secret,)),  # and inside of DER
    "hex": _hex,
    "base64": lambda secret: _base64(secret, b64encode),  # and inside of PEM
    "base64url": lambda secret: _base64(secret, urlsafe_b64encode),
    "base58": lambda secret: (encode_base58btc(one + secret).encode() for one in MULTICODEC),
    "decimals": _decimals,
    "escapes": _escapes,
    "integers": _integers,
}


def spellings_of(secret: bytes) -> frozenset[tuple[str, bytes]]:
    """Return each spelling with its name before it."""
    return frozenset((name, text) for name, spell in SPELLINGS.items() for text in spell(secret))


def find(data: bytes, secret: bytes) -> frozenset[str]:
    """Return in which spellings a secret stands in some bytes, lines broken anywhere or not."""
    joined = data.translate(None, b"\r\n")
    return frozenset(name for name, text in spellings_of(secret) if text in data or text in joined)
