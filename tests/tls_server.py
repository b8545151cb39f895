"""A TLS server of the test's own on 127.0.0.1, which answers each connection as it is told."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator

import trustme

Answer = Callable[[ssl.SSLSocket], None]
"""What to do with a connection whose request has been read."""


class TlsServer:
    """Listens on a port of its own, keeps the requests it read, and answers one at a time."""

    def __init__(self, authority: trustme.CA, *, name: str, answer: Answer) -> None:
        self.requests: list[bytes] = []
        self.closing = threading.Event()
        self._answer = answer
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(self._context)
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
def tls_server(authority: trustme.CA, *, name: str, answer: Answer) -> Iterator[TlsServer]:
    """Run a server whose certificate, by `authority`, is for `name`."""
    server = TlsServer(authority, name=name, answer=answer)
    try:
        yield server
    finally:
        server.close()
