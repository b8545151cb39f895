"""The database as rooms use it: sessions that read, sessions that write, work that is repeated.

How a database is spoken to is in `engine`; which tables it must have is in `schema`.
"""

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Self, TypeVar

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError, InvalidRequestError
from sqlalchemy.orm import Session

from openbadges.errors import Code, ConflictError, RefusedError, UnavailableError
from storage.engine import SNAPSHOT, WRITING, make_engine
from storage.errors import BusyError, LostError, explained, is_duplicate, name_of

MAXIMUM_REPEATS = 3  # of one transaction that others were in the way of (R15)
MAXIMUM_PAUSE_MILLISECONDS = 50  # before a repeat, drawn at random so that rivals part

T = TypeVar("T")


class Database:
    """One database. Open it in the process that uses it: connections do not survive a fork."""

    def __init__(self, engine: Engine, info: Mapping[str, object] | None = None) -> None:
        """Hold an engine of `storage.engine`; `open` is the way to get one."""
        self._engine = engine
        self._reading = engine.execution_options(**{WRITING: False})
        self._info = dict(info or {})

    def __repr__(self) -> str:
        return f"Database({self.name})"

    @property
    def name(self) -> str:
        """The URL without password and parameters, for sentences."""
        return name_of(self._engine.url)

    @classmethod
    def open(
        cls, url: str, *, create: bool = False, info: Mapping[str, object] | None = None
    ) -> Self:
        """Open a database and see that it answers; its tables are `schema`'s business.

        `create` makes a SQLite file that is missing; on a server its keeper makes databases. `info`
        is what every session that writes carries along for the rooms (`Session.info`).

        Raises:
            RefusedError: the URL is none of ours, or the file is damaged or on a network disk.
            UnavailableError: there is no such database, or it does not answer.
        """
        database = cls(make_engine(url, create=create), info)
        with ExitStack() as undo:
            undo.callback(database.close)
            database._look()
            undo.pop_all()
        return database

    def close(self) -> None:
        """Give back every connection; the object can be used again."""
        self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees the database and cannot change it.

        Raises:
            UnavailableError: the database does not answer, or the session tried to write.
        """
        with explained(self._engine.url), _session(self._reading) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that commits when its block ends, and rolls back when an error leaves it.

        Raises:
            BusyError: another transaction was in the way; `transact` repeats by itself.
            UnavailableError: the database does not answer, is full or takes no writing.
        """
        with explained(self._engine.url), _session(self._engine) as session:
            session.info.update(self._info)
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """A session that reads everything as it was at its first look, while others go on writing.

        Raises:
            UnavailableError: as `read`.
        """
        level = {} if self._engine.dialect.name == "sqlite" else SNAPSHOT
        engine = self._reading.execution_options(**level)
        with explained(self._engine.url), _session(engine) as session:
            yield session

    def transact(self, work: Callable[[Session], T]) -> T:
        """Do `work` in a write transaction; where others were in the way, do all of it again.

        A row that somebody wrote between the look and the insert is in the way too: the repeat
        finds it. A connection that was lost before the commit is one more such case; in the commit
        it is not, because what was written may be kept (R14). `work` must have no effect but
        through its session: it may run up to 1 + `MAXIMUM_REPEATS` times, and all but the last
        leave nothing behind.

        Raises:
            BusyError: others were still in the way the last time.
            UnavailableError: as `write`; or it is not known whether the work is kept.
        """
        for _ in range(MAXIMUM_REPEATS):
            try:
                return self._once(work)
            except (BusyError, LostError):
                pass
            except IntegrityError as error:
                if not is_duplicate(error):
                    raise
            time.sleep(secrets.randbelow(MAXIMUM_PAUSE_MILLISECONDS) / 1000)
        return self._once(work)

    @contextmanager
    def connection_apart(self) -> Iterator[Connection]:
        """A connection outside the pool, with no transaction begun; for `schema` alone.

        It is closed at the end, and locks that belong to a connection end with it.
        """
        with explained(self._engine.url), self._engine.connect() as connection:
            connection.detach()
            yield connection

    def _look(self) -> None:
        try:
            with self.read() as session:
                session.execute(text("SELECT 1"))
        except InvalidRequestError as error:  # SQLAlchemy's, when it meets a MySQL server
            raise RefusedError(
                f"the database {self.name} is not served by MariaDB", code=Code.DATABASE
            ) from error

    def _once(self, work: Callable[[Session], T]) -> T:
        is_committing = False
        try:
            with self.write() as session:
                result = work(session)
                session.flush()  # from here on nothing is left but the commit
                is_committing = True
        except LostError as error:
            if is_committing:
                sentence = f"{error}; it is not known whether what was done last is kept"
                raise UnavailableError(sentence, code=Code.DATABASE) from error
            raise
        return result


@contextmanager
def refuse_duplicates(session: Session, sentence: str) -> Iterator[None]:
    """Turn a violated unique constraint into a refusal, and keep the transaction usable.

    The block runs in a savepoint and is flushed at its end; where it fails only it is undone.

    Raises:
        ConflictError: with `sentence`; a row with the same key is there already.
    """
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        if is_duplicate(error):
            raise ConflictError(sentence) from error
        raise


@contextmanager
def _session(engine: Engine) -> Iterator[Session]:
    # Rows stay readable after the commit: rooms hand them on.
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session
