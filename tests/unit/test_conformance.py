"""The page of conformance has every threat, and names tests and limits that there are."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "conformance.md"
THREATS = ROOT.parent / "shared" / "facts" / "threats.md"
# How many there are of each letter, where the list itself is not beside this checkout.
NUMBER_OF = {"A": 37, "B": 18, "C": 18, "D": 20, "E": 16, "F": 20, "G": 19}
UNTESTED = "not tested: "
ROW = re.compile(r"^\| ([A-G][0-9]{1,2}) \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)(?:\[[^\]`]+\])?`")
LIMIT = re.compile(r"^\| [^|]+ \| ([0-9][0-9 .]*)[^|]*\| `([\w.]+)\.([A-Z_]+)` \|$", re.MULTILINE)


def threats() -> list[str]:
    if not THREATS.is_file():
        return [
            f"{letter}{one}" for letter, last in NUMBER_OF.items() for one in range(1, last + 1)
        ]
    return re.findall(
        r"^\| ([A-G][0-9]{1,2}) \|", THREATS.read_text(encoding="utf-8"), re.MULTILINE
    )


def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def rows() -> Iterator[tuple[str, str]]:
    """Give each row's id and what holds it."""
    for row in ROW.finditer(page()):
        yield row[1], row[4]


@cache
def names_in(path: str) -> frozenset[str]:
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    nodes = ast.parse(file.read_text(encoding="utf-8")).body
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef))


def test_every_threat_stands_there_once_and_in_order() -> None:
    assert [identifier for identifier, _ in rows()] == threats()


def test_a_list_of_threats_that_is_not_at_hand_is_the_same() -> None:
    counted = {letter: sum(one.startswith(letter) for one in threats()) for letter in NUMBER_OF}
    assert counted == NUMBER_OF


def test_every_threat_names_its_tests_or_why_there_are_none() -> None:
    silent = {
        identifier
        for identifier, held in rows()
        if not TEST.search(held) and not held.startswith(UNTESTED)
    }
    assert silent == set()


def test_every_test_that_is_named_exists() -> None:
    named = {(found[1], found[2]) for found in TEST.finditer(page())}
    assert len(named) > len(NUMBER_OF)
    assert {f"{path}::{name}" for path, name in named if name not in names_in(path)} == set()
    assert page().count(".py::") == len(TEST.findall(page()))


@pytest.mark.parametrize(
    ("told", "module", "name"), [pytest.param(*one, id=one[2]) for one in LIMIT.findall(page())]
)
def test_a_limit_is_what_the_page_says(told: str, module: str, name: str) -> None:
    assert float(told.replace(" ", "")) == getattr(import_module(module), name)


def test_the_page_tells_the_limits() -> None:
    assert len(LIMIT.findall(page())) == page().count("| `openbadges.") + page().count(
        "| `verifier."
    )
