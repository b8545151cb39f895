"""What is issued: status lists, credentials, revocations, documents, jobs that are due."""

import sqlalchemy as sa

from storage.columns import BLOB, Moment
from storage.migrations.words import (
    CHOICE,
    NAME,
    SHA256,
    SLUG,
    URL,
    UUID,
    WORD,
    index,
    key,
    may,
    must,
    refers,
    table,
    unique,
)

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables, each after those it refers to."""
    _status_lists()
    _credentials()
    _published_documents()
    _outbox()


def _status_lists() -> None:
    table(
        "status_lists",
        must("id", UUID),
        must("issuer_id", UUID),
        must("url", URL),
        must("purpose", WORD),
        must("capacity", sa.Integer()),
        must("reserved_count", sa.Integer()),
        must("opened_at", Moment()),
        may("closed_at", Moment()),
        key("status_lists", "id"),
        unique("status_lists", "url"),
        refers("status_lists", ["issuer_id"], ["issuers.id"]),
    )
    index("status_lists", "issuer_id")


def _credentials() -> None:
    table(
        "credentials",
        must("id", UUID),
        must("award_id", UUID),
        must("issuer_id", UUID),
        must("edition", CHOICE),
        must("sequence", sa.Integer()),
        must("credential_url", URL),
        must("status_list_id", UUID),
        must("status_index", sa.Integer()),
        must("state", CHOICE),
        may("unsigned_document", BLOB),
        may("unsigned_sha256", SHA256),
        may("json_bytes", BLOB),
        may("json_sha256", SHA256),
        may("jws_bytes", BLOB),
        may("jws_sha256", SHA256),
        must("reserved_at", Moment()),
        may("recorded_at", Moment()),
        may("released_at", Moment()),
        may("visible_from", Moment()),
        key("credentials", "id"),
        unique("credentials", "credential_url"),
        unique("credentials", "award_id", "edition", "sequence"),
        unique("credentials", "status_list_id", "status_index"),
        refers("credentials", ["award_id"], ["awards.id"]),
        refers("credentials", ["issuer_id"], ["issuers.id"]),
        refers("credentials", ["status_list_id"], ["status_lists.id"]),
    )
    index("credentials", "issuer_id")
    table(
        "revocations",
        must("credential_id", UUID),
        must("issuer_id", UUID),
        must("reason", sa.String(500)),
        must("revoked_at", Moment()),
        may("revoked_by", NAME),
        may("published_at", Moment()),
        key("revocations", "credential_id"),
        refers("revocations", ["credential_id"], ["credentials.id"]),
        refers("revocations", ["issuer_id"], ["issuers.id"]),
    )
    index("revocations", "issuer_id")


def _published_documents() -> None:
    table(
        "published_documents",
        must("url", URL),
        may("issuer_id", UUID),
        must("media_type", sa.String(100)),
        must("body", BLOB),
        must("body_sha256", SHA256),
        must("published_at", Moment()),
        may("valid_until", Moment()),
        must("sequence", sa.Integer()),
        key("published_documents", "url"),
        refers("published_documents", ["issuer_id"], ["issuers.id"]),
    )
    index("published_documents", "issuer_id")


def _outbox() -> None:
    table(
        "outbox",
        must("id", UUID),
        may("issuer_id", UUID),
        must("kind", WORD),
        must("subject_id", SLUG),
        must("due_at", Moment()),
        must("attempts", sa.Integer()),
        may("leased_until", Moment()),
        may("lease_token", UUID),
        may("done_at", Moment()),
        may("last_error", sa.String(500)),
        key("outbox", "id"),
        unique("outbox", "kind", "subject_id"),
        refers("outbox", ["issuer_id"], ["issuers.id"]),
    )
    index("outbox", "issuer_id")
    index("outbox", "done_at", "due_at")
