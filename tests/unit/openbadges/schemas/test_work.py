"""What a foreign schema would cost is known before it is paid."""

import json
import time
from typing import Any

import pytest

from openbadges.errors import Code, UnsupportedError
from openbadges.schemas.validation import load_schema
from openbadges.schemas.work import MAXIMUM_NESTING, PATTERN_WORK, SchemaWork
from openbadges.strict import Document, parse_json
from tests.credentials import valid_credential

ALLOWED_SECONDS = 2  # the budget of a verification


def _doubling(keyword: str, levels: int = 40) -> Document:
    schemas: dict[str, Any] = {
        f"a{level}": {keyword: [{"$ref": f"#/$defs/a{level + 1}"}] * 2} for level in range(levels)
    }
    return {"$defs": schemas | {f"a{levels}": {"type": "string"}}, "$ref": "#/$defs/a0"}


def _nested(levels: int) -> Document:
    document: Document = {}
    for _ in range(levels):
        document = {"a": document}
    return document


TWICE_AT_EACH_DEPTH = {
    "$defs": {"n": {"allOf": [{"properties": {"a": {"$ref": "#/$defs/n"}}}] * 2}},
    "$ref": "#/$defs/n",
}
A_LONG_CHAIN: Document = {
    "$defs": {f"a{level}": {"$ref": f"#/$defs/a{level + 1}"} for level in range(MAXIMUM_NESTING)}
    | {f"a{MAXIMUM_NESTING}": {}},
    "$ref": "#/$defs/a0",
}
MANY_MEMBERS: Document = {f"k{number}": number for number in range(5000)}
EACH_OTHER: Document = {
    "$defs": {"a": {"not": {"$ref": "#/$defs/b"}}, "b": {"allOf": [{"$ref": "#/$defs/a"}]}},
    "$ref": "#/$defs/a",
}


@pytest.mark.parametrize(
    ("schema", "document"),
    [
        *(
            pytest.param(_doubling(keyword), {}, id=f"{keyword}, twice the next")
            for keyword in ("allOf", "anyOf", "oneOf")
        ),
        pytest.param(TWICE_AT_EACH_DEPTH, _nested(28), id="twice at each depth"),
        pytest.param(
            {"items": {"enum": [list(range(500))] * 40}}, [[1]] * 200, id="many to compare with"
        ),
        pytest.param({"pattern": "a"}, "x" * 200_000, id="a pattern over a long text"),
        pytest.param({"anyOf": [{"maxLength": 1}] * 100}, "x" * 200_000, id="many lengths"),
        pytest.param(
            {"additionalProperties": {"dependentRequired": {"a": ["a"] * 2000}}},
            {name: {"a": 1} for name in MANY_MEMBERS},
            id="what many depend on",
        ),
        pytest.param(
            {"additionalProperties": {"multipleOf": 1e-300}}, MANY_MEMBERS, id="fractions"
        ),
        pytest.param({"patternProperties": {"a": {}}}, {"x" * 200_000: 1}, id="over a long name"),
        pytest.param({"propertyNames": {"pattern": "a"}}, {"x" * 60_000: 1}, id="names"),
        pytest.param(
            {"$defs": {"s": {"items": {"$ref": "#/$defs/s"}, "enum": [1]}}, "$ref": "#/$defs/s"},
            [[[1]] * 200] * 200,
            id="many places",
        ),
        pytest.param(A_LONG_CHAIN, {}, id="a long chain"),
        pytest.param({"$ref": "#"}, {}, id="itself"),
        pytest.param(EACH_OTHER, {}, id="each other"),
    ],
)
def test_a_schema_that_asks_for_too_much_is_not_applied(schema: Document, document: object) -> None:
    # parsed, so that no two places share an object, as with what was fetched
    schema, document = (parse_json(json.dumps(value)) for value in (schema, document))
    started = time.process_time()
    with pytest.raises(UnsupportedError) as refusal:
        SchemaWork(schema).check(document)
    assert time.process_time() - started < ALLOWED_SECONDS
    assert refusal.value.code is Code.SCHEMA


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param({"$ref": "https://evil.example/s"}, id="another host"),
        pytest.param({"$ref": "other.json#/a"}, id="a file"),
        pytest.param({"$ref": "#name"}, id="a name"),
        pytest.param({"$ref": "#/$defs/none"}, id="a part that is not there"),
        pytest.param({"$ref": "#/allOf/7", "allOf": [{}]}, id="an index that is not there"),
        pytest.param({"$ref": f"#/allOf/{'1' * 5_000}", "allOf": [{}]}, id="an endless index"),
        pytest.param({"$ref": "#/allOf/\u0660", "allOf": [{}]}, id="an index in Arabic digits"),
        pytest.param({"$ref": "#/allOf/00", "allOf": [{}]}, id="an index with a leading zero"),
        pytest.param({"$ref": "#/allOf/-0", "allOf": [{}]}, id="an index with a sign"),
        pytest.param({"$ref": "#/%24defs/a", "$defs": {"a": {}}}, id="encoded"),
        pytest.param({"$ref": 5}, id="a number"),
    ],
)
def test_a_reference_that_leads_elsewhere_is_not_followed(schema: Document) -> None:
    with pytest.raises(UnsupportedError):
        SchemaWork(schema).check({})


@pytest.mark.parametrize(
    ("schema", "document"),
    [
        pytest.param(load_schema("achievement_credential.json"), valid_credential(), id="a badge"),
        pytest.param(load_schema("profile.json"), {"id": "https://a.example"}, id="a profile"),
        pytest.param({}, _nested(30), id="no rules"),
        pytest.param(_doubling("allOf", 10), {}, id="a thousand steps"),
        pytest.param(
            {"$defs": {"~/": {}}, "allOf": [{"$ref": "#/$defs/~0~1"}]}, {}, id="an odd name"
        ),
        pytest.param({"allOf": [{}, {"$ref": "#/allOf/0"}]}, {}, id="an index"),
        pytest.param(
            {"$id": "https://a.example/s", "properties": {"a": {"$ref": "#"}}},
            _nested(30),
            id="itself, one step further",
        ),
        pytest.param({"pattern": "a"}, "x" * (900_000 // PATTERN_WORK), id="a long text"),
        pytest.param({"dependentSchemas": {"x": {}, "y": {}}}, MANY_MEMBERS, id="many members"),
        pytest.param({"multipleOf": 0.5}, 1.5, id="one fraction"),
        pytest.param({"items": {"type": "integer"}}, list(range(5000)), id="a long list"),
        pytest.param({"dependentSchemas": {"a": {}}, "if": True, "then": {}}, {"a": 1}, id="if"),
    ],
)
def test_an_honest_schema_is_cheap(schema: Document, document: object) -> None:
    SchemaWork(schema).check(document)
