"""What is lost by no crash: batches, the audit log, and revocations that a backup does not know."""

import sqlalchemy as sa
from alembic import op

from storage.columns import BLOB, Moment
from storage.migrations.words import (
    CHOICE,
    LANGUAGE,
    NAME,
    SENTENCE,
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
)

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables; each step may have been taken before."""
    table(
        "revoked_indexes",
        must("status_list_id", UUID),
        must("status_index", sa.Integer()),
        must("learnt_at", Moment()),
        key("revoked_indexes", "status_list_id", "status_index"),
        refers("revoked_indexes", ["status_list_id"], ["status_lists.id"]),
    )
    _awards()
    _batches()
    _audit()
    table(
        "notices",
        must("award_id", UUID),
        must("state", CHOICE),
        must("transmissions", sa.Integer()),
        may("sent_at", Moment()),
        may("reason", SENTENCE),
        key("notices", "award_id"),
        refers("notices", ["award_id"], ["awards.id"]),
    )


def _awards() -> None:
    awards = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("awards")}
    if "held_until" not in awards:
        op.add_column("awards", may("held_until", Moment()))


def _batches() -> None:
    table(
        "batches",
        must("id", UUID),
        must("issuer_id", UUID),
        must("badge_class", SLUG),
        must("badge_class_version", sa.Integer()),
        may("activity_id", UUID),
        must("language", LANGUAGE),
        must("valid_from", Moment()),
        may("valid_until", Moment()),
        may("awarded_by", NAME),
        must("again", sa.Boolean()),
        must("state", CHOICE),
        must("created_at", Moment()),
        may("done_at", Moment()),
        may("request_key", SHA256),
        may("request_sha256", SHA256),
        key("batches", "id"),
        refers("batches", ["issuer_id"], ["issuers.id"]),
        refers("batches", ["activity_id"], ["activities.id"]),
        refers(
            "batches",
            ["badge_class", "badge_class_version"],
            ["badge_class_versions.slug", "badge_class_versions.version"],
        ),
    )
    index("batches", "issuer_id")
    index("batches", "activity_id")
    index("batches", "badge_class", "badge_class_version")
    index("batches", "request_key", is_unique=True)
    table(
        "batch_recipients",
        must("batch_id", UUID),
        must("number", sa.Integer()),
        must("recipient_kind", CHOICE),
        must("recipient_hash", SHA256),
        may("recipient_identifier", BLOB),
        may("details", BLOB),
        must("state", CHOICE),
        may("award_id", UUID),
        may("reason", SENTENCE),
        key("batch_recipients", "batch_id", "number"),
        refers("batch_recipients", ["batch_id"], ["batches.id"]),
        refers("batch_recipients", ["award_id"], ["awards.id"]),
    )
    index("batch_recipients", "award_id")
    index("batch_recipients", "batch_id", "state", "number")


def _audit() -> None:
    table(
        "audit_entries",
        must("sequence", sa.Integer()),
        must("at", Moment()),
        must("act", WORD),
        must("actor", NAME),
        must("subject", URL),
        may("issuer_id", UUID),
        must("details", BLOB),
        may("commitment", SHA256),
        must("previous_sha256", SHA256),
        must("sha256", SHA256),
        key("audit_entries", "sequence"),
    )
    index("audit_entries", "subject")
    table(
        "audit_salts",
        must("sequence", sa.Integer()),
        must("salt", BLOB),
        key("audit_salts", "sequence"),
        refers("audit_salts", ["sequence"], ["audit_entries.sequence"]),
    )
    table(
        "audit_head",
        must("id", sa.Integer()),
        must("sequence", sa.Integer()),
        must("sha256", SHA256),
        key("audit_head", "id"),
    )
