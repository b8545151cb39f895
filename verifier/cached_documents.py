"""The world's answers, kept for a few minutes, so that many checks of one issuer ask it once.

It changes no verdict but by age: what it repeats is what the world said, byte for byte, within the
last five minutes, or within the last minute that it did not answer. A status list that we publish
has the same five minutes as its `ttl`. Nothing is kept beyond the life of the process.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final

from openbadges.errors import MalformedError, UnavailableError
from verifier.destination import HTTPS_PORT, parse_destination
from verifier.ports import DocumentSource
from verifier.sources import repeated

LIFETIME_SECONDS = 300.0  # of an answer: how old a revocation may be when we first see it
FAILURE_SECONDS = 60.0  # of a failure, or of what is no document: how long we leave it alone (E13)
MAXIMUM_KEPT = 2048  # answers; the one that was not asked for longest goes first
MAXIMUM_KEPT_BYTES = 64 * 1024 * 1024  # of all answers and their URLs

# What a JSON document and a compact JWS begin with; anything else is a page of excuses (R26).
_DOCUMENT_BEGINS: Final = (b"{", b"ey")
_BLANK: Final = b" \t\r\n\xef\xbb\xbf"

_Key = tuple[str, int]
_Answer = bytes | UnavailableError | MalformedError


@dataclass(frozen=True, slots=True)
class _Kept:
    answer: _Answer
    until: float
    size: int  # in bytes


class CachedDocuments:
    """A `DocumentSource` in front of another one, for all threads of a process."""

    def __init__(
        self,
        behind: DocumentSource,
        *,
        clock: Callable[[], float] = time.monotonic,
        ports: frozenset[int] = frozenset({HTTPS_PORT}),
        maximum_kept: int = MAXIMUM_KEPT,
        maximum_kept_bytes: int = MAXIMUM_KEPT_BYTES,
    ) -> None:
        """Hold the bounds; `ports` are those that the source behind may ask."""
        self._behind = behind
        self._clock = clock
        self._ports = ports
        self._maximum_kept = maximum_kept
        self._maximum_kept_bytes = maximum_kept_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[_Key, _Kept] = OrderedDict()
        self._kept_bytes = 0
        self._flights: dict[_Key, Future[_Answer]] = {}

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
        """Return what the source behind has, or had a short while ago.

        Whoever asks for what is being fetched waits for that answer (E13). The same place is one
        place however its URL is spelled (E12), and asked anew for another `maximum_bytes`, so that
        a document too long for one use is not missing for another.

        Raises:
            UnavailableError: as the source behind, now or within the last minute.
            MalformedError: as the source behind, which is asked each time.
        """
        try:
            key = parse_destination(url, ports=self._ports).url, maximum_bytes
        except MalformedError:  # it is for the source behind to say what it never fetches
            return self._behind.fetch(url, maximum_bytes=maximum_bytes)
        with self._lock:
            kept = self._fresh(key)
            if kept is not None:
                return _told(kept)
            flight = self._flights.get(key)
            is_ours = flight is None
            if flight is None:
                flight = self._flights[key] = Future()
        if is_ours:
            self._fly(key, url, flight)
        return _told(flight.result())

    def is_kept(self, url: str, *, maximum_bytes: int) -> bool:
        """Tell whether an answer can be given at once."""
        try:
            key = parse_destination(url, ports=self._ports).url, maximum_bytes
        except MalformedError:
            return True  # it is never fetched, so the source behind says so at once
        with self._lock:
            return self._fresh(key) is not None

    def _fly(self, key: _Key, url: str, flight: Future[_Answer]) -> None:
        """Ask the source behind, and tell everyone who waits."""
        asked = self._clock()
        answer: _Answer | None = None
        try:
            answer = self._ask(url, key[1])
        finally:
            with self._lock:
                del self._flights[key]
                if answer is not None:
                    self._keep(key, answer, asked)
            if answer is None:
                flight.cancel()  # a fault of the program: nobody may wait for ever
        flight.set_result(answer)

    def _ask(self, url: str, maximum_bytes: int) -> _Answer:
        try:
            return self._behind.fetch(url, maximum_bytes=maximum_bytes)
        except (UnavailableError, MalformedError) as error:
            return error

    def _fresh(self, key: _Key) -> _Answer | None:
        kept = self._kept.get(key)
        if kept is None:
            return None
        if kept.until <= self._clock():
            self._forget(key)
            return None
        self._kept.move_to_end(key)
        return kept.answer

    def _keep(self, key: _Key, answer: _Answer, asked: float) -> None:
        if isinstance(answer, MalformedError):
            return
        size = len(key[0]) + (len(answer) if isinstance(answer, bytes) else 0)
        self._kept[key] = _Kept(answer, asked + _lifetime(answer), size)
        self._kept_bytes += size
        while len(self._kept) > self._maximum_kept or self._kept_bytes > self._maximum_kept_bytes:
            self._forget(next(iter(self._kept)))

    def _forget(self, key: _Key) -> None:
        self._kept_bytes -= self._kept.pop(key).size


def _lifetime(answer: _Answer) -> float:
    if isinstance(answer, bytes) and answer.lstrip(_BLANK).startswith(_DOCUMENT_BEGINS):
        return LIFETIME_SECONDS
    return FAILURE_SECONDS


def _told(answer: _Answer) -> bytes:
    if isinstance(answer, bytes):
        return answer
    raise repeated(answer)
