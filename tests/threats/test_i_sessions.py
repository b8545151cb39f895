"""I5, I7, I10 and I14 of the threats: cookies, their key, and the links that sign people in."""

from datetime import timedelta

import pytest

from accounts.accounts import create_account
from accounts.policy import SESSION_IDLE, SESSION_LIFETIME, SIGN_IN_LINK_LIFETIME
from accounts.sign_in import make_link
from accounts.tables import Role
from keys import SecretPurpose
from openbadges.errors import RefusedError
from service.settings import Settings
from tests.doors import rows_of
from tests.site import Browser, Site, token_in

COOKIE = "__Host-insignia"


def cookie_of(browser: Browser) -> str:
    found = browser.client.get_cookie(COOKIE, domain="badges.example")
    assert found is not None
    return found.value


def plant(browser: Browser, value: str) -> Browser:
    """Put a cookie into a browser, as whoever stole it or wants it used would."""
    browser.client.set_cookie(COOKIE, value, domain="badges.example", secure=True)
    return browser


def test_a_cookie_that_was_there_before_signing_in_opens_nothing_after(site: Site) -> None:
    attacker = site.trainer("An attacker")
    planted = cookie_of(attacker)
    victim = plant(site.browser(), planted)
    victim.send(site.sign_in_link("A victim"))
    assert cookie_of(victim) != planted
    assert attacker.get("/awards").location == "/sign-in"


@pytest.mark.parametrize("value", ["a", "a" * 32, "A trainer", "é", "a" * 4_000, "\\ud800", "%00"])
def test_a_made_up_cookie_is_nobodys_and_is_not_taken_over(site: Site, value: str) -> None:
    browser = plant(site.browser(), value)
    assert browser.get("/awards").location == "/sign-in"
    browser.send(site.sign_in_link())
    assert cookie_of(browser) != value


def test_taking_a_badge_leaves_the_cookie_from_before_behind(site: Site) -> None:
    """Or whoever put that cookie there would manage the badge as well."""
    attacker, _ = site.claimed()
    planted = cookie_of(attacker)
    trainer = site.trainer("Another trainer")
    award = site.award(trainer, recipient="victim@example.org")
    trainer.submit(award, f"{award}/release")
    victim = plant(site.browser(), planted)
    manage = victim.send(site.claim_path(trainer, award)).location
    assert "Your badge" in victim.get(manage).text
    assert cookie_of(victim) != planted
    assert "Open my badge" in attacker.get(manage).text


def test_opening_a_badge_keeps_who_signed_in_for_no_longer_than_before(site: Site) -> None:
    _, manage = site.claimed()
    trainer = site.trainer("Another trainer")
    for _ in range(8):
        site.clock.move(hours=1, minutes=40)
        trainer.send(f"{manage}/open")
    assert trainer.get("/awards").location == "/sign-in"


def test_who_signed_out_is_out_on_the_server_too(site: Site) -> None:
    trainer = site.trainer()
    stolen = cookie_of(trainer)
    token = token_in(trainer.get("/account"))
    assert trainer.send("/sign-out", {"csrf_token": token}).status_code == 303
    thief = plant(site.browser(), stolen)
    assert thief.get("/awards").location == "/sign-in"
    assert thief.send("/account", {"csrf_token": token, "language": "ca"}).status_code == 403


@pytest.mark.parametrize("after", [SESSION_IDLE, SESSION_LIFETIME], ids=["idle", "a day"])
def test_a_session_ends_by_itself(site: Site, after: timedelta) -> None:
    trainer = site.trainer()
    if after is SESSION_LIFETIME:
        for _ in range(8):
            site.clock.move(hours=1, minutes=40)
            trainer.get("/awards")
    else:
        site.clock.moved += after
    assert trainer.get("/awards").location == "/sign-in"


def test_the_key_of_the_forms_is_the_keystores_and_no_default(site: Site) -> None:
    key = site.app.secret_key
    assert isinstance(key, bytes)
    assert len(key) == 32
    assert key == site.installation.keystore.secret(SecretPurpose.FORM_TOKENS)
    others = {site.installation.keystore.secret(one) for one in SecretPurpose}
    assert len(others) == len(SecretPurpose)  # each purpose has a key of its own
    assert not site.app.config.get("SECRET_KEY_FALLBACKS")


@pytest.mark.parametrize("name", ["INSIGNIA_SECRET_KEY", "INSIGNIA_DEBUG"])
def test_no_setting_gives_the_key_or_turns_debugging_on(name: str) -> None:
    with pytest.raises(RefusedError, match=f"{name} is not a setting"):
        Settings.from_environment({name: "1"})


def test_opening_a_sign_in_link_uses_nothing_up_and_its_button_does(site: Site) -> None:
    link = site.sign_in_link()
    before = rows_of(site)
    for _ in range(3):
        assert "Sign in now" in site.browser().get(link).text
        assert site.browser().client.head(link, base_url=site.base_url).status_code == 200
    assert rows_of(site) == before
    assert site.browser().send(link).status_code == 303
    assert site.browser().send(link).status_code == 404
    assert site.browser().get(link).status_code == 404


def test_a_sign_in_link_is_good_for_a_quarter_of_an_hour(site: Site) -> None:
    link = site.sign_in_link()
    site.clock.moved += SIGN_IN_LINK_LIFETIME
    assert timedelta(minutes=15) == SIGN_IN_LINK_LIFETIME
    assert site.browser().send(link).status_code == 404


def test_a_sign_in_link_is_made_of_our_own_address(site: Site) -> None:
    link = site.sign_in_link()
    refused = site.app.test_client().get(link, base_url="https://evil.example")
    assert refused.status_code == 400
    assert "evil.example" not in refused.text
    printed = site.shell.does("account", "create", "Somebody")
    assert f"{site.base_url}/sign-in/" in printed


def test_whatever_is_wrong_with_a_link_the_answer_is_the_same(site: Site) -> None:
    """So nobody learns which accounts there are, or which of them may still come in (I14)."""
    used, old, disabled = (site.sign_in_link(f"Number {one}") for one in range(3))
    site.browser().send(used)
    found = site.shell.json("account", "list")
    accounts = found if isinstance(found, list) else found["accounts"]
    (number_two,) = (one["id"] for one in accounts if one["name"] == "Number 2")
    site.shell.does("account", "disable", number_two)
    site.clock.moved += SIGN_IN_LINK_LIFETIME
    with site.installation.database.write() as session:
        later = create_account(session, name="Later", role=Role.TRAINER, now=site.clock())
        make_link(session, later.id, lifetime=SIGN_IN_LINK_LIFETIME, now=site.clock())
    stranger = site.browser()
    paths = (used, old, disabled, "/sign-in/" + "a" * 32, "/sign-in/x")
    answers = {(answer.status_code, answer.text) for answer in map(stranger.get, paths)}
    assert len(answers) == 1
    assert next(iter(answers))[0] == 404


def test_there_is_no_form_that_takes_a_name_or_a_password(site: Site) -> None:
    text = site.browser().get("/sign-in").text
    assert "<form" not in text.partition("<main")[2].partition("</main>")[0]
    assert 'type="password"' not in text
