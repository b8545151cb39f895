"""`insignia account`: people are let in by links that work once, and shut out."""

import re
from datetime import datetime, timedelta

import pytest

from accounts.accounts import Account
from accounts.policy import SIGN_IN_LINK_LIFETIME
from accounts.sign_in import use_link
from openbadges.errors import MissingError
from openbadges.strict import parse_timestamp
from service.cli.door import read_clock
from storage import Database
from tests.shell import Shell

LINK = re.compile(r"http://localhost:8000/sign-in/([a-z2-7]{32})")
CREATE = ("account", "create", "Núria «ñ» 🎓", "--role", "trainer")


def follow(shell: Shell, url: str, now: datetime | None = None) -> Account:
    """Open a link and press its button, as a browser would have the service do."""
    match = LINK.fullmatch(url)
    assert match is not None, url
    database = Database.open(f"sqlite:///{shell.data / 'insignia.sqlite3'}")
    try:
        with database.write() as session:
            return use_link(session, match[1], now or read_clock())
    finally:
        database.close()


def test_a_trainer_is_let_in_by_a_link_that_works_once(keyless: Shell) -> None:
    assert "no accounts yet" in keyless.does("account", "list")
    made = keyless.json(*CREATE)
    (listed,) = keyless.json("account", "list")
    assert made == {**listed, "signInLink": made["signInLink"], "expires": made["expires"]}
    assert (made["name"], made["role"]) == ("Núria «ñ» 🎓", "trainer")
    assert (made["language"], made["disabled"]) == (None, False)
    assert follow(keyless, made["signInLink"]).id == made["id"]
    with pytest.raises(MissingError):
        follow(keyless, made["signInLink"])


def test_the_link_is_a_line_of_its_own_below_whose_it_is_and_until_when(keyless: Shell) -> None:
    said, link = keyless.does(*CREATE).splitlines()
    assert re.fullmatch(
        r"Núria «ñ» 🎓 \(trainer\) signs in by this link, once, until [0-9-]{10} [0-9:]{5} UTC:",
        said,
    )
    assert follow(keyless, link).name == "Núria «ñ» 🎓"


def test_a_link_is_good_for_a_quarter_of_an_hour(keyless: Shell) -> None:
    made = keyless.json(*CREATE)
    end = parse_timestamp(made["expires"], what="its end")
    assert timedelta(0) <= read_clock() + SIGN_IN_LINK_LIFETIME - end < timedelta(minutes=1)
    with pytest.raises(MissingError):
        follow(keyless, made["signInLink"], end + timedelta(seconds=1))
    follow(keyless, made["signInLink"], end - timedelta(seconds=1))


@pytest.mark.parametrize("by", ["id", "name"])
def test_a_new_link_is_made_by_id_or_name_and_ends_the_earlier_one(keyless: Shell, by: str) -> None:
    made = keyless.json(*CREATE)
    again = keyless.json("account", "link", made[by])
    assert (again["id"], again["disabled"]) == (made["id"], False)
    with pytest.raises(MissingError):
        follow(keyless, made["signInLink"])
    assert follow(keyless, again["signInLink"]).id == made["id"]


def test_who_is_disabled_gets_in_by_no_link_old_or_new(keyless: Shell) -> None:
    made = keyless.json(*CREATE)
    kept = keyless.json("account", "create", "Ana", "--role", "administrator")
    assert keyless.json("account", "disable", made["id"])["disabled"] is True
    with pytest.raises(MissingError):
        follow(keyless, made["signInLink"])
    assert "there is no account" in keyless.refused("account", "link", made["id"])
    assert follow(keyless, kept["signInLink"]).name == "Ana"
    listed = keyless.does("account", "list").splitlines()
    assert [line.endswith("(disabled)") for line in listed] == [True, False]
    assert keyless.does("account", "disable", kept["id"]) == "Ana cannot sign in any more\n"


def test_the_account_is_there_only_with_its_link(keyless: Shell) -> None:
    keyless.does(*CREATE)
    assert keyless.refused(*CREATE).startswith("there is an account 'Núria «ñ» 🎓' already")
    assert len(keyless.json("account", "list")) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("create", " ", "--role", "trainer"), "an account's name must be one line"),
        (("create", "x" * 301, "--role", "trainer"), "an account's name must be one line"),
        (("create", "two\nlines", "--role", "trainer"), "an account's name must be one line"),
        (("link", "Nobody"), "there is no account 'Nobody' here"),
        (("link", "\udcff"), "there is no account '\\udcff' here"),
        (("disable", "Nobody"), "there is no account 'Nobody' here"),
        (("disable", "\udcff"), "there is no account '\\udcff' here"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    keyless: Shell, arguments: tuple[str, ...], sentence: str
) -> None:
    assert keyless.refused("account", *arguments).startswith(sentence)
    assert keyless.json("account", "list") == []


def test_a_role_is_one_of_the_two_and_the_lesser_unless_given(keyless: Shell) -> None:
    assert "--role" in keyless.refused("account", "create", "Ana", "--role", "learner", code=2)
    assert keyless.json("account", "create", "Ana")["role"] == "trainer"


def test_a_pasted_control_character_is_taken_out_and_told(keyless: Shell) -> None:
    result = keyless.run("account", "create", "A\x1bna", "--role", "trainer")
    assert (result.exit_code, result.stdout.split()[0]) == (0, "Ana")
    assert "the account's name" in result.stderr


def test_without_an_installation_nobody_is_let_in(newcomer: Shell) -> None:
    assert "there is no installation" in newcomer.refused(*CREATE)
