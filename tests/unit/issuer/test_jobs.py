"""What is due is written once for each subject, and ticked off when it was done."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from issuer.jobs import (
    FIRST_PAUSE,
    LEASE,
    LONGEST_PAUSE,
    JobKind,
    LeaseLostError,
    due_jobs,
    finish,
    hold,
    make_due,
    pause_after,
    put_off,
    take,
    tick_off,
)
from issuer.tables import OutboxRow
from storage import Database
from tests import rows
from tests.issuing import NOW
from tests.rows import ISSUER

LATER = NOW + timedelta(minutes=1)
PUBLISH = JobKind.PUBLISH_STATUS_LIST


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
        make_due(session, PUBLISH, "1", issuer_id=ISSUER, now=NOW)
    (job,) = jobs(database)
    assert (job.due_at, job.done_at, job.attempts) == (NOW, None, 0)
    assert job.issuer_id == ISSUER
    with database.write() as session:
        tick_off(session, PUBLISH, "1", now=LATER)
    (job,) = jobs(database)
    assert (job.due_at, job.done_at, job.attempts) == (NOW, LATER, 1)


def test_a_job_of_the_same_kind_and_subject_is_made_due_again_and_not_twice(
    database: Database,
) -> None:
    for moment in (NOW, LATER):
        with database.write() as session:
            make_due(session, PUBLISH, "1", issuer_id=ISSUER, now=moment)
            make_due(session, PUBLISH, "1", issuer_id=ISSUER, now=moment)
    (job,) = jobs(database)
    assert (job.due_at, job.done_at) == (LATER, None)


def test_a_done_job_becomes_due_again(database: Database) -> None:
    with database.write() as session:
        make_due(session, PUBLISH, "1", issuer_id=ISSUER, now=NOW)
        tick_off(session, PUBLISH, "1", now=NOW)
        make_due(session, PUBLISH, "1", issuer_id=ISSUER, now=LATER)
    assert [(job.due_at, job.done_at) for job in jobs(database)] == [(LATER, None)]


def test_other_subjects_and_kinds_stay_due(database: Database) -> None:
    with database.write() as session:
        for kind, subject in ((PUBLISH, "1"), (PUBLISH, "2"), (JobKind.SEND_NOTICE, "1")):
            make_due(session, kind, subject, issuer_id=ISSUER, now=NOW)
        tick_off(session, PUBLISH, "1", now=NOW)
    done = {(job.kind, job.subject_id): job.done_at for job in jobs(database)}
    assert done == {(PUBLISH, "1"): NOW, (PUBLISH, "2"): None, (JobKind.SEND_NOTICE, "1"): None}


@pytest.mark.parametrize("moment", [NOW, LATER])
def test_what_is_done_or_was_never_due_is_not_ticked_off_again(
    database: Database, moment: datetime
) -> None:
    with database.write() as session:
        make_due(session, PUBLISH, "1", issuer_id=ISSUER, now=NOW)
        tick_off(session, PUBLISH, "1", now=NOW)
    with database.write() as session:
        tick_off(session, PUBLISH, "1", now=moment)
        tick_off(session, PUBLISH, "unknown", now=moment)
    assert [(job.done_at, job.attempts) for job in jobs(database)] == [(NOW, 1)]


def batch_due(database: Database) -> str:
    """Make a job due that a worker takes with a lease."""
    with database.write() as session:
        return make_due(session, JobKind.AWARD_BATCH, "1", issuer_id=ISSUER, now=NOW)


def test_a_job_is_taken_by_one_worker_at_a_time(database: Database) -> None:
    batch_due(database)
    with database.write() as session:
        assert take(session, NOW) is not None
    with database.write() as session:
        assert take(session, NOW) is None
        assert due_jobs(session, NOW) == ()


def test_a_worker_that_was_thought_dead_writes_nothing_more(database: Database) -> None:
    job_id = batch_due(database)
    with database.write() as session:
        late = take(session, NOW)
    with database.write() as session:
        after = take(session, NOW + LEASE, job_id=job_id)
    assert late is not None
    assert after is not None
    assert (late.id, late.attempts, after.attempts) == (after.id, 1, 2)
    for write in (hold, finish, partial(put_off, error="none")):
        with pytest.raises(LeaseLostError), database.write() as session:
            write(session, late, NOW + LEASE)
    with database.write() as session:
        finish(session, after, NOW + LEASE)
    assert [job.done_at for job in jobs(database)] == [NOW + LEASE]


def test_a_lease_that_is_renewed_lasts(database: Database) -> None:
    batch_due(database)
    with database.write() as session:
        job = take(session, NOW)
    assert job is not None
    with database.write() as session:
        hold(session, job, NOW + LEASE / 2)
    with database.write() as session:
        assert take(session, NOW + LEASE) is None
        assert take(session, NOW + LEASE * 1.5) is not None


def test_a_job_that_failed_waits_longer_each_time_and_says_why(database: Database) -> None:
    batch_due(database)
    moment = NOW
    for _ in range(3):
        with database.write() as session:
            job = take(session, moment)
            assert job is not None
            put_off(session, job, moment, error="the mail server does not answer")
            assert take(session, moment) is None
        moment += pause_after(job.attempts)
    (row,) = jobs(database)
    assert (row.attempts, row.last_error) == (3, "the mail server does not answer")
    assert [pause_after(n) for n in (1, 2, 3, 99)] == [
        FIRST_PAUSE,
        FIRST_PAUSE * 2,
        FIRST_PAUSE * 4,
        LONGEST_PAUSE,
    ]


def test_a_job_that_is_made_due_again_is_taken_from_its_worker(database: Database) -> None:
    batch_due(database)
    with database.write() as session:
        job = take(session, NOW)
    batch_due(database)
    assert job is not None
    with pytest.raises(LeaseLostError), database.write() as session:
        finish(session, job, NOW)


def test_a_job_that_is_due_later_is_not_taken_before(database: Database) -> None:
    with database.write() as session:
        make_due(session, JobKind.SEND_NOTICE, "1", issuer_id=ISSUER, now=NOW, due_at=LATER)
        assert take(session, NOW) is None
        assert take(session, LATER) is not None
