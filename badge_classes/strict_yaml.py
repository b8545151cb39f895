"""One YAML file read strictly, with the line of every field: the only door to ruamel.yaml.

https://yaml.org/spec/1.2.2/ (the failsafe schema). Every scalar is text, exactly as it is written:
`NO`, `1.10`, `010` and `12:30:45` are never turned into something else. We read the parser's
events and build plain lists and dicts ourselves, so no tag ever makes an object. What the
fields mean is not here but in `definition` and `translation`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from badge_classes.findings import BadgeClassError, LintFinding
from openbadges.strict import Document

MAXIMUM_YAML_BYTES = 64 * 1024  # a file; criteria of 10,000 characters in any script fit (H4)
MAXIMUM_DEPTH = 10  # lists and mappings in one another; a definition has 5 (H4)
MAXIMUM_FIELD_CHARACTERS = 100  # the name of a field, so that a message stays readable

Place = tuple[str | int, ...]
"""The way to a field: keys of mappings and positions in lists, from the top of the file."""

# Controls but tab and line breaks, the two Unicode line breaks that readers count differently,
# halves of surrogate pairs, and two code points that are no characters.
_UNWANTED: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]"
)
_NAMES: Final = {
    "\x00": "a NUL",
    "\x07": "a bell",
    "\x08": "a backspace",
    "\x0b": "a vertical tab",
    "\x0c": "a form feed",
    "\r": "a carriage return",
    "\x1b": "an escape character",
    "\x7f": "a delete character",
    "\x85": "a next-line character",
    "\u2028": "a line separator",
    "\u2029": "a paragraph separator",
}
# The parser's words, and what a person who meets YAML for the first time can do about it.
_HINTS: Final = {
    "mapping values are not allowed": "a text with a colon and a space in it needs quotes"
    " around it, and fields of one list must be equally indented",
    "'\\t' that cannot start": "lines are indented with spaces, not with tabs",
    "cannot start any token": "a text that begins with this sign needs quotes around it",
    "unexpected end of stream": "a quotation mark is opened and never closed",
    "could not find expected ':'": "a field is written as its name, a colon and a space",
    "expected <block end>": "a line is not indented like the ones around it, or a quotation mark"
    " stands inside a text",
}


@dataclass(frozen=True, slots=True)
class YamlFile:
    """What one file says: text, lists and dicts only; and on which line it says it."""

    name: str
    data: Document
    lines: Mapping[Place, int]

    def finding(self, place: Place, message: str) -> LintFinding:
        """Make a finding for the field at `place`, or for the nearest field above it."""
        nearest = place
        while nearest and nearest not in self.lines:
            nearest = nearest[:-1]
        return LintFinding(
            self.name, message, line=self.lines.get(nearest, 1), field=_in_words(place)
        )


def read_yaml(name: str, data: bytes) -> YamlFile:
    """Read one file; `name` is what its findings call it.

    A line break at the end of a text is dropped, so that all block styles end alike.

    Raises:
        BadgeClassError: it is too large, not UTF-8, has control characters, is not YAML, or uses
            what we leave out: anchors, aliases, tags, merge keys, several documents, directives,
            a field twice in one place, deep nesting.
    """
    text = _decode(name, data)
    builder = _Builder(name)
    try:
        document = builder.document(YAML(typ="safe", pure=True).parse(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _refusal(name, _explain(error), mark.line if mark else 0) from error
    except (YAMLError, ValueError, OverflowError) as error:
        # An escape beyond Unicode makes the parser itself fail.
        raise _refusal(name, "this is not YAML, or holds a character that does not exist", 0) from (
            error
        )
    return YamlFile(name, document, builder.lines)


class _Builder:
    """Turns the parser's events into plain data and remembers the lines."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Place, int] = {}
        self.events: Iterator[Event] = iter(())

    def document(self, events: Iterator[Event]) -> Document:
        self.events = iter(events)
        next(self.events)  # the start of the stream
        start = next(self.events)
        if not isinstance(start, DocumentStartEvent):
            raise self._refusal(start, "the file is empty")
        if start.version or start.tags:
            raise self._refusal(start, "directives (lines that begin with %) are not used here")
        value = self._value(next(self.events), ())
        if not isinstance(value, dict):
            raise self._refusal(start, f"expected fields, found {found(value)}")
        next(self.events)  # the end of the document
        after = next(self.events)
        if isinstance(after, DocumentStartEvent):
            raise self._refusal(after, "a second document begins; a file has only one")
        return value

    def _value(self, event: Event, place: Place) -> Any:  # noqa: ANN401 -- text, a list or a dict
        self._check(event)
        if len(place) > MAXIMUM_DEPTH:
            raise self._refusal(event, f"nested deeper than {MAXIMUM_DEPTH} levels")
        if isinstance(event, MappingStartEvent):
            return self._mapping(place)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(place)
        # No other event stands where a value does: aliases have been refused.
        return self._text(cast("ScalarEvent", event))

    def _check(self, event: Event) -> None:
        if isinstance(event, AliasEvent):
            raise self._refusal(event, "aliases (*name) are not used here; write the text again")
        if isinstance(event, NodeEvent) and event.anchor is not None:
            raise self._refusal(event, "anchors (&name) are not used here")
        if getattr(event, "tag", None) is not None:
            raise self._refusal(event, "tags (!name) are not used here; put quotes around the text")

    def _mapping(self, place: Place) -> Document:
        result: Document = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            key = self._key(event)
            if key in result:
                raise self._refusal(event, f"the field {key!r} stands twice in one place")
            self.lines[(*place, key)] = _line(event)
            result[key] = self._value(next(self.events), (*place, key))
        return result

    def _sequence(self, place: Place) -> list[Any]:
        result: list[Any] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            item = (*place, len(result))
            self.lines[item] = _line(event)
            result.append(self._value(event, item))
        return result

    def _key(self, event: Event) -> str:
        self._check(event)
        key = self._text(event) if isinstance(event, ScalarEvent) else ""
        if not 0 < len(key) <= MAXIMUM_FIELD_CHARACTERS:
            raise self._refusal(event, "the name of a field must be a short text")
        if key == "<<":
            raise self._refusal(event, "merge keys (<<) are not used here; write the fields again")
        return key

    def _text(self, event: ScalarEvent) -> str:
        text: str = event.value
        # Quoted text can spell what the file itself must not hold, as in "\x0b".
        if match := _UNWANTED.search(text.replace("\r", "\x00")):
            raise self._refusal(event, f"found {_name(text[match.start()])}; delete it")
        return text.rstrip("\n")

    def _refusal(self, event: Event, message: str) -> BadgeClassError:
        return _refusal(self.name, message, _line(event) - 1)


def found(value: object) -> str:
    """Say what stands where something else was expected."""
    if value == "":
        return "nothing"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "fields"


def _decode(name: str, data: bytes) -> str:
    if len(data) > MAXIMUM_YAML_BYTES:
        raise _refusal(
            name, f"{len(data)} bytes, more than the {MAXIMUM_YAML_BYTES} a file may have", 0
        )
    try:
        # Some editors put a byte order mark first; it is no part of the text.
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n")
        raise _refusal(name, "this is not UTF-8 text; save the file as UTF-8", line) from error
    findings = [
        LintFinding(
            name,
            f"found {_name(match.group())}, such as word processors leave behind; delete it",
            line=text.count("\n", 0, match.start()) + 1,
        )
        for match in _UNWANTED.finditer(text)
    ]
    if findings:
        raise BadgeClassError(findings)
    return text


def _name(character: str) -> str:
    name = _NAMES.get(character, "a character that is no text")
    return f"{name} (U+{ord(character):04X})"


def _line(event: Event) -> int:
    line: int = event.start_mark.line
    return line + 1


def _explain(error: MarkedYAMLError) -> str:
    problem = f"{error.problem or error.context}"
    hint = next((hint for words, hint in _HINTS.items() if words in problem), problem)
    return f"this is not YAML: {hint}"


def _refusal(name: str, message: str, line: int) -> BadgeClassError:
    """Refuse the file for one fault; `line` counts from 0, as the parser does."""
    return BadgeClassError([LintFinding(name, message, line=line + 1)])


def _in_words(place: Place) -> str | None:
    words = [f"item {step + 1}" if isinstance(step, int) else step for step in place]
    return ", ".join(words) or None
