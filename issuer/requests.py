"""Requests told apart, so that one sent twice makes one award.

A program sends a key of its own along (Idempotency-Key), and a form brings the one that it was
given. An award keeps the hash of who asked with which key, and the hash of what was asked.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.tables import AwardRow, AwardState, CredentialRow, CredentialState, Edition
from openbadges.errors import Code, ConflictError, RefusedError


@dataclass(frozen=True, slots=True)
class RequestKey:
    """One request: `key` is the SHA-256 (hex) of who and which key, `body` that of what."""

    key: str
    body: str


@dataclass(frozen=True, slots=True)
class MadeAward:
    """What a request made, as it was then: whatever comes afterwards, the answer is the same."""

    award_id: str
    badge_class: str  # SLUG@VERSION
    credential_url: str
    held_until: datetime | None


def request_key(who: str, key: str, body: bytes) -> RequestKey:
    """Tell a request apart by who sends it (`token:…`, `account:…`) and the key sent along."""
    named = f"{len(who)}:{who}:{key}".encode("utf-8", "surrogatepass")
    return RequestKey(hashlib.sha256(named).hexdigest(), hashlib.sha256(body).hexdigest())


def find_requested(session: Session, request: RequestKey) -> AwardRow | None:
    """Return the award whose request came with this key, whatever it asked for; None if it is new.

    A look for who wants to say something before the award; `check_repeat` decides.
    """
    same = select(AwardRow).where(AwardRow.request_key == request.key)
    return session.scalars(same).first()


def key_reused() -> RefusedError:
    """Return the refusal of a key that came before with something else."""
    return RefusedError(
        "the key of this request was used before with another content; expected a new key",
        code=Code.KEY_REUSED,
    )


def check_repeat(session: Session, request: RequestKey) -> AwardRow | None:
    """Return the award that this very request made before, or None if it is new.

    Raises:
        RefusedError: its key came before with something else (`KEY_REUSED`).
        ConflictError: its award is not finished yet (`IN_FLIGHT`), or was undone.
    """
    award = find_requested(session, request)
    if award is None:
        return None
    if award.request_sha256 != request.body:
        raise key_reused()
    if award.state is AwardState.DECIDED:
        raise ConflictError(
            "this request was received before and is not finished yet; send it again in a moment",
            code=Code.IN_FLIGHT,
        )
    if award.state is AwardState.UNDONE:
        raise ConflictError("the award that this request made was undone; award it anew")
    return award


def load_made(session: Session, award_id: str) -> MadeAward:
    """Return what the request of an award is answered with, each time that it comes."""
    award = session.get_one(AwardRow, award_id)
    first = (
        select(CredentialRow)
        .where(
            CredentialRow.award_id == award_id,
            CredentialRow.edition == Edition.PLAIN,
            CredentialRow.state != CredentialState.RESERVED,
        )
        .order_by(CredentialRow.sequence)
    )
    credential = session.scalars(first.limit(1)).one()
    return MadeAward(
        award_id=award.id,
        badge_class=f"{award.badge_class}@{award.badge_class_version}",
        credential_url=credential.credential_url,
        # of those that were released before this was kept it is what it is now
        held_until=award.held_until or credential.visible_from,
    )
