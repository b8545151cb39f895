"""What is due is written once for each subject, and ticked off when it was done."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from issuer.jobs import make_due, tick_off
from issuer.tables import OutboxRow
from storage import Database
from tests import rows
from tests.issuing import NOW
from tests.rows import ISSUER

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def database(database: Database) -> Database:
    """The database, in which the issuer of all jobs is."""
    with database.write() as session:
        session.add(rows.issuer())
    return database


def jobs(database: Database) -> list[OutboxRow]:
    with database.read() as session:
        return list(session.scalars(select(OutboxRow).order_by(OutboxRow.subject_id)))


def test_a_job_is_due_until_it_is_done(database: Database) -> None:
    with database.write() as session:
        make_due(session, "publish", "1", issuer_id=ISSUER, now=NOW)
    (job,) = jobs(database)
    assert (job.due_at, job.done_at, job.attempts) == (NOW, None, 0)
    assert job.issuer_id == ISSUER
    with database.write() as session:
        tick_off(session, "publish", "1", now=LATER)
    (job,) = jobs(database)
    assert (job.due_at, job.done_at, job.attempts) == (NOW, LATER, 1)


def test_a_job_of_the_same_kind_and_subject_is_made_due_again_and_not_twice(
    database: Database,
) -> None:
    for moment in (NOW, LATER):
        with database.write() as session:
            make_due(session, "publish", "1", issuer_id=ISSUER, now=moment)
            make_due(session, "publish", "1", issuer_id=ISSUER, now=moment)
    (job,) = jobs(database)
    assert (job.due_at, job.done_at) == (LATER, None)


def test_a_done_job_becomes_due_again(database: Database) -> None:
    with database.write() as session:
        make_due(session, "publish", "1", issuer_id=ISSUER, now=NOW)
        tick_off(session, "publish", "1", now=NOW)
        make_due(session, "publish", "1", issuer_id=ISSUER, now=LATER)
    assert [(job.due_at, job.done_at) for job in jobs(database)] == [(LATER, None)]


def test_other_subjects_and_kinds_stay_due(database: Database) -> None:
    with database.write() as session:
        for kind, subject in (("publish", "1"), ("publish", "2"), ("deliver", "1")):
            make_due(session, kind, subject, issuer_id=ISSUER, now=NOW)
        tick_off(session, "publish", "1", now=NOW)
    done = {(job.kind, job.subject_id): job.done_at for job in jobs(database)}
    assert done == {("publish", "1"): NOW, ("publish", "2"): None, ("deliver", "1"): None}


@pytest.mark.parametrize("moment", [NOW, LATER])
def test_what_is_done_or_was_never_due_is_not_ticked_off_again(
    database: Database, moment: datetime
) -> None:
    with database.write() as session:
        make_due(session, "publish", "1", issuer_id=ISSUER, now=NOW)
        tick_off(session, "publish", "1", now=NOW)
    with database.write() as session:
        tick_off(session, "publish", "1", now=moment)
        tick_off(session, "publish", "unknown", now=moment)
    assert [(job.done_at, job.attempts) for job in jobs(database)] == [(NOW, 1)]
