"""What tells whether publishing and work go on: how old lists are, what waits, since when.

Readiness, the doctor and the figures for monitors ask here; nothing is changed. A list whose
publisher is dead is noticed at half of its lifetime, while readers still believe it (R24).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from issuer.policy import STATUS_LIST_LATE, STATUS_LIST_LIFETIME
from issuer.tables import (
    CredentialRow,
    OutboxRow,
    PublishedDocumentRow,
    RevocationRow,
    StatusListRow,
)
from openbadges.errors import UnavailableError


@dataclass(frozen=True, slots=True)
class ListState:
    """One status list as it is public; `waiting_since` is its oldest revocation that is not."""

    url: str
    published_at: datetime | None
    reserved: int
    capacity: int
    waiting_since: datetime | None

    def is_old(self, now: datetime) -> bool:
        """Tell whether half of its lifetime is over, or nothing is public."""
        return self.published_at is None or now - self.published_at > STATUS_LIST_LIFETIME / 2

    def is_late(self, now: datetime) -> bool:
        """Tell whether a revocation should have been public long ago."""
        return self.waiting_since is not None and now - self.waiting_since > STATUS_LIST_LATE


@dataclass(frozen=True, slots=True)
class JobState:
    """The jobs of one kind that are not done."""

    kind: str
    waiting: int  # those that run included
    running: int
    oldest_due: datetime
    most_attempts: int
    last_error: str | None


def list_states(session: Session) -> tuple[ListState, ...]:
    """Return every status list, the oldest first."""
    waiting = (
        select(
            CredentialRow.status_list_id.label("list_id"),
            func.min(RevocationRow.revoked_at).label("since"),
        )
        .join(CredentialRow, CredentialRow.id == RevocationRow.credential_id)
        .where(RevocationRow.published_at.is_(None))
        .group_by(CredentialRow.status_list_id)
        .subquery()
    )
    rows = session.execute(
        select(StatusListRow, PublishedDocumentRow.published_at, waiting.c.since)
        .outerjoin(PublishedDocumentRow, PublishedDocumentRow.url == StatusListRow.url)
        .outerjoin(waiting, waiting.c.list_id == StatusListRow.id)
        .order_by(StatusListRow.opened_at, StatusListRow.id)
    )
    return tuple(
        ListState(row.url, published_at, row.reserved_count, row.capacity, since)
        for row, published_at, since in rows
    )


def job_states(session: Session, now: datetime) -> tuple[JobState, ...]:
    """Return what is not done, by kind; of jobs that failed the last error of one."""
    is_running = case((OutboxRow.leased_until > now, 1), else_=0)
    rows = session.execute(
        select(
            OutboxRow.kind,
            func.count(OutboxRow.id),
            func.sum(is_running),
            func.min(OutboxRow.due_at),
            func.max(OutboxRow.attempts),
            func.max(OutboxRow.last_error),
        )
        .where(OutboxRow.done_at.is_(None))
        .group_by(OutboxRow.kind)
        .order_by(OutboxRow.kind)
    )
    return tuple(
        JobState(kind, waiting, int(running), *rest) for kind, waiting, running, *rest in rows
    )


def check_ages(lists: Iterable[ListState], now: datetime) -> None:
    """Return if no public list is old.

    Raises:
        UnavailableError: naming the first that is.
    """
    for one in lists:
        if one.is_old(now):
            since = "was never published" if one.published_at is None else "was not signed anew"
            raise UnavailableError(
                f"the status list {one.url} {since} for more than half of its lifetime"
            )


def check_prompt(lists: Iterable[ListState], now: datetime) -> None:
    """Return if every revocation is public, or was made just now.

    Raises:
        UnavailableError: naming the first list that one waits for.
    """
    for one in lists:
        if one.is_late(now):
            raise UnavailableError(f"a revocation waits to be public in the list {one.url}")
