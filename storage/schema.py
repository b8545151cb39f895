"""The tables that a database must have: bringing them there, and refusing one that lacks them.

What the steps do is in `migrations.versions`; what the tables mean is in each room's `tables`.
"""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from openbadges.errors import Code, RefusedError
from storage.engine import LOCK_TIMEOUT_SECONDS
from storage.errors import BusyError
from storage.session import Database

_STEPS: Final = Path(__file__).parent / "migrations"
_VERSION_TABLE: Final = "alembic_version"

# One process upgrades at a time. Both locks belong to the connection; SQLite has no such lock and
# needs none, since its transaction holds the whole database.
_LOCKS: Final[Mapping[str, str]] = {
    "postgresql": "SELECT 1 FROM (SELECT pg_advisory_lock(7236831047)) AS waited",
    "mariadb": (
        f"SELECT GET_LOCK(CONCAT('insignia upgrade ', DATABASE()), {LOCK_TIMEOUT_SECONDS})"
    ),
    "sqlite": "SELECT 1",
}


def newest() -> str:
    """The revision of this program's tables."""
    head = _steps().get_current_head()
    if head is None:
        raise RuntimeError("the program was built without its migrations")
    return head


def current(database: Database) -> str | None:
    """The revision of the database's tables; None where it has none of ours.

    Raises:
        UnavailableError: the database does not answer.
    """
    with database.read() as session:
        return _current(session.connection())


def is_known(revision: str) -> bool:
    """Tell whether this program knows a revision, so that it can upgrade from it."""
    return revision in {step.revision for step in _steps().walk_revisions()}


def check(database: Database) -> None:
    """Return if the database has exactly this program's tables.

    Raises:
        RefusedError: it is empty, older or newer; the sentence says what to do.
        UnavailableError: it does not answer.
    """
    found = current(database)
    if found == newest():
        return
    _refuse_newer(database, found)
    state = "has no tables yet" if found is None else f"is older ({found}) than this program"
    raise RefusedError(
        f"the database {database.name} {state}: run `insignia db upgrade`", code=Code.DATABASE
    )


def check_writing(database: Database) -> None:
    """Return if the database takes writing; nothing in it is changed.

    Raises:
        UnavailableError: it is read-only or does not answer, or others were in the way.
    """
    with database.write() as session:
        session.execute(text(f"UPDATE {_VERSION_TABLE} SET version_num = '' WHERE 1 = 0"))  # noqa: S608 -- our own name


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the database to `newest()`, or to an older revision that rows were read at.

    Nothing happens where it is there already.

    On SQLite and PostgreSQL all of it happens or nothing. On MariaDB, which cannot take back a
    table, an upgrade that was cut off is finished by the next.

    Raises:
        RefusedError: it is newer than this program, or holds tables that are not ours.
        BusyError: another process has been upgrading it for too long.
        UnavailableError: it does not answer.
    """
    with database.connection_apart() as connection:
        _wait_for_turn(connection, database)
        _let_tables_be_made_anew(connection)
        with connection.begin():
            _refuse_newer(database, _current(connection))
            _refuse_foreign(database, connection)
            command.upgrade(_settings(connection), revision)
            _refuse_dangling(connection, database)


def _wait_for_turn(connection: Connection, database: Database) -> None:
    taken = connection.scalar(text(_LOCKS[connection.dialect.name]))
    connection.commit()
    if taken != 1:
        raise BusyError(f"the database {database.name} is being upgraded by another process")


def _let_tables_be_made_anew(connection: Connection) -> None:
    """Let SQLite replace a table that others refer to, as changing a column needs there.

    https://www.sqlite.org/lang_altertable.html#otheralter
    """
    if connection.dialect.name == "sqlite":
        connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")


def _refuse_dangling(connection: Connection, database: Database) -> None:
    """Take an upgrade back that would leave rows referring to nothing."""
    if connection.dialect.name == "sqlite":
        dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if dangling is not None:
            raise RefusedError(
                f"the database {database.name} cannot be upgraded: a row of {dangling[0]} refers"
                f" to a row of {dangling[2]} that is not there; nothing was changed",
                code=Code.DATABASE,
            )


def _refuse_newer(database: Database, found: str | None) -> None:
    if found is not None and not is_known(found):
        raise RefusedError(
            f"the database {database.name} is newer ({found}) than this program ({newest()}):"
            " update the program",
            code=Code.DATABASE,
        )


def _refuse_foreign(database: Database, connection: Connection) -> None:
    tables = inspect(connection).get_table_names()
    if tables and _VERSION_TABLE not in tables:
        raise RefusedError(
            f"the database {database.name} holds tables of something else ({tables[0]}):"
            " give Insígnia a database of its own",
            code=Code.DATABASE,
        )


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@functools.cache
def _steps() -> ScriptDirectory:
    return ScriptDirectory(str(_STEPS))


def _settings(connection: Connection) -> Config:
    """Alembic's settings, made here so that no file needs to lie beside an installed program."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    return config
