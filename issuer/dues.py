"""What is still due to a person, for which their identifier is kept; it goes when nothing is."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.award_rows import credentials_of
from issuer.tables import AwardRow, CredentialState, Edition, NoticeRow, NoticeState

UNSENT = (NoticeState.WAITING, NoticeState.SENDING)


def forget_if_nothing_is_due(session: Session, award: AwardRow) -> None:
    """Clear who the recipient is from an award's row, once nothing needs it any more."""
    session.flush()
    if not (_full_may_come(session, award) or _is_unsent(session, award.id)):
        award.recipient_identifier = None


def _full_may_come(session: Session, award: AwardRow) -> bool:
    """Tell whether a full edition may still be asked for."""
    return award.details is not None and not any(
        one.edition is Edition.FULL and one.state is CredentialState.SIGNED
        for one in credentials_of(session, award.id)
    )


def _is_unsent(session: Session, award_id: str) -> bool:
    """Tell whether a message to the recipient is still to be sent."""
    unsent = select(NoticeRow.award_id).where(
        NoticeRow.award_id == award_id, NoticeRow.state.in_(UNSENT)
    )
    return session.scalars(unsent).first() is not None
