"""One spelling of JSON."""

from typing import Any

import pytest

from openbadges.data_integrity.jcs import canonicalize_json
from openbadges.errors import Code, MalformedError
from openbadges.jsonld.bounds import MAXIMUM_VALUES
from openbadges.strict import parse_json_object


@pytest.mark.parametrize(
    ("presented", "canonical"),
    [
        pytest.param('{ "b" : 1,\n"a" : [ true, null ] }', '{"a":[true,null],"b":1}', id="blanks"),
        pytest.param('{"a":1.0,"b":1e2,"c":-0.0}', '{"a":1,"b":100,"c":0}', id="whole numbers"),
        pytest.param('{"a":1e-7,"b":0.10}', '{"a":1e-7,"b":0.1}', id="fractions"),
        pytest.param('{"a":1e21,"b":5e-324}', '{"a":1e+21,"b":5e-324}', id="the ends of doubles"),
        pytest.param('{"a":"\\u00e9\\/\\u001f"}', '{"a":"é/\\u001f"}', id="escapes"),
        pytest.param(
            '{"\uff21":1,"\U0001f600":2}', '{"\U0001f600":2,"\uff21":1}', id="by UTF-16 units"
        ),
    ],
)
def test_equal_json_has_one_spelling(presented: str, canonical: str) -> None:
    document = parse_json_object(presented, what="it")
    assert canonicalize_json(document) == canonical.encode()


@pytest.mark.parametrize(
    ("value", "code"),
    [
        pytest.param(2**53, Code.NUMBER, id="an integer beyond 2^53-1"),
        pytest.param(-(2**53), Code.NUMBER, id="a negative one"),
        pytest.param(float("nan"), Code.NUMBER, id="NaN"),
        pytest.param(float("inf"), Code.NUMBER, id="Infinity"),
        pytest.param("\ud800", Code.UNICODE, id="half of a pair"),
        pytest.param({"\udc00": 1}, Code.UNICODE, id="half of a pair in a key"),
        pytest.param([None] * MAXIMUM_VALUES, Code.TOO_LARGE, id="many values"),
    ],
)
def test_what_json_cannot_say_alike_everywhere_is_refused(value: Any, code: Code) -> None:  # noqa: ANN401 -- no JSON
    with pytest.raises(MalformedError) as caught:
        canonicalize_json({"a": value})
    assert caught.value.code is code
