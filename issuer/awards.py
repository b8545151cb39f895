"""What a trainer sees of awards: a list, newest first, and one by its id."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from issuer.claims import ClaimState, claim_state
from issuer.tables import (
    AwardRow,
    AwardState,
    ClaimRow,
    CredentialRow,
    CredentialState,
    Edition,
    RecipientKind,
)
from openbadges.errors import MissingError


@dataclass(frozen=True, slots=True)
class AwardSummary:
    """One award without anything of the person but how they are known.

    `awarded_by` is `account:<uuid>`, `token:<uuid>`, or None for the command line. `visible_from`
    is the end of the hold, None as long as nothing is released. `credential_url` is that of the
    current plain edition.
    """

    award_id: str
    issuer_id: str
    badge_class: str  # the slug
    badge_class_version: int
    activity_id: str | None
    language: str
    recipient_kind: RecipientKind
    awarded_by: str | None
    created_at: datetime
    state: AwardState
    visible_from: datetime | None
    claimed_at: datetime | None
    credential_url: str

    def claim(self, now: datetime) -> ClaimState:
        """Return what the code that was handed over opens at a moment."""
        return claim_state(
            self.state, opens_at=self.visible_from, taken_at=self.claimed_at, now=now
        )


def list_awards(
    session: Session,
    *,
    issuer_ids: Collection[str],
    awarded_by: str | None = None,
    before: str | None = None,
    limit: int = 50,
) -> tuple[AwardSummary, ...]:
    """Return awards of these issuers, the newest first; those of one who awards, if one is named.

    A page follows another by `before`, the id of the last award on it. What was refused or
    interrupted before anything was recorded is no award.
    """
    awards = _summaries().where(AwardRow.issuer_id.in_(issuer_ids))
    if awarded_by is not None:
        awards = awards.where(AwardRow.awarded_by == awarded_by)
    if before is not None:
        last = select(AwardRow.created_at).where(AwardRow.id == before).scalar_subquery()
        same_moment = and_(AwardRow.created_at == last, AwardRow.id < before)
        awards = awards.where(or_(AwardRow.created_at < last, same_moment))
    newest = awards.order_by(AwardRow.created_at.desc(), AwardRow.id.desc()).limit(limit)
    return tuple(_read(row) for row in session.execute(newest))


def load_award(session: Session, award_id: str) -> AwardSummary:
    """Return one award, whoever made it: whether the reader may see it is decided above.

    Raises:
        MissingError: there is no such award.
    """
    row = session.execute(_summaries().where(AwardRow.id == award_id)).first()
    if row is None:
        raise MissingError(f"there is no award {award_id!r:.60} here")
    return _read(row)


def _summaries() -> Select[AwardRow, datetime | None, str, datetime | None]:
    """Select each award with its current plain credential and its claim.

    That is the newest that is released, or of an award without one the newest on record.
    """
    other = aliased(CredentialRow)
    of_award = select(func.max(other.sequence)).where(
        other.award_id == AwardRow.id, other.edition == Edition.PLAIN
    )
    released = of_award.where(other.state == CredentialState.SIGNED)
    on_record = of_award.where(other.state == CredentialState.LINTED)
    newest = func.coalesce(released.scalar_subquery(), on_record.scalar_subquery())
    plain = and_(
        CredentialRow.award_id == AwardRow.id,
        CredentialRow.edition == Edition.PLAIN,
        CredentialRow.sequence == newest,
    )
    return (
        select(
            AwardRow, CredentialRow.visible_from, CredentialRow.credential_url, ClaimRow.taken_at
        )
        .select_from(AwardRow)
        .join(CredentialRow, plain)
        .outerjoin(ClaimRow, ClaimRow.award_id == AwardRow.id)
    )


def count_awards(session: Session) -> int:
    """Count the awards that were decided, undone and revoked ones too."""
    return session.scalar(select(func.count(AwardRow.id))) or 0


def _read(row: Row[AwardRow, datetime | None, str, datetime | None]) -> AwardSummary:
    award, visible_from, credential_url, claimed_at = row
    return AwardSummary(
        award_id=award.id,
        issuer_id=award.issuer_id,
        badge_class=award.badge_class,
        badge_class_version=award.badge_class_version,
        activity_id=award.activity_id,
        language=award.language,
        recipient_kind=award.recipient_kind,
        awarded_by=award.awarded_by,
        created_at=award.created_at,
        state=award.state,
        visible_from=visible_from,
        claimed_at=claimed_at,
        credential_url=credential_url,
    )
