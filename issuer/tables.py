"""The rows that the issuer keeps: who it is, what it awarded, what it signed and published.

What may be done with them is not here (`policy`, `issuance`, `status`); neither is how they come
into a database (`storage.migrations`, which a test holds equal to this module). Every moment is
given by the caller. Rows without an issuer are those that all issuers share.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Final

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import TABLE_OPTIONS, Row, Sha256, Url, Uuid

Slug = Annotated[str, mapped_column(String(100))]
Word = Annotated[str, mapped_column(String(40))]  # a member of a list that someone else keeps
Language = Annotated[str, mapped_column(String(35))]  # RFC 5646 asks readers to hold 35
MediaType = Annotated[str, mapped_column(String(100))]
Name = Annotated[str, mapped_column(String(300))]
Sentence = Annotated[str, mapped_column(String(500))]
Paragraph = Annotated[str, mapped_column(String(2000))]
EmailAddress = Annotated[str, mapped_column(String(254))]  # RFC 5321: a path of 256 less its < >

_OPTIONS: Final[dict[str, Any]] = dict(TABLE_OPTIONS)


class DidMethod(StrEnum):
    """How the issuer's DID leads to its keys."""

    WEB = "web"
    KEY = "key"


class Profile(StrEnum):
    """What the issuer signs: Open Badges, or any Verifiable Credential a VC API client sends."""

    BADGES = "badges"
    GENERIC = "generic"


class RecipientKind(StrEnum):
    """What the recipient's identifier is."""

    EMAIL = "email"
    USER_NAME = "user_name"
    DID = "did"


class Edition(StrEnum):
    """How much of an award a credential says."""

    PLAIN = "plain"
    FULL = "full"


class AwardState(StrEnum):
    """How far an award is; revocation of its credentials is told by `revocations`.

    UNDONE is revoked within the hold: nobody has seen it, and its bytes are gone.
    """

    DECIDED = "DECIDED"
    ISSUED = "ISSUED"
    REVOKED = "REVOKED"
    UNDONE = "UNDONE"


class BatchState(StrEnum):
    """How far a batch is: its rows are awarded one by one, and it can be undone as a whole."""

    WAITING = "WAITING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    UNDONE = "UNDONE"


class BatchRowState(StrEnum):
    """What became of one recipient of a batch; ALREADY had this badge before and got none."""

    WAITING = "WAITING"
    AWARDED = "AWARDED"
    ALREADY = "ALREADY"
    REFUSED = "REFUSED"
    UNDONE = "UNDONE"


class NoticeState(StrEnum):
    """How far the message to a recipient is; REFUSED is final, and DROPPED is of no use any more.

    SENDING was begun and is not known to have ended: a mail server may have it, or may not.
    """

    WAITING = "WAITING"
    SENDING = "SENDING"
    SENT = "SENT"
    REFUSED = "REFUSED"
    DROPPED = "DROPPED"


class CredentialState(StrEnum):
    """How far a credential is on its way out; each arrow is one transaction, none goes back.

    RESERVED has its id and status index, LINTED has the document that will be signed, SIGNED has
    the signed bytes and is released.
    """

    RESERVED = "RESERVED"
    LINTED = "LINTED"
    SIGNED = "SIGNED"


class IssuerRow(Row):
    """One issuer of this installation; its DID and its base URL are fixed for good.

    Two columns are asked of generic issuers: whether they add a status entry by themselves, and
    which cryptosuite their proofs are made with; where none stands it is `DEFAULT_CRYPTOSUITE`.
    """

    __tablename__ = "issuers"
    __table_args__ = _OPTIONS

    id: Mapped[Uuid] = mapped_column(primary_key=True)
    did: Mapped[Url] = mapped_column(unique=True)
    method: Mapped[DidMethod]
    base_url: Mapped[Url]
    name: Mapped[Name]
    description: Mapped[Paragraph | None] = mapped_column(default=None)
    url: Mapped[Url | None] = mapped_column(default=None)
    email: Mapped[EmailAddress | None] = mapped_column(default=None)
    profile: Mapped[Profile]
    trial: Mapped[bool]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None] = mapped_column(default=None)
    adds_status: Mapped[bool | None] = mapped_column(default=None)
    cryptosuite: Mapped[Word | None] = mapped_column(default=None)


class IssuerKeyRow(Row):
    """A key of the keystore that an issuer signs with, and the method URL that proofs name."""

    __tablename__ = "issuer_keys"
    __table_args__ = _OPTIONS

    issuer_id: Mapped[Uuid] = mapped_column(ForeignKey("issuers.id"), primary_key=True)
    key_id: Mapped[Slug] = mapped_column(primary_key=True)
    purpose: Mapped[Word] = mapped_column(primary_key=True)
    verification_method: Mapped[Url]
    since: Mapped[datetime]


class BadgeClassVersionRow(Row):
    """The exact bytes of one version of a badge class, which never change."""

    __tablename__ = "badge_class_versions"
    __table_args__ = _OPTIONS

    slug: Mapped[Slug] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    definition: Mapped[bytes]
    definition_sha256: Mapped[Sha256]
    picture: Mapped[bytes]
    picture_sha256: Mapped[Sha256]
    picture_media_type: Mapped[MediaType]
    imported_at: Mapped[datetime]


class BadgeClassTranslationRow(Row):
    """One translation of a badge-class version; it may be corrected without a new version."""

    __tablename__ = "badge_class_translations"
    __table_args__ = (
        ForeignKeyConstraint(
            ["slug", "version"], ["badge_class_versions.slug", "badge_class_versions.version"]
        ),
        _OPTIONS,
    )

    slug: Mapped[Slug] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    language: Mapped[Language] = mapped_column(primary_key=True)
    translation: Mapped[bytes]
    translation_sha256: Mapped[Sha256]
    imported_at: Mapped[datetime]


class ActivityRow(Row):
    """What awards were earned at: a training, an event, a mentorship."""

    __tablename__ = "activities"
    __table_args__ = _OPTIONS

    id: Mapped[Uuid] = mapped_column(primary_key=True)
    issuer_id: Mapped[Uuid] = mapped_column(ForeignKey("issuers.id"), index=True)
    title: Mapped[Name]
    method: Mapped[Word]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None] = mapped_column(default=None)
    language: Mapped[Language | None] = mapped_column(default=None)
    territory: Mapped[Word | None] = mapped_column(default=None)
    organiser: Mapped[Name | None] = mapped_column(default=None)
    link: Mapped[Url | None] = mapped_column(default=None)
    created_at: Mapped[datetime]


class AwardRow(Row):
    """The decision to give one badge-class version to one person.

    `recipient_hash` is the keyed hash of the normalised identifier; `recipient_identifier` is
    the identifier itself, encrypted, and goes when nothing is due. `details` is the JSON of
    evidence and narrative, encrypted like it. `request_key` is the hash of who asked and of the key
    that was sent along, `request_sha256` that of what was asked. `held_until` is what was said of
    the hold at the release, which may have been ended since.
    """

    __tablename__ = "awards"
    __table_args__ = (
        ForeignKeyConstraint(
            ["badge_class", "badge_class_version"],
            ["badge_class_versions.slug", "badge_class_versions.version"],
        ),
        Index(None, "badge_class", "badge_class_version"),
        # Duplicates, counts and gathering ask by it.
        Index(None, "issuer_id", "badge_class", "recipient_hash"),
        # One request makes one award, however often it is sent.
        Index(None, "request_key", unique=True),
        _OPTIONS,
    )

    id: Mapped[Uuid] = mapped_column(primary_key=True)
    issuer_id: Mapped[Uuid] = mapped_column(ForeignKey("issuers.id"))
    badge_class: Mapped[Slug]
    badge_class_version: Mapped[int]
    activity_id: Mapped[Uuid | None] = mapped_column(
        ForeignKey("activities.id"), index=True, default=None
    )
    language: Mapped[Language]
    recipient_kind: Mapped[RecipientKind]
    recipient_hash: Mapped[Sha256]
    recipient_identifier: Mapped[bytes | None] = mapped_column(default=None)
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None] = mapped_column(default=None)
    awarded_by: Mapped[Name | None] = mapped_column(default=None)
    details: Mapped[bytes | None] = mapped_column(default=None)
    state: Mapped[AwardState]
    created_at: Mapped[datetime]
    request_key: Mapped[Sha256 | None] = mapped_column(default=None)
    request_sha256: Mapped[Sha256 | None] = mapped_column(default=None)
    held_until: Mapped[datetime | None] = mapped_column(default=None)


class StatusListRow(Row):
    """One status list; its bits are read from `revocations`, never kept here."""

    __tablename__ = "status_lists"
    __table_args__ = _OPTIONS

    id: Mapped[Uuid] = mapped_column(primary_key=True)
    issuer_id: Mapped[Uuid] = mapped_column(ForeignKey("issuers.id"), index=True)
    url: Mapped[Url] = mapped_column(unique=True)
    purpose: Mapped[Word]
    capacity: Mapped[int]
    reserved_count: Mapped[int]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(default=None)


class CredentialRow(Row):
    """One credential of an award, from the reserved index to the released bytes.

    `id` is the UUID in the credential's URL. `sequence` counts from 1 within an award and
    edition: a reissue is the next. `visible_from` is the end of the hold, and from `public_since`
    on its own URL shows it to everyone. What a generic issuer signs belongs to no award.
    """

    __tablename__ = "credentials"
    __table_args__ = (
        UniqueConstraint("award_id", "edition", "sequence"),
        UniqueConstraint("status_list_id", "status_index"),
        _OPTIONS,
    )

    id: Mapped[Uuid] = mapped_column(primary_key=True)
    award_id: Mapped[Uuid | None] = mapped_column(ForeignKey("awards.id"), default=None)
    issuer_id: Mapped[Uuid] = mapped_column(ForeignKey("issuers.id"), index=True)
    edition: Mapped[Edition]
    sequence: Mapped[int]
    credential_url: Mapped[Url] = mapped_column(unique=True)
    status_list_id: Mapped[Uuid] = mapped_column(ForeignKey("status_lists.id"))
    status_index: Mapped[int]
    state: Mapped[CredentialState]
    unsigned_document: Mapped[bytes | None] = mapped_column(default=None)
    unsigned_sha256: Mapped[Sha256 | None] = mapped_column(default=None)
    json_bytes: Mapped[bytes | None] = mapped_column(default=None)
    json_sha256: Mapped[Sha256 | None] = mapped_column(default=None)
    jws_bytes: Mapped[bytes | None] = mapped_column(default=None)
    jws_sha256: Mapped[Sha256 | None] = mapped_column(default=None)
    reserved_at: Mapped[datetime]
    recorded_at: Mapped[datetime | None] = mapped_column(default=None)
    released_at: Mapped[datetime | None] = mapped_column(default=None)
    visible_from: Mapped[datetime | None] = mapped_column(default=None)
    public_since: Mapped[datetime | None] = mapped_column(default=None)


class RevocationRow(Row):
    """That a credential was revoked, which is final.

    `published_at` is when a status list first said so.
    """

    __tablename__ = "revocations"
    __table_args__ = _OPTIONS

    credential_id: Mapped[Uuid] = mapped_column(ForeignKey("credentials.id"), primary_key=True)
    issuer_id: Mapped[Uuid] = mapped_column(ForeignKey("issuers.id"), index=True)
    reason: Mapped[Sentence]
    revoked_at: Mapped[datetime]
    revoked_by: Mapped[Name | None] = mapped_column(default=None)
    published_at: Mapped[datetime | None] = mapped_column(default=None)


class ClaimRow(Row):
    """The code by which the recipient takes an award, once."""

    __tablename__ = "claims"
    __table_args__ = _OPTIONS

    award_id: Mapped[Uuid] = mapped_column(ForeignKey("awards.id"), primary_key=True)
    code_sha256: Mapped[Sha256] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    taken_at: Mapped[datetime | None] = mapped_column(default=None)


class NoticeRow(Row):
    """The one message that tells the recipient of an award, and what became of it.

    `transmissions` counts how often it was begun and not known to have failed.
    """

    __tablename__ = "notices"
    __table_args__ = _OPTIONS

    award_id: Mapped[Uuid] = mapped_column(ForeignKey("awards.id"), primary_key=True)
    state: Mapped[NoticeState]
    transmissions: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    reason: Mapped[Sentence | None] = mapped_column(default=None)


class ManageLinkRow(Row):
    """The recipient's own way back to an award; the newest that was not replaced opens it."""

    __tablename__ = "manage_links"
    __table_args__ = _OPTIONS

    id: Mapped[Uuid] = mapped_column(primary_key=True)
    award_id: Mapped[Uuid] = mapped_column(ForeignKey("awards.id"), index=True)
    token_sha256: Mapped[Sha256] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None] = mapped_column(default=None)


class ShareLinkRow(Row):
    """A link that shows one edition of an award to whoever has it, until it is withdrawn."""

    __tablename__ = "share_links"
    __table_args__ = _OPTIONS

    id: Mapped[Uuid] = mapped_column(primary_key=True)
    award_id: Mapped[Uuid] = mapped_column(ForeignKey("awards.id"), index=True)
    edition: Mapped[Edition]
    name: Mapped[Name]
    token_sha256: Mapped[Sha256] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)


class PublishedDocumentRow(Row):
    """The bytes that a URL of ours answers with; `sequence` grows with each new answer."""

    __tablename__ = "published_documents"
    __table_args__ = _OPTIONS

    url: Mapped[Url] = mapped_column(primary_key=True)
    issuer_id: Mapped[Uuid | None] = mapped_column(
        ForeignKey("issuers.id"), index=True, default=None
    )
    media_type: Mapped[MediaType]
    body: Mapped[bytes]
    body_sha256: Mapped[Sha256]
    published_at: Mapped[datetime]
    valid_until: Mapped[datetime | None] = mapped_column(default=None)
    sequence: Mapped[int]


class OutboxRow(Row):
    """A job that is due, written in the transaction that caused it.

    A worker takes it with a lease and writes `lease_token` (the fencing token) into what it
    does; a subject has one job of a kind, which is made due again rather than doubled.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id"),
        # Workers ask for what is not done, the longest due first.
        Index(None, "done_at", "due_at"),
        _OPTIONS,
    )

    id: Mapped[Uuid] = mapped_column(primary_key=True)
    issuer_id: Mapped[Uuid | None] = mapped_column(
        ForeignKey("issuers.id"), index=True, default=None
    )
    kind: Mapped[Word]
    subject_id: Mapped[Slug]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None] = mapped_column(default=None)
    lease_token: Mapped[Uuid | None] = mapped_column(default=None)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    last_error: Mapped[Sentence | None] = mapped_column(default=None)


class RevokedIndexRow(Row):
    """An index known to be revoked whose credential this database does not know.

    After a backup was restored the published list still says so, and goes on saying it (R35).
    """

    __tablename__ = "revoked_indexes"
    __table_args__ = _OPTIONS

    status_list_id: Mapped[Uuid] = mapped_column(ForeignKey("status_lists.id"), primary_key=True)
    status_index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    learnt_at: Mapped[datetime]


class BatchRow(Row):
    """One award for many recipients: what all of them get, and who asked for it.

    `request_key` and `request_sha256` are those of the request that made it, as for an award.
    """

    __tablename__ = "batches"
    __table_args__ = (
        ForeignKeyConstraint(
            ["badge_class", "badge_class_version"],
            ["badge_class_versions.slug", "badge_class_versions.version"],
        ),
        Index(None, "badge_class", "badge_class_version"),
        Index(None, "request_key", unique=True),
        _OPTIONS,
    )

    id: Mapped[Uuid] = mapped_column(primary_key=True)
    issuer_id: Mapped[Uuid] = mapped_column(ForeignKey("issuers.id"), index=True)
    badge_class: Mapped[Slug]
    badge_class_version: Mapped[int]
    activity_id: Mapped[Uuid | None] = mapped_column(
        ForeignKey("activities.id"), index=True, default=None
    )
    language: Mapped[Language]
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None] = mapped_column(default=None)
    awarded_by: Mapped[Name | None] = mapped_column(default=None)
    again: Mapped[bool]
    state: Mapped[BatchState]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    request_key: Mapped[Sha256 | None] = mapped_column(default=None)
    request_sha256: Mapped[Sha256 | None] = mapped_column(default=None)


class BatchRecipientRow(Row):
    """One recipient of a batch, by the number of their line; sealed until the award is made.

    `details` is the JSON of evidence and narrative, sealed alike. `reason` says why none was made.
    """

    __tablename__ = "batch_recipients"
    __table_args__ = (
        # What is still to be done is asked for in the order of the lines.
        Index(None, "batch_id", "state", "number"),
        _OPTIONS,
    )

    batch_id: Mapped[Uuid] = mapped_column(ForeignKey("batches.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recipient_kind: Mapped[RecipientKind]
    recipient_hash: Mapped[Sha256]
    recipient_identifier: Mapped[bytes | None] = mapped_column(default=None)
    details: Mapped[bytes | None] = mapped_column(default=None)
    state: Mapped[BatchRowState]
    award_id: Mapped[Uuid | None] = mapped_column(ForeignKey("awards.id"), index=True, default=None)
    reason: Mapped[Sentence | None] = mapped_column(default=None)


class AuditEntryRow(Row):
    """One act, chained to the one before it by its hash; nothing personal stands here.

    `details` is JSON. `commitment` is that to a person, whose salt is kept apart so that it can go.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (Index(None, "subject"), _OPTIONS)

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    act: Mapped[Word]
    actor: Mapped[Name]
    subject: Mapped[Url]
    issuer_id: Mapped[Uuid | None] = mapped_column(default=None)
    details: Mapped[bytes]
    commitment: Mapped[Sha256 | None] = mapped_column(default=None)
    previous_sha256: Mapped[Sha256]
    sha256: Mapped[Sha256]


class AuditSaltRow(Row):
    """The salt of one entry's commitment; without it nobody can tell whom the entry is about."""

    __tablename__ = "audit_salts"
    __table_args__ = _OPTIONS

    sequence: Mapped[int] = mapped_column(
        ForeignKey("audit_entries.sequence"), primary_key=True, autoincrement=False
    )
    salt: Mapped[bytes]


class AuditHeadRow(Row):
    """The last entry of the chain: one row, which everyone locks who adds an entry."""

    __tablename__ = "audit_head"
    __table_args__ = _OPTIONS

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int]
    sha256: Mapped[Sha256]
