"""What is due: rows written in the transaction that caused them, so that nothing due is forgotten.

A row is ticked off before the look at what there is to do, in one transaction: whoever makes it
due meanwhile waits for that, and it is due again. Nothing reads the rows yet; `insignia status
publish` looks at every list and ticks them off. Workers with leases come with the service.
"""

from datetime import datetime
from typing import Final
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.tables import OutboxRow

PUBLISH_STATUS_LIST: Final = "publish-status-list"  # the subject is the list's row


def make_due(
    session: Session, kind: str, subject_id: str, *, issuer_id: str, now: datetime
) -> None:
    """Write that a job is due; a job of the same kind and subject is made due again."""
    row = _find(session, kind, subject_id)
    if row is None:
        session.add(
            OutboxRow(
                id=str(uuid4()), kind=kind, subject_id=subject_id, due_at=now, issuer_id=issuer_id
            )
        )
        session.flush()
        return
    row.due_at, row.done_at = now, None


def tick_off(session: Session, kind: str, subject_id: str, *, now: datetime) -> None:
    """Write that a job is done, in the transaction that then does it."""
    row = _find(session, kind, subject_id)
    if row is not None and row.done_at is None:
        row.done_at, row.attempts = now, row.attempts + 1


def _find(session: Session, kind: str, subject_id: str) -> OutboxRow | None:
    same = (OutboxRow.kind == kind) & (OutboxRow.subject_id == subject_id)
    return session.scalars(select(OutboxRow).where(same).with_for_update()).first()
