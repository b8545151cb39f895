"""What a person was awarded before, found by the keyed hash alone."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from issuer.tables import AwardRow, AwardState
from openbadges.errors import Code, ConflictError


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


def check_first(session: Session, issuer_id: str, badge_class: str, hashed: str) -> None:
    """Return if this person has no such badge yet, and is being awarded none (R11).

    It holds for who locks the issuer's row, as everybody does who reserves.

    Raises:
        ConflictError: they have it (`ALREADY_AWARDED`), or are being awarded it (`IN_FLIGHT`).
    """
    under_way = (AwardRow.state == AwardState.DECIDED) & AwardRow.recipient_identifier.is_not(None)
    awards = select(AwardRow.state).where(
        AwardRow.issuer_id == issuer_id,
        AwardRow.badge_class == badge_class,
        AwardRow.recipient_hash == hashed,
        or_(AwardRow.state == AwardState.ISSUED, under_way),
    )
    states = set(session.scalars(awards))
    if AwardState.ISSUED in states:
        raise ConflictError(
            f"this person was awarded {badge_class} before; again: true says that it is to be"
            " awarded once more",
            code=Code.ALREADY_AWARDED,
        )
    if states:
        raise ConflictError(
            f"this person is being awarded {badge_class} at this moment; try again in a moment",
            code=Code.IN_FLIGHT,
        )
