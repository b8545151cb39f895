"""One value or an array of them, read alike."""

import pytest

from verifier.checks.members import objects, strings, without_nulls


@pytest.mark.parametrize(
    ("value", "objects_in_it", "strings_in_it"),
    [
        pytest.param(None, [], [], id="nothing"),
        pytest.param({"id": "x"}, [{"id": "x"}], [], id="one object"),
        pytest.param("x", [], ["x"], id="one string"),
        pytest.param([{"id": "x"}, "y", 7, None, ["z"]], [{"id": "x"}], ["y"], id="all kinds"),
    ],
)
def test_what_is_of_another_kind_is_passed_over(
    value: object, objects_in_it: list[object], strings_in_it: list[str]
) -> None:
    assert list(objects(value)) == objects_in_it
    assert list(strings(value)) == strings_in_it


@pytest.mark.parametrize(
    ("value", "rest"),
    [
        pytest.param({"a": None, "b": {"c": None}}, {"b": {}}, id="members"),
        pytest.param([None, 1, [None]], [1, []], id="array members"),
        pytest.param({"a": [0, False, ""]}, {"a": [0, False, ""]}, id="what is not null stays"),
    ],
)
def test_nulls_are_left_out_at_every_depth(value: object, rest: object) -> None:
    assert without_nulls(value) == rest
