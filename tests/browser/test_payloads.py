"""Whatever people write is text on every page: it runs, loads and breaks nothing (I1).

The windows' spy fails a test in which a dialog opens, a script is refused by the content security
policy, or anything is asked of another site.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.payloads import PAYLOADS
from tests.browser.people import Learner, Trainer
from tests.browser.served import Served
from tests.browser.windows import Windows

ALL = "\n\n".join(PAYLOADS)
MAXIMUM_NAME_CHARACTERS = 300
# What none of our pages has, and a payload would bring.
_STRANGERS = """:is(main, footer, header) :is(
  script, style, iframe, object, embed, base, meta, link, math, svg, body,
  video:not([data-part="video"]),
  [onerror], [onload], [onfocus], [onmouseover], [onbegin], [ontoggle],
  [href^="javascript:" i], [href^="data:text" i], [action^="javascript:" i]
), img[src^="http"]"""


@pytest.fixture
def trainer(windows: Windows, served: Served, request: pytest.FixtureRequest) -> Trainer:
    """A trainer of the test's own."""
    one = Trainer(windows.open())
    one.sign_in(served.sign_in_link(request.node.name))
    return one


def lines() -> Iterator[str]:
    """Give every payload, several in a line where they have room."""
    line = ""
    for payload in PAYLOADS:
        if len(line) + len(payload) >= MAXIMUM_NAME_CHARACTERS:
            yield line.strip()
            line = ""
        line += f" {payload}"
    yield line.strip()


def assert_only_text(page: Page) -> None:
    expect(page.locator(_STRANGERS)).to_have_count(0)


def test_in_the_fields_of_an_award(trainer: Trainer) -> None:
    page = trainer.page
    trainer.begin("finding-your-feet")
    for line in lines():
        trainer.fill_in(line, evidence=line, narrative=line)
        page.get_by_label("Activity", exact=True).select_option("new")
        page.get_by_label("Title of the new activity").fill(line)
        trainer.look()
        assert_only_text(page)
        expect(page.get_by_label("Links to what was done")).to_have_value(line)
        expect(page.get_by_label("What the recipient did")).to_have_value(line)
        expect(page.get_by_label("Title of the new activity")).to_have_value(line)


def test_in_a_narrative_an_activity_and_a_reason(trainer: Trainer) -> None:
    page = trainer.page
    for number, line in enumerate(lines()):
        trainer.begin("finding-your-feet")
        trainer.fill_in(f"payload-{number}@example.org", narrative=f"{line}\n\n{ALL}")
        page.get_by_label("Activity", exact=True).select_option("new")
        page.get_by_label("Title of the new activity").fill(line)
        trainer.look()
        assert_only_text(page)
        trainer.confirm()
        page.get_by_label("Reason").fill(line)
        page.get_by_role("button", name="Revoke").click()
        expect(page.get_by_label("Reason")).to_have_value(line)
        assert_only_text(page)
    trainer.begin("finding-your-feet")
    for line in lines():
        expect(page.get_by_role("option", name=line)).to_have_count(1)
    assert_only_text(page)


def test_in_what_a_learner_names_and_shows(windows: Windows, trainer: Trainer) -> None:
    claim = trainer.award("finding-your-feet", "payloads@example.org", narrative=ALL)
    learner = Learner(windows.open())
    learner.take(claim)
    learner.page.get_by_role("button", name="Make the full edition").click()
    for line in lines():
        learner.share(line, "Full edition")
    assert_only_text(learner.page)
    learner.page.get_by_role("link", name="See it as others do").first.click()
    assert_only_text(learner.page)
    expect(learner.page.get_by_role("main")).to_contain_text("<img src=x onerror=alert(1)>")


def test_in_what_is_to_be_verified(windows: Windows) -> None:
    page = windows.open()
    page.goto("/verify")
    text = page.get_by_label("or a text or a link")
    for line in lines():
        link = f"https://example.org:x/{line}".replace(" ", "%20")
        text.fill(link)
        page.get_by_role("button", name="Verify").click()
        expect(text).to_have_value(link)
        assert_only_text(page)
    text.fill(ALL)
    page.get_by_role("button", name="Verify").click()
    assert_only_text(page)


@pytest.mark.parametrize(
    "door", ["s", "claim", "manage", "credentials", "badge-classes", "issuers"]
)
def test_in_an_address(windows: Windows, door: str) -> None:
    page = windows.open()
    page.goto(f"/{door}/<img src=x onerror=alert(1)>")
    assert_only_text(page)
    page.goto('/verify?lang=<script>alert(1)</script>&x="><script>alert(1)</script>')
    assert_only_text(page)
