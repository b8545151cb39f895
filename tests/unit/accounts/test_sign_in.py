"""A sign-in link works once, for a short time, and for nobody who was shut out."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from accounts.accounts import Account, create_account, disable_account
from accounts.opaque_tokens import new_token, token_hash
from accounts.policy import SIGN_IN_LINK_LIFETIME
from accounts.sign_in import look_at_link, make_link, nobody_signed_in_yet, use_link
from accounts.tables import Role, SignInLinkRow
from openbadges.errors import MissingError, RefusedError
from storage import Database
from tests.issuing import ON_SQLITE

AT_ONCE = 4
A_WHILE = 0.3  # seconds in which the other thread comes to wait
CLOSED = "this sign-in link does not open anything; ask for a new one"


@pytest.fixture
def account(database: Database, now: datetime) -> Account:
    return database.transact(
        lambda session: create_account(session, name="Ana", role=Role.TRAINER, now=now)
    )


def make(database: Database, account: Account, now: datetime) -> str:
    return database.transact(
        lambda session: make_link(session, account.id, lifetime=SIGN_IN_LINK_LIFETIME, now=now)
    )


def use(database: Database, token: str, now: datetime) -> Account | None:
    """Use a link as a door does; None is a refusal."""
    try:
        return database.transact(lambda session: use_link(session, token, now))
    except MissingError:
        return None


def test_a_link_signs_in_once(database: Database, account: Account, now: datetime) -> None:
    token = make(database, account, now)
    assert use(database, token, now) == account
    assert use(database, token, now) is None


def test_looking_changes_nothing_however_often_a_scanner_looks(
    database: Database, account: Account, now: datetime
) -> None:
    token = make(database, account, now)
    for _ in range(3):
        with database.read() as session:  # it could not change anything
            assert look_at_link(session, token, now) == account
    assert use(database, token, now) == account


def test_the_database_does_not_hold_the_token(
    database: Database, account: Account, now: datetime
) -> None:
    token = make(database, account, now)
    with database.read() as session:
        kept = session.scalars(select(SignInLinkRow)).one().token_sha256
    assert token not in kept
    assert use(database, kept, now) is None


def test_a_link_opens_until_its_last_moment(
    database: Database, account: Account, now: datetime
) -> None:
    token = make(database, account, now)
    assert use(database, token, now + SIGN_IN_LINK_LIFETIME) is None
    assert use(database, token, now + SIGN_IN_LINK_LIFETIME - timedelta(seconds=1)) == account


def used(database: Database, account: Account, now: datetime) -> str:
    token = make(database, account, now)
    use(database, token, now)
    return token


def too_old(database: Database, account: Account, now: datetime) -> str:
    return make(database, account, now - SIGN_IN_LINK_LIFETIME)


def disabled(database: Database, account: Account, now: datetime) -> str:
    token = make(database, account, now)
    database.transact(lambda session: disable_account(session, account.id, now=now))
    return token


def replaced(database: Database, account: Account, now: datetime) -> str:
    token = make(database, account, now)
    make(database, account, now)
    return token


def long(database: Database, account: Account, now: datetime) -> str:
    return make(database, account, now) * 100


def unknown(database: Database, account: Account, now: datetime) -> str:
    make(database, account, now)
    return new_token()


@pytest.mark.parametrize("how", [used, too_old, disabled, replaced, long, unknown])
def test_a_link_that_does_not_open_never_says_why(
    database: Database,
    account: Account,
    now: datetime,
    how: Callable[[Database, Account, datetime], str],
) -> None:
    token = how(database, account, now)
    for door in (look_at_link, use_link):
        with database.write() as session, pytest.raises(MissingError) as caught:
            door(session, token, now)
        assert str(caught.value) == CLOSED


@ON_SQLITE
@pytest.mark.parametrize("token", ["", "\x00", "\udcff", "%00", "' OR 1=1 --"])
def test_what_is_no_token_opens_nothing(
    database: Database, account: Account, now: datetime, token: str
) -> None:
    make(database, account, now)
    assert use(database, token, now) is None


def test_a_disabled_account_gets_no_link(
    database: Database, account: Account, now: datetime
) -> None:
    database.transact(lambda session: disable_account(session, account.id, now=now))
    with pytest.raises(RefusedError, match="the account 'Ana' is disabled; make a new one"):
        make(database, account, now)


def test_a_link_that_was_made_while_its_account_was_disabled_opens_nothing(
    database: Database, account: Account, now: datetime
) -> None:
    token = new_token()
    database.transact(lambda session: disable_account(session, account.id, now=now))
    with database.write() as session:  # by someone who had looked at the account before
        session.add(
            SignInLinkRow(
                token_sha256=token_hash(token),
                account_id=account.id,
                created_at=now,
                expires_at=now + SIGN_IN_LINK_LIFETIME,
            )
        )
    assert use(database, token, now) is None


def test_of_many_that_use_one_link_at_once_one_signs_in(
    database: Database, account: Account, now: datetime
) -> None:
    token, start = make(database, account, now), Barrier(AT_ONCE)

    def race(_: int) -> Account | None:
        start.wait()
        return use(database, token, now)

    with ThreadPoolExecutor(AT_ONCE) as workers:
        signed_in = list(workers.map(race, range(AT_ONCE)))
    assert sorted(signed_in, key=bool) == [None] * (AT_ONCE - 1) + [account]


def test_who_comes_while_another_signs_in_waits_and_is_refused(
    database: Database, account: Account, now: datetime
) -> None:
    token = make(database, account, now)
    with ThreadPoolExecutor(1) as workers:
        with database.write() as session:
            assert use_link(session, token, now) == account
            other = workers.submit(use, database, token, now)
            wait([other], timeout=A_WHILE)
            assert not other.done()
        assert other.result() is None


def test_a_link_whose_use_was_rolled_back_still_works(
    database: Database, account: Account, now: datetime
) -> None:
    token = make(database, account, now)
    with database.write() as session:
        use_link(session, token, now)
        session.rollback()
    assert use(database, token, now) == account


def test_the_first_person_is_awaited_until_somebody_signed_in(
    database: Database, account: Account, now: datetime
) -> None:
    with database.write() as session:
        assert nobody_signed_in_yet(session)
        token = make_link(session, account.id, lifetime=SIGN_IN_LINK_LIFETIME, now=now)
        assert nobody_signed_in_yet(session)
        use_link(session, token, now)
        assert not nobody_signed_in_yet(session)


def test_the_first_person_is_never_awaited_again(
    database: Database, account: Account, now: datetime
) -> None:
    """Or a link for an administrator would be printed into the log at the next start."""
    use(database, make(database, account, now), now)
    make(database, account, now)
    database.transact(lambda session: disable_account(session, account.id, now=now))
    with database.read() as session:
        assert not nobody_signed_in_yet(session)
