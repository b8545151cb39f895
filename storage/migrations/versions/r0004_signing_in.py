"""Who signs in: accounts, sign-in links, sessions, and tokens for programs."""

from storage.columns import BLOB, Moment
from storage.migrations.words import (
    CHOICE,
    LANGUAGE,
    NAME,
    SHA256,
    UUID,
    index,
    key,
    may,
    must,
    refers,
    table,
    unique,
)

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables, each after those it refers to."""
    table(
        "accounts",
        must("id", UUID),
        must("name", NAME),
        must("role", CHOICE),
        may("language", LANGUAGE),
        must("created_at", Moment()),
        may("disabled_at", Moment()),
        key("accounts", "id"),
    )
    table(
        "sign_in_links",
        must("token_sha256", SHA256),
        must("account_id", UUID),
        must("created_at", Moment()),
        must("expires_at", Moment()),
        may("used_at", Moment()),
        key("sign_in_links", "token_sha256"),
        refers("sign_in_links", ["account_id"], ["accounts.id"]),
    )
    index("sign_in_links", "account_id")
    table(
        "sessions",
        must("token_sha256", SHA256),
        may("account_id", UUID),
        must("data", BLOB),
        must("created_at", Moment()),
        must("seen_at", Moment()),
        must("expires_at", Moment()),
        key("sessions", "token_sha256"),
        refers("sessions", ["account_id"], ["accounts.id"]),
    )
    index("sessions", "account_id")
    index("sessions", "expires_at")
    table(
        "api_tokens",
        must("id", UUID),
        must("token_sha256", SHA256),
        must("name", NAME),
        must("scope", CHOICE),
        must("issuer_id", UUID),
        must("created_at", Moment()),
        may("expires_at", Moment()),
        may("revoked_at", Moment()),
        key("api_tokens", "id"),
        unique("api_tokens", "token_sha256"),
    )
    index("api_tokens", "issuer_id")
