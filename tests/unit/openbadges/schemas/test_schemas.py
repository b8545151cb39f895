"""The schema files themselves: from where they say, without prose, without references outward."""

import hashlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from openbadges.schemas.validation import load_schema
from openbadges.strict import parse_json_object
from tests.conftest import ROOT

FOLDER = ROOT / "openbadges" / "schemas"
MANIFEST = parse_json_object((FOLDER / "manifest.json").read_bytes(), what="the manifest")
ENTRIES = [pytest.param(entry, id=entry["file"]) for entry in MANIFEST["schemas"]]
PROSE = {"description", "title", "$comment"}
# The members of these are names that the schema defines, not its own keywords.
MAPS_OF_NAMES = {"properties", "$defs"}


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_schema_is_the_file_that_the_manifest_names(entry: dict[str, str]) -> None:
    data = (FOLDER / entry["file"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == entry["sha256"]
    assert load_schema(entry["file"])["$id"] == entry["url"]


def test_a_schema_that_was_changed_is_not_used(tmp_path: Path) -> None:
    for name in ("manifest.json", "profile.json"):
        shutil.copy(FOLDER / name, tmp_path)
    assert load_schema("profile.json", tmp_path) == load_schema("profile.json")
    (tmp_path / "profile.json").write_text("{}")
    load_schema.cache_clear()
    with pytest.raises(RuntimeError, match="not the file that its manifest names"):
        load_schema("profile.json", tmp_path)


@pytest.mark.parametrize("entry", ENTRIES)
def test_the_manifest_says_where_a_schema_comes_from(entry: dict[str, dict[str, str]]) -> None:
    source = entry["source"]
    assert set(source) == {"package", "version", "registry", "file", "sha256"}
    assert re.fullmatch("[0-9a-f]{64}", source["sha256"])


def test_every_schema_file_is_in_the_manifest() -> None:
    files = {path.name for path in FOLDER.glob("*.json")} - {"manifest.json"}
    assert files == {entry["file"] for entry in MANIFEST["schemas"]}


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_schema_has_no_prose(entry: dict[str, str]) -> None:
    keywords = {name for name, _ in _keywords(load_schema(entry["file"]))}
    assert not keywords & PROSE
    assert "oneOf" in keywords


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_member_called_description_is_still_defined(entry: dict[str, str]) -> None:
    assert "description" in load_schema(entry["file"])["$defs"]["Profile"]["properties"]


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_schema_refers_only_to_itself(entry: dict[str, str]) -> None:
    references = [
        value for name, value in _keywords(load_schema(entry["file"])) if name.endswith("ef")
    ]
    assert references
    assert all(str(reference).startswith("#/$defs/") for reference in references)


def _keywords(schema: object) -> Iterator[tuple[str, object]]:
    if isinstance(schema, list):
        for each in schema:
            yield from _keywords(each)
    if not isinstance(schema, dict):
        return
    for name, value in schema.items():
        yield name, value
        if name in MAPS_OF_NAMES:
            for each in value.values():
                yield from _keywords(each)
        else:
            yield from _keywords(value)
