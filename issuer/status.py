"""Status lists: random indexes reserved in them, and bits derived from revocations.

A list's bits are never kept: each publication reads them from the rows, so two processes cannot
lose each other's revocation (F13). Reserving an index changes no bit (J9).
"""

from datetime import datetime, timedelta
from secrets import randbelow
from typing import Final
from uuid import uuid4

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from issuer.audit import Act, note
from issuer.clock import check_clock
from issuer.issuers import Issuer, did_document, load_issuer
from issuer.jobs import JobKind, make_due, tick_off
from issuer.lint import OWN_WORK, check_form
from issuer.policy import (
    STATUS_LIST_ENTRIES,
    STATUS_LIST_FULL,
    STATUS_LIST_LIFETIME,
    STATUS_LIST_RENEWAL,
    STATUS_LIST_TTL,
)
from issuer.publication import STATUS_LISTS, publish
from issuer.published_lists import PublishedList, check_not_older, find_list
from issuer.signing import methods_of, sign_json
from issuer.tables import (
    CredentialRow,
    IssuerRow,
    PublishedDocumentRow,
    RevocationRow,
    RevokedIndexRow,
    StatusListRow,
)
from keys import Keystore, Purpose
from openbadges import status_list
from openbadges.errors import RefusedError
from openbadges.jsonld import canonicalize
from openbadges.models.model import values_of
from openbadges.strict import Document, parse_json_object, whole_second
from verifier import Verifier
from verifier.sources import NoDocuments

PURPOSE: Final = "revocation"
MEDIA_TYPE: Final = "application/vc"


def reserve_index(session: Session, issuer: Issuer, now: datetime) -> tuple[StatusListRow, int]:
    """Reserve a random free index in the issuer's open list, and open another where it is full.

    The issuer's row is locked until the transaction ends, so that nobody else opens a list
    meanwhile; reserve before writing rows that refer to it. Besides, (list, index) is unique.
    """
    session.get_one(IssuerRow, issuer.id, with_for_update=True)
    row = _open_list(session, issuer, now)
    index = randbelow(row.capacity)
    while _is_taken(session, row, index):
        index = randbelow(row.capacity)
    row.reserved_count += 1
    return row, index


def _open_list(session: Session, issuer: Issuer, now: datetime) -> StatusListRow:
    open_lists = (
        select(StatusListRow)
        .where(StatusListRow.issuer_id == issuer.id, StatusListRow.closed_at.is_(None))
        .order_by(StatusListRow.opened_at, StatusListRow.id)
        .with_for_update()
    )
    for row in session.scalars(open_lists):
        if row.reserved_count < STATUS_LIST_FULL:
            return row
        row.closed_at = now
    return _new_list(session, issuer, now)


def _new_list(session: Session, issuer: Issuer, now: datetime) -> StatusListRow:
    identifier = str(uuid4())
    row = StatusListRow(
        id=identifier,
        issuer_id=issuer.id,
        url=f"{issuer.base_url}{STATUS_LISTS}{identifier}",
        purpose=PURPOSE,
        capacity=STATUS_LIST_ENTRIES,
        reserved_count=0,
        opened_at=now,
    )
    session.add(row)
    session.flush()
    # the job's row is made while the issuer's is locked: made by a release or a revocation, its
    # foreign key would wait for the issuer's row, and deadlock with who reserves (MariaDB)
    make_due(session, JobKind.PUBLISH_STATUS_LIST, row.id, issuer_id=issuer.id, now=now)
    return row


def _is_taken(session: Session, row: StatusListRow, index: int) -> bool:
    taken = select(CredentialRow.id).where(
        CredentialRow.status_list_id == row.id, CredentialRow.status_index == index
    )
    return session.scalars(taken).first() is not None


def entry(row: StatusListRow, index: int) -> Document:
    """Return the `credentialStatus` of the credential that holds an index."""
    return status_list.status_list_entry(list_id=row.url, index=index, purpose=row.purpose)


def status_place(credential: CredentialRow) -> Document:
    """Return what the log says of a credential's index, which it alone knows after a loss."""
    return {"statusList": credential.status_list_id, "statusIndex": credential.status_index}


def carries_entry(session: Session, credential: CredentialRow) -> bool:
    """Tell whether what was recorded names the index that is kept for it.

    What a client sends to a generic issuer may do without, or name a status kept elsewhere: its
    index is then burnt, and nobody looks there.
    """
    if credential.unsigned_document is None:
        return False
    row = session.get_one(StatusListRow, credential.status_list_id)
    document = parse_json_object(credential.unsigned_document, what="the recorded document")
    return entry(row, credential.status_index) in values_of(document.get("credentialStatus"))


def check_revocable(session: Session, credential: CredentialRow) -> None:
    """Return if readers of a credential would learn that it is revoked.

    Raises:
        RefusedError: it was signed for a client, without a status entry of ours.
    """
    if credential.award_id is None and not carries_entry(session, credential):
        raise RefusedError(
            f"{credential.credential_url} was signed without a status entry of ours, so nobody"
            " would learn that it is revoked"
        )


def publish_due(session: Session, issuer: Issuer, keystore: Keystore, now: datetime) -> int:
    """Publish each list that is new, grows old, has revocations not yet public, or a bad key (D14).

    Returns how many were published.

    Raises:
        RefusedError, MissingError: the key for status lists may not sign, or is not there.
    """
    issuer = load_issuer(session, issuer.id)  # with the keys that it has by now
    lists = (
        select(StatusListRow)
        .where(StatusListRow.issuer_id == issuer.id)
        .order_by(StatusListRow.opened_at, StatusListRow.id)
        .with_for_update()
    )
    rows = session.scalars(lists).all()
    for row in rows:  # first, so that a revocation from now on makes its list due again
        tick_off(session, JobKind.PUBLISH_STATUS_LIST, row.id, now=now)
    session.flush()
    distrusted = issuer.distrusted_methods(keystore)
    due = [
        row for row in rows if _is_due(session, row, now) or _names_method(session, row, distrusted)
    ]
    for row in due:
        publish_list(session, row, issuer=issuer, keystore=keystore, now=now)
    return len(due)


def publish_list(
    session: Session, row: StatusListRow, *, issuer: Issuer, keystore: Keystore, now: datetime
) -> None:
    """Derive a list's bits from its revocations, sign it, and let its URL answer with it.

    Raises:
        RefusedError: it would be older than what is public, or say less (R35), or the clock cannot
            be right (R17).
        RefusedError, MissingError: the key for status lists may not sign, or is not there, or what
            it signed would not be believed; the list that is public stays.
    """
    check_clock(session, now)
    revoked = session.execute(_revoked(row)).all()
    indexes = {one.status_index for one in revoked} | set(session.scalars(_known_by_index(row)))
    bits = status_list.with_set(bytes(row.capacity // 8), indexes)
    old = _published(session, row)
    # the period begins a moment ago: a reader's clock may be behind ours; and no earlier than that
    # of the list before, which somebody with a later clock may have published while we waited
    start = whole_second(now) - timedelta(minutes=1)
    if old is not None and old.valid_from <= now:
        start = max(start, old.valid_from)
    document = status_list.status_list_credential(
        id=row.url,
        issuer=issuer.did,
        encoded_list=status_list.encode(bits),
        purpose=row.purpose,
        valid_from=start,
        valid_until=start + STATUS_LIST_LIFETIME,
        ttl_milliseconds=int(STATUS_LIST_TTL.total_seconds() * 1000),
    )
    body = _signed(document, issuer=issuer, keystore=keystore, created=start, now=now)
    if old is not None:
        check_not_older(PublishedList.read(body), old)
    publish(
        session,
        row.url,
        body,
        media_type=MEDIA_TYPE,
        issuer_id=issuer.id,
        valid_until=start + STATUS_LIST_LIFETIME,
        now=now,
    )
    for revocation in (one.RevocationRow for one in revoked):
        revocation.published_at = revocation.published_at or now
    note(
        session,
        Act.STATUS_LIST_PUBLISHED,
        row.url,
        now=now,
        issuer_id=issuer.id,
        details={"revoked": len(indexes)},
    )


def _signed(
    document: Document, *, issuer: Issuer, keystore: Keystore, created: datetime, now: datetime
) -> bytes:
    """Sign a list, and let our own verifier read it before anyone else does (D20)."""
    signer = issuer.signer(Purpose.STATUS_LIST, keystore)
    body = sign_json(document, signer=signer, created=created, cryptosuite=issuer.cryptosuite)
    listed = {issuer.did: did_document(issuer, keystore)}
    reader = Verifier(NoDocuments(), policy=OWN_WORK, controller_documents=listed)
    check_form(body, canonicalize(document), verifier=reader, now=now)
    return body


def _revoked(row: StatusListRow) -> Select[RevocationRow, int]:
    return (
        select(RevocationRow, CredentialRow.status_index)
        .join(CredentialRow, CredentialRow.id == RevocationRow.credential_id)
        .where(CredentialRow.status_list_id == row.id)
    )


def revoked_indexes(session: Session, row: StatusListRow) -> frozenset[int]:
    """Return every index of a list that is known to be revoked."""
    known = session.scalars(_revoked(row).with_only_columns(CredentialRow.status_index))
    return frozenset(known) | frozenset(session.scalars(_known_by_index(row)))


def _known_by_index(row: StatusListRow) -> Select[int]:
    """Select the indexes that are known to be revoked though their credentials are not known."""
    return select(RevokedIndexRow.status_index).where(RevokedIndexRow.status_list_id == row.id)


def _published(session: Session, row: StatusListRow) -> PublishedList | None:
    published = session.get(PublishedDocumentRow, row.url)
    return None if published is None else find_list(published.body)


def _names_method(session: Session, row: StatusListRow, methods: frozenset[str]) -> bool:
    """Tell whether the list that is public was signed with one of these."""
    published = session.get(PublishedDocumentRow, row.url) if methods else None
    if published is None:
        return False
    document = parse_json_object(published.body, what="a published status list")
    return methods_of(document)[0] in methods


def _is_due(session: Session, row: StatusListRow, now: datetime) -> bool:
    published = session.get(PublishedDocumentRow, row.url)
    if published is None or published.published_at <= now - STATUS_LIST_RENEWAL:
        return True
    unpublished = _revoked(row).where(RevocationRow.published_at.is_(None))
    learnt = _known_by_index(row).where(RevokedIndexRow.learnt_at > published.published_at)
    return any(session.execute(one.limit(1)).first() for one in (unpublished, learnt))
