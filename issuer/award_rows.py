"""An award as a row: written with what is sealed of the person, read back, and locked.

Whatever changes an award locks its row first, and the rows below it afterwards: of two acts at the
same moment one sees what the other did.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from badge_classes.badge_class import BadgeClass
from issuer.award import Award
from issuer.recipients import (
    recipient_hash,
    seal_evidence,
    seal_recipient,
    unseal_evidence,
    unseal_recipient,
)
from issuer.requests import RequestKey
from issuer.tables import AwardRow, AwardState, BadgeClassVersionRow, CredentialRow
from keys import Keystore
from openbadges.errors import MissingError, RefusedError


def lock_award(session: Session, award_id: str) -> AwardRow:
    """Return an award as it is now; nobody else changes it until this transaction ends.

    Raises:
        MissingError: there is no such award.
    """
    row = session.get(AwardRow, award_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise MissingError(f"there is no award {award_id!r:.60} here")
    return row


def credentials_of(session: Session, award_id: str) -> Sequence[CredentialRow]:
    """Return every credential of an award as it is now, however far it is on its way out."""
    rows = select(CredentialRow).where(CredentialRow.award_id == award_id)
    ordered = rows.order_by(CredentialRow.edition.desc(), CredentialRow.sequence)
    return session.scalars(ordered.execution_options(populate_existing=True)).all()


def write_award(
    award: Award,
    *,
    issuer_id: str,
    keystore: Keystore,
    now: datetime,
    request: RequestKey | None = None,
) -> AwardRow:
    """Make the row of a new award, with recipient and details sealed for it alone."""
    award_id = str(uuid4())
    return AwardRow(
        id=award_id,
        issuer_id=issuer_id,
        badge_class=award.badge_class.slug,
        badge_class_version=award.badge_class.version,
        activity_id=award.activity_id,
        language=award.language,
        recipient_kind=award.recipient.kind,
        recipient_hash=recipient_hash(award.recipient, keystore),
        recipient_identifier=seal_recipient(award.recipient, keystore, bound_to=award_id),
        valid_from=award.valid_from,
        valid_until=award.valid_until,
        awarded_by=award.awarded_by,
        details=seal_evidence(award.evidence, keystore, bound_to=award_id),
        state=AwardState.DECIDED,
        created_at=now,
        request_key=request.key if request else None,
        request_sha256=request.body if request else None,
    )


def read_award(
    session: Session, row: AwardRow, badge_class: BadgeClass, keystore: Keystore
) -> Award:
    """Return what was decided, from what is still sealed in the row.

    Raises:
        RefusedError: the row has no details, or the recipient was cleared from it; the badge class
            is not the one that was awarded; or what is sealed was damaged.
    """
    _check_badge_class(session, row, badge_class)
    if row.details is None:
        raise RefusedError("this award has no evidence, so its plain edition says everything")
    if row.recipient_identifier is None:
        raise RefusedError("the recipient of this award is no longer kept, so no edition is made")
    return Award(
        badge_class=badge_class,
        recipient=unseal_recipient(
            row.recipient_kind, row.recipient_identifier, keystore, bound_to=row.id
        ),
        language=row.language,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        evidence=unseal_evidence(row.details, keystore, bound_to=row.id),
        awarded_by=row.awarded_by,
        activity_id=row.activity_id,
    )


def _check_badge_class(session: Session, row: AwardRow, badge_class: BadgeClass) -> None:
    version = session.get_one(BadgeClassVersionRow, (row.badge_class, row.badge_class_version))
    awarded = (version.slug, version.version, version.definition_sha256)
    if awarded != (badge_class.slug, badge_class.version, badge_class.sha256):
        raise RefusedError(
            f"{badge_class.reference} as it is here is not what was awarded;"
            f" expected {version.slug}@{version.version} with the SHA-256"
            f" {version.definition_sha256}"
        )
