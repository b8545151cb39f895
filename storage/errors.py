"""What the three databases say when they cannot do their work, in one table.

A violated constraint is not here: it is the room's own news, which catches SQLAlchemy's
`IntegrityError` or asks for `storage.session.refuse_duplicates`.
"""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from typing import Final

from sqlalchemy import exc
from sqlalchemy.engine import URL

from openbadges.errors import Code, UnavailableError

_IN_THE_WAY: Final = "is busy: another transaction is in the way"
_SILENT: Final = "does not answer"
_READ_ONLY: Final = "does not take writing here"
_FULL: Final = "has no room left"
_SIGN_IN: Final = "refused the sign-in"
_UNKNOWN: Final = "does not exist"
_DAMAGED: Final = "is damaged: restore a backup with `insignia restore`"

# SQLite's primary result codes, PostgreSQL's SQLSTATE, MariaDB's error numbers. psycopg gives no
# SQLSTATE for a connection that could not be made or was lost.
_TROUBLES: Final[Mapping[str, Mapping[object, str]]] = {
    "sqlite": {
        5: _IN_THE_WAY,
        6: _IN_THE_WAY,
        8: _READ_ONLY,
        10: "cannot be read from or written to its disk",
        11: _DAMAGED,
        13: _FULL,
        14: "cannot be opened",
        26: _DAMAGED,
        None: _DAMAGED,  # the driver's own: a text that is no UTF-8
    },
    "postgresql": {
        "40001": _IN_THE_WAY,
        "40P01": _IN_THE_WAY,
        "55P03": _IN_THE_WAY,
        "25006": _READ_ONLY,
        "28P01": _SIGN_IN,
        "28000": _SIGN_IN,
        "3D000": _UNKNOWN,
        "53100": _FULL,
        "53300": "has no connection left",
        "57P01": _SILENT,
        "57P02": _SILENT,
        "57P03": _SILENT,
        None: _SILENT,
    },
    "mariadb": {
        1205: _IN_THE_WAY,
        1213: _IN_THE_WAY,
        1020: _IN_THE_WAY,
        1792: _READ_ONLY,
        1290: _READ_ONLY,
        1044: _SIGN_IN,
        1045: _SIGN_IN,
        1698: _SIGN_IN,
        1049: _UNKNOWN,
        1021: _FULL,
        1114: _FULL,
        1040: "has no connection left",
        0: _SILENT,
        2002: _SILENT,
        2003: _SILENT,
        2006: _SILENT,
        2013: _SILENT,
    },
}
# SQLite says of its extended codes which constraint it was: PRIMARY KEY or UNIQUE.
_DUPLICATE: Final = frozenset({1555, 2067, "23505", 1062})
_SQLITE_PRIMARY_CODE: Final = 0xFF  # the low byte of an extended result code

# Parameters of a URL that drivers take a secret from; `service.settings` refuses the same ones.
SECRET_PARAMETERS: Final = frozenset({"password", "passwd", "sslpassword", "ssl_key_password"})

# These say that a statement is wrong or a rule was broken; no other moment makes them right.
_NOT_THE_WORLD: Final = (
    exc.DataError,
    exc.IntegrityError,
    exc.NotSupportedError,
    exc.ProgrammingError,
)


class BusyError(UnavailableError):
    """Others were in the way: the same work, done again from its beginning, may succeed.

    A deadlock, a serialization failure, or a lock that was not given in time.
    """

    default_code = Code.DATABASE


class LostError(UnavailableError):
    """The connection broke off, and what it had not committed is undone.

    Of what it was told to commit at that very moment nobody knows whether it is kept (R14).
    """

    default_code = Code.DATABASE


def name_of(url: URL) -> str:
    """Name a database for people: no password, and no parameters, which can hold one."""
    return URL.create(
        url.get_backend_name(),
        username=url.username,
        host=url.host,
        port=url.port,
        database=url.database,
    ).render_as_string()


@contextmanager
def explained(url: URL) -> Iterator[None]:
    """Let what the database at `url` cannot do now leave as a sentence without secrets.

    Raises:
        BusyError: repeat the transaction.
        LostError: the connection broke off.
        UnavailableError: it does not answer, is full, damaged or read-only.
    """
    try:
        yield
    except exc.TimeoutError as error:  # the pool's
        raise BusyError(f"the database {name_of(url)} {_IN_THE_WAY}") from error
    except exc.DBAPIError as error:
        words = _words(error, url)
        if words is None:
            raise
        sentence = f"the database {name_of(url)} {words} ({_first_line(error, url)})"
        raise _family(error, words)(sentence, code=Code.DATABASE) from error


def is_duplicate(error: exc.IntegrityError) -> bool:
    """Whether a UNIQUE or PRIMARY KEY constraint was violated, and no other kind."""
    return _number(error) in _DUPLICATE


def _family(error: exc.DBAPIError, words: str) -> type[UnavailableError]:
    if words == _IN_THE_WAY:
        return BusyError
    return LostError if error.connection_invalidated else UnavailableError


def _words(error: exc.DBAPIError, url: URL) -> str | None:
    if isinstance(error, _NOT_THE_WORLD):
        return None
    number = _number(error)
    if isinstance(error.orig, sqlite3.Error) and isinstance(number, int):
        number &= _SQLITE_PRIMARY_CODE
    words = _TROUBLES[url.get_backend_name()].get(number)
    return words or (_SILENT if error.connection_invalidated else None)


def _number(error: exc.DBAPIError) -> object:
    """What the driver numbered the trouble with; None where it did not."""
    match error.orig:
        case sqlite3.Error(sqlite_errorcode=int() as code):
            return code
        case BaseException(args=(int() as number, *_)):  # PyMySQL's; its SQLSTATE says less
            return number
        case origin:
            return getattr(origin, "sqlstate", None)


def _first_line(error: exc.DBAPIError, url: URL) -> str:
    """The driver's own words, which may repeat what the URL said."""
    words = re.split(r"[\r\n]", str(error.orig), maxsplit=1)[0]
    in_query = (url.normalized_query.get(name, ()) for name in sorted(SECRET_PARAMETERS))
    for secret in filter(None, [str(url.password or ""), *chain.from_iterable(in_query)]):
        words = words.replace(secret, "***")
    return words
