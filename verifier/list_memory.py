"""The youngest date that was seen of each status list: an older copy says nothing any more (F9).

Whoever serves a list could else hand out the copy from before a revocation until that one ends by
itself. Honest caches give the copy before for a while, so it counts for some minutes after the
younger one was first seen. Nothing is kept beyond the life of the process.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

GRACE: Final = timedelta(minutes=15)  # our own five, and as much of two caches on the way
MAXIMUM_LISTS: Final = 4096  # the one that was not asked for longest goes first


@dataclass(frozen=True, slots=True)
class _Youngest:
    dated: datetime
    seen_at: datetime


class YoungestLists:
    """A `ListMemory` for all threads of a process."""

    def __init__(self, *, maximum_lists: int = MAXIMUM_LISTS) -> None:
        """Hold the bound, and know nothing yet."""
        self._maximum_lists = maximum_lists
        self._lock = threading.Lock()
        self._lists: OrderedDict[str, _Youngest] = OrderedDict()

    def is_outdated(self, url: str, dated: datetime, *, now: datetime) -> bool:
        """Remember a list that its issuer proved; tell if a younger one is known for a while."""
        with self._lock:
            known = self._lists.get(url)
            if known is None or dated > known.dated:
                self._lists[url] = known = _Youngest(dated, now)
            self._lists.move_to_end(url)
            if len(self._lists) > self._maximum_lists:
                self._lists.popitem(last=False)
        return dated < known.dated and now > known.seen_at + GRACE
