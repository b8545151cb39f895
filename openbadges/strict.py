"""Strict decoding of outside data: JSON, base64url, base58btc, integers, times.

The standard library's own decoders forgive (duplicate keys, NaN, junk between base64 characters,
Arabic digits in numbers, dates without a zone), and what two readers forgive differently is how a
document says two things at once. Everything from outside passes through here and nowhere else.
"""

import base64
import binascii
import json
import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from openbadges.errors import Code, MalformedError

_TYPE_NAMES: Final = {dict: "an object", list: "an array", str: "a string", bool: "a boolean"}

Document = dict[str, Any]
"""A parsed JSON object: the truth that proofs cover, never rebuilt from our own objects."""

MAXIMUM_DOCUMENT_BYTES = 1024 * 1024  # one credential, its images as data URLs included (E7)
MAXIMUM_VALUES = 120_000  # twenty credentials of the largest kind, and what they stand in (E7)
MAXIMUM_MARKS = 6 * MAXIMUM_VALUES  # strings, brackets and commas: a member has up to four
MAXIMUM_DEPTH = 32  # levels of arrays and objects; the deepest honest badge has 9 (A35, H17)
MAXIMUM_SAFE_INTEGER = 2**53 - 1  # beyond it JavaScript reads another number than we do (A28)
INTEGER_LIMIT = 1e21  # a double without a fraction below it is an integer (json-ld11-api, to RDF)
MAXIMUM_NUMBER_CHARACTERS = 64  # digits of one number (A28)

_BASE58_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE58_VALUES: Final = {character: value for value, character in enumerate(_BASE58_ALPHABET)}
_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]*")
_INTEGER: Final = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)
# A string is one mark, with its end or, where it has none, without: nothing is looked at twice.
_MARKS: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*+"?|[\[\]{},]', re.DOTALL)
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
# XML Schema dateTimeStamp, with the seconds and the zone that RFC 3339 also asks for.
_TIMESTAMP: Final = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})T(?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2})"
    r"(?:\.(?P<fraction>[0-9]{1,12}))?(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)


def parse_json(data: bytes | str, *, maximum_bytes: int = MAXIMUM_DOCUMENT_BYTES) -> Any:  # noqa: ANN401 -- JSON is any JSON value
    """Parse one JSON text.

    Numbers are IEEE doubles: a float without a fraction becomes the integer it equals, so that
    `1.0` and `1` are signed alike, as every JavaScript implementation signs them.

    Raises:
        MalformedError: it is not UTF-8 or not JSON (MALFORMED), is larger than `maximum_bytes` or
            has more than `MAXIMUM_VALUES` (TOO_LARGE), is deeper than `MAXIMUM_DEPTH` (TOO_DEEP),
            repeats a key (DUPLICATE_KEY), or holds a number (NUMBER) or character (UNICODE) that
            readers disagree about.

    Spec: RFC 8259; RFC 7493 (I-JSON)
    """
    text = _decode_utf8(data, maximum_bytes)
    _check_shape(text)
    try:
        value = json.loads(  # noqa: TID251 -- the one strict door
            text,
            object_pairs_hook=_object_without_repeats,
            parse_float=_parse_float,
            parse_int=_parse_json_integer,
            parse_constant=_refuse_constant,
        )
        return _checked_value(value)
    except json.JSONDecodeError as error:
        reason = error.msg.removesuffix(" at")
        raise MalformedError(
            f"this is not JSON: {reason} at line {error.lineno}, column {error.colno}"
        ) from error


def parse_json_object(
    data: bytes | str, *, what: str, maximum_bytes: int = MAXIMUM_DOCUMENT_BYTES
) -> Document:
    """Parse JSON that must be an object; `what` names it in the refusal.

    Raises:
        MalformedError: as `parse_json`, or it is JSON and not an object.
    """
    value = parse_json(data, maximum_bytes=maximum_bytes)
    if not isinstance(value, dict):
        raise MalformedError(f"{what} must be a JSON object; found {describe(value)}")
    return value


def describe(value: object) -> str:
    """Say in words which JSON type a value has, for refusals."""
    if value is None:
        return "null"
    return _TYPE_NAMES.get(type(value), "a number")


def check_text(text: str, *, what: str = "a string") -> str:
    """Return `text` if databases and other readers can hold it.

    Raises:
        MalformedError: it has NUL or half a surrogate pair (UNICODE).
    """
    if "\x00" in text or _SURROGATE.search(text):
        raise MalformedError(
            f"{what} contains NUL or half of a surrogate pair, which is no character",
            code=Code.UNICODE,
        )
    return text


def decode_base64url(text: str, *, maximum_characters: int = 2 * MAXIMUM_DOCUMENT_BYTES) -> bytes:
    """Decode base64url without padding, in its one canonical spelling.

    Raises:
        MalformedError: another character, padding, an impossible length, or non-zero bits after
            the last byte; too long is TOO_LARGE.

    Spec: RFC 4648 section 5; RFC 7515 appendix C
    """
    if len(text) > maximum_characters:
        raise MalformedError(
            f"{len(text)} base64url characters, more than {maximum_characters}", code=Code.TOO_LARGE
        )
    if not _BASE64URL.fullmatch(text):
        raise MalformedError("not base64url: only A-Z, a-z, 0-9, - and _ are used, no padding")
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise MalformedError(f"not base64url: {len(text)} characters encode no bytes") from error
    if encode_base64url(data) != text:
        raise MalformedError("not base64url: the last character has bits that encode nothing")
    return data


def encode_base64url(data: bytes) -> str:
    """Encode as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode_base58btc(text: str, *, maximum_characters: int) -> bytes:
    """Decode base58btc; each leading "1" is a zero byte.

    Decoding costs the square of the length, so the caller says how long it may be (B2).

    Raises:
        MalformedError: another character, or too long (TOO_LARGE).

    Spec: cid-1.0#base-decode
    """
    if len(text) > maximum_characters:
        raise MalformedError(
            f"{len(text)} base58 characters, more than {maximum_characters}", code=Code.TOO_LARGE
        )
    number = 0
    for character in text:
        value = _BASE58_VALUES.get(character)
        if value is None:
            raise MalformedError(f"not base58btc: {character!r} is not in its alphabet")
        number = number * 58 + value
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)


def encode_base58btc(data: bytes) -> str:
    """Encode as base58btc; each leading zero byte becomes "1"."""
    number, digits = int.from_bytes(data), ""
    while number:
        number, value = divmod(number, 58)
        digits = _BASE58_ALPHABET[value] + digits
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "1" * zeros + digits


def parse_integer(text: object, *, what: str) -> int:
    """Parse a non-negative integer written in ASCII decimal digits, as `statusListIndex` is.

    Raises:
        MalformedError: not a string, or not "0" and not digits without a leading zero (RANGE).
    """
    if not isinstance(text, str) or not _INTEGER.fullmatch(text):
        raise MalformedError(
            f"{what} must be a string of decimal digits; found {text!r:.60}", code=Code.RANGE
        )
    return int(text)


def parse_timestamp(text: object, *, what: str) -> datetime:
    """Parse a date and time with its zone; fractions finer than a microsecond are cut.

    Raises:
        MalformedError: not a string, another form, or no such moment.

    Spec: vc-data-model-2.0#representing-time; RFC 3339
    """
    match = _TIMESTAMP.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise MalformedError(
            f"{what} must be a date and time with its zone, such as 2026-01-31T12:00:00Z;"
            f" found {text!r:.60}",
            code=Code.DATA_MODEL,
        )
    zone = "+00:00" if match["zone"] == "Z" else match["zone"]
    fraction = (match["fraction"] or "0")[:6].ljust(6, "0")
    try:
        moment = datetime.fromisoformat(f"{match['date']}T{match['time']}.{fraction}{zone}")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise MalformedError(
            f"{what} names a moment that does not exist: {text!r:.60}", code=Code.DATA_MODEL
        ) from error


def format_timestamp(moment: datetime) -> str:
    """Write a moment in UTC, to the second, with "Z".

    Raises:
        ValueError: `moment` has no zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone cannot be written")
    there = moment.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    return f"{there.isoformat()}Z"  # (strftime writes the year 68 in two digits)


def whole_second(moment: datetime) -> datetime:
    """Cut a moment to the second, the precision in which documents are written."""
    return moment - timedelta(microseconds=moment.microsecond)


def _decode_utf8(data: bytes | str, maximum_bytes: int) -> str:
    size = len(data)
    if size > maximum_bytes:
        raise MalformedError(
            f"{size} bytes, more than the {maximum_bytes} that are read", code=Code.TOO_LARGE
        )
    if isinstance(data, str):
        return data
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError(f"this is not UTF-8 text (byte {error.start})") from error


def _check_shape(text: str) -> None:
    """Count brackets and commas outside strings before the recursive parser sees them (H17).

    As many as there are, so many values there may be, and each takes far more memory than its text.
    """
    depth = values = 0
    for number, match in enumerate(_MARKS.finditer(text)):
        mark = text[match.start()]
        if mark in "]}":
            depth -= 1
        elif mark != '"':
            values += 1
            depth += mark != ","
        if depth > MAXIMUM_DEPTH:
            raise MalformedError(f"nested deeper than {MAXIMUM_DEPTH} levels", code=Code.TOO_DEEP)
        if depth < 0:
            raise MalformedError("this is not JSON: a bracket is closed that was never opened")
        if values > MAXIMUM_VALUES or number > MAXIMUM_MARKS:
            raise MalformedError(f"more than {MAXIMUM_VALUES} values", code=Code.TOO_LARGE)


def _object_without_repeats(pairs: list[tuple[str, Any]]) -> Document:
    result: Document = {}
    for key, value in pairs:
        if key in result:
            raise MalformedError(
                f"the key {key!r:.60} stands twice in one object", code=Code.DUPLICATE_KEY
            )
        check_text(key, what="a key")
        result[key] = _checked_value(value)
    return result


def _checked_value(value: Any) -> Any:  # noqa: ANN401 -- JSON is any JSON value
    if isinstance(value, str):
        return check_text(value)
    if isinstance(value, list):
        for member in value:
            _checked_value(member)
    return value


def _parse_float(text: str) -> float | int:
    value = float(text) if len(text) <= MAXIMUM_NUMBER_CHARACTERS else math.inf
    if not math.isfinite(value):
        raise MalformedError(f"{text:.40} is not a number that a double holds", code=Code.NUMBER)
    if value.is_integer() and abs(value) < INTEGER_LIMIT:
        return _safe(int(value), text)
    return value


def _parse_json_integer(text: str) -> int:
    if len(text) > MAXIMUM_NUMBER_CHARACTERS:
        raise MalformedError(f"a number of {len(text)} digits", code=Code.NUMBER)
    return _safe(int(text), text)


def _safe(value: int, text: str) -> int:
    if abs(value) > MAXIMUM_SAFE_INTEGER:
        raise MalformedError(
            f"{text:.40} is beyond ±(2^53-1), where readers see different numbers",
            code=Code.NUMBER,
        )
    return value


def _refuse_constant(text: str) -> None:
    raise MalformedError(f"{text} is not JSON", code=Code.NUMBER)
