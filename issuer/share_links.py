"""Share links: what an award's owner shows to others, one edition each, until it is withdrawn.

A link belongs to the award and always shows the current credential. Its name is for its owner
alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.audit import RECIPIENT, Act, note
from issuer.award_rows import lock_award
from issuer.cleaning import check_line
from issuer.link_tokens import LinkKind, link_token, token_hash, unknown_link
from issuer.policy import MAXIMUM_LINK_NAME_CHARACTERS, MAXIMUM_SHARE_LINKS
from issuer.released import is_shown
from issuer.tables import AwardState, Edition, ShareLinkRow
from keys import Keystore
from openbadges.errors import MissingError, RefusedError


@dataclass(frozen=True, slots=True)
class ShareLink:
    """One link; `token` is there for its owner only, and as long as it was not withdrawn."""

    id: str
    award_id: str
    edition: Edition
    name: str
    created_at: datetime
    withdrawn_at: datetime | None
    token: str | None = None


def make(  # noqa: PLR0913 -- what a link is made of, each by name
    session: Session,
    award_id: str,
    *,
    edition: Edition,
    name: str,
    keystore: Keystore,
    now: datetime,
) -> ShareLink:
    """Make a link to one edition of an award; `name` may be empty.

    Raises:
        MissingError: there is no such award, or nothing of this edition to show.
        RefusedError: the award was revoked, it has as many links as it may, or the name is no line.
    """
    if name:
        check_line(name, what="the link's name", maximum=MAXIMUM_LINK_NAME_CHARACTERS)
    award = lock_award(session, award_id)
    if award.state is AwardState.REVOKED:
        raise RefusedError("this badge was revoked, so no new link to it is made")
    if not is_shown(session, award_id, edition, now):
        raise MissingError(f"there is no {edition} edition of this badge to show")
    _make_room(session, award_id)
    row_id = str(uuid4())
    token = link_token(LinkKind.SHARE, row_id, keystore)
    row = ShareLinkRow(
        id=row_id,
        award_id=award_id,
        edition=edition,
        name=name,
        token_sha256=token_hash(token),
        created_at=now,
    )
    session.add(row)
    session.flush()
    note(
        session,
        Act.SHARE_LINK_MADE,
        row.id,
        now=now,
        actor=RECIPIENT,
        issuer_id=award.issuer_id,
        details={"award": award.id, "edition": edition.value},
    )
    return _read(row, token)


def list_of(session: Session, award_id: str, keystore: Keystore) -> tuple[ShareLink, ...]:
    """Return the links of an award, the newest first, with the tokens of those that open it."""
    return tuple(
        _read(row, link_token(LinkKind.SHARE, row.id, keystore))
        if row.withdrawn_at is None
        else _read(row)
        for row in reversed(_rows(session, award_id))
    )


def withdraw(session: Session, award_id: str, link_id: str, now: datetime) -> None:
    """Let a link of this award open nothing any more; withdrawing again changes nothing.

    Raises:
        MissingError: this award has no such link.
    """
    row = session.get(ShareLinkRow, link_id, with_for_update=True, populate_existing=True)
    if row is None or row.award_id != award_id:
        raise MissingError("this badge has no such link")
    if row.withdrawn_at is None:
        row.withdrawn_at = now
        note(session, Act.SHARE_LINK_WITHDRAWN, row.id, now=now, actor=RECIPIENT)


def find_shared(session: Session, token: str, now: datetime) -> ShareLink:
    """Return the link that a token opens; of a revoked award too, to say so.

    Raises:
        MissingError: it is unknown or was withdrawn, or there is nothing to show; always the same.
    """
    wanted = select(ShareLinkRow).where(
        ShareLinkRow.token_sha256 == token_hash(token), ShareLinkRow.withdrawn_at.is_(None)
    )
    row = session.scalars(wanted).first()
    if row is None or not is_shown(session, row.award_id, row.edition, now):
        raise unknown_link()
    return _read(row)


def _make_room(session: Session, award_id: str) -> None:
    """Refuse one link too many, and forget the oldest withdrawn ones where they take its place.

    Raises:
        RefusedError: as many as may be open this award.
    """
    rows = _rows(session, award_id)
    withdrawn = [row for row in rows if row.withdrawn_at is not None]
    if len(rows) - len(withdrawn) >= MAXIMUM_SHARE_LINKS:
        raise RefusedError(
            f"this badge has {MAXIMUM_SHARE_LINKS} links, which is as many as it may have;"
            " withdraw one first"
        )
    for row in withdrawn[: max(0, len(rows) + 1 - MAXIMUM_SHARE_LINKS)]:
        session.delete(row)


def _rows(session: Session, award_id: str) -> Sequence[ShareLinkRow]:
    rows = select(ShareLinkRow).where(ShareLinkRow.award_id == award_id)
    return session.scalars(rows.order_by(ShareLinkRow.created_at, ShareLinkRow.id)).all()


def _read(row: ShareLinkRow, token: str | None = None) -> ShareLink:
    return ShareLink(
        id=row.id,
        award_id=row.award_id,
        edition=row.edition,
        name=row.name,
        created_at=row.created_at,
        withdrawn_at=row.withdrawn_at,
        token=token,
    )
