"""Trainers come in by links that work once, go out, and keep the language of their pages."""

import pytest

from tests.site import Site, token_in


def test_opening_a_sign_in_link_changes_nothing_and_its_button_signs_in_once(site: Site) -> None:
    link = site.sign_in_link("Trainer")
    scanner, trainer, late = site.browser(), site.browser(), site.browser()
    for _ in range(3):
        assert "Sign in now" in scanner.get(link).text
    assert trainer.send(link).location == "/awards"
    assert "You have not awarded anything yet." in trainer.get("/awards").text
    assert late.send(link).status_code == 404


def test_a_link_that_does_not_open_never_says_why(site: Site) -> None:
    used, old = site.sign_in_link("One"), site.sign_in_link("Two")
    site.browser().send(used)
    site.clock.move(hours=1)
    answers = [site.browser().get(path) for path in (used, old, "/sign-in/" + "a" * 32)]
    assert {answer.status_code for answer in answers} == {404}
    assert (
        len(
            {
                answer.text.replace(path, "")
                for answer, path in zip(answers, (used, old, ""), strict=True)
            }
        )
        == 1
    )
    assert "This link opens nothing" in answers[0].text


def test_signing_out_ends_the_session_and_not_only_the_cookie(site: Site) -> None:
    trainer = site.trainer()
    cookie = trainer.client.get_cookie("__Host-insignia", domain="badges.example")
    assert cookie is not None
    assert trainer.submit("/account", "/sign-out").location == "/"
    assert trainer.get("/awards").status_code == 303
    trainer.client.set_cookie("__Host-insignia", cookie.value, domain="badges.example", secure=True)
    assert trainer.get("/awards").status_code == 303


def test_a_session_ends_when_nobody_uses_it(site: Site) -> None:
    trainer = site.trainer()
    site.clock.move(hours=1, minutes=50)
    assert trainer.get("/awards").status_code == 200
    site.clock.move(hours=1, minutes=50)
    assert trainer.get("/awards").status_code == 200
    site.clock.move(hours=2, minutes=5)
    assert trainer.get("/awards").status_code == 303


def test_a_disabled_account_is_out_at_once(site: Site) -> None:
    trainer = site.trainer("Somebody")
    (account,) = site.shell.json("account", "list")
    site.shell.does("account", "disable", account["id"])
    assert trainer.get("/awards").status_code == 303


def test_a_form_of_a_session_that_ended_says_so_and_does_nothing(site: Site) -> None:
    trainer = site.trainer()
    token = token_in(trainer.get("/account"))
    site.clock.move(hours=13)
    answer = trainer.send("/awards/new/wiki-friend", {"csrf_token": token, "step": "award"})
    assert answer.status_code == 403


def test_the_language_is_the_browsers_then_the_accounts_then_the_menus(site: Site) -> None:
    trainer = site.trainer()
    trainer.headers["Accept-Language"] = "ca, en;q=0.5"
    assert '<html lang="ca" dir="ltr">' in trainer.get("/account").text
    trainer.submit("/account", language="fr")
    assert '<html lang="fr" dir="ltr">' in trainer.get("/account").text
    chosen = trainer.get("/account?lang=ar&x=1")
    assert (chosen.status_code, chosen.location) == (303, "/account?x=1")
    assert '<html lang="ar" dir="rtl">' in trainer.get("/account").text
    assert trainer.get("/account?lang=tlh").status_code == 303
    assert '<html lang="ar" dir="rtl">' in trainer.get("/account").text
    trainer.submit("/account", language="es")
    assert '<html lang="es" dir="ltr">' in trainer.get("/account").text


def test_an_account_cannot_have_a_language_that_there_is_not(site: Site) -> None:
    assert site.trainer().submit("/account", language="tlh").status_code == 422


@pytest.mark.parametrize("header", ["de", "", "*", "x" * 5000, "ca;q=nonsense"])
def test_a_browser_of_another_language_gets_english_or_whatever_it_can_read(
    site: Site, header: str
) -> None:
    answer = site.browser().get("/", Accept_Language=header)
    assert answer.status_code == 200
    assert "<html lang=" in answer.text
