"""Every other suite that npm's @digitalbazaar packages have: made there, made here, and changed.

eddsa-rdfc-2022 is in `test_digitalbazaar_vc`.
"""

from typing import Final

import pytest

from openbadges.public_key import Algorithm
from openbadges.strict import Document
from tests.credentials import STATUS_LIST, replace
from tests.node import Node
from tests.peers import INDEX, Peer
from tests.world import assert_verified, status_list_document
from verifier import Check, Verdict

VERIFIED: Final = {"verified": True, "error": None, "revoked": False}
MADE_HERE: Final = [
    pytest.param("eddsa-jcs-2022", Algorithm.EDDSA, id="eddsa-jcs-2022"),
    pytest.param("ecdsa-rdfc-2019", Algorithm.ES256, id="ecdsa-rdfc-2019 with P-256"),
    pytest.param("ecdsa-rdfc-2019", Algorithm.ES384, id="ecdsa-rdfc-2019 with P-384"),
    pytest.param("ecdsa-jcs-2019", Algorithm.ES256, id="ecdsa-jcs-2019 with P-256"),
    pytest.param("ecdsa-jcs-2019", Algorithm.ES384, id="ecdsa-jcs-2019 with P-384"),
]
MADE_THERE: Final = [
    *MADE_HERE,
    pytest.param("Ed25519Signature2020", Algorithm.EDDSA, id="Ed25519Signature2020"),
]
METHODS: Final = pytest.mark.parametrize("method", ["web", "key"], ids=["did:web", "did:key"])
# What an issuer keeps in every disclosure, and what a holder discloses beside it.
MANDATORY: Final = ["/issuer", "/validFrom", "/validUntil", "/credentialStatus", "/type"]
DISCLOSED: Final = ["/id", "/name", "/credentialSubject/id", "/credentialSubject/achievement"]


@METHODS
@pytest.mark.parametrize(("suite", "algorithm"), MADE_THERE)
def test_a_badge_made_there_verifies_here_and_there(
    node: Node, method: str, suite: str, algorithm: Algorithm
) -> None:
    peer = Peer.of(method, algorithm)
    signed = peer.sign_there(node, peer.badge_with_status(), suite)
    assert_verified(peer.verify(signed))
    assert peer.verify_there(node, signed) == VERIFIED


@METHODS
@pytest.mark.parametrize(("suite", "algorithm"), MADE_HERE)
def test_a_badge_made_here_verifies_there(
    node: Node, method: str, suite: str, algorithm: Algorithm
) -> None:
    peer = Peer.of(method, algorithm)
    signed = peer.sign(peer.badge_with_status(), suite)
    assert peer.verify_there(node, signed) == VERIFIED


@pytest.mark.parametrize(("suite", "algorithm"), MADE_THERE)
def test_one_changed_character_is_refused_by_both(
    node: Node, suite: str, algorithm: Algorithm
) -> None:
    peer = Peer.of("key", algorithm)
    signed = peer.sign_there(node, peer.badge_with_status(), suite)
    changed = replace(signed, "credentialSubject.achievement.name", "Citing sourcez")
    assert not peer.verify_there(node, changed)["verified"]
    assert peer.verify(changed).verdict is Verdict.REJECTED


@pytest.mark.parametrize(("suite", "algorithm"), MADE_THERE)
def test_a_revocation_is_read_by_both(node: Node, suite: str, algorithm: Algorithm) -> None:
    peer = Peer.of("web", algorithm)
    signed = peer.sign_there(node, peer.badge_with_status(), suite)
    assert peer.verify_there(node, signed, revoked=[INDEX]) == VERIFIED | {"revoked": True}
    report = peer.verify(signed, revoked=[INDEX])
    assert [finding.code for finding in report.of(Check.STATUS)] == ["REVOKED"]


@pytest.mark.parametrize(("suite", "algorithm"), MADE_HERE)
def test_a_status_list_made_there_is_read_here(
    node: Node, suite: str, algorithm: Algorithm
) -> None:
    peer = Peer.of("web", algorithm)
    unsigned = status_list_document(revoked=[INDEX], issuer=peer.id, id=STATUS_LIST)
    signed = peer.sign(peer.badge_with_status(), suite)
    internet = peer.internet()
    internet.publish(STATUS_LIST, peer.sign_there(node, unsigned, suite))
    report = internet.verify(signed)
    assert [finding.code for finding in report.of(Check.STATUS)] == ["REVOKED"]


def _disclosed(node: Node, peer: Peer) -> Document:
    base = peer.sign_there(
        node, peer.badge_with_status(), "ecdsa-sd-2023", mandatoryPointers=MANDATORY
    )
    derived: Document = node.ask("derive", credential=base, pointers=DISCLOSED)
    return derived


@METHODS
def test_what_a_holder_discloses_there_verifies_here_and_there(node: Node, method: str) -> None:
    peer = Peer.of(method, Algorithm.ES256)
    derived = _disclosed(node, peer)
    assert "evidence" not in derived
    assert_verified(peer.verify(derived))
    assert peer.verify_there(node, derived) == VERIFIED


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param("name", "Citing sourcez", id="disclosed"),
        pytest.param("validUntil", "2039-02-01T12:00:00Z", id="mandatory"),
    ],
)
def test_one_changed_character_of_what_is_disclosed_is_refused_by_both(
    node: Node, path: str, value: str
) -> None:
    peer = Peer.of("key", Algorithm.ES256)
    changed = replace(_disclosed(node, peer), path, value)
    assert not peer.verify_there(node, changed)["verified"]
    assert peer.verify(changed).verdict is Verdict.REJECTED
