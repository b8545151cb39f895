"""A service that runs in a process of its own on loopback, asked as programs ask it.

with served(folder, authority, port=PORT) as service:
    service.verify(credential)      -> the report, as JSON
    service.worker                  -> the process that answers; its parent only watches it
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from subprocess import Popen
from time import monotonic, sleep
from typing import Final

import trustme

from openbadges.strict import Document, parse_json
from tests.reliability.serve_here import HERE
from tests.serving import SECONDS_TO_END, SECONDS_TO_START, begin, installed, port_of
from tests.shell import AWARD, Shell
from tests.world import as_bytes

PLENTY: Final = dict.fromkeys(("RATE_PAGES", "RATE_VERIFY", "RATE_SECRETS", "RATE_API"), "1000000")
SECONDS_TO_ANSWER: Final = 120  # a fault of the program and not of a slow machine


@dataclass(frozen=True, slots=True)
class Service:
    """A running service, and one badge of its own."""

    shell: Shell
    process: Popen[bytes]
    log: Path
    badge: bytes

    @property
    def worker(self) -> int:
        """The id of the one process that answers."""
        (worker,) = children_of(self.process.pid)
        return worker

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, bytes]:
        """Ask as a program does that keeps no connection; the status, and the body."""
        status, _, answer = self.tell(method, path, body, **headers)
        return status, answer

    def tell(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, HTTPMessage, bytes]:
        """Ask as `ask` does; the status, the headers, and the body."""
        connection = HTTPConnection(HERE, port_of(self.shell), timeout=SECONDS_TO_ANSWER)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(connection):
            connection.request(
                method,
                path,
                body,
                headers={
                    "Host": f"localhost:{port_of(self.shell)}",
                    "Connection": "close",
                    **named,
                },
            )
            with connection.getresponse() as response:
                return response.status, response.headers, response.read()

    def verify(self, presented: Document | str | bytes) -> Document:
        """Verify what somebody presents; the report."""
        status, body = self.ask(
            "POST",
            "/verify",
            as_bytes(presented),
            Content_Type="application/octet-stream",
            Accept="application/json",
        )
        assert status == 200, body
        report: Document = parse_json(body)
        return report

    def lives(self) -> bool:
        """Tell whether it answers."""
        try:
            return self.ask("GET", "/healthz")[0] == 200
        except OSError:
            return False


def children_of(process_id: int) -> list[int]:
    """Return the processes that a process started, as Linux lists them."""
    listed = Path(f"/proc/{process_id}/task/{process_id}/children").read_text(encoding="ascii")
    return [int(one) for one in listed.split()]


def codes_of(report: Document) -> set[str]:
    """Return the codes of what did not pass."""
    return {one["code"] for one in report["findings"] if one["outcome"] != "PASSED"}


def until(condition: Callable[[], object], *, seconds: float = SECONDS_TO_START) -> None:
    """Wait until a question is answered by yes."""
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end, "it never came to that"
        sleep(0.02)


@contextmanager
def served(
    folder: Path, authority: trustme.CA, *, port: int, wait: float, catalogue: Path, **settings: str
) -> Iterator[Service]:
    """Serve a new installation with one badge, whose world is a port of this machine.

    `wait` is how many seconds it waits for one document of the world.
    """
    shell = installed(folder, BADGE_CLASSES=str(catalogue), **PLENTY, **settings)
    shell.does("issuer", "create")
    out, log = folder / "out", folder / "log"
    shell.does(*AWARD, "--out", str(out))
    trusted = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(trusted))
    program = ("tests.reliability.serve_here", str(port), str(trusted), str(wait))
    badge = (out / "credential.json").read_bytes()
    with running(shell, log, badge, program) as service:
        yield service


@contextmanager
def running(
    shell: Shell, log: Path, badge: bytes, program: Sequence[str] = ("service.cli", "serve")
) -> Iterator[Service]:
    """Serve an installation that is there; its worker answers by then."""
    process = begin(shell, log, program)
    service = Service(shell, process, log, badge)
    try:
        until(lambda: process.poll() is not None or service.lives())
        assert process.poll() is None, log.read_text()
        yield service
    finally:
        process.terminate()
        process.wait(SECONDS_TO_END)


@contextmanager
def serving(folder: Path, catalogue: Path) -> Iterator[Service]:
    """Serve a new installation with one badge, whose data and log lie in a folder."""
    shell = installed(folder, BADGE_CLASSES=str(catalogue), **PLENTY)
    shell.does("issuer", "create")
    shell.does(*AWARD, "--out", str(folder / "out"))
    badge = (folder / "out" / "credential.json").read_bytes()
    with running(shell, folder / "log", badge) as service:
        yield service


class Program:
    """A program that awards at a running service, each badge under a key of its own."""

    def __init__(self, service: Service) -> None:
        self._service = service
        made = service.shell.json("token", "create", "--name", "desk", "--scope", "award")
        self._token = made["token"]
        self.made: dict[int, str] = {}

    def award(self, number: int, badge_class: str = "wiki-friend") -> int:
        """Send one request; the status."""
        body = {"badgeClass": badge_class, "recipient": f"learner{number}@example.org"}
        status, headers, answer = self._service.tell(
            "POST",
            "/api/awards",
            json.dumps(body).encode(),
            Authorization=f"Bearer {self._token}",
            Content_Type="application/json",
            Idempotency_Key=f"number-{number}",
        )
        if status == 503:
            assert int(headers["Retry-After"]) > 0
            assert parse_json(answer)["code"] == "DATABASE", answer
        if status == 201:
            assert (
                self.made.setdefault(number, parse_json(answer)["id"]) == parse_json(answer)["id"]
            )
        return status
