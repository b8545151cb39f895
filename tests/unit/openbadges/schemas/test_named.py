"""A schema that a credential names is applied, if it is one, and says where it refuses."""

import pytest

from openbadges.errors import Code, MalformedError, UnsupportedError
from openbadges.schemas import validation
from openbadges.schemas.named import CARRIED, SCHEMA_DIALECT, check_by_schema
from openbadges.schemas.validation import find_refusal, load_schema
from openbadges.strict import Document, parse_json_object
from tests.credentials import replace, valid_credential

BADGE = valid_credential()


def test_a_document_as_the_schema_asks_is_accepted() -> None:
    check_by_schema(BADGE, {"$schema": SCHEMA_DIALECT, "required": ["name"]})
    check_by_schema(BADGE, load_schema("achievement_credential.json"))


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        pytest.param({"required": ["grade"]}, "its root (required)", id="at the root"),
        pytest.param(
            {"properties": {"evidence": {"items": {"required": ["x"]}}}},
            "evidence.0 (required)",
            id="in an array",
        ),
        pytest.param({"properties": {"name": False}}, "name (falseSchema)", id="never"),
    ],
)
def test_a_refusal_names_the_place_and_the_keyword_and_repeats_nothing(
    schema: Document, place: str
) -> None:
    with pytest.raises(MalformedError) as refusal:
        check_by_schema(BADGE, schema)
    assert refusal.value.code is Code.SCHEMA
    assert str(refusal.value) == f"the schema that it names refuses it at {place}"


@pytest.mark.parametrize(
    "dialect",
    [
        "https://json-schema.org/draft/2020-12/schema",
        "http://json-schema.org/draft-07/schema#",
        "https://evil.example/meta",
        5,
        None,
    ],
)
def test_another_dialect_is_not_applied(dialect: object) -> None:
    with pytest.raises(UnsupportedError):
        check_by_schema(BADGE, {"$schema": dialect, "required": ["grade"]})


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param({"type": "badge"}, id="an unknown type"),
        pytest.param({"required": "name"}, id="a text for an array"),
        pytest.param({"pattern": "("}, id="half a pattern"),
        pytest.param({"pattern": "(?=a)b"}, id="a lookahead"),
        pytest.param({"pattern": r"(a)\1"}, id="a back-reference"),
        pytest.param({"pattern": "(?:[01]{0,99}1){99}x"}, id="a pattern that grows"),
        pytest.param({"properties": {"x": {"$ref": "https://evil.example/s"}}}, id="a reference"),
    ],
)
def test_what_is_no_schema_or_reaches_out_is_not_applied(schema: Document) -> None:
    with pytest.raises(UnsupportedError) as refusal:
        check_by_schema(BADGE, schema)
    assert refusal.value.code is Code.SCHEMA


def test_a_pattern_that_others_backtrack_on_is_matched_in_no_time() -> None:
    schema: Document = {"properties": {"name": {"pattern": "^(a+)+$"}}}
    with pytest.raises(MalformedError):
        check_by_schema(replace(BADGE, "name", "a" * 5000 + "!"), schema)


def test_a_format_is_a_remark_and_no_rule() -> None:
    check_by_schema(BADGE, {"properties": {"name": {"format": "date-time"}}})


@pytest.mark.parametrize("place", ["evidence", "credentialSubject"])
def test_a_step_of_the_place_is_not_repeated_at_length(place: str) -> None:
    document = {place: {"x" * 5000: 1}}
    found = find_refusal(document, {"additionalProperties": {"additionalProperties": False}})
    assert found is not None
    assert len(found) < 200


def test_the_schemas_that_are_carried_are_those_of_the_manifest() -> None:
    folder = validation._FOLDER  # noqa: SLF001 -- the files beside the module
    manifest = parse_json_object((folder / "manifest.json").read_bytes(), what="the manifest")
    assert set(CARRIED) == {entry["url"] for entry in manifest["schemas"]}
