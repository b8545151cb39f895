"""The tables of accounts hold their promises on every database."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from accounts.tables import AccountRow
from storage import Database
from storage.columns import Row
from tests import rows

OTHER = str(uuid.UUID(int=99))

UNIQUE = [
    pytest.param(rows.account, {}, id="the id of an account"),
    pytest.param(rows.sign_in_link, {}, id="the hash of a sign-in link"),
    pytest.param(rows.session, {"account_id": None}, id="the hash of a session's token"),
    pytest.param(rows.api_token, {"token_sha256": "0" * 64}, id="the id of a program's token"),
    pytest.param(rows.api_token, {"id": OTHER}, id="the hash of a program's token"),
]

OF_NOBODY = [
    pytest.param(rows.sign_in_link, id="a sign-in link"),
    pytest.param(rows.session, id="a session"),
]


def fill(database: Database) -> None:
    with database.write() as session:
        for row in (rows.account(), rows.sign_in_link(), rows.session(), rows.api_token()):
            session.add(row)
            session.flush()


@pytest.mark.parametrize(("make", "changes"), UNIQUE)
def test_what_is_unique_cannot_be_there_twice(
    database: Database, make: Callable[..., Row], changes: dict[str, Any]
) -> None:
    fill(database)
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(make(**changes))


@pytest.mark.parametrize("make", OF_NOBODY)
def test_what_belongs_to_no_account_is_refused(
    database: Database, make: Callable[..., Row]
) -> None:
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(make(account_id=OTHER))


def test_an_account_that_others_refer_to_cannot_go(database: Database) -> None:
    fill(database)
    with pytest.raises(IntegrityError), database.write() as session:
        session.execute(delete(AccountRow))


def test_a_session_may_have_no_account(database: Database) -> None:
    with database.write() as session:
        session.add(rows.session(account_id=None))


def test_a_row_never_prints_who_it_is_about() -> None:
    assert "trainer" not in repr(rows.account())
