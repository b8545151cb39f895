"""What time it is by the database's server, which may be another machine than this one."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

_ASKED: Final[Mapping[str, str]] = {
    "postgresql": "SELECT clock_timestamp() AT TIME ZONE 'UTC'",
    "mariadb": "SELECT UTC_TIMESTAMP(6)",
}


def server_moment(session: Session) -> datetime | None:
    """Return the server's time; None for SQLite, which has no other clock than this machine's."""
    asked = _ASKED.get(session.connection().dialect.name)
    if asked is None:
        return None
    moment: datetime = session.scalars(text(asked)).one()
    return moment.replace(tzinfo=UTC)
