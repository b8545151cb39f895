"""A trainer who has only a keyboard awards a badge, and always sees where they are."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.people import Trainer
from tests.browser.served import Served
from tests.browser.windows import Windows

MOST_TABS = 60  # from one field to the next that is looked for
# The parts of a date are outlined by the browser itself.
_IS_OUTLINED = """() => {
  if (document.activeElement.type === "date") return true;
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""


def test_an_award_is_made_by_keyboard_alone(windows: Windows, served: Served) -> None:
    page = windows.open()
    Trainer(page).sign_in(served.sign_in_link("Keys, trainer"))
    page.goto("/awards/new/finding-your-feet")
    tab_to(page, page.get_by_role("radio", name="E-mail address"))
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Wiki user name")).to_be_checked()
    type_into(page, page.get_by_role("textbox", name="Recipient", exact=True), "Learner")
    type_into(page, page.get_by_role("textbox", name="Wiki"), "meta.wikimedia.org")
    type_into(page, page.get_by_label("What the recipient did"), "Everything by keyboard.")
    press(page, page.get_by_role("button", name="Look at it"), "Enter")
    press(page, page.get_by_role("button", name="Award it"), "Space")
    press(page, page.get_by_role("button", name="Release now"), "Enter")
    expect(page.get_by_text("waits to be taken")).to_be_visible()


def test_the_first_tab_leads_past_the_menu(windows: Windows) -> None:
    page = windows.open()
    page.goto("/verify")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the content")).to_be_focused()
    expect(page.get_by_role("link", name="To the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("A file")).to_be_focused()


def type_into(page: Page, field: Locator, text: str) -> None:
    tab_to(page, field)
    page.keyboard.type(text)


def press(page: Page, button: Locator, key: str) -> None:
    tab_to(page, button)
    with page.expect_navigation():
        page.keyboard.press(key)


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until an element has the focus; every one on the way shows that it has."""
    wanted.wait_for()
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        assert page.evaluate(_IS_OUTLINED)
        if wanted.evaluate("(one) => one === document.activeElement"):
            return
    raise AssertionError(f"no Tab leads to {wanted}")
