"""Bearer tokens for programs: each for one issuer and one purpose, and shown once.

They say whose they are by their first letters, so that scanners of published code find those that
were left in it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.errors import ScopeError, TokenError
from accounts.names import check_name
from accounts.opaque_tokens import new_token, token_hash
from accounts.tables import ApiTokenRow, Scope
from openbadges.errors import MissingError

PREFIX: Final = "insignia_"


@dataclass(frozen=True, slots=True)
class ApiToken:
    """One token as others may see it: without its text, which only its program has."""

    id: str
    name: str
    scope: Scope
    issuer_id: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        """Tell whether it still lets a program in."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


def create_token(  # noqa: PLR0913 -- one for each column
    session: Session,
    *,
    name: str,
    scope: Scope,
    issuer_id: str,
    now: datetime,
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """Make a token for one issuer, and return it with its text, which is kept nowhere.

    Raises:
        RefusedError: the name is not one line, or too long.
    """
    check_name(name, what="a token's name")
    text = PREFIX + new_token()
    row = ApiTokenRow(
        id=str(uuid4()),
        token_sha256=token_hash(text),
        name=name,
        scope=scope,
        issuer_id=issuer_id,
        created_at=now,
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    return _read(row), text


def authenticate(session: Session, text: str, *, scope: Scope, now: datetime) -> ApiToken:
    """Return the token that a program showed, if it is for what the program wants to do.

    Raises:
        TokenError: it is unknown, revoked or too old; the sentence does not tell which.
        ScopeError: it is for something else.
    """
    row = session.scalars(
        select(ApiTokenRow).where(ApiTokenRow.token_sha256 == token_hash(text))
    ).first()
    found = None if row is None else _read(row)
    if found is None or not found.is_open(now):
        raise TokenError("this bearer token opens nothing here; ask for a new one")
    if found.scope is not scope:
        raise ScopeError(f"this bearer token is for {found.scope}, and {scope} was asked for")
    return found


def list_tokens(session: Session) -> tuple[ApiToken, ...]:
    """Return every token, the newest first, those that open nothing too."""
    rows = session.scalars(
        select(ApiTokenRow).order_by(ApiTokenRow.created_at.desc(), ApiTokenRow.id)
    )
    return tuple(_read(row) for row in rows)


def revoke_token(session: Session, token_id: str, *, now: datetime) -> ApiToken:
    """Shut a program out at once; doing it again changes nothing.

    Raises:
        MissingError: there is no such token.
    """
    sayable = token_id.isascii() and token_id.isprintable()  # as every id is
    row = session.get(ApiTokenRow, token_id) if sayable else None
    if row is None:
        raise MissingError(f"there is no token {token_id!r:.80} here; its id is asked for")
    row.revoked_at = row.revoked_at or now
    return _read(row)


def _read(row: ApiTokenRow) -> ApiToken:
    return ApiToken(
        id=row.id,
        name=row.name,
        scope=row.scope,
        issuer_id=row.issuer_id,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
