"""One JSON value into one Python value."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from openbadges.errors import Code, MalformedError
from openbadges.models import readers


@pytest.mark.parametrize(
    ("reader", "value", "result"),
    [
        pytest.param(readers.read_text, "", "", id="an empty text"),
        pytest.param(readers.read_uri, "did:key:z6Mk", "did:key:z6Mk", id="a DID"),
        pytest.param(readers.read_uri, "https://a.example/ü#x", "https://a.example/ü#x", id="IRI"),
        pytest.param(
            readers.read_timestamp,
            "2026-01-31T18:00:00.25+01:00",
            datetime(2026, 1, 31, 17, 0, 0, 250000, UTC),
            id="a moment in another zone",
        ),
        pytest.param(readers.read_date, "2000-02-29", date(2000, 2, 29), id="a date"),
        pytest.param(readers.read_boolean, False, False, id="false"),
        pytest.param(readers.read_number, 1.5, 1.5, id="a number"),
        pytest.param(readers.read_whole_number, 2, 2, id="a whole number"),
        pytest.param(readers.read_status_index, "94567", 94567, id="an index"),
        pytest.param(readers.read_object, {"en": 1}, {"en": 1}, id="an object"),
        pytest.param(readers.read_context, {"a": "b"}, {"a": "b"}, id="an inline context"),
        pytest.param(readers.read_context, "https://a.example", "https://a.example", id="context"),
    ],
)
def test_a_good_value_is_read(reader: Callable[..., Any], value: object, result: object) -> None:
    assert reader(value, "here") == result


@pytest.mark.parametrize(
    ("reader", "value", "code"),
    [
        pytest.param(readers.read_text, True, Code.DATA_MODEL, id="a boolean is no text"),
        pytest.param(readers.read_text, {"en": "x"}, Code.LANGUAGE_MAP, id="a language map"),
        pytest.param(readers.read_text, {}, Code.LANGUAGE_MAP, id="an empty language map"),
        pytest.param(readers.read_text, {"@value": "x"}, Code.DATA_MODEL, id="a value object"),
        pytest.param(readers.read_uri, 5, Code.DATA_MODEL, id="a number is no URI"),
        pytest.param(readers.read_uri, "learner1", Code.RELATIVE_IRI, id="a relative URI"),
        pytest.param(readers.read_uri, "//a.example", Code.RELATIVE_IRI, id="no scheme"),
        pytest.param(readers.read_uri, "_:b0", Code.RELATIVE_IRI, id="a blank node"),
        pytest.param(readers.read_uri, "", Code.RELATIVE_IRI, id="an empty id"),
        pytest.param(readers.read_uri, " https://a", Code.RELATIVE_IRI, id="a leading blank"),
        pytest.param(readers.read_uri, "https://a b", Code.INVALID_IRI, id="a space inside"),
        pytest.param(readers.read_uri, "https://a\n", Code.INVALID_IRI, id="a line break"),
        pytest.param(readers.read_uri, "https://a>", Code.INVALID_IRI, id="an angle bracket"),
        pytest.param(readers.read_timestamp, "2026-01-31T18:00:00", Code.DATA_MODEL, id="no zone"),
        pytest.param(readers.read_timestamp, "2026-01-31", Code.DATA_MODEL, id="no time"),
        pytest.param(readers.read_timestamp, 1, Code.DATA_MODEL, id="seconds"),
        pytest.param(readers.read_date, "2026-02-30", Code.DATA_MODEL, id="30 February"),
        pytest.param(readers.read_date, "20260131", Code.DATA_MODEL, id="a date without dashes"),
        pytest.param(readers.read_date, 5, Code.DATA_MODEL, id="a number is no date"),
        pytest.param(readers.read_boolean, "true", Code.DATA_MODEL, id="the word true"),
        pytest.param(readers.read_boolean, 1, Code.DATA_MODEL, id="one is not true"),
        pytest.param(readers.read_number, True, Code.DATA_MODEL, id="true is no number"),
        pytest.param(readers.read_number, "5", Code.DATA_MODEL, id="digits are no number"),
        pytest.param(readers.read_whole_number, True, Code.DATA_MODEL, id="true is not one"),
        pytest.param(readers.read_whole_number, 1.5, Code.DATA_MODEL, id="a fraction"),
        pytest.param(readers.read_status_index, 7, Code.RANGE, id="an index that is a number"),
        pytest.param(readers.read_status_index, "-1", Code.RANGE, id="a negative index"),
        pytest.param(readers.read_object, [], Code.DATA_MODEL, id="an array is no object"),
        pytest.param(readers.read_context, 5, Code.DATA_MODEL, id="a number is no context"),
    ],
)
def test_a_bad_value_is_refused_with_its_path(
    reader: Callable[..., Any], value: object, code: Code
) -> None:
    with pytest.raises(MalformedError, match=r"^a\.path") as refusal:
        reader(value, "a.path")
    assert refusal.value.code == code
