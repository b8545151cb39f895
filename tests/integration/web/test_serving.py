"""`insignia serve` as a process of its own: it starts, answers, reads strictly, and ends well.

I18, R21 and R32 of the threats, and what J3 asks of the server below the application.
"""

import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.serving import SECONDS_TO_END, SECONDS_TO_START, answers, begin, installed, port_of
from tests.shell import Shell

pytestmark = [pytest.mark.loopback, pytest.mark.allow_hosts(["127.0.0.1", "127.0.0.2"])]

HOST = "127.0.0.1"
GRACE = 30  # seconds in which requests that run may end
LINK = re.compile(r"http://localhost:\d+(/sign-in/[a-z2-7]+)")


@dataclass(frozen=True, slots=True)
class Server:
    """One process that serves, and what it wrote so far."""

    process: subprocess.Popen[bytes]
    log: Path
    port: int

    @property
    def written(self) -> str:
        """What it printed and logged."""
        return self.log.read_text()

    def ask(self, request: bytes, host: str = HOST) -> bytes:
        """Send bytes as they are, and return all that comes back until the connection ends."""
        with socket.create_connection((host, self.port), timeout=20) as connection:
            connection.sendall(request)
            return read_all(connection)

    def get(self, path: str, method: str = "GET", *headers: str) -> bytes:
        """Ask as a program does that keeps no connection."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: localhost:{self.port}", "Connection: close"]
        return self.ask("\r\n".join([*lines, *headers, "", ""]).encode())


def read_all(connection: socket.socket) -> bytes:
    received = b""
    try:
        while part := connection.recv(65_536):
            received += part
    except ConnectionResetError:  # it was closed with bytes of ours unread
        pass
    return received


@contextmanager
def serving(shell: Shell, log: Path, host: str = HOST) -> Iterator[Server]:
    """Serve an installation as long as the block runs."""
    port, process = port_of(shell), begin(shell, log)
    try:
        until = time.monotonic() + SECONDS_TO_START
        while not answers(host, port):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.1)
        yield Server(process, log, port)
    finally:
        process.terminate()
        process.wait(SECONDS_TO_END)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service that the tests of this module ask."""
    folder = tmp_path_factory.mktemp("served")
    with serving(installed(folder), folder / "log") as running:
        yield running


def test_it_lives_and_is_ready(server: Server) -> None:
    assert server.get("/healthz").startswith(b"HTTP/1.1 200 OK")
    assert b'"status":"ready"' in server.get("/readyz").replace(b" ", b"")
    assert b"<h1" in server.get("/", "GET", "Accept: text/html")


def test_the_answer_tells_nobody_what_serves(server: Server) -> None:
    head = server.get("/healthz").partition(b"\r\n\r\n")[0].lower()
    assert b"werkzeug" not in head
    assert b"python" not in head


SMUGGLED = {
    "a length and chunks": b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
    "chunks and a length": b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\nGET /x",
    "two codings": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: cow\r\n\r\n0\r\n\r\n",
    "an unknown coding": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a blank before the colon": b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nxxxxxG",
    "a list of lengths": b"Content-Length: 5, 6\r\n\r\nxxxxxG",
    "a signed length": b"Content-Length: +5\r\n\r\nxxxxx",
    "a negative length": b"Content-Length: -1\r\n\r\n",
    "a length with a low line": b"Content-Length: 1_0\r\n\r\nxxxxxxxxxx",
    "a hexadecimal length": b"Content-Length: 0x5\r\n\r\nxxxxx",
    "Arabic digits": "Content-Length: \u0665\r\n\r\nxxxxx".encode(),
    "a folded header": b"X-One: a\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a name with a blank": b"X One: a\r\n\r\n",
    "a bare line feed": b"X-One: a\nTransfer-Encoding: chunked\r\n\r\n",
    "a NUL": b"X-One: a\x00b\r\n\r\n",
}


@pytest.mark.parametrize("rest", SMUGGLED.values(), ids=SMUGGLED)
def test_a_request_that_two_servers_could_read_differently_is_refused(
    server: Server, rest: bytes
) -> None:
    start = f"POST /verify HTTP/1.1\r\nHost: localhost:{server.port}\r\n".encode()
    answer = server.ask(start + rest)
    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 501 ")), answer
    assert answer.count(b"HTTP/1.1 ") == 1, answer


TOO_LARGE = {
    "a long address": b"GET /" + b"a" * 10_000 + b" HTTP/1.1\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\n" + b"X: 1\r\n" * 200 + b"\r\n",
    "a long header": b"GET / HTTP/1.1\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
    "no HTTP at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "another version": b"GET / HTTP/9.9\r\n\r\n",
}


BROKEN_CHUNKS = {
    "no number": b"ZZ\r\n",
    "a negative number": b"-1\r\n",
    "no end of a chunk": b"5\r\nabcdeXX",
    "an end before the end": b"5\r\nab",
}


@pytest.mark.parametrize("door", ["/verify", "/credentials/verify"])
@pytest.mark.parametrize("chunks", BROKEN_CHUNKS.values(), ids=BROKEN_CHUNKS)
def test_a_body_that_breaks_off_is_refused(server: Server, chunks: bytes, door: str) -> None:
    head = (
        f"POST {door} HTTP/1.1\r\nHost: localhost:{server.port}\r\nConnection: close\r\n"
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    with socket.create_connection((HOST, server.port), timeout=20) as connection:
        connection.sendall(head.encode() + chunks)
        connection.shutdown(socket.SHUT_WR)
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 400 "), answer
    assert '"event": "unforeseen"' not in server.written


@pytest.mark.parametrize("request_", TOO_LARGE.values(), ids=TOO_LARGE)
def test_a_request_that_is_none_is_refused(server: Server, request_: bytes) -> None:
    answer = server.ask(request_)
    assert re.match(rb"HTTP/1.1 (4\d\d|505) ", answer), answer[:80]


def test_a_request_that_is_none_puts_nothing_of_it_into_the_logs(server: Server) -> None:
    for line in (
        b"GET /claim/zanzibar code HTTP/1.1",
        b"GET /claim/zanzibar" + b"a" * 9_000,
        b"ZANZIBAR",
    ):
        server.ask(line + b"\r\nZanzibar: zanzibar\x00\r\n\r\n")
    time.sleep(0.2)
    assert '"event": "no request that could be read"' in server.written
    assert "zanzibar" not in server.written.casefold()
    assert HOST not in server.written


def test_it_honours_where_it_is_to_listen(tmp_path: Path) -> None:
    shell = installed(tmp_path, LISTEN="127.0.0.2")
    with serving(shell, tmp_path / "log", "127.0.0.2") as running:
        assert not answers(HOST, running.port)


def test_it_prints_one_way_in_and_none_after_somebody_came_in(tmp_path: Path) -> None:
    shell, log = installed(tmp_path), tmp_path / "log"
    with serving(shell, log) as running:
        (path,) = LINK.findall(running.written)
        assert b"303" in running.get(path, "POST", "Content-Length: 0").partition(b"\r\n")[0]
        assert path.rpartition("/")[2] not in running.written.replace(path, "", 1)
    log.write_text("")
    with serving(shell, log) as running:
        assert "Insígnia is at" in running.written
        assert LINK.findall(running.written) == []


def test_a_request_that_runs_is_answered_before_it_ends(tmp_path: Path) -> None:
    with serving(installed(tmp_path), tmp_path / "log") as running:
        head = f"POST /verify HTTP/1.1\r\nHost: localhost:{running.port}\r\nConnection: close\r\n"
        with socket.create_connection((HOST, running.port), timeout=20) as connection:
            connection.sendall(
                f"{head}Accept: application/json\r\nContent-Length: 2\r\n\r\n{{".encode()
            )
            time.sleep(0.5)
            began = time.monotonic()
            running.process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            connection.sendall(b"}")
            answer = read_all(connection)
        assert answer.startswith(b"HTTP/1.1 200 OK"), answer
        assert running.process.wait(GRACE) == 0
        assert time.monotonic() - began < GRACE
        assert not answers(HOST, running.port)


def test_a_wrong_passphrase_is_told_before_anything_is_served(tmp_path: Path) -> None:
    shell = installed(tmp_path)
    (shell.data / "passphrase").write_text("another one")
    process = begin(shell, tmp_path / "log")
    assert process.wait(SECONDS_TO_START) != 0
    written = (tmp_path / "log").read_text()
    assert "passphrase" in written
    assert "another one" not in written
    assert "Traceback" not in written
    assert "Insígnia is at" not in written
