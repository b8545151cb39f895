"""What a person was awarded before, found by the keyed hash alone."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.tables import AwardRow, AwardState


def earlier_awards(
    session: Session, issuer_id: str, badge_class: str, hashed: str
) -> tuple[datetime, ...]:
    """Return when this person was awarded this badge class before, without what was revoked."""
    awards = select(AwardRow.valid_from).where(
        AwardRow.issuer_id == issuer_id,
        AwardRow.badge_class == badge_class,
        AwardRow.recipient_hash == hashed,
        AwardRow.state == AwardState.ISSUED,
    )
    return tuple(session.scalars(awards.order_by(AwardRow.valid_from)))
