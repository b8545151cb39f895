"""Transactions: what is read, what is kept, what is undone, and what is done again."""

import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError, SQLAlchemyError
from sqlalchemy.orm import Session

from issuer.tables import IssuerRow, PublishedDocumentRow, StatusListRow
from openbadges.errors import Code, ConflictError, UnavailableError
from storage import Database
from storage.errors import BusyError
from storage.session import MAXIMUM_REPEATS, refuse_duplicates
from tests import rows

PROCESSES = 4
TRANSACTIONS = 50  # of each process
URLS = ("https://badges.example/a", "https://badges.example/b")


class SurpriseError(Exception):
    """What a room raises in the middle of its work."""


def urls(database: Database) -> list[str]:
    with database.read() as session:
        column = PublishedDocumentRow.url
        return list(session.scalars(select(column).order_by(column)))


def test_what_was_written_is_kept(database: Database) -> None:
    with database.write() as session:
        session.add(rows.published_document(url=URLS[0]))
    assert urls(database) == [URLS[0]]


def fail_in_the_middle(database: Database) -> None:
    with database.write() as session:
        session.add(rows.published_document())
        session.flush()
        raise SurpriseError


def test_an_error_undoes_all_of_it(database: Database) -> None:
    with pytest.raises(SurpriseError):
        fail_in_the_middle(database)
    assert urls(database) == []


def write_a_statement(session: Session) -> None:
    session.execute(update(PublishedDocumentRow).values(sequence=2))


def write_a_row(session: Session) -> None:
    session.add(rows.published_document(url=URLS[1]))


@pytest.mark.parametrize("write", [write_a_statement, write_a_row])
def test_a_session_that_reads_cannot_write(
    database: Database, write: Callable[[Session], None]
) -> None:
    with database.write() as session:
        session.add(rows.published_document(url=URLS[0]))
    with (
        pytest.raises(UnavailableError, match="does not take writing here"),
        database.read() as session,
    ):
        write(session)
    with database.write() as session:
        assert session.scalars(select(PublishedDocumentRow.sequence)).all() == [1]
        write_a_row(session)
    assert urls(database) == list(URLS)


def test_a_wrong_statement_is_not_blamed_on_the_world(database: Database) -> None:
    with pytest.raises(SQLAlchemyError) as trouble, database.read() as session:
        session.execute(text("SELECT name FROM nowhere"))
    assert isinstance(trouble.value, ProgrammingError) or "no such table" in str(trouble.value)


def test_an_error_does_not_repeat_what_was_to_be_stored(database: Database) -> None:
    row = rows.published_document(url="https://badges.example/someone@example.org", sequence=None)
    with pytest.raises(IntegrityError) as trouble, database.write() as session:
        session.add(row)
    assert "parameters hidden" in str(trouble.value)


def test_a_duplicate_is_a_conflict_and_the_transaction_goes_on(database: Database) -> None:
    with database.write() as session:
        session.add(rows.published_document(url=URLS[0]))
        session.flush()
        session.expunge_all()
        with (
            pytest.raises(ConflictError, match="this address is taken"),
            refuse_duplicates(session, "this address is taken"),
        ):
            session.add(rows.published_document(url=URLS[0]))
        with refuse_duplicates(session, "this address is taken"):
            session.add(rows.published_document(url=URLS[1]))
    assert urls(database) == list(URLS)


def test_another_broken_rule_is_no_conflict(database: Database) -> None:
    with (
        pytest.raises(IntegrityError),
        database.write() as session,
        refuse_duplicates(session, "there is one already"),
    ):
        session.add(rows.status_list(issuer_id="nobody"))


def test_work_that_others_were_in_the_way_of_is_done_again(database: Database) -> None:
    attempts: list[int] = []

    def work(session: Session) -> str:
        attempts.append(len(attempts))
        session.add(rows.published_document(url=f"https://badges.example/{len(attempts)}"))
        session.flush()
        if len(attempts) <= MAXIMUM_REPEATS:
            raise BusyError("someone was in the way")
        return "done"

    assert database.transact(work) == "done"
    assert urls(database) == [f"https://badges.example/{MAXIMUM_REPEATS + 1}"]


def test_work_is_not_repeated_for_ever(database: Database) -> None:
    attempts: list[int] = []

    def work(_: Session) -> None:
        attempts.append(len(attempts))
        raise BusyError("someone is always in the way")

    with pytest.raises(BusyError) as trouble:
        database.transact(work)
    assert len(attempts) == 1 + MAXIMUM_REPEATS
    assert trouble.value.code is Code.DATABASE


def test_work_that_fails_by_itself_is_not_repeated(database: Database) -> None:
    attempts: list[int] = []

    def work(_: Session) -> None:
        attempts.append(len(attempts))
        raise SurpriseError

    with pytest.raises(SurpriseError):
        database.transact(work)
    assert len(attempts) == 1


def count_up(session: Session, url: str) -> None:
    session.execute(
        update(PublishedDocumentRow)
        .where(PublishedDocumentRow.url == url)
        .values(sequence=PublishedDocumentRow.sequence + 1)
    )


def test_of_two_that_block_each_other_both_are_done(database: Database) -> None:
    with database.write() as session:
        session.add_all(rows.published_document(url=url, sequence=0) for url in URLS)
    holds_one = threading.Barrier(2, timeout=2)
    attempts: list[str] = []

    def swap(first: str, second: str) -> Callable[[Session], None]:
        def work(session: Session) -> None:
            attempts.append(first)
            count_up(session, first)
            if len(attempts) <= 2 and not database.name.startswith("sqlite"):
                holds_one.wait()
            count_up(session, second)

        return work

    with ThreadPoolExecutor(2) as pool:
        done = [
            pool.submit(database.transact, swap(*URLS)),
            pool.submit(database.transact, swap(*reversed(URLS))),
        ]
        for future in done:
            future.result()
    with database.read() as session:
        assert session.scalars(select(PublishedDocumentRow.sequence)).all() == [2, 2]
    # SQLite lets one writer in at a time, so that neither has to go back.
    assert len(attempts) == (2 if database.name.startswith("sqlite") else 3)


def reserve_many(url: str) -> int:
    """Read a counter, then write it: as one process of several."""

    def reserve(session: Session) -> None:
        found = session.scalars(select(StatusListRow).with_for_update()).one()
        found.reserved_count += 1

    database = Database.open(url)
    for _ in range(TRANSACTIONS):
        with database.write() as session:
            reserve(session)
    database.close()
    return TRANSACTIONS


def test_no_reservation_of_several_processes_is_lost(database: Database, database_url: str) -> None:
    with database.write() as session:
        session.add(rows.issuer())
        session.flush()
        session.add(rows.status_list())
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=spawn) as pool:
        done = sum(pool.map(reserve_many, [database_url] * PROCESSES))
    with database.read() as session:
        assert session.scalars(select(StatusListRow.reserved_count)).one() == done == 200


def test_a_reader_is_not_held_up_by_a_writer(database: Database) -> None:
    with database.write() as session:
        session.add(rows.issuer())
        session.flush()
        with database.read() as reading:
            assert reading.scalar(select(func.count()).select_from(IssuerRow)) == 0


def test_one_database_serves_many_threads(database: Database) -> None:
    def write(number: int) -> None:
        with database.write() as session:
            session.add(rows.published_document(url=f"https://badges.example/{number:02}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    assert urls(database) == [f"https://badges.example/{number:02}" for number in range(40)]
