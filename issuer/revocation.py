"""Revocation: final, of every edition of an award together, and public with the next list."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.cleaning import find_controls
from issuer.jobs import PUBLISH_STATUS_LIST, make_due
from issuer.policy import MAXIMUM_REASON_CHARACTERS
from issuer.released import find_credential
from issuer.tables import AwardRow, AwardState, CredentialRow, RevocationRow
from openbadges.errors import RefusedError


def revoke(
    session: Session, reference: str, *, reason: str, now: datetime, revoked_by: str | None = None
) -> tuple[CredentialRow, ...]:
    """Record that an award's credentials are revoked; revoking again changes nothing.

    Returns all credentials of the award. Readers learn of it with the next published list.

    Raises:
        MissingError: no such credential was issued here.
        RefusedError: the reason is empty, too long, or has control characters.
    """
    if not 0 < len(reason.strip()) <= len(reason) <= MAXIMUM_REASON_CHARACTERS:
        raise RefusedError(
            f"a reason has 1 to {MAXIMUM_REASON_CHARACTERS} characters; found {len(reason)}"
        )
    if find_controls(reason):
        raise RefusedError(f"the reason {reason!r:.80} has a control character in it")
    found = find_credential(session, reference)
    award = _lock_award(session, found)
    editions = (
        [found]
        if award is None
        else session.scalars(select(CredentialRow).where(CredentialRow.award_id == award.id)).all()
    )
    for credential in editions:
        if session.get(RevocationRow, credential.id) is None:
            session.add(
                RevocationRow(
                    credential_id=credential.id,
                    issuer_id=credential.issuer_id,
                    reason=reason,
                    revoked_at=now,
                    revoked_by=revoked_by,
                )
            )
            make_due(
                session,
                PUBLISH_STATUS_LIST,
                credential.status_list_id,
                issuer_id=credential.issuer_id,
                now=now,
            )
    if award is not None:
        award.state = AwardState.REVOKED
        award.recipient_identifier = None  # nothing is due to the person any more
    return tuple(editions)


def _lock_award(session: Session, credential: CredentialRow) -> AwardRow | None:
    """Return the award, which nobody else changes until the end of this transaction."""
    if credential.award_id is None:
        return None
    return session.get_one(AwardRow, credential.award_id, with_for_update=True)
