"""Impatient, absent-minded and keyboard-only people get what they meant, once."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.people import Learner, Trainer
from tests.browser.served import Served
from tests.browser.windows import Windows

BADGE = "finding-your-feet"
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])


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
    trainer.page.get_by_role("button", name="Award it").dblclick()
    expect(trainer.page.get_by_role("heading", name="Hand it over")).to_be_visible()
    expect(awards_of(trainer)).to_have_count(1)


@SCRIPTS
def test_pressing_take_the_badge_twice_opens_ones_own_page(
    windows: Windows, trainer: Trainer, request: pytest.FixtureRequest, *, scripts: bool
) -> None:
    claim = trainer.award(BADGE, address(request))
    page = windows.open(scripts=scripts)
    page.goto(claim)
    page.get_by_role("button", name="Take the badge").dblclick()
    expect(page.get_by_role("heading", name="Your badge", exact=True)).to_be_visible()


def test_going_back_after_awarding_and_awarding_again_makes_no_second_award(
    trainer: Trainer, request: pytest.FixtureRequest
) -> None:
    trainer.award(BADGE, address(request), release=False)
    award = trainer.page.url
    trainer.page.go_back()
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
