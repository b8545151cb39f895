"""Column types that mean the same in SQLite, PostgreSQL and MariaDB.

The tables themselves are in each room's `tables`. Migrations use these types too, so what a type
is in a database never changes: a new need gets a new type.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import Enum
from typing import Annotated, Any, ClassVar, Final, dataclass_transform

from sqlalchemy import Boolean, Date, Dialect, Integer, LargeBinary, MetaData, String
from sqlalchemy import DateTime as SqlDateTime
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

URL_LENGTH = 500  # characters; four bytes each must fit MariaDB's index of 3072 bytes
UUID_LENGTH = 36  # characters, with hyphens
SHA256_LENGTH = 64  # hexadecimal digits
CHOICE_LENGTH = 20  # characters of the longest member of any enumeration

# Every table has them; the other two databases pay no attention.
TABLE_OPTIONS: Final[Mapping[str, str]] = {
    "mariadb_engine": "InnoDB",
    "mariadb_default_charset": "utf8mb4",
    "mariadb_collate": "utf8mb4_nopad_bin",
}

# A constraint that has a name can be changed by a later migration, whoever made the database.
_NAMES: Final[Mapping[str, str]] = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A moment: aware on both sides, stored as UTC to the microsecond, whatever the server's zone.

    A moment without a zone is a ValueError, which SQLAlchemy wraps in a StatementError.
    """

    impl = SqlDateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """MariaDB keeps whole seconds unless told otherwise."""
        if dialect.name == "mariadb":
            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        return dialect.type_descriptor(SqlDateTime())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware moment into UTC without a zone."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment its zone again."""
        del dialect
        return None if value is None else value.replace(tzinfo=UTC)


# Up to 16 MiB on MariaDB, whose plain BLOB ends at 64 KiB; our largest are 4 MiB.
BLOB: Final = LargeBinary().with_variant(mysql.MEDIUMBLOB(), "mariadb")

CHOICE: Final = SqlEnum(
    Enum,
    native_enum=False,
    length=CHOICE_LENGTH,
    values_callable=lambda kind: [member.value for member in kind],
)
"""A StrEnum as its value; the members may grow without a migration."""

Uuid = Annotated[str, UUID_LENGTH]
Sha256 = Annotated[str, SHA256_LENGTH]
Url = Annotated[str, URL_LENGTH]


# The decorator tells type checkers what `kw_only` and `mapped_column` mean to every table.
@dataclass_transform(kw_only_default=True, eq_default=False, field_specifiers=(mapped_column,))
class Row(MappedAsDataclass, DeclarativeBase, kw_only=True, eq=False, repr=False):
    """What every room's rows stand on; all rooms share one set of tables.

    Rows are made with keywords, equal only themselves, and never print what they hold. There are
    no relationships: flush a row before you add another that refers to it.
    """

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        Uuid: String(UUID_LENGTH),
        Sha256: String(SHA256_LENGTH),
        Url: String(URL_LENGTH),
        Enum: CHOICE,
        bool: Boolean(),
        bytes: BLOB,
        date: Date(),
        datetime: Moment(),
        int: Integer(),
    }
