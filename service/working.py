"""The worker: it does what is due, as one thread inside the service or as `insignia work`.

Two things are due. Duties are for everything there is, and done every half minute: a revocation is
public with the next round, never with the click that made it, so that watching a list tells nobody
when somebody clicked (J9). Jobs are rows, taken one by one with a lease as soon as they are due.

A job has turns. What it is given as its clock ends the turn when that is over or the worker is to
stop: the transaction that is open is rolled back, those before it stand, and the rest stays due. So
a long batch keeps no list waiting, and a stop waits for no batch.

Each is done in a thread of its own, so that an unforeseen error ends that piece of work alone.
"""

import importlib
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from enum import StrEnum
from functools import partial
from types import ModuleType
from typing import Final, TypeVar

from issuer.jobs import Job, JobKind, LeaseLostError, due_jobs, give_back, put_off, take
from issuer.put_back import awaits_journal
from openbadges.errors import ExplainedError, RefusedError
from service.audit import publish_audit_head
from service.batches import award_batch
from service.due import finish_interrupted, publish_status, sweep_sessions, turn_keys
from service.installation import Installation
from service.notices import send_notice
from service.web import logs

ROUND_SECONDS: Final = 30.0  # between the rounds of duties
LOOK_SECONDS: Final = 1.0  # between two looks for jobs, where the last found none
TURN_SECONDS: Final = 10.0  # of one job, before others and the duties come
PAUSE_SECONDS: Final = 5.0  # after a look that failed, as when the database does not answer

T = TypeVar("T")
Clock = Callable[[], datetime]
Handler = Callable[[Installation, Job, Clock], None]
"""What does one kind of job.

It reads the clock for each of its transactions, renews the lease in each (`jobs.hold`), and says in
the last that the job is done (`jobs.finish`). What it raises puts the job off.
"""

HANDLERS: Final[Mapping[JobKind, Handler]] = {
    JobKind.AWARD_BATCH: award_batch,
    JobKind.SEND_NOTICE: send_notice,
}
"""The kinds that are taken, each with what does it."""

DUTIES: Final[Mapping[str, Callable[..., object]]] = {
    "interrupted awards": finish_interrupted,
    "keys": turn_keys,
    "status lists": publish_status,
    "audit head": publish_audit_head,
    "sessions": sweep_sessions,
}


class Turn(StrEnum):
    """What a turn came to: there was no job, it goes on later, or it ended (or failed) with it."""

    NOTHING = "nothing"
    GOES_ON = "goes on"
    ENDED = "ended"


class TurnOverError(Exception):
    """A job's turn is over; it goes on with its next one."""


def do_job(
    installation: Installation,
    clock: Clock,
    *,
    handlers: Mapping[JobKind, Handler] = HANDLERS,
    job_id: str | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Turn:
    """Take the job that is due the longest, or the one named, and let it have its turn.

    `stopped` tells whether the worker is to stop.

    Raises:
        ExplainedError: the database does not answer; the job is due again when its lease ends.
    """
    job = _take(installation, clock(), handlers, job_id)
    if job is None:
        return Turn.NOTHING
    ends = time.monotonic() + TURN_SECONDS

    turn = _turn(clock, lambda: stopped() or time.monotonic() >= ends)
    error = _apart(partial(handlers[job.kind], installation, job, turn)).exception()
    _end_turn(installation, job, clock(), error)
    return Turn.GOES_ON if isinstance(error, TurnOverError) else Turn.ENDED


def carrier() -> ModuleType:
    """Return the module that speaks to brokers, which is not installed everywhere.

    Raises:
        RefusedError: it is not installed here.
    """
    try:
        return importlib.import_module("service.celery_work")
    except ModuleNotFoundError as error:
        raise RefusedError(
            f"INSIGNIA_BROKER_URL is set, and {error.name} is not installed; install insignia with"
            " [broker], or unset it"
        ) from error


def worker_of(installation: Installation, clock: Clock) -> "Worker":
    """Make the worker that stands beside the service, which leaves jobs to a broker if one is set.

    Raises:
        RefusedError: as `carrier`, or the broker's URL is none of ours.
    """
    if installation.broker_url is None:
        return Worker(installation, clock)
    return Worker(installation, clock, work=carrier().Sender(installation, clock))


class Worker:
    """Does what is due until it is stopped; what fails is noted and tried again.

    `work` does one job, or hands jobs to those who do, and tells whether there was any.
    """

    def __init__(
        self,
        installation: Installation,
        clock: Clock,
        *,
        work: Callable[[], bool] | None = None,
        handlers: Mapping[JobKind, Handler] = HANDLERS,
    ) -> None:
        self._installation = installation
        self._clock = clock
        self._handlers = handlers
        self._work = work or self._do_job
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self.run, name="worker", daemon=True)

    def start(self) -> None:
        """Begin in a thread, with what is due now."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread after the transaction that is being done."""
        self.end_soon()
        self._thread.join()

    def end_soon(self) -> None:
        """Let `run` end after the transaction that is being done."""
        self._stopped.set()

    def run(self) -> None:
        """Do what is due, until the end is asked for; at least one round of the duties."""
        next_round = time.monotonic()
        while True:
            if time.monotonic() >= next_round:
                self.do_duties()
                next_round = time.monotonic() + ROUND_SECONDS
            if self._stopped.wait(self._look()):
                return

    def do_duties(self) -> None:
        """Do every duty once."""
        for name, duty in DUTIES.items():
            error = _apart(partial(duty, self._installation, now=self._clock())).exception()
            if error is not None:
                logs.failure(f"not done: {name}", error)

    def do_all(self) -> int:
        """Do every duty, and every job that is due; returns how many turns of jobs that were.

        Raises:
            ExplainedError: the database does not answer.
        """
        self.do_duties()
        count = 0
        while not self._stopped.is_set() and self._work():
            count += 1
        return count

    def _look(self) -> float:
        """Do one job, and return for how many seconds there is nothing more to look for."""
        looked = _apart(self._work)
        error = looked.exception()
        if error is not None:
            logs.failure("not done: jobs", error)
            return PAUSE_SECONDS
        return 0.0 if looked.result() else LOOK_SECONDS

    def _do_job(self) -> bool:
        turn = do_job(
            self._installation,
            self._clock,
            handlers=self._handlers,
            stopped=self._stopped.is_set,
        )
        return turn is not Turn.NOTHING


def _take(
    installation: Installation, now: datetime, kinds: Iterable[JobKind], job_id: str | None
) -> Job | None:
    with installation.database.read() as session:  # idle workers lock nothing
        if awaits_journal(session):  # which may say that a job was undone
            return None
        due = [job_id] if job_id else due_jobs(session, now, kinds=kinds, limit=1)
    if not due:
        return None
    return installation.database.transact(
        lambda session: take(session, now, kinds=kinds, job_id=job_id)
    )


def _turn(clock: Clock, is_over: Callable[[], bool]) -> Clock:
    """Give the clock of one turn; it answers once at least, so that every turn does something."""
    answers = 0

    def read() -> datetime:
        nonlocal answers
        if answers and is_over():
            raise TurnOverError
        answers += 1
        return clock()

    return read


def _apart(work: Callable[[], T]) -> Future[T]:
    """Do a piece of work to its end; it holds what came of it, or the error, foreseen or not."""
    with ThreadPoolExecutor(1, thread_name_prefix="work") as apart:
        return apart.submit(work)


def _end_turn(
    installation: Installation, job: Job, now: datetime, error: BaseException | None
) -> None:
    """Write what a turn came to; what was done in it stands already."""
    try:
        match error:
            case None:
                logs.event("job done", job=job.id, kind=job.kind)
            case TurnOverError():
                installation.database.transact(lambda session: give_back(session, job, now))
            case LeaseLostError():
                raise error
            case _:
                logs.failure(f"job put off: {job.kind}", error)
                installation.database.transact(
                    lambda session: put_off(session, job, now, error=_sentence(error))
                )
    except LeaseLostError:
        logs.event("job lost", job=job.id, kind=job.kind)


def _sentence(error: BaseException) -> str:
    """Say why a job was put off; of what was unforeseen its type alone, since it may hold data."""
    match error:
        case ExplainedError():
            return str(error)
        case OSError(strerror=str(words)):
            return words
        case _:
            return f"an unforeseen error, which the log tells of: {type(error).__qualname__}"
