"""The words for what a schema refuses, where the published schemas alone do not show them."""

import pytest

from openbadges.schemas.report import find_faults
from openbadges.strict import Document

TEXT_OR_MAP = {
    "oneOf": [{"type": "string"}, {"type": "object", "propertyNames": {"pattern": "^x$"}}]
}


@pytest.mark.parametrize(
    ("schema", "document", "faults"),
    [
        pytest.param({"not": {}}, {}, "the document: its schema asks for not", id="other keyword"),
        pytest.param(
            {"oneOf": [{}, {"type": "object"}]},
            {},
            "the document: its schema asks for oneOf",
            id="two branches at once",
        ),
        pytest.param(
            {
                "properties": {
                    "a": {"oneOf": [TEXT_OR_MAP, {"type": "array", "items": TEXT_OR_MAP}]}
                }
            },
            {"a": ["b", {"y": "b"}]},
            "a[1]: expected a string, found an object",
            id="the branch that was meant, and no language map",
        ),
        pytest.param(
            {"properties": {"a" * 100: {"type": "boolean"}}},
            {"a" * 100: "b"},
            f"{'a' * 60}: expected true or false, found a string",
            id="a long name is cut",
        ),
        pytest.param({}, {}, "a value has a form that its pattern does not allow", id="no fault"),
    ],
)
def test_a_fault_is_put_in_words(schema: Document, document: Document, faults: str) -> None:
    assert find_faults(document, schema, {}) == faults


def test_what_a_schema_refers_to_is_never_fetched() -> None:
    with pytest.raises(Exception, match="Unresolvable") as failure:
        find_faults({"a": 1}, {"properties": {"a": {"$ref": "https://schemas.example/a.json"}}}, {})
    assert "pytest_socket" not in type(failure.value).__module__
