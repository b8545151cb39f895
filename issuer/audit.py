"""The audit log: every act, each entry bound to the one before it by its hash.

An act is noted in the transaction that does it and chained as the last thing before the commit, so
that an act without its entry cannot be (R37), and the chain's head is locked for a moment only.
Nothing personal stands in an entry: a person is a commitment whose salt is kept apart, and once the
salt is deleted the entry tells nobody about whom it is, while the chain stays whole (J6).
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from secrets import token_bytes
from typing import Final

from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session

from issuer.tables import AuditEntryRow, AuditHeadRow, AuditSaltRow
from openbadges.strict import Document

START: Final = "0" * 64  # what the first entry is bound to
SALT_BYTES: Final = 16
NOBODY: Final = "insignia"  # the actor of what the program does by itself
RECIPIENT: Final = "recipient"  # who has a claim or manage link, and no account
OPERATOR: Final = "command line"

_HEAD: Final = 1
_NOTES: Final = "insignia_audit_notes"


class Act(StrEnum):
    """What was done; the subject of each is named behind it."""

    AWARD_DECIDED = "award-decided"  # the award
    AWARD_DROPPED = "award-dropped"  # the award, of which nothing was recorded
    AWARD_UNDONE = "award-undone"  # the award
    AWARD_HANDED_OVER = "award-handed-over"  # the award, whose hold was ended
    AWARD_CLAIMED = "award-claimed"  # the award
    CREDENTIAL_RECORDED = "credential-recorded"  # the credential's URL, as for the next four
    CREDENTIAL_RELEASED = "credential-released"
    CREDENTIAL_REVOKED = "credential-revoked"
    CREDENTIAL_SHOWN = "credential-shown"  # to everyone
    CREDENTIAL_HIDDEN = "credential-hidden"
    STATUS_LIST_PUBLISHED = "status-list-published"  # the list's URL


@dataclass(frozen=True, slots=True)
class _Note:
    act: Act
    subject: str
    at: datetime
    actor: str
    issuer_id: str | None
    details: Document
    person: str | None


def note(  # noqa: PLR0913 -- what an entry says, each by name
    session: Session,
    act: Act,
    subject: str,
    *,
    now: datetime,
    actor: str | None = None,
    issuer_id: str | None = None,
    details: Document | None = None,
    person: str | None = None,
) -> None:
    """Note an act of this transaction; it is chained when the transaction commits.

    `actor` is `account:UUID`, `token:UUID` or one of the words above; None is the program itself.
    `details` holds nothing personal. `person` is an identifier, of which a commitment is kept.
    """
    notes: list[_Note] | None = session.info.get(_NOTES)
    if notes is None:
        notes = session.info[_NOTES] = []
        event.listen(session, "before_commit", _chain)
    notes.append(_Note(act, subject, now, actor or NOBODY, issuer_id, details or {}, person))


def entry_hash(row: AuditEntryRow) -> str:
    """Return the SHA-256 in hex of all that an entry says, the entry before it included."""
    said = {
        "act": row.act,
        "actor": row.actor,
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "commitment": row.commitment,
        "details": row.details.decode(),
        "issuer": row.issuer_id,
        "previous": row.previous_sha256,
        "sequence": row.sequence,
        "subject": row.subject,
    }
    return hashlib.sha256(_written(said)).hexdigest()


def commitment(person: str, salt: bytes) -> str:
    """Return the commitment to a person under a salt: HMAC-SHA-256 in hex."""
    return hmac.digest(salt, person.encode(), "sha256").hex()


def forget_person(session: Session, subject: str) -> None:
    """Delete the salts of all entries about a subject: nobody can tell any more who it was."""
    about = select(AuditEntryRow.sequence).where(AuditEntryRow.subject == subject)
    session.execute(delete(AuditSaltRow).where(AuditSaltRow.sequence.in_(about)))


def last_moment(session: Session) -> datetime | None:
    """Return when the last entry was made; None before the first."""
    newest = select(AuditEntryRow.at).order_by(AuditEntryRow.sequence.desc()).limit(1)
    return session.scalars(newest).first()


def _chain(session: Session) -> None:
    notes: list[_Note] = session.info[_NOTES]
    if not notes or session.in_nested_transaction():
        return
    session.flush()
    head = session.get(AuditHeadRow, _HEAD, with_for_update=True, populate_existing=True)
    if head is None:
        head = AuditHeadRow(id=_HEAD, sequence=0, sha256=START)
        session.add(head)
    for one in notes:
        _append(session, head, one)
    notes.clear()
    session.flush()


def _append(session: Session, head: AuditHeadRow, one: _Note) -> None:
    salt = token_bytes(SALT_BYTES) if one.person is not None else None
    row = AuditEntryRow(
        sequence=head.sequence + 1,
        at=one.at,
        act=one.act,
        actor=one.actor,
        subject=one.subject,
        issuer_id=one.issuer_id,
        details=_written(one.details),
        commitment=None if salt is None else commitment(one.person or "", salt),
        previous_sha256=head.sha256,
        sha256="",
    )
    row.sha256 = entry_hash(row)
    session.add(row)
    if salt is not None:
        session.flush()
        session.add(AuditSaltRow(sequence=row.sequence, salt=salt))
    head.sequence, head.sha256 = row.sequence, row.sha256


def _written(document: Document) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
