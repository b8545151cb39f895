"""A program's token opens one thing, for one issuer, until it ends, on every database."""

import re
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from accounts.api_tokens import (
    PREFIX,
    ApiToken,
    authenticate,
    create_token,
    list_tokens,
    revoke_token,
)
from accounts.errors import ScopeError, TokenError
from accounts.tables import ApiTokenRow, Scope
from openbadges.errors import MissingError, RefusedError
from storage import Database
from tests import rows
from tests.issuing import ON_SQLITE

CLOSED = "this bearer token opens nothing here; ask for a new one"


def create(database: Database, **changes: Any) -> tuple[ApiToken, str]:  # noqa: ANN401 -- the arguments of create_token
    arguments: dict[str, Any] = {
        "name": "The registration desk",
        "scope": Scope.AWARD,
        "issuer_id": rows.ISSUER,
        "now": rows.NOW,
    }
    return database.transact(lambda session: create_token(session, **arguments | changes))


def show(
    database: Database, text: str, now: datetime = rows.NOW, *, scope: Scope = Scope.AWARD
) -> ApiToken:
    with database.read() as session:
        return authenticate(session, text, scope=scope, now=now)


def test_a_token_lets_its_program_in_for_its_issuer(database: Database) -> None:
    made, text = create(database)
    create(database, scope=Scope.ISSUE)
    assert show(database, text) == made
    assert (made.scope, made.issuer_id, made.expires_at) == (Scope.AWARD, rows.ISSUER, None)


def test_a_token_can_be_found_in_published_code_and_not_in_the_database(
    database: Database,
) -> None:
    _, text = create(database)
    assert re.fullmatch(PREFIX + "[a-z2-7]{32}", text)
    with database.read() as session:
        kept = session.scalars(select(ApiTokenRow)).one().token_sha256
    assert text.removeprefix(PREFIX) not in kept
    with pytest.raises(TokenError):
        show(database, kept)


def test_a_token_for_something_else_is_told_so(database: Database) -> None:
    _, text = create(database)
    with pytest.raises(ScopeError, match="this bearer token is for award, and issue was asked for"):
        show(database, text, scope=Scope.ISSUE)


def test_a_token_ends_at_its_moment(database: Database) -> None:
    end = rows.NOW + timedelta(days=1)
    made, text = create(database, expires_at=end)
    assert made.expires_at == end
    assert show(database, text, end - timedelta(seconds=1)) == made
    with pytest.raises(TokenError, match=CLOSED):
        show(database, text, end)


@ON_SQLITE
@pytest.mark.parametrize("scope", Scope)
def test_a_token_that_opens_nothing_does_not_say_why(database: Database, scope: Scope) -> None:
    _, ended = create(database, expires_at=rows.NOW)
    made, revoked = create(database)
    database.transact(lambda session: revoke_token(session, made.id, now=rows.NOW))
    for text in (ended, revoked, PREFIX, "", "\x00", "\udcff", "x" * 1_000_000):
        with pytest.raises(TokenError, match=CLOSED):
            show(database, text, scope=scope)


def test_a_revoked_token_stays_in_the_list_with_its_first_moment(
    database: Database, now: datetime
) -> None:
    made, text = create(database)
    _, other = create(database, now=now + timedelta(hours=1), name="Another")
    for moment in (now, now + timedelta(days=1)):
        with database.write() as session:
            assert revoke_token(session, made.id, now=moment).revoked_at == now
    with database.read() as session:
        listed = [(one.name, one.revoked_at) for one in list_tokens(session)]
    assert listed == [("Another", None), ("The registration desk", now)]
    assert show(database, other).name == "Another"
    with pytest.raises(TokenError):
        show(database, text)


@pytest.mark.parametrize("token_id", [str(uuid.UUID(int=99)), "", "\x00", "\udcff", "x" * 5000])
def test_a_token_that_is_not_there_cannot_be_revoked(database: Database, token_id: str) -> None:
    create(database)
    with database.write() as session, pytest.raises(MissingError, match="there is no token "):
        revoke_token(session, token_id, now=rows.NOW)


@ON_SQLITE
@pytest.mark.parametrize("name", ["", "two\nlines", "x" * 301])
def test_a_name_that_no_list_can_show_is_refused(database: Database, name: str) -> None:
    with pytest.raises(RefusedError, match="a token's name must be one line of 1 to 300"):
        create(database, name=name)
