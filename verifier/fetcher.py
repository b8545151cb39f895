"""The one door to the network: documents over https, from public addresses, within limits.

It asks for a name once, checks every address of the answer and connects to one of those, so the
name cannot lead elsewhere between check and connection. It follows no redirect, but a few from a
link that a person pasted; it reads no proxy from the environment, and sends no cookie, no referrer
and nothing that tells one installation from another. Which URLs and addresses are public is decided
in `destination`; answers are kept for a while by `cached_documents`.
"""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from http.client import HTTPException
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urljoin

from urllib3 import BaseHTTPResponse
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError

from openbadges.errors import Code, MalformedError
from verifier.destination import HTTPS_PORT, Destination, is_public_address, parse_destination
from verifier.ports import MAXIMUM_REDIRECTS, Fetched, NotFetchedError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Lookup = Callable[[str, int], list[str]]
"""Host and port to IP addresses as text, best first; OSError where there are none."""

DEADLINE_SECONDS = 5.0  # for one document, from the name to its last byte (E6)
MAXIMUM_ADDRESSES = 4  # tried of one name; each takes half of the time that is left
MAXIMUM_LOOKUPS = 32  # names asked for at once: a name server that hangs holds a thread for each

_READ_BYTES: Final = 65_536
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_HEADERS: Final = {
    # A compressed answer expands without bound (E8); none is asked for, and one is refused.
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": "insignia-verifier",
}
_DOCUMENT: Final = "application/json"
_PRESENTED: Final = (
    "application/vc, application/vc+jwt, application/vc+ld+json, application/ld+json,"
    " application/json, image/png, image/svg+xml, text/html;q=0.6, text/plain;q=0.5"
)
_lookups_left: Final = threading.BoundedSemaphore(MAXIMUM_LOOKUPS)


def system_lookup(host: str, port: int) -> list[str]:
    """Ask the system for the addresses of a name."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(answer[4][0]) for answer in answers]


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is asked for, how much of it is read, and how many redirects are followed."""

    accept: str
    maximum_bytes: int
    redirects: int = 0


@dataclass(frozen=True, slots=True)
class _Moved:
    """An answer that names another place, as it was written."""

    location: str


class GuardedFetcher:
    """A `DocumentSource` that asks the public Internet, and nothing else."""

    def __init__(
        self,
        *,
        lookup: Lookup = system_lookup,
        address_allowed: Callable[[str], bool] = is_public_address,
        ports: frozenset[int] = frozenset({HTTPS_PORT}),
        deadline_seconds: float = DEADLINE_SECONDS,
        certificate_authorities: str | None = None,
    ) -> None:
        """Hold what is trusted; `certificate_authorities` is PEM, and the system's where None."""
        self._lookup = lookup
        self._address_allowed = address_allowed
        self._ports = ports
        self._deadline_seconds = deadline_seconds
        self._certificate_authorities = certificate_authorities

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        # made when first needed: reading the system's authorities takes 40 ms
        context = ssl.create_default_context(cadata=self._certificate_authorities)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.sslsocket_class = _DeadlineSocket
        return context

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
        """Return the bytes at `url`, whatever they are.

        Every failure of the network has the one code RETRIEVAL and one sentence, so that nobody
        learns through us which doors of a network are open (E16); its cause is for our logs.

        Raises:
            MalformedError: the URL is one that is never fetched (URL_NOT_ALLOWED).
            NotFetchedError: no proof of the host's name (TLS), or no document (RETRIEVAL).
        """
        return self._fetch(url, _Wish(_DOCUMENT, maximum_bytes)).data

    def fetch_presented(self, url: str, *, maximum_bytes: int) -> Fetched:
        """Return what lies behind a link that somebody pasted, after at most three redirects.

        Each hop is held to the same rules as the link itself, and all share one deadline. What
        went wrong, and where, is told no more closely than by `fetch`.

        Raises:
            MalformedError, NotFetchedError: as `fetch`.
        """
        # a fragment is never sent; a browser keeps it to itself
        return self._fetch(
            url.partition("#")[0], _Wish(_PRESENTED, maximum_bytes, redirects=MAXIMUM_REDIRECTS)
        )

    def _fetch(self, url: str, wish: _Wish) -> Fetched:
        way = [parse_destination(url, ports=self._ports)]
        try:
            return self._follow(way, wish, _Deadline(self._deadline_seconds))
        except ssl.SSLError as error:
            raise NotFetchedError(
                f"what answered for {url} did not prove its name over TLS",
                code=Code.TLS,
                hops=len(way),
            ) from error
        except (OSError, HTTPError, HTTPException) as error:
            raise NotFetchedError(
                f"{way[0].host} did not give the document {url}",
                code=Code.RETRIEVAL,
                hops=len(way),
            ) from error

    def _follow(self, way: list[Destination], wish: _Wish, deadline: "_Deadline") -> Fetched:
        """Go to the end of the way, which grows by each redirect."""
        while True:
            with contextlib.closing(self._connect(way[-1], deadline)) as connection:
                answer = _ask(connection, way[-1], wish)
            if isinstance(answer, bytes):
                return Fetched(way[-1].url, answer, hops=len(way))
            if len(way) > wish.redirects:
                raise HTTPError("a redirect, where none is followed any more")
            way.append(self._redirected(way[-1], answer))

    def _redirected(self, destination: Destination, moved: _Moved) -> Destination:
        """Vet the place that a redirect names, as if someone had asked for it (E3)."""
        try:
            url = urljoin(destination.url, moved.location)
            return parse_destination(url.partition("#")[0], ports=self._ports)
        except (MalformedError, ValueError) as error:
            raise HTTPError("a redirect to what is never fetched") from error

    def _connect(self, destination: Destination, deadline: "_Deadline") -> HTTPSConnection:
        """Return a connection to one of the name's addresses, proven to be the name's by TLS."""
        failure = HTTPError(f"{destination.host} has no address")
        for address in self._addresses(destination, deadline):
            connection = HTTPSConnection(
                address,
                destination.port,
                server_hostname=destination.host,
                ssl_context=self._tls,
                # Connecting takes at most this long, and TLS as long again.
                timeout=deadline.remaining() / 2,
            )
            try:
                connection.connect()
            except HTTPError as error:  # this address does not answer; the next one may
                connection.close()
                failure = error
            except OSError:
                connection.close()
                raise
            else:
                cast("_DeadlineSocket", connection.sock).deadline = deadline
                return connection
        raise failure

    def _addresses(self, destination: Destination, deadline: "_Deadline") -> list[str]:
        """Return the first few addresses of a name all of whose addresses are public.

        One that is not spoils all: an honest name does not point both out and in (E4).
        """
        addresses = _look_up_within(self._lookup, destination, deadline)
        if not all(self._address_allowed(address) for address in addresses):
            raise HTTPError(f"{destination.host} has an address that is not public")
        return addresses[:MAXIMUM_ADDRESSES]


class _Deadline:
    """A moment on the monotonic clock, after which nothing is waited for."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Return the seconds that are left.

        Raises:
            TimeoutError: none are.
        """
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("the deadline has passed")
        return seconds


class _DeadlineSocket(ssl.SSLSocket):
    """A TLS socket whose reads end together at one moment, however slowly bytes drip in (E6).

    A timeout alone begins anew with each read.
    """

    deadline: _Deadline  # set once connected; the handshake, one call, has its own timeout

    def recv_into(
        self, buffer: "WriteableBuffer", nbytes: int | None = None, flags: int = 0
    ) -> int:
        self.settimeout(self.deadline.remaining())
        return super().recv_into(buffer, nbytes, flags)


def _look_up_within(lookup: Lookup, destination: Destination, deadline: _Deadline) -> list[str]:
    """Ask for a name in a thread of its own, since the system's resolver knows no deadline."""
    if not _lookups_left.acquire(timeout=deadline.remaining()):
        raise TimeoutError("too many names are being asked for")
    answer: Future[list[str]] = Future()

    def ask() -> None:
        try:
            answer.set_result(lookup(destination.host, destination.port))
        except OSError as error:
            answer.set_exception(error)
        finally:
            _lookups_left.release()

    threading.Thread(target=ask, daemon=True, name=f"lookup {destination.host}").start()
    return answer.result(timeout=deadline.remaining())


def _ask(connection: HTTPSConnection, destination: Destination, wish: _Wish) -> bytes | _Moved:
    name, port = destination.host, destination.port
    host = name if port == HTTPS_PORT else f"{name}:{port}"
    connection.request(
        "GET",
        destination.target,
        headers={"Host": host, "Accept": wish.accept, **_HEADERS},
        preload_content=False,
        decode_content=False,
    )
    with contextlib.closing(connection.getresponse()) as response:
        location = response.headers.get("Location")
        if response.status in _REDIRECTS and location is not None:
            return _Moved(location)
        _check_head(response)
        return _read_body(response, wish.maximum_bytes)


def _check_head(response: BaseHTTPResponse) -> None:
    if response.status != HTTPStatus.OK:
        raise HTTPError(f"status {response.status}; only 200 is read")
    encoding = response.headers.get("Content-Encoding", "identity")
    if encoding.lower() != "identity":
        raise HTTPError(f"content encoding {encoding:.40}, which was not asked for")


def _read_body(response: BaseHTTPResponse, maximum_bytes: int) -> bytes:
    body = bytearray()
    while piece := response.read(_READ_BYTES):
        body += piece
        if len(body) > maximum_bytes:
            raise HTTPError(f"more than {maximum_bytes} bytes")
    return bytes(body)
