"""Every page, for people who read by ear, enlarged, in the dark, on a narrow screen or on paper."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.kinds import KINDS, reach
from tests.browser.scene import Scene

_TOO_WIDE = """() => {
  const most = document.documentElement.clientWidth + 1;
  if (document.scrollingElement.scrollWidth <= most) return [];
  return [...document.body.querySelectorAll("*")]
    .filter((one) => !one.closest(".unseen, .skip"))
    .filter((one) => {
      const box = one.getBoundingClientRect();
      return box.right > most || box.left < -1;
    })
    .map((one) => `${one.tagName}.${one.className}: ${one.textContent.trim().slice(0, 40)}`);
}"""
_SIZE_TEXT = "(size) => { document.documentElement.style.fontSize = size; }"


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_and_everything_fits(scene: Scene, kind: str, language: str) -> None:
    page = reach(kind, scene, language)
    assert violations(page) == []
    assert too_wide_at_twice_the_size(page) == []
    assert too_wide_on_a_narrow_screen(page) == []


@pytest.mark.parametrize("kind", ["share", "credential-public"])
def test_a_printed_badge_has_a_line_for_the_name_and_nothing_to_press(
    scene: Scene, kind: str
) -> None:
    page = reach(kind, scene, "en")
    line = page.locator(".line")
    expect(line).to_be_hidden()
    page.emulate_media(media="print")
    expect(line).to_be_visible()
    expect(page.locator(":is(nav, button, .button, summary, footer):visible")).to_have_count(0)
    page.emulate_media(media="screen")


def too_wide_at_twice_the_size(page: Page) -> list[str]:
    page.evaluate(_SIZE_TEXT, "200%")
    found: list[str] = page.evaluate(_TOO_WIDE)
    page.evaluate(_SIZE_TEXT, "")
    return found


def too_wide_on_a_narrow_screen(page: Page) -> list[str]:
    at_desk = page.viewport_size
    assert at_desk is not None
    page.set_viewport_size({"width": 320, "height": 640})
    found: list[str] = page.evaluate(_TOO_WIDE)
    page.set_viewport_size(at_desk)
    return found
