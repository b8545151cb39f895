"""What is due is done, whatever of it fails: duties every half minute, jobs in turns."""

import sys
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest
from sqlalchemy import select

from accounts.tables import SessionRow
from issuer.issuers import find_issuer
from issuer.jobs import FIRST_PAUSE, LEASE, Job, JobKind, finish, hold, make_due, take
from issuer.tables import OutboxRow
from openbadges.errors import RefusedError, UnavailableError
from service.due import finish_interrupted, publish_status, sweep_sessions
from service.installation import Installation
from service.serving import Serving
from service.working import Clock, Handler, Worker, worker_of
from tests.site import Site


def test_a_revocation_is_public_with_the_next_round_and_not_before(site: Site) -> None:
    trainer = site.trainer()
    learner, manage = site.claimed(trainer)
    share = site.shared(learner, manage)
    (award,) = site.awards_of(trainer)
    trainer.submit(award, f"{award}/revoke", reason="a mistake", sure="yes")
    assert "The issuer has not revoked it." in site.browser().get(share).text
    Worker(site.installation, site.clock).do_duties()
    assert "The issuer has revoked it." in site.browser().get(share).text


def test_a_worker_runs_in_its_thread_until_it_is_stopped(site: Site) -> None:
    trainer = site.trainer()
    learner, manage = site.claimed(trainer)
    share = site.shared(learner, manage)
    (award,) = site.awards_of(trainer)
    trainer.submit(award, f"{award}/revoke", reason="a mistake", sure="yes")
    worker = Worker(site.installation, site.clock)
    worker.start()
    worker.stop()  # after the first round at the earliest
    assert "The issuer has revoked it." in site.browser().get(share).text


def test_a_duty_that_fails_stops_no_other(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.trainer()
    site.clock.move(days=40)
    public = site.installation.settings.data / "public"
    public.rename(public.with_name("was-public"))
    public.write_text("a file where a folder should be")
    Worker(site.installation, site.clock).do_duties()
    assert "not done: status lists" in "".join(capsys.readouterr())
    with site.installation.database.read() as session:
        assert session.scalars(select(SessionRow)).all() == []


def test_nothing_due_is_done_as_often_as_one_likes(site: Site) -> None:
    now = site.clock()
    assert publish_status(site.installation, now=now) == 0
    assert finish_interrupted(site.installation, now=now) == 0
    sweep_sessions(site.installation, now=now)


def test_lists_are_signed_anew_every_day(site: Site) -> None:
    site.claimed()
    assert publish_status(site.installation, now=site.clock() + timedelta(days=1, minutes=1)) == 1


BATCH: Final = JobKind.AWARD_BATCH


def batch_due(site: Site, subject: str = "1") -> str:
    """Make a job due; what is done for it is the test's own."""
    with site.installation.database.write() as session:
        issuer = find_issuer(session)
        return make_due(session, BATCH, subject, issuer_id=issuer.id, now=site.clock())


def job_row(site: Site, job_id: str) -> OutboxRow:
    with site.installation.database.read() as session:
        return session.get_one(OutboxRow, job_id)


def working(site: Site, handler: Handler) -> Worker:
    """Give a worker that does the jobs as `handler` says."""
    return Worker(site.installation, site.clock, handlers={BATCH: handler})


def finish_it(installation: Installation, job: Job, clock: Clock) -> None:
    installation.database.transact(lambda session: finish(session, job, clock()))


def test_every_job_that_is_due_is_done_once(site: Site) -> None:
    jobs = [batch_due(site, str(n)) for n in range(3)]
    worker = working(site, finish_it)
    assert worker.do_all() == 3
    assert worker.do_all() == 0
    assert all(job_row(site, one).done_at for one in jobs)


def test_a_thread_takes_a_job_without_waiting_for_the_next_round(site: Site) -> None:
    done = threading.Event()

    def do(installation: Installation, job: Job, clock: Clock) -> None:
        finish_it(installation, job, clock)
        done.set()

    worker = working(site, do)
    worker.start()
    job = batch_due(site)
    assert done.wait(20)
    worker.stop()
    assert job_row(site, job).attempts == 1


@pytest.mark.parametrize(
    ("error", "told"),
    [
        pytest.param(UnavailableError("the host is away"), "the host is away", id="foreseen"),
        pytest.param(OSError(28, "No space left", "/a/path"), "No space left", id="the machine's"),
        pytest.param(ValueError("zanzibar"), "an unforeseen error, which", id="unforeseen"),
    ],
)
def test_a_job_that_fails_is_put_off_with_the_reason_and_stops_no_other(
    site: Site, error: Exception, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    bad, good = batch_due(site, "bad"), batch_due(site, "good")

    def do(installation: Installation, job: Job, clock: Clock) -> None:
        if job.id == bad:
            raise error
        finish_it(installation, job, clock)

    before = site.clock()
    assert working(site, do).do_all() == 2
    row = job_row(site, bad)
    assert (row.done_at, row.leased_until, row.attempts) == (None, None, 1)
    assert row.due_at >= before + FIRST_PAUSE
    assert (row.last_error or "").startswith(told)
    assert job_row(site, good).done_at
    assert "zanzibar" not in "".join(capsys.readouterr()) + (row.last_error or "")
    site.clock.move(seconds=FIRST_PAUSE.total_seconds() + 1)
    assert working(site, finish_it).do_all() == 1
    assert job_row(site, bad).last_error is None


def test_what_was_done_in_a_turn_stays_and_the_rest_is_done_in_the_next(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, rest = batch_due(site), list("abcde")

    def do(installation: Installation, job: Job, clock: Clock) -> None:
        while rest:
            installation.database.transact(lambda session: hold(session, job, clock()))
            del rest[0]
        finish_it(installation, job, clock)

    monkeypatch.setattr("service.working.TURN_SECONDS", 0.0)
    assert working(site, do).do_all() == 6
    row = job_row(site, job)
    assert (row.done_at is not None, row.attempts) == (True, 1)


def test_a_stop_ends_a_job_that_runs_after_its_transaction(site: Site) -> None:
    job, begun = batch_due(site), threading.Event()

    def do_for_ever(installation: Installation, job: Job, clock: Clock) -> None:
        while True:
            installation.database.transact(lambda session: hold(session, job, clock()))
            begun.set()

    worker = working(site, do_for_ever)
    worker.start()
    assert begun.wait(20)
    worker.stop()
    row = job_row(site, job)
    assert (row.done_at, row.leased_until, row.attempts) == (None, None, 0)
    assert working(site, finish_it).do_all() == 1


def test_a_job_that_somebody_else_took_meanwhile_is_left_to_them(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    job_id = batch_due(site)

    def sleep_too_long(installation: Installation, job: Job, clock: Clock) -> None:
        later = clock() + LEASE
        other = installation.database.transact(lambda session: take(session, later))
        assert other is not None
        finish_it(installation, job, clock)

    assert working(site, sleep_too_long).do_all() == 1
    assert "job lost" in "".join(capsys.readouterr())
    assert job_row(site, job_id).done_at is None
    assert job_row(site, job_id).leased_until


def test_kinds_that_nobody_does_are_not_taken(site: Site) -> None:
    job = batch_due(site)
    assert Worker(site.installation, site.clock, handlers={}).do_all() == 0
    assert job_row(site, job).attempts == 0


def test_a_broker_without_its_program_is_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "service.celery_work", raising=False)
    monkeypatch.setitem(sys.modules, "celery", None)
    settings = replace(site.installation.settings, broker_url="redis://127.0.0.1")
    with pytest.raises(RefusedError, match=r"celery is not installed; .* \[broker\]"):
        worker_of(replace(site.installation, settings=settings), site.clock)


def test_a_broker_that_is_none_of_ours_is_told_before_anything_is_served(
    site: Site,
) -> None:
    settings = replace(site.installation.settings, broker_url="memory://")
    with pytest.raises(RefusedError, match="INSIGNIA_BROKER_URL must begin with"):
        Serving(replace(site.installation, settings=settings), site.clock, None)
