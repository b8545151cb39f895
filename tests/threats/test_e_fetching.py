"""Section E of the threats, and C6, J8 and R26: what a credential may make us fetch.

Here whole verifications meet a whole world. What one part answers for alone is with its unit:

- E2, E5, E11: `tests/unit/verifier/test_destination.py`
- E3: `test_fetching_links.py`; E4, E6, E7, E8, E9: `test_fetcher.py`, beside it
- E12, E13, R26: `test_cached_documents.py`, beside it
- E15 of endorsements and presentations: `tests/threats/test_presentations.py`
- E1, E15 and J8 of schemas and refresh services: `tests/unit/verifier/checks`, in their modules
"""

import json
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from time import monotonic

import pytest
import trustme

from openbadges.errors import Code, UnavailableError
from openbadges.jose import credential_claims, format_jwk
from openbadges.strict import Document, encode_base64url
from tests.credentials import CONTEXTS, STATUS_LIST, plain_credential, replace, valid_credential
from tests.tls_server import Answer, answering, found, loopback, reaching, tls_server
from tests.world import (
    BADGES,
    EVIL,
    NOW,
    address_of,
    as_bytes,
    assert_refused,
    ed25519_issuer,
    honest_internet,
    issued_by,
    refusals,
)
from verifier import Check, Outcome, Report, Verdict, Verifier
from verifier.cached_documents import LIFETIME_SECONDS, CachedDocuments
from verifier.fetcher import GuardedFetcher
from verifier.trust import KnownRegistry, TrustRegistry

SIGNED = BADGES.sign(valid_credential())
NAME = "issuer.example"

INSIDE = [
    *("http://169.254.169.254/latest/", "https://169.254.169.254/latest/"),
    *("https://[::ffff:127.0.0.1]:5432/", "https://0/", "https://127.1/", "https://localhost/"),
    *("file:///etc/passwd", "gopher://badges.example/", "data:application/json,1"),
]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def verify(presented: Document, fetcher: GuardedFetcher) -> Report:
    return Verifier(fetcher).verify(as_bytes(presented), now=NOW)


# E1: nothing inside is even looked up, and without an address nothing is connected to.


class Names:
    """A name server that knows no name, and keeps what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, host: str, _port: int) -> list[str]:
        """Know nothing."""
        self.asked.append(host)
        return []


@pytest.mark.parametrize("url", INSIDE)
def test_e1_a_status_list_inside_is_not_asked_for(url: str) -> None:
    badge = issued_by(EVIL)
    badge["credentialStatus"] = valid_credential()["credentialStatus"]
    badge["credentialStatus"]["statusListCredential"] = url
    names = Names()
    report = verify(EVIL.sign(badge), GuardedFetcher(lookup=names))
    assert_refused(report, Verdict.INCONCLUSIVE, Code.STATUS_RETRIEVAL)
    assert names.asked == []


@pytest.mark.parametrize(
    "issuer",
    [
        *("did:web:127.0.0.1", "did:web:localhost", "did:web:127.0.0.1%3A5432", "did:web:0"),
        *("did:web:169.254.169.254:latest", "did:web:intranet", "did:web:someone%40example.org"),
        *(url for url in INSIDE if url.startswith("https://")),
    ],
)
def test_e1_an_issuer_inside_is_not_asked_for(issuer: str) -> None:
    inside = ed25519_issuer(issuer, 5)
    names = Names()
    report = verify(inside.sign(issued_by(inside)), GuardedFetcher(lookup=names))
    assert report.verdict is Verdict.REJECTED
    assert names.asked == []


@loopback
def test_e4_a_name_that_changes_its_mind_is_connected_to_where_it_was_vetted(
    authority: trustme.CA,
) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    with tls_server(authority, name=NAME, answer=answering("HTTP/1.1 200 OK", b"{}")) as server:
        fetcher = GuardedFetcher(
            lookup=lambda _host, _port: next(answers),
            address_allowed=lambda address: address == "127.0.0.1",
            ports=frozenset({server.port}),
            certificate_authorities=authority.cert_pem.bytes().decode(),
        )
        assert fetcher.fetch(f"https://{NAME}:{server.port}/", maximum_bytes=2) == b"{}"
        with pytest.raises(UnavailableError):
            fetcher.fetch(f"https://{NAME}:{server.port}/", maximum_bytes=2)
    assert len(server.requests) == 1


# E10: what is not proven by TLS as we want it is not believed.


@loopback
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"not_after": datetime(2026, 1, 1, tzinfo=UTC)}, id="an expired certificate"),
        pytest.param({"newest_tls": ssl.TLSVersion.TLSv1_1}, id="TLS 1.1"),
    ],
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_e10_an_outdated_proof_of_a_name_proves_nothing(
    changes: dict[str, object], authority: trustme.CA
) -> None:
    answer = answering("HTTP/1.1 200 OK", b"{}")
    with (
        tls_server(authority, name=NAME, answer=answer, **changes) as server,
        pytest.raises(UnavailableError) as caught,
    ):
        reaching(server, authority).fetch(f"https://{NAME}:{server.port}/", maximum_bytes=2)
    assert caught.value.code is Code.TLS
    assert server.requests == []


# E14: a document is JSON whatever its sender calls it, and a page is never repeated.


@loopback
def test_e14_what_a_server_calls_its_document_is_not_asked(authority: trustme.CA) -> None:
    document = as_bytes(BADGES.document())
    html = answering("HTTP/1.1 200 OK\nContent-Type: text/html", document)
    with tls_server(authority, name=NAME, answer=html) as server:
        url = f"https://{NAME}:{server.port}/"
        assert reaching(server, authority).fetch(url, maximum_bytes=10_000) == document


@pytest.mark.parametrize("address", [address_of(BADGES), STATUS_LIST])
def test_e14_a_page_instead_of_a_document_is_not_repeated_in_the_report(address: str) -> None:
    internet = honest_internet()
    internet.publish(address, b"<script>alert(1)</script>SECRET")
    report = internet.verify(SIGNED)
    assert report.verdict is Verdict.INCONCLUSIVE
    told = json.dumps(report.as_json())
    assert "SECRET" not in told
    assert "alert" not in told


# E16: which door of a network is open, closed or silent cannot be learnt from us.


def inside_found(authority: trustme.CA) -> str:
    with tls_server(authority, name=NAME, answer=_nothing) as server:
        fetcher = GuardedFetcher(lookup=found("127.0.0.1"), ports=frozenset({server.port}))
        return told(fetcher, server.port)


def closed(authority: trustme.CA) -> str:
    with tls_server(authority, name=NAME, answer=_nothing) as server:
        fetcher, port = reaching(server, authority), server.port
    return told(fetcher, port)


def silent(authority: trustme.CA) -> str:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        tls_server(authority, name=NAME, answer=_nothing) as server,
    ):
        port = listener.getsockname()[1]
        return told(reaching(server, authority, deadline=0.2, ports=[port]), port)


def answered(answer: Answer) -> Callable[[trustme.CA], str]:
    def ask(authority: trustme.CA) -> str:
        with tls_server(authority, name=NAME, answer=answer) as server:
            return told(reaching(server, authority), server.port)

    return ask


def told(fetcher: GuardedFetcher, port: int) -> str:
    """Give what a report says of the failure, but for the port, which the asker knows."""
    with pytest.raises(UnavailableError) as caught:
        fetcher.fetch(f"https://{NAME}:{port}/", maximum_bytes=10)
    return f"{caught.value.code} {caught.value}".replace(str(port), "PORT")


def _nothing(_connection: ssl.SSLSocket) -> None:
    """Hang up."""


@loopback
@pytest.mark.parametrize(
    "situation",
    [
        pytest.param(inside_found, id="an address inside, with an open door"),
        pytest.param(closed, id="a closed port"),
        pytest.param(silent, id="a port that says nothing"),
        pytest.param(answered(_nothing), id="a server that hangs up"),
        pytest.param(answered(answering("HTTP/1.1 404 Not Found", b"{}")), id="no such page"),
        pytest.param(answered(answering("HTTP/1.1 500 Oops", b"SECRET")), id="a server in trouble"),
        pytest.param(answered(answering("SSH-2.0-OpenSSH_9.9")), id="another protocol"),
    ],
)
def test_e16_every_failure_of_the_network_is_told_alike(
    situation: Callable[[trustme.CA], str], authority: trustme.CA
) -> None:
    expected = f"RETRIEVAL_ERROR {NAME} did not give the document https://{NAME}:PORT/"
    assert situation(authority) == expected


# E15: what a credential and the operator name together is asked within the eight fetches, and what
# the verdict needs comes first.


def test_e15_whatever_a_credential_names_eight_documents_are_fetched() -> None:
    where = "https://slow.example/"
    entry = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}
    names: Document = {
        "@context": [CONTEXTS[0], "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"],
        "issuer": EVIL.id,
        "credentialStatus": [
            entry | {"statusListCredential": f"{where}list/{number}", "statusListIndex": "1"}
            for number in range(4)
        ],
        "credentialSchema": [
            {"id": f"{where}schema/{number}", "type": "1EdTechJsonSchemaValidator2019"}
            for number in range(3)
        ],
        "refreshService": {"id": f"{where}refresh", "type": "1EdTechCredentialRefresh"},
    }
    registries = tuple(KnownRegistry(str(n), f"{where}registry/{n}") for n in range(3))
    internet = honest_internet()
    report = internet.verify(
        EVIL.sign(plain_credential(**names)), trust=TrustRegistry({}, registries)
    )
    assert report.verdict is Verdict.INCONCLUSIVE
    assert internet.fetched.total() == 8
    assert not any("refresh" in url for url in internet.fetched)
    assert report.of(Check.REFRESH)[0].code is Code.FETCH_BUDGET
    assert report.of(Check.TRUST)[0].outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("issuer", [url for url in INSIDE if url.startswith("https://")])
def test_e1_the_keys_of_an_issuer_inside_are_not_asked_for(issuer: str) -> None:
    inside = ed25519_issuer(issuer, 5)
    names = Names()
    header: Document = {"alg": "EdDSA", "jwk": format_jwk(inside.signer.public_key)}
    claims = credential_claims(issued_by(inside))
    signed = ".".join(encode_base64url(json.dumps(part).encode()) for part in (header, claims))
    token = f"{signed}.{encode_base64url(inside.signer.sign(signed.encode()))}"
    report = Verifier(GuardedFetcher(lookup=names)).verify(token.encode(), now=NOW)
    assert report.verdict is Verdict.REJECTED
    assert names.asked == []


# C6, E13, J8: many checks of one issuer ask it once, and tell it little.


def test_c6_unknown_keys_of_one_issuer_ask_it_once_and_spoil_nothing() -> None:
    internet = honest_internet()
    verifier = Verifier(CachedDocuments(internet))
    for number in range(100):
        forged = replace(SIGNED, "proof.verificationMethod", f"{BADGES.id}#key-{number}")
        assert verifier.verify(as_bytes(forged), now=NOW).verdict is Verdict.REJECTED
    assert internet.fetched == {address_of(BADGES): 1}
    assert verifier.verify(as_bytes(SIGNED), now=NOW).verdict is Verdict.VERIFIED
    assert internet.fetched == {address_of(BADGES): 1, STATUS_LIST: 1}


def test_e13_many_checks_at_once_ask_each_place_once() -> None:
    internet = honest_internet()
    verifier = Verifier(CachedDocuments(internet))
    with ThreadPoolExecutor(50) as pool:
        reports = list(pool.map(lambda _: verifier.verify(as_bytes(SIGNED), now=NOW), range(50)))
    assert {report.verdict for report in reports} == {Verdict.VERIFIED}
    assert internet.fetched == {address_of(BADGES): 1, STATUS_LIST: 1}


def test_r26_an_issuer_whose_answer_turns_bad_is_believed_for_as_long_as_it_was_good_for() -> None:
    internet = honest_internet()
    moment = monotonic()
    verifier = Verifier(CachedDocuments(internet, clock=lambda: moment))
    verdicts = []
    for seconds in (0, LIFETIME_SECONDS - 1, 1):
        moment += seconds
        verdicts.append(verifier.verify(as_bytes(SIGNED), now=NOW).verdict)
        internet.publish(address_of(BADGES), b"<html>")
    assert verdicts == [Verdict.VERIFIED, Verdict.VERIFIED, Verdict.INCONCLUSIVE]


def test_j8_an_issuer_that_is_checked_again_is_not_told_so() -> None:
    internet = honest_internet()
    verifier = Verifier(CachedDocuments(internet))
    for number in range(5):
        badge = BADGES.sign(valid_credential(id=f"urn:uuid:{number}"))
        assert refusals(verifier.verify(as_bytes(badge), now=NOW)) == []
    assert internet.fetched == {address_of(BADGES): 1, STATUS_LIST: 1}


def test_a_revocation_is_seen_when_the_kept_list_is_five_minutes_old() -> None:
    internet = honest_internet()
    moment = 0.0
    verifier = Verifier(CachedDocuments(internet, clock=lambda: moment))
    assert verifier.verify(as_bytes(SIGNED), now=NOW).verdict is Verdict.VERIFIED
    internet.documents |= honest_internet(revoked=[94567]).documents
    moment += LIFETIME_SECONDS
    report = verifier.verify(as_bytes(SIGNED), now=NOW)
    assert_refused(report, Verdict.REJECTED, Code.REVOKED)
