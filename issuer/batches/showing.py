"""What is told of batches: how far each is, and what became of each of its rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from issuer.batches.rows import PIECE, unknown_batch
from issuer.jobs import JobKind
from issuer.tables import BatchRecipientRow, BatchRow, BatchRowState, BatchState, OutboxRow


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """One batch without anything of its recipients; `counts` has every state.

    `trouble` is why its job was put off the last time, where that is not mended yet.
    """

    batch_id: str
    issuer_id: str
    badge_class: str  # SLUG@VERSION
    language: str
    awarded_by: str | None
    created_at: datetime
    state: BatchState
    done_at: datetime | None
    counts: Mapping[BatchRowState, int]
    job_id: str | None
    trouble: str | None

    @property
    def recipients(self) -> int:
        """How many rows it has."""
        return sum(self.counts.values())

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will come of it by itself."""
        return self.state in (BatchState.DONE, BatchState.UNDONE)


@dataclass(frozen=True, slots=True)
class RowSummary:
    """What became of one row; `award_id` is there once it is awarded."""

    number: int
    state: BatchRowState
    award_id: str | None
    reason: str | None


def list_batches(
    session: Session, *, issuer_ids: Collection[str] | None = None, limit: int = 50
) -> tuple[BatchSummary, ...]:
    """Return the newest batches, those of some issuers where they are named."""
    rows = select(BatchRow).order_by(BatchRow.created_at.desc(), BatchRow.id)
    if issuer_ids is not None:
        rows = rows.where(BatchRow.issuer_id.in_(issuer_ids))
    return _summaries(session, session.scalars(rows.limit(limit)).all())


def load_batch(session: Session, batch_id: str) -> BatchSummary:
    """Return one batch, whoever made it: whether the reader may see it is decided above.

    Raises:
        MissingError: there is no such batch.
    """
    row = session.get(BatchRow, batch_id)
    if row is None:
        raise unknown_batch(batch_id)
    (summary,) = _summaries(session, [row])
    return summary


def list_rows(
    session: Session,
    batch_id: str,
    *,
    states: Collection[BatchRowState] = tuple(BatchRowState),
    after: int = 0,
    limit: int = PIECE,
) -> tuple[RowSummary, ...]:
    """Return rows in the order of their lines; a page follows another by `after`, its last one."""
    rows = (
        select(BatchRecipientRow)
        .where(
            BatchRecipientRow.batch_id == batch_id,
            BatchRecipientRow.number > after,
            BatchRecipientRow.state.in_(sorted(states)),
        )
        .order_by(BatchRecipientRow.number)
    )
    return tuple(
        RowSummary(row.number, row.state, row.award_id, row.reason)
        for row in session.scalars(rows.limit(limit))
    )


def _summaries(session: Session, rows: Sequence[BatchRow]) -> tuple[BatchSummary, ...]:
    ids = [row.id for row in rows]
    counted = session.execute(
        select(BatchRecipientRow.batch_id, BatchRecipientRow.state, func.count())
        .where(BatchRecipientRow.batch_id.in_(ids))
        .group_by(BatchRecipientRow.batch_id, BatchRecipientRow.state)
    )
    counts = {batch_id: dict.fromkeys(BatchRowState, 0) for batch_id in ids}
    for batch_id, state, count in counted:
        counts[batch_id][state] = count
    of_batches = (OutboxRow.kind == JobKind.AWARD_BATCH) & OutboxRow.subject_id.in_(ids)
    jobs = {job.subject_id: job for job in session.scalars(select(OutboxRow).where(of_batches))}
    return tuple(_summary(row, counts[row.id], jobs.get(row.id)) for row in rows)


def _summary(
    row: BatchRow, counts: Mapping[BatchRowState, int], job: OutboxRow | None
) -> BatchSummary:
    return BatchSummary(
        batch_id=row.id,
        issuer_id=row.issuer_id,
        badge_class=f"{row.badge_class}@{row.badge_class_version}",
        language=row.language,
        awarded_by=row.awarded_by,
        created_at=row.created_at,
        state=row.state,
        done_at=row.done_at,
        counts=counts,
        job_id=None if job is None else job.id,
        trouble=None if job is None or job.done_at is not None else job.last_error,
    )
