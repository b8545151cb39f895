"""A credential in an iTXt chunk of a PNG picture.

https://www.imsglobal.org/spec/ob/v3p0#baked-badge, https://www.w3.org/TR/png-3/. The chunks are
read by our own few lines: no pixel is decoded and nothing is ever inflated, so no picture is too
dangerous to look at. Drawing and checking the art of a badge is in `badge_classes`.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from openbadges.errors import Code, MalformedError, UnsupportedError
from openbadges.strict import MAXIMUM_DOCUMENT_BYTES, check_text

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
KEYWORD: Final = b"openbadgecredential"
OPEN_BADGES_2_KEYWORD: Final = b"openbadges"

MAXIMUM_PICTURE_BYTES = 4 * 1024 * 1024  # what the art of a badge may weigh (E7)
MAXIMUM_CHUNKS = 4096  # 4 MiB in the usual 8 KiB pieces is 512; more is made to cost time (G4)
MAXIMUM_SIDE_PIXELS = 8192  # a wider or higher picture bursts whoever opens the badge (G3)
MAXIMUM_CHUNK_BYTES = 2**31 - 1  # PNG's own limit (png-3#5Chunk-layout)

_CHUNK_FRAME_BYTES: Final = 12  # length, type and checksum, four bytes each
_HEADER_BYTES: Final = 13  # png-3#11IHDR
_TYPE: Final = re.compile(rb"[A-Za-z]{4}")
_TEXT_TYPES: Final = frozenset({b"tEXt", b"zTXt", b"iTXt"})
# A reader that meets any other critical chunk must give up (png-3#5Chunk-naming-conventions).
_CRITICAL_TYPES: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
_PIXEL_TYPES: Final = _CRITICAL_TYPES | {b"tRNS"}
# A badge is one picture; readers without APNG and readers with it would show two (G4).
_ANIMATION_TYPES: Final = frozenset({b"acTL", b"fcTL", b"fdAT"})


@dataclass(frozen=True, slots=True)
class _Chunk:
    type: bytes
    body: bytes

    @property
    def keyword(self) -> bytes | None:
        """What a text chunk calls itself; None for a chunk that is no text."""
        return self.body.split(b"\0", 1)[0] if self.type in _TEXT_TYPES else None

    @property
    def carries_badge(self) -> bool:
        """Whether Open Badges, 3 or 2, would look into it."""
        return self.keyword in {KEYWORD, OPEN_BADGES_2_KEYWORD}

    def encode(self) -> bytes:
        checksum = zlib.crc32(self.type + self.body)
        return b"".join(
            (len(self.body).to_bytes(4), self.type, self.body, checksum.to_bytes(4)),
        )


def bake(picture: bytes, credential: str) -> bytes:
    """Return the picture with `credential` (JSON text or compact JWS) as its only badge.

    The credential comes directly after the header. A badge that was there before is taken out, an
    Open Badges 2.0 one too; every other chunk, so every pixel, keeps its bytes.

    Raises:
        MalformedError: the picture is not a sound, still PNG of at most `MAXIMUM_SIDE_PIXELS` a
            side, or one of the two, or both together, are too large (TOO_LARGE).
    """
    header, *others = _parse_chunks(picture)
    _check_sides(header)
    kept = [chunk for chunk in others if not chunk.carries_badge]
    chunks = [header, _credential_chunk(credential), *kept]
    baked = SIGNATURE + b"".join(chunk.encode() for chunk in chunks)
    unbake(baked)  # a picture just below a limit is over it now
    return baked


def unbake(picture: bytes) -> str:
    """Return the text of the one credential that the picture carries, unread.

    Raises:
        MalformedError: the picture is not a sound, still PNG (MALFORMED, TOO_LARGE); it carries no
            credential (NO_CREDENTIAL), more than one (AMBIGUOUS) or a compressed one
            (COMPRESSED_CHUNK).
        UnsupportedError: it carries a badge of Open Badges 2.0 (OPEN_BADGES_2).
    """
    badges = [chunk for chunk in _parse_chunks(picture) if chunk.carries_badge]
    if not badges:
        raise MalformedError("this PNG carries no credential", code=Code.NO_CREDENTIAL)
    if len(badges) > 1:
        raise MalformedError(
            f"this PNG carries {len(badges)} badges, and readers would pick different ones",
            code=Code.AMBIGUOUS,
        )
    return _credential_text(badges[0])


def pixels_alone(picture: bytes) -> bytes:
    """Return the picture with the chunks that make its pixels and no others.

    Whoever decodes it then has no text, profile or metadata to inflate.

    Raises:
        MalformedError: the picture is not a sound, still PNG.
    """
    chunks = (chunk for chunk in _parse_chunks(picture) if chunk.type in _PIXEL_TYPES)
    return SIGNATURE + b"".join(chunk.encode() for chunk in chunks)


def _credential_chunk(credential: str) -> _Chunk:
    text = check_text(credential, what="the credential").encode()
    _check_credential_size(text)
    # Not compressed, no language, no translated keyword: four empty fields (png-3#11iTXt).
    return _Chunk(b"iTXt", KEYWORD + b"\0" + b"\0\0" + b"\0" + b"\0" + text)


def _credential_text(chunk: _Chunk) -> str:
    if chunk.keyword == OPEN_BADGES_2_KEYWORD:
        raise UnsupportedError(
            "this PNG carries an Open Badges 2.0 badge, which is not verified here; expected one"
            " of Open Badges 3.0",
            code=Code.OPEN_BADGES_2,
        )
    if chunk.type == b"zTXt":
        raise _compressed_error()
    if chunk.type == b"tEXt":
        raise MalformedError("the credential is in a tEXt chunk; it must be in an iTXt chunk")
    text = _international_text(chunk.body)
    _check_credential_size(text)
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError(f"the credential is not UTF-8 (byte {error.start})") from error
    return check_text(decoded, what="the credential")


def _international_text(body: bytes) -> bytes:
    """Take an iTXt body apart: keyword, flag, method, language, translated keyword, text."""
    rest = body[len(KEYWORD) + 1 :]
    flag, method, fields = rest[:1], rest[1:2], rest[2:].split(b"\0", 2)
    if flag == b"\1":
        raise _compressed_error()
    if flag != b"\0" or method != b"\0" or len(fields) < len(("language", "keyword", "text")):
        raise MalformedError("the iTXt chunk of the credential is not built as PNG says")
    return fields[2]


def _compressed_error() -> MalformedError:
    return MalformedError(
        "the credential is compressed, which Open Badges forbids; it was not inflated",
        code=Code.COMPRESSED_CHUNK,
    )


def _check_credential_size(text: bytes) -> None:
    if not text.strip():
        raise MalformedError("the credential in this PNG is empty", code=Code.NO_CREDENTIAL)
    if len(text) > MAXIMUM_DOCUMENT_BYTES:
        raise MalformedError(
            f"a credential of {len(text)} bytes, more than {MAXIMUM_DOCUMENT_BYTES}",
            code=Code.TOO_LARGE,
        )


def _check_sides(header: _Chunk) -> None:
    width, height = int.from_bytes(header.body[:4]), int.from_bytes(header.body[4:8])
    if not (0 < width <= MAXIMUM_SIDE_PIXELS and 0 < height <= MAXIMUM_SIDE_PIXELS):
        raise MalformedError(
            f"the picture says it has {width} by {height} pixels; a side has 1 to"
            f" {MAXIMUM_SIDE_PIXELS}"
        )


def _parse_chunks(picture: bytes) -> list[_Chunk]:
    """Return the chunks of a sound PNG: IHDR first, IEND last, and nothing around them."""
    if len(picture) > MAXIMUM_PICTURE_BYTES:
        raise MalformedError(
            f"a picture of {len(picture)} bytes, more than {MAXIMUM_PICTURE_BYTES}",
            code=Code.TOO_LARGE,
        )
    if not picture.startswith(SIGNATURE):
        raise MalformedError("this is not a PNG: it does not begin with PNG's signature")
    chunks: list[_Chunk] = []
    for chunk in _iterate_chunks(picture):
        chunks.append(chunk)
        if len(chunks) > MAXIMUM_CHUNKS:
            raise MalformedError(f"more than {MAXIMUM_CHUNKS} chunks", code=Code.TOO_LARGE)
    _check_order(chunks)
    return chunks


def _iterate_chunks(picture: bytes) -> Iterator[_Chunk]:
    position = len(SIGNATURE)
    while position < len(picture):
        length = int.from_bytes(picture[position : position + 4])
        end = position + _CHUNK_FRAME_BYTES + length
        if length > MAXIMUM_CHUNK_BYTES or end > len(picture):
            raise MalformedError(f"the chunk at byte {position} says it is longer than the file")
        chunk = _Chunk(picture[position + 4 : position + 8], picture[position + 8 : end - 4])
        if chunk.encode()[-4:] != picture[end - 4 : end]:
            raise MalformedError(f"the checksum of the chunk at byte {position} is wrong")
        _check_type(chunk.type)
        yield chunk
        position = end


def _check_type(chunk_type: bytes) -> None:
    if not _TYPE.fullmatch(chunk_type):
        raise MalformedError("a chunk type must be four letters")
    if chunk_type in _ANIMATION_TYPES:
        raise MalformedError("an animated PNG shows other pictures to other readers")
    if chunk_type[:1].isupper() and chunk_type not in _CRITICAL_TYPES:
        raise MalformedError(f"the critical chunk {chunk_type.decode()} is not one PNG has")


def _check_order(chunks: list[_Chunk]) -> None:
    types = [chunk.type for chunk in chunks]
    if types[:1] != [b"IHDR"] or types.count(b"IHDR") != 1:
        raise MalformedError("a PNG must begin with its one IHDR chunk")
    if len(chunks[0].body) != _HEADER_BYTES:
        raise MalformedError(f"the IHDR chunk must have {_HEADER_BYTES} bytes")
    if types[-1] != b"IEND" or types.count(b"IEND") != 1 or chunks[-1].body:
        raise MalformedError("a PNG must end with its one, empty IEND chunk, and nothing after it")
    if b"IDAT" not in types:
        raise MalformedError("this PNG has no picture data (IDAT)")
