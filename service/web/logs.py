"""Logs as JSON lines: what was asked of which door, how it ended, how long it took.

A line names the route and never the path, which can hold a secret; no address, no name, no text
that somebody sent (J3, H16). An unforeseen error is told by its type and places, without values.
"""

import contextlib
import logging
import sys
import time
from types import TracebackType
from typing import Final, TextIO
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request

_LOG: Final = structlog.get_logger("insignia")
METHODS: Final = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"})
MAXIMUM_FRAMES: Final = 12  # of an error's places, the innermost ones


class _LineWriter:
    """Writes lines to a stream; one that finds no room is lost, and the request goes on (R12)."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.info = self.warning = self.error = self.critical = self.debug = self._write

    def _write(self, line: str) -> None:
        with contextlib.suppress(OSError):
            self._stream.write(f"{line}\n")
            self._stream.flush()


def configure() -> None:
    """Let every line be one JSON object on what is stderr now."""
    stream = sys.stderr
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: _LineWriter(stream),
        cache_logger_on_first_use=False,
    )


def watch(app: Flask) -> None:
    """Give every request an id, and a line when it ends."""
    app.before_request(_begin)
    app.after_request(_end)
    app.log_exception = _log_late  # type: ignore[method-assign] # Flask's own writes the path


def event(name: str, **members: str | float | None) -> None:
    """Write one line; members are codes, ids and figures of our own, never what somebody sent."""
    _LOG.info(name, **members)


def stray(name: str) -> None:
    """Write a line that belongs to no request, and so has the id of none."""
    structlog.contextvars.clear_contextvars()
    _LOG.info(name)


def failure(name: str, error: BaseException) -> None:
    """Write where an error came from, by its type and places alone."""
    _LOG.error(name, error=type(error).__qualname__, places=_places(error.__traceback__))


def _log_late(exc_info: tuple[object, ...]) -> None:
    """Write what failed outside of every view, as when a session is kept."""
    error = exc_info[1]
    if isinstance(error, BaseException):
        failure("unforeseen", error)


def _begin() -> None:
    g.request_id = uuid4().hex
    g.began = time.monotonic()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=g.request_id)


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    _LOG.info(
        "request",
        method=request.method if request.method in METHODS else "?",
        route=request.url_rule.rule if request.url_rule else None,
        status=response.status_code,
        milliseconds=round((time.monotonic() - g.get("began", time.monotonic())) * 1000, 1),
    )
    return response


def _places(trace: TracebackType | None) -> list[str]:
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_qualname}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places[-MAXIMUM_FRAMES:]
