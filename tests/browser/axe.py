"""axe-core, asked what is wrong with a page by the rules of WCAG 2.2 AA and good practice.

https://github.com/dequelabs/axe-core
"""

import os
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page

SCRIPT: Final = Path(__file__).parents[1] / "interop/node_modules/axe-core/axe.min.js"
RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_RUN: Final = """(options) => axe.run(document, options).then((found) => found.violations.map(
  (one) => [one.id, ...one.nodes.map((node) => node.html.slice(0, 200) + " " + node.failureSummary)]
))"""


def violations(page: Page) -> list[Any]:
    """Return what is wrong with the page as it is shown, in light and in dark."""
    page.wait_for_load_state()  # with its style sheet
    page.evaluate(_script())
    found: list[Any] = page.evaluate(_RUN, {"runOnly": {"type": "tag", "values": list(RULES)}})
    page.emulate_media(color_scheme="dark")
    found += page.evaluate(_RUN, {"runOnly": {"type": "rule", "values": ["color-contrast"]}})
    page.emulate_media(color_scheme="light")
    return found


@cache
def _script() -> str:
    if not SCRIPT.is_file():
        missing = "axe-core is missing: run tests/prepare"
        if "CI" in os.environ:
            pytest.fail(missing)
        pytest.skip(missing)
    return SCRIPT.read_text(encoding="utf-8")
