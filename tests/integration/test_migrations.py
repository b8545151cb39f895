"""An older database with rows in every table keeps all of them through each later step."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, Table, insert, select, text
from sqlalchemy.exc import IntegrityError

import storage
from storage import Database, schema
from storage.columns import Row
from tests import rows

STEPS: Final = Path(storage.__file__).parent / "migrations"
FIRST_RELEASED: Final = "0002"  # what an installation may still have

Contents = dict[str, list[dict[str, Any]]]


def bring_to(database: Database, revision: str) -> None:
    """Take the steps up to a revision, as `schema.upgrade` takes all of them."""
    with database.connection_apart() as connection:
        if connection.dialect.name == "sqlite":
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            settings = Config(attributes={"connection": connection})
            settings.set_main_option("script_location", str(STEPS))
            command.upgrade(settings, revision)


def tables_of(database: Database) -> list[Table]:
    """Give our tables that the database has, each after those it refers to, with its columns."""
    found = MetaData()
    with database.read() as session:
        found.reflect(session.connection())
    return [table for table in Row.metadata.sorted_tables if table.name in found.tables]


def columns_of(database: Database) -> dict[str, set[str]]:
    found = MetaData()
    with database.read() as session:
        found.reflect(session.connection())
    return {name: set(table.columns.keys()) for name, table in found.tables.items()}


def fill(database: Database) -> None:
    """Write a row into every table that is there, with the columns that it has."""
    columns = columns_of(database)
    with database.write() as session:
        for row in rows.one_of_each():
            table = type(row).__table__
            assert isinstance(table, Table)
            if table.name in columns:
                values = {name: getattr(row, name) for name in columns[table.name]}
                session.execute(insert(table).values(**values))


def read(database: Database, columns: dict[str, set[str]]) -> Contents:
    """Read these columns of these tables."""
    contents: Contents = {}
    with database.read() as session:
        for table in Row.metadata.sorted_tables:
            if table.name in columns:
                chosen = [table.c[name] for name in sorted(columns[table.name])]
                contents[table.name] = [
                    dict(row) for row in session.execute(select(*chosen)).mappings()
                ]
    return contents


@pytest.fixture
def old(empty_database_url: str) -> Iterator[Database]:
    """A database of the first schema, with a row in every table."""
    database = Database.open(empty_database_url)
    bring_to(database, FIRST_RELEASED)
    fill(database)
    yield database
    database.close()


def test_every_row_is_kept_by_each_step(old: Database) -> None:
    columns = columns_of(old)
    before = read(old, columns)
    assert set(map(len, before.values())) == {1}
    assert len(before) == len(tables_of(old)) == 11
    for revision in ("0003", "0004", "0005", "0006"):
        bring_to(old, revision)
        assert schema.current(old) == revision
        assert read(old, columns) == before


def test_all_steps_at_once_keep_every_row_and_give_this_programs_tables(old: Database) -> None:
    columns = columns_of(old)
    before = read(old, columns)
    schema.upgrade(old)
    schema.check(old)
    assert read(old, columns) == before
    with old.connection_apart() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert list(compare_metadata(context, Row.metadata)) == []


def test_new_columns_of_old_rows_are_empty(old: Database) -> None:
    columns = columns_of(old)
    schema.upgrade(old)
    new = {
        name: found - columns[name] for name, found in columns_of(old).items() if name in columns
    }
    assert {name for name, found in new.items() if found} == {"awards", "credentials", "issuers"}
    for table, (row,) in read(old, {name: found for name, found in new.items() if found}).items():
        assert set(row.values()) == {None}, table


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("DELETE FROM credentials", id="what a revocation refers to"),
        pytest.param("DELETE FROM awards", id="what a credential refers to"),
        pytest.param("DELETE FROM status_lists", id="the list of a credential"),
        pytest.param("UPDATE credentials SET issuer_id = 'x'", id="an issuer that is not there"),
        pytest.param("UPDATE credentials SET credential_url = NULL", id="what must be there"),
    ],
)
def test_what_was_refused_before_is_refused_after(old: Database, statement: str) -> None:
    schema.upgrade(old)
    with pytest.raises(IntegrityError), old.write() as session:
        session.execute(text(statement))


def test_what_is_unique_stays_so_and_a_credential_needs_no_award_any_more(old: Database) -> None:
    with pytest.raises(IntegrityError), old.write() as session:
        session.execute(text("UPDATE credentials SET award_id = NULL"))
    schema.upgrade(old)
    other = {"id": "b", "credential_url": "https://badges.example/b", "sequence": 2}
    with pytest.raises(IntegrityError), old.write() as session:
        session.add(rows.credential(**other))  # the index in the list is taken
    with old.write() as session:
        session.add(rows.credential(**other, status_index=1, award_id=None))


def test_a_step_that_was_cut_off_is_taken_again(old: Database) -> None:
    columns = columns_of(old)
    before = read(old, columns)
    schema.upgrade(old)
    with old.write() as session:  # MariaDB keeps what was done before a crash, and no revision
        session.execute(text(f"UPDATE alembic_version SET version_num = '{FIRST_RELEASED}'"))  # noqa: S608 -- our own constant
    schema.upgrade(old)
    assert read(old, columns) == before
