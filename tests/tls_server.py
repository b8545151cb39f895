"""A TLS server of the test's own on 127.0.0.1, which answers each connection as it is told."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Any

import pytest
import trustme

from verifier.fetcher import GuardedFetcher

Answer = Callable[[ssl.SSLSocket], None]
"""What to do with a connection whose request has been read."""


class TlsServer:
    """Listens on a port of its own, keeps the requests it read, and answers one at a time."""

    def __init__(
        self,
        authority: trustme.CA,
        *,
        name: str,
        answer: Answer,
        not_after: datetime | None = None,
        newest_tls: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED,
    ) -> None:
        self.requests: list[bytes] = []
        self.closing = threading.Event()
        self._answer = answer
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name, not_after=not_after).configure_cert(self._context)
        if newest_tls is not ssl.TLSVersion.MAXIMUM_SUPPORTED:
            self._context.set_ciphers("ALL:@SECLEVEL=0")  # without it OpenSSL speaks no old TLS
            self._context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            self._context.maximum_version = newest_tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.02)  # how long closing may take to be noticed
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        """Stop listening, and wait for the answer that is being given."""
        self.closing.set()
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        while not self.closing.is_set():
            # A client that hangs up, or that we never speak to, is part of the tests.
            with contextlib.suppress(OSError):
                self._serve_one()

    def _serve_one(self) -> None:
        plain, _ = self._listener.accept()
        plain.settimeout(5)
        with plain, self._context.wrap_socket(plain, server_side=True) as connection:
            request = b""
            while not request.endswith(b"\r\n\r\n"):
                piece = connection.recv(4096)
                if not piece:
                    return
                request += piece
            self.requests.append(request)
            self._answer(connection)


@contextlib.contextmanager
def tls_server(
    authority: trustme.CA,
    *,
    name: str,
    answer: Answer,
    **changes: Any,  # noqa: ANN401 -- the other arguments of TlsServer
) -> Iterator[TlsServer]:
    """Run a server whose certificate, by `authority`, is for `name`."""
    server = TlsServer(authority, name=name, answer=answer, **changes)
    try:
        yield server
    finally:
        server.close()


def loopback(test: Callable[..., None]) -> Callable[..., None]:
    """Let a test reach 127.0.0.1, and no other address."""
    for mark in (pytest.mark.loopback, pytest.mark.allow_hosts(["127.0.0.1"])):
        test = mark(test)
    return test


def answering(head: str, body: bytes = b"") -> Answer:
    """Answer with this head, whose lines end as text does, and this body."""
    text = head.replace("\n", "\r\n") + "\r\n\r\n"
    return lambda connection: connection.sendall(text.encode() + body)


def in_turn(*answers: Answer) -> Answer:
    """Answer each connection with the next of these."""
    remaining = iter(answers)

    def answer(connection: ssl.SSLSocket) -> None:
        next(remaining)(connection)

    return answer


def found(*addresses: str) -> Callable[[str, int], list[str]]:
    """Let every name have these addresses."""
    return lambda _host, _port: list(addresses)


def reaching(
    server: TlsServer, authority: trustme.CA, deadline: float = 5.0, *, ports: Collection[int] = ()
) -> GuardedFetcher:
    """Make a fetcher that finds every name at this server, and asks its port and `ports`."""
    return GuardedFetcher(
        lookup=found("127.0.0.1"),
        address_allowed=lambda address: address == "127.0.0.1",
        ports=frozenset({server.port, *ports}),
        deadline_seconds=deadline,
        certificate_authorities=authority.cert_pem.bytes().decode(),
    )
