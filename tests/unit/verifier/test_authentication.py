"""Unwrap, conformance, proof and issuer together, as badges, lists and endorsements begin."""

import json

import pytest

from openbadges.errors import Code
from openbadges.jose import sign_compact_jws
from tests.credentials import CONTEXTS, plain_credential, valid_credential
from tests.world import BADGES, BANK, EVIL, NOW, as_bytes, honest_internet, issued_by
from verifier import Check, Outcome
from verifier.authentication import authenticate
from verifier.resolver import WorldResolver
from verifier.world import World

INTERNET = honest_internet()
WORLD = World(now=NOW, source=INTERNET, resolver=WorldResolver(INTERNET))
STEPS = [Check.UNWRAP, Check.CONFORMANCE, Check.PROOF, Check.ISSUER]


@pytest.mark.parametrize(
    "presented",
    [
        pytest.param(BADGES.sign(valid_credential()), id="JSON"),
        pytest.param(BADGES.sign_jws(valid_credential()), id="JWS"),
        pytest.param(BADGES.sign(plain_credential()), id="a credential that is no badge"),
    ],
)
def test_what_its_issuer_signed_passes_every_step(presented: dict[str, object] | str) -> None:
    authenticated = authenticate(as_bytes(presented), WORLD)
    assert authenticated.passed
    assert [finding.check for finding in authenticated.findings] == STEPS


@pytest.mark.parametrize(
    ("presented", "has_document"),
    [
        pytest.param(valid_credential(), False, id="unsigned"),
        pytest.param(BADGES.sign(valid_credential()) | {"name": "x"}, False, id="changed"),
        pytest.param(EVIL.sign(issued_by(BANK)), True, id="signed by another"),
        pytest.param(
            BADGES.sign(valid_credential(type=["VerifiableCredential"])), True, id="not well formed"
        ),
        pytest.param("ey.ey.ey", False, id="no token"),
        pytest.param("%PDF", False, id="no credential"),
    ],
)
def test_what_fails_a_step_does_not_pass(
    presented: dict[str, object] | str, *, has_document: bool
) -> None:
    authenticated = authenticate(as_bytes(presented), WORLD)
    assert not authenticated.passed
    assert (authenticated.verified_document is not None) == has_document
    assert any(finding.outcome is Outcome.FAILED for finding in authenticated.findings)


def test_a_document_that_cannot_be_read_has_no_proof_to_check() -> None:
    unreadable = BADGES.sign(plain_credential()) | {"grade": "A+"}
    codes = {
        finding.check: finding.code
        for finding in authenticate(as_bytes(unreadable), WORLD).findings
    }
    assert codes[Check.CONFORMANCE] is codes[Check.PROOF] is Code.DATA_LOSS


def test_inline_contexts_can_be_refused() -> None:
    document = plain_credential() | {"@context": [*CONTEXTS[:1], {"x": "https://e.example/#x"}]}
    presented = as_bytes(BADGES.sign(document))
    assert authenticate(presented, WORLD).passed
    refused = authenticate(presented, WORLD, inline_contexts=False)
    assert not refused.passed
    assert refused.findings[1].code is Code.CONTEXT_NOT_ALLOWED


@pytest.mark.parametrize("start", ["2099-01-01T00:00:00Z", "no date", None])
def test_a_token_without_a_usable_date_is_judged_by_its_key_now(start: object) -> None:
    claims = plain_credential(id="urn:uuid:1", validFrom=start)
    internet = honest_internet()
    internet.enrol(BADGES, revoked=NOW)
    world = World(now=NOW, source=internet, resolver=WorldResolver(internet))
    token = sign_compact_jws(json.dumps(claims).encode(), BADGES.signer)
    findings = authenticate(token.encode(), world).findings
    assert findings[-1].code is Code.KEY_REVOKED


def test_a_token_from_before_its_keys_end_still_holds() -> None:
    internet = honest_internet()
    internet.enrol(BADGES, revoked=NOW)
    world = World(now=NOW, source=internet, resolver=WorldResolver(internet))
    token = BADGES.sign_jws(valid_credential())
    assert authenticate(token.encode(), world).passed


def test_the_proof_of_a_jws_that_cannot_be_read_is_said_not_to_be_checked() -> None:
    findings = authenticate(b"eyJhbGciOiJub25lIn0.e30.e30", WORLD).findings
    (proof,) = (finding for finding in findings if finding.check is Check.PROOF)
    assert proof.outcome is Outcome.UNKNOWN
    assert proof.sentence == "not checked, because the JWS cannot be read"
