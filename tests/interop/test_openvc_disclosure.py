"""Selective disclosure with PyPI's openvc-core: what a holder shows of a badge."""

from typing import Final

import pytest
from openvc import OpenvcError
from openvc.proof.ecdsa_sd import EcdsaSdProofSuite

from openbadges.errors import Code
from openbadges.public_key import Algorithm
from openbadges.strict import Document
from tests.credentials import remove, replace, valid_credential
from tests.openvc_core import CONTEXTS, key_of, verify_there
from tests.peers import Peer
from tests.world import NOW, assert_refused, assert_verified
from verifier import Verdict

METHODS: Final = pytest.mark.parametrize("method", ["web", "key"], ids=["did:web", "did:key"])
MANDATORY: Final = ["/issuer", "/validFrom", "/validUntil"]
DISCLOSED: Final = ["/type", "/id", "/name", "/credentialSubject"]


def _disclosed_there(peer: Peer, unsigned: Document, pointers: list[str]) -> Document:
    suite = EcdsaSdProofSuite()
    base = suite.add_base_proof(
        unsigned,
        signing_key=key_of(peer),
        verification_method=peer.signer.verification_method,
        mandatory_pointers=MANDATORY,
        created=NOW,
        extra_contexts=CONTEXTS,
    )
    derived: Document = suite.derive_proof(
        base, selective_pointers=pointers, extra_contexts=CONTEXTS
    )
    return derived


def _badge_of_named_nodes(peer: Peer) -> Document:
    """Give a badge in which every object has an id."""
    whole = valid_credential()["credentialSubject"]["achievement"]
    achievement = {name: whole[name] for name in ("id", "type", "name", "description", "image")}
    criteria = {"id": "https://badges.example/criteria", "narrative": "Ten citations."}
    subject = {
        "id": "did:example:learner",
        "type": ["AchievementSubject"],
        "achievement": achievement | {"criteria": criteria},
    }
    return peer.badge() | {"credentialSubject": subject}


@METHODS
def test_what_a_holder_discloses_there_verifies_here_and_there(method: str) -> None:
    peer = Peer.of(method, Algorithm.ES256)
    derived = _disclosed_there(peer, _badge_of_named_nodes(peer), DISCLOSED)
    assert "evidence" not in derived
    assert_verified(peer.verify(derived))
    verify_there(derived, {peer.id: peer.document}, now=NOW)


def test_one_changed_character_of_what_is_disclosed_is_refused_by_both() -> None:
    peer = Peer.of("key", Algorithm.ES256)
    derived = _disclosed_there(peer, _badge_of_named_nodes(peer), DISCLOSED)
    changed = replace(derived, "name", "Citing sourcez")
    with pytest.raises(OpenvcError):
        verify_there(changed, {}, now=NOW)
    assert peer.verify(changed).verdict is Verdict.REJECTED


def test_names_that_it_gives_to_nameless_objects_are_no_uris_and_refused_here() -> None:
    """It writes `_:b0` where the badge has no id; Open Badges and the data model want a URL."""
    peer = Peer.of("key", Algorithm.ES256)
    unsigned = remove(_badge_of_named_nodes(peer), "credentialSubject.achievement.criteria.id")
    derived = _disclosed_there(peer, unsigned, DISCLOSED)
    assert derived["credentialSubject"]["achievement"]["criteria"]["id"] == "_:b0"
    assert_refused(peer.verify(derived), Verdict.REJECTED, Code.RELATIVE_IRI)
