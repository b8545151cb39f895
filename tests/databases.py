"""Real databases for tests: SQLite always, PostgreSQL and MariaDB where they answer on loopback.

Ask for `database` (all tables, no rows) or `empty_database_url` (nothing at all, dropped at the
end); a test that does runs once on each, or on the servers alone where it is marked
`@pytest.mark.parametrize("server", SERVERS, indirect=True)`. Where a server does not answer its
tests are skipped, but never where CI is set. Every run makes databases under names of its own.
"""

import os
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import OperationalError

from storage import Database, schema
from storage.columns import Row

LOOPBACK: Final = (pytest.mark.loopback, pytest.mark.allow_hosts(["127.0.0.1"]))
SERVERS: Final = (
    pytest.param("postgresql", marks=LOOPBACK),
    pytest.param("mariadb", marks=LOOPBACK),
)


def allow_loopback(items: Iterable[pytest.Item], *, folder: str) -> None:
    """Let the tests of a folder talk to what they start on this machine."""
    for item in items:
        if item.path.parent.name == folder:
            for mark in LOOPBACK:
                item.add_marker(mark)


# Each server's driver, address, the database that its keeper signs in to, and how to drop another.
_SERVERS: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "postgresql": (
        "+psycopg",
        "postgres@127.0.0.1:5432",
        "postgres",
        "DROP DATABASE {} WITH (FORCE)",
    ),
    "mariadb": ("+pymysql", "root@127.0.0.1:3306", "mysql", "DROP DATABASE {}"),
}


@dataclass(frozen=True, slots=True)
class Server:
    """One kind of database, which makes and drops empty ones."""

    kind: str
    folder: Path

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The URL of a database that exists while the block runs."""
        name = f"insignia_test_{uuid.uuid4().hex}"
        if self.kind == "sqlite":
            (self.folder / name).touch()
            yield f"sqlite:///{self.folder / name}"
            return
        _, address, _, drop = _SERVERS[self.kind]
        with self._keeper() as keeper:
            keeper.exec_driver_sql(f"CREATE DATABASE {name}")
            try:
                yield f"{self.kind}://{address}/{name}"
            finally:
                keeper.exec_driver_sql(drop.format(name))

    @contextmanager
    def _keeper(self) -> Iterator[Connection]:
        """A connection that stays open, since a session's end may come while sockets are off."""
        driver, address, keepers, _ = _SERVERS[self.kind]
        engine = create_engine(
            f"{self.kind}{driver}://{address}/{keepers}", isolation_level="AUTOCOMMIT"
        )
        try:
            with self._connect(engine) as connection:
                yield connection
        finally:
            engine.dispose()

    def _connect(self, engine: Engine) -> Connection:
        try:
            return engine.connect()
        except OperationalError as error:
            if "CI" in os.environ:
                raise
            pytest.skip(f"{self.kind} does not answer on loopback: {error.orig}")


@pytest.fixture(scope="session", params=("sqlite", *SERVERS))
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """Each kind of database in turn."""
    return Server(kind=request.param, folder=tmp_path_factory.mktemp("databases"))


@pytest.fixture
def empty_database_url(server: Server) -> Iterator[str]:
    """A database without any table."""
    with server.empty() as url:
        yield url


@pytest.fixture(scope="session")
def database_url(server: Server) -> Iterator[str]:
    """A database with every table, which tests that share it leave without rows."""
    with server.empty() as url:
        opened = Database.open(url)
        schema.upgrade(opened)
        opened.close()
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with every table and no row."""
    opened = Database.open(database_url)
    yield opened
    with opened.write() as session:
        for table in reversed(Row.metadata.sorted_tables):
            session.execute(table.delete())
    opened.close()
