"""A proof holds by a key that it names; the attacks on it are in `tests/threats`."""

import pytest

from openbadges.errors import Code
from openbadges.jose import parse_compact_jws
from tests.credentials import plain_credential, replace, valid_credential
from tests.world import BADGES, LIBRARY, NOW, Internet, address_of, honest_internet
from verifier.checks.proof import (
    MAXIMUM_METHOD_CHARACTERS,
    ProofResult,
    check_compact_jws,
    check_data_integrity,
)
from verifier.report import Check, Finding
from verifier.resolver import WorldResolver
from verifier.world import World

BADGE = valid_credential()
PROOF = BADGES.proof(BADGE)
METHOD = BADGES.signer.verification_method


def world_of(internet: Internet) -> World:
    return World(now=NOW, source=internet, resolver=WorldResolver(internet))


WORLD = world_of(honest_internet())


def test_a_proof_that_holds_names_its_key_and_its_moment() -> None:
    result = check_data_integrity(BADGE | {"proof": PROOF}, WORLD)
    assert result.holds
    (proven,) = result.proven
    assert (proven.method, proven.controller.id, proven.signed_at) == (METHOD, BADGES.id, NOW)


def test_no_result_without_proofs_holds() -> None:
    assert not ProofResult(()).holds
    assert not ProofResult((Finding.passed(Check.PROOF, ""),)).holds


@pytest.mark.parametrize(
    "method",
    [
        pytest.param(None, id="null"),
        pytest.param([METHOD], id="an array"),
        pytest.param({"id": METHOD}, id="an object"),
        pytest.param("did:web:" + "a" * MAXIMUM_METHOD_CHARACTERS, id="a very long one"),
    ],
)
def test_the_method_is_the_url_of_a_key(method: object) -> None:
    internet = honest_internet()
    document = BADGE | {"proof": PROOF | {"verificationMethod": method}}
    (finding,) = check_data_integrity(document, world_of(internet)).findings
    assert finding.code is Code.PROOF
    assert not internet.fetched


def test_a_broken_proof_is_explained_by_what_others_sign_differently() -> None:
    rare = replace(BADGE, "credentialSubject.creditsEarned", 1e-7)
    (finding,) = check_data_integrity(rare | {"proof": PROOF}, WORLD).findings
    assert finding.code is Code.PROOF
    assert "JavaScript" in finding.sentence
    (plain,) = check_data_integrity(BADGE | {"name": "x", "proof": PROOF}, WORLD).findings
    assert "JavaScript" not in plain.sentence


def test_a_proof_that_fails_before_a_costly_graph_is_made_is_not_explained_by_it() -> None:
    alike = [{"type": "Result", "alignment": [{"targetName": "x"}] * 8}] * 2
    poison = replace(BADGE, "credentialSubject.result", alike)
    document = poison | {"proof": PROOF | {"domain": "other.example"}}
    (finding,) = check_data_integrity(document, WORLD).findings
    assert finding.code is Code.PROOF
    assert "other.example" in finding.sentence


def test_a_proof_over_json_is_not_explained_by_its_graph() -> None:
    rare = replace(BADGE, "credentialSubject.creditsEarned", 1e-7)
    document = rare | {"proof": PROOF | {"cryptosuite": "eddsa-jcs-2022"}}
    (finding,) = check_data_integrity(document, WORLD).findings
    assert finding.code is Code.PROOF
    assert "JavaScript" not in finding.sentence


def test_an_issuer_with_an_https_id_lists_its_keys_there() -> None:
    internet = honest_internet()
    document = LIBRARY.sign(plain_credential(issuer=LIBRARY.id))
    assert check_data_integrity(document, world_of(internet)).holds
    assert internet.fetched == {address_of(LIBRARY): 1}


def test_a_token_that_holds_has_no_moment() -> None:
    jws = parse_compact_jws(BADGES.sign_jws(BADGE))
    result = check_compact_jws(jws, BADGES.id, WORLD)
    assert result.holds
    assert result.proven[0].signed_at is None


def test_a_token_is_checked_by_the_claimed_issuers_keys_alone() -> None:
    jws = parse_compact_jws(BADGES.sign_jws(BADGE))
    result = check_compact_jws(jws, LIBRARY.id, WORLD)
    assert not result.holds
    assert result.findings[0].code is Code.KEY_NOT_BOUND
