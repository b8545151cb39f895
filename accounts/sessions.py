"""What browsers' cookies stand for: rows that end, whatever a browser keeps.

A session of an account ends after a fixed time, and earlier when nobody uses it or the account is
disabled. A learner's has no account and ends after its time alone. The cookie itself is the
business of `service`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from accounts.opaque_tokens import new_token, token_hash
from accounts.policy import MAXIMUM_SESSION_BYTES, SESSION_IDLE, TOUCH_AFTER
from accounts.tables import AccountRow, SessionRow
from openbadges.strict import Document, parse_json_object


@dataclass(frozen=True, slots=True)
class StoredSession:
    """One session that is open; `data` is a copy, and changes only by `save`."""

    token_sha256: str = field(repr=False)
    account_id: str | None
    data: Document = field(repr=False)
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


def start(  # noqa: PLR0913 -- what a session is, each by name
    session: Session,
    *,
    data: Mapping[str, Any],
    account_id: str | None,
    now: datetime,
    lifetime: timedelta,
    replaces: str | None = None,
) -> str:
    """Start a session and return its token, which is new at every sign-in (I5).

    The session that it replaces, by its token, ends with it: both or neither.

    Raises:
        MalformedError: the data are larger than `MAXIMUM_SESSION_BYTES`, or JSON that no other
            reader would read the same.
    """
    token = new_token()
    if replaces is not None:
        end(session, replaces)
    session.add(
        SessionRow(
            token_sha256=token_hash(token),
            account_id=account_id,
            data=_written(data),
            created_at=now,
            seen_at=now,
            expires_at=now + lifetime,
        )
    )
    session.flush()
    return token


def load(session: Session, token: str, now: datetime) -> StoredSession | None:
    """Return the session of a token, or None if it ended, was idle or its account is disabled."""
    row = session.scalars(
        select(SessionRow)
        .outerjoin(AccountRow, SessionRow.account_id == AccountRow.id)
        .where(
            SessionRow.token_sha256 == token_hash(token),
            AccountRow.disabled_at.is_(None),  # so it is where there is no account
            ~_over(now),
        )
    ).first()
    if row is None:
        return None
    return StoredSession(
        token_sha256=row.token_sha256,
        account_id=row.account_id,
        data=_read(row.data),
        created_at=row.created_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
    )


def is_touch_due(stored: StoredSession, now: datetime) -> bool:
    """Tell whether `touch` would write, so that most requests need no transaction that does."""
    return stored.seen_at <= now - TOUCH_AFTER


def touch(session: Session, token: str, now: datetime) -> None:
    """Note that a session is in use, at most once in `TOUCH_AFTER`."""
    session.execute(
        update(SessionRow)
        .where(
            SessionRow.token_sha256 == token_hash(token), SessionRow.seen_at <= now - TOUCH_AFTER
        )
        .values(seen_at=now)
    )


def save(session: Session, token: str, data: Mapping[str, Any], now: datetime) -> None:
    """Replace what a session holds; one that ended meanwhile does not come back.

    Raises:
        MalformedError: as `start`.
    """
    session.execute(
        update(SessionRow)
        .where(SessionRow.token_sha256 == token_hash(token))
        .values(data=_written(data), seen_at=now)
    )


def end(session: Session, token: str) -> None:
    """End one session; ending it again changes nothing."""
    session.execute(delete(SessionRow).where(SessionRow.token_sha256 == token_hash(token)))


def end_all(session: Session, account_id: str) -> None:
    """End every session of an account, on every device."""
    session.execute(delete(SessionRow).where(SessionRow.account_id == account_id))


def sweep(session: Session, now: datetime) -> None:
    """Delete the sessions that are over; they open nothing as it is."""
    session.execute(delete(SessionRow).where(_over(now)))


def _over(now: datetime) -> ColumnElement[bool]:
    idle = and_(SessionRow.account_id.is_not(None), SessionRow.seen_at <= now - SESSION_IDLE)
    return or_(SessionRow.expires_at <= now, idle)


def _written(data: Mapping[str, Any]) -> bytes:
    """Write JSON that `_read` is sure to read again."""
    text = json.dumps(dict(data), ensure_ascii=False, separators=(",", ":"))
    written = text.encode("utf-8", "surrogatepass")
    _read(written)
    return written


def _read(data: bytes) -> Document:
    return parse_json_object(data, what="what a session holds", maximum_bytes=MAXIMUM_SESSION_BYTES)
