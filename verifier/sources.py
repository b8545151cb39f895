"""Sources of documents that need no network: supplied ones, none at all, and a budget for others.

The one source that opens sockets is in `fetcher`, the published files of an installation in
`published`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from openbadges.errors import Code, UnavailableError
from verifier.ports import DocumentSource

MAXIMUM_FETCHES: Final = 8  # of distinct documents for one credential (E15)


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


class FetchBudget:
    """Another source, asked a few times only and once for each URL; one is made a verification."""

    def __init__(self, behind: DocumentSource, *, maximum_fetches: int = MAXIMUM_FETCHES) -> None:
        self._behind = behind
        self._left = maximum_fetches
        self._answers: dict[str, bytes] = {}

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
        """Return what the source behind has at `url`.

        Raises:
            UnavailableError: as the source behind, the budget is used up (FETCH_BUDGET), or what
                was fetched before is too long for this use.
            MalformedError: as the source behind.
        """
        if url not in self._answers:
            if self._left <= 0:
                raise UnavailableError(
                    f"a credential may name only so many documents; {url:.200} was not fetched",
                    code=Code.FETCH_BUDGET,
                )
            self._left -= 1
            self._answers[url] = self._behind.fetch(url, maximum_bytes=maximum_bytes)
        answer = self._answers[url]
        if len(answer) > maximum_bytes:
            raise _too_long(url, answer, maximum_bytes)
        return answer


def _too_long(url: str, data: bytes, maximum_bytes: int) -> UnavailableError:
    return UnavailableError(
        f"the document for {url:.200} has {len(data)} bytes; at most {maximum_bytes} are read"
    )
