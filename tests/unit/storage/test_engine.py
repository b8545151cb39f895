"""Which databases are spoken to, and what is said of those that are not."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import text

from openbadges.errors import RefusedError, UnavailableError
from storage import Database
from tests.databases import LOOPBACK

PASSWORD = "correct-horse"  # noqa: S105 -- made up, to look for it in sentences


@pytest.mark.parametrize(
    ("url", "found"),
    [
        pytest.param(f"oracle://me:{PASSWORD}@host/db", "found oracle://", id="another database"),
        pytest.param("postgresql+asyncpg://me@host/db", "asyncpg", id="a driver of your own"),
        pytest.param(f"{PASSWORD}", "it is not a URL", id="no URL"),
        pytest.param(f"mariadb://me:{PASSWORD}@host:port/db", "it is not a URL", id="no port"),
        pytest.param(f"mariadb://me:{PASSWORD}@host", "names no database", id="a server alone"),
        pytest.param("sqlite://", "names no database", id="SQLite in memory"),
        pytest.param("sqlite:///:memory:", "names no database", id="SQLite in memory, said aloud"),
        pytest.param("sqlite:///a.db?mode=ro", "nothing else", id="SQLite with parameters"),
        pytest.param("sqlite://host/a.db", "nothing else", id="SQLite on another machine"),
    ],
)
def test_a_url_of_something_else_is_refused_without_repeating_it(url: str, found: str) -> None:
    with pytest.raises(RefusedError, match=found) as refusal:
        Database.open(url)
    assert PASSWORD not in str(refusal.value)
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("{}://postgres:{}@127.0.0.1:1/x?password={}", marks=LOOPBACK, id="postgresql"),
        pytest.param("{}://root:{}@127.0.0.1:1/x?passwd={}", marks=LOOPBACK, id="mariadb"),
    ],
)
def test_a_server_that_does_not_answer_is_named_without_its_password(
    url: str, request: pytest.FixtureRequest
) -> None:
    kind = request.node.callspec.id
    with pytest.raises(UnavailableError, match=r"127\.0\.0\.1:1/x does not answer") as trouble:
        Database.open(url.format(kind, PASSWORD, PASSWORD))
    assert PASSWORD not in str(trouble.value)
    assert PASSWORD not in repr(trouble.value.__cause__)


def test_a_database_that_is_not_there_is_said_so(empty_database_url: str) -> None:
    with pytest.raises(UnavailableError, match="does not exist"):
        Database.open(f"{empty_database_url}_other")


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("mariadb://insignia:{}@127.0.0.1/mysql", marks=LOOPBACK, id="mariadb"),
        pytest.param("postgresql://insignia_none:{}@127.0.0.1/x", marks=LOOPBACK, id="postgresql"),
    ],
)
@pytest.mark.usefixtures("empty_database_url")
def test_a_sign_in_that_is_refused_is_explained(url: str) -> None:
    with pytest.raises(UnavailableError, match=r"refused the sign-in|does not exist") as trouble:
        Database.open(url.format(PASSWORD))
    assert PASSWORD not in str(trouble.value)


def test_an_open_database_never_prints_its_password(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path / 'insignia.db'}", create=True)
    assert repr(database) == f"Database(sqlite:///{tmp_path / 'insignia.db'})"
    database.close()


RULES: Mapping[str, Mapping[str, object]] = {
    "sqlite": {
        "PRAGMA journal_mode": "wal",
        "PRAGMA foreign_keys": 1,
        "PRAGMA synchronous": 2,
        "PRAGMA busy_timeout": 10_000,
    },
    "postgresql": {
        "SHOW transaction_isolation": "read committed",
        "SHOW lock_timeout": "10s",
        "SHOW client_encoding": "UTF8",
    },
    "mariadb": {
        "SELECT @@tx_isolation": "READ-COMMITTED",
        "SELECT @@innodb_lock_wait_timeout": 10,
        "SELECT @@sql_mode LIKE '%STRICT_ALL_TABLES%'": 1,
        "SELECT @@character_set_connection": "utf8mb4",
        "SELECT @@collation_connection": "utf8mb4_nopad_bin",
        "SELECT COUNT(DISTINCT table_collation, engine) FROM information_schema.tables"
        " WHERE table_schema = DATABASE() AND table_name <> 'alembic_version'": 1,
        "SELECT DISTINCT CONCAT(table_collation, engine) FROM information_schema.tables"
        " WHERE table_schema = DATABASE() AND table_name = 'awards'": "utf8mb4_nopad_binInnoDB",
    },
}


def test_every_connection_keeps_our_rules(database: Database) -> None:
    kind = database.name.partition(":")[0]
    with database.write() as session:
        found = {question: session.scalar(text(question)) for question in RULES[kind]}
    assert found == RULES[kind]
