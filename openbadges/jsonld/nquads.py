"""One RDF statement, and its canonical line.

https://www.w3.org/TR/rdf-canon/#canonical-quads. There is no parser here: no product code reads
N-Quads.
"""

import re
from typing import Final, NamedTuple

XSD_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"
BLANK_NODE_PREFIX: Final = "_:"

# C0 controls, DEL, the quotation mark, the backslash, and the two code points of the basic plane
# that XML 1.1 knows as no character.
_ESCAPED: Final = re.compile('[\x00-\x1f\x7f"\\\\\ufffe\uffff]')
_SHORT_ESCAPES: Final = {
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
    '"': '\\"',
    "\\": "\\\\",
}


class Quad(NamedTuple):
    """Four terms, each already written as canonical N-Quads has it; no graph is the default one.

    A blank node is `_:` and its label; nothing else begins so.
    """

    subject: str
    predicate: str
    object: str
    graph: str = ""

    def line(self) -> str:
        """Write the statement as its canonical line, newline included."""
        graph = f" {self.graph}" if self.graph else ""
        return f"{self.subject} {self.predicate} {self.object}{graph} .\n"


def is_blank(term: str) -> bool:
    """Tell whether a term is a blank node."""
    return term.startswith(BLANK_NODE_PREFIX)


def iri(value: str) -> str:
    """Write an IRI, whose characters were vetted before, as a term."""
    return f"<{value}>"


def literal(value: str, *, datatype: str = XSD_STRING, language: str = "") -> str:
    """Write a literal as a term; a language tag leaves no room for a datatype."""
    text = _ESCAPED.sub(_escape, value)
    if language:
        return f'"{text}"@{language}'
    if datatype == XSD_STRING:
        return f'"{text}"'
    return f'"{text}"^^<{datatype}>'


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    return _SHORT_ESCAPES.get(character) or f"\\u{ord(character):04X}"
