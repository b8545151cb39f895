"""R13: where nothing can be written the service says so, and what only reads goes on.

The disk is one of the test's own that is mounted for reading alone, or rights are taken from the
folder, which binds whoever is no administrator.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url

from issuer.tables import PublishedDocumentRow
from openbadges.errors import UnavailableError
from openbadges.strict import parse_json
from storage import Database, schema
from tests import rows
from tests.reliability.disks import read_only, small_disk
from tests.reliability.served import Program, running, serving


@contextmanager
def without_rights(folder: Path) -> Iterator[None]:
    """Take the right to write from a folder and what is in it."""
    probe = folder / "probe"
    probe.touch(0o400)
    if os.access(probe, os.W_OK):
        pytest.skip("rights bind nobody who is an administrator")
    found = [folder, *folder.rglob("*")]
    modes = {path: path.stat().st_mode for path in found}
    for path in reversed(found):
        path.chmod(modes[path] & 0o577 & ~0o222 | 0o400)
    try:
        yield
    finally:
        for path in found:
            path.chmod(modes[path])


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", mebibytes=24) as folder:
        yield folder


def make(folder: Path) -> str:
    """Make a database with one published document."""
    url = f"sqlite:///{folder / 'insignia.db'}"
    with closing(Database.open(url, create=True)) as database:
        schema.upgrade(database)
        write(database, 1)
    return url


def write(database: Database, number: int) -> None:
    with database.write() as session:
        session.add(rows.published_document(url=f"https://badges.example/{number}"))


def count(database: Database) -> int:
    with database.read() as session:
        return session.query(PublishedDocumentRow).count()


def leave_a_log(folder: Path) -> None:
    """Leave a second document in the write-ahead log, as a crash does."""
    path = folder / "insignia.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE published_documents SET sequence = 7")
        connection.commit()
        kept = {one: one.read_bytes() for one in folder.glob("insignia.db-*")}
        main = path.read_bytes()
    path.write_bytes(main)
    for one, data in kept.items():
        one.write_bytes(data)


@pytest.mark.parametrize("crashed", [False, True])
def test_a_database_on_a_disk_that_cannot_be_written_is_read_and_says_so(
    disk: Path, *, crashed: bool
) -> None:
    url = make(disk)
    if crashed:
        leave_a_log(disk)
    with read_only(disk), closing(Database.open(url)) as database:
        schema.check(database)
        with database.read() as session:
            [row] = session.query(PublishedDocumentRow)
            assert row.sequence == (7 if crashed else 1)
        with pytest.raises(UnavailableError, match="does not take writing here"):
            write(database, 2)
        with pytest.raises(UnavailableError, match="does not take writing here"):
            schema.check_writing(database)


def test_it_is_written_again_as_soon_as_that_can_be_done(disk: Path) -> None:
    url = make(disk)
    with read_only(disk):
        database = Database.open(url)
        assert count(database) == 1
    with closing(database):
        write(database, 2)
        assert count(database) == 2


def test_rights_that_are_lost_let_it_be_read(tmp_path: Path) -> None:
    url = make(tmp_path)
    with without_rights(tmp_path), closing(Database.open(url)) as database:
        assert count(database) == 1
        with pytest.raises(UnavailableError, match="does not take writing here"):
            write(database, 2)


def test_a_service_on_such_a_disk_shows_and_verifies_and_is_not_ready(
    disk: Path, catalogue_folder: Path
) -> None:
    with serving(disk, catalogue_folder) as service:
        program = Program(service)
        assert program.award(0) == 201
    with read_only(disk), running(service.shell, disk.with_name("log"), service.badge) as restarted:
        status, answer = restarted.ask("GET", "/readyz")
        assert (status, parse_json(answer)["troubles"]) == (503, ["writing"])
        assert restarted.verify(restarted.badge)["verdict"] == "VERIFIED"
        assert restarted.ask("GET", "/", Accept="text/html")[0] == 200
        assert restarted.ask("GET", "/.well-known/jwks.json")[0] == 200
        assert program.award(1) == 503
        assert "Traceback" not in restarted.log.read_text()
    with running(service.shell, disk.with_name("log"), service.badge):
        assert service.ask("GET", "/readyz")[0] == 200
        assert program.award(1) == 201


@pytest.mark.parametrize("server", ["postgresql"], indirect=True)
def test_a_server_that_takes_no_writing_is_read_and_says_so(empty_database_url: str) -> None:
    name = make_url(empty_database_url).database
    with closing(Database.open(empty_database_url)) as database:
        schema.upgrade(database)
        write(database, 1)
        setting = f"ALTER DATABASE {name} SET default_transaction_read_only ="
        switch(database, f"{setting} on")
        assert count(database) == 1
        with pytest.raises(UnavailableError, match="does not take writing here"):
            write(database, 2)
        with pytest.raises(UnavailableError, match="does not take writing here"):
            schema.check_writing(database)
        with database.connection_apart() as connection:
            connection.exec_driver_sql("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE")
            connection.commit()
            with connection.begin():
                connection.exec_driver_sql(f"{setting} off")
        database.close()
        write(database, 2)
        assert count(database) == 2


def switch(database: Database, statement: str) -> None:
    """Change what holds for every new connection."""
    with database.connection_apart() as connection, connection.begin():
        connection.exec_driver_sql(statement)
    database.close()
