"""What stands anywhere in a schema of others, looked through before any of it is compiled.

A schema is compiled whole, so what its parts may hold does not depend on the document: also a part
that applies to nothing costs its compilation. What is here is refused wherever it stands, even
where it is only the name of a member; no schema of badges that we know of has it.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from openbadges.errors import Code, UnsupportedError
from openbadges.strict import Document

MAXIMUM_PATTERNS: Final = 200  # in a schema; compiling one takes up to half a millisecond
MAXIMUM_REFERENCES: Final = 500  # in a schema; that of AchievementCredential has 68
MAXIMUM_LEVELS: Final = 64  # of arrays and objects; what was parsed has 32 at the most

# To find what is unevaluated, the compiler copies every subschema that a reference leads to into
# the place of that reference: a kilobyte becomes a gigabyte, or a chain the end of the stack.
_UNEVALUATED: Final = frozenset({"unevaluatedProperties", "unevaluatedItems"})
# Keywords that change what a reference means, or follow one that only running it would tell.
_NAMES: Final = frozenset(
    {"$recursiveRef", "$recursiveAnchor", "$dynamicRef", "$dynamicAnchor", "$anchor"}
)
_OF_THE_ROOT: Final = frozenset({"$id", "$schema"})  # anywhere else they begin another schema
_PATTERNS: Final = "patterns"
_REFERENCES: Final = "references"
_MAXIMA: Final = {_PATTERNS: MAXIMUM_PATTERNS, _REFERENCES: MAXIMUM_REFERENCES}


def survey_schema(schema: Document) -> None:
    """Return if nothing in a schema makes it dangerous to compile.

    Raises:
        UnsupportedError: something does (SCHEMA).

    Spec: ob-v3p0#verification
    """
    counted: Counter[str] = Counter()
    for part in _objects(schema):
        _check(part, is_root=part is schema)
        counted[_PATTERNS] += ("pattern" in part) + _members(part.get("patternProperties"))
        counted[_REFERENCES] += "$ref" in part
    for what, maximum in _MAXIMA.items():
        if counted[what] > maximum:
            raise unsupported(f"it has more {what} than any honest schema, {counted[what]}")


def unsupported(why: str) -> UnsupportedError:
    """Return the trouble of a schema that is not applied."""
    return UnsupportedError(f"the schema is not applied: {why}", code=Code.SCHEMA)


def _check(part: Document, *, is_root: bool) -> None:
    if not _UNEVALUATED.isdisjoint(part):
        raise unsupported("it asks for what other parts leave unevaluated, which is not read here")
    if not _NAMES.isdisjoint(part) or not (is_root or _OF_THE_ROOT.isdisjoint(part)):
        raise unsupported("it gives parts of itself names of their own")


def _objects(schema: Document) -> Iterator[Document]:
    """Yield every object in a schema, the schema itself first."""
    waiting: list[tuple[Any, int]] = [(schema, 1)]
    while waiting:
        value, level = waiting.pop()
        if level > MAXIMUM_LEVELS:
            raise unsupported(f"it is nested deeper than {MAXIMUM_LEVELS} levels")
        if isinstance(value, dict):
            yield value
            waiting.extend((member, level + 1) for member in value.values())
        elif isinstance(value, list):
            waiting.extend((member, level + 1) for member in value)


def _members(value: object) -> int:
    return len(value) if isinstance(value, dict) else 0
