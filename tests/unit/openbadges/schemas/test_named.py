"""A schema that a credential names is applied, if it is one, within what it may cost."""

import json
import subprocess
import sys
from typing import Final

import pytest

from openbadges.errors import Code, MalformedError, UnsupportedError
from openbadges.schemas import validation
from openbadges.schemas.named import CARRIED, SCHEMA_DIALECT, check_by_schema
from openbadges.schemas.validation import load_schema
from openbadges.strict import Document, parse_json_object
from tests.credentials import replace, valid_credential

BADGE = valid_credential()


def test_a_document_as_the_schema_asks_is_accepted() -> None:
    check_by_schema(BADGE, {"$schema": SCHEMA_DIALECT, "required": ["name"]})
    check_by_schema(BADGE, load_schema("achievement_credential.json"))


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param({"required": ["grade"]}, id="at the root"),
        pytest.param({"properties": {"evidence": {"items": {"required": ["x"]}}}}, id="inside"),
        pytest.param({"properties": {"name": False}}, id="never"),
        pytest.param({"properties": {"name": {"const": "SECRET"}}}, id="another value"),
    ],
)
def test_a_refusal_is_told_and_repeats_nothing(schema: Document) -> None:
    with pytest.raises(MalformedError) as refusal:
        check_by_schema(BADGE, schema)
    assert refusal.value.code is Code.SCHEMA
    assert str(refusal.value) == "the schema that it names refuses it"


# What a process may take, and still apply a schema: what ends it or fills it is seen from outside.
ALLOWED_BYTES: Final = 400 * 1024 * 1024
JUDGE: Final = """
import resource, sys
from openbadges.errors import ExplainedError
from openbadges.schemas.named import check_by_schema
from openbadges.strict import parse_json
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
document, schema = parse_json(sys.stdin.read(), maximum_bytes=4_000_000)
try:
    check_by_schema(document, schema)
except ExplainedError as error:
    print(type(error).__name__)
"""


def _chain(length: int, times: int) -> Document:
    """Give a part that applies to nothing, and leads far once what it leaves is asked for."""
    parts: dict[str, Document] = {
        f"a{number}": {"allOf": [{"$ref": f"#/$defs/a{number + 1}"}] * times}
        for number in range(length)
    }
    unapplied = {"$ref": "#/$defs/a0", "unevaluatedProperties": False}
    return {"$defs": parts | {f"a{length}": {}}, "properties": {"nope": unapplied}}


@pytest.mark.parametrize(
    ("schema", "characters", "error"),
    [
        pytest.param(_chain(1800, 1), 1, "UnsupportedError", id="the end of the stack"),
        pytest.param(_chain(20, 2), 1, "UnsupportedError", id="a gigabyte to compile"),
        pytest.param({"anyOf": [False] * 9000}, 800_000, "MalformedError", id="a copy for each"),
        pytest.param(
            {"oneOf": [{"anyOf": [False] * 90}] * 90}, 800_000, "MalformedError", id="in each"
        ),
    ],
)
def test_no_schema_ends_the_process_or_fills_its_memory(
    schema: Document, characters: int, error: str
) -> None:
    judged = subprocess.run(  # noqa: S603 -- our own interpreter
        [sys.executable, "-c", JUDGE, str(ALLOWED_BYTES)],
        input=json.dumps([{"id": "x", "name": "y" * characters}, schema]),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (judged.returncode, judged.stdout.strip()) == (0, error), judged.stderr[-500:]


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


def test_the_schemas_that_are_carried_are_those_of_the_manifest() -> None:
    folder = validation._FOLDER  # noqa: SLF001 -- the files beside the module
    manifest = parse_json_object((folder / "manifest.json").read_bytes(), what="the manifest")
    assert set(CARRIED) == {entry["url"] for entry in manifest["schemas"]}
