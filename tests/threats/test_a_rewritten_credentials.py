"""Section A again, for credentials that are no badges.

The generic profile allows inline contexts, IRIs and value objects: it must see through them, and
refuse what no reader would find.
"""

import pytest

from openbadges.errors import Code
from openbadges.strict import Document
from tests.credentials import (
    CONTEXTS,
    CONTEXTS_OF_VERSION_1,
    plain_credential,
)
from tests.rewriting import (
    CREDENTIALS,
    DATA_INTEGRITY,
    DATE_TIME,
    EXPIRED,
    PLAIN,
    REVOKED,
    Rewrite,
    beside,
    changed,
    expiry_as_iri,
    further_context,
    graph,
    in_a_graph,
    renamed,
    said_at,
    status_aside,
    status_in_two,
    then,
    typed_date,
    without,
)
from tests.world import (
    BADGES,
    Internet,
    assert_refused,
    honest_internet,
    refusals,
)
from verifier import Verdict


@pytest.fixture
def internet() -> Internet:
    """A world in which the base is revoked."""
    return honest_internet(revoked=[REVOKED])


SEEN_THROUGH = [
    pytest.param(expiry_as_iri, id="A1 expiry under an IRI"),
    pytest.param(
        renamed("", {"credentialStatus": f"{CREDENTIALS}credentialStatus"}),
        id="A2 status under an IRI",
    ),
    pytest.param(
        further_context(
            {"stat": {"@id": f"{CREDENTIALS}credentialStatus", "@type": "@id"}},
            alias=("credentialStatus", "stat"),
        ),
        id="A6 inline alias of the status",
    ),
    pytest.param(
        further_context(
            {"until": {"@id": f"{CREDENTIALS}validUntil", "@type": DATE_TIME}},
            alias=("validUntil", "until"),
        ),
        id="A6 inline alias of the expiry",
    ),
    pytest.param(further_context({"foo": "https://evil.example/#n"}), id="A7 an unused word"),
    pytest.param(changed("validUntil", typed_date), id="A20 expiry as value object"),
    pytest.param(
        changed("credentialStatus", lambda node: [[node]]), id="status in brackets of brackets"
    ),
    pytest.param(changed("credentialStatus", lambda node: {"@set": [node]}), id="status in @set"),
]


@pytest.mark.parametrize("rewrite", SEEN_THROUGH)
def test_the_generic_profile_reads_what_was_signed(rewrite: Rewrite, internet: Internet) -> None:
    rewritten = rewrite(PLAIN)
    assert graph(rewritten) == graph(PLAIN)
    report = internet.verify(rewritten)
    assert report.verdict is Verdict.REJECTED
    # whatever else is wrong with its form
    assert refusals(report)[-2:] == [("validity", Code.EXPIRED), ("status", Code.REVOKED)]


def aside_of_plain(base: Document) -> Document:
    """Say that the credential is its own refresh service, from the other end."""
    service = base["refreshService"]
    moved = ("validUntil", "credentialStatus")
    return without(base, "refreshService", *moved) | {
        "@context": [
            *base["@context"],
            {"refreshes": {"@reverse": f"{CREDENTIALS}refreshService"}},
        ],
        "refreshes": service | {name: base[name] for name in moved},
    }


HIDDEN_FROM_IT = [
    pytest.param(beside("validUntil", "credentialStatus"), Code.KEYWORD, id="A3 @included"),
    pytest.param(status_aside, Code.KEYWORD, id="A4 status as its id"),
    pytest.param(status_in_two, Code.SPLIT_NODE, id="A4 status in two parts"),
    pytest.param(in_a_graph, Code.MALFORMED, id="A5 @graph"),
    pytest.param(
        said_at("refreshService", "", "validUntil"), Code.SPLIT_NODE, id="A23 expiry elsewhere"
    ),
    pytest.param(
        said_at("refreshService", "", "credentialStatus"),
        Code.SPLIT_NODE,
        id="A23 status elsewhere",
    ),
    pytest.param(
        then(
            said_at("refreshService", "", "validUntil"),
            changed("refreshService", lambda node: {**node, "@graph": []}),
        ),
        Code.SPLIT_NODE,
        id="an empty @graph to hide behind",
    ),
    pytest.param(aside_of_plain, Code.KEYWORD, id="a reverse property"),
]


@pytest.mark.parametrize(("rewrite", "code"), HIDDEN_FROM_IT)
def test_the_generic_profile_refuses_what_nobody_would_find(
    rewrite: Rewrite, code: Code, internet: Internet
) -> None:
    rewritten = rewrite(PLAIN)
    assert graph(rewritten) == graph(PLAIN)
    assert_refused(internet.verify(rewritten), Verdict.REJECTED, code)


def test_an_expiry_of_version_1_cannot_be_taken_along_into_version_2(internet: Internet) -> None:
    old = plain_credential(issuanceDate="2026-01-01T00:00:00Z", expirationDate=EXPIRED) | {
        "@context": [CONTEXTS_OF_VERSION_1[0], DATA_INTEGRITY]
    }
    signed = BADGES.sign(old)
    rewritten = without(signed, "issuanceDate", "expirationDate") | {
        "@context": CONTEXTS[:1],
        f"{CREDENTIALS}issuanceDate": typed_date(old["issuanceDate"]),
        f"{CREDENTIALS}expirationDate": typed_date(EXPIRED),
    }
    assert graph(rewritten) == graph(signed)
    assert_refused(internet.verify(signed), Verdict.REJECTED, Code.EXPIRED)
    assert_refused(internet.verify(rewritten), Verdict.REJECTED, Code.NON_COMPACT)
