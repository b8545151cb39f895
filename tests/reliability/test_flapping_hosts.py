"""A did:web host that flaps, hangs or lies, over real TLS (R25, R26): open, and never "invalid".

What a service keeps of a host's answers is its circuit breaker: a good document stands for five
minutes whatever the host does then, and after a failure nobody asks for a minute.
"""

import json
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import pytest
import trustme

from openbadges.did import did_web_document
from openbadges.errors import Code
from openbadges.strict import Document
from tests.reliability.serve_here import HereFetcher
from tests.tls_server import Answer, TlsServer, answering, tls_server
from tests.world import (
    EVIL,
    NOW,
    as_bytes,
    assert_refused,
    assert_verified,
    ed25519_issuer,
    issued_by,
)
from verifier import DocumentSource, Report, Verdict, Verifier
from verifier.cached_documents import FAILURE_SECONDS, LIFETIME_SECONDS, CachedDocuments

HOST: Final = "flaps.example"
ISSUER: Final = ed25519_issuer(f"did:web:{HOST}", 41)
SIGNED: Final = ISSUER.sign(issued_by(ISSUER))
PATIENT: Final = 30.0  # seconds: an honest answer comes in time on the slowest machine
IMPATIENT: Final = 0.3  # for a host that hangs, and takes all of them


def document(told: Document) -> Answer:
    """Answer with a document, as an honest host does."""
    body = json.dumps(told).encode()
    return answering(f"HTTP/1.1 200 OK\nContent-Length: {len(body)}", body)


def hang(connection: ssl.SSLSocket) -> None:
    """Say nothing until the other side leaves."""
    connection.recv(1)


def break_off(connection: ssl.SSLSocket) -> None:
    """Leave in the middle of a document."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{")


GOOD: Final = document(ISSUER.document())
FAULTS: Final[dict[str, Answer]] = {
    "hangs": hang,
    "leaves without a word": lambda connection: connection.close(),
    "breaks off": break_off,
    "is overloaded": answering("HTTP/1.1 503 Service Unavailable\nContent-Length: 0"),
    "has lost it": answering("HTTP/1.1 404 Not Found\nContent-Length: 0"),
    "excuses itself": answering("HTTP/1.1 200 OK\nContent-Length: 12", b"<html>Sorry!"),
    "is empty": answering("HTTP/1.1 200 OK\nContent-Length: 0"),
    "speaks no HTTP": answering("\x00\x01\x02"),
}


@dataclass
class Host:
    """A host on this machine that answers as it is told at the moment, and who asks it."""

    trusted: str
    answer: Answer = GOOD
    asked: int = 0
    server: TlsServer = field(init=False)

    def __call__(self, connection: ssl.SSLSocket) -> None:
        """Answer a connection."""
        self.answer(connection)

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
        """Ask as the service does, and wait for the one that hangs not as long."""
        self.asked += 1
        seconds = IMPATIENT if self.answer is hang else PATIENT
        fetcher = HereFetcher(self.server.port, authority=self.trusted, seconds=seconds)
        return fetcher.fetch(url, maximum_bytes=maximum_bytes)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def host(authority: trustme.CA) -> Iterator[Host]:
    host = Host(authority.cert_pem.bytes().decode())
    with tls_server(authority, name=HOST, answer=host) as host.server:
        yield host


def verify(source: DocumentSource, presented: Document = SIGNED) -> Report:
    return Verifier(source).verify(as_bytes(presented), now=NOW)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_r25_a_host_that_flaps_is_believed_when_it_answers_and_left_open_when_not(
    host: Host, fault: Answer
) -> None:
    for _ in range(3):
        host.answer = fault
        assert_refused(verify(host), Verdict.INCONCLUSIVE, Code.RETRIEVAL)
        host.answer = GOOD
        assert_verified(verify(host))


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_r25_what_a_host_said_stands_for_its_lifetime_and_a_failure_for_a_minute(
    host: Host, fault: Answer
) -> None:
    moment = 0.0

    def seen(after: float) -> tuple[Verdict, int]:
        nonlocal moment
        moment += after
        return verify(cached).verdict, host.asked

    cached = CachedDocuments(host, clock=lambda: moment)
    assert seen(0) == (Verdict.VERIFIED, 1)
    host.answer = fault
    assert seen(LIFETIME_SECONDS - 1) == (Verdict.VERIFIED, 1)
    assert seen(1) == (Verdict.INCONCLUSIVE, 2)
    host.answer = GOOD
    assert seen(FAILURE_SECONDS - 1) == (Verdict.INCONCLUSIVE, 2)
    assert seen(1) == (Verdict.VERIFIED, 3)


LIES: Final[dict[str, tuple[Document, Code]]] = {
    "the document of another": (EVIL.document(), Code.ISSUER_MISMATCH),
    "another key": (
        did_web_document(ISSUER.id, keys=[EVIL.listed()]),
        Code.INVALID_RELATIONSHIP,
    ),
    "no key": (did_web_document(ISSUER.id, keys=[]), Code.INVALID_RELATIONSHIP),
    "nothing": ({}, Code.ISSUER_MISMATCH),
    "a private key": (
        ISSUER.document() | {"verificationMethod": [{"secretKeyMultibase": "z3u2"}]},
        Code.PRIVATE_KEY_PUBLISHED,
    ),
}


@pytest.mark.parametrize(("told", "code"), LIES.values(), ids=LIES)
def test_r25_a_host_that_lies_vouches_for_nobody_and_not_for_longer_than_it_is_asked(
    host: Host, told: Document, code: Code
) -> None:
    moment = 0.0
    cached = CachedDocuments(host, clock=lambda: moment)
    assert_verified(verify(cached))
    host.answer = document(told)
    assert_verified(verify(cached))  # a lie comes over nothing good
    moment += LIFETIME_SECONDS
    assert_refused(verify(cached), Verdict.REJECTED, code)
    host.answer = GOOD
    moment += LIFETIME_SECONDS
    assert_verified(verify(cached))
