"""The words that steps are written in: columns, constraints and tables, named as everywhere.

What they make in a database never changes, because steps that were taken long ago use them.
"""

from typing import Any, Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.sql.schema import SchemaItem

from storage.columns import TABLE_OPTIONS

UUID: Final = sa.String(36)
SHA256: Final = sa.String(64)
URL: Final = sa.String(500)
SLUG: Final = sa.String(100)
NAME: Final = sa.String(300)
SENTENCE: Final = sa.String(500)
WORD: Final = sa.String(40)
LANGUAGE: Final = sa.String(35)
CHOICE: Final = sa.String(20)


def table(name: str, *items: SchemaItem) -> None:
    """Make a table; again does nothing, for MariaDB cannot take back what was before a crash."""
    op.create_table(name, *items, if_not_exists=True, **TABLE_OPTIONS)


def must(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    """A column that always has a value, which the program gives."""
    return sa.Column(name, kind, nullable=False, autoincrement=False)


def may(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    """A column that may be empty."""
    return sa.Column(name, kind, nullable=True)


def key(table: str, *columns: str) -> SchemaItem:
    """The primary key."""
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def unique(table: str, *columns: str) -> SchemaItem:
    """What no two rows have alike."""
    return sa.UniqueConstraint(*columns, name="_".join(("uq", table, *columns)))


def refers(table: str, columns: list[str], others: list[str]) -> SchemaItem:
    """A foreign key."""
    return sa.ForeignKeyConstraint(columns, others, name="_".join(("fk", table, *columns)))


def index(table: str, *columns: str, is_unique: bool = False) -> None:
    """Make an index; again does nothing."""
    op.create_index(
        "_".join(("ix", table, *columns)),
        table,
        list(columns),
        unique=is_unique,
        if_not_exists=True,
    )
