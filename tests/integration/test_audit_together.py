"""Many write into the log at once: the chain stays whole, and nobody waits for ever."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

from sqlalchemy import func, select

from issuer.audit import Act, note
from issuer.audit_chain import chain_trouble
from issuer.tables import AuditEntryRow
from storage import Database
from tests.amounts import amount
from tests.issuing import NOW

THREADS = 8
PROCESSES = 2
TRANSACTIONS = amount(10, 250)  # of each thread and process
NOTES = 2  # of each transaction


def write_many(database: Database, name: str) -> None:
    for number in range(TRANSACTIONS):
        subject = f"{name} {number}"

        def work(session: object, subject: str = subject) -> None:
            for _ in range(NOTES):
                note(session, Act.ACTIVITY_RECORDED, subject, now=NOW, person=subject)  # type: ignore[arg-type]

        database.transact(work)


def write_alone(url: str, name: str) -> None:
    database = Database.open(url)
    write_many(database, name)
    database.close()


def check(database: Database, writers: int) -> None:
    with database.read() as session:
        assert chain_trouble(session) is None
        written = select(func.count()).where(AuditEntryRow.act == Act.ACTIVITY_RECORDED)
        assert session.scalar(written) == writers * TRANSACTIONS * NOTES


def test_eight_threads_write_one_chain(database: Database) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        names = [f"thread {number}" for number in range(THREADS)]
        list(pool.map(write_many, [database] * THREADS, names))
    check(database, THREADS)


def test_two_processes_write_one_chain(database: Database, database_url: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=spawn) as pool:
        names = [f"process {number}" for number in range(PROCESSES)]
        list(pool.map(write_alone, [database_url] * PROCESSES, names))
    check(database, PROCESSES)
