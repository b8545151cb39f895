"""A proxy that speaks TLS, as `docs/operate.md` asks for one in front of a public service."""

import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final

import trustme

SECONDS_TO_ANSWER: Final = 30  # the service answers within one; a hang fails the test
_OF_ONE_CONNECTION: Final = frozenset({"connection", "keep-alive", "transfer-encoding"})


@dataclass
class TlsProxy:
    """A running proxy: its public port, and the port of whom it asks."""

    port: int
    asked_port: int = 0


@contextmanager
def tls_proxy(authority: trustme.CA, *, name: str) -> Iterator[TlsProxy]:
    """Run a proxy whose certificate is for `name`; say later at which port the service listens."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        proxy = TlsProxy(server.server_port)
        server.RequestHandlerClass = type("Handler", (_Handler,), {"proxy": proxy})
        # Each thread shakes hands for itself, so that nobody waits for a client that is slow.
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield proxy
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    """Reads a whole request, and passes it on with who asked."""

    protocol_version = "HTTP/1.1"
    timeout = SECONDS_TO_ANSWER
    proxy: TlsProxy

    def do_GET(self) -> None:
        """Pass it on."""
        self._pass_on()

    def do_POST(self) -> None:
        """Pass it on."""
        self._pass_on()

    def do_OPTIONS(self) -> None:
        """Pass it on."""
        self._pass_on()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's name
        """Write no log."""

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {
            name: value
            for name, value in self.headers.items()
            if name.lower() not in _OF_ONE_CONNECTION
        }
        headers |= {"X-Forwarded-For": self.client_address[0], "X-Forwarded-Proto": "https"}
        asked = HTTPConnection("127.0.0.1", self.proxy.asked_port, timeout=SECONDS_TO_ANSWER)
        with closing(asked):
            asked.request(self.command, self.path, body or None, headers)
            with asked.getresponse() as answer:
                self._answer(answer.status, answer.getheaders(), answer.read())

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in {*_OF_ONE_CONNECTION, "content-length"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
