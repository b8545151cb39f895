"""The service as people reach it: `insignia serve` in a process of its own, on a free port."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from tests.serving import SECONDS_TO_END, SECONDS_TO_START, answers, begin, installed, port_of
from tests.shell import Shell

# One machine is all the visitors there are, so it may ask as often as they all would.
RATES: Final = dict.fromkeys(("RATE_PAGES", "RATE_VERIFY", "RATE_SECRETS"), "1000000")
_LINK: Final = re.compile(r"http://localhost:\d+/sign-in/\S+")


@dataclass(frozen=True, slots=True)
class Served:
    """A running service, the shell of the person who keeps it, and its first sign-in link."""

    shell: Shell
    base_url: str
    first_link: str

    def sign_in_link(self, name: str) -> str:
        """Make an account for a trainer, and return the link that lets them in."""
        link: str = self.shell.json("account", "create", name)["signInLink"]
        return link

    def publish_status(self) -> None:
        """Publish the status lists now, which the service does by itself every half minute."""
        self.shell.does("status", "publish")


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """Serve a new installation on trial as long as the block runs."""
    shell, log = installed(folder, **RATES), folder / "log"
    port = port_of(shell)
    with begin(shell, log) as process:
        try:
            link = _first_link(process, log, port)
            yield Served(shell, f"http://localhost:{port}", link)
        finally:
            process.terminate()
            process.wait(SECONDS_TO_END)


def _first_link(process: subprocess.Popen[bytes], log: Path, port: int) -> str:
    """Wait until the service answers, and read what it printed."""
    until = monotonic() + SECONDS_TO_START
    while monotonic() < until and process.poll() is None:
        found = _LINK.search(log.read_text())
        if found is not None and answers("127.0.0.1", port):
            return found[0]
        sleep(0.1)
    raise RuntimeError(f"`insignia serve` did not start: {log.read_text()}")
