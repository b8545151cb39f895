"""What a browser's cookie stands for ends when it should, on every database."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from accounts import sessions
from accounts.accounts import Account, create_account, disable_account
from accounts.policy import (
    LEARNER_SESSION_LIFETIME,
    MAXIMUM_SESSION_BYTES,
    SESSION_IDLE,
    SESSION_LIFETIME,
    TOUCH_AFTER,
)
from accounts.sessions import StoredSession
from accounts.tables import Role, SessionRow
from openbadges.errors import MalformedError
from storage import Database
from tests import rows
from tests.issuing import ON_SQLITE

SECOND = timedelta(seconds=1)
DATA = {"managed": ["a", "b"], "csrf_token": "ñ 🎓"}


@pytest.fixture
def account(database: Database, now: datetime) -> Account:
    return database.transact(
        lambda session: create_account(session, name="Ana", role=Role.TRAINER, now=now)
    )


def start(database: Database, account: Account | None, now: datetime, **data: Any) -> str:  # noqa: ANN401 -- JSON is any JSON value
    return database.transact(
        lambda session: sessions.start(
            session,
            data=data or DATA,
            account_id=account.id if account else None,
            now=now,
            lifetime=SESSION_LIFETIME if account else LEARNER_SESSION_LIFETIME,
        )
    )


def load(database: Database, token: str, now: datetime) -> StoredSession | None:
    with database.read() as session:
        return sessions.load(session, token, now)


def touch(database: Database, token: str, now: datetime) -> None:
    database.transact(lambda session: sessions.touch(session, token, now))


def test_a_session_comes_back_as_it_was_started(
    database: Database, account: Account, now: datetime
) -> None:
    stored = load(database, start(database, account, now), now)
    assert stored is not None
    assert (stored.account_id, stored.data) == (account.id, DATA)
    assert (stored.created_at, stored.seen_at) == (now, now)
    assert stored.expires_at == now + SESSION_LIFETIME


def test_every_session_has_a_token_of_its_own_which_is_kept_nowhere(
    database: Database, account: Account, now: datetime
) -> None:
    first, second = start(database, account, now), start(database, account, now)
    assert first != second
    with database.read() as session:
        kept = set(session.scalars(select(SessionRow.token_sha256)))
    assert len(kept) == 2
    assert [load(database, one, now) for one in kept] == [None, None]


def test_a_session_never_prints_what_it_holds(database: Database, now: datetime) -> None:
    stored = load(database, start(database, None, now), now)
    assert stored is not None
    assert "csrf" not in repr(stored)
    assert stored.token_sha256 not in repr(stored)


@ON_SQLITE
@pytest.mark.parametrize("token", ["", "\x00", "\udcff", "x" * 1_000_000, "a" * 32])
def test_another_cookie_is_no_session(database: Database, now: datetime, token: str) -> None:
    start(database, None, now)
    assert load(database, token, now) is None


def test_an_account_that_nobody_uses_is_closed(
    database: Database, account: Account, now: datetime
) -> None:
    token = start(database, account, now)
    assert load(database, token, now + SESSION_IDLE - SECOND) is not None
    assert load(database, token, now + SESSION_IDLE) is None


def test_an_account_in_use_stays_open_until_its_day_is_over(
    database: Database, account: Account, now: datetime
) -> None:
    token, last = start(database, account, now), now + SESSION_LIFETIME
    moment = now
    while (moment := moment + SESSION_IDLE / 2) < last:
        assert load(database, token, moment) is not None
        touch(database, token, moment)
    assert load(database, token, last - SECOND) is not None
    assert load(database, token, last) is None


def test_a_learner_finds_the_session_again_for_a_month(database: Database, now: datetime) -> None:
    token = start(database, None, now)
    assert load(database, token, now + LEARNER_SESSION_LIFETIME - SECOND) is not None
    assert load(database, token, now + LEARNER_SESSION_LIFETIME) is None


def test_a_disabled_account_has_no_session_however_it_came_by_one(
    database: Database, account: Account, now: datetime
) -> None:
    token = start(database, account, now)
    database.transact(lambda session: disable_account(session, account.id, now=now))
    assert load(database, token, now) is None
    assert load(database, start(database, account, now), now) is None


def test_a_session_is_touched_once_a_minute_at_most(
    database: Database, account: Account, now: datetime
) -> None:
    token = start(database, account, now)
    soon, later = now + TOUCH_AFTER - SECOND, now + TOUCH_AFTER
    for moment, seen in ((soon, now), (later, later), (now, later)):
        touch(database, token, moment)
        stored = load(database, token, moment)
        assert stored is not None
        assert stored.seen_at == seen


def test_a_session_says_when_a_touch_is_due(
    database: Database, account: Account, now: datetime
) -> None:
    stored = load(database, start(database, account, now), now)
    assert stored is not None
    assert not sessions.is_touch_due(stored, now + TOUCH_AFTER - SECOND)
    assert sessions.is_touch_due(stored, now + TOUCH_AFTER)


def test_what_is_saved_replaces_what_was_there(
    database: Database, account: Account, now: datetime
) -> None:
    token, other = start(database, account, now), start(database, account, now)
    later = now + SECOND
    database.transact(lambda session: sessions.save(session, token, {"step": 2}, later))
    stored, untouched = load(database, token, later), load(database, other, later)
    assert stored is not None
    assert untouched is not None
    assert (stored.data, stored.seen_at) == ({"step": 2}, later)
    assert (untouched.data, untouched.seen_at) == (DATA, now)


def test_what_is_saved_after_the_end_does_not_bring_a_session_back(
    database: Database, account: Account, now: datetime
) -> None:
    token = start(database, account, now)
    database.transact(lambda session: sessions.end(session, token))
    database.transact(lambda session: sessions.save(session, token, DATA, now))
    assert load(database, token, now) is None


def test_signing_out_ends_one_session_and_doing_it_again_none(
    database: Database, account: Account, now: datetime
) -> None:
    token, other = start(database, account, now), start(database, account, now)
    for _ in range(2):
        database.transact(lambda session: sessions.end(session, token))
        assert load(database, token, now) is None
        assert load(database, other, now) is not None


def test_signing_out_everywhere_ends_the_sessions_of_one_account(
    database: Database, account: Account, now: datetime
) -> None:
    own = [start(database, account, now) for _ in range(2)]
    with database.write() as session:
        neighbour = create_account(session, name="Berta", role=Role.TRAINER, now=now)
    others = [start(database, neighbour, now), start(database, None, now)]
    database.transact(lambda session: sessions.end_all(session, account.id))
    assert [load(database, token, now) for token in own] == [None, None]
    assert None not in [load(database, token, now) for token in others]


def test_the_sweep_takes_what_is_over_and_nothing_else(
    database: Database, account: Account, now: datetime
) -> None:
    with database.write() as session:
        for name, account_id, seen_at, expires_at in (
            ("open", account.id, now, now + SECOND),
            ("over", account.id, now, now),
            ("idle", account.id, now - SESSION_IDLE, now + SECOND),
            ("learner", None, now - SESSION_IDLE, now + SECOND),
            ("over learner", None, now, now - SECOND),
        ):
            session.add(
                rows.session(
                    token_sha256=name,
                    account_id=account_id,
                    seen_at=seen_at,
                    expires_at=expires_at,
                )
            )
    database.transact(lambda session: sessions.sweep(session, now))
    with database.read() as session:
        assert set(session.scalars(select(SessionRow.token_sha256))) == {"open", "learner"}


@ON_SQLITE
@pytest.mark.parametrize(
    "data",
    [
        {"note": "x" * MAXIMUM_SESSION_BYTES},
        {"note": "\udcff"},
        {"note": "\x00"},
        {"number": float("nan")},
        {"number": 2**60},
    ],
)
def test_what_could_not_be_read_again_is_not_written(
    database: Database, now: datetime, data: dict[str, Any]
) -> None:
    with pytest.raises(MalformedError):
        start(database, None, now, **data)
    token = start(database, None, now)
    with database.write() as session, pytest.raises(MalformedError):
        sessions.save(session, token, data, now)
    stored = load(database, token, now)
    assert stored is not None
    assert stored.data == DATA


def test_a_browser_that_manages_fifty_awards_is_held(database: Database, now: datetime) -> None:
    managed = [rows.AWARD] * 50
    stored = load(database, start(database, None, now, managed=managed), now)
    assert stored is not None
    assert stored.data == {"managed": managed}
