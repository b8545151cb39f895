"""The one thread inside the service that does what is due, every half minute.

A revocation is public with the next tick, never with the click that made it, so that watching a
list tells nobody when somebody clicked (J9).
"""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from openbadges.errors import ExplainedError
from service.due import finish_interrupted, publish_status, sweep_sessions, turn_keys
from service.installation import Installation
from service.web import logs

TICK_SECONDS: Final = 30.0

_DUTIES: Final[Mapping[str, Callable[..., object]]] = {
    "interrupted awards": finish_interrupted,
    "keys": turn_keys,
    "status lists": publish_status,
    "sessions": sweep_sessions,
}


class Ticker:
    """Does what is due until it is stopped; a duty that fails is noted and tried again."""

    def __init__(
        self,
        installation: Installation,
        clock: Callable[[], datetime],
        *,
        seconds: float = TICK_SECONDS,
    ) -> None:
        self._installation = installation
        self._clock = clock
        self._seconds = seconds
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ticker", daemon=True)

    def start(self) -> None:
        """Begin, with what is due now."""
        self._thread.start()

    def stop(self) -> None:
        """End after the duty that is being done."""
        self._stopped.set()
        self._thread.join()

    def tick(self) -> None:
        """Do every duty once."""
        for name, duty in _DUTIES.items():
            try:
                duty(self._installation, now=self._clock())
            except (ExplainedError, OSError) as error:
                logs.failure(f"not done: {name}", error)

    def _run(self) -> None:
        while True:
            self.tick()
            if self._stopped.wait(self._seconds):
                return
