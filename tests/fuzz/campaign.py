"""Running one target: many inputs, what each cost, and those that it did not survive.

There is no coverage to follow without atheris, but a refusal says where in the code it was raised:
an input that is refused in a new place joins the corpus.
"""

import functools
import hashlib
import resource
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from typing import Final

from openbadges.errors import ExplainedError
from tests.fuzz.mutation import mutate
from tests.fuzz.targets import Target

MAXIMUM_SECONDS: Final = 2.0  # of CPU for one input: what one whole verification may take
MAXIMUM_MIB: Final = 128  # by which one input may raise what the process holds: the same
MAXIMUM_CORPUS_BYTES: Final = 256 * 1024  # larger inputs are tried, and not built upon
MAXIMUM_CORPUS: Final = 2_000


def _peak() -> int:
    """Give the most memory that this process has held since it was last forgotten, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _forget_peak() -> int:
    """Let the peak begin anew at what is held now, which is returned; only Linux can."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _peak()


@dataclass
class Campaign:
    """What was seen; a crash is kept once for each place that it comes from."""

    target: Target
    executions: int = 0
    refused: int = 0
    slowest_seconds: float = 0.0
    slowest: bytes = b""
    heaviest_mib: int = 0
    heaviest: bytes = b""
    crashes: dict[str, bytes] = field(default_factory=dict)
    corpus: list[bytes] = field(default_factory=list)
    _places: set[str] = field(default_factory=set)

    def run(self, *, seed: int, is_over: Callable[["Campaign"], bool]) -> "Campaign":
        """Try the seeds and then their mutations until it `is_over`."""
        for data in self.target.seeds():
            self.try_one(data)
            self.corpus.append(data)
        inputs = self._inputs(Random(seed))  # noqa: S311 -- chance that can be repeated
        while not is_over(self):
            self.try_one(next(inputs))
        return self

    def try_one(self, data: bytes) -> None:
        """Run the target on one input, and remember what was new."""
        held = _forget_peak()
        began = time.process_time()
        try:
            refusal = self.target.refusal(data)
        except (Exception, RecursionError) as error:  # noqa: BLE001 -- what a fuzzer looks for
            self.crashes.setdefault(f"{type(error).__name__} {_place_of(error)}", data)
            refusal = None
        self.executions += 1
        self.refused += refusal is not None
        self._note_cost(data, time.process_time() - began, _peak() - held)
        self._keep_if_new(data, refusal)

    def _note_cost(self, data: bytes, seconds: float, mib: int) -> None:
        if seconds > self.slowest_seconds:
            self.slowest_seconds, self.slowest = seconds, data
        if seconds > MAXIMUM_SECONDS:
            self.crashes.setdefault("slower than one verification may be", data)
        if mib > self.heaviest_mib:
            self.heaviest_mib, self.heaviest = mib, data
        if mib > MAXIMUM_MIB:
            self.crashes.setdefault("heavier than one verification may be", data)

    def _keep_if_new(self, data: bytes, refusal: ExplainedError | None) -> None:
        place = "accepted" if refusal is None else f"{refusal.code} {_place_of(refusal)}"
        is_small = len(data) <= MAXIMUM_CORPUS_BYTES and len(self.corpus) < MAXIMUM_CORPUS
        if is_small and place not in self._places:
            self._places.add(place)
            self.corpus.append(data)

    def _inputs(self, random: Random) -> Iterator[bytes]:
        for _ in count():
            one, other = random.choice(self.corpus), random.choice(self.corpus)
            yield mutate(one, other, random)

    def summary(self) -> str:
        """Say in one line what was seen."""
        digest = hashlib.sha256(self.slowest).hexdigest()[:12]
        return (
            f"{self.executions} executions, {self.refused} refused in {len(self._places)} places,"
            f" {len(self.crashes)} crashes; slowest {self.slowest_seconds:.3f} s of CPU"
            f" ({len(self.slowest)} bytes, {digest}); heaviest"
            f" {self.heaviest_mib} MiB ({len(self.heaviest)} bytes)"
        )


def after_executions(number: int) -> Callable[[Campaign], bool]:
    """Stop after so many inputs: the same ones in every run."""
    return lambda campaign: campaign.executions >= number


def after_seconds(seconds: float) -> Callable[[Campaign], bool]:
    """Stop after so much time."""
    end = time.monotonic() + seconds
    return lambda _: time.monotonic() >= end


def _place_of(error: BaseException) -> str:
    """Name the lines that led to a raise, the innermost last; what repeats itself is cut."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return _joined(tuple((frame.filename, frame.lineno or 0) for frame in frames))


@functools.cache
def _joined(places: tuple[tuple[str, int], ...]) -> str:
    return " ".join(f"{name.rpartition('/')[2]}:{line}" for name, line in places)
