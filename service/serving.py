"""The service under gunicorn: one process with threads, and the worker beside them.

The installation is opened, and its keystore with it, before the worker is made, so that a wrong
passphrase is told at once and typed once. Database connections are the worker's own.
"""

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.http import errors

from service.app import create_app
from service.installation import Installation
from service.metrics import Metrics
from service.problems import unreadable
from service.web import logs
from service.working import worker_of
from verifier.fetcher import GuardedFetcher

GRACE_SECONDS: Final = 30  # in which requests that run may end (R32)
MAXIMUM_LINE_BYTES: Final = 4_094  # of a request's first line
MAXIMUM_HEADERS: Final = 60
BACKLOG: Final = 256
# What a body can turn out to be while a view reads it.
_UNREADABLE: Final = (
    errors.InvalidChunkSize,
    errors.InvalidChunkExtension,
    errors.ChunkMissingTerminator,
    errors.NoMoreData,
)
# Gunicorn's lines that repeat a caller's address, and the line of a request with its secret (J3).
_TELLING: Final = ("Invalid request", "Error handling request")


class QuietLogger(Logger):  # type: ignore[misc] # gunicorn ships no types
    """Gunicorn's own log, without anything that a caller sent."""

    def warning(self, msg: object, *args: object, **kwargs: object) -> None:
        """Say that a request was none, and else what gunicorn says."""
        if str(msg).startswith(_TELLING):
            logs.stray("no request that could be read")
        else:
            super().warning(msg, *args, **kwargs)

    def exception(self, msg: object, *args: object, **kwargs: object) -> None:
        """Say where an error came from, without its values."""
        error = sys.exception()
        if error is None:
            super().exception(msg, *args, **kwargs)
        else:
            logs.failure("unforeseen", error)


class Serving(BaseApplication):  # type: ignore[misc] # gunicorn ships no types
    """Gunicorn's settings, from ours; nothing is read from its own files or variables."""

    def __init__(
        self,
        installation: Installation,
        clock: Callable[[], datetime],
        fetcher: GuardedFetcher | None,
    ) -> None:
        self._installation = installation
        self._clock = clock
        works = installation.settings.works
        self._worker = worker_of(installation, clock) if works else None
        has_figures = installation.settings.metrics_port is not None
        self._metrics = Metrics(installation, clock) if has_figures else None
        self._fetcher = fetcher
        super().__init__()

    def load_config(self) -> None:
        """Set what the settings say."""
        for name, value in self._options().items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the application, in the worker."""
        app = create_app(self._installation, clock=self._clock, fetcher=self._fetcher)
        if self._metrics is not None:
            self._metrics.watch(app)
        for kind in _UNREADABLE:
            app.register_error_handler(kind, unreadable)
        return app

    def _options(self) -> dict[str, Any]:
        settings = self._installation.settings
        host = f"[{settings.listen}]" if ":" in settings.listen else settings.listen
        return {
            "bind": f"{host}:{settings.port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": settings.limits.threads,
            "timeout": settings.limits.maximum_seconds,
            "graceful_timeout": GRACE_SECONDS,
            "backlog": BACKLOG,
            "limit_request_line": MAXIMUM_LINE_BYTES,
            "limit_request_fields": MAXIMUM_HEADERS,
            "forwarded_allow_ips": "",  # who is believed is `rates`' business
            "accesslog": None,  # its lines have paths; ours have routes
            "errorlog": "-",
            "logger_class": QuietLogger,
            "loglevel": "warning",
            "proc_name": "insignia",
            "post_worker_init": self._begin,
            "worker_exit": self._end,
        }

    def _begin(self, worker: object) -> None:
        del worker
        if self._worker is not None:
            self._worker.start()
        port = self._installation.settings.metrics_port
        if self._metrics is not None and port is not None:
            try:
                self._metrics.serve(port)
            except OSError as error:  # badges are more than figures
                logs.failure("no figures", error)

    def _end(self, server: object, worker: object) -> None:
        del server, worker
        if self._worker is not None:
            self._worker.stop()
        self._installation.close()


def serve(
    installation: Installation,
    clock: Callable[[], datetime],
    *,
    fetcher: GuardedFetcher | None = None,
) -> None:
    """Serve until a signal ends it; the world is the public Internet unless a fetcher is given.

    Raises:
        ExplainedError: the keystore or the database cannot be opened.
    """
    logs.configure()
    installation.keystore.list()
    installation.close()  # a connection does not survive the fork
    Serving(installation, clock, fetcher).run()
