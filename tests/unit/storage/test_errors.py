"""What a database cannot do is told in a sentence, and it can be used again afterwards."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError

from issuer.tables import IssuerRow
from openbadges.errors import Code, UnavailableError
from storage import Database, schema
from storage.errors import SECRET_PARAMETERS, BusyError, explained
from tests import rows
from tests.databases import SERVERS

# How another session of the same keeper ends ours.
CUT = {"postgresql": "SELECT pg_terminate_backend({})", "mariadb": "KILL {}"}
OWN = {"postgresql": "SELECT pg_backend_pid()", "mariadb": "SELECT CONNECTION_ID()"}


def go_on_after_a_cut(database: Database) -> None:
    with database.write() as session, database.connection_apart() as other:
        number = session.scalar(text(OWN[other.dialect.name]))
        other.exec_driver_sql(CUT[other.dialect.name].format(number))
        session.execute(text("SELECT 1"))


@pytest.mark.parametrize("server", SERVERS, indirect=True)
def test_a_connection_that_is_cut_is_explained_and_the_next_one_works(database: Database) -> None:
    with pytest.raises(UnavailableError, match="does not answer") as trouble:
        go_on_after_a_cut(database)
    assert trouble.value.code is Code.DATABASE
    with database.write() as session:
        session.add(rows.issuer())
    with database.read() as session:
        assert session.get_one(IssuerRow, rows.ISSUER).name == "Example"


@pytest.mark.parametrize("server", SERVERS, indirect=True)
def test_connections_that_were_cut_while_nobody_used_them_are_replaced(database: Database) -> None:
    with database.connection_apart() as other:
        with database.read() as session:
            number = session.scalar(text(OWN[other.dialect.name]))
        other.exec_driver_sql(CUT[other.dialect.name].format(number))
    with database.read() as session:
        assert session.scalar(text("SELECT 1")) == 1


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    """A SQLite database whose pool holds one connection, which a test can put under strain."""
    database = Database.open(f"sqlite:///{tmp_path / 'insignia.db'}", create=True)
    schema.upgrade(database)
    yield database
    database.close()


def set_up(database: Database, pragma: str) -> None:
    with database.read() as session:
        session.execute(text(f"PRAGMA {pragma}"))


def attempt(database: Database) -> None:
    with database.write() as session:
        session.add(rows.badge_class_version(picture=bytes(1024 * 1024)))


def test_a_full_disk_is_explained_and_leaves_nothing_behind(sqlite: Database) -> None:
    set_up(sqlite, "max_page_count = 1")
    with pytest.raises(UnavailableError, match="has no room left"):
        attempt(sqlite)
    set_up(sqlite, "max_page_count = 4096")
    attempt(sqlite)


def test_a_lock_that_is_not_given_says_so(sqlite: Database) -> None:
    set_up(sqlite, "busy_timeout = 1")
    path = sqlite.name.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(BusyError, match="another transaction is in the way"):
            attempt(sqlite)
    attempt(sqlite)


def test_damage_that_comes_later_is_explained(sqlite: Database) -> None:
    attempt(sqlite)
    sqlite.close()
    path = Path(sqlite.name.removeprefix("sqlite:///"))
    data = path.read_bytes()
    path.write_bytes(bytes(100) + data[100:])
    with pytest.raises(UnavailableError, match="is damaged: restore a backup"):
        attempt(sqlite)
    path.write_bytes(data)


@pytest.mark.parametrize("name", sorted(SECRET_PARAMETERS))
def test_a_secret_among_the_parameters_is_not_repeated(name: str) -> None:
    url = make_url(f"mariadb+pymysql://db/insignia?{name}=hidden")
    trouble = OperationalError("SELECT 1", None, OSError(2003, "no way in with hidden"))
    with pytest.raises(UnavailableError) as told, explained(url):
        raise trouble
    assert "hidden" not in str(told.value)
    assert "no way in with ***" in str(told.value)
