"""A foreign schema is looked through whole, also where it applies to nothing."""

from collections.abc import Callable

import pytest

from openbadges.errors import Code, UnsupportedError
from openbadges.schemas.survey import (
    MAXIMUM_LEVELS,
    MAXIMUM_PATTERNS,
    MAXIMUM_REFERENCES,
    survey_schema,
)
from openbadges.schemas.validation import load_schema
from openbadges.strict import Document


def _applied(part: Document) -> Document:
    return {"allOf": [part]}


def _of_a_missing_member(part: Document) -> Document:
    return {"properties": {"nope": {"items": {"not": part}}}}


def _unused(part: Document) -> Document:
    return {"$defs": {"unused": part}}


def _of_an_unknown_keyword(part: Document) -> Document:
    return {"x": [[{"y": part}]], "allOf": [{"$ref": "#/x/0/0/y"}]}


def _nested(levels: int) -> Document:
    schema: Document = {}
    for _ in range(levels - 1):
        schema = {"not": schema}
    return schema


@pytest.mark.parametrize("place", [_applied, _of_a_missing_member, _unused, _of_an_unknown_keyword])
@pytest.mark.parametrize(
    "part",
    [
        pytest.param({"unevaluatedProperties": False}, id="what members are left"),
        pytest.param({"unevaluatedItems": {}}, id="what items are left"),
        pytest.param({"$recursiveRef": "#"}, id="a recursive reference"),
        pytest.param({"$recursiveAnchor": True}, id="a recursive name"),
        pytest.param({"$dynamicRef": "#a"}, id="a reference that moves"),
        pytest.param({"$dynamicAnchor": "a"}, id="a name that moves"),
        pytest.param({"$anchor": "a"}, id="a name of its own"),
        pytest.param({"$id": "https://a.example/"}, id="an address of its own"),
        pytest.param({"$schema": "https://json-schema.org/draft/2020-12/schema"}, id="a dialect"),
        pytest.param({"x": [{"pattern": "a"}] * (MAXIMUM_PATTERNS + 1)}, id="patterns"),
        pytest.param({"patternProperties": {f"{n}": {} for n in range(201)}}, id="names"),
        pytest.param({"x": [{"$ref": "#"}] * (MAXIMUM_REFERENCES + 1)}, id="references"),
        pytest.param(_nested(MAXIMUM_LEVELS), id="levels"),
    ],
)
def test_what_is_not_read_is_not_read_anywhere(
    part: Document, place: Callable[[Document], Document]
) -> None:
    with pytest.raises(UnsupportedError) as refusal:
        survey_schema(place(part))
    assert refusal.value.code is Code.SCHEMA


@pytest.mark.parametrize("keyword", ["unevaluatedProperties", "unevaluatedItems", "$anchor"])
def test_the_root_is_no_exception(keyword: str) -> None:
    with pytest.raises(UnsupportedError):
        survey_schema({keyword: True})


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param(load_schema("achievement_credential.json"), id="a badge's"),
        pytest.param(load_schema("profile.json"), id="a profile's"),
        pytest.param({}, id="no rules"),
        pytest.param({"$id": "https://a.example/s", "$schema": "x"}, id="the root's own address"),
        pytest.param({"allOf": [{"pattern": "a"}] * MAXIMUM_PATTERNS}, id="many patterns"),
        pytest.param({"allOf": [{"$ref": "#/x"}] * MAXIMUM_REFERENCES}, id="many references"),
        pytest.param(_nested(MAXIMUM_LEVELS), id="many levels"),
    ],
)
def test_an_honest_schema_has_nothing_of_it(schema: Document) -> None:
    survey_schema(schema)
