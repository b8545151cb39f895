"""A batch is undone within the hold of its awards, as a whole or by rows.

What is not awarded never will be. What is on its way is stopped, and what can no longer be undone
is told with the reason, so that it can be revoked instead.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from issuer.audit import Act, note
from issuer.award_rows import lock_award
from issuer.batches.rows import lock_batch, pieces, request_of, row_now, settle_row, unknown_batch
from issuer.jobs import JobKind, make_due
from issuer.requests import find_requested
from issuer.tables import (
    AwardRow,
    AwardState,
    BatchRecipientRow,
    BatchRow,
    BatchRowState,
    BatchState,
    CredentialRow,
)
from issuer.undo import cancel, undo
from openbadges.errors import MissingError, RefusedError
from storage import Database

TO_UNDO: Final = frozenset({BatchRowState.WAITING, BatchRowState.REFUSED, BatchRowState.AWARDED})


@dataclass(frozen=True, slots=True)
class Undoing:
    """What came of it: how many rows were undone, and why others were not, by their numbers."""

    undone: int
    kept: Mapping[int, str]


def undo_batch(
    database: Database,
    batch_id: str,
    *,
    numbers: Collection[int] | None = None,
    clock: Callable[[], datetime],
    undone_by: str | None,
) -> Undoing:
    """Undo the rows of these numbers, or the whole batch; again changes nothing.

    It is done in several transactions. A whole batch is stopped in the first, and where the others
    are cut off the batch's job does the rest.

    Raises:
        MissingError: there is no such batch, or no row of such a number.
        RefusedError: of the whole batch there is nothing left that could be undone.
    """
    if numbers is None:
        database.transact(lambda session: _stop(session, batch_id, clock(), undone_by))
        return undo_rows(database, batch_id, clock=clock, undone_by=undone_by)
    found = Undoing(0, {})
    for number in sorted(set(numbers)):
        work = partial(
            _undo_named, batch_id=batch_id, number=number, now=clock(), undone_by=undone_by
        )
        found = _counted(found, {number: database.transact(work)})
    return found


def undo_rows(
    database: Database, batch_id: str, *, clock: Callable[[], datetime], undone_by: str | None
) -> Undoing:
    """Undo every row of a batch that can be."""
    found, after = Undoing(0, {}), 0
    while True:
        with database.read() as session:
            numbers = [row.number for row in pieces(session, batch_id, TO_UNDO, after=after)]
        if not numbers:
            return found
        after = numbers[-1]
        work = partial(
            _undo_piece, batch_id=batch_id, numbers=numbers, now=clock(), undone_by=undone_by
        )
        found = _counted(found, database.transact(work))


def _counted(found: Undoing, reasons: Mapping[int, str | None]) -> Undoing:
    kept = {number: reason for number, reason in reasons.items() if reason is not None}
    return Undoing(found.undone + len(reasons) - len(kept), {**found.kept, **kept})


def _stop(session: Session, batch_id: str, now: datetime, undone_by: str | None) -> None:
    """Let nothing more be awarded; whoever works on the batch loses it with this transaction."""
    row = session.get(BatchRow, batch_id)
    if row is None:
        raise unknown_batch(batch_id)
    make_due(session, JobKind.AWARD_BATCH, batch_id, issuer_id=row.issuer_id, now=now)
    batch = lock_batch(session, batch_id)
    if batch.state is BatchState.UNDONE:
        return
    if not _is_any_undone(session, batch_id, now):
        raise RefusedError(
            "no award of this batch can be undone any more; revoke them one by one instead"
        )
    batch.state, batch.done_at = BatchState.UNDONE, now
    note(
        session,
        Act.BATCH_UNDONE,
        batch_id,
        now=now,
        actor=undone_by,
        issuer_id=batch.issuer_id,
    )


def _is_any_undone(session: Session, batch_id: str, now: datetime) -> bool:
    """Tell whether a row is not awarded yet, or its award is still held."""
    rows = select(BatchRecipientRow.number).where(BatchRecipientRow.batch_id == batch_id)
    open_rows = rows.where(BatchRecipientRow.state.in_(sorted(TO_UNDO - {BatchRowState.AWARDED})))
    held = rows.join(CredentialRow, CredentialRow.award_id == BatchRecipientRow.award_id).where(
        BatchRecipientRow.state == BatchRowState.AWARDED, CredentialRow.visible_from > now
    )
    return any(session.scalars(one.limit(1)).first() is not None for one in (open_rows, held))


def _undo_piece(
    session: Session, *, batch_id: str, numbers: list[int], now: datetime, undone_by: str | None
) -> dict[int, str | None]:
    lock_batch(session, batch_id)
    return {number: _undo_row(session, batch_id, number, now, undone_by) for number in numbers}


def _undo_named(
    session: Session, *, batch_id: str, number: int, now: datetime, undone_by: str | None
) -> str | None:
    lock_batch(session, batch_id)
    try:
        row = row_now(session, batch_id, number)
    except NoResultFound as error:
        raise MissingError(f"this batch has no line {number}") from error
    if row.state is BatchRowState.ALREADY:
        return "this person had the badge before, and was awarded nothing here"
    reason = _undo_row(session, batch_id, number, now, undone_by)
    if reason is None:
        note(
            session,
            Act.BATCH_ROW_UNDONE,
            batch_id,
            now=now,
            actor=undone_by,
            details={"row": number},
        )
    return reason


def _undo_row(
    session: Session, batch_id: str, number: int, now: datetime, undone_by: str | None
) -> str | None:
    """Undo one row, and return why it cannot be, if so; the batch is locked."""
    row = row_now(session, batch_id, number)
    if row.state is BatchRowState.UNDONE:
        return None
    award = _award_of(session, row)
    if award is not None:
        try:
            _undo_award(session, award, now, undone_by)
        except RefusedError as error:
            settle_row(row, BatchRowState.AWARDED, award_id=award.id)
            return str(error)
    made = award is not None and award.state is AwardState.UNDONE  # else it was dropped, or none
    settle_row(row, BatchRowState.UNDONE, award_id=award.id if award and made else None)
    return None


def _award_of(session: Session, row: BatchRecipientRow) -> AwardRow | None:
    """Return the award of a row, which may be on its way still, and lock it."""
    made = row.award_id
    if made is None:
        on_its_way = find_requested(session, request_of(row.batch_id, row.number))
        made = None if on_its_way is None else on_its_way.id
    return None if made is None else lock_award(session, made)


def _undo_award(session: Session, award: AwardRow, now: datetime, undone_by: str | None) -> None:
    match award.state:
        case AwardState.DECIDED:
            cancel(session, award.id, now=now, undone_by=undone_by)
        case _:
            undo(session, award.id, now=now, undone_by=undone_by)
