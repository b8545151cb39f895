"""`insignia work`: the worker as a process of its own, beside the service's or instead of it."""

import signal
import threading
from collections.abc import Callable
from typing import Final

import click

from service.cli.door import answer, json_option, read_clock
from service.cli.opened import open_installation
from service.installation import Installation
from service.web import logs
from service.working import Worker, carrier, worker_of

_ENDS: Final = (signal.SIGTERM, signal.SIGINT)


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
@json_option
def work(*, once: bool, as_json: bool) -> None:
    """Do what is due until SIGTERM: batches, notices, status lists; several at once are fine."""
    installation = open_installation()
    installation.keystore.list()  # a wrong passphrase is told at once
    logs.configure()
    if once:
        count = Worker(installation, read_clock).do_all()
        answer(
            {"jobs": count},
            lambda: (
                f"{count} turn{'' if count == 1 else 's'} of jobs done"
                if count
                else "no job was due"
            ),
            as_json=as_json,
        )
    elif installation.broker_url is None:
        worker = Worker(installation, read_clock)
        _at_a_signal(worker.end_soon)
        worker.run()
    else:
        _work_for_a_broker(installation)


def _work_for_a_broker(installation: Installation) -> None:
    """Do what the broker brings, and beside it the duties and the sending."""
    celery_work, worker = carrier(), worker_of(installation, read_clock)
    stopped = threading.Event()
    _at_a_signal(lambda: celery_work.end(stopped))
    worker.start()
    celery_work.consume(installation, read_clock, stopped)
    worker.stop()


def _at_a_signal(end: Callable[[], None]) -> None:
    """Let a thread wait for SIGTERM or Ctrl-C: a handler could come in the middle of a lock."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)

    def wait() -> None:
        signal.sigwait(_ENDS)
        end()

    threading.Thread(target=wait, name="end", daemon=True).start()
