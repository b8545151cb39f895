"""The example that docs/badge-classes.md explains is a badge class without fault."""

import re
from pathlib import Path

from badge_classes.loader import lint, load_catalogue, lock
from badge_classes.methods import FIELDS
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "badge-classes.md"


def test_the_example_can_be_copied_locked_and_loaded(tmp_path: Path) -> None:
    examples = re.findall(r"`(first-interview/[^`]+)`:\n\n```\w+\n(.*?)```", _text(), re.DOTALL)
    for name, text in examples:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")

    assert len(lock(tmp_path)) == 3
    assert lint(tmp_path) == []
    assert load_catalogue(tmp_path).find("first-interview").languages == ("en", "es")


def test_the_page_lists_what_every_method_asks_for() -> None:
    for method, fields in FIELDS.items():
        names = ", ".join(f"`{field.name}`" for field in fields)
        assert f"| `{method}` | {names} |" in _text()


def _text() -> str:
    return PAGE.read_text(encoding="utf-8")
