"""Sources of documents that need no network: supplied ones, none at all, and a budget for others.

The one source that opens sockets is in `fetcher`, the published files of an installation in
`published`.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from openbadges.errors import Code, ExplainedError, UnavailableError
from verifier.ports import MAXIMUM_HOPS, DocumentSource, Fetched, NotFetchedError

Answer = TypeVar("Answer")

MAXIMUM_FETCHES: Final = 8  # of distinct documents for one credential (E15)
MAXIMUM_FETCHES_AT_ONCE: Final = 32  # for everything that one request gives (E15)
# After it has waited so long in all, a verification asks for nothing more: a credential that names
# slow servers would hold whoever checks it for their number times the fetcher's deadline (E6).
MAXIMUM_WAIT_SECONDS: Final = 15.0


@dataclass(frozen=True, slots=True)
class SuppliedDocuments:
    """Documents that the caller already has, and behind them another source."""

    documents: Mapping[str, bytes]
    behind: DocumentSource

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
        """Return the supplied bytes, or ask the source behind.

        Raises:
            UnavailableError: as the source behind, or what was supplied is too long.
            MalformedError: as the source behind.
        """
        supplied = self.documents.get(url)
        if supplied is None:
            return self.behind.fetch(url, maximum_bytes=maximum_bytes)
        if len(supplied) > maximum_bytes:
            raise _too_long(url, supplied, maximum_bytes)
        return supplied


class NoDocuments:
    """A world in which nothing answers: verification without a network."""

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
        """Answer nothing.

        Raises:
            UnavailableError: always.
        """
        del maximum_bytes
        raise UnavailableError(f"{url:.200} is not at hand, and the network is not used")

    def fetch_presented(self, url: str, *, maximum_bytes: int) -> Fetched:
        """Answer nothing.

        Raises:
            UnavailableError: always.
        """
        return Fetched(url, self.fetch(url, maximum_bytes=maximum_bytes))


class FetchBudget:
    """Another source, asked a few times only and once for each URL; one is made a verification.

    A failure is remembered too: twenty credentials of an issuer that hangs wait for it once.
    """

    def __init__(
        self,
        behind: DocumentSource,
        *,
        maximum_fetches: int = MAXIMUM_FETCHES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._behind = behind
        self._left = maximum_fetches
        self._seconds_left = MAXIMUM_WAIT_SECONDS
        self._clock = clock
        self._answers: dict[str, bytes] = {}
        self._failures: dict[tuple[str, int], UnavailableError] = {}

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
        """Return what the source behind has at `url`.

        Raises:
            UnavailableError: as the source behind, the budget is used up (FETCH_BUDGET), or what
                was fetched before is too long for this use.
            MalformedError: as the source behind.
        """
        if url not in self._answers:
            self._answers[url] = self._ask(url, maximum_bytes)
        answer = self._answers[url]
        if len(answer) > maximum_bytes:
            raise _too_long(url, answer, maximum_bytes)
        return answer

    def _ask(self, url: str, maximum_bytes: int) -> bytes:
        # What was too long for one use may not be for another.
        if (url, maximum_bytes) in self._failures:
            raise repeated(self._failures[url, maximum_bytes])
        try:
            return self._spend(url, lambda: self._behind.fetch(url, maximum_bytes=maximum_bytes))
        except UnavailableError as error:
            self._failures[url, maximum_bytes] = error
            raise

    def follow(self, url: str, ask: Callable[[], Fetched]) -> Fetched:
        """Return what `ask` finds behind a link, each of whose hops is a fetch of this budget.

        It is asked only while there is enough for as many redirects as are followed: none of them
        leads beyond the budget. What is found is not remembered.

        Raises:
            UnavailableError: as `ask`, or the budget is used up (FETCH_BUDGET).
            MalformedError: as `ask`.
        """
        try:
            there = self._spend(url, ask, at_most=MAXIMUM_HOPS)
        except NotFetchedError as error:
            self._left -= error.hops - 1
            raise
        self._left -= there.hops - 1
        return there

    def _spend(self, url: str, ask: Callable[[], Answer], *, at_most: int = 1) -> Answer:
        if self._left < at_most or self._seconds_left <= 0:
            raise UnavailableError(
                "a credential may name only so many documents, and its check waits for them only so"
                f" long; {url:.200} was not fetched",
                code=Code.FETCH_BUDGET,
            )
        self._left -= 1
        started = self._clock()
        try:
            return ask()
        finally:
            self._seconds_left -= self._clock() - started


def repeated(error: ExplainedError) -> ExplainedError:
    """Return an error that says the same, to be raised once more."""
    return type(error)(str(error), code=error.code, problem=error.problem)


def _too_long(url: str, data: bytes, maximum_bytes: int) -> UnavailableError:
    return UnavailableError(
        f"the document for {url:.200} has {len(data)} bytes; at most {maximum_bytes} are read"
    )
