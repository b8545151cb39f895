"""R16 and R39: a damaged SQLite file is refused at the start, or does not answer where it matters.

SQLite has no checksum of what a page holds, so two things are told apart. What pages are built of
is looked at when the file is opened. What was signed and published has its SHA-256 beside it, and
is given out only where that fits. A log whose end is cut off is what a power cut leaves: SQLite
keeps whole transactions only.
"""

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import NoResultFound, OperationalError

from issuer.publication import find_published
from issuer.released import load_released
from issuer.tables import CredentialRow, PublishedDocumentRow
from openbadges.errors import ExplainedError, RefusedError, UnavailableError
from storage import Database
from tests.amounts import amount
from tests.shell import AWARD, Shell

FLIPS = amount(150, 5000)
CURE = "restore a backup with `insignia restore`"
DATABASE = "insignia.sqlite3"


@pytest.fixture(scope="module")
def whole(awarded_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of an installation with one badge; copy it."""
    path = tmp_path_factory.mktemp("whole") / DATABASE
    shutil.copy(awarded_folder / DATABASE, path)
    return path


@contextmanager
def opened(path: Path) -> Iterator[Database]:
    with closing(Database.open(f"sqlite:///{path}")) as database:
        yield database


def given_out(database: Database) -> dict[str, bytes]:
    """Return all that this installation gives out: badges in both forms, and published documents.

    What says that it cannot be had is left out.
    """
    found: dict[str, bytes] = {}
    with database.read() as session:
        for identifier in session.scalars(select(CredentialRow.id)).all():
            released = load_released(session, identifier)
            found[f"{identifier}.json"] = released.forms.json
            found[f"{identifier}.jws"] = released.forms.compact_jws
            found[f"{identifier}.svg"] = released.picture
        for url in session.scalars(select(PublishedDocumentRow.url)).all():
            published = find_published(session, url)
            found[url] = b"" if published is None else published.body
    return found


def page_size(data: bytes) -> int:
    return int.from_bytes(data[16:18])


def test_a_page_that_is_overwritten_is_refused_at_the_start_or_held_nothing(
    whole: Path, tmp_path: Path
) -> None:
    data, copy = whole.read_bytes(), tmp_path / DATABASE
    size, refused = page_size(data), 0
    pages = len(data) // size
    for page in range(pages):
        start = page * size
        copy.write_bytes(data[:start] + bytes(range(1, 17)) * (size // 16) + data[start + size :])
        with pytest.raises(RefusedError) as told, opened(copy):
            pass
        assert str(told.value).startswith(f"the database {copy} is damaged")
        assert str(told.value).endswith(CURE)
        refused += 1
    assert refused == pages > 20


def test_a_bit_that_flips_anywhere_never_changes_what_is_given_out(
    whole: Path, tmp_path: Path
) -> None:
    data, copy = whole.read_bytes(), tmp_path / DATABASE
    with opened(whole) as database:
        meant = given_out(database)
    chance = random.Random(16)  # noqa: S311 -- the same places every day
    used = [place for place, byte in enumerate(data) if byte]
    told = 0
    for place in chance.sample(used, FLIPS):
        flipped = bytearray(data)
        flipped[place] ^= 1 << chance.randrange(8)
        for leftover in tmp_path.iterdir():
            leftover.unlink()
        copy.write_bytes(flipped)
        try:
            with opened(copy) as database:
                found = given_out(database)
        except (ExplainedError, OperationalError, NoResultFound, ValueError, LookupError):
            told += 1  # refused, explained, or the program's own stop: never something else
            continue
        changed = {name for name, body in found.items() if meant.get(name, body) != body}
        assert changed == set(), place
    assert told > FLIPS // 10


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("credentials", "json_bytes"),
        ("credentials", "jws_bytes"),
        ("badge_class_versions", "picture"),
        ("published_documents", "body"),
    ],
)
def test_bytes_that_are_not_those_that_were_stored_are_given_to_nobody(
    whole: Path, tmp_path: Path, table: str, column: str
) -> None:
    copy = Path(shutil.copy(whole, tmp_path / DATABASE))
    with closing(sqlite3.connect(copy)) as connection:
        [[name, body]] = connection.execute(f"SELECT rowid, {column} FROM {table} LIMIT 1")  # noqa: S608 -- our own names
        changed = body[:50] + bytes([body[50] ^ 1]) + body[51:]
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", [changed, name])  # noqa: S608 -- our own names
        connection.commit()
    with opened(copy) as database, pytest.raises(UnavailableError, match="damaged") as told:
        given_out(database)
    assert str(told.value).endswith(CURE)


def test_a_service_refuses_a_damaged_database_in_one_sentence(awarded: Shell) -> None:
    path = awarded.data / DATABASE
    data = bytearray(path.read_bytes())
    size = page_size(bytes(data))
    data[size : size + 64] = b"\xff" * 64
    path.write_bytes(data)
    for command in (("serve",), ("db", "check"), AWARD):
        assert awarded.refused(*command).endswith(CURE)
    assert bytes(data) == path.read_bytes()


def written_in_steps(folder: Path, whole: Path, steps: int) -> tuple[Path, bytes]:
    """Write so many transactions that only the log holds; return the file, and the log."""
    path = Path(shutil.copy(whole, folder / "steps.sqlite3"))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        for step in range(1, steps + 1):
            connection.execute("UPDATE issuers SET name = ?, url = ?", [f"{step}", f"{step}"])
            connection.commit()
        data = path.read_bytes()
        log = path.with_name(f"{path.name}-wal").read_bytes()
    path.write_bytes(data)
    return path, log


@pytest.mark.parametrize("damage", ["cut", "flipped"])
def test_of_a_damaged_log_whole_transactions_are_kept_and_no_half(
    whole: Path, tmp_path: Path, damage: str
) -> None:
    steps = 8
    path, log = written_in_steps(tmp_path, whole, steps)
    data, seen = path.read_bytes(), set()
    for place in range(0, len(log), max(1, len(log) // amount(40, 400))):
        for leftover in tmp_path.iterdir():
            leftover.unlink()
        path.write_bytes(data)
        broken = log[:place] if damage == "cut" else flip(log, place)
        path.with_name(f"{path.name}-wal").write_bytes(broken)
        with opened(path) as database, database.read() as session:
            [(name, url)] = session.execute(text("SELECT name, url FROM issuers")).all()
        assert name == url or (name, url) == ("Example Learning Circle", None)
        seen.add(name)
    assert len(seen) > steps // 2


def flip(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 0x10]) + data[place + 1 :]


def test_every_connection_that_writes_waits_for_the_disk(tmp_path: Path, whole: Path) -> None:
    """FULL is 2: a commit returns when the disk has it (R39)."""
    with opened(Path(shutil.copy(whole, tmp_path / DATABASE))) as database:
        with database.write() as one, database.read() as two, database.read() as three:
            for session in (one, two, three):
                assert session.scalar(text("PRAGMA synchronous")) == 2
                assert session.scalar(text("PRAGMA journal_mode")) == "wal"
        with database.connection_apart() as connection:
            assert connection.scalar(text("PRAGMA synchronous")) == 2
        database.close()  # the pool is made anew
        with database.write() as session:
            assert session.scalar(text("PRAGMA synchronous")) == 2
