"""What was released: a credential found again by its id, with all that its files are made of."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.signing import SignedForms
from issuer.tables import AwardRow, BadgeClassVersionRow, CredentialRow, IssuerRow
from openbadges.errors import MissingError


@dataclass(frozen=True, slots=True)
class Released:
    """The exact bytes of both forms, and the picture that they are baked into."""

    url: str
    forms: SignedForms
    picture: bytes
    trial: bool


def find_credential(session: Session, reference: str) -> CredentialRow:
    """Return a credential by its id (URL) or its UUID.

    Raises:
        MissingError: none of that name was issued here.
    """
    wanted = CredentialRow.credential_url == reference
    if not reference.startswith(("http://", "https://")):
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


def load_released(session: Session, reference: str) -> Released:
    """Return what was released under an id or UUID.

    Raises:
        MissingError: no such credential was issued here, or it was never released.
    """
    row = find_credential(session, reference)
    if row.json_bytes is None or row.jws_bytes is None:
        raise MissingError(f"{row.credential_url} was begun and never released")
    award = session.get_one(AwardRow, row.award_id)
    version = session.get_one(BadgeClassVersionRow, (award.badge_class, award.badge_class_version))
    return Released(
        url=row.credential_url,
        forms=SignedForms(row.json_bytes, row.jws_bytes),
        picture=version.picture,
        trial=session.get_one(IssuerRow, row.issuer_id).trial,
    )
