"""What is signed for others with other cryptosuites: generic issuers that name theirs."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.words import WORD, may

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add a column, which may have been added before a crash."""
    issuers = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("issuers")}
    if "cryptosuite" not in issuers:
        op.add_column("issuers", may("cryptosuite", WORD))
