"""The key must be the one of the issuer whom the document claims."""

from datetime import timedelta
from typing import Any

import pytest

from openbadges.errors import Code
from openbadges.verification_method import ControllerDocument, parse_controller_document
from tests.world import BADGES, BANK, NOW
from verifier.checks.issuer import check_issuer
from verifier.checks.members import issuer_of
from verifier.checks.proof import Proven

CLAIM = {"issuer": {"id": BADGES.id}}


def controller(**changes: Any) -> ControllerDocument:  # noqa: ANN401 -- the fields of ListedKey
    return parse_controller_document(BADGES.document(**changes), expected_id=BADGES.id)


def proven(by: ControllerDocument, *, method: str = BADGES.signer.verification_method) -> Proven:
    return Proven(method, by, NOW)


@pytest.mark.parametrize(
    ("document", "issuer"),
    [
        ({"issuer": "did:web:a.example"}, "did:web:a.example"),
        ({"issuer": {"id": "did:web:a.example"}}, "did:web:a.example"),
        ({"issuer": {}}, None),
        ({"issuer": ["did:web:a.example"]}, None),
        ({"issuer": {"id": ["did:web:a.example"]}}, None),
        ({"issuer": None}, None),
        ({}, None),
    ],
)
def test_an_issuer_is_one_id(document: dict[str, Any], issuer: str | None) -> None:
    assert issuer_of(document) == issuer


def test_a_key_that_the_issuer_lists_passes() -> None:
    (finding,) = check_issuer(CLAIM, [proven(controller())], signed_at=NOW)
    assert finding.code is Code.OK


@pytest.mark.parametrize("claim", [{"issuer": BANK.id}, {"issuer": [BADGES.id]}, {}])
def test_a_key_of_anyone_but_the_claimed_issuer_does_not(claim: dict[str, Any]) -> None:
    (finding,) = check_issuer(claim, [proven(controller())], signed_at=NOW)
    assert finding.code is Code.ISSUER_MISMATCH


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"relationships": ("authentication",)}, Code.INVALID_RELATIONSHIP, id="other"),
        pytest.param({"revoked": NOW}, Code.KEY_REVOKED, id="revoked when it signed"),
        pytest.param({"expires": NOW - timedelta(1)}, Code.KEY_REVOKED, id="expired before"),
        pytest.param({"revoked": NOW + timedelta(1)}, Code.OK, id="revoked later"),
    ],
)
def test_the_key_must_have_been_in_force_for_assertions(
    changes: dict[str, Any], code: Code
) -> None:
    (finding,) = check_issuer(CLAIM, [proven(controller(**changes))], signed_at=NOW)
    assert finding.code is code


def test_a_proof_without_a_date_is_judged_by_the_documents_own() -> None:
    undated = Proven(BADGES.signer.verification_method, controller(revoked=NOW), None)
    (before,) = check_issuer(CLAIM, [undated], signed_at=NOW - timedelta(1))
    (after,) = check_issuer(CLAIM, [undated], signed_at=NOW)
    assert (before.code, after.code) == (Code.OK, Code.KEY_REVOKED)


def test_each_proof_has_its_own_finding() -> None:
    good, bad = proven(controller()), proven(controller(), method=f"{BADGES.id}#other")
    findings = check_issuer(CLAIM, [good, bad], signed_at=NOW)
    assert [finding.code for finding in findings] == [Code.OK, Code.INVALID_RELATIONSHIP]
