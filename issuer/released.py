"""What was released: a credential found again by its id, with all that its files are made of."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from issuer.audit import RECIPIENT, Act, note
from issuer.award_rows import credentials_of, lock_award
from issuer.documents import stored
from issuer.signing import SignedForms
from issuer.tables import (
    AwardRow,
    AwardState,
    BadgeClassVersionRow,
    CredentialRow,
    CredentialState,
    Edition,
    IssuerRow,
    RevocationRow,
    StatusListRow,
)
from openbadges.errors import MissingError

MAXIMUM_INDEX_DIGITS: Final = 9  # more would not fit a database's integer


@dataclass(frozen=True, slots=True)
class Released:
    """The exact bytes of both forms, the picture that they are baked into, and what pages say.

    `visible_from` is the end of the hold; from `public_since` on everyone sees it at its own URL.
    `revocation_reason` is for the recipient and the issuer, never for others. `replaced` tells that
    another took its place, which the award's links show.
    """

    id: str  # the UUID
    award_id: str
    url: str
    edition: Edition
    forms: SignedForms
    badge_class: str  # the slug
    badge_class_version: int
    picture: bytes
    language: str
    issuer_id: str
    issuer_did: str
    trial: bool
    visible_from: datetime | None
    public_since: datetime | None
    revoked_at: datetime | None
    revocation_reason: str | None
    replaced: bool


def find_credential(session: Session, reference: str) -> CredentialRow:
    """Return a credential by its id (URL) or its UUID.

    What a generic issuer signed has another id in it, or none, and is found by the id of its
    status entry too.

    Raises:
        MissingError: none of that name was issued here.
    """
    wanted = CredentialRow.credential_url == reference
    if "#" in reference:
        wanted = CredentialRow.id.in_(_holders(reference))
    elif not reference.startswith(("http://", "https://")):
        try:
            wanted = CredentialRow.id == str(UUID(reference))
        except ValueError as error:
            raise MissingError(
                f"{reference!r:.80} is neither the id nor the UUID of a credential"
            ) from error
    is_known = reference.isascii() and reference.isprintable()  # as every id of ours is
    row = session.scalars(select(CredentialRow).where(wanted)).first() if is_known else None
    if row is None:
        raise MissingError(f"no credential {reference!r:.200} was issued here")
    return row


def _holders(entry_id: str) -> Select[str]:
    """Select the credential of no award that holds the index of a status entry, LIST#INDEX."""
    url, _, index = entry_id.partition("#")
    is_index = index.isascii() and index.isdigit() and len(index) <= MAXIMUM_INDEX_DIGITS
    return (
        select(CredentialRow.id)
        .join(StatusListRow, StatusListRow.id == CredentialRow.status_list_id)
        .where(
            CredentialRow.award_id.is_(None),
            StatusListRow.url == url,
            CredentialRow.status_index == (int(index) if is_index else None),
        )
    )


def load_released(session: Session, reference: str) -> Released:
    """Return what was released under an id or UUID.

    Raises:
        MissingError: no such credential was issued here, or it was never released, or its award was
            undone.
    """
    return _released(session, find_credential(session, reference))


def current_released(session: Session, award_id: str, edition: Edition, now: datetime) -> Released:
    """Return the current credential of one edition of an award, as its links show it.

    Raises:
        MissingError: there is none, or its hold has not ended.
    """
    return _released(session, _current(session, award_id, edition, now))


def is_shown(session: Session, award_id: str, edition: Edition, now: datetime) -> bool:
    """Tell whether there is a current credential of this edition, without reading its bytes."""
    shown = _shown(award_id, edition, now)
    return session.scalars(select(CredentialRow.id).where(*shown)).first() is not None


def has_more_to_say(session: Session, award_id: str) -> bool:
    """Tell whether a full edition of an award can be made, which was not made yet."""
    award = session.get(AwardRow, award_id)
    return (
        award is not None
        and award.state is AwardState.ISSUED
        and None not in (award.details, award.recipient_identifier)
    )


def set_public(
    session: Session, award_id: str, edition: Edition, *, public: bool, now: datetime
) -> None:
    """Let the URL of an edition's credential show it to everyone, or to nobody any more.

    Raises:
        MissingError: there is no such award or edition, or its hold has not ended.
    """
    lock_award(session, award_id)
    current = _current(session, award_id, edition, now)
    if public:
        _set_public(session, current, now, now=now)
        return
    for credential in credentials_of(session, award_id):
        if credential.edition is edition:  # those that it replaced too
            _set_public(session, credential, None, now=now)


def _set_public(
    session: Session, credential: CredentialRow, since: datetime | None, *, now: datetime
) -> None:
    if (credential.public_since is None) is (since is None):
        return
    credential.public_since = since
    note(
        session,
        Act.CREDENTIAL_HIDDEN if since is None else Act.CREDENTIAL_SHOWN,
        credential.credential_url,
        now=now,
        actor=RECIPIENT,
        issuer_id=credential.issuer_id,
    )


def _shown(award_id: str, edition: Edition, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Select what was released, is not erased, and whose hold has ended."""
    return (
        CredentialRow.award_id == award_id,
        CredentialRow.edition == edition,
        CredentialRow.state == CredentialState.SIGNED,
        CredentialRow.json_bytes.is_not(None),
        CredentialRow.visible_from <= now,
    )


def _current(session: Session, award_id: str, edition: Edition, now: datetime) -> CredentialRow:
    newest = (
        select(CredentialRow)
        .where(*_shown(award_id, edition, now))
        .order_by(CredentialRow.sequence.desc())
    )
    row = session.scalars(newest.limit(1)).first()
    if row is None:
        raise MissingError(f"there is no {edition} edition of this badge to show")
    return row


def _is_replaced(session: Session, row: CredentialRow) -> bool:
    later = select(CredentialRow.id).where(
        CredentialRow.award_id == row.award_id,
        CredentialRow.edition == row.edition,
        CredentialRow.sequence > row.sequence,
        CredentialRow.state == CredentialState.SIGNED,
    )
    return session.scalars(later.limit(1)).first() is not None


def _released(session: Session, row: CredentialRow) -> Released:
    if row.award_id is None:
        raise MissingError(
            f"{row.credential_url} is no badge: it was signed for a client, who has it"
        )
    award = session.get_one(AwardRow, row.award_id)
    if award.state is AwardState.UNDONE:
        raise MissingError(f"the award of {row.credential_url} was undone, and nobody has it")
    if row.json_bytes is None or row.jws_bytes is None:
        raise MissingError(f"{row.credential_url} was begun and never released")
    version = session.get_one(BadgeClassVersionRow, (award.badge_class, award.badge_class_version))
    issuer = session.get_one(IssuerRow, row.issuer_id)
    revocation = session.get(RevocationRow, row.id)
    return Released(
        id=row.id,
        award_id=award.id,
        url=row.credential_url,
        edition=row.edition,
        forms=SignedForms(
            stored(row.json_bytes, row.json_sha256, what=row.credential_url),
            stored(row.jws_bytes, row.jws_sha256, what=row.credential_url),
        ),
        badge_class=version.slug,
        badge_class_version=version.version,
        picture=stored(version.picture, version.picture_sha256, what=f"{version.slug}'s picture"),
        language=award.language,
        issuer_did=issuer.did,
        issuer_id=issuer.id,
        trial=issuer.trial,
        visible_from=row.visible_from,
        public_since=row.public_since,
        revoked_at=revocation.revoked_at if revocation else None,
        revocation_reason=revocation.reason if revocation else None,
        replaced=_is_replaced(session, row),
    )
