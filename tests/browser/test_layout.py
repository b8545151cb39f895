"""Pages fit: on narrow screens, enlarged, with long words, and on paper."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.kinds import KINDS, reach
from tests.browser.scene import Scene

NARROW = {"width": 320, "height": 640}
_TOO_WIDE = """() => {
  const most = document.documentElement.clientWidth + 1;
  if (document.scrollingElement.scrollWidth <= most) return [];
  return [...document.body.querySelectorAll("*")]
    .filter((one) => one.getBoundingClientRect().right > most || one.getBoundingClientRect().left < -1)
    .filter((one) => !one.closest(".unseen, .skip"))
    .map((one) => `${one.tagName}.${one.className}: ${one.textContent.trim().slice(0, 40)}`);
}"""
_TWICE_AS_LARGE = "() => { document.documentElement.style.fontSize = '2.125rem'; }"


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_page_is_wider_than_a_narrow_screen(scene: Scene, kind: str, language: str) -> None:
    page = reach(kind, scene, language)
    at_desk = page.viewport_size
    assert at_desk is not None
    page.evaluate(_TWICE_AS_LARGE)
    assert too_wide(page) == []
    page.evaluate("() => { document.documentElement.style.fontSize = ''; }")
    page.set_viewport_size(NARROW)
    found = too_wide(page)
    page.set_viewport_size(at_desk)
    assert found == []


def too_wide(page: Page) -> list[str]:
    found: list[str] = page.evaluate(_TOO_WIDE)
    return found


@pytest.mark.parametrize("kind", ["share", "credential-public"])
def test_a_printed_badge_has_a_line_for_the_name_and_nothing_to_press(
    scene: Scene, kind: str
) -> None:
    page = reach(kind, scene, "en")
    line = page.locator(".line")
    expect(line).to_be_hidden()
    page.emulate_media(media="print")
    expect(line).to_be_visible()
    for one in page.locator("nav, button, .button, summary, footer").all():
        expect(one).to_be_hidden()
    page.emulate_media(media="screen")
