"""A small reader of N-Quads, for the published tests; the product never reads that format."""

import re
from collections.abc import Iterator

from openbadges.jsonld.nquads import Quad, iri, literal

_IRI = r"<([^<>\"{}|^`\x00-\x20]*)>"
_BLANK = r"_:[^\s<>\"]+"
_LITERAL = rf'"((?:[^"\\\n\r]|\\.)*)"(?:\^\^{_IRI}|@([A-Za-z]+(?:-[A-Za-z0-9]+)*))?'
_STATEMENT = re.compile(
    rf"\s*(?P<s>{_IRI}|{_BLANK})\s*(?P<p>{_IRI})\s*(?P<o>{_IRI}|{_BLANK}|{_LITERAL})"
    rf"\s*(?P<g>{_IRI}|{_BLANK})?\s*\.\s*(?:#.*)?",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_SHORT = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


def parse_nquads(text: str) -> list[Quad]:
    """Read the statements of a document, one a line."""
    return list(_statements(text))


def _statements(text: str) -> Iterator[Quad]:
    for line in re.split(r"[\r\n]+", text):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _STATEMENT.fullmatch(line)
        if match is None:
            raise ValueError(f"not a statement: {line!r}")
        yield Quad(*(_term(match[name] or "") for name in "spog"))


def _term(text: str) -> str:
    if text.startswith("<"):
        return iri(_unescape(text[1:-1]))
    match = re.fullmatch(_LITERAL, text, re.DOTALL)
    if match is None:
        return text
    value, datatype, language = match.groups()
    if datatype:
        return literal(_unescape(value), datatype=_unescape(datatype))
    return literal(_unescape(value), language=language or "")


def _unescape(text: str) -> str:
    return _ESCAPE.sub(
        lambda match: _SHORT[match[3]] if match[3] else chr(int(match[1] or match[2], 16)),
        text,
    )
