"""Revocation: final, of every edition of an award together, and public with the next list."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from issuer.audit import OPERATOR, Act, note
from issuer.award_rows import credentials_of, lock_award
from issuer.cleaning import find_controls
from issuer.jobs import JobKind, make_due
from issuer.policy import MAXIMUM_REASON_CHARACTERS
from issuer.released import find_credential
from issuer.status import check_revocable, status_place
from issuer.tables import AwardState, CredentialRow, RevocationRow
from openbadges.errors import RefusedError


def revoke(
    session: Session, reference: str, *, reason: str, now: datetime, revoked_by: str | None = None
) -> tuple[CredentialRow, ...]:
    """Record that an award's credentials are revoked; revoking again changes nothing.

    Returns all credentials of the award. Readers learn of it with the next published list.

    Raises:
        MissingError: no such credential was issued here.
        RefusedError: the reason is empty, too long, or has control characters; or it was signed
            for a client and has no status entry of ours; or its award was undone.
    """
    if not 0 < len(reason.strip()) <= len(reason) <= MAXIMUM_REASON_CHARACTERS:
        raise RefusedError(
            f"a reason has 1 to {MAXIMUM_REASON_CHARACTERS} characters; found {len(reason)}"
        )
    if find_controls(reason):
        raise RefusedError(f"the reason {reason!r:.80} has a control character in it")
    found = find_credential(session, reference)
    check_revocable(session, found)
    if found.award_id is None:
        record_revocations(session, [found], reason=reason, now=now, revoked_by=revoked_by)
        return (found,)
    award = lock_award(session, found.award_id)
    if award.state is AwardState.UNDONE:
        raise RefusedError(f"the award of {found.credential_url} was undone, and nobody has it")
    editions = credentials_of(session, award.id)
    record_revocations(session, editions, reason=reason, now=now, revoked_by=revoked_by)
    award.state = AwardState.REVOKED
    award.recipient_identifier = None  # nothing is due to the person any more
    return tuple(editions)


def record_revocations(
    session: Session,
    credentials: Sequence[CredentialRow],
    *,
    reason: str,
    now: datetime,
    revoked_by: str | None,
) -> None:
    """Record that these are revoked, and make their lists due; what was recorded before stays.

    Of an award they are all that there are, and its row is locked.
    """
    for credential in credentials:
        if session.get(RevocationRow, credential.id) is not None:
            continue
        session.add(
            RevocationRow(
                credential_id=credential.id,
                issuer_id=credential.issuer_id,
                reason=reason,
                revoked_at=now,
                revoked_by=revoked_by,
            )
        )
        note(
            session,
            Act.CREDENTIAL_REVOKED,
            credential.credential_url,
            now=now,
            actor=revoked_by or OPERATOR,
            issuer_id=credential.issuer_id,
            details=status_place(credential),
        )
        make_due(
            session,
            JobKind.PUBLISH_STATUS_LIST,
            credential.status_list_id,
            issuer_id=credential.issuer_id,
            now=now,
        )
