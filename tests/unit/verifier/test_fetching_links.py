"""A link that somebody pasted: a few redirects are followed, each vetted as if it were the link."""

import ssl
import time
import zlib

import pytest
import trustme

from openbadges.errors import Code, MalformedError
from tests.tls_server import (
    Answer,
    TlsServer,
    answering,
    found,
    in_turn,
    loopback,
    reaching,
    tls_server,
)
from verifier.fetcher import GuardedFetcher
from verifier.ports import MAXIMUM_HOPS, MAXIMUM_REDIRECTS, NotFetchedError

NAME = "issuer.example"
ELSEWHERE = "badges.example"
GOOD = answering("HTTP/1.1 200 OK\nContent-Length: 2", b"{}")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def moved(location: str, status: int = 302, extra: str = "", body: bytes = b"") -> Answer:
    return answering(f"HTTP/1.1 {status} Moved\nLocation: {location}{extra}", body)


def link(server: TlsServer, path: str = "/badge?x=1#top") -> str:
    return f"https://{NAME}:{server.port}{path}"


def refusal(fetcher: GuardedFetcher, url: str) -> NotFetchedError:
    with pytest.raises(NotFetchedError) as caught:
        fetcher.fetch_presented(url, maximum_bytes=100)
    return caught.value


@loopback
def test_a_link_is_asked_for_pictures_and_pages_too_and_without_its_fragment(
    authority: trustme.CA,
) -> None:
    with tls_server(authority, name=NAME, answer=GOOD) as server:
        body = reaching(server, authority).fetch_presented(link(server), maximum_bytes=2)
    assert (body.data, body.hops) == (b"{}", 1)
    request_line, *headers = server.requests[0].decode().rstrip().split("\r\n")
    assert request_line == "GET /badge?x=1 HTTP/1.1"
    assert (
        "Accept: application/vc, application/vc+jwt, application/vc+ld+json, application/ld+json,"
        " application/json, image/png, image/svg+xml, text/html;q=0.6, text/plain;q=0.5" in headers
    )
    assert not {"referer", "cookie"} & {header.partition(":")[0].lower() for header in headers}


@loopback
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_three_redirects_are_followed(authority: trustme.CA, status: int) -> None:
    hops = [moved(f"/{number}", status) for number in range(MAXIMUM_REDIRECTS)]
    with tls_server(authority, name=NAME, answer=in_turn(*hops, GOOD)) as server:
        body = reaching(server, authority).fetch_presented(link(server), maximum_bytes=2)
    assert (body.data, body.hops) == (b"{}", MAXIMUM_HOPS)
    assert [request.split()[1] for request in server.requests] == [
        b"/badge?x=1",
        b"/0",
        b"/1",
        b"/2",
    ]


@loopback
def test_a_redirect_may_lead_to_another_host_which_must_prove_its_own_name(
    authority: trustme.CA,
) -> None:
    with (
        tls_server(authority, name=ELSEWHERE, answer=GOOD) as second,
        tls_server(
            authority, name=NAME, answer=moved(f"https://{ELSEWHERE}:{second.port}/a#b")
        ) as first,
    ):
        fetcher = reaching(first, authority, ports=[second.port])
        there = fetcher.fetch_presented(link(first), maximum_bytes=2)
    assert there.data == b"{}"
    # what a page there links is relative to where it is, not to the link that was given
    assert there.url.startswith(f"https://{ELSEWHERE}:{second.port}/")
    assert f"Host: {ELSEWHERE}:{second.port}".encode() in second.requests[0]
    with (
        tls_server(authority, name=NAME, answer=GOOD) as second,
        tls_server(
            authority, name=NAME, answer=moved(f"https://{ELSEWHERE}:{second.port}/a")
        ) as first,
    ):
        error = refusal(reaching(first, authority, ports=[second.port]), link(first))
    assert (error.code, error.hops) == (Code.TLS, 2)
    assert second.requests == []


@loopback
@pytest.mark.parametrize(
    ("location", "asked"),
    [
        pytest.param("https://127.0.0.1/", 1, id="an address"),
        pytest.param("https://127.0.0.1:{port}/", 1, id="an address at a port that is asked"),
        pytest.param("https://localhost:{port}/", 1, id="a name inside"),
        pytest.param("https://[::ffff:127.0.0.1]:{port}/", 1, id="an address in brackets"),
        pytest.param("https://[::1", 1, id="no URL at all"),
        pytest.param("http://issuer.example:{port}/", 1, id="without TLS"),
        pytest.param("ftp://issuer.example/", 1, id="another scheme"),
        pytest.param("file:///etc/passwd", 1, id="a file"),
        pytest.param("data:application/json,{{}}", 1, id="data"),
        pytest.param("https://issuer.example:1/", 1, id="another port"),
        pytest.param("https://someone@issuer.example:{port}/", 1, id="with a user"),
        pytest.param("/a b", 1, id="a blank"),
        pytest.param("/é", 1, id="no ASCII"),
        pytest.param("/badge?x=1", MAXIMUM_REDIRECTS + 1, id="to itself, again and again"),
    ],
)
def test_e3_a_redirect_to_what_is_never_fetched_ends_there(
    location: str, asked: int, authority: trustme.CA
) -> None:
    def answer(connection: ssl.SSLSocket) -> None:
        moved(location.format(port=server.port))(connection)

    with tls_server(authority, name=NAME, answer=answer) as server:
        error = refusal(reaching(server, authority), link(server))
    assert error.code is Code.RETRIEVAL
    assert len(server.requests) == asked == error.hops
    assert str(error) == f"{NAME} did not give the document {link(server).partition('#')[0]}"


@loopback
def test_e3_a_redirect_to_a_name_that_leads_inside_is_not_connected_to(
    authority: trustme.CA,
) -> None:
    addresses = {NAME: ["127.0.0.1"], ELSEWHERE: ["127.0.0.1", "10.0.0.1"]}

    def answer(connection: ssl.SSLSocket) -> None:
        moved(f"https://{ELSEWHERE}:{server.port}/")(connection)

    with tls_server(authority, name=NAME, answer=answer) as server:
        fetcher = GuardedFetcher(
            lookup=lambda host, _port: addresses[host],
            address_allowed=lambda address: address == "127.0.0.1",
            ports=frozenset({server.port}),
            certificate_authorities=authority.cert_pem.bytes().decode(),
        )
        assert refusal(fetcher, link(server)).code is Code.RETRIEVAL
    assert len(server.requests) == 1


@loopback
def test_e8_the_body_of_a_redirect_is_not_read(authority: trustme.CA) -> None:
    bomb = zlib.compress(bytes(100_000), wbits=31)
    first = moved("/b", extra="\nContent-Encoding: gzip", body=bomb)
    with tls_server(authority, name=NAME, answer=in_turn(first, GOOD)) as server:
        fetcher = reaching(server, authority)
        assert fetcher.fetch_presented(link(server), maximum_bytes=2).data == b"{}"


@loopback
def test_e6_all_hops_share_one_deadline(authority: trustme.CA) -> None:
    def slowly(connection: ssl.SSLSocket) -> None:
        time.sleep(0.2)
        moved("/again")(connection)

    with tls_server(authority, name=NAME, answer=slowly) as server:
        fetcher = reaching(server, authority, deadline=0.5)
        started = time.monotonic()
        assert refusal(fetcher, link(server)).code is Code.RETRIEVAL
        assert time.monotonic() - started < 0.7
    assert len(server.requests) < MAXIMUM_REDIRECTS + 1


@loopback
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(answering("HTTP/1.1 302 Found", b"{}"), id="a redirect to nowhere"),
        pytest.param(moved("/a", status=300), id="a choice"),
        pytest.param(moved("/a", status=304), id="not modified"),
        pytest.param(answering("HTTP/1.1 200 OK", bytes(101)), id="too large"),
    ],
)
def test_what_is_no_answer_for_a_document_is_none_for_a_link(
    answer: Answer, authority: trustme.CA
) -> None:
    with tls_server(authority, name=NAME, answer=answer) as server:
        assert refusal(reaching(server, authority), link(server)).code is Code.RETRIEVAL
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "url",
    [
        *("http://issuer.example/", " https://issuer.example/", "https://issuer.example/\t"),
        *("https://[::1", "https://127.0.0.1/", "#https://issuer.example/", "", "file:///a"),
    ],
)
def test_a_link_that_is_not_public_is_refused_as_a_document_is(url: str) -> None:
    with pytest.raises(MalformedError) as caught:
        GuardedFetcher(lookup=found("127.0.0.1")).fetch_presented(url, maximum_bytes=1)
    assert caught.value.code is Code.URL_NOT_ALLOWED
