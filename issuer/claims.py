"""Claims: how a recipient takes an award by the code that the trainer hands over, once.

Until the hold ends a claim shows nothing, so that the trainer can still undo the award; for people
in the room it can be ended at once. After the taking the trainer's copy of the code opens nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer import manage_links
from issuer.audit import OPERATOR, RECIPIENT, Act, note
from issuer.award_rows import credentials_of, lock_award
from issuer.link_tokens import LinkKind, link_token, token_hash, unknown_link
from issuer.notices import bring_forward
from issuer.policy import TAKING_AGAIN
from issuer.released import Released, find_credential, load_released
from issuer.tables import AwardRow, AwardState, ClaimRow, CredentialRow, CredentialState, Edition
from keys import Keystore
from openbadges.errors import ConflictError, RefusedError


class ClaimState(StrEnum):
    """What a claim's code opens now.

    HELD opens nothing yet, READY lets the badge be taken, TAKEN and CLOSED (revoked, or undone)
    open nothing any more.
    """

    HELD = "HELD"
    READY = "READY"
    TAKEN = "TAKEN"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True)
class Claim:
    """What stands behind a claim's code.

    `opens_at` is the end of the hold; it and `credential_url` (of the plain edition) are None as
    long as the award is not released.
    """

    award_id: str
    state: ClaimState
    opens_at: datetime | None
    taken_at: datetime | None
    credential_url: str | None


def claim_code(award_id: str, keystore: Keystore) -> str:
    """Return the code that the trainer hands over; it tells nothing of the award's state."""
    return link_token(LinkKind.CLAIM, award_id, keystore)


def claim_state(
    award: AwardState, *, opens_at: datetime | None, taken_at: datetime | None, now: datetime
) -> ClaimState:
    """Return what a claim opens at this moment."""
    if award in (AwardState.REVOKED, AwardState.UNDONE):
        return ClaimState.CLOSED
    if taken_at is not None:
        return ClaimState.TAKEN
    is_held = opens_at is None or now < opens_at
    return ClaimState.HELD if is_held else ClaimState.READY


def look_at_claim(session: Session, code: str, now: datetime) -> Claim:
    """Return what stands behind a code, and change nothing.

    Raises:
        MissingError: nobody was given this code.
    """
    row = _find(session, code)
    return _read(session, row, session.get_one(AwardRow, row.award_id), now)


def take(
    session: Session, code: str, keystore: Keystore, now: datetime, *, key: str | None = None
) -> str:
    """Take the award and return the token of its manage link; of two at once one takes it.

    Who sends a `key` of their own along may take it again for a while with the same key, and gets
    the same link: the first answer can be lost on its way.

    Raises:
        MissingError: nobody was given this code.
        ConflictError: it is held, until the minute that is told; or it was taken already.
        RefusedError: the award was revoked or undone.
    """
    award = lock_award(session, _find(session, code).award_id)
    row = session.get_one(ClaimRow, award.id, populate_existing=True)
    link_id = _link_id(award.id, key)
    if _is_repeat(session, row, award, link_id, now):
        return link_token(LinkKind.MANAGE, link_id, keystore)
    _check_ready(_read(session, row, award, now))
    row.taken_at = now
    token = manage_links.make(session, award.id, keystore, now, row_id=link_id)
    note(
        session,
        Act.AWARD_CLAIMED,
        award.id,
        now=now,
        actor=RECIPIENT,
        issuer_id=award.issuer_id,
        details=manage_links.written_link(link_id, token),
    )
    return token


def may_take_again(session: Session, code: str, now: datetime, *, key: str | None) -> bool:
    """Tell whether `take` would answer a repeat with this key.

    Raises:
        MissingError: nobody was given this code.
    """
    row = _find(session, code)
    award = session.get_one(AwardRow, row.award_id)
    return _is_repeat(session, row, award, _link_id(award.id, key), now)


def release_now(
    session: Session, award_id: str, now: datetime, *, released_by: str | None = None
) -> None:
    """End the hold of an award: from now on it can be taken, and no longer be undone.

    Raises:
        MissingError: there is no such award.
        ConflictError: it is not released yet.
        RefusedError: it was revoked or undone.
    """
    award = lock_award(session, award_id)
    if award.state is AwardState.DECIDED:
        raise ConflictError("this award is not finished yet; release it in a moment")
    if award.state is not AwardState.ISSUED:
        raise RefusedError(f"this award was {award.state.lower()}, so there is nothing to release")
    held = [
        one
        for one in credentials_of(session, award_id)
        if one.visible_from is not None and now < one.visible_from
    ]
    for credential in held:
        credential.visible_from = now
    if held:
        note(
            session,
            Act.AWARD_HANDED_OVER,
            award_id,
            now=now,
            actor=released_by or OPERATOR,
            issuer_id=award.issuer_id,
        )
    bring_forward(session, award, now)


def hand_over(session: Session, reference: str, now: datetime) -> Released:
    """Return what was released under an id or UUID for its files, and end the hold.

    Whoever has the bytes could show them, so the award can no longer be undone.

    Raises:
        MissingError: no such credential was released here.
    """
    award_id = find_credential(session, reference).award_id
    if award_id is not None and lock_award(session, award_id).state is AwardState.ISSUED:
        release_now(session, award_id, now)
    return load_released(session, reference)


def _link_id(award_id: str, key: str | None) -> str:
    """Return the id of the link that a key makes; without one it is any."""
    if not key:
        return str(uuid4())
    digest = sha256(f"{award_id}:{key}".encode("utf-8", "surrogatepass")).digest()
    return str(UUID(bytes=digest[:16], version=4))


def _is_repeat(
    session: Session, row: ClaimRow, award: AwardRow, link_id: str, now: datetime
) -> bool:
    return (
        row.taken_at is not None
        and now < row.taken_at + TAKING_AGAIN
        and award.state is AwardState.ISSUED
        and manage_links.opens_still(session, award.id, link_id)
    )


def _find(session: Session, code: str) -> ClaimRow:
    wanted = select(ClaimRow).where(ClaimRow.code_sha256 == token_hash(code))
    row = session.scalars(wanted).first()
    if row is None:
        raise unknown_link()
    return row


def _read(session: Session, row: ClaimRow, award: AwardRow, now: datetime) -> Claim:
    newest = (
        select(CredentialRow.visible_from, CredentialRow.credential_url)
        .where(
            CredentialRow.award_id == award.id,
            CredentialRow.edition == Edition.PLAIN,
            CredentialRow.state == CredentialState.SIGNED,
        )
        .order_by(CredentialRow.sequence.desc())
    )
    found = session.execute(newest.limit(1)).first()
    opens_at, url = (None, None) if found is None else found
    state = claim_state(award.state, opens_at=opens_at, taken_at=row.taken_at, now=now)
    return Claim(award.id, state, opens_at, row.taken_at, url)


def _check_ready(claim: Claim) -> None:
    match claim.state:
        case ClaimState.CLOSED:
            raise RefusedError("the issuer withdrew this badge, so it cannot be taken")
        case ClaimState.TAKEN:
            raise ConflictError("this badge was already taken; its owner's own link opens it")
        case ClaimState.HELD:
            opens = "in a moment" if claim.opens_at is None else _minute(claim.opens_at)
            raise ConflictError(f"this badge is held back, and can be taken {opens}")
        case ClaimState.READY:
            return


def _minute(moment: datetime) -> str:
    """Name the first full minute that is not before a moment."""
    later = moment + timedelta(minutes=1) - timedelta(microseconds=1)
    return f"from {later:%Y-%m-%d %H:%M} UTC on"
