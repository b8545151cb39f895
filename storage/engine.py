"""The engine: which databases are spoken to, by which driver, and under which rules.

Transactions are in `session`. All three databases are set so that a row means the same in each:
strict, UTF-8, compared byte for byte, and waiting the same time for a lock.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from openbadges.errors import Code, RefusedError
from storage import sqlite_file

LOCK_TIMEOUT_SECONDS = 10  # of waiting for another transaction, before BusyError
CONNECT_TIMEOUT_SECONDS = 10  # of waiting for a server that does not answer

WRITING: Final = "insignia_writing"
"""The execution option that says whether a transaction may write."""

# A transaction of a server's that reads one moment of everything; SQLite's do so by themselves.
SNAPSHOT: Final[Mapping[str, Any]] = {"isolation_level": "REPEATABLE READ"}

_READ_ONLY: Final = "insignia_read_only"  # whether a connection was opened for reading alone

_DRIVERS: Final[Mapping[str, str]] = {
    "sqlite": "sqlite+pysqlite",
    "postgresql": "postgresql+psycopg",
    "mariadb": "mariadb+pymysql",
    "mysql": "mariadb+pymysql",
}

# What the engine is made with: READ COMMITTED is said aloud because servers can be set otherwise.
_SERVER: Final[Mapping[str, Any]] = {"isolation_level": "READ COMMITTED", "pool_pre_ping": True}
_ENGINE: Final[Mapping[str, Mapping[str, Any]]] = {
    # The driver's own transactions are off: `_BEGIN` says how one begins.
    "sqlite": {"connect_args": {"isolation_level": None, "timeout": LOCK_TIMEOUT_SECONDS}},
    "postgresql": {**_SERVER, "connect_args": {"connect_timeout": CONNECT_TIMEOUT_SECONDS}},
    "mariadb": {
        **_SERVER,
        "connect_args": {"connect_timeout": CONNECT_TIMEOUT_SECONDS, "charset": "utf8mb4"},
    },
}

# What every new connection says first. FULL: a power cut after a commit loses nothing (R39).
# nopad: a trailing space is a difference, as it is in the other two.
_CONNECT: Final[Mapping[str, tuple[str, ...]]] = {
    "sqlite": ("PRAGMA foreign_keys=ON", "PRAGMA synchronous=FULL"),
    "postgresql": (f"SET lock_timeout = '{LOCK_TIMEOUT_SECONDS}s'",),
    "mariadb": (
        "SET NAMES utf8mb4 COLLATE utf8mb4_nopad_bin",
        "SET SESSION default_storage_engine = 'InnoDB'",
        f"SET SESSION innodb_lock_wait_timeout = {LOCK_TIMEOUT_SECONDS}",
        "SET SESSION sql_mode = 'TRADITIONAL'",
    ),
}

# How a transaction begins: (database, whether it may write). SQLite takes the write lock at once,
# because a transaction that reads first and then writes fails without waiting for the lock.
_BEGIN: Final[Mapping[tuple[str, bool], tuple[str, ...]]] = {
    ("sqlite", False): ("PRAGMA query_only=ON", "BEGIN"),
    ("sqlite", True): ("PRAGMA query_only=OFF", "BEGIN IMMEDIATE"),
    ("postgresql", False): ("SET TRANSACTION READ ONLY",),
    ("postgresql", True): (),
    ("mariadb", False): ("SET TRANSACTION READ ONLY",),
    ("mariadb", True): (),
}


def make_engine(written: str, *, create: bool) -> Engine:
    """Make the engine for a URL as people write it; no server is spoken to yet.

    Raises:
        RefusedError: it is no URL of a database that we speak to, or the SQLite file may not be
            used. No sentence repeats the URL, which can hold a password.
        UnavailableError: the SQLite file cannot be opened, or must be created first.
    """
    url = _parse(written)
    if url.get_backend_name() == "sqlite":
        sqlite_file.prepare(
            Path(url.database or ""), create=create, busy_timeout_seconds=LOCK_TIMEOUT_SECONDS
        )
    # Parameters are learners' data: they stay out of errors and logs.
    engine = create_engine(url, hide_parameters=True, **_ENGINE[url.get_backend_name()])
    if url.get_backend_name() == "sqlite":
        _follow_the_disk(engine, Path(url.database or ""))
    event.listen(engine, "connect", _greet(url.get_backend_name()))
    event.listen(engine, "begin", _begin)
    return engine


def _parse(written: str) -> URL:
    try:
        url = make_url(written)
    except (ArgumentError, ValueError):
        # The cause is left out on purpose: it may repeat the URL.
        raise _unspoken("it is not a URL") from None
    driver = _DRIVERS.get(url.drivername)
    if driver is None:
        raise _unspoken(f"found {url.drivername}://")
    if url.database in {None, "", ":memory:"}:
        raise _unspoken("it names no database")
    if driver == "sqlite+pysqlite" and (url.host or url.query):
        raise _unspoken("a SQLite URL has a path and nothing else")
    return url.set(drivername=driver)


def _unspoken(found: str) -> RefusedError:
    return RefusedError(
        "a database URL is sqlite:///path, postgresql://user@host/database or"
        f" mariadb://user@host/database; {found}",
        code=Code.DATABASE,
    )


def _follow_the_disk(engine: Engine, path: Path) -> None:
    """Read a file that cannot be written as such, and no longer than that (R13)."""

    def connect(
        _: object, record: ConnectionPoolEntry, arguments: list[Any], options: dict[str, Any]
    ) -> None:
        record.info[_READ_ONLY] = sqlite_file.is_read_only(path)
        if record.info[_READ_ONLY]:
            arguments[:] = [sqlite_file.read_only_uri(path)]
            options["uri"] = True

    def take(_: object, record: ConnectionPoolEntry, __: object) -> None:
        if record.info.get(_READ_ONLY) and not sqlite_file.is_read_only(path):
            raise DisconnectionError("the file can be written again")

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "checkout", take)


def _greet(database: str) -> Any:  # noqa: ANN401 -- the event's own type is not exported
    def greet(dbapi_connection: Any, _: ConnectionPoolEntry) -> None:  # noqa: ANN401 -- any driver's
        cursor = dbapi_connection.cursor()
        for statement in _CONNECT[database]:
            cursor.execute(statement)
        cursor.close()
        dbapi_connection.commit()

    return greet


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get(WRITING, True)
    for statement in _BEGIN[connection.dialect.name, writing]:
        connection.exec_driver_sql(statement)
