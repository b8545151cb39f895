"""How much work and memory a JPEG asks of its decoder, read from its markers alone.

https://www.w3.org/Graphics/JPEG/itu-t81.pdf. A JPEG in one scan is decoded row by row; one in many
keeps every coefficient until its last scan, and goes over the whole picture again for each.
"""

from dataclasses import dataclass
from typing import Final

from openbadges.errors import MalformedError

SIGNATURE: Final = b"\xff\xd8\xff"

_START_OF_SCAN: Final = b"\xff\xda"
_END_OF_IMAGE: Final = b"\xff\xd9"
_LENGTH_BYTES: Final = 2
_MARKER_BYTES: Final = 2
_MAXIMUM_SEGMENTS: Final = 4096  # before the first scan; honest ones have a few dozen


@dataclass(frozen=True, slots=True)
class Scans:
    """How many scans there are, and how many components the first of them holds."""

    number: int
    components_of_first: int


def count_scans(picture: bytes) -> Scans:
    """Count the scans of the first image in the file.

    What stands before the first scan (a thumbnail in the metadata) and after the image's end is
    not counted. Between the two a marker's bytes stand for nothing else.

    Raises:
        MalformedError: there is no scan where the segments say that one begins.
    """
    start = _first_scan(picture)
    end = picture.find(_END_OF_IMAGE, start)
    number = picture.count(_START_OF_SCAN, start, end if end >= 0 else len(picture))
    return Scans(number, picture[start + _MARKER_BYTES + _LENGTH_BYTES])


def _first_scan(picture: bytes) -> int:
    position = _MARKER_BYTES
    for _ in range(_MAXIMUM_SEGMENTS):
        marker = picture[position : position + _MARKER_BYTES]
        length = int.from_bytes(picture[position + 2 : position + 4])
        if marker[:1] != b"\xff" or position + _MARKER_BYTES + length >= len(picture):
            break
        if marker == _START_OF_SCAN:
            return position
        if marker == b"\xff\xff":  # a fill byte before a marker
            position += 1
        else:
            position += _MARKER_BYTES + length
    raise MalformedError("this JPEG is broken: its segments do not lead to its pixels")
