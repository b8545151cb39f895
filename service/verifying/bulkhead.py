"""How many of the service's threads may wait for the world at once: never all of them.

Whoever presents credentials that name slow servers holds a thread for each. The last few are kept
for all that needs no world: pages, claims, awards, and checks of our own badges (R27).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Final, Self

from openbadges.errors import Code, UnavailableError
from verifier.cached_documents import CachedDocuments

THREADS_KEPT: Final = 2  # for what asks nobody


@dataclass(frozen=True, slots=True)
class Bulkhead:
    """Places for those who wait; who finds none is told at once that the world did not answer."""

    places: BoundedSemaphore

    @classmethod
    def of(cls, threads: int) -> Self:
        """Make the places of a service with so many threads."""
        return cls(BoundedSemaphore(max(1, threads - THREADS_KEPT)))

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold one place.

        Raises:
            UnavailableError: all are taken.
        """
        if not self.places.acquire(blocking=False):
            raise UnavailableError(
                "too many checks wait for other servers at this moment; try again in a minute",
                code=Code.BUSY,
            )
        try:
            yield
        finally:
            self.places.release()


@dataclass(frozen=True, slots=True)
class FewAtOnce:
    """A source that is asked by as many at once as there are places; what is kept needs none."""

    bulkhead: Bulkhead
    behind: CachedDocuments

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
        """Return what the source behind has.

        Raises:
            UnavailableError: all places are taken, or as the source behind.
            MalformedError: as the source behind.
        """
        if self.behind.is_kept(url, maximum_bytes=maximum_bytes):
            return self.behind.fetch(url, maximum_bytes=maximum_bytes)
        with self.bulkhead.place():
            return self.behind.fetch(url, maximum_bytes=maximum_bytes)
