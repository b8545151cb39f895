"""What a claim's code opens, moment by moment."""

from datetime import datetime, timedelta

import pytest

from issuer.claims import ClaimState, claim_state
from issuer.tables import AwardState
from tests.issuing import NOW

SOON = NOW + timedelta(seconds=1)
BEFORE = NOW - timedelta(days=1)


@pytest.mark.parametrize(
    ("award", "opens_at", "taken_at", "state"),
    [
        pytest.param(AwardState.DECIDED, None, None, ClaimState.HELD, id="not released"),
        pytest.param(AwardState.ISSUED, SOON, None, ClaimState.HELD, id="in the hold"),
        pytest.param(AwardState.ISSUED, NOW, None, ClaimState.READY, id="the hold just ended"),
        pytest.param(AwardState.ISSUED, BEFORE, NOW, ClaimState.TAKEN, id="taken"),
        pytest.param(AwardState.REVOKED, BEFORE, None, ClaimState.CLOSED, id="revoked"),
        pytest.param(AwardState.REVOKED, BEFORE, NOW, ClaimState.CLOSED, id="taken and revoked"),
        pytest.param(AwardState.REVOKED, SOON, None, ClaimState.CLOSED, id="revoked in the hold"),
        pytest.param(AwardState.UNDONE, SOON, None, ClaimState.CLOSED, id="undone"),
    ],
)
def test_a_claim_opens_between_the_hold_and_the_taking(
    award: AwardState, opens_at: datetime | None, taken_at: datetime | None, state: ClaimState
) -> None:
    assert claim_state(award, opens_at=opens_at, taken_at=taken_at, now=NOW) is state
