"""Whether this installation was put back from a backup, and knows what happened after it.

The audit log says so, so every process and machine knows it at once. Without the journal a link
that its owner withdrew could open again: personal pages stay closed until it is replayed, or
somebody takes the risk. What the log knows nothing of may still have been issued.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.audit import INSTALLATION, Act
from issuer.journal import Position
from issuer.tables import AuditEntryRow
from openbadges.strict import Document, parse_json_object


@dataclass(frozen=True, slots=True)
class Lost:
    """What is not known since a restore: all acts after the backup's place in the chain."""

    since: Position
    accepted: bool


def find_lost(session: Session) -> Lost | None:
    """Return what the last restore without a journal lost, if it was not replayed since."""
    lost = None
    for act, details in _restores(session):
        if act == Act.RESTORED and not details["journal"]:
            lost = Lost(Position(details["sequence"], details["sha256"]), accepted=False)
        elif act == Act.RESTORE_COMPLETED:
            lost = None
        elif act == Act.RESTORE_ACCEPTED and lost is not None:
            lost = Lost(lost.since, accepted=True)
    return lost


def awaits_journal(session: Session) -> bool:
    """Tell whether personal pages stay closed."""
    lost = find_lost(session)
    return lost is not None and not lost.accepted


def has_gap(session: Session) -> bool:
    """Tell whether something may have been issued of which no record is left."""
    return find_lost(session) is not None


def _restores(session: Session) -> Iterator[tuple[str, Document]]:
    acts = (Act.RESTORED, Act.RESTORE_COMPLETED, Act.RESTORE_ACCEPTED)
    entries = select(AuditEntryRow).where(
        AuditEntryRow.subject == INSTALLATION, AuditEntryRow.act.in_(acts)
    )
    for row in session.scalars(entries.order_by(AuditEntryRow.sequence)):
        yield row.act, parse_json_object(row.details, what="an entry's details")
