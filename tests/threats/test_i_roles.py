"""I11 and I12 of the threats: who may do what to whose things, as a matrix over all doors.

What is somebody else's is not there, for looking and for changing alike.
"""

import re

import pytest

from accounts.accounts import list_accounts
from accounts.tables import Role
from tests.doors import CHANGES, NARRATIVE, Story, filled_form, rows_of
from tests.site import Browser, token_in

AWARDS = ["awards.release", "awards.undo", "awards.revoke"]
MANAGED = [one for one in CHANGES if one.startswith("managing.") and one != "managing.open_"]


def signed_in(story: Story, who: str) -> Browser:
    """Open a browser of somebody who had no part in the story."""
    if who == "a stranger":
        return story.site.browser()
    if who == "another learner":
        learner, _ = story.site.claimed(
            story.site.trainer("A third trainer"), recipient=f"{id(object())}@example.org"
        )
        return learner
    return story.site.trainer(who)


def token_of(browser: Browser, who: str) -> str:
    """Return a token of this session, from a page that it may see; "" where there is none."""
    return token_in(browser.get("/account")) if who.endswith("trainer") else ""


@pytest.mark.parametrize("who", ["a stranger", "another learner", "Another trainer"])
@pytest.mark.parametrize("endpoint", AWARDS)
def test_an_award_is_not_there_for_anyone_but_its_trainer(
    own_story: Story, endpoint: str, who: str
) -> None:
    other = signed_in(own_story, who)
    page = own_story.awards[endpoint]
    token = token_of(other, who)
    before = rows_of(own_story.site)
    seen = other.get(page)
    sent = other.send(
        own_story.path(own_story.rule_of(endpoint)), {"csrf_token": token, **CHANGES[endpoint]}
    )
    if who == "Another trainer":
        assert (seen.status_code, sent.status_code) == (404, 404)
        nothing = other.get("/awards/00000000-0000-4000-8000-000000000000")
        assert seen.text == nothing.text
        assert page not in other.get("/awards").text
    else:
        assert (seen.status_code, seen.location, sent.status_code) == (303, "/sign-in", 403)
    assert rows_of(own_story.site) == before


@pytest.mark.parametrize("endpoint", AWARDS)
def test_an_administrator_may_do_to_every_award_what_its_trainer_may(
    own_story: Story, endpoint: str
) -> None:
    administrator = own_story.site.trainer("An administrator", Role.ADMINISTRATOR)
    page = own_story.awards[endpoint]
    assert page in administrator.get("/awards").text
    done = administrator.submit(
        page, own_story.path(own_story.rule_of(endpoint)), **CHANGES[endpoint]
    )
    assert done.status_code == 303


def test_the_list_of_another_trainer_does_not_begin_at_a_foreign_award(story: Story) -> None:
    other = story.site.trainer("A reading trainer")
    for award in story.awards.values():
        listed = other.get(f"/awards?before={award.rpartition('/')[2]}")
        assert "learner" not in listed.text
        assert not re.search(r'href="/awards/[0-9a-f-]{36}"', listed.text)


@pytest.mark.parametrize("who", ["a stranger", "another learner", "Another trainer"])
def test_who_has_not_opened_the_link_may_do_nothing_behind_it(own_story: Story, who: str) -> None:
    """The manage link itself is the key, and its button the lock: a token alone is not enough."""
    other = signed_in(own_story, who)
    token = token_of(other, who)
    before = rows_of(own_story.site)
    for endpoint in MANAGED:
        path = own_story.path(own_story.rule_of(endpoint))
        sent = other.send(path, {"csrf_token": token, **CHANGES[endpoint]})
        assert sent.status_code in {403, 404}, endpoint
    for form in ("json", "jws", "png", "svg"):
        assert other.get(f"{own_story.manage}/plain.{form}").status_code == 404
    assert "Wiki friend" not in other.get(own_story.manage).text
    assert rows_of(own_story.site) == before


def test_a_learner_cannot_withdraw_the_link_of_another(own_story: Story) -> None:
    site = own_story.site
    other, manage = site.claimed(site.trainer("A third trainer"), recipient="b@example.org")
    foreign = own_story.withdraw.split("/")[-2]
    before = rows_of(site)["share_links"]
    sent = other.submit(manage, f"{manage}/links/{foreign}/withdraw")
    assert sent.status_code == 404
    assert rows_of(site)["share_links"] == before
    assert site.browser().get(own_story.share).status_code == 200


def test_the_trainers_copy_of_the_code_opens_nothing_after_the_taking(own_story: Story) -> None:
    own_story.site.browser().send(own_story.claim)
    assert own_story.trainer.get(own_story.claim).status_code == 410
    assert own_story.trainer.send(own_story.claim).status_code == 409


def test_neither_the_trainer_nor_a_share_link_shows_more_than_the_owner_chose(story: Story) -> None:
    assert NARRATIVE not in story.site.browser().get(story.share).text
    for form in ("json", "svg"):
        assert "Zanzibar" not in story.site.browser().get(f"{story.share}.{form}").text
        assert "Zanzibar" not in story.site.browser().get(f"{story.credential}.{form}").text


EXTRA = {
    "role": "administrator",
    "awarded_by": "account:0",
    "account_id": "0",
    "is_admin": "1",
    "state": "ISSUED",
    "visible_from": "2001-01-01",
    "badge_class": "draft",
    "claimed_at": "2026-01-01",
}


def test_fields_that_no_form_has_change_nobody(own_story: Story) -> None:
    trainer, site = own_story.trainer, own_story.site
    trainer.submit("/account", language="ca", name="Somebody else", **EXTRA)
    awarded = trainer.send(
        "/awards/new/wiki-friend", {**filled_form(site, trainer), **EXTRA, "step": "award"}
    )
    assert awarded.status_code == 303
    with site.installation.database.read() as session:
        accounts = {one.name: one for one in list_accounts(session)}
    mine = accounts["A trainer"]
    assert (mine.role, mine.language) == (Role.TRAINER, "ca")
    claim = site.claim_path(trainer, awarded.location)
    assert site.browser().send(claim).status_code == 409  # it is held like any other
    assert awarded.location not in site.trainer("Number 0").get("/awards").text


def test_no_page_makes_accounts_or_changes_a_role(story: Story) -> None:
    """Who may let others in does so at the command line, which asks for the machine itself."""
    administrator = story.site.trainer("A second administrator", Role.ADMINISTRATOR)
    for path in ("/accounts", "/account/new", "/account/role", "/users", "/api/accounts"):
        assert administrator.get(path).status_code == 404
    page = administrator.get("/account").text
    assert 'name="role"' not in page


def test_an_account_that_was_shut_out_is_out_at_once(own_story: Story) -> None:
    site = own_story.site
    token = token_in(own_story.trainer.get("/account"))
    with site.installation.database.read() as session:
        (mine,) = (one.id for one in list_accounts(session) if one.name == "A trainer")
    site.shell.does("account", "disable", mine)
    assert own_story.trainer.get("/awards").location == "/sign-in"
    page = own_story.awards["awards.release"]
    assert own_story.trainer.send(f"{page}/release", {"csrf_token": token}).status_code == 403
