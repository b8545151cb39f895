"""How much work a schema of others may cost on one document, found out before it is done.

A validator cannot be interrupted, and a few hundred bytes of schema can ask for more steps than
there are seconds: each `allOf` that refers twice to the next one doubles them. So the evaluations
are counted first, each pair of subschema and place once, which is cheap however many there are.
What applies a subschema, and where, is JSON Schema 2019-09's.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from openbadges.schemas.survey import unsupported
from openbadges.strict import Document

# An evaluation takes about 10 ns, and the slowest pattern that `SCHEMA_PATTERNS` admits 700 ns for
# a character: both stay below a tenth of a second.
MAXIMUM_WORK: Final = 1_000_000
PATTERN_WORK: Final = 10  # for each character that a pattern is held against
DIVISION_WORK: Final = 1000  # a number like 1e300 is divided as a fraction of hundreds of digits
MAXIMUM_STEPS: Final = 25_000  # of counting; one takes some microseconds
MAXIMUM_NESTING: Final = 150  # subschemas in subschemas, references followed

_IN_PLACE: Final = ("not", "if", "then", "else")
_IN_PLACE_LISTS: Final = ("allOf", "anyOf", "oneOf")
_OF_ITEMS: Final = ("items", "additionalItems", "contains")
_READ_THROUGH: Final = ("required", "type", "dependentRequired", "dependencies")
_MEASURED: Final = ("minLength", "maxLength")
_COMPARED: Final = ("enum", "const", "uniqueItems")
# https://www.rfc-editor.org/rfc/rfc6901#section-4, of no more digits than any list here needs
_INDEX: Final = re.compile("0|[1-9][0-9]{0,8}")


class SchemaWork:
    """A count of what judging documents by one schema, surveyed before, would cost."""

    def __init__(self, schema: Document) -> None:
        self._root = schema
        self._counted: dict[tuple[int, int], int] = {}
        self._steps = 0
        self._sizes: dict[int, int] = {}

    def check(self, document: object) -> None:
        """Return if the schema refers to nothing outside itself, and judging is cheap.

        Raises:
            UnsupportedError: it does, or it is not (SCHEMA).
        """
        if self._count(self._root, document, 0) > MAXIMUM_WORK:
            raise unsupported("it asks for more steps than any honest schema")

    def _count(self, schema: object, value: object, nesting: int) -> int:
        if not isinstance(schema, dict):
            return 1
        pair = id(schema), id(value)
        known = self._counted.get(pair)
        if known == 0:
            raise unsupported("it refers to itself without moving on in the document")
        if known is not None:
            return known
        if nesting > MAXIMUM_NESTING:
            raise unsupported("it asks for more subschemas than any honest one")
        self._counted[pair] = 0
        total = self._of_keywords(schema, value)
        for subschema, place in self._applied(schema, value):
            self._steps += 1
            if self._steps > MAXIMUM_STEPS:
                raise unsupported("it asks for more subschemas than any honest one")
            total += self._count(subschema, place, nesting + 1)
        self._counted[pair] = total = min(total, MAXIMUM_WORK + 1)
        return total

    def _applied(self, schema: Document, value: object) -> Iterator[tuple[object, object]]:
        """Yield each subschema with the place it is applied to."""
        for subschema in self._in_place(schema):
            yield subschema, value
        if isinstance(value, dict):
            yield from _of_members(schema, value)
        if isinstance(value, list):
            for keyword in _OF_ITEMS:
                for subschema in _listed(schema.get(keyword)):
                    yield from ((subschema, item) for item in value)

    def _in_place(self, schema: Document) -> Iterator[object]:
        yield from (schema[keyword] for keyword in _IN_PLACE if keyword in schema)
        for keyword in _IN_PLACE_LISTS:
            yield from _listed(schema.get(keyword))
        for keyword in ("dependentSchemas", "dependencies"):
            yield from _members(schema.get(keyword)).values()
        if "$ref" in schema:
            yield self._referred(schema["$ref"])

    def _referred(self, reference: object) -> object:
        """Follow a reference inside the schema: # and a JSON Pointer of plain names and indexes."""
        if not isinstance(reference, str) or not reference.startswith("#") or "%" in reference:
            raise unsupported("it refers to another document, and none is fetched for a schema")
        place: Any = self._root
        for step in reference.removeprefix("#").split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            if isinstance(place, dict) and name in place:
                place = place[name]
            elif isinstance(place, list) and _INDEX.fullmatch(name) and int(name) < len(place):
                place = place[int(name)]
            else:
                raise unsupported("it refers to a part that it does not have")
        if reference not in ("#", "") and not reference.startswith("#/"):
            raise unsupported("it refers to a part of itself by a name")
        return place

    def _of_keywords(self, schema: Document, value: object) -> int:
        """Count what the keywords cost that are no subschemas: comparing, listing, matching."""
        total = 1 + sum(self._size(schema[name]) for name in _READ_THROUGH if name in schema)
        total += len(_members(schema.get("properties")))
        for keyword in _COMPARED:
            if keyword in schema:
                total += self._size(schema[keyword]) + self._size(value)
        if isinstance(value, int | float):
            total += DIVISION_WORK * ("multipleOf" in schema)
        if isinstance(value, str):
            total += sum(len(value) // 12 for keyword in _MEASURED if keyword in schema)
        if "pattern" in schema and isinstance(value, str):
            total += PATTERN_WORK * len(value)
        patterns = len(_members(schema.get("patternProperties"))) + ("propertyNames" in schema)
        if isinstance(value, dict) and patterns:
            total += PATTERN_WORK * patterns * sum(len(name) for name in value)
        return total

    def _size(self, value: object) -> int:
        """Count the values in a value, and the characters of texts by the dozen."""
        known = self._sizes.get(id(value))
        if known is not None:
            return known
        members: list[object] = []
        if isinstance(value, dict):
            members = list(value.values())
        elif isinstance(value, list):
            members = value
        text = len(value) // 12 if isinstance(value, str) else 0
        self._sizes[id(value)] = size = 1 + text + sum(self._size(member) for member in members)
        return size


def _of_members(schema: Document, value: Document) -> Iterator[tuple[object, object]]:
    properties = _members(schema.get("properties"))
    others = list(_members(schema.get("patternProperties")).values())
    if "additionalProperties" in schema:
        others.append(schema["additionalProperties"])
    for name in min(properties, value, key=len):
        if name in properties and name in value:
            yield properties[name], value[name]
    for subschema in others:
        yield from ((subschema, member) for member in value.values())
    if "propertyNames" in schema:
        yield from ((schema["propertyNames"], name) for name in value)


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _members(value: object) -> Document:
    return value if isinstance(value, dict) else {}
