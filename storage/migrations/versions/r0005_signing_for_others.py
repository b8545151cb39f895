"""What is signed for others: generic issuers that add a status entry by themselves."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.words import may

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add a column, which may have been added before a crash."""
    issuers = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("issuers")}
    if "adds_status" not in issuers:
        op.add_column("issuers", may("adds_status", sa.Boolean()))
