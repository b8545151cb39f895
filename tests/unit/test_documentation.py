"""The documents say what is so: the map of rooms, the codes, the settings, the links."""

import ast
import re
from pathlib import Path

import pytest

from openbadges.errors import Code
from service.cli import COMMANDS
from service.settings import SETTINGS

ROOT = Path(__file__).parents[2]
# Each specification by its one name; these, RFC and SEC 1 numbers stand behind `Spec:`.
SPECIFICATIONS = frozenset(
    {
        *("ob-v3p0", "cid-1.0", "did-1.0", "did-key-spec", "did-method-web", "did-jwk"),
        *("vc-data-model-1.1", "vc-data-model-2.0", "vc-data-integrity", "vc-di-eddsa"),
        "vc-di-ecdsa",
        *("vc-bitstring-status-list", "vc-status-list-2021", "vc-jose-cose", "rdf-canon"),
        *("json-ld11-api", "fetch"),
    }
)
NUMBERED = re.compile(r"(RFC [0-9]{4}|SEC 1)( (section|appendix) [0-9A-Z.]+)?( \(I-JSON\))?")
ROOMS = (
    "openbadges",
    "keys",
    "badge_classes",
    "accounts",
    "storage",
    "verifier",
    "issuer",
    "service",
)


@pytest.mark.parametrize("room", ROOMS)
def test_the_map_in_the_readme_has_each_room_by_its_own_first_line(room: str) -> None:
    docstring = ast.get_docstring(ast.parse((ROOT / room / "__init__.py").read_text())) or ""
    line = next(
        line
        for line in (ROOT / "README.md").read_text().splitlines()
        if line.startswith(f"{room}/")
    )
    assert line.removeprefix(f"{room}/").strip() == docstring.splitlines()[0]


def test_every_code_is_explained() -> None:
    explained = set(re.findall(r"`([A-Z_0-9]+)`", (ROOT / "docs" / "verification.md").read_text()))
    assert {code.value for code in Code} <= explained


def test_every_setting_is_in_the_readme() -> None:
    assert set(SETTINGS) <= set(re.findall(r"INSIGNIA_[A-Z_]+", (ROOT / "README.md").read_text()))


def test_every_command_in_the_documents_exists() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    named = {
        name
        for page in pages
        for name in re.findall(r"`?insignia ([a-z][a-z-]+)", page.read_text())
    }
    assert named - set(COMMANDS) == set()


@pytest.mark.parametrize(
    "page",
    ["README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/architecture.md", "docs/operate.md"],
)
def test_links_between_the_documents_lead_somewhere(page: str) -> None:
    source = ROOT / page
    targets = re.findall(r"\]\(([^)#:]+)\)", source.read_text())
    assert targets
    assert [target for target in targets if not (source.parent / target).exists()] == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_specification_has_one_name(room: str) -> None:
    strange = {
        f"{source.name}: {reference}"
        for source in (ROOT / room).rglob("*.py")
        for line in re.findall(r"^ *Spec: (.+)$", source.read_text(), re.MULTILINE)
        for reference in re.split(r"[;,] ?", line)
        if reference.partition("#")[0] not in SPECIFICATIONS and not NUMBERED.fullmatch(reference)
    }
    assert strange == set()


def test_every_test_that_a_row_of_reliability_names_exists() -> None:
    page = (ROOT / "docs" / "reliability.md").read_text()
    for path, name in re.findall(r"`(tests/[a-z0-9_/]+\.py)(?:::([a-z0-9_]+))?`", page):
        assert (ROOT / path).is_file(), path
        if name:
            assert f"def {name}(" in (ROOT / path).read_text(), f"{path}::{name}"


def test_every_row_of_threats_has_one_in_reliability() -> None:
    page = (ROOT / "docs" / "reliability.md").read_text()
    rows = [
        f"{letter}{n}"
        for letter, last in (("D", 20), ("F", 20), ("R", 42))
        for n in range(1, last + 1)
    ]
    assert re.findall(r"^\| ([DFR][0-9]+) \|", page, re.MULTILINE) == rows
