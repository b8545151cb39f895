"""One valid row of each of the rooms' tables, with named deviations: `award(language="pt")`."""

import uuid
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, Final

from accounts.tables import AccountRow, ApiTokenRow, Role, Scope, SessionRow, SignInLinkRow
from issuer.tables import (
    ActivityRow,
    AuditEntryRow,
    AuditHeadRow,
    AuditSaltRow,
    AwardRow,
    AwardState,
    BadgeClassTranslationRow,
    BadgeClassVersionRow,
    BatchRecipientRow,
    BatchRow,
    BatchRowState,
    BatchState,
    ClaimRow,
    CredentialRow,
    CredentialState,
    DidMethod,
    Edition,
    IssuerKeyRow,
    IssuerRow,
    ManageLinkRow,
    NoticeRow,
    NoticeState,
    OutboxRow,
    Profile,
    PublishedDocumentRow,
    RecipientKind,
    RevocationRow,
    RevokedIndexRow,
    ShareLinkRow,
    StatusListRow,
)
from storage.columns import Row

NOW: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
ISSUER: Final = str(uuid.UUID(int=1))
ACTIVITY: Final = str(uuid.UUID(int=2))
AWARD: Final = str(uuid.UUID(int=3))
STATUS_LIST: Final = str(uuid.UUID(int=4))
CREDENTIAL: Final = str(uuid.UUID(int=5))
JOB: Final = str(uuid.UUID(int=6))
MANAGE_LINK: Final = str(uuid.UUID(int=7))
SHARE_LINK: Final = str(uuid.UUID(int=8))
ACCOUNT: Final = str(uuid.UUID(int=9))
API_TOKEN: Final = str(uuid.UUID(int=10))
BATCH: Final = str(uuid.UUID(int=11))
SLUG: Final = "first-edits"
SHA256: Final = sha256(b"").hexdigest()


def issuer(**changes: Any) -> IssuerRow:  # noqa: ANN401 -- any column
    fields: dict[str, Any] = {
        "id": ISSUER,
        "did": "did:web:badges.example",
        "method": DidMethod.WEB,
        "base_url": "https://badges.example",
        "name": "Example",
        "profile": Profile.BADGES,
        "trial": False,
        "created_at": NOW,
    }
    return IssuerRow(**fields | changes)


def issuer_key(**changes: Any) -> IssuerKeyRow:  # noqa: ANN401 -- any column
    fields: dict[str, Any] = {
        "issuer_id": ISSUER,
        "key_id": "key",
        "purpose": "assertionMethod",
        "verification_method": "did:web:badges.example#key",
        "since": NOW,
    }
    return IssuerKeyRow(**fields | changes)


def badge_class_version(**changes: Any) -> BadgeClassVersionRow:  # noqa: ANN401 -- any column
    fields: dict[str, Any] = {
        "slug": "first-edits",
        "version": 1,
        "definition": b"name: First edits",
        "definition_sha256": SHA256,
        "picture": b"<svg/>",
        "picture_sha256": SHA256,
        "picture_media_type": "image/svg+xml",
        "imported_at": NOW,
    }
    return BadgeClassVersionRow(**fields | changes)


def badge_class_translation(**changes: Any) -> BadgeClassTranslationRow:  # noqa: ANN401 -- any column
    fields: dict[str, Any] = {
        "slug": "first-edits",
        "version": 1,
        "language": "pt",
        "translation": "name: Primeiras edições".encode(),
        "translation_sha256": SHA256,
        "imported_at": NOW,
    }
    return BadgeClassTranslationRow(**fields | changes)


def activity(**changes: Any) -> ActivityRow:  # noqa: ANN401 -- any column
    fields: dict[str, Any] = {
        "id": ACTIVITY,
        "issuer_id": ISSUER,
        "title": "An afternoon of editing",
        "method": "training",
        "starts_on": date(2026, 2, 28),
        "created_at": NOW,
    }
    return ActivityRow(**fields | changes)


def award(**changes: Any) -> AwardRow:  # noqa: ANN401 -- any column
    fields: dict[str, Any] = {
        "id": AWARD,
        "issuer_id": ISSUER,
        "badge_class": "first-edits",
        "badge_class_version": 1,
        "activity_id": ACTIVITY,
        "language": "en",
        "recipient_kind": RecipientKind.EMAIL,
        "recipient_hash": SHA256,
        "valid_from": NOW,
        "state": AwardState.DECIDED,
        "created_at": NOW,
    }
    return AwardRow(**fields | changes)


def status_list(**changes: Any) -> StatusListRow:  # noqa: ANN401 -- any column
    fields: dict[str, Any] = {
        "id": STATUS_LIST,
        "issuer_id": ISSUER,
        "url": "https://badges.example/status/1",
        "purpose": "revocation",
        "capacity": 131072,
        "reserved_count": 0,
        "opened_at": NOW,
    }
    return StatusListRow(**fields | changes)


def credential(**changes: Any) -> CredentialRow:  # noqa: ANN401 -- any column
    fields: dict[str, Any] = {
        "id": CREDENTIAL,
        "award_id": AWARD,
        "issuer_id": ISSUER,
        "edition": Edition.PLAIN,
        "sequence": 1,
        "credential_url": f"https://badges.example/credentials/{CREDENTIAL}",
        "status_list_id": STATUS_LIST,
        "status_index": 94567,
        "state": CredentialState.RESERVED,
        "reserved_at": NOW,
    }
    return CredentialRow(**fields | changes)


def revocation(**changes: Any) -> RevocationRow:  # noqa: ANN401 -- any column
    fields: dict[str, Any] = {
        "credential_id": CREDENTIAL,
        "issuer_id": ISSUER,
        "reason": "awarded to the wrong person",
        "revoked_at": NOW,
    }
    return RevocationRow(**fields | changes)


def published_document(**changes: Any) -> PublishedDocumentRow:  # noqa: ANN401 -- any column
    fields: dict[str, Any] = {
        "url": "https://badges.example/status/1",
        "media_type": "application/vc",
        "body": b"{}",
        "body_sha256": SHA256,
        "published_at": NOW,
        "sequence": 1,
    }
    return PublishedDocumentRow(**fields | changes)


def revoked_index(**changes: Any) -> RevokedIndexRow:  # noqa: ANN401 -- any column
    fields: dict[str, Any] = {
        "status_list_id": STATUS_LIST,
        "status_index": 7,
        "learnt_at": NOW,
    }
    return RevokedIndexRow(**fields | changes)


def batch(**changes: Any) -> BatchRow:  # noqa: ANN401 -- any column
    fields: dict[str, Any] = {
        "id": BATCH,
        "issuer_id": ISSUER,
        "badge_class": SLUG,
        "badge_class_version": 1,
        "language": "en",
        "valid_from": NOW,
        "again": False,
        "state": BatchState.WAITING,
        "created_at": NOW,
    }
    return BatchRow(**fields | changes)


def batch_recipient(**changes: Any) -> BatchRecipientRow:  # noqa: ANN401 -- any column
    fields: dict[str, Any] = {
        "batch_id": BATCH,
        "number": 1,
        "recipient_kind": RecipientKind.EMAIL,
        "recipient_hash": SHA256,
        "state": BatchRowState.WAITING,
    }
    return BatchRecipientRow(**fields | changes)


def audit_entry(**changes: Any) -> AuditEntryRow:  # noqa: ANN401 -- any column
    fields: dict[str, Any] = {
        "sequence": 1,
        "at": NOW,
        "act": "award-decided",
        "actor": "command line",
        "subject": AWARD,
        "details": b"{}",
        "previous_sha256": SHA256,
        "sha256": SHA256,
    }
    return AuditEntryRow(**fields | changes)


def audit_salt(**changes: Any) -> AuditSaltRow:  # noqa: ANN401 -- any column
    fields: dict[str, Any] = {"sequence": 1, "salt": b"salt"}
    return AuditSaltRow(**fields | changes)


def audit_head(**changes: Any) -> AuditHeadRow:  # noqa: ANN401 -- any column
    fields: dict[str, Any] = {"id": 1, "sequence": 1, "sha256": SHA256}
    return AuditHeadRow(**fields | changes)


def outbox(**changes: Any) -> OutboxRow:  # noqa: ANN401 -- any column
    fields: dict[str, Any] = {
        "id": JOB,
        "kind": "status-list",
        "subject_id": STATUS_LIST,
        "due_at": NOW,
    }
    return OutboxRow(**fields | changes)


def claim(**changes: Any) -> ClaimRow:  # noqa: ANN401 -- any column
    fields: dict[str, Any] = {"award_id": AWARD, "code_sha256": SHA256, "created_at": NOW}
    return ClaimRow(**fields | changes)


def notice(**changes: Any) -> NoticeRow:  # noqa: ANN401 -- any column
    fields: dict[str, Any] = {"award_id": AWARD, "state": NoticeState.WAITING}
    return NoticeRow(**fields | changes)


def manage_link(**changes: Any) -> ManageLinkRow:  # noqa: ANN401 -- any column
    fields: dict[str, Any] = {
        "id": MANAGE_LINK,
        "award_id": AWARD,
        "token_sha256": SHA256,
        "created_at": NOW,
    }
    return ManageLinkRow(**fields | changes)


def share_link(**changes: Any) -> ShareLinkRow:  # noqa: ANN401 -- any column
    fields: dict[str, Any] = {
        "id": SHARE_LINK,
        "award_id": AWARD,
        "edition": Edition.PLAIN,
        "name": "For a colleague",
        "token_sha256": SHA256,
        "created_at": NOW,
    }
    return ShareLinkRow(**fields | changes)


def account(**changes: Any) -> AccountRow:  # noqa: ANN401 -- any column
    fields: dict[str, Any] = {
        "id": ACCOUNT,
        "name": "A trainer",
        "role": Role.TRAINER,
        "created_at": NOW,
    }
    return AccountRow(**fields | changes)


def sign_in_link(**changes: Any) -> SignInLinkRow:  # noqa: ANN401 -- any column
    fields: dict[str, Any] = {
        "token_sha256": SHA256,
        "account_id": ACCOUNT,
        "created_at": NOW,
        "expires_at": NOW,
    }
    return SignInLinkRow(**fields | changes)


def session(**changes: Any) -> SessionRow:  # noqa: ANN401 -- any column
    fields: dict[str, Any] = {
        "token_sha256": SHA256,
        "account_id": ACCOUNT,
        "data": b"{}",
        "created_at": NOW,
        "seen_at": NOW,
        "expires_at": NOW,
    }
    return SessionRow(**fields | changes)


def api_token(**changes: Any) -> ApiTokenRow:  # noqa: ANN401 -- any column
    fields: dict[str, Any] = {
        "id": API_TOKEN,
        "token_sha256": SHA256,
        "name": "The registration desk",
        "scope": Scope.AWARD,
        "issuer_id": ISSUER,
        "created_at": NOW,
    }
    return ApiTokenRow(**fields | changes)


def one_of_each() -> list[Row]:
    """A row of every table, each after those it refers to."""
    return [
        issuer(),
        issuer_key(),
        badge_class_version(),
        badge_class_translation(),
        activity(),
        award(),
        status_list(),
        credential(),
        revocation(),
        published_document(),
        outbox(),
        claim(),
        notice(),
        manage_link(),
        share_link(),
        account(),
        sign_in_link(),
        session(),
        api_token(),
        revoked_index(),
        batch(),
        batch_recipient(),
        audit_entry(),
        audit_salt(),
        audit_head(),
    ]
