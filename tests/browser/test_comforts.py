"""Impatient, absent-minded and keyboard-only people get what they meant, once."""

import re

import pytest
from playwright.sync_api import Error, Locator, Page, expect

from tests.browser.people import Learner, Trainer
from tests.browser.served import Served
from tests.browser.windows import Windows

BADGE = "finding-your-feet"
BETWEEN_CLICKS_MILLISECONDS = 60


@pytest.fixture
def trainer(windows: Windows, served: Served, request: pytest.FixtureRequest) -> Trainer:
    """Somebody who has awarded nothing yet."""
    scripts = getattr(request, "param", True)
    one = Trainer(windows.open(scripts=scripts))
    one.sign_in(served.sign_in_link(request.node.name))
    return one


def awards_of(trainer: Trainer) -> Locator:
    trainer.page.goto("/awards")
    return trainer.page.get_by_role("main").get_by_role("listitem")


def press_twice(page: Page, name: str) -> None:
    """Press a button as those do who are used to double clicks."""
    box = page.get_by_role("button", name=name).bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(*middle)
    page.wait_for_timeout(BETWEEN_CLICKS_MILLISECONDS)
    page.mouse.click(*middle)


def address(request: pytest.FixtureRequest) -> str:
    """Give each test a recipient of its own."""
    return f"{abs(hash(request.node.name))}@example.org"


@pytest.mark.parametrize("trainer", [True, False], ids=["scripts", "no-scripts"], indirect=True)
def test_pressing_award_it_twice_makes_one_award(
    trainer: Trainer, request: pytest.FixtureRequest
) -> None:
    trainer.begin(BADGE)
    trainer.fill_in(address(request))
    trainer.look()
    press_twice(trainer.page, "Award it")
    # the second may be answered while the first is being signed
    answer = trainer.page.get_by_role("heading", name="Hand it over")
    expect(answer.or_(trainer.page.get_by_text("It is being signed."))).to_be_visible()
    expect(awards_of(trainer)).to_have_count(1)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_pressing_take_the_badge_twice_opens_ones_own_page(
    windows: Windows, trainer: Trainer, request: pytest.FixtureRequest, *, scripts: bool
) -> None:
    claim = trainer.award(BADGE, address(request))
    page = windows.open(scripts=scripts)
    page.goto(claim)
    press_twice(page, "Take the badge")
    expect(page.get_by_role("heading", name="Your badge", exact=True)).to_be_visible()


def test_going_back_after_awarding_shows_the_empty_form(
    trainer: Trainer, request: pytest.FixtureRequest
) -> None:
    trainer.award(BADGE, address(request), release=False)
    trainer.page.go_back()
    expect(trainer.page.get_by_role("textbox", name="Recipient", exact=True)).to_have_value("")
    trainer.fill_in(address(request))
    trainer.look()
    expect(trainer.page.get_by_text("This person was awarded this badge before")).to_be_visible()


@pytest.mark.parametrize("trainer", [False], ids=["no-scripts"], indirect=True)
def test_going_back_and_sending_the_form_again_leads_to_the_same_award(
    trainer: Trainer, request: pytest.FixtureRequest
) -> None:
    trainer.award(BADGE, address(request), release=False)
    award = trainer.page.url
    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # the browser asks first
        trainer.page.go_back()
    expect(trainer.page).to_have_url(re.compile("^chrome-error:"))
    trainer.page.reload()
    trainer.page.get_by_role("button", name="Award it").click()
    expect(trainer.page).to_have_url(award)
    expect(awards_of(trainer)).to_have_count(1)


def test_loading_the_page_of_an_award_again_changes_nothing(
    trainer: Trainer, request: pytest.FixtureRequest
) -> None:
    trainer.award(BADGE, address(request))
    trainer.page.reload()
    expect(trainer.page.get_by_role("heading", name="Hand it over")).to_be_visible()
    expect(awards_of(trainer)).to_have_count(1)


def test_what_was_typed_outlives_a_mistake_and_a_change_of_mind(trainer: Trainer) -> None:
    page, story = trainer.page, "Ten citations.\n\nTwo books."
    trainer.begin(BADGE)
    trainer.fill_in("nobody", narrative=story, evidence="https://example.org/one")
    trainer.look()
    recipient = page.get_by_role("textbox", name="Recipient", exact=True)
    expect(page.get_by_role("alert")).to_be_focused()
    expect(recipient).to_have_accessible_description(
        "One person: learner@example.org, a user name, or did:key:z6Mk…"
        " This is no e-mail address, such as learner@example.org."
    )
    assert_typed(page, "nobody", story)
    recipient.fill("mistake@example.org")
    trainer.look()
    page.get_by_role("button", name="Change something").click()
    assert_typed(page, "mistake@example.org", story)


def assert_typed(page: Page, recipient: str, story: str) -> None:
    expect(page.get_by_role("textbox", name="Recipient", exact=True)).to_have_value(recipient)
    expect(page.get_by_label("What the recipient did")).to_have_value(story)
    expect(page.get_by_label("Links to what was done")).to_have_value("https://example.org/one")


def test_going_back_to_ones_own_badge_shows_it_as_it_is_now(
    windows: Windows, trainer: Trainer, request: pytest.FixtureRequest
) -> None:
    learner = Learner(windows.open())
    learner.take(trainer.award(BADGE, address(request)))
    learner.share("For a friend")
    learner.withdraw("For a friend")
    learner.page.goto("/")
    learner.page.go_back()
    expect(learner.shared("For a friend")).to_have_count(0)
    learner.page.get_by_role("button", name="Make a share link").click()
    expect(learner.page.get_by_role("link", name="See it as others do")).to_have_count(1)
