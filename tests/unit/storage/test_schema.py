"""The tables are those of this program, or the database is refused."""

import logging
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, inspect, text

import accounts.tables
import issuer.tables
from openbadges.errors import RefusedError
from storage import Database, schema
from storage.columns import Row

PROCESSES = 2


def order(database: Database, *statements: str) -> None:
    with database.write() as session:
        for statement in statements:
            session.execute(text(statement))


def tables(database: Database) -> set[str]:
    with database.read() as session:
        return set(inspect(session.connection()).get_table_names())


def differences(database: Database, metadata: MetaData) -> list[object]:
    with database.connection_apart() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return list(compare_metadata(context, metadata))


def test_an_empty_database_is_refused_until_it_is_upgraded(empty_database_url: str) -> None:
    database = Database.open(empty_database_url)
    assert schema.current(database) is None
    with pytest.raises(RefusedError, match="has no tables yet: run `insignia db upgrade`"):
        schema.check(database)
    schema.upgrade(database)
    schema.check(database)
    assert schema.current(database) == schema.newest()
    database.close()


def test_the_steps_make_the_tables_of_the_rooms(database: Database) -> None:
    # a room's tables are known once its module is read
    for row in (accounts.tables.AccountRow, issuer.tables.IssuerRow):
        assert row.metadata is Row.metadata
    assert differences(database, Row.metadata) == []


def test_a_difference_would_be_noticed(empty_database_url: str) -> None:
    database = Database.open(empty_database_url)
    schema.upgrade(database)
    order(
        database,
        "CREATE INDEX ix_outbox_due_at ON outbox (due_at)",
        "ALTER TABLE awards ADD COLUMN surprise VARCHAR(3)",
    )
    assert len(differences(database, Row.metadata)) == 2
    database.close()


def test_an_older_database_is_refused_until_it_is_upgraded(empty_database_url: str) -> None:
    database = Database.open(empty_database_url)
    schema.upgrade(database)
    order(database, "UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(RefusedError, match=r"is older \(0001\).*run `insignia db upgrade`"):
        schema.check(database)
    schema.upgrade(database)
    schema.check(database)
    database.close()


def test_a_newer_database_is_refused_and_left_alone(empty_database_url: str) -> None:
    database = Database.open(empty_database_url)
    schema.upgrade(database)
    order(database, "UPDATE alembic_version SET version_num = '9999'")
    for ask in (schema.check, schema.upgrade):
        with pytest.raises(RefusedError, match=r"is newer \(9999\).*update the program"):
            ask(database)
    assert schema.current(database) == "9999"
    database.close()


def test_tables_of_something_else_are_left_alone(empty_database_url: str) -> None:
    database = Database.open(empty_database_url)
    order(database, "CREATE TABLE issuers (name VARCHAR(10))")
    with pytest.raises(RefusedError, match=r"tables of something else \(issuers\)"):
        schema.upgrade(database)
    assert tables(database) == {"issuers"}
    database.close()


def test_an_upgrade_that_was_cut_off_is_finished_by_the_next(empty_database_url: str) -> None:
    database = Database.open(empty_database_url)
    schema.upgrade(database)
    # MariaDB keeps the tables that were made before a crash, and no revision.
    order(
        database,
        "DROP TABLE outbox",
        "DROP TABLE revocations",
        "DELETE FROM alembic_version",
    )
    schema.upgrade(database)
    assert differences(database, Row.metadata) == []
    schema.check(database)
    database.close()


def test_an_upgrade_again_changes_nothing(database: Database) -> None:
    before = tables(database)
    schema.upgrade(database)
    assert tables(database) == before


def upgrade(url: str) -> str | None:
    """As one process of several that start together."""
    database = Database.open(url)
    schema.upgrade(database)
    found = schema.current(database)
    database.close()
    return found


def test_processes_that_upgrade_at_once_wait_for_each_other(empty_database_url: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=spawn) as pool:
        found = list(pool.map(upgrade, [empty_database_url] * PROCESSES))
    assert found == [schema.newest()] * PROCESSES


def test_an_upgrade_says_nothing_on_the_terminal(
    empty_database_url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    database = Database.open(empty_database_url)
    handlers = list(logging.getLogger().handlers)
    schema.upgrade(database)
    database.close()
    assert capfd.readouterr() == ("", "")
    assert logging.getLogger().handlers == handlers
