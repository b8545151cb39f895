"""How much work and memory a JPEG asks of its decoder, read from its segments alone.

https://www.w3.org/Graphics/JPEG/itu-t81.pdf. A JPEG in one scan is decoded row by row; one in many
keeps every coefficient until its last scan, and goes over the whole picture again for each.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from openbadges.errors import Code, MalformedError

SIGNATURE: Final = b"\xff\xd8\xff"

_START_OF_SCAN: Final = 0xDA
_END_OF_IMAGE: Final = 0xD9
# Frames, tables and scans, applications' data, comments: what else has a mark is in no JPEG that is
# decoded (another beginning, extensions), or has no length.
_WITH_LENGTH: Final = frozenset({*range(0xC0, 0xD0), *range(0xDA, 0xDE), *range(0xE0, 0xF0), 0xFE})
_IN_HEADER: Final = re.compile(rb"\xff+([\x01-\xfe])")  # with fill bytes before it
# In what a scan encodes FF 00 is data; RST0 to RST7 and TEM stand alone, and nothing ends there.
_AFTER_SCAN: Final = re.compile(rb"\xff([\x02-\xcf\xd8-\xfe])")
_BEGINNING: Final = 2  # bytes
_LENGTH: Final = 2
_MAXIMUM_SEGMENTS: Final = 4096  # honest ones have a few dozen


@dataclass(frozen=True, slots=True)
class Scans:
    """How many scans there are, and how many components the first of them holds."""

    number: int
    components_of_first: int


def count_scans(picture: bytes) -> Scans:
    """Count the scans of the first image in the file, as its decoder comes upon them.

    A segment may hold any bytes, a scan's beginning and an image's end too (a thumbnail has both):
    only where a segment begins does a mark mean anything.

    Raises:
        MalformedError: the segments lead to no scan, or to what no decoder reads (MALFORMED); there
            are more of them than are read (TOO_LARGE).
    """
    scans = [body for mark, body in _segments(picture) if mark == _START_OF_SCAN]
    if not scans or not scans[0]:
        raise _broken()
    return Scans(len(scans), scans[0][0])


def _segments(picture: bytes) -> Iterator[tuple[int, bytes]]:
    """Give the mark and the body of each segment, up to the image's end or the file's."""
    position, marks = _BEGINNING, _IN_HEADER.match
    for _ in range(_MAXIMUM_SEGMENTS):
        found = marks(picture, position)
        if found is None or found[1][0] == _END_OF_IMAGE:
            return
        mark, position = found[1][0], found.end()
        length = int.from_bytes(picture[position : position + _LENGTH])
        if mark not in _WITH_LENGTH or length < _LENGTH:
            raise _broken()
        yield mark, picture[position + _LENGTH : position + length]
        position += length
        if mark == _START_OF_SCAN:
            marks = _AFTER_SCAN.search
    raise MalformedError(
        f"a JPEG of more than the {_MAXIMUM_SEGMENTS} segments that are read", code=Code.TOO_LARGE
    )


def _broken() -> MalformedError:
    return MalformedError("this JPEG is broken: its segments do not lead to its pixels")
