"""The audit log: every act, each entry bound to the one before it by its hash.

An act is noted in the transaction that does it and chained as the last thing before the commit, so
that an act without its entry cannot be (R37), and the chain's head is locked for a moment only.
Where the session has a journal the entries are written there as well, before the commit.
Nothing personal stands in an entry: a person is a commitment whose salt is kept apart, and once the
salt is deleted the entry tells nobody about whom it is, while the chain stays whole (J6).
"""

import hmac
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from secrets import token_bytes
from typing import Final

from sqlalchemy import delete, event, func, select
from sqlalchemy.orm import Session

from issuer.journal import START, Entry, Journal, Position, written
from issuer.tables import (
    AuditEntryRow,
    AuditHeadRow,
    AuditSaltRow,
    CredentialRow,
    IssuerRow,
    RevocationRow,
)
from openbadges.strict import Document

SALT_BYTES: Final = 16
NOBODY: Final = "insignia"  # the actor of what the program does by itself
RECIPIENT: Final = "recipient"  # who has a claim or manage link, and no account
OPERATOR: Final = "command line"
INSTALLATION: Final = "installation"  # the subject of what is done to all of it
BACKUP: Final = "backup"

JOURNAL: Final = "insignia_journal"
"""Where in `Session.info` the journal is that the entries of a session are written to as well."""

_HEAD: Final = 1
_NOTES: Final = "insignia_audit_notes"


class Act(StrEnum):
    """What was done; the subject of each is named behind it, or that of a whole group above it."""

    LOG_BEGUN = "log-begun"  # `INSTALLATION`, where something is older; the details count it
    # the issuer's DID
    ISSUER_CREATED = "issuer-created"
    # the key's id
    KEY_IMPORTED = "key-imported"
    KEY_PENDING = "key-pending"
    KEY_ACTIVE = "key-active"
    KEY_RETIRED = "key-retired"
    KEY_COMPROMISED = "key-compromised"
    # the version, as slug@number
    BADGE_CLASS_TAKEN_OVER = "badge-class-taken-over"
    TRANSLATION_TAKEN_OVER = "translation-taken-over"
    ACTIVITY_RECORDED = "activity-recorded"  # the activity
    # the award
    AWARD_DECIDED = "award-decided"
    AWARD_DROPPED = "award-dropped"  # nothing of it was recorded
    AWARD_UNDONE = "award-undone"
    NOTICE_SENT = "notice-sent"
    AWARD_HANDED_OVER = "award-handed-over"  # its hold was ended
    AWARD_CLAIMED = "award-claimed"
    FULL_EDITION_ASKED = "full-edition-asked"
    MANAGE_LINK_REPLACED = "manage-link-replaced"
    # the batch, whose awards have entries of their own
    BATCH_DECIDED = "batch-decided"
    BATCH_UNDONE = "batch-undone"
    BATCH_ROW_UNDONE = "batch-row-undone"
    # the link
    SHARE_LINK_MADE = "share-link-made"
    SHARE_LINK_WITHDRAWN = "share-link-withdrawn"
    # the credential's URL
    CREDENTIAL_RECORDED = "credential-recorded"
    CREDENTIAL_RELEASED = "credential-released"
    CREDENTIAL_REVOKED = "credential-revoked"
    CREDENTIAL_REPLACED = "credential-replaced"  # by another of the same award
    CREDENTIAL_SHOWN = "credential-shown"  # to everyone
    CREDENTIAL_HIDDEN = "credential-hidden"
    STATUS_LIST_PUBLISHED = "status-list-published"  # the list's URL
    STATUS_LIST_CAUGHT_UP = "status-list-caught-up"  # the list's URL, with what is public
    # the account
    ACCOUNT_MADE = "account-made"
    ACCOUNT_DISABLED = "account-disabled"
    SIGN_IN_LINK_MADE = "sign-in-link-made"
    SIGNED_IN = "signed-in"
    # the token's id
    TOKEN_MADE = "token-made"  # noqa: S105 -- an act
    TOKEN_REVOKED = "token-revoked"  # noqa: S105 -- an act
    BACKED_UP = "backed-up"  # `BACKUP`
    # `INSTALLATION`
    CLOCK_ACCEPTED = "clock-accepted"  # by a person
    RESTORED = "restored"
    RESTORE_COMPLETED = "restore-completed"  # by the journal, later
    RESTORE_ACCEPTED = "restore-accepted"  # without the journal


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


def as_entry(row: AuditEntryRow) -> Entry:
    """Return an entry as it is written down."""
    return Entry(
        act=row.act,
        actor=row.actor,
        at=row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        commitment=row.commitment,
        details=row.details.decode(),
        issuer=row.issuer_id,
        previous=row.previous_sha256,
        sequence=row.sequence,
        sha256=row.sha256,
        subject=row.subject,
    )


def entry_hash(row: AuditEntryRow) -> str:
    """Return the SHA-256 in hex of all that an entry says, the entry before it included."""
    return as_entry(row).hash()


def commitment(person: str, salt: bytes) -> str:
    """Return the commitment to a person under a salt: HMAC-SHA-256 in hex."""
    return hmac.digest(salt, person.encode(), "sha256").hex()


def forget_person(session: Session, subject: str) -> None:
    """Delete the salts of all entries about a subject: nobody can tell any more who it was."""
    about = select(AuditEntryRow.sequence).where(AuditEntryRow.subject == subject)
    session.execute(delete(AuditSaltRow).where(AuditSaltRow.sequence.in_(about)))


def has_head(session: Session) -> bool:
    """Tell whether the row of the head is there."""
    return session.get(AuditHeadRow, _HEAD) is not None


def last_moment(session: Session) -> datetime | None:
    """Return when the last entry was made; None before the first."""
    newest = select(AuditEntryRow.at).order_by(AuditEntryRow.sequence.desc()).limit(1)
    return session.scalars(newest).first()


def head_position(session: Session) -> Position:
    """Return where the chain ends."""
    head = session.get(AuditHeadRow, _HEAD, populate_existing=True)
    return Position() if head is None else Position(head.sequence, head.sha256)


def adopt(session: Session, entries: Iterable[Entry]) -> None:
    """Write entries that the database lost, as they were; they go on from its last one."""
    head = _lock_head(session)
    for entry in entries:
        session.add(
            AuditEntryRow(
                sequence=entry.sequence,
                at=entry.moment,
                act=entry.act,
                actor=entry.actor,
                subject=entry.subject,
                issuer_id=entry.issuer,
                details=entry.details.encode(),
                commitment=entry.commitment,
                previous_sha256=entry.previous,
                sha256=entry.sha256,
            )
        )
        head.sequence, head.sha256 = entry.sequence, entry.sha256
    session.flush()


def _lock_head(session: Session) -> AuditHeadRow:
    head = session.get(AuditHeadRow, _HEAD, with_for_update=True, populate_existing=True)
    if head is None:
        head = AuditHeadRow(id=_HEAD, sequence=0, sha256=START)
        session.add(head)
    return head


def _chain(session: Session) -> None:
    notes: list[_Note] = session.info[_NOTES]
    if not notes or session.in_nested_transaction():
        return
    session.flush()
    head = _lock_head(session)
    if head.sequence == 0:
        notes[:0] = _beginning(session, notes)
    entries = [as_entry(_append(session, head, one)) for one in notes]
    notes.clear()
    session.flush()
    journal = session.info.get(JOURNAL)
    if isinstance(journal, Journal):
        journal.append(entries)  # last: what fails after it is the commit alone


def _beginning(session: Session, notes: Sequence[_Note]) -> Iterator[_Note]:
    """Count what is older than the log, so that nothing can be put before it later."""
    noted = {act: [one.subject for one in notes if one.act is act] for act in Act}
    recorded = CredentialRow.recorded_at.is_not(None)
    counts = {
        "issuers": select(func.count(IssuerRow.id)).where(
            IssuerRow.did.not_in(noted[Act.ISSUER_CREATED])
        ),
        "credentials": select(func.count(CredentialRow.id)).where(
            recorded, CredentialRow.credential_url.not_in(noted[Act.CREDENTIAL_RECORDED])
        ),
        "revocations": select(func.count(RevocationRow.credential_id))
        .join(CredentialRow, CredentialRow.id == RevocationRow.credential_id)
        .where(CredentialRow.credential_url.not_in(noted[Act.CREDENTIAL_REVOKED])),
    }
    before = {what: session.scalar(count) or 0 for what, count in counts.items()}
    if any(before.values()):
        yield _Note(Act.LOG_BEGUN, INSTALLATION, notes[0].at, NOBODY, None, before, None)


def _append(session: Session, head: AuditHeadRow, one: _Note) -> AuditEntryRow:
    salt = token_bytes(SALT_BYTES) if one.person is not None else None
    row = AuditEntryRow(
        sequence=head.sequence + 1,
        at=one.at,
        act=one.act,
        actor=one.actor,
        subject=one.subject,
        issuer_id=one.issuer_id,
        details=written(one.details),
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
    return row
