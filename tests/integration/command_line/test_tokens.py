"""`insignia token`: programs are let in by bearer tokens, each for one issuer and purpose."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from accounts.api_tokens import ApiToken, authenticate
from accounts.errors import ScopeError, TokenError
from accounts.tables import Scope
from issuer.tables import Profile
from openbadges.strict import parse_timestamp
from service.cli.door import read_clock
from storage import Database
from tests import rows
from tests.shell import Shell

BADGES = "did:web:badges.example"
GENERIC = "did:key:z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi"
CREATE = ("token", "create", "--name", "The «desk» 🎓", "--scope", "award")
ISSUE = ("token", "create", "--name", "A client", "--scope", "issue")
MONTH = timedelta(days=30)


@pytest.fixture
def database(shell: Shell) -> Iterator[Database]:
    """The database of the shell's installation."""
    opened = Database.open(f"sqlite:///{shell.data / 'insignia.sqlite3'}")
    yield opened
    opened.close()


@pytest.fixture
def with_generic(shell: Shell, database: Database) -> Shell:
    """A shell with a generic issuer, made after the one of badges."""
    with database.write() as session:
        session.add(rows.issuer(did=GENERIC, profile=Profile.GENERIC, created_at=read_clock()))
    return shell


def show(
    database: Database, text: str, *, scope: Scope = Scope.AWARD, later: timedelta = timedelta(0)
) -> ApiToken:
    with database.read() as session:
        return authenticate(session, text, scope=scope, now=read_clock() + later)


def test_a_program_is_let_in_until_its_token_is_revoked(shell: Shell, database: Database) -> None:
    assert "no tokens yet" in shell.does("token", "list")
    made = shell.json(*CREATE)
    (listed,) = shell.json("token", "list")
    assert made == {**listed, "token": made["token"]}
    assert (made["name"], made["scope"], made["issuer"]) == ("The «desk» 🎓", "award", BADGES)
    assert (made["expires"], made["revoked"]) == (None, None)
    assert show(database, made["token"]).id == made["id"]
    revoked = shell.json("token", "revoke", made["id"])
    assert parse_timestamp(revoked["revoked"], what="it") <= read_clock()
    assert shell.json("token", "list") == [revoked]
    with pytest.raises(TokenError):
        show(database, made["token"])


def test_the_token_alone_is_printed_this_once(shell: Shell, database: Database) -> None:
    text = shell.does(*CREATE).removesuffix("\n")
    assert re.fullmatch(r"insignia_[a-z2-7]{32}", text)
    assert show(database, text).name == "The «desk» 🎓"
    assert text.removeprefix("insignia_") not in shell.does("token", "list")
    assert text.encode() not in (shell.data / "insignia.sqlite3").read_bytes()


def test_a_token_ends_after_its_days(shell: Shell, database: Database) -> None:
    made = shell.json(*CREATE, "--days", "30")
    end = parse_timestamp(made["expires"], what="its end")
    assert timedelta(0) <= read_clock() + MONTH - end < timedelta(minutes=1)
    show(database, made["token"], later=MONTH - timedelta(minutes=1))
    with pytest.raises(TokenError):
        show(database, made["token"], later=MONTH)


@pytest.mark.parametrize("days", ["0", "-1", "3651", "99999999999999", "ten"])
def test_days_that_no_token_lives_are_refused(shell: Shell, days: str) -> None:
    assert "--days" in shell.refused(*CREATE, "--days", days, code=2)
    assert shell.json("token", "list") == []


def test_the_list_shows_what_each_token_still_opens(shell: Shell, database: Database) -> None:
    revoked = shell.json(*CREATE)
    shell.does("token", "revoke", revoked["id"])
    shell.does(*CREATE)
    with database.write() as session:
        issuer_id = show(database, shell.does(*CREATE, "--days", "1").strip()).issuer_id
        session.add(rows.api_token(issuer_id=issuer_id, name="Old", expires_at=rows.NOW))
    states = [line.split("  ")[3] for line in shell.does("token", "list").splitlines()]
    assert sorted(states) == ["expired", "open", "open", "revoked"]


def test_each_scope_has_the_issuer_that_fits_and_was_made_last(
    with_generic: Shell, database: Database
) -> None:
    award, issue = with_generic.json(*CREATE), with_generic.json(*ISSUE)
    assert (award["issuer"], issue["issuer"]) == (BADGES, GENERIC)
    assert show(database, issue["token"], scope=Scope.ISSUE).id == issue["id"]
    with pytest.raises(ScopeError):
        show(database, award["token"], scope=Scope.ISSUE)
    newer = with_generic.json("issuer", "create", "--did", "key", "--name", "Newer")["did"]
    assert with_generic.json(*CREATE)["issuer"] == newer
    assert with_generic.json(*CREATE, "--issuer", BADGES)["issuer"] == BADGES
    assert with_generic.json(*ISSUE)["issuer"] == GENERIC


@pytest.mark.parametrize(
    "arguments",
    [
        (*CREATE, "--issuer", GENERIC),
        (*ISSUE, "--issuer", BADGES),
        (*CREATE, "--issuer", "did:web:x"),
        (*CREATE, "--issuer", "\udcff"),
    ],
)
def test_an_issuer_that_does_not_sign_this_gets_no_token(
    with_generic: Shell, arguments: tuple[str, ...]
) -> None:
    assert "issuer" in with_generic.refused(*arguments)
    assert with_generic.json("token", "list") == []


@pytest.mark.parametrize("arguments", [CREATE, ISSUE])
def test_without_an_issuer_no_token_is_made(keyless: Shell, arguments: tuple[str, ...]) -> None:
    assert "insignia issuer create" in keyless.refused(*arguments)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("create", "--scope", "award", "--name", " "), "a token's name must be one line"),
        (("create", "--scope", "award", "--name", "x" * 301), "a token's name must be one line"),
        (("revoke", "Nobody"), "there is no token 'Nobody' here; its id is asked for"),
        (("revoke", "\udcff"), "there is no token '\\udcff' here; its id is asked for"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    shell: Shell, arguments: tuple[str, ...], sentence: str
) -> None:
    assert shell.refused("token", *arguments).startswith(sentence)
    assert shell.json("token", "list") == []


def test_a_revoked_program_is_named_and_keeps_its_first_moment(shell: Shell) -> None:
    made = shell.json(*CREATE)
    said = shell.does("token", "revoke", made["id"])
    assert said == "the token of The «desk» 🎓 opens nothing any more\n"
    (first,) = shell.json("token", "list")
    assert shell.json("token", "revoke", made["id"]) == first
