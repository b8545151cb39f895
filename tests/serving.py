"""`insignia serve` as a process of its own: a free port, and a data folder that opens fast."""

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.issuing import make_cheap_keystore
from tests.shell import NAME, Shell

SECONDS_TO_START: Final = 60  # it takes two; a start that hangs fails the test
SECONDS_TO_END: Final = 40  # more than the grace that requests get
PASSPHRASE: Final = "for tests only"  # noqa: S105 -- of a keystore that nobody else uses


def installed(folder: Path, **settings: str) -> Shell:
    """Make an installation on trial, whose keystore opens fast, at a free port."""
    shell = Shell(folder / "data").having(PORT=str(free_port()), **settings)
    shell.data.mkdir(mode=0o700)
    passphrase = shell.data / "passphrase"
    passphrase.write_text(PASSPHRASE)
    passphrase.chmod(0o600)
    make_cheap_keystore(shell.data / "keys", PASSPHRASE)
    shell.does("init", "--organisation", NAME)
    return shell


def begin(
    shell: Shell, log: Path, program: Sequence[str] = ("service.cli", "serve")
) -> subprocess.Popen[bytes]:
    """Start the service; what it prints and logs is added to a file.

    `program` is a module with its arguments, where it is another than `insignia serve`.
    """
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("INSIGNIA_")},
        **shell.settings,
        "INSIGNIA_DATA": str(shell.data),
        "PYTHONUNBUFFERED": "1",
    }
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 -- our own program
            [sys.executable, "-m", *program],
            stdout=output,
            stderr=output,
            env=environment,
        )


def answers(host: str, port: int) -> bool:
    """Tell whether something listens there."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def port_of(shell: Shell) -> int:
    """Return the port at which an installation is served."""
    return int(shell.settings["INSIGNIA_PORT"])


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port
