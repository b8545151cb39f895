"""What the costliest inputs that we can think of take: seconds of CPU, and memory at its peak.

    .venv/bin/python -m tests.bounds                 # every kind, as a table
    .venv/bin/python -m tests.bounds "a PNG" "an SVG"   # those whose names begin so
    .venv/bin/python -m tests.bounds --json          # a line of JSON for each

The inputs are in `tests.costly`. Each is made in one child process and judged in another, so that
neither the making nor what was judged before counts. Both are forks of one that has imported
everything: the idle service. A child that was started anew would begin with the peak of whoever
started it.
"""

import io
import json
import os
import resource
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from tests.costly import KINDS, Costly, Folder
from tests.world import as_bytes

MAXIMUM_SECONDS: Final = 2.0  # of CPU for one verification
MAXIMUM_MIB: Final = 128.0  # of memory for one verification, above the idle process


@dataclass(frozen=True)
class Cost:
    """What one input took, and what was found of it."""

    kind: str
    seconds: float
    mebibytes: float
    found: str

    @property
    def is_within(self) -> bool:
        """Tell whether that is no more than it may take."""
        seconds = MAXIMUM_SECONDS * KINDS[self.kind].verifications
        return self.seconds <= seconds and self.mebibytes <= MAXIMUM_MIB


def measure(names: Sequence[str]) -> Iterator[Cost]:
    """Give what each of these kinds costs, one after the other."""
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            yield _measure(name, KINDS[name], Path(folder))


def _measure(name: str, costly: Costly, folder: Path) -> Cost:
    given, world = folder / "given", Folder(folder)

    def make() -> object:
        given.write_bytes(as_bytes(costly.given()))
        for url, data in costly.documents().items():
            world.write(url, data)
        return None

    def take() -> object:
        data = given.read_bytes()
        held, began = _peak(), time.process_time()
        report = costly.judge(data, world)
        seconds, mebibytes = time.process_time() - began, _peak() - held
        first = next((f for f in report.findings if f.outcome != "PASSED"), None)
        found = f"{report.verdict} {first.check.value} {first.code.value}" if first else ""
        return asdict(Cost(name, seconds, mebibytes, found or report.verdict))

    _in_child(make)
    return Cost(**_in_child(take))


def _peak() -> float:
    """Give the most memory that this process has held, in mebibytes; Linux counts in kibibytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _in_child(work: Callable[[], object]) -> Any:  # noqa: ANN401 -- any JSON value
    """Do it in a fork of this process, and return what it returned."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:  # nothing of the parent's may run in it, neither its exits nor its buffers
        try:
            os.write(write, json.dumps(work()).encode())
        except BaseException:  # noqa: BLE001 -- whatever it is, it is printed, and seen as a failure
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    os.close(write)
    with io.FileIO(read) as answer:
        data = answer.readall()
    _, status = os.waitpid(child, 0)
    if status:
        raise RuntimeError("an input could not be made or judged")
    return json.loads(data)  # noqa: TID251 -- our own child's


def main(arguments: Sequence[str]) -> None:
    """Print what the kinds cost whose names begin as the arguments say."""
    begins = tuple(one for one in arguments if one != "--json")
    for cost in measure([name for name in KINDS if name.startswith(begins or "")]):
        line = json.dumps(asdict(cost)) if "--json" in arguments else _row(cost)
        print(line, flush=True)  # noqa: T201 -- what this program is for


def _row(cost: Cost) -> str:
    mark = " " if cost.is_within else "!"
    return f"{mark} {cost.kind:48} {cost.seconds:6.2f} s {cost.mebibytes:6.1f} MiB  {cost.found}"


if __name__ == "__main__":
    main(sys.argv[1:])
