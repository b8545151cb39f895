"""Acts that a database lost, done again from the journal: whatever they closed stays closed.

Acts that close something are replayed; of those that open something only what an owner could not
get back otherwise: the link to manage a badge. Each may be replayed over what is done already. A
credential of which the database knows nothing stays on record by the log's own entries.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.audit import Act
from issuer.award_rows import credentials_of
from issuer.batches.rows import request_of, settle_row
from issuer.catching_up import know_list, learn_index
from issuer.jobs import JobKind, make_due, tick_off
from issuer.journal import Entry
from issuer.policy import STATUS_LIST_ENTRIES
from issuer.reservation import forget
from issuer.tables import (
    AwardRow,
    AwardState,
    BatchRecipientRow,
    BatchRow,
    BatchRowState,
    BatchState,
    ClaimRow,
    CredentialRow,
    CredentialState,
    IssuerRow,
    ManageLinkRow,
    NoticeRow,
    NoticeState,
    ShareLinkRow,
    StatusListRow,
)
from openbadges.strict import Document, parse_json_object

REACHED: Final = "awarded between the backup and its restore; it verifies, its links are lost"


def replay(session: Session, entries: Iterable[Entry]) -> int:
    """Replay acts in their order; returns how many there were to replay."""
    entries = tuple(entries)
    replaced = {entry.subject for entry in entries if entry.act == Act.CREDENTIAL_REPLACED}
    _settle_batches(session, entries)
    count = 0
    for entry in entries:
        again = _ACTS.get(entry.act)
        if entry.act == Act.CREDENTIAL_REVOKED and entry.subject in replaced:
            again = _revoke_replaced
        if again is not None:
            again(session, entry)
            session.flush()
            count += 1
    return count


def forget_reserved(session: Session, now: datetime) -> int:
    """Clear awards that were reserved and not on record, as after a crash.

    What became of them later is not known here, and another document under their ids would be a
    second one. Returns how many there were.
    """
    reserved = (
        select(CredentialRow.id)
        .join(AwardRow, AwardRow.id == CredentialRow.award_id)
        .where(
            CredentialRow.state == CredentialState.RESERVED,
            AwardRow.state == AwardState.DECIDED,
            AwardRow.recipient_identifier.is_not(None),
        )
    )
    found = session.scalars(reserved).all()
    if found:
        forget(session, found, now)
    return len(found)


def _settle_batches(session: Session, entries: Iterable[Entry]) -> None:
    """Let no batch award again to whom it reached since the copy of the rows was made."""
    reached = _requests_of_released(session, entries)
    waiting = select(BatchRecipientRow).where(BatchRecipientRow.state == BatchRowState.WAITING)
    for row in session.scalars(waiting).all() if reached else ():
        if request_of(row.batch_id, row.number).key in reached:
            settle_row(row, BatchRowState.ALREADY, reason=REACHED)


def _requests_of_released(session: Session, entries: Iterable[Entry]) -> set[str]:
    """Return the keys of the requests whose awards were recorded and released by these entries.

    An award that was on record before goes on from there, and is none of them.
    """
    requests: dict[str, object] = {}
    awards: dict[str, str] = {}
    keys: set[str] = set()
    for entry in entries:
        said = _details(entry)
        match entry.act:
            case Act.AWARD_DECIDED:
                requests[entry.subject] = said.get("request")
            case Act.CREDENTIAL_RECORDED:
                awards[entry.subject] = str(said.get("award"))
            case Act.CREDENTIAL_RELEASED if entry.subject in awards:
                award = session.get(AwardRow, awards[entry.subject])
                key = requests.get(awards[entry.subject]) if award is None else award.request_key
                if isinstance(key, str):
                    keys.add(key)
    return keys


def _note_sent(session: Session, entry: Entry) -> None:
    notice = session.get(NoticeRow, entry.subject)
    if notice is not None:
        notice.state, notice.sent_at = NoticeState.SENT, entry.moment
        tick_off(session, JobKind.SEND_NOTICE, entry.subject, now=entry.moment)


def _details(entry: Entry) -> Document:
    return parse_json_object(entry.details, what="an entry's details")


def _credential(session: Session, entry: Entry) -> CredentialRow | None:
    found = select(CredentialRow).where(CredentialRow.credential_url == entry.subject)
    return session.scalars(found).first()


def _withdraw_share_link(session: Session, entry: Entry) -> None:
    row = session.get(ShareLinkRow, entry.subject)
    if row is not None:
        row.withdrawn_at = row.withdrawn_at or entry.moment


def _hide(session: Session, entry: Entry) -> None:
    row = _credential(session, entry)
    if row is not None:
        row.public_since = None


def _claim(session: Session, entry: Entry) -> None:
    claim = session.get(ClaimRow, entry.subject)
    if claim is not None:
        claim.taken_at = claim.taken_at or entry.moment
        _open_manage_link(session, entry)


def _replace_manage_link(session: Session, entry: Entry) -> None:
    replaced = session.get(ManageLinkRow, str(_details(entry).get("replaced")))
    if replaced is not None:
        replaced.replaced_at = replaced.replaced_at or entry.moment
    _open_manage_link(session, entry)


def _open_manage_link(session: Session, entry: Entry) -> None:
    """Give an owner their own link back; the log has its hash, which opens nothing."""
    said = _details(entry)
    link_id, token = said.get("manageLink"), said.get("tokenSha256")
    if (
        isinstance(link_id, str)
        and isinstance(token, str)
        and session.get(AwardRow, entry.subject) is not None
        and session.get(ManageLinkRow, link_id) is None
    ):
        session.add(
            ManageLinkRow(
                id=link_id, award_id=entry.subject, token_sha256=token, created_at=entry.moment
            )
        )


def _drop(session: Session, entry: Entry) -> None:
    reserved = select(CredentialRow.id).where(CredentialRow.award_id == entry.subject)
    found = session.scalars(reserved).all()
    if found:
        forget(session, found, entry.moment)


def _undo(session: Session, entry: Entry) -> None:
    """Erase what an undone award said; its revocations are entries of their own."""
    award = session.get(AwardRow, entry.subject)
    if award is None:
        return
    for credential in credentials_of(session, award.id):
        credential.json_bytes = credential.jws_bytes = credential.unsigned_document = None
    award.recipient_identifier = award.details = None
    award.state = AwardState.UNDONE


def _undo_batch(session: Session, entry: Entry) -> None:
    """Let nothing more be awarded of a batch; its job undoes what is left."""
    batch = session.get(BatchRow, entry.subject)
    if batch is not None and batch.state is not BatchState.UNDONE:
        batch.state, batch.done_at = BatchState.UNDONE, entry.moment
        make_due(
            session,
            JobKind.AWARD_BATCH,
            batch.id,
            issuer_id=batch.issuer_id,
            now=entry.moment,
        )


def _undo_batch_row(session: Session, entry: Entry) -> None:
    row = session.get(BatchRecipientRow, (entry.subject, _details(entry).get("row")))
    if row is not None:
        settle_row(row, BatchRowState.UNDONE, award_id=row.award_id)


def _revoke_replaced(session: Session, entry: Entry) -> None:
    """Revoke what another credential took the place of: the award goes on."""
    _revoke(session, entry, replaced=True)


def _revoke(session: Session, entry: Entry, *, replaced: bool = False) -> None:
    said = _details(entry)
    row = session.get(StatusListRow, str(said.get("statusList")))
    index = said.get("statusIndex")
    if row is not None and isinstance(index, int):
        learn_index(session, row, index, entry.moment, replaced=replaced)


def _know_list(session: Session, entry: Entry) -> None:
    issuer = session.get(IssuerRow, entry.issuer)
    if issuer is not None:
        know_list(session, entry.subject, issuer, capacity=STATUS_LIST_ENTRIES, now=entry.moment)


def _remember_record(session: Session, entry: Entry) -> None:
    """Keep the hash of what was recorded under an id that the database only knew as reserved."""
    row = _credential(session, entry)
    if row is not None and row.unsigned_sha256 is None:
        row.unsigned_sha256 = str(_details(entry).get("unsignedSha256"))


_ACTS: Final[Mapping[str, Callable[[Session, Entry], None]]] = {
    Act.SHARE_LINK_WITHDRAWN: _withdraw_share_link,
    Act.CREDENTIAL_HIDDEN: _hide,
    Act.AWARD_CLAIMED: _claim,
    Act.MANAGE_LINK_REPLACED: _replace_manage_link,
    Act.AWARD_DROPPED: _drop,
    Act.AWARD_UNDONE: _undo,
    Act.NOTICE_SENT: _note_sent,
    Act.BATCH_UNDONE: _undo_batch,
    Act.BATCH_ROW_UNDONE: _undo_batch_row,
    Act.CREDENTIAL_REVOKED: _revoke,
    Act.STATUS_LIST_PUBLISHED: _know_list,
    Act.CREDENTIAL_RECORDED: _remember_record,
}
