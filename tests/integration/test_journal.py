"""The journal: every act on the disk before its transaction commits, bound to the one before."""

import os
import stat
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from issuer.audit import JOURNAL, Act, as_entry, note
from issuer.journal import Entry, Journal, Position, entries_after
from issuer.tables import AuditEntryRow
from openbadges.errors import Code, MissingError, RefusedError, UnavailableError
from storage import Database
from tests.issuing import NOW, ON_SQLITE

BEGINNING = Position()


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal")


@pytest.fixture
def noting(database_url: str, database: Database, journal: Journal) -> Database:
    """The database of `database`, whose acts are written to the journal too."""
    assert database.name
    return Database.open(database_url, info={JOURNAL: journal})


def act(database: Database, *subjects: str, now: datetime = NOW) -> None:
    with database.write() as session:
        for subject in subjects:
            note(session, Act.AWARD_DECIDED, subject, now=now)


class PowerCutError(Exception):
    """The end, between the journal and the commit."""


def cut(session: Session) -> None:
    del session
    raise PowerCutError


def lose(database: Database, *subjects: str) -> None:
    with database.write() as session:
        for subject in subjects or ("lost",):
            note(session, Act.AWARD_DECIDED, subject, now=NOW)
        event.listen(session, "before_commit", cut)  # after the one that writes the journal


def subjects(entries: Sequence[Entry]) -> list[str]:
    return [one.subject for one in entries]


def logged(database: Database) -> list[Entry]:
    with database.read() as session:
        rows = session.scalars(select(AuditEntryRow).order_by(AuditEntryRow.sequence))
        return [as_entry(row) for row in rows]


def test_the_journal_says_what_the_log_says(noting: Database, journal: Journal) -> None:
    act(noting, "one", "two")
    act(noting, "three")
    assert list(entries_after([journal.path], BEGINNING)) == logged(noting)
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600
    after = entries_after([journal.path], logged(noting)[0].position)
    assert subjects(after) == ["two", "three"]
    assert entries_after([journal.path], logged(noting)[-1].position) == ()
    noting.close()


def test_an_act_is_on_the_disk_before_it_is_committed(noting: Database, journal: Journal) -> None:
    with pytest.raises(PowerCutError):
        lose(noting)
    assert logged(noting) == []
    assert subjects(entries_after([journal.path], BEGINNING)) == ["lost"]
    # what happened instead has the same number, and is what the next one is bound to
    act(noting, "instead")
    act(noting, "next")
    assert list(entries_after([journal.path], BEGINNING)) == logged(noting)
    noting.close()


def test_what_happened_is_known_though_more_was_written_down_that_did_not(
    noting: Database, journal: Journal
) -> None:
    act(noting, "before")
    with pytest.raises(PowerCutError):
        lose(noting, "lost", "lost too", "lost as well")
    copy = journal.path.with_name("copy")
    copy.write_bytes(journal.path.read_bytes())
    act(noting, "instead")
    for paths in ([journal.path], [journal.path, copy], [copy, journal.path]):
        assert list(entries_after(paths, BEGINNING)) == logged(noting)
    assert subjects(entries_after([journal.path], logged(noting)[0].position)) == ["instead"]
    noting.close()


@ON_SQLITE
def test_of_two_machines_that_one_is_believed_whose_act_happened(
    noting: Database, journal: Journal
) -> None:
    with pytest.raises(PowerCutError):
        lose(noting, "lost", "lost too")
    moved = journal.path.rename(journal.path.with_name("of-another-machine"))
    act(noting, "instead", now=NOW + timedelta(minutes=1))
    for paths in ([journal.path, moved], [moved, journal.path]):
        assert list(entries_after(paths, BEGINNING)) == logged(noting)
    noting.close()


@ON_SQLITE
def test_an_act_that_cannot_be_written_down_is_not_done(noting: Database, journal: Journal) -> None:
    journal.path.mkdir()
    with pytest.raises(UnavailableError, match="cannot be written") as raised:
        act(noting, "one")
    assert raised.value.code is Code.DATABASE
    assert logged(noting) == []
    journal.path.rmdir()
    act(noting, "one")
    assert subjects(logged(noting)) == ["one"]
    noting.close()


@ON_SQLITE
def test_a_line_that_a_full_disk_cut_off_is_passed_over(noting: Database, journal: Journal) -> None:
    act(noting, "one")
    with journal.path.open("ab") as file:
        file.write(logged(noting)[0].line()[:40])
    act(noting, "two")
    assert list(entries_after([journal.path], BEGINNING)) == logged(noting)
    noting.close()


@ON_SQLITE
def test_journals_of_several_machines_are_read_together(noting: Database, journal: Journal) -> None:
    act(noting, "one")
    moved = journal.path.rename(journal.path.with_name("of-another-machine"))
    act(noting, "two")
    both = [journal.path, moved]
    assert subjects(entries_after(both, BEGINNING)) == ["one", "two"]
    with pytest.raises(RefusedError, match="the act number 1 is missing"):
        entries_after([journal.path], BEGINNING)
    noting.close()


@ON_SQLITE
def test_a_journal_with_a_line_missing_or_changed_is_refused(
    noting: Database, journal: Journal
) -> None:
    act(noting, "one", "two", "three")
    lines = journal.path.read_bytes().splitlines(keepends=True)
    for changed in (
        lines[0] + lines[2],
        lines[0] + lines[1].replace(b"two", b"six") + lines[2],
        lines[1] + lines[2],
    ):
        journal.path.write_bytes(changed)
        with pytest.raises(RefusedError, match="is missing, was changed"):
            entries_after([journal.path], BEGINNING)
    noting.close()


@ON_SQLITE
def test_a_journal_that_ends_before_the_backup_is_refused(
    noting: Database, journal: Journal
) -> None:
    act(noting, "one", "two")
    last = logged(noting)[-1].position
    journal.path.write_bytes(journal.path.read_bytes().splitlines(keepends=True)[0])
    with pytest.raises(RefusedError, match="the acts up to number 1, and the backup those up to 2"):
        entries_after([journal.path], last)
    os.truncate(journal.path, 0)
    with pytest.raises(RefusedError, match="up to number 0"):
        entries_after([journal.path], last)
    journal.path.unlink()
    with pytest.raises(MissingError, match="there is no journal"):
        entries_after([journal.path], last)
    noting.close()
