"""Rows as values that mean the same in all three databases, read and written table by table.

What a value is, is said by one word for each column, never by the database that it came from: so
rows of an older schema can be written back as well, and those of one kind of database to another.
"""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Integer,
    LargeBinary,
    String,
    TableClause,
    column,
    func,
    insert,
    inspect,
    select,
    table,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from openbadges.errors import MalformedError
from storage.columns import BLOB, Moment, Row

ROWS_AT_ONCE: Final = 100  # of one statement; some have pictures of megabytes


class Kind(StrEnum):
    """What the values of a column are."""

    MOMENT = "moment"
    BOOLEAN = "boolean"
    BYTES = "bytes"
    DATE = "date"
    INTEGER = "integer"
    TEXT = "text"


# In this order: a column is of the first kind that its type is a sort of.
_SORTS: Final[Mapping[Kind, type[TypeEngine[Any]]]] = {
    Kind.MOMENT: Moment,
    Kind.BOOLEAN: Boolean,
    Kind.BYTES: LargeBinary,
    Kind.DATE: Date,
    Kind.INTEGER: Integer,
    Kind.TEXT: String,
}
_TYPES: Final[Mapping[Kind, TypeEngine[Any]]] = {
    Kind.MOMENT: Moment(),
    Kind.BOOLEAN: Boolean(),
    Kind.BYTES: BLOB,
    Kind.DATE: Date(),
    Kind.INTEGER: Integer(),
    Kind.TEXT: String(),
}
_WRITTEN: Final[Mapping[Kind, Callable[[Any], Any]]] = {
    Kind.MOMENT: datetime.isoformat,
    Kind.BYTES: lambda value: b64encode(value).decode(),
    Kind.DATE: date.isoformat,
}
_READ: Final[Mapping[Kind, Callable[[Any], Any]]] = {
    Kind.MOMENT: datetime.fromisoformat,
    Kind.BYTES: lambda value: b64decode(value, validate=True),
    Kind.DATE: date.fromisoformat,
}

Columns = Mapping[str, Kind]


def tables(*, without: Sequence[str] = ()) -> dict[str, Columns]:
    """Return every table with its columns; one that refers to another comes after it."""
    return {
        one.name: {member.name: _kind(member) for member in one.columns}
        for one in Row.metadata.sorted_tables
        if one.name not in without
    }


def read_rows(session: Session, name: str, columns: Columns) -> Iterator[list[Any]]:
    """Return the rows of a table, as JSON, a few at a time."""
    found = session.execute(
        select(_table(name, columns)), execution_options={"yield_per": ROWS_AT_ONCE}
    )
    kinds = tuple(columns.values())
    for row in found:
        yield [_convert(_WRITTEN, kind, value) for kind, value in zip(kinds, row, strict=True)]


def write_rows(session: Session, name: str, columns: Columns, rows: Iterable[Sequence[Any]]) -> int:
    """Write rows as `read_rows` gave them into a table; returns how many there were.

    Raises:
        MalformedError: the database has no such table, or a row is not what its columns say.
    """
    _check_known(session, name, columns)
    count = 0
    for some in _batches(rows):
        try:
            values = [
                {
                    column_name: _convert(_READ, kind, value)
                    for (column_name, kind), value in zip(columns.items(), row, strict=True)
                }
                for row in some
            ]
        except (ValueError, TypeError, Base64Error) as error:
            raise MalformedError(f"a row of {name} is not what its columns say") from error
        session.execute(insert(_table(name, columns)), values)
        count += len(values)
    return count


def first_with_rows(session: Session) -> str | None:
    """Return the name of a table that has rows, if one has."""
    there = set(inspect(session.connection()).get_table_names())
    for name in tables():
        if name in there and session.scalar(select(func.count()).select_from(table(name))):
            return name
    return None


def _batches(rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Sequence[Any]]]:
    batch: list[Sequence[Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == ROWS_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _check_known(session: Session, name: str, columns: Columns) -> None:
    """Refuse names that are not those of a table of ours: they become part of statements."""
    looked_at = inspect(session.connection())
    if name not in tables() or not looked_at.has_table(name):
        raise MalformedError(f"there is no table {name!r:.60} here")
    if {one["name"] for one in looked_at.get_columns(name)} != columns.keys():
        raise MalformedError(f"the table {name} has other columns here")


def _table(name: str, columns: Columns) -> TableClause:
    return table(name, *(column(one, _TYPES[kind]) for one, kind in columns.items()))


def _kind(member: Column[Any]) -> Kind:
    return next(kind for kind, sort in _SORTS.items() if isinstance(member.type, sort))


def _convert(how: Mapping[Kind, Callable[[Any], Any]], kind: Kind, value: Any) -> Any:  # noqa: ANN401 -- a value of any column
    return value if value is None or kind not in how else how[kind](value)
