"""`insignia work`: the worker as a process of its own, beside the service's or instead of it."""

import signal
import threading
from typing import Final

import click

from service.cli.door import answer, json_option, read_clock
from service.cli.opened import open_installation
from service.web import logs
from service.working import Worker

_ENDS: Final = (signal.SIGTERM, signal.SIGINT)


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
@json_option
def work(*, once: bool, as_json: bool) -> None:
    """Do what is due until SIGTERM: batches, notices, status lists; several at once are fine."""
    installation = open_installation()
    installation.keystore.list()  # a wrong passphrase is told at once
    logs.configure()
    worker = Worker(installation, read_clock)
    if not once:
        _end_at_a_signal(worker)
        worker.run()
        return
    count = worker.do_all()
    answer(
        {"jobs": count},
        lambda: f"{count} turn{'' if count == 1 else 's'} of jobs done",
        as_json=as_json,
    )


def _end_at_a_signal(worker: Worker) -> None:
    """Let a thread wait for SIGTERM or Ctrl-C: a handler could come in the middle of a lock."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)

    def wait() -> None:
        signal.sigwait(_ENDS)
        worker.end_soon()

    threading.Thread(target=wait, name="end", daemon=True).start()
