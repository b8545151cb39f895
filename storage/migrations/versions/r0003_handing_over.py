"""What is handed over: claims, manage links, share links; requests told apart by their key.

A credential of a generic issuer belongs to no award.
"""

import sqlalchemy as sa
from alembic import op

from storage.columns import TABLE_OPTIONS, Moment
from storage.migrations.words import (
    CHOICE,
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

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables, and change two that are there; each step may have been taken before."""
    _links()
    _changes()


def _links() -> None:
    table(
        "claims",
        must("award_id", UUID),
        must("code_sha256", SHA256),
        must("created_at", Moment()),
        may("taken_at", Moment()),
        key("claims", "award_id"),
        unique("claims", "code_sha256"),
        refers("claims", ["award_id"], ["awards.id"]),
    )
    table(
        "manage_links",
        must("id", UUID),
        must("award_id", UUID),
        must("token_sha256", SHA256),
        must("created_at", Moment()),
        may("replaced_at", Moment()),
        key("manage_links", "id"),
        unique("manage_links", "token_sha256"),
        refers("manage_links", ["award_id"], ["awards.id"]),
    )
    index("manage_links", "award_id")
    table(
        "share_links",
        must("id", UUID),
        must("award_id", UUID),
        must("edition", CHOICE),
        must("name", NAME),
        must("token_sha256", SHA256),
        must("created_at", Moment()),
        may("withdrawn_at", Moment()),
        key("share_links", "id"),
        unique("share_links", "token_sha256"),
        refers("share_links", ["award_id"], ["awards.id"]),
    )
    index("share_links", "award_id")


def _changes() -> None:
    present = sa.inspect(op.get_bind())
    awards = {column["name"] for column in present.get_columns("awards")}
    for column in (may("request_key", SHA256), may("request_sha256", SHA256)):
        if column.name not in awards:
            op.add_column("awards", column)
    op.create_index(
        "ix_awards_request_key", "awards", ["request_key"], unique=True, if_not_exists=True
    )
    if "public_since" not in {column["name"] for column in present.get_columns("credentials")}:
        op.add_column("credentials", may("public_since", Moment()))
    with op.batch_alter_table("credentials", table_kwargs=dict(TABLE_OPTIONS)) as credentials:
        credentials.alter_column("award_id", existing_type=UUID, nullable=True)
