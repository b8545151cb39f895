"""The carried contexts: their bytes are pinned, and nobody can change what they mean."""

import hashlib
import shutil
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import pytest

from openbadges.errors import Code, UnsupportedError
from openbadges.jsonld import canonicalize
from openbadges.jsonld.contexts import BUNDLED, BUNDLED_FOLDER, ContextLoader
from openbadges.strict import Document, parse_json_object

TEST_FOLDER = Path(__file__).parents[3] / "vectors" / "contexts"
CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"

# From the specifications themselves, so that manifest and file cannot be changed together.
PUBLISHED = {
    CREDENTIALS_V2: "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    "https://w3id.org/security/data-integrity/v2": (
        "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4"
    ),
    "https://w3id.org/security/multikey/v1": (
        "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597"
    ),
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": (
        "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84"
    ),
}


def manifest(folder: Traversable) -> list[Document]:
    data = folder.joinpath("manifest.json").read_bytes()
    entries: list[Document] = parse_json_object(data, what="the manifest")["contexts"]
    return entries


@pytest.mark.parametrize(
    "folder", [pytest.param(BUNDLED_FOLDER, id="ours"), pytest.param(TEST_FOLDER, id="the tests'")]
)
def test_every_file_is_the_one_that_the_manifest_pins(folder: Traversable) -> None:
    found = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.iterdir()
        if file.name != "manifest.json"
    }
    assert found == {entry["file"]: entry["sha256"] for entry in manifest(folder)}


def test_the_manifest_pins_what_the_specifications_publish() -> None:
    pinned = {entry["url"]: entry["sha256"] for entry in manifest(BUNDLED_FOLDER)}
    assert {url: pinned[url] for url in PUBLISHED} == PUBLISHED


def test_the_manifest_says_where_each_file_comes_from() -> None:
    for entry in manifest(BUNDLED_FOLDER):
        assert entry["package"]
        assert entry["path"]
        assert not entry["path"].endswith(".js") or {"sourceSha256", "note"} <= entry.keys()


@pytest.mark.parametrize("url", sorted(BUNDLED.urls))
def test_each_context_is_there_under_its_exact_url(url: str) -> None:
    assert "@context" in BUNDLED.load(url)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://evil.example/context", id="foreign"),
        pytest.param(CREDENTIALS_V2 + "/", id="a slash more"),
        pytest.param(CREDENTIALS_V2.upper(), id="upper case"),
        pytest.param("http://www.w3.org/ns/credentials/v2", id="http"),
        pytest.param("https://www.w3.org/ns/../ns/credentials/v2", id="dot segments"),
        pytest.param("credentials-v2.json", id="the file's name"),
        pytest.param("", id="empty"),
    ],
)
def test_any_other_url_is_unknown(url: str) -> None:
    with pytest.raises(UnsupportedError) as caught:
        BUNDLED.load(url)
    assert caught.value.code is Code.CONTEXT_UNKNOWN


def test_changing_what_was_loaded_changes_nothing(badge: Document) -> None:
    before = canonicalize(badge)
    loaded = BUNDLED.load(CREDENTIALS_V2)
    loaded["@context"]["name"] = "https://evil.example/name"
    loaded["@context"]["VerifiableCredential"].clear()
    assert BUNDLED.load(CREDENTIALS_V2)["@context"]["name"] == "https://schema.org/name"
    assert canonicalize(badge) == before


def test_a_changed_file_is_never_served(tmp_path: Path) -> None:
    shutil.copytree(TEST_FOLDER, tmp_path / "contexts")
    (file,) = (entry["file"] for entry in manifest(TEST_FOLDER))
    changed = tmp_path / "contexts" / file
    changed.write_bytes(changed.read_bytes() + b"\n")
    loader = ContextLoader(tmp_path / "contexts")
    with pytest.raises(RuntimeError, match="was changed"):
        loader.load("https://w3id.org/citizenship/v4rc1")


def test_only_the_examples_context_defines_every_word() -> None:
    with_vocabulary = {url for url in BUNDLED.urls if "@vocab" in BUNDLED.load(url)["@context"]}
    assert with_vocabulary == {"https://www.w3.org/ns/credentials/examples/v2"}


def test_no_carried_context_asks_for_what_inline_contexts_may_not() -> None:
    """`data_loss` and `context_resolver` rely on it."""
    for url in BUNDLED.urls:
        for context in contexts_within(BUNDLED.load(url)["@context"]):
            assert not {"@import", "@propagate"} & context.keys()
            for definition in context.values():
                members = definition if isinstance(definition, dict) else {"@id": definition}
                target = members.get("@id")
                assert target in {"@id", "@type"} or not str(target).startswith("@")
                assert members.get("@container") in {None, "@graph", "@list", "@set"}
                assert isinstance(members.get("@context"), dict | None)


def contexts_within(context: Any) -> Iterator[Document]:  # noqa: ANN401 -- JSON is any JSON value
    """Walk a context and those in its terms' definitions."""
    for part in context if isinstance(context, list) else [context]:
        yield part
        for definition in part.values():
            if isinstance(definition, dict) and definition.get("@context") is not None:
                yield from contexts_within(definition["@context"])
