"""Each method asks for its own fields, and a definition has its say."""

import pytest

from badge_classes.methods import FIELDS, Asking, Method, fields_of
from badge_classes.schema_check import did_you_mean
from openbadges.strict import parse_json_object
from tests.conftest import ROOT


@pytest.mark.parametrize("method", list(Method))
def test_every_method_asks_for_something_and_requires_nothing_by_itself(method: Method) -> None:
    fields = fields_of(method, {})

    assert fields == FIELDS[method]
    assert fields
    assert not any(field.required for field in fields)


def test_a_definition_requires_one_field_and_drops_another() -> None:
    asking = {"partner": Asking.REQUIRED, "sessions": Asking.OFF, "period": Asking.OPTIONAL}

    fields = fields_of(Method.MENTORING, asking)

    assert [(field.name, field.required) for field in fields] == [
        ("partner", True),
        ("period", False),
    ]


def test_a_field_of_another_method_is_the_programmers_fault() -> None:
    with pytest.raises(ValueError, match="event has no field hours"):
        fields_of(Method.EVENT, {"hours": Asking.REQUIRED})


def test_the_schema_knows_the_same_methods() -> None:
    schema = parse_json_object((ROOT / "badge_classes" / "schema.json").read_bytes(), what="it")

    assert schema["properties"]["method"]["enum"] == [str(method) for method in Method]


def test_nothing_is_suggested_for_a_word_that_is_near_to_none() -> None:
    assert not did_you_mean("zzz", ["name", "caption"])
