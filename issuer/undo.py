"""Undoing an award within its hold, before anybody has seen it.

Nothing of the person and none of the signed bytes stay. The status indexes are burnt as revoked,
because whoever keeps the machine could have read the bytes; the hashes of what was signed stay.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from issuer.audit import OPERATOR, Act, note
from issuer.award_rows import credentials_of, lock_award
from issuer.reservation import forget
from issuer.revocation import record_revocations
from issuer.tables import AwardRow, AwardState, ClaimRow, CredentialRow, CredentialState
from openbadges.errors import ConflictError, RefusedError

REASON: Final = "undone within the hold"


def undo(session: Session, award_id: str, *, now: datetime, undone_by: str | None) -> None:
    """Undo an award: revoke every edition and erase what it said; again changes nothing.

    Raises:
        MissingError: there is no such award.
        ConflictError: it is not finished yet.
        RefusedError: the hold has ended, or it was taken or revoked; revoke it instead.
    """
    award = lock_award(session, award_id)
    if award.state is AwardState.UNDONE:
        return
    credentials = credentials_of(session, award_id)
    _check_held(session, award, credentials, now)
    _erase(session, award, credentials, now, undone_by)


def cancel(session: Session, award_id: str, *, now: datetime, undone_by: str | None) -> None:
    """Undo an award that is still on its way; whoever makes it finds that it is gone.

    Raises:
        MissingError: there is no such award.
        ConflictError: it is on its way no more.
    """
    award = lock_award(session, award_id)
    if award.state is not AwardState.DECIDED:
        raise ConflictError(f"this award is {award.state.lower()}, and no longer on its way")
    credentials = credentials_of(session, award_id)
    if all(one.state is CredentialState.RESERVED for one in credentials):
        forget(session, [one.id for one in credentials], now)
    else:
        _erase(session, award, credentials, now, undone_by)


def _erase(
    session: Session,
    award: AwardRow,
    credentials: Sequence[CredentialRow],
    now: datetime,
    undone_by: str | None,
) -> None:
    record_revocations(session, credentials, reason=REASON, now=now, revoked_by=undone_by)
    for credential in credentials:
        credential.json_bytes = credential.jws_bytes = credential.unsigned_document = None
    award.recipient_identifier = award.details = None
    award.state = AwardState.UNDONE
    note(
        session,
        Act.AWARD_UNDONE,
        award.id,
        now=now,
        actor=undone_by or OPERATOR,
        issuer_id=award.issuer_id,
    )


def _check_held(
    session: Session, award: AwardRow, credentials: Sequence[CredentialRow], now: datetime
) -> None:
    if award.state is AwardState.REVOKED:
        raise RefusedError("this award was revoked, which is final; there is nothing to undo")
    ends = [one.visible_from for one in credentials if one.visible_from is not None]
    if not ends:
        raise ConflictError("this award is not finished yet; undo it in a moment")
    if now >= min(ends):
        raise RefusedError(
            f"this award could be undone until {min(ends):%Y-%m-%d %H:%M} UTC; revoke it instead"
        )
    claim = session.get(ClaimRow, award.id, populate_existing=True)
    if claim is not None and claim.taken_at is not None:
        raise RefusedError("this award was taken by its recipient; revoke it instead")
