"""A TCP proxy of the test's own on 127.0.0.1: what stands behind it can be cut off and come back.

The machine's own servers are never stopped: a test speaks to them through this, and to its client
a connection that was cut here looks like a server that went away.
"""

import contextlib
import select
import socket
import threading
from collections.abc import Iterator
from typing import Final, Self

_BUFFER_BYTES: Final = 65_536
_LOOK_SECONDS: Final = 0.02  # how long a change of mind may take to be noticed


class TcpProxy:
    """Listens on a port of its own and passes everything on, until it is told otherwise."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self._target = (host, port)
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._is_refusing = False
        self._word: bytes | None = None
        self._word_arrives = False
        self._words_before = 0
        self.cuts = 0  # connections that were cut at the word
        self._closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(_LOOK_SECONDS)
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._listen)]
        self._threads[0].start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self.cut()
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def cut(self) -> None:
        """End every connection that is open; new ones are passed on."""
        with self._lock:
            for one in self._open:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def refuse(self) -> None:
        """Be a server that is down: nothing goes on, and nobody comes in."""
        self._is_refusing = True
        self.cut()

    def resume(self) -> None:
        """Be a server that is back."""
        self._is_refusing = False

    @contextlib.contextmanager
    def down(self) -> Iterator[None]:
        """Be a server that is down as long as the block runs."""
        self.refuse()
        try:
            yield
        finally:
            self.resume()

    def cut_at(self, word: bytes, *, arrives: bool, after: int = 0) -> None:
        """Cut the connection on which a client says `word`, once it was said `after` times.

        Where the word still arrives the server obeys it, and nobody hears the answer.
        """
        self._word_arrives, self._words_before, self._word = arrives, after, word

    def _listen(self) -> None:
        while not self._closing.is_set():
            with contextlib.suppress(OSError):
                client, _ = self._listener.accept()
                if self._is_refusing:
                    client.close()
                    continue
                thread = threading.Thread(target=self._pass_on, args=(client,))
                self._threads.append(thread)
                thread.start()

    def _pass_on(self, client: socket.socket) -> None:
        # a server behind it that is down, and a client that hangs up, are part of the tests
        with (
            contextlib.suppress(OSError),
            client,
            socket.create_connection(self._target) as server,
        ):
            with self._lock:
                self._open |= {client, server}
            try:
                self._exchange(client, server)
            finally:
                with self._lock:
                    self._open -= {client, server}

    def _exchange(self, client: socket.socket, server: socket.socket) -> None:
        while not self._closing.is_set():
            ready, _, _ = select.select([client, server], [], [], _LOOK_SECONDS)
            for one in ready:
                data = one.recv(_BUFFER_BYTES)
                if not data or (one is client and self._is_cut_at(data, server)):
                    return
                (server if one is client else client).sendall(data)

    def _is_cut_at(self, data: bytes, server: socket.socket) -> bool:
        with self._lock:
            if self._word is None or self._word not in data:
                return False
            if self._words_before:
                self._words_before -= 1
                return False
            self._word, self.cuts = None, self.cuts + 1
        if self._word_arrives:
            server.sendall(data)
            server.recv(_BUFFER_BYTES)  # it was obeyed by the time it is answered
        return True
