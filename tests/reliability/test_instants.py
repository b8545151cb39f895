"""The first and the last instant of what has a period (R18): both ends belong to it."""

from datetime import datetime, timedelta
from typing import Final

import pytest

from openbadges.errors import Code
from openbadges.strict import parse_json_object, parse_timestamp
from tests.issuing import NOW, ON_SQLITE, House
from tests.world import refusals
from verifier import Report, Verdict
from verifier.policy import CLOCK_SKEW

SECOND: Final = timedelta(seconds=1)
MICROSECOND: Final = timedelta(microseconds=1)


def judged(house: House, presented: bytes, when: datetime) -> tuple[Verdict, set[Code]]:
    """Verify at a moment at which the status list is fresh."""
    house.publish(now=when)
    report: Report = house.verify(presented, now=when)
    return report.verdict, {code for _, code in refusals(report)}


@ON_SQLITE
@pytest.mark.parametrize("form", ["json", "compact_jws"])
def test_r18_a_badge_is_valid_in_its_first_and_its_last_second(house: House, form: str) -> None:
    (issued,) = house.issue("brief", valid_until=NOW + timedelta(days=31))
    presented: bytes = getattr(issued.forms, form)
    document = parse_json_object(issued.forms.json, what="the badge")
    first = parse_timestamp(document["validFrom"], what="its start")
    last = parse_timestamp(document["validUntil"], what="its end")
    assert first == NOW
    for when in (first, first + SECOND, last - SECOND, last):
        assert judged(house, presented, when) == (Verdict.VERIFIED, set())
    for when in (last + MICROSECOND, last + SECOND):
        assert judged(house, presented, when) == (Verdict.REJECTED, {Code.EXPIRED})


@ON_SQLITE
def test_r18_a_badge_of_the_future_begins_with_the_difference_of_clocks(house: House) -> None:
    start = NOW + timedelta(days=1)
    (issued,) = house.issue(valid_from=start)
    earliest = start - CLOCK_SKEW
    assert judged(house, issued.forms.json, earliest) == (Verdict.VERIFIED, set())
    too_early = judged(house, issued.forms.json, earliest - MICROSECOND)
    assert too_early == (Verdict.REJECTED, {Code.NOT_YET_VALID})
