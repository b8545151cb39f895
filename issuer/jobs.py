"""What is due: rows written in the transaction that caused them, so that nothing due is forgotten.

A worker takes a job with a lease, and a fencing token that every transaction of its work compares
(`hold`): whoever was thought dead and comes back writes nothing more. A job is done as often as it
takes, so what a job does is done once however often it is repeated.

Status lists are ticked off instead, by whoever publishes all that is due under their rows' locks
(`status.publish_due`): that is one short transaction, so its locks are the lease.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import uuid4

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from issuer.tables import OutboxRow
from openbadges.errors import ConflictError

LEASE: Final = timedelta(minutes=1)  # renewed with each transaction of the work
FIRST_PAUSE: Final = timedelta(seconds=5)  # before a job that failed is tried again; it doubles
LONGEST_PAUSE: Final = timedelta(hours=1)
MAXIMUM_DOUBLINGS: Final = 10  # the longest pause comes before
MAXIMUM_ERROR_CHARACTERS: Final = 500


class JobKind(StrEnum):
    """What there is to do, and what its subject is."""

    PUBLISH_STATUS_LIST = "publish-status-list"  # the list's row; done by `status.publish_due`
    AWARD_BATCH = "award-batch"  # the batch's row
    SEND_NOTICE = "send-notice"  # the award's row


LEASED: Final = frozenset({JobKind.AWARD_BATCH, JobKind.SEND_NOTICE})
"""The kinds that a worker takes with a lease."""


class LeaseLostError(ConflictError):
    """Somebody else has this job by now, so nothing more is written for it."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job that was taken; `token` is the fencing token, and `attempts` counts this one too."""

    id: str
    kind: JobKind
    subject_id: str
    issuer_id: str | None
    token: str
    attempts: int


def make_due(  # noqa: PLR0913 -- what a job is, each by name
    session: Session,
    kind: JobKind,
    subject_id: str,
    *,
    issuer_id: str,
    now: datetime,
    due_at: datetime | None = None,
) -> str:
    """Write that a job is due, now or at a moment to come; return its id.

    A job of the same kind and subject is made due again: who has it loses it, since what they
    looked at may be old.
    """
    row = _find(session, kind, subject_id)
    if row is None:
        row = OutboxRow(
            id=str(uuid4()),
            kind=kind,
            subject_id=subject_id,
            due_at=due_at or now,
            issuer_id=issuer_id,
        )
        session.add(row)
        session.flush()
        return row.id
    row.due_at, row.done_at = due_at or now, None
    row.lease_token = row.leased_until = None
    return row.id


def bring_forward(session: Session, kind: JobKind, subject_id: str, now: datetime) -> None:
    """Let a job that is to come be due now; one that is due, taken or done stays as it is."""
    row = _find(session, kind, subject_id)
    if row is not None and row.done_at is None and row.lease_token is None:
        row.due_at = min(row.due_at, now)


def tick_off(session: Session, kind: JobKind, subject_id: str, *, now: datetime) -> None:
    """Write that a job is done, in the transaction that then does it."""
    row = _find(session, kind, subject_id)
    if row is not None and row.done_at is None:
        row.done_at, row.attempts = now, row.attempts + 1


def due_jobs(
    session: Session, now: datetime, *, kinds: Iterable[JobKind] = LEASED, limit: int = 100
) -> tuple[str, ...]:
    """Return the ids of jobs that can be taken now, the longest due first."""
    due = select(OutboxRow.id).where(*_is_free(kinds, now)).order_by(OutboxRow.due_at, OutboxRow.id)
    return tuple(session.scalars(due.limit(limit)))


def take(
    session: Session,
    now: datetime,
    *,
    kinds: Iterable[JobKind] = LEASED,
    job_id: str | None = None,
) -> Job | None:
    """Take the job that is due the longest, or the one named; None where there is none to take.

    Of two that take the same at one moment the second passes it over.
    """
    free = select(OutboxRow).where(*_is_free(kinds, now))
    if job_id is not None:
        free = free.where(OutboxRow.id == job_id)
    ordered = free.order_by(OutboxRow.due_at, OutboxRow.id).limit(1)
    row = session.scalars(ordered.with_for_update(skip_locked=True)).first()
    if row is None:
        return None
    token = str(uuid4())
    row.lease_token, row.leased_until, row.attempts = token, now + LEASE, row.attempts + 1
    return Job(row.id, JobKind(row.kind), row.subject_id, row.issuer_id, token, row.attempts)


def hold(session: Session, job: Job, now: datetime) -> None:
    """Renew a lease, in each transaction of the job's work and before anything else in it.

    Raises:
        LeaseLostError: somebody else took the job, or it was made due anew.
    """
    _locked(session, job).leased_until = now + LEASE


def finish(session: Session, job: Job, now: datetime) -> None:
    """Write that a job is done.

    Raises:
        LeaseLostError: as `hold`.
    """
    row = _locked(session, job)
    row.done_at, row.last_error = now, None
    row.lease_token = row.leased_until = None


def put_off(session: Session, job: Job, now: datetime, *, error: str) -> None:
    """Write why a job could not be done, and when it is tried again: later with each attempt.

    Raises:
        LeaseLostError: as `hold`.
    """
    row = _locked(session, job)
    row.due_at, row.last_error = now + pause_after(job.attempts), error[:MAXIMUM_ERROR_CHARACTERS]
    row.lease_token = row.leased_until = None


def give_back(session: Session, job: Job, now: datetime) -> None:
    """Leave the rest of a job to its next turn, which is no new attempt; others come before it.

    Raises:
        LeaseLostError: as `hold`.
    """
    row = _locked(session, job)
    row.due_at, row.attempts = now, row.attempts - 1
    row.lease_token = row.leased_until = None


def pause_after(attempts: int) -> timedelta:
    """Return how long a job that failed so many times is left alone."""
    doublings = min(max(attempts - 1, 0), MAXIMUM_DOUBLINGS)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def _is_free(kinds: Iterable[JobKind], now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        OutboxRow.kind.in_(sorted(kinds)),
        OutboxRow.done_at.is_(None),
        OutboxRow.due_at <= now,
        OutboxRow.leased_until.is_(None) | (OutboxRow.leased_until <= now),
    )


def _locked(session: Session, job: Job) -> OutboxRow:
    row = session.get(OutboxRow, job.id, with_for_update=True, populate_existing=True)
    if row is None or row.lease_token != job.token:
        raise LeaseLostError(f"the job {job.kind} {job.subject_id} was taken by somebody else")
    return row


def _find(session: Session, kind: JobKind, subject_id: str) -> OutboxRow | None:
    same = (OutboxRow.kind == kind) & (OutboxRow.subject_id == subject_id)
    return session.scalars(select(OutboxRow).where(same).with_for_update()).first()
