"""Notices: the one message that tells a recipient of an award, due when its hold ends.

A mail server is no part of a transaction: whoever dies while it is spoken to does not know whether
it took the message. So it is on record that a message is being sent before it is, and one whose end
is not known is sent once more, with the same Message-ID, by which mailboxes know it again. If that
end is not known either it is left: of a message there are two at most, and usually one.

What a message says is `service.notices`' business, how it is handed on that of `delivery`. An
award's row is locked before its job.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from issuer import jobs
from issuer.audit import Act, note
from issuer.award_rows import lock_award
from issuer.dues import UNSENT, forget_if_nothing_is_due
from issuer.jobs import Job, JobKind, make_due
from issuer.recipients import unseal_recipient
from issuer.tables import AwardRow, AwardState, ClaimRow, NoticeRow, NoticeState, RecipientKind
from keys import Keystore

MAXIMUM_TRANSMISSIONS: Final = 2
UNKNOWN_END: Final = "the mail server did not say whether it took it"


@dataclass(frozen=True, slots=True)
class Notice:
    """What a message is to tell, and to whom."""

    award_id: str
    issuer_id: str
    address: str
    badge_class: str  # its reference, SLUG@VERSION
    language: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message; `reason` says why none was delivered."""

    state: NoticeState
    sent_at: datetime | None
    reason: str | None


def make_notice(session: Session, award: AwardRow, due_at: datetime, now: datetime) -> None:
    """Make the message to the recipient of an award due, once; only addresses are written to."""
    is_made = session.get(NoticeRow, award.id) is not None
    if is_made or award.recipient_kind is not RecipientKind.EMAIL:
        return
    session.add(NoticeRow(award_id=award.id, state=NoticeState.WAITING))
    make_due(
        session,
        JobKind.SEND_NOTICE,
        award.id,
        issuer_id=award.issuer_id,
        now=now,
        due_at=due_at,
    )


def bring_forward(session: Session, award: AwardRow, now: datetime) -> None:
    """Let the message of an award be due now, where it waits for the end of the hold."""
    if session.get(NoticeRow, award.id) is not None:
        jobs.bring_forward(session, JobKind.SEND_NOTICE, award.id, now)


def look_at_notice(session: Session, award_id: str) -> Outcome | None:
    """Return what became of an award's message; None where none was to be sent."""
    row = session.get(NoticeRow, award_id)
    return None if row is None else Outcome(row.state, row.sent_at, row.reason)


def begin_sending(session: Session, job: Job, keystore: Keystore, now: datetime) -> Notice | None:
    """Put on record that a message is being sent; None where it is not, and its job is done.

    It is of no use any more once the award was revoked, undone or taken.

    Raises:
        LeaseLostError: somebody else has the job.
        RefusedError: what is sealed of the recipient was damaged.
    """
    award, row = _locked(session, job, now)
    if row.state not in UNSENT:
        jobs.finish(session, job, now)
        return None
    sealed = award.recipient_identifier
    if sealed is None or award.state is not AwardState.ISSUED or _is_taken(session, award.id):
        _end(session, job, now, (award, row), state=NoticeState.DROPPED)
        return None
    if row.transmissions >= MAXIMUM_TRANSMISSIONS:
        _end(session, job, now, (award, row), state=NoticeState.REFUSED, reason=UNKNOWN_END)
        return None
    recipient = unseal_recipient(award.recipient_kind, sealed, keystore, bound_to=award.id)
    row.state, row.transmissions = NoticeState.SENDING, row.transmissions + 1
    return Notice(
        award_id=award.id,
        issuer_id=award.issuer_id,
        address=recipient.identifier,
        badge_class=f"{award.badge_class}@{award.badge_class_version}",
        language=award.language,
    )


def note_sent(session: Session, job: Job, now: datetime) -> None:
    """Put on record that a mail server took the message.

    Raises:
        LeaseLostError: somebody else has the job.
    """
    award, row = _locked(session, job, now)
    row.sent_at = now
    note(session, Act.NOTICE_SENT, award.id, now=now, issuer_id=award.issuer_id)
    _end(session, job, now, (award, row), state=NoticeState.SENT)


def note_refused(session: Session, job: Job, now: datetime, *, reason: str) -> None:
    """Put on record that this address gets no mail; it is not tried again.

    Raises:
        LeaseLostError: somebody else has the job.
    """
    award, row = _locked(session, job, now)
    _end(session, job, now, (award, row), state=NoticeState.REFUSED, reason=reason)


def note_not_sent(session: Session, job: Job, now: datetime) -> None:
    """Put on record that nobody took the message; it is tried again as if it never was.

    Raises:
        LeaseLostError: somebody else has the job.
    """
    _, row = _locked(session, job, now)
    row.transmissions -= 1
    row.state = NoticeState.SENDING if row.transmissions else NoticeState.WAITING


def _locked(session: Session, job: Job, now: datetime) -> tuple[AwardRow, NoticeRow]:
    award = lock_award(session, job.subject_id)
    jobs.hold(session, job, now)
    return award, session.get_one(NoticeRow, award.id, populate_existing=True)


def _is_taken(session: Session, award_id: str) -> bool:
    claim = session.get(ClaimRow, award_id, populate_existing=True)
    return claim is not None and claim.taken_at is not None


def _end(  # noqa: PLR0913 -- what is written, each by name
    session: Session,
    job: Job,
    now: datetime,
    rows: tuple[AwardRow, NoticeRow],
    *,
    state: NoticeState,
    reason: str | None = None,
) -> None:
    award, row = rows
    row.state, row.reason = state, reason
    forget_if_nothing_is_due(session, award)
    jobs.finish(session, job, now)
