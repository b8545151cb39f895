"""Text that people paste, cleaned of characters that nobody sees, and never silently.

A vertical tab from a word processor would be signed like any letter; other implementations would
refuse the credential, and no reader could see why.
"""

import re
import unicodedata
from typing import Final, NamedTuple

from openbadges.errors import RefusedError

# A word processor's soft line break, a form feed, and Unicode's own separators mean a new line.
_LINE_BREAKS: Final = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ud800-\udfff]")
_NEVER_IN_LINES: Final = re.compile(rf"[\t\n\r]|{_LINE_BREAKS.pattern}|{_CONTROLS.pattern}")
_NAMES: Final = {"\x0b": "a vertical tab", "\x0c": "a form feed", "\x00": "NUL"}


class Cleaned(NamedTuple):
    """The text as it may be signed, and a sentence for each thing that was changed."""

    text: str
    notices: tuple[str, ...]


def clean_text(text: str, *, what: str) -> Cleaned:
    """Turn odd line breaks into new lines and take out control characters; say so by name."""
    notices = tuple(
        f"{what}: {_name(character)} was {'made a new line' if breaks else 'taken out'}"
        for breaks, pattern in ((True, _LINE_BREAKS), (False, _CONTROLS))
        for character in sorted(set(pattern.findall(text)))
        if character not in ("\r\n", "\r")
    )
    return Cleaned(_CONTROLS.sub("", _LINE_BREAKS.sub("\n", text)), notices)


def check_line(text: str, *, what: str, maximum: int) -> None:
    """Return if a name or title is one line of `maximum` characters at most.

    Raises:
        RefusedError: it is empty or longer, or has a new line, a tab or a control character.
    """
    if not text.strip() or len(text) > maximum or _NEVER_IN_LINES.search(text):
        raise RefusedError(
            f"{what} must be one line of 1 to {maximum} characters; found {text!r:.80}"
        )


def find_controls(value: object) -> str | None:
    """Return the first string in a document that still has a character of that kind."""
    if isinstance(value, str):
        return value if _CONTROLS.search(value) or _LINE_BREAKS.search(value) else None
    members = (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    )
    return next((found for member in members if (found := find_controls(member))), None)


def _name(character: str) -> str:
    known = _NAMES.get(character) or unicodedata.name(character, "").lower()
    return known or f"the control character U+{ord(character):04X}"
