"""Independent software in Node: one process that answers tasks, a line of JSON each.

What it runs is `tests/interop/*.mjs`, over the npm packages that `tests/prepare` installs. The
process gets our bundled contexts once and each task's own documents; it fetches nothing.
"""

import json
import os
import select
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from openbadges.jsonld import BUNDLED
from openbadges.strict import parse_json_object

INTEROP: Final = Path(__file__).parent / "interop"
SECONDS_TO_ANSWER: Final = 60  # the slowest task takes a tenth of a second; a hang fails the test


class RefusedByNodeError(Exception):
    """The independent software refused a task, with its own words."""


class Node:
    """A running process, asked one task at a time."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._write({url: BUNDLED.load(url) for url in sorted(BUNDLED.urls)})

    def ask(self, task: str, **members: Any) -> Any:  # noqa: ANN401 -- JSON is any JSON value
        """Return what a task of `main.mjs` answers.

        Raises:
            RefusedByNodeError: it threw.
        """
        self._write({"task": task, **members})
        answer = parse_json_object(self._read(), what=f"the answer to {task}")
        if "error" in answer:
            raise RefusedByNodeError(answer["error"])
        return answer["result"]

    def _write(self, line: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(line).encode() + b"\n")
        self._process.stdin.flush()

    def _read(self) -> bytes:
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], SECONDS_TO_ANSWER)
        if not ready:
            self._process.kill()
            pytest.fail(f"node did not answer within {SECONDS_TO_ANSWER} seconds")
        return self._process.stdout.readline()


@contextmanager
def running_node() -> Iterator[Node]:
    """Start Node; where it or its packages are missing skip, but never where CI is set."""
    node = shutil.which("node")
    missing = None
    if node is None:
        missing = "Node is not installed"
    elif not (INTEROP / "node_modules").is_dir():
        missing = "tests/interop/node_modules is missing: run tests/prepare"
    if missing and "CI" in os.environ:
        pytest.fail(missing)
    if node is None or missing:
        pytest.skip(str(missing))
    command = [node, str(INTEROP / "main.mjs")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603 -- our own script
        yield Node(process)
