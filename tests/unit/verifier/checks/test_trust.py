"""Who the issuer is: known by name, or not."""

import pytest

from openbadges.errors import Code
from verifier import Outcome
from verifier.checks.trust import check_trust
from verifier.trust import TrustRegistry

REGISTRY = TrustRegistry({"did:web:badges.example": "Example User Group"})


def test_a_known_issuer_is_told_by_the_name_that_we_know() -> None:
    finding = check_trust({"issuer": {"id": "did:web:badges.example", "name": "Me"}}, REGISTRY)
    assert finding.outcome is Outcome.PASSED
    assert "Example User Group" in finding.sentence


@pytest.mark.parametrize("issuer", ["did:web:other.example", {"name": "Example User Group"}, None])
def test_an_unknown_issuer_is_unknown_and_not_wrong(issuer: object) -> None:
    finding = check_trust({"issuer": issuer}, REGISTRY)
    assert (finding.outcome, finding.code) == (Outcome.UNKNOWN, Code.ISSUER_UNKNOWN)
