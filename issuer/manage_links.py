"""Manage links: the recipient's own way back to an award, which no one else is given.

Taking the award makes the first; its owner can replace it when somebody may have seen it.
"""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.audit import RECIPIENT, Act, note
from issuer.award_rows import lock_award
from issuer.link_tokens import LinkKind, link_token, token_hash, unknown_link
from issuer.tables import AwardRow, AwardState, ManageLinkRow
from keys import Keystore
from openbadges.errors import MissingError
from openbadges.strict import Document


def make(
    session: Session,
    award_id: str,
    keystore: Keystore,
    now: datetime,
    *,
    row_id: str | None = None,
) -> str:
    """Make a manage link and return its token; called where the award is locked."""
    row_id = row_id or str(uuid4())
    token = link_token(LinkKind.MANAGE, row_id, keystore)
    session.add(
        ManageLinkRow(id=row_id, award_id=award_id, token_sha256=token_hash(token), created_at=now)
    )
    session.flush()
    return token


def find_managed(session: Session, token: str) -> str:
    """Return the id of the award that a manage link opens; a revoked one too, to say so.

    Raises:
        MissingError: it is unknown, or another took its place.
    """
    opens = (
        select(ManageLinkRow.award_id)
        .join(AwardRow, AwardRow.id == ManageLinkRow.award_id)
        .where(
            ManageLinkRow.token_sha256 == token_hash(token),
            ManageLinkRow.replaced_at.is_(None),
            AwardRow.state != AwardState.UNDONE,
        )
    )
    award_id = session.scalars(opens).first()
    if award_id is None:
        raise unknown_link()
    return award_id


def opens_still(session: Session, award_id: str, row_id: str) -> bool:
    """Tell whether a link, known by its row, is one of this award and was not replaced."""
    row = session.get(ManageLinkRow, row_id)
    return row is not None and row.award_id == award_id and row.replaced_at is None


def current(session: Session, award_id: str, keystore: Keystore) -> str:
    """Return the token of the manage link that opens an award now.

    Raises:
        MissingError: nobody has taken it yet.
    """
    return link_token(LinkKind.MANAGE, _current(session, award_id).id, keystore)


def replace(session: Session, award_id: str, keystore: Keystore, now: datetime) -> str:
    """Make another manage link and return its token; the one before opens nothing any more.

    Raises:
        MissingError: there is no such award, or nobody has taken it yet.
    """
    award = lock_award(session, award_id)
    old = _current(session, award_id)
    old.replaced_at = now
    new_id = str(uuid4())
    token = make(session, award_id, keystore, now, row_id=new_id)
    note(
        session,
        Act.MANAGE_LINK_REPLACED,
        award_id,
        now=now,
        actor=RECIPIENT,
        issuer_id=award.issuer_id,
        details={"replaced": old.id, **written_link(new_id, token)},
    )
    return token


def written_link(row_id: str, token: str) -> Document:
    """Return what the log says of a new link: enough to open it again, and not to use it."""
    return {"manageLink": row_id, "tokenSha256": token_hash(token)}


def _current(session: Session, award_id: str) -> ManageLinkRow:
    rows = select(ManageLinkRow).where(
        ManageLinkRow.award_id == award_id, ManageLinkRow.replaced_at.is_(None)
    )
    row = session.scalars(rows.execution_options(populate_existing=True)).first()
    if row is None:
        raise MissingError("this award was not taken yet, so there is no link to manage it")
    return row
