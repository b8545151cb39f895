"""Bitstring status lists: the bits, their `encodedList` form, and the documents around them.

https://www.w3.org/TR/vc-bitstring-status-list/. Which index belongs to which credential is decided
in `issuer`; fetching a list, and judging its proof, issuer and age, in `verifier`.
"""

import zlib
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from openbadges.errors import Code, MalformedError, UnsupportedError
from openbadges.strict import (
    Document,
    decode_base64url,
    encode_base64url,
    format_timestamp,
)

MINIMUM_ENTRIES = 131_072  # so that one index hides among many (#list-size)
MAXIMUM_LIST_BYTES = 8 * 1024 * 1024  # decompressed; gzip makes 1 GiB of a 1.4 MB text (F1)
MAXIMUM_ENCODED_CHARACTERS = 4 * 1024 * 1024  # what is fetched of a list at most (E7)
MAXIMUM_STATUS_SIZE = 8  # bits of one entry that we read; registered purposes use 1 (F12)

CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"
_MULTIBASE_BASE64URL: Final = "u"
_MAXIMUM_PADDING: Final = 2  # characters after the last byte of base64 (RFC 4648)
# RFC 1952: deflate, no flags, no time, best compression, unknown system. Python's own gzip writes
# the system it runs on, so the same list would differ from one machine to the next.
_GZIP_HEADER: Final = bytes.fromhex("1f8b 08 00 00000000 02 ff")
_RAW_DEFLATE: Final = -15  # zlib's window of 32 KiB, without a header
_ONLY_GZIP: Final = 31  # the same window, with a gzip header and its checksum


def encode(bits: bytes) -> str:
    """Compress a bitstring into an `encodedList` value.

    `bits` holds one status a bit; index 0 is the left-most bit of byte 0. Returns "u" (multibase
    base64url, no padding) and the gzip stream, the same on every machine with the same zlib.

    Raises:
        ValueError: fewer than `MINIMUM_ENTRIES` bits.

    Spec: vc-bitstring-status-list#bitstring-generation-algorithm
    """
    if len(bits) * 8 < MINIMUM_ENTRIES:
        raise ValueError(f"a list of {len(bits) * 8} bits; it needs {MINIMUM_ENTRIES}")
    compressor = zlib.compressobj(level=9, wbits=_RAW_DEFLATE)
    deflated = compressor.compress(bits) + compressor.flush()
    trailer = zlib.crc32(bits).to_bytes(4, "little") + len(bits).to_bytes(4, "little")
    return _MULTIBASE_BASE64URL + encode_base64url(_GZIP_HEADER + deflated + trailer)


def decode(encoded_list: str, *, multibase: bool = True) -> bytes:
    """Return the bitstring of an `encodedList`.

    `multibase=False` reads the form of StatusList2021, which has no "u" before it and is written
    in either alphabet of base64, with or without padding.

    Raises:
        MalformedError: not "u", base64url and exactly one sound gzip member; more than
            `MAXIMUM_LIST_BYTES` inside is LIST_TOO_LARGE, fewer than `MINIMUM_ENTRIES` bits
            STATUS_LIST_LENGTH.

    Spec: vc-bitstring-status-list#bitstring-expansion-algorithm
    """
    if multibase:
        if not encoded_list.startswith(_MULTIBASE_BASE64URL):
            raise MalformedError('an encodedList must begin with "u", multibase for base64url')
        encoded_list = encoded_list[1:]
    else:
        encoded_list = _as_base64url(encoded_list)
    compressed = decode_base64url(encoded_list, maximum_characters=MAXIMUM_ENCODED_CHARACTERS)
    bits = _inflate(compressed)
    _check_length(len(bits) * 8)
    return bits


def checked_size(size: int) -> int:
    """Return the bits of one entry, if they are as many as we read.

    Raises:
        MalformedError: a size below 1 (DATA_MODEL).
        UnsupportedError: a size above `MAXIMUM_STATUS_SIZE` (UNSUPPORTED_STATUS).

    Spec: vc-bitstring-status-list#bitstringstatuslistentry
    """
    if size < 1:
        raise MalformedError(f"statusSize is {size}; it must be at least 1", code=Code.DATA_MODEL)
    if size > MAXIMUM_STATUS_SIZE:
        raise UnsupportedError(
            f"statusSize is {size}; entries of up to {MAXIMUM_STATUS_SIZE} bits are read",
            code=Code.UNSUPPORTED_STATUS,
        )
    return size


def read_status(bits: bytes, index: int, *, size: int = 1) -> int:
    """Return the entry at `index` of a list whose entries have `size` bits each.

    Raises:
        MalformedError: fewer than `MINIMUM_ENTRIES` entries (STATUS_LIST_LENGTH), none at `index`
            (RANGE), or a size below 1.
        UnsupportedError: a size above `MAXIMUM_STATUS_SIZE`.

    Spec: vc-bitstring-status-list#validate-algorithm
    """
    entries = len(bits) * 8 // checked_size(size)
    _check_length(entries)
    if not 0 <= index < entries:
        raise MalformedError(
            f"there is no entry {index} in a status list of {entries}", code=Code.RANGE
        )
    first_byte, offset = divmod(index * size, 8)
    # An entry of at most eight bits lies in two bytes.
    window = int.from_bytes(bits[first_byte : first_byte + 2].ljust(2, b"\0"))
    return (window >> (16 - offset - size)) & ((1 << size) - 1)


def with_set(bits: bytes, indexes: Iterable[int]) -> bytes:
    """Return a copy of a list, one bit an entry, in which the entries at `indexes` are 1.

    Raises:
        ValueError: the list has no entry at one of them.
    """
    copy = bytearray(bits)
    for index in indexes:
        if not 0 <= index < len(bits) * 8:
            raise ValueError(f"there is no entry {index} in a list of {len(bits) * 8}")
        copy[index // 8] |= 0x80 >> index % 8
    return bytes(copy)


def status_list_entry(*, list_id: str, index: int, purpose: str = "revocation") -> Document:
    """Compose the `credentialStatus` of a credential whose entry is `index` of the list `list_id`.

    Spec: vc-bitstring-status-list#bitstringstatuslistentry
    """
    return {
        "id": f"{list_id}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": list_id,
    }


def status_list_credential(  # noqa: PLR0913 -- the members that a list has, each by name
    *,
    id: str,  # noqa: A002 -- the standard's word
    issuer: str | Document,
    encoded_list: str,
    purpose: str = "revocation",
    valid_from: datetime,
    valid_until: datetime,
    ttl_milliseconds: int,
) -> Document:
    """Compose an unsigned BitstringStatusListCredential.

    Spec: vc-bitstring-status-list#bitstringstatuslistcredential
    """
    return {
        "@context": [CONTEXT],
        "id": id,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": format_timestamp(valid_from),
        "validUntil": format_timestamp(valid_until),
        "credentialSubject": {
            "id": f"{id}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "ttl": ttl_milliseconds,
            "encodedList": encoded_list,
        },
    }


def _as_base64url(text: str) -> str:
    """Spell base64 as base64url without padding; what mixes the two stays what it was.

    The draft says only "base64", and issuers took it both ways. No text has two readings: one of
    two alphabets, and padding that is whole or absent.

    Spec: vc-status-list-2021#bitstring-expansion-algorithm
    """
    if "-" not in text and "_" not in text:
        text = text.replace("+", "-").replace("/", "_")
    unpadded = text.rstrip("=")
    is_whole = len(text) % 4 == 0 and len(text) - len(unpadded) <= _MAXIMUM_PADDING
    return unpadded if is_whole else text


def _inflate(compressed: bytes) -> bytes:
    inflater = zlib.decompressobj(wbits=_ONLY_GZIP)
    try:
        bits = inflater.decompress(compressed, MAXIMUM_LIST_BYTES + 1)
    except zlib.error as error:
        raise MalformedError("the encodedList is not gzip, or was damaged") from error
    if len(bits) > MAXIMUM_LIST_BYTES:
        raise MalformedError(
            f"the status list expands beyond {MAXIMUM_LIST_BYTES} bytes", code=Code.LIST_TOO_LARGE
        )
    if not inflater.eof:
        raise MalformedError("the gzip stream of the encodedList ends too early")
    if inflater.unused_data:
        # A second member, or junk: some readers would join it, others not (F5).
        raise MalformedError("the encodedList goes on after the end of its gzip stream")
    return bits


def _check_length(entries: int) -> None:
    if entries < MINIMUM_ENTRIES:
        raise MalformedError(
            f"the status list has {entries} entries; it must have at least {MINIMUM_ENTRIES}",
            code=Code.STATUS_LIST_LENGTH,
        )
