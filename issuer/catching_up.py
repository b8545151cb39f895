"""What our own published lists say, taken over by a database that was put back (R35).

Whoever was revoked in public stays revoked, also where the database does not know the credential;
no list gets another index, since indexes may be used of which the database knows nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.audit import Act, note
from issuer.award_rows import credentials_of, lock_award
from issuer.publication import STATUS_LISTS, publish
from issuer.published_lists import PublishedList, find_list
from issuer.revocation import record_revocations
from issuer.status import MEDIA_TYPE, PURPOSE, revoked_indexes
from issuer.tables import (
    AwardState,
    CredentialRow,
    CredentialState,
    IssuerRow,
    PublishedDocumentRow,
    RevocationRow,
    RevokedIndexRow,
    StatusListRow,
)
from openbadges.errors import RefusedError

REASON: Final = "revoked before the database was put back"


@dataclass(frozen=True, slots=True)
class OurList:
    """A published list whose proof holds, and the DID of the issuer that signed it."""

    issuer: str
    found: PublishedList


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """How many lists were looked at, and how many revocations were learnt, known and unknown."""

    lists: int = 0
    credentials: int = 0
    indexes: int = 0

    def __add__(self, other: "CaughtUp") -> "CaughtUp":
        """Count both together."""
        return CaughtUp(
            self.lists + other.lists,
            self.credentials + other.credentials,
            self.indexes + other.indexes,
        )


def catch_up(session: Session, lists: Iterable[OurList], now: datetime) -> CaughtUp:
    """Take over what published lists say, and close them.

    Raises:
        RefusedError: one is not of an issuer of this installation.
    """
    return sum((_catch_up(session, one, now) for one in lists), CaughtUp())


def close_lists(session: Session, now: datetime) -> int:
    """Let no list that is there give another index; returns how many were open."""
    open_lists = select(StatusListRow).where(StatusListRow.closed_at.is_(None)).with_for_update()
    rows = session.scalars(open_lists).all()
    for row in rows:
        row.closed_at = now
    return len(rows)


def know_list(
    session: Session, url: str, issuer: IssuerRow, *, capacity: int, now: datetime
) -> StatusListRow:
    """Return the row of a list of ours, which is made, closed, where the database lost it.

    Raises:
        RefusedError: it is no address of this issuer's lists.
    """
    row = session.scalars(select(StatusListRow).where(StatusListRow.url == url)).first()
    if row is not None:
        return row
    start, _, identifier = url.rpartition("/")
    if f"{start}/" != issuer.base_url + STATUS_LISTS:
        raise RefusedError(f"{url:.200} is no status list of {issuer.did}")
    row = StatusListRow(
        id=identifier,
        issuer_id=issuer.id,
        url=url,
        purpose=PURPOSE,
        capacity=capacity,
        reserved_count=capacity,  # how many were used is not known
        opened_at=now,
        closed_at=now,
    )
    session.add(row)
    session.flush()
    return row


def learn_index(
    session: Session, row: StatusListRow, index: int, now: datetime, *, replaced: bool = False
) -> bool:
    """Know that an index is revoked, as before; tells whether its credential is known here.

    An award of which nothing is left is revoked with it, unless another credential `replaced` it.
    """
    if session.get(RevokedIndexRow, (row.id, index)) is not None:
        return False
    credential = session.scalars(
        select(CredentialRow).where(
            CredentialRow.status_list_id == row.id, CredentialRow.status_index == index
        )
    ).first()
    if credential is None:
        session.add(RevokedIndexRow(status_list_id=row.id, status_index=index, learnt_at=now))
        session.flush()
        return False
    if session.get(RevocationRow, credential.id) is not None:
        return True
    record_revocations(session, [credential], reason=REASON, now=now, revoked_by=None)
    if credential.award_id is not None and not replaced:
        _end_award(session, credential.award_id)
    return True


def _end_award(session: Session, award_id: str) -> None:
    award = lock_award(session, award_id)
    session.flush()
    left = [
        one
        for one in credentials_of(session, award_id)
        if one.state is CredentialState.SIGNED and session.get(RevocationRow, one.id) is None
    ]
    if not left:
        award.state, award.recipient_identifier = AwardState.REVOKED, None


def _catch_up(session: Session, ours: OurList, now: datetime) -> CaughtUp:
    found = ours.found
    issuer = session.scalars(select(IssuerRow).where(IssuerRow.did == ours.issuer)).first()
    if issuer is None:
        raise RefusedError(f"{found.url:.200} is of {ours.issuer:.200}, who is no issuer here")
    row = know_list(session, found.url, issuer, capacity=len(found.bits) * 8, now=now)
    row.closed_at = row.closed_at or now
    new = found.indexes() - revoked_indexes(session, row)
    known = sum(learn_index(session, row, index, now) for index in sorted(new))
    counted = CaughtUp(1, known, len(new) - known)
    if _is_newer(session, found):
        publish(
            session,
            found.url,
            found.body,
            media_type=MEDIA_TYPE,
            issuer_id=issuer.id,
            valid_until=found.valid_until,
            now=found.valid_from,  # so it is renewed when it is due, which may be now
        )
    note(
        session,
        Act.STATUS_LIST_CAUGHT_UP,
        found.url,
        now=now,
        issuer_id=issuer.id,
        details={"credentials": counted.credentials, "indexes": counted.indexes},
    )
    return counted


def _is_newer(session: Session, found: PublishedList) -> bool:
    published = session.get(PublishedDocumentRow, found.url)
    old = None if published is None else find_list(published.body)
    return old is None or found.valid_from >= old.valid_from
