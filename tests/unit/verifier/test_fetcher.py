"""Fetching: with sockets off nothing inside is asked; over loopback the limits hold."""

import socket
import ssl
import threading
import time
import zlib
from pathlib import Path

import pytest
import trustme

from openbadges.errors import Code, MalformedError, UnavailableError
from tests.tls_server import (
    Answer,
    TlsServer,
    answering,
    found,
    loopback,
    reaching,
    tls_server,
)
from verifier.fetcher import MAXIMUM_LOOKUPS, GuardedFetcher, system_lookup
from verifier.sources import FetchBudget

NAME = "issuer.example"
URL = f"https://{NAME}/did.json"


def failure(fetcher: GuardedFetcher, url: str = URL, maximum_bytes: int = 1000) -> UnavailableError:
    with pytest.raises(UnavailableError) as caught:
        fetcher.fetch(url, maximum_bytes=maximum_bytes)
    return caught.value


def test_a_url_that_is_not_public_is_refused_before_its_name_is_looked_up() -> None:
    asked: list[str] = []

    def lookup(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with pytest.raises(MalformedError) as caught:
        GuardedFetcher(lookup=lookup).fetch("https://localhost/", maximum_bytes=1000)
    assert caught.value.code is Code.URL_NOT_ALLOWED
    assert asked == []


@pytest.mark.parametrize(
    "addresses",
    [
        pytest.param(["127.0.0.1"], id="loopback"),
        pytest.param(["169.254.169.254"], id="the metadata of a cloud"),
        pytest.param(["fd00::1", "1.1.1.1"], id="one inside, one public"),
        pytest.param(["1.1.1.1", "64:ff9b::7f00:1"], id="one public, one through NAT64"),
        pytest.param([], id="no address"),
    ],
)
def test_a_name_that_leads_inside_is_not_connected_to(addresses: list[str]) -> None:
    error = failure(GuardedFetcher(lookup=found(*addresses)))
    assert error.code is Code.RETRIEVAL


def test_every_failure_of_the_network_reads_the_same() -> None:
    def lookup(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    inside = str(failure(GuardedFetcher(lookup=found("10.0.0.1"))))
    assert str(failure(GuardedFetcher(lookup=lookup))) == inside
    assert NAME in inside


def test_a_name_server_that_hangs_is_left_at_the_deadline() -> None:
    answered = threading.Event()

    def lookup(_host: str, _port: int) -> list[str]:
        answered.wait(10)
        return ["1.1.1.1"]

    started = time.monotonic()
    assert failure(GuardedFetcher(lookup=lookup, deadline_seconds=0.1)).code is Code.RETRIEVAL
    assert time.monotonic() - started < 2
    answered.set()


def test_names_that_hang_hold_a_bounded_number_of_threads() -> None:
    answered = threading.Event()
    asked: list[str] = []

    def lookup(host: str, _port: int) -> list[str]:
        asked.append(host)
        answered.wait(10)
        return []

    fetcher = GuardedFetcher(lookup=lookup, deadline_seconds=0.005)
    for _ in range(MAXIMUM_LOOKUPS + 3):
        assert failure(fetcher).code is Code.RETRIEVAL
    assert len(asked) == MAXIMUM_LOOKUPS
    answered.set()
    assert failure(GuardedFetcher(lookup=found("10.0.0.1"))).code is Code.RETRIEVAL


def test_nothing_is_asked_where_no_time_is_left() -> None:
    fetcher = GuardedFetcher(lookup=found("10.0.0.1"), deadline_seconds=0)
    assert failure(fetcher).code is Code.RETRIEVAL


class Asked:
    """A source that counts what it is asked for."""

    def __init__(self) -> None:
        self.urls: list[str] = []

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
        """Note the URL and answer zeros."""
        self.urls.append(url)
        return bytes(maximum_bytes)


def test_a_budget_lets_through_what_it_has_and_then_nothing() -> None:
    source = Asked()
    budget = FetchBudget(source, maximum_fetches=2)
    assert budget.fetch("https://a.example/", maximum_bytes=3) == bytes(3)
    budget.fetch("https://b.example/", maximum_bytes=3)
    with pytest.raises(UnavailableError) as caught:
        budget.fetch("https://c.example/", maximum_bytes=3)
    assert caught.value.code is Code.FETCH_BUDGET
    assert source.urls == ["https://a.example/", "https://b.example/"]


# From here a server of our own answers on 127.0.0.1, and no other address can be reached.


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def dripping(*, server_closes: threading.Event) -> Answer:
    """Send one byte of an endless head every few milliseconds."""

    def answer(connection: ssl.SSLSocket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not server_closes.wait(0.02):
            connection.sendall(b"x")

    return answer


GOOD = answering("HTTP/1.1 200 OK\nContent-Length: 13", b'{"id": "did"}')


def url_at(server: TlsServer, name: str = NAME) -> str:
    return f"https://{name}:{server.port}/status/1?page=2"


@loopback
def test_the_system_answers_with_addresses_as_text() -> None:
    assert system_lookup("127.0.0.1", 443) == ["127.0.0.1"]


@loopback
def test_a_document_is_fetched_from_the_vetted_address_and_little_is_said_of_us(
    authority: trustme.CA, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text(f"machine {NAME} login someone password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    with tls_server(authority, name=NAME, answer=GOOD) as server:
        body = reaching(server, authority).fetch(url_at(server), maximum_bytes=13)
    assert body == b'{"id": "did"}'
    request_line, *headers = server.requests[0].decode().rstrip().split("\r\n")
    assert request_line == "GET /status/1?page=2 HTTP/1.1"
    assert sorted(headers) == [
        "Accept-Encoding: identity",
        "Accept: application/json",
        "Connection: close",
        f"Host: {NAME}:{server.port}",
        "User-Agent: insignia-verifier",
    ]


@loopback
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(
            answering(
                "HTTP/1.1 200 OK\nTransfer-Encoding: chunked",
                b'7\r\n{"id": \r\n6\r\n"did"}\r\n0\r\n\r\n',
            ),
            id="in chunks",
        ),
        pytest.param(answering("HTTP/1.0 200 OK", b'{"id": "did"}'), id="until the end"),
        pytest.param(
            answering("HTTP/1.1 200 OK\nContent-Encoding: identity", b'{"id": "did"}'),
            id="identity",
        ),
        pytest.param(
            answering("HTTP/1.1 100 Continue\n\nHTTP/1.1 200 OK", b'{"id": "did"}'),
            id="after 100 Continue",
        ),
    ],
)
def test_a_document_is_read_however_its_length_is_told(
    authority: trustme.CA, answer: Answer
) -> None:
    with tls_server(authority, name=NAME, answer=answer) as server:
        body = reaching(server, authority).fetch(url_at(server), maximum_bytes=13)
    assert body == b'{"id": "did"}'


@loopback
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(answering("HTTP/1.1 404 Not Found", b"{}"), id="404"),
        pytest.param(answering("HTTP/1.1 500 Oh", b"{}"), id="500"),
        pytest.param(answering("HTTP/1.1 204 No Content"), id="204"),
        pytest.param(answering("HTTP/1.1 302 Found\nLocation: /other", b"{}"), id="a redirect"),
        pytest.param(
            answering("HTTP/1.1 301 Moved\nLocation: https://127.0.0.1/"), id="a redirect inside"
        ),
        pytest.param(
            answering(
                "HTTP/1.1 200 OK\nContent-Encoding: gzip", zlib.compress(bytes(10_000), wbits=31)
            ),
            id="gzip",
        ),
        pytest.param(
            answering("HTTP/1.1 200 OK\nContent-Encoding: gzip, gzip, br", b"x"), id="a chain"
        ),
        pytest.param(answering("HTTP/1.1 200 OK", bytes(1001)), id="too large"),
        pytest.param(
            answering("HTTP/1.1 200 OK\nContent-Length: 10000000000", bytes(500)),
            id="shorter than told",
        ),
        pytest.param(
            answering("HTTP/1.1 200 OK\nTransfer-Encoding: chunked", b"ffffffff\r\n{}"),
            id="a chunk cut off",
        ),
        pytest.param(
            answering("HTTP/1.1 200 OK\nTransfer-Encoding: chunked", b"zz\r\n{}"),
            id="a chunk of no length",
        ),
        pytest.param(
            answering("HTTP/1.1 200 OK\nContent-Length: 2\nContent-Length: 3", b"{}x"),
            id="two lengths",
        ),
        pytest.param(answering("SSH-2.0-OpenSSH_9.9"), id="another protocol"),
        pytest.param(answering("HTTP/1.1 200 OK\nX: " + "a" * 70_000), id="a long header"),
        pytest.param(answering("HTTP/1.1 200 OK" + "\nX: y" * 200), id="many headers"),
        pytest.param(lambda _connection: None, id="no answer"),
    ],
)
def test_an_answer_that_is_not_one_whole_document_is_no_answer(
    authority: trustme.CA, answer: Answer
) -> None:
    with tls_server(authority, name=NAME, answer=answer) as server:
        error = failure(reaching(server, authority), url_at(server))
    assert error.code is Code.RETRIEVAL
    assert len(server.requests) == 1


@loopback
def test_a_document_that_never_ends_is_left_at_its_limit(authority: trustme.CA) -> None:
    def answer(connection: ssl.SSLSocket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(bytes(65_536))

    with tls_server(authority, name=NAME, answer=answer) as server:
        error = failure(reaching(server, authority), url_at(server), maximum_bytes=200_000)
    assert error.code is Code.RETRIEVAL


@loopback
def test_bytes_that_drip_in_do_not_prolong_the_deadline(authority: trustme.CA) -> None:
    closes = threading.Event()
    with tls_server(authority, name=NAME, answer=dripping(server_closes=closes)) as server:
        started = time.monotonic()
        error = failure(reaching(server, authority, deadline=0.3), url_at(server))
        assert time.monotonic() - started < 2
        closes.set()
    assert error.code is Code.RETRIEVAL


@loopback
def test_a_handshake_that_nobody_answers_ends_at_the_deadline(authority: trustme.CA) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        tls_server(authority, name=NAME, answer=GOOD) as server,
    ):
        server.port = silent.getsockname()[1]
        started = time.monotonic()
        error = failure(reaching(server, authority, deadline=0.3), url_at(server))
        assert time.monotonic() - started < 2
    assert error.code is Code.RETRIEVAL


@loopback
def test_a_closed_port_reads_as_any_other_failure(authority: trustme.CA) -> None:
    with tls_server(authority, name=NAME, answer=GOOD) as server:
        url, fetcher = url_at(server), reaching(server, authority)
    assert failure(fetcher, url).code is Code.RETRIEVAL


@pytest.mark.loopback
@pytest.mark.allow_hosts(["127.0.0.1", "127.0.0.2"])
def test_the_next_address_is_tried_where_the_first_does_not_answer(authority: trustme.CA) -> None:
    with tls_server(authority, name=NAME, answer=GOOD) as server:
        fetcher = GuardedFetcher(
            lookup=found("127.0.0.2", "127.0.0.1"),
            address_allowed=lambda _address: True,
            ports=frozenset({server.port}),
            certificate_authorities=authority.cert_pem.bytes().decode(),
        )
        assert fetcher.fetch(url_at(server), maximum_bytes=13) == b'{"id": "did"}'


@loopback
def test_a_certificate_for_another_name_proves_nothing(authority: trustme.CA) -> None:
    with tls_server(authority, name="other.example", answer=GOOD) as server:
        error = failure(reaching(server, authority), url_at(server))
    assert error.code is Code.TLS
    assert server.requests == []


@loopback
def test_a_certificate_by_an_authority_that_nobody_trusts_proves_nothing(
    authority: trustme.CA,
) -> None:
    with tls_server(trustme.CA(), name=NAME, answer=GOOD) as server:
        error = failure(reaching(server, authority), url_at(server))
    assert error.code is Code.TLS
    assert server.requests == []


@loopback
def test_the_certificate_is_asked_for_by_name_and_not_by_address(authority: trustme.CA) -> None:
    with tls_server(authority, name="127.0.0.1", answer=GOOD) as server:
        error = failure(reaching(server, authority), url_at(server))
    assert error.code is Code.TLS
