"""What is decided: who issues, what can be awarded, and who was awarded it."""

import sqlalchemy as sa

from storage.columns import BLOB, Moment
from storage.migrations.words import (
    CHOICE,
    LANGUAGE,
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

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables, each after those it refers to."""
    _issuers()
    _badge_classes()
    _activities()
    _awards()


def _issuers() -> None:
    table(
        "issuers",
        must("id", UUID),
        must("did", URL),
        must("method", CHOICE),
        must("base_url", URL),
        must("name", NAME),
        may("description", sa.String(2000)),
        may("url", URL),
        may("email", sa.String(254)),
        must("profile", CHOICE),
        must("trial", sa.Boolean()),
        must("created_at", Moment()),
        may("retired_at", Moment()),
        key("issuers", "id"),
        unique("issuers", "did"),
    )
    table(
        "issuer_keys",
        must("issuer_id", UUID),
        must("key_id", SLUG),
        must("purpose", WORD),
        must("verification_method", URL),
        must("since", Moment()),
        key("issuer_keys", "issuer_id", "key_id", "purpose"),
        refers("issuer_keys", ["issuer_id"], ["issuers.id"]),
    )


def _badge_classes() -> None:
    table(
        "badge_class_versions",
        must("slug", SLUG),
        must("version", sa.Integer()),
        must("definition", BLOB),
        must("definition_sha256", SHA256),
        must("picture", BLOB),
        must("picture_sha256", SHA256),
        must("picture_media_type", sa.String(100)),
        must("imported_at", Moment()),
        key("badge_class_versions", "slug", "version"),
    )
    table(
        "badge_class_translations",
        must("slug", SLUG),
        must("version", sa.Integer()),
        must("language", LANGUAGE),
        must("translation", BLOB),
        must("translation_sha256", SHA256),
        must("imported_at", Moment()),
        key("badge_class_translations", "slug", "version", "language"),
        refers(
            "badge_class_translations",
            ["slug", "version"],
            ["badge_class_versions.slug", "badge_class_versions.version"],
        ),
    )


def _activities() -> None:
    table(
        "activities",
        must("id", UUID),
        must("issuer_id", UUID),
        must("title", NAME),
        must("method", WORD),
        must("starts_on", sa.Date()),
        may("ends_on", sa.Date()),
        may("language", LANGUAGE),
        may("territory", WORD),
        may("organiser", NAME),
        may("link", URL),
        must("created_at", Moment()),
        key("activities", "id"),
        refers("activities", ["issuer_id"], ["issuers.id"]),
    )
    index("activities", "issuer_id")


def _awards() -> None:
    table(
        "awards",
        must("id", UUID),
        must("issuer_id", UUID),
        must("badge_class", SLUG),
        must("badge_class_version", sa.Integer()),
        may("activity_id", UUID),
        must("language", LANGUAGE),
        must("recipient_kind", CHOICE),
        must("recipient_hash", SHA256),
        may("recipient_identifier", BLOB),
        must("valid_from", Moment()),
        may("valid_until", Moment()),
        may("awarded_by", NAME),
        may("details", BLOB),
        must("state", CHOICE),
        must("created_at", Moment()),
        key("awards", "id"),
        refers("awards", ["issuer_id"], ["issuers.id"]),
        refers(
            "awards",
            ["badge_class", "badge_class_version"],
            ["badge_class_versions.slug", "badge_class_versions.version"],
        ),
        refers("awards", ["activity_id"], ["activities.id"]),
    )
    index("awards", "badge_class", "badge_class_version")
    index("awards", "issuer_id", "badge_class", "recipient_hash")
    index("awards", "activity_id")
