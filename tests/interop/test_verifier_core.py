"""npm's @digitalcredentials/verifier-core, the DCC's verifier: it says of a badge what we say.

It only verifies, and reads the clock, so its badges are made now (`Product`) or do not end soon.
"""

from typing import Any, Final

import pytest

from openbadges.public_key import Algorithm
from openbadges.schemas.validation import load_schema
from openbadges.strict import Document
from tests.credentials import STATUS_LIST, remove, replace
from tests.node import Node
from tests.peers import Peer
from tests.product import Product
from tests.world import assert_verified
from verifier import Check, Outcome, Verdict

SCHEMA: Final = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)
HOLDS: Final[Document] = {
    "valid_signature": True,
    "expiration": True,
    "revocation_status": True,
    "registered_issuer": True,
}
WITHOUT_STATUS: Final = {name: HOLDS[name] for name in HOLDS if name != "revocation_status"}


def _ask(
    node: Node, credential: Document, documents: dict[str, Any], *, registered: bool = True
) -> Document:
    schema = load_schema("achievement_credential.json")
    answer: Document = node.ask(
        "verifyCore",
        credential=credential,
        documents=documents | {SCHEMA: schema},
        registry={credential["issuer"]["id"]: {"name": "Example"}} if registered else {},
    )
    return answer


def test_a_badge_made_here_passes_each_of_its_steps_and_its_schema(
    node: Node, product: Product
) -> None:
    answer = _ask(node, product.credential, product.published())
    assert answer == {"log": HOLDS, "errors": [], "schema": True}


def test_an_issuer_that_no_registry_lists_is_unknown_to_both(node: Node, product: Product) -> None:
    answer = _ask(node, product.credential, product.published(), registered=False)
    assert answer["log"] == HOLDS | {"registered_issuer": False}
    report = product.verify(product.file("credential.json"))
    assert [one.code for one in report.of(Check.TRUST)] == ["ISSUER_UNKNOWN"]


def test_one_changed_character_is_refused_by_both(node: Node, product: Product) -> None:
    changed = replace(product.credential, "name", "Citing sourcez")
    answer = _ask(node, changed, product.published())
    assert (answer["log"], answer["errors"]) == ({}, ["invalid_signature"])


def test_a_status_list_that_is_not_there_is_a_no_for_neither(node: Node) -> None:
    peer = Peer.of("key", Algorithm.EDDSA)
    signed = peer.sign(remove(peer.badge_with_status(), "validUntil"), "eddsa-rdfc-2022")
    assert _ask(node, signed, {})["log"] == HOLDS | {"revocation_status": None}
    internet = peer.internet()
    internet.take_down(STATUS_LIST)
    assert internet.verify(signed).verdict is Verdict.INCONCLUSIVE


def test_a_revocation_is_read_by_both(node: Node, revoked_product: Product) -> None:
    answer = _ask(node, revoked_product.credential, revoked_product.published())
    assert answer["log"] == HOLDS | {"revocation_status": False}
    report = revoked_product.verify(revoked_product.file("credential.json"))
    assert report.verdict is Verdict.REJECTED


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "Ed25519Signature2020"])
def test_a_badge_made_by_digitalbazaar_verifies_with_both(node: Node, suite: str) -> None:
    peer = Peer.of("key", Algorithm.EDDSA)
    signed = peer.sign_there(node, remove(peer.badge(), "validUntil"), suite)
    assert _ask(node, signed, {})["log"] == WITHOUT_STATUS
    assert_verified(peer.verify(signed))


def test_a_badge_that_has_ended_has_ended_for_both(node: Node) -> None:
    peer = Peer.of("key", Algorithm.EDDSA)
    signed = peer.sign(peer.badge(validUntil="2026-02-02T12:00:00Z"), "eddsa-rdfc-2022")
    assert _ask(node, signed, {})["log"] == WITHOUT_STATUS | {"expiration": False}
    report = peer.verify(signed)
    assert [(one.code, one.outcome) for one in report.of(Check.VALIDITY)] == [
        ("EXPIRED", Outcome.FAILED)
    ]


@pytest.mark.parametrize(
    ("suite", "algorithm"),
    [("ecdsa-rdfc-2019", Algorithm.ES256), ("eddsa-jcs-2022", Algorithm.EDDSA)],
)
def test_a_suite_that_it_lacks_is_called_an_invalid_signature_there(
    node: Node, suite: str, algorithm: Algorithm
) -> None:
    """Why our own badges are signed with eddsa-rdfc-2022."""
    peer = Peer.of("key", algorithm)
    signed = peer.sign(remove(peer.badge(), "validUntil"), suite)
    assert _ask(node, signed, {})["errors"] == ["invalid_signature"]
    assert_verified(peer.verify(signed))
