"""One JSON value into one Python value, or a refusal that names where it stood.

Which member is read by which reader is not here: the classes declare it with their types, and
`model` reads them. Whether a URL may be fetched or shown is decided above, by those who do it.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final, NewType

from openbadges.errors import Code, MalformedError
from openbadges.strict import Document, describe, parse_integer, parse_timestamp

Uri = NewType("Uri", str)
"""An absolute URI, of any scheme: a URL, a DID or a URN."""

StatusIndex = NewType("StatusIndex", int)
"""A position in a status list, which documents write as a string of digits."""

Reader = Callable[[object, str], Any]
"""Takes a JSON value and the path at which it stands."""

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# What no IRI may contain; other deviations from RFC 3986 are signed alike by everyone.
_NOT_IN_AN_IRI: Final = re.compile(r'[\x00-\x20\x7f-\x9f<>"{}|\\^`]')
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def wrong(path: str, expected: str, found: object, code: Code = Code.DATA_MODEL) -> MalformedError:
    """Say what was expected at `path` and which JSON type was found there."""
    return MalformedError(f"{path}: expected {expected}, found {describe(found)}", code=code)


def read_text(value: object, path: str) -> str:
    """Read a string.

    Raises:
        MalformedError: a language map, which under the Open Badges context becomes an empty node
            and is not signed (LANGUAGE_MAP); or another type (DATA_MODEL).
    """
    if isinstance(value, str):
        return value
    is_map = isinstance(value, dict) and not any(key.startswith("@") for key in value)
    raise wrong(path, "a string", value, Code.LANGUAGE_MAP if is_map else Code.DATA_MODEL)


def read_uri(value: object, path: str) -> Uri:
    """Read an absolute URI.

    Raises:
        MalformedError: no string (DATA_MODEL), no scheme (RELATIVE_IRI), or a character that no
            IRI has (INVALID_IRI).
    """
    if not isinstance(value, str):
        raise wrong(path, "an absolute URI", value)
    if not _SCHEME.match(value):
        raise MalformedError(
            f"{path}: expected an absolute URI, found {value!r:.80}", code=Code.RELATIVE_IRI
        )
    if _NOT_IN_AN_IRI.search(value):
        raise MalformedError(
            f"{path}: {value!r:.80} has a character that no URI contains", code=Code.INVALID_IRI
        )
    return Uri(value)


def read_timestamp(value: object, path: str) -> datetime:
    """Read a moment; the result is in UTC, and the document keeps its original text."""
    return parse_timestamp(value, what=path)


def read_date(value: object, path: str) -> date:
    """Read a calendar date, as `dateOfBirth` is."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise MalformedError(
            f"{path}: expected a date such as 2026-01-31, found {value!r:.60}",
            code=Code.DATA_MODEL,
        )
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise MalformedError(
            f"{path}: {value!r:.60} is no day of the calendar", code=Code.DATA_MODEL
        ) from error


def read_boolean(value: object, path: str) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise wrong(path, "true or false", value)
    return value


def read_number(value: object, path: str) -> float:
    """Read a number; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong(path, "a number", value)
    return value


def read_whole_number(value: object, path: str) -> int:
    """Read a number without a fraction."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong(path, "a whole number", value)
    return value


def read_status_index(value: object, path: str) -> StatusIndex:
    """Read a position that is written as a string of decimal digits (RANGE if it is not)."""
    return StatusIndex(parse_integer(value, what=path))


def read_object(value: object, path: str) -> Document:
    """Read an object and leave it as it is."""
    if not isinstance(value, dict):
        raise wrong(path, "an object", value)
    return value


def read_context(value: object, path: str) -> str | Document:
    """Read one entry of `@context`: a URL, or an inline context."""
    if isinstance(value, dict):
        return value
    return read_uri(value, path)


READERS: Final[Mapping[object, Reader]] = {
    str: read_text,
    Uri: read_uri,
    datetime: read_timestamp,
    date: read_date,
    bool: read_boolean,
    float: read_number,
    int: read_whole_number,
    StatusIndex: read_status_index,
    Document: read_object,
    str | Document: read_context,
}
"""What a declared type means; a class of ours is read by its own `parse`."""
