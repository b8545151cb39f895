"""The period belongs to the credential with both its ends."""

from datetime import timedelta

import pytest

from openbadges.errors import Code
from openbadges.strict import Document, format_timestamp
from tests.world import NOW
from verifier.checks.validity import check_validity


def moment(**distance: float) -> str:
    return format_timestamp(NOW + timedelta(**distance))


@pytest.mark.parametrize(
    ("document", "code"),
    [
        pytest.param({}, Code.OK, id="no period"),
        pytest.param({"validFrom": moment()}, Code.OK, id="begins now"),
        pytest.param({"validFrom": moment(seconds=300)}, Code.OK, id="a clock that is ahead"),
        pytest.param({"validFrom": moment(seconds=301)}, Code.NOT_YET_VALID, id="begins later"),
        pytest.param({"validUntil": moment()}, Code.OK, id="ends now"),
        pytest.param({"validUntil": moment(seconds=-1)}, Code.EXPIRED, id="has ended"),
        pytest.param({"validUntil": "2026-03-01T13:00:00+01:00"}, Code.OK, id="another zone"),
        pytest.param({"validUntil": "2026-03-01T12:59:59+01:00"}, Code.EXPIRED, id="ended there"),
        pytest.param({"issuanceDate": moment(days=1)}, Code.NOT_YET_VALID, id="version 1.1, later"),
        pytest.param({"expirationDate": moment(days=-1)}, Code.EXPIRED, id="version 1.1, ended"),
        pytest.param({"validUntil": "2026-03-01"}, Code.DATA_MODEL, id="a day"),
        pytest.param({"validUntil": "2026-03-01T13:00:00"}, Code.DATA_MODEL, id="no zone"),
        pytest.param({"validUntil": None}, Code.DATA_MODEL, id="null"),
        pytest.param({"validUntil": [moment(days=1)] * 2}, Code.DATA_MODEL, id="two ends"),
        pytest.param({"validFrom": {"@value": moment()}}, Code.DATA_MODEL, id="an object"),
    ],
)
def test_the_period_is_compared_with_now(document: Document, code: Code) -> None:
    assert check_validity(document, now=NOW).code is code


def test_the_finding_says_the_period() -> None:
    period = {"validFrom": "2026-02-01T12:00:00Z", "validUntil": "2029-02-01T12:00:00Z"}
    sentence = check_validity(period, now=NOW).sentence
    assert "2026-02-01 12:00 UTC" in sentence
    assert "2029-02-01 12:00 UTC" in sentence
    assert "without an end" in check_validity({}, now=NOW).sentence
