"""Workers on several machines: a broker (Redis, RabbitMQ) carries the ids of jobs to them.

The rows stay the truth. A task is a row's id and nothing else; who gets it takes the row with a
lease, and passes it over if there is nothing to take. So an id that comes twice does nothing the
second time, and one that is lost is sent again as long as its row is due: a broker that is gone
delays jobs and loses none. Nothing is read from a message but that id, and nothing is sent back.
"""

import threading
import time
from collections.abc import Mapping
from hashlib import sha256
from typing import Final
from uuid import UUID

from celery import Celery, signals
from celery.worker import WorkController, state
from kombu.exceptions import OperationalError

from issuer.jobs import LEASE, due_jobs
from openbadges.errors import ExplainedError, RefusedError, UnavailableError
from service.installation import Installation
from service.web import logs
from service.working import HANDLERS, Clock, Turn, do_job

TASK: Final = "insignia.job"
QUEUE_CHARACTERS: Final = 16
CONNECT_SECONDS: Final = 4
ANSWER_SECONDS: Final = 20
LONGEST_RESENDING_SECONDS: Final = 600.0  # of an id that nobody takes, so that no queue swells

_REDIS: Final = {
    "socket_connect_timeout": CONNECT_SECONDS,
    "socket_timeout": ANSWER_SECONDS,
    "visibility_timeout": LEASE.total_seconds(),
}
_AMQP: Final = {"read_timeout": ANSWER_SECONDS, "write_timeout": ANSWER_SECONDS}
# What each scheme's driver is told; no other broker is spoken to.
_OPTIONS: Final[Mapping[str, Mapping[str, float]]] = {
    "redis": _REDIS,
    "rediss": _REDIS,
    "amqp": _AMQP,
    "amqps": _AMQP,
}


def make_app(installation: Installation) -> Celery:
    """Make the Celery application of an installation's broker; nothing is connected yet.

    Raises:
        RefusedError: no broker is set, or its URL is none of ours.
    """
    url = installation.broker_url or ""
    scheme, _, rest = url.partition("://")
    if scheme not in _OPTIONS or not rest:
        raise RefusedError(
            f"INSIGNIA_BROKER_URL must begin with one of {', '.join(_OPTIONS)} and ://"
        )
    queue = queue_of(installation.base_url)
    options: dict[str, object] = dict(_OPTIONS[scheme])
    if scheme.startswith("redis"):
        options["global_keyprefix"] = f"{queue}:"
    app = Celery("insignia", broker=url, set_as_current=False)
    app.conf.update(
        task_default_queue=queue,
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_acks_late=True,  # a worker that dies leaves its message to another
        task_publish_retry=False,  # the row is due still, and is looked at again
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        broker_connection_timeout=CONNECT_SECONDS,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,  # a worker waits for its broker, as long as it takes
        broker_transport_options=options,
    )
    return app


def queue_of(base_url: str) -> str:
    """Name the queue of an installation: installations that share a broker have their own."""
    return f"insignia.{sha256(base_url.encode()).hexdigest()[:QUEUE_CHARACTERS]}"


class Sender:
    """Sends the ids of jobs that are due; called again and again, it says that none is left.

    What was sent is remembered as long as it stays due, and sent again after a lease's length, and
    then later each time.
    """

    def __init__(self, installation: Installation, clock: Clock) -> None:
        self._installation = installation
        self._clock = clock
        self._app = make_app(installation)
        self._sent: dict[str, tuple[float, float]] = {}  # id: (when to send it again, after what)

    def __call__(self) -> bool:
        """Send what is due and was not sent just now.

        Raises:
            UnavailableError: the broker or the database does not answer.
        """
        with self._installation.database.read() as session:
            due = due_jobs(session, self._clock(), kinds=HANDLERS)
        self._sent = {one: self._sent[one] for one in due if one in self._sent}
        for one in due:
            again_at, pause = self._sent.get(one, (0.0, LEASE.total_seconds() / 2))
            if time.monotonic() >= again_at:
                send(self._app, one)
                pause = min(2 * pause, LONGEST_RESENDING_SECONDS)
                self._sent[one] = time.monotonic() + pause, pause
        return False


def send(app: Celery, job_id: str) -> None:
    """Send one id.

    Raises:
        UnavailableError: the broker does not answer.
    """
    try:
        app.send_task(TASK, (job_id,))
    except (OperationalError, OSError) as error:
        name = app.connection_for_write().as_uri()  # without its password
        logs.event("the broker does not answer", broker=name)
        raise UnavailableError(f"the broker {name} does not answer") from error


def check_broker(installation: Installation) -> None:
    """Return if the broker answers.

    Raises:
        RefusedError: as `make_app`.
        UnavailableError: it does not.
    """
    connection = make_app(installation).connection_for_write()
    try:
        connection.ensure_connection(max_retries=1, timeout=CONNECT_SECONDS)
    except (OperationalError, OSError) as error:
        raise UnavailableError(f"the broker {connection.as_uri()} does not answer") from error
    finally:
        connection.release()


def consume(installation: Installation, clock: Clock, stopped: threading.Event) -> None:
    """Do the jobs whose ids the broker brings, one at a time, until it is stopped by `end`.

    Raises:
        RefusedError: as `make_app`.
    """
    app = make_app(installation)

    def do(job_id: object) -> None:
        """Let a job have a turn, and ask for its next one where it goes on."""
        try:
            named = str(UUID(str(job_id)))
            turn = do_job(installation, clock, job_id=named, stopped=stopped.is_set)
            if turn is Turn.GOES_ON and not stopped.is_set():
                send(app, named)
        except ValueError:
            logs.event("a message that is no job")
        except (ExplainedError, OSError) as error:  # its row is due still
            logs.failure("not done: a job", error)

    app.task(name=TASK)(do)
    # what Celery has to say goes where warnings go, and its own files and formats are not made
    signals.setup_logging.connect(_leave_logs_alone)
    WorkController(app=app, pool="solo", concurrency=1).start()


def end(stopped: threading.Event) -> None:
    """Let `consume` end after the transaction of the job that is being done."""
    stopped.set()
    state.should_stop = 0


def _leave_logs_alone(**_: object) -> None:
    return
