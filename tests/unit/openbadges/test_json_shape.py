"""What is refused of a JSON text before it is parsed, so that parsing it costs little (E7, H17)."""

from datetime import UTC, datetime

import pytest

from openbadges.errors import Code, MalformedError
from openbadges.strict import MAXIMUM_DEPTH, format_timestamp, parse_json


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("]" * 1_000_000, id="closing brackets"),
        pytest.param('{"a":1}' + "}" * 1_000_000, id="after the end"),
    ],
)
def test_a_bracket_that_was_never_opened_ends_the_reading(text: str) -> None:
    with pytest.raises(MalformedError, match="never opened"):
        parse_json(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" + "[]," * 200_000 + "[]]", id="values"),
        pytest.param('"":' * 800_000, id="strings"),
    ],
)
def test_more_than_any_document_has_is_refused(text: str) -> None:
    with pytest.raises(MalformedError) as caught:
        parse_json(text)
    assert caught.value.code is Code.TOO_LARGE


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('["' + "[{,]}" * 60_000 + '"]', id="in a text"),
        pytest.param('["' + '\\"[' * 60_000 + '"]', id="behind quotation marks in a text"),
        pytest.param("[" * MAXIMUM_DEPTH + "]" * MAXIMUM_DEPTH, id="as deep as may be"),
    ],
)
def test_marks_inside_of_texts_are_not_counted(text: str) -> None:
    assert isinstance(parse_json(text), list)


def test_a_text_that_never_ends_is_no_json() -> None:
    for text in ('["a', '["' + '\\"' * 200_000, '["a\\'):
        with pytest.raises(MalformedError) as caught:
            parse_json(text)
        assert caught.value.code is Code.MALFORMED


def test_an_early_year_is_written_with_four_digits() -> None:
    assert format_timestamp(datetime(68, 1, 2, 3, 4, 5, 6, UTC)) == "0068-01-02T03:04:05Z"
