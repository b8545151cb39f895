"""PyPI's openvc-core: verifiable credentials, of which badges are one kind.

Made there and verified here, and the reverse. Where it strays from a suite, npm's packages are
asked too, so that it is seen who does. JWTs are in `test_openvc_jwt`, what holders disclose in
`test_openvc_disclosure`.
"""

from typing import Final

import pytest
from openvc import OpenvcError

from openbadges.public_key import Algorithm
from tests.credentials import STATUS_LIST, plain_credential, replace
from tests.node import Node
from tests.openvc_core import sign_there, status_list_there, verify_there
from tests.peers import Peer
from tests.product import Product
from tests.world import NOW, assert_verified
from verifier import Check, Verdict

METHODS: Final = pytest.mark.parametrize("method", ["web", "key"], ids=["did:web", "did:key"])
GRAPH_SUITES: Final = [
    pytest.param("eddsa-rdfc-2022", Algorithm.EDDSA, id="eddsa-rdfc-2022"),
    pytest.param("ecdsa-rdfc-2019", Algorithm.ES256, id="ecdsa-rdfc-2019 with P-256"),
]
JSON_SUITES: Final = [
    pytest.param("eddsa-jcs-2022", Algorithm.EDDSA, id="eddsa-jcs-2022"),
    pytest.param("ecdsa-jcs-2019", Algorithm.ES256, id="ecdsa-jcs-2019 with P-256"),
    pytest.param("ecdsa-jcs-2019", Algorithm.ES384, id="ecdsa-jcs-2019 with P-384"),
]


def test_what_we_award_verifies_there_with_its_status(product: Product) -> None:
    verify_there(product.credential, product.published())


def test_one_changed_character_of_what_we_award_is_refused_there(product: Product) -> None:
    changed = replace(product.credential, "name", "Citing sourcez")
    with pytest.raises(OpenvcError, match="does not verify"):
        verify_there(changed, product.published())


def test_a_revocation_is_read_there(revoked_product: Product) -> None:
    with pytest.raises(OpenvcError, match="is revoked"):
        verify_there(revoked_product.credential, revoked_product.published())


@METHODS
@pytest.mark.parametrize(("suite", "algorithm"), [*GRAPH_SUITES, *JSON_SUITES])
def test_a_badge_made_here_verifies_there(method: str, suite: str, algorithm: Algorithm) -> None:
    peer = Peer.of(method, algorithm)
    verify_there(peer.sign(peer.badge(), suite), {peer.id: peer.document}, now=NOW)


@METHODS
@pytest.mark.parametrize(("suite", "algorithm"), GRAPH_SUITES)
def test_a_badge_made_there_verifies_here(method: str, suite: str, algorithm: Algorithm) -> None:
    peer = Peer.of(method, algorithm)
    assert_verified(peer.verify(sign_there(peer, peer.badge_with_status(), suite)))


@pytest.mark.parametrize(("suite", "algorithm"), GRAPH_SUITES)
def test_one_changed_character_is_refused_by_both(suite: str, algorithm: Algorithm) -> None:
    peer = Peer.of("key", algorithm)
    changed = replace(sign_there(peer, peer.badge(), suite), "name", "Citing sourcez")
    with pytest.raises(OpenvcError, match="does not verify"):
        verify_there(changed, {}, now=NOW)
    assert peer.verify(changed).verdict is Verdict.REJECTED


def test_a_status_list_made_there_is_read_here() -> None:
    peer = Peer.of("web", Algorithm.EDDSA)
    internet = peer.internet()
    internet.publish(STATUS_LIST, sign_there(peer, status_list_there(peer, NOW), "eddsa-rdfc-2022"))
    report = internet.verify(peer.sign(peer.badge_with_status(), "eddsa-rdfc-2022"))
    assert [finding.code for finding in report.of(Check.STATUS)] == ["REVOKED"]


@pytest.mark.parametrize(("suite", "algorithm"), JSON_SUITES)
def test_a_proof_over_json_lacks_its_contexts_there_and_is_refused_by_others(
    node: Node, suite: str, algorithm: Algorithm
) -> None:
    """It signs the contexts as the proof's and does not write them there."""
    peer = Peer.of("key", algorithm)
    signed = sign_there(peer, peer.badge(), suite)
    assert peer.verify(signed).verdict is Verdict.REJECTED
    assert not peer.verify_there(node, signed)["verified"]
    completed = replace(signed, "proof.@context", signed["@context"])
    assert_verified(peer.verify(completed))
    assert peer.verify_there(node, completed)["verified"]
    verify_there(completed, {}, now=NOW)


def test_a_p_384_proof_of_a_small_graph_agrees() -> None:
    peer = Peer.of("key", Algorithm.ES384)
    credential = plain_credential(issuer=peer.id)
    assert_verified(peer.verify(sign_there(peer, credential, "ecdsa-rdfc-2019")))
    verify_there(peer.sign(credential, "ecdsa-rdfc-2019"), {}, now=NOW)


def test_a_p_384_proof_of_a_badge_has_its_nodes_in_another_order_there(node: Node) -> None:
    """It canonicalizes with SHA-256 whatever the key; the suite wants SHA-384."""
    peer = Peer.of("key", Algorithm.ES384)
    signed = sign_there(peer, peer.badge(), "ecdsa-rdfc-2019")
    assert peer.verify(signed).verdict is Verdict.REJECTED
    assert not peer.verify_there(node, signed)["verified"]
    with pytest.raises(OpenvcError, match="does not verify"):
        verify_there(peer.sign(peer.badge(), "ecdsa-rdfc-2019"), {}, now=NOW)
