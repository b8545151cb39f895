"""The rows of a batch: written sealed, locked, read back, and each told apart as a request."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.batches.lists import Listed
from issuer.recipients import seal_evidence, seal_recipient
from issuer.requests import RequestKey, request_key
from issuer.tables import BatchRecipientRow, BatchRow, BatchRowState
from keys import Keystore
from openbadges.errors import MissingError

PIECE: Final = 100  # rows that are read at once, so that a long batch needs no more memory


def lock_batch(session: Session, batch_id: str) -> BatchRow:
    """Return a batch as it is now; nobody else changes it or its rows in this transaction's time.

    Raises:
        MissingError: there is no such batch.
    """
    row = session.get(BatchRow, batch_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise unknown_batch(batch_id)
    return row


def unknown_batch(batch_id: str) -> MissingError:
    """Return the refusal of a batch that is none."""
    return MissingError(f"there is no batch {batch_id!r:.60} here")


def row_now(session: Session, batch_id: str, number: int) -> BatchRecipientRow:
    """Return a row as it is now; its batch is locked."""
    return session.get_one(BatchRecipientRow, (batch_id, number), populate_existing=True)


def write_row(batch_id: str, listed: Listed, keystore: Keystore) -> BatchRecipientRow:
    """Make the row of one recipient, who is sealed for it alone."""
    bound_to = bound(batch_id, listed.number)
    return BatchRecipientRow(
        batch_id=batch_id,
        number=listed.number,
        recipient_kind=listed.recipient.kind,
        recipient_hash=listed.hashed,
        recipient_identifier=seal_recipient(listed.recipient, keystore, bound_to=bound_to),
        details=seal_evidence(listed.evidence, keystore, bound_to=bound_to),
        state=BatchRowState.WAITING,
    )


def bound(batch_id: str, number: int) -> str:
    """Return what the sealed parts of a row are bound to."""
    return f"{batch_id}/{number}"


def request_of(batch_id: str, number: int) -> RequestKey:
    """Return the request that the award of a row is made by, however often it is begun."""
    return request_key("batch", bound(batch_id, number), b"")


def settle_row(
    row: BatchRecipientRow,
    state: BatchRowState,
    *,
    award_id: str | None = None,
    reason: str | None = None,
) -> None:
    """Write what became of a row; who it was is kept only where it may still be awarded."""
    row.state, row.award_id, row.reason = state, award_id, reason
    if state is not BatchRowState.REFUSED:
        row.recipient_identifier = row.details = None


def pieces(
    session: Session, batch_id: str, states: frozenset[BatchRowState], *, after: int
) -> list[BatchRecipientRow]:
    """Return the next rows in these states, in the order of their lines."""
    rows = select(BatchRecipientRow).where(
        BatchRecipientRow.batch_id == batch_id,
        BatchRecipientRow.state.in_(sorted(states)),
        BatchRecipientRow.number > after,
    )
    return list(session.scalars(rows.order_by(BatchRecipientRow.number).limit(PIECE)))
