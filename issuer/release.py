"""The release of what was signed: the bytes stored, the hold begun, the lists due (steps 8 and 9).

What pages read of it afterwards is in `released`.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.audit import Act, note
from issuer.award_rows import credentials_of, lock_award
from issuer.dues import forget_if_nothing_is_due
from issuer.jobs import JobKind, make_due
from issuer.notices import make_notice
from issuer.revocation import record_revocations
from issuer.signing import SignedForms
from issuer.tables import (
    AwardState,
    CredentialRow,
    CredentialState,
    Edition,
    RevocationRow,
)
from openbadges.errors import ConflictError

REPLACED: Final = "replaced"  # the reason; `insignia revoke` is given others


@dataclass(frozen=True, slots=True)
class Issued:
    """One released credential of an award."""

    id: str  # the UUID
    award_id: str
    url: str
    edition: Edition
    forms: SignedForms


def release(  # noqa: PLR0913 -- what is released and how, each by name
    session: Session,
    credential_id: str,
    forms: SignedForms,
    *,
    hold: timedelta,
    now: datetime,
    notify: bool = False,
) -> Issued:
    """Store the signed bytes of a recorded credential and release it; what was released stays.

    The one before it of the same award and edition, if there is one, is revoked with that. With
    `notify` a message to the recipient is due when the hold ends, if they can be written to.

    Raises:
        ConflictError: it was revoked before it was released, or undone afterwards.
    """
    award = lock_award(session, _award_of(session, credential_id))
    row = session.get_one(
        CredentialRow, credential_id, with_for_update=True, populate_existing=True
    )
    if row.state is not CredentialState.LINTED:
        return issued(row)  # someone else was faster; those bytes were released, ours never were
    if session.get(RevocationRow, credential_id) is not None:
        raise ConflictError(f"{row.credential_url} was revoked before it was released")
    row.json_bytes, row.json_sha256 = forms.json, hashlib.sha256(forms.json).hexdigest()
    row.jws_bytes, row.jws_sha256 = forms.compact_jws, hashlib.sha256(forms.compact_jws).hexdigest()
    row.visible_from = _hold_end(session, award.id, hold=hold, now=now)
    row.state, row.released_at = CredentialState.SIGNED, now
    award.state, award.held_until = AwardState.ISSUED, award.held_until or row.visible_from
    _replace(session, row, now)
    if notify:
        make_notice(session, award, row.visible_from, now)
    forget_if_nothing_is_due(session, award)
    note(
        session,
        Act.CREDENTIAL_RELEASED,
        row.credential_url,
        now=now,
        issuer_id=row.issuer_id,
        details={"jsonSha256": row.json_sha256, "jwsSha256": row.jws_sha256},
    )
    make_due(
        session, JobKind.PUBLISH_STATUS_LIST, row.status_list_id, issuer_id=row.issuer_id, now=now
    )
    return issued(row)


def _replace(session: Session, row: CredentialRow, now: datetime) -> None:
    """Revoke what a credential takes the place of, and show it to whom that was shown."""
    for before in credentials_of(session, _award_of(session, row.id)):
        if before.edition is not row.edition or before.state is not CredentialState.SIGNED:
            continue
        if before.sequence >= row.sequence or session.get(RevocationRow, before.id) is not None:
            continue
        row.public_since = row.public_since or before.public_since
        record_revocations(session, [before], reason=REPLACED, now=now, revoked_by=None)
        note(
            session,
            Act.CREDENTIAL_REPLACED,
            before.credential_url,
            now=now,
            issuer_id=row.issuer_id,
            details={"by": row.credential_url},
        )


def issued(row: CredentialRow) -> Issued:
    """Return what a released credential's row holds.

    Raises:
        ConflictError: its award was undone, and its bytes are gone.
    """
    if row.award_id is None or row.json_bytes is None or row.jws_bytes is None:
        raise ConflictError(f"the award of {row.credential_url} was undone")
    forms = SignedForms(row.json_bytes, row.jws_bytes)
    return Issued(row.id, row.award_id, row.credential_url, row.edition, forms)


def issued_of(session: Session, award_id: str) -> tuple[Issued, ...]:
    """Return the current released credentials of an award, the plain edition first.

    Raises:
        ConflictError: there is none: it was undone, or revoked before it was released.
    """
    released = (
        row for row in credentials_of(session, award_id) if row.state is CredentialState.SIGNED
    )
    current = {row.edition: row for row in released}  # the last of each edition stays
    if not current:
        raise ConflictError("this award was revoked before it was released")
    return tuple(issued(row) for row in current.values())


def _award_of(session: Session, credential_id: str) -> str:
    award_id = session.get_one(CredentialRow, credential_id).award_id
    if award_id is None:
        raise ValueError(f"{credential_id} belongs to no award")
    return award_id


def _hold_end(session: Session, award_id: str, *, hold: timedelta, now: datetime) -> datetime:
    """Return when a credential becomes visible: with the award's others, and not before now."""
    begun = select(CredentialRow.visible_from).where(
        CredentialRow.award_id == award_id, CredentialRow.visible_from.is_not(None)
    )
    ends = [end for end in session.scalars(begun) if end is not None]
    return max(now, min(ends)) if ends else now + hold
