"""Accounts are made, found, listed and disabled, on every database."""

import uuid
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from accounts.accounts import (
    Account,
    create_account,
    disable_account,
    find_account,
    list_accounts,
    search_account,
    set_language,
)
from accounts.policy import MAXIMUM_NAME_CHARACTERS
from accounts.tables import AccountRow, Role, SessionRow, SignInLinkRow
from openbadges.errors import ConflictError, MissingError, RefusedError
from storage import Database
from tests import rows
from tests.issuing import ON_SQLITE

UNKNOWN = str(uuid.UUID(int=99))


def create(database: Database, name: str = "Núria «ñ» 🎓", role: Role = Role.TRAINER) -> Account:
    return database.transact(
        lambda session: create_account(session, name=name, role=role, now=rows.NOW)
    )


def test_an_account_is_found_as_it_was_made(database: Database) -> None:
    made = create(database, role=Role.ADMINISTRATOR)
    with database.read() as session:
        assert find_account(session, made.id) == made
        assert search_account(session, made.id) == made
        assert search_account(session, made.name) == made
    assert (made.name, made.role) == ("Núria «ñ» 🎓", Role.ADMINISTRATOR)
    assert (made.language, made.disabled) == (None, False)


def test_the_oldest_is_listed_first_and_disabled_ones_too(
    database: Database, now: datetime
) -> None:
    with database.write() as session:
        ids = [
            create_account(
                session, name=name, role=Role.TRAINER, now=now - timedelta(hours=number)
            ).id
            for number, name in enumerate(("third", "second", "first"))
        ]
        disable_account(session, ids[-1], now=now)
    with database.read() as session:
        listed = [(one.name, one.disabled) for one in list_accounts(session)]
    assert listed == [("first", True), ("second", False), ("third", False)]


@ON_SQLITE
@pytest.mark.parametrize(
    "name", ["", " ", " Ana", "Ana ", "A\nB", "A\tB", "A\x00", "A\u2028B", "\ud800", "A" * 301]
)
def test_a_name_that_no_list_can_show_is_refused(database: Database, name: str) -> None:
    with pytest.raises(RefusedError, match=r"^an account's name must be one line of 1 to 300"):
        create(database, name)
    with database.read() as session:
        assert list_accounts(session) == ()


def test_the_longest_name_is_kept_whole(database: Database) -> None:
    name = "🎓" * MAXIMUM_NAME_CHARACTERS
    made = create(database, name)
    with database.read() as session:
        assert find_account(session, made.id).name == name


def test_a_second_account_of_one_name_is_refused_until_the_first_is_disabled(
    database: Database, now: datetime
) -> None:
    first = create(database, "Ana")
    with pytest.raises(ConflictError, match="there is an account 'Ana' already"):
        create(database, "Ana")
    assert create(database, "ana").name == "ana"  # a person's own spelling is theirs
    database.transact(lambda session: disable_account(session, first.id, now=now))
    second = create(database, "Ana")
    with database.read() as session:
        assert search_account(session, "Ana") == second


@ON_SQLITE
def test_of_two_with_one_name_neither_is_guessed(database: Database) -> None:
    with database.write() as session:
        session.add(rows.account())
        session.add(rows.account(id=UNKNOWN))
    with (
        database.read() as session,
        pytest.raises(ConflictError, match="2 accounts are called 'A trainer'; say which by its"),
    ):
        search_account(session, "A trainer")


@pytest.mark.parametrize("wanted", [UNKNOWN, "Ana", "", "\x00", "\udcff", "x" * 5000])
def test_an_account_that_is_not_there_is_missing(
    database: Database, wanted: str, now: datetime
) -> None:
    create(database)
    with database.write() as session:
        for look in (find_account, search_account):
            with pytest.raises(MissingError, match="there is no account "):
                look(session, wanted)
        with pytest.raises(MissingError, match="there is no account "):
            disable_account(session, wanted, now=now)
        with pytest.raises(MissingError, match="there is no account "):
            set_language(session, wanted, "ca")


def test_whoever_is_disabled_loses_every_session_and_link_and_nobody_else_does(
    database: Database, now: datetime
) -> None:
    with database.write() as session:
        for number in (0, 1):
            account_id = str(uuid.UUID(int=number))
            session.add(rows.account(id=account_id, name=str(number)))
            session.flush()
            hashed = str(number) * 64
            session.add(rows.session(token_sha256=hashed, account_id=account_id))
            session.add(rows.sign_in_link(token_sha256=hashed, account_id=account_id))
    shut_out = str(uuid.UUID(int=0))
    disabled = database.transact(lambda session: disable_account(session, shut_out, now=now))
    assert disabled.disabled
    with database.read() as session:
        assert session.scalars(select(SessionRow.token_sha256)).all() == ["1" * 64]
        assert session.scalars(select(SignInLinkRow.token_sha256)).all() == ["1" * 64]
        assert find_account(session, shut_out) == disabled
        with pytest.raises(MissingError):
            search_account(session, shut_out)


def test_disabling_again_keeps_the_moment_of_the_first_time(
    database: Database, now: datetime
) -> None:
    made = create(database)
    for moment in (now, now + timedelta(days=1)):
        with database.write() as session:
            disable_account(session, made.id, now=moment)
    with database.read() as session:
        assert session.scalar(select(AccountRow.disabled_at)) == now
        assert session.scalar(select(func.count()).select_from(AccountRow)) == 1


def test_a_language_is_kept_and_left_to_the_browser_again(database: Database) -> None:
    made = create(database)
    for language in ("ca", "zh-Hant-TW", None):
        with database.write() as session:
            set_language(session, made.id, language)
        with database.read() as session:
            assert find_account(session, made.id).language == language


@ON_SQLITE
@pytest.mark.parametrize("language", ["", "c", "ca_ES", "català", "ca-", "en-" + "a1-" * 12 + "b"])
def test_what_is_no_language_tag_is_refused(database: Database, language: str) -> None:
    made = create(database)
    with database.write() as session, pytest.raises(RefusedError, match="a language is a tag"):
        set_language(session, made.id, language)
