"""A PostgreSQL of the test's own, which may be restarted and killed; the machine's own never is.

Where its programs are not on this machine the tests that ask for it are skipped.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

_NOBODY: Final = "nobody"  # PostgreSQL does not run as root
_SECONDS: Final = "60"  # that a start or an end may take before the test fails


@dataclass(frozen=True, slots=True)
class PrivatePostgres:
    """One server with its data in a folder that goes with it."""

    programs: Path
    data: Path
    port: int
    user: str | None

    @property
    def url(self) -> str:
        """The database that comes with it, which is empty at first."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        """Make the folder of its data."""
        self._run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
        options = (
            f"port = {self.port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\n"
            "shared_buffers = '16MB'\n"
        )
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(options)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._run("pg_ctl", "start", "--wait", f"--timeout={_SECONDS}", "--log", f"{self.data}/log")

    def stop(self, mode: str) -> None:
        """End it: `fast` ends every session, `immediate` is a crash."""
        self._run("pg_ctl", "stop", f"--mode={mode}", "--wait", f"--timeout={_SECONDS}")

    def restart(self, mode: str) -> None:
        """End it and start it again."""
        self.stop(mode)
        self.start()

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(  # noqa: S603 -- the server that this module makes
            [self.programs / program, "--pgdata", self.data, *arguments],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # a pipe would stay open as long as the server runs
            stderr=subprocess.DEVNULL,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            user=self.user,
            cwd="/",
        )
        log = self.data / "log"
        assert done.returncode == 0, (program, log.read_text() if log.exists() else "")


@contextmanager
def private_postgres() -> Iterator[PrivatePostgres]:
    """A server as long as the block runs."""
    user = _NOBODY if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="insignia-postgres-"))
    if user is not None:
        os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
    server = PrivatePostgres(_programs(), folder / "data", free_port(), user)
    try:
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder)


def _programs() -> Path:
    """Return the folder of the newest PostgreSQL on this machine."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    found = installed[-1] if installed else shutil.which("pg_ctl")
    if found is None:
        pytest.skip("there is no pg_ctl on this machine, and its PostgreSQL is not ours to restart")
    return Path(found).resolve().parent


def free_port() -> int:
    """Return a port on which nothing listens now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port
