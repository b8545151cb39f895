"""Reading the audit log: what was done lately or to something, and what is about a person."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from hmac import compare_digest

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.audit import Act, commitment
from issuer.audit_chain import PIECE
from issuer.tables import AuditEntryRow, AuditSaltRow


def newest_entries(
    session: Session, *, limit: int, subject: str | None = None, since: datetime | None = None
) -> Sequence[AuditEntryRow]:
    """Return the newest entries of those that were asked for, the last one at the end."""
    wanted = select(AuditEntryRow).order_by(AuditEntryRow.sequence.desc()).limit(limit)
    if subject is not None:
        wanted = wanted.where(AuditEntryRow.subject == subject)
    if since is not None:
        wanted = wanted.where(AuditEntryRow.at >= since)
    return session.scalars(wanted).all()[::-1]


def last_moment_of(session: Session, act: Act) -> datetime | None:
    """Return when something was done for the last time; None where it never was."""
    wanted = select(AuditEntryRow.at).where(AuditEntryRow.act == act)
    return session.scalars(wanted.order_by(AuditEntryRow.sequence.desc()).limit(1)).first()


def entries_about(session: Session, person: str) -> Iterator[AuditEntryRow]:
    """Give the entries whose commitment opens for a person, as far as their salts were kept."""
    wanted = (
        select(AuditEntryRow, AuditSaltRow.salt)
        .join(AuditSaltRow, AuditSaltRow.sequence == AuditEntryRow.sequence)
        .order_by(AuditEntryRow.sequence)
        .limit(PIECE)
    )
    after = 0
    while page := session.execute(wanted.where(AuditEntryRow.sequence > after)).all():
        for row, salt in page:
            if compare_digest(commitment(person, salt), row.commitment or ""):
                yield row
        after = page[-1][0].sequence
