"""A process from which workers are forked, each to be killed; it says how each one ended.

Told on its standard input the settings of an installation, and then a life on each line: the time
that the worker's clock shows, and either a failpoint at which it ends itself or the seconds after
which it is killed. A fork costs nothing, so that hundreds of lives do not take hundreds of starts.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime
from functools import wraps
from importlib import import_module
from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.orm import Session

from openbadges.strict import parse_json, parse_timestamp
from service.installation import Installation
from service.settings import Settings
from service.working import Worker

# Every arrow of the cycle, by what is called there.
ARROWS: Final[Mapping[str, tuple[str, str]]] = {
    "reserving": ("issuer.issuance", "reserve_award"),
    "the twin": ("issuer.issuance", "lint"),
    "recording": ("issuer.issuance", "record"),
    "signing": ("issuer.issuance", "sign_forms"),
    "verifying": ("issuer.issuance", "check_own_work"),
    "releasing": ("issuer.issuance", "release"),
    "publishing lists": ("service.due", "publish_due"),
    "exporting": ("service.due", "export"),
    "beginning to send": ("service.notices", "begin_sending"),
    "sending": ("service.notices", "deliver"),
    "noting what was sent": ("service.notices", "note_sent"),
}
MOMENTS: Final = ("before", "after", "after the commit of")
FAILPOINTS: Final = tuple(f"{moment} {arrow}" for arrow in ARROWS for moment in MOMENTS)
GLANCE_SECONDS: Final = 0.002  # between two looks at whether a life is over


def main() -> None:
    """Fork and kill, as it is told."""
    settings = Settings.from_environment(parse_json(sys.stdin.readline()))
    for line in sys.stdin:
        life = parse_json(line)
        child = os.fork()
        if child == 0:
            _live(settings, life)
        print(json.dumps(_watch(child, life.get("seconds"))), flush=True)  # noqa: T201


def _live(settings: Settings, life: Mapping[str, Any]) -> None:
    """Do all that is due; what is logged goes where errors go, and a trouble to the test."""
    test = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    now = parse_timestamp(life["now"], what="the time")
    if "failpoint" in life:
        _arm(life["failpoint"], life["nth"])
    try:
        installation = Installation.open(settings)
        with closing(installation):
            _work(installation, lambda: now)
    except BaseException as error:  # noqa: BLE001 -- the test hears of it and fails
        os.write(test, json.dumps({"trouble": repr(error)}).encode() + b"\n")
        os._exit(1)
    os._exit(0)


def _work(installation: Installation, clock: Callable[[], datetime]) -> None:
    worker = Worker(installation, clock)
    worker.do_all()
    worker.do_duties()


def _watch(child: int, seconds: float | None) -> Mapping[str, Any]:
    """Wait until a life is over, and end it after so many seconds."""
    end = None if seconds is None else time.monotonic() + seconds
    while True:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
            return {"killed": killed, "status": status}
        if end is not None and time.monotonic() >= end:
            os.kill(child, signal.SIGKILL)
            end = None
        time.sleep(GLANCE_SECONDS)


def _arm(failpoint: str, nth: int) -> None:
    """Let this process end at the nth passing of a failpoint."""
    moment, arrow = next(
        (moment, failpoint.removeprefix(f"{moment} "))
        for moment in reversed(MOMENTS)
        if failpoint.startswith(f"{moment} ")
    )
    module, name = ARROWS[arrow]
    place = import_module(module)
    setattr(place, name, _deadly(getattr(place, name), moment, nth))


def _deadly(function: Callable[..., Any], moment: str, nth: int) -> Callable[..., Any]:
    passed = 0

    @wraps(function)
    def called(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 -- whatever it wraps
        nonlocal passed
        passed += 1
        if passed == nth and moment == "before":
            _die()
        result = function(*arguments, **named)
        if passed == nth and moment == "after":
            _die()
        if passed == nth:
            event.listen(Session, "after_commit", _die)
        return result

    return called


def _die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
