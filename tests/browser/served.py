"""The service as people reach it: `insignia serve` in a process of its own, on a free port."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from tests.issuing import make_cheap_keystore
from tests.shell import NAME, Shell

SECONDS_TO_START: Final = 60  # it takes two; a start that hangs fails the test
SECONDS_TO_END: Final = 40  # more than the grace that requests get
PASSPHRASE: Final = "for tests only"  # noqa: S105 -- of a keystore that nobody else uses
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
    port = _free_port()
    shell = _make(folder, port)
    log = folder / "log"
    command = [sys.executable, "-m", "service.cli", "serve"]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("INSIGNIA_")},
        **shell.settings,
        "INSIGNIA_DATA": str(shell.data),
        "PYTHONUNBUFFERED": "1",
    }
    with (
        log.open("wb") as output,
        subprocess.Popen(command, stdout=output, stderr=output, env=environment) as process,  # noqa: S603 -- our own program
    ):
        try:
            link = _first_link(process, log, port)
            yield Served(shell, f"http://localhost:{port}", link)
        finally:
            process.terminate()
            process.wait(SECONDS_TO_END)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


def _make(folder: Path, port: int) -> Shell:
    """Make a data folder whose keystore opens fast."""
    shell = Shell(folder / "data").having(PORT=str(port), **RATES)
    shell.data.mkdir(mode=0o700)
    passphrase = shell.data / "passphrase"
    passphrase.write_text(PASSPHRASE)
    passphrase.chmod(0o600)
    make_cheap_keystore(shell.data / "keys", PASSPHRASE)
    shell.does("init", "--organisation", NAME)
    return shell


def _first_link(process: subprocess.Popen[bytes], log: Path, port: int) -> str:
    """Wait until the service answers, and read what it printed."""
    until = monotonic() + SECONDS_TO_START
    while monotonic() < until and process.poll() is None:
        found = _LINK.search(log.read_text())
        if found is not None and _answers(port):
            return found[0]
        sleep(0.1)
    raise RuntimeError(f"`insignia serve` did not start: {log.read_text()}")


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionRefusedError:
        return False
    return True
