"""R17: nothing is signed by a clock that cannot be right, and what does not sign goes on."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from issuer.audit import Act
from issuer.clock import (
    MAXIMUM_SILENCE,
    MAXIMUM_STEP_BACK,
    PROGRAM_DATE,
    PROGRAM_LIFETIME,
    accept_clock,
    check_clock,
)
from issuer.issuance import Issuance
from issuer.tables import AuditEntryRow, AwardRow, StatusListRow
from openbadges.errors import RefusedError, UnavailableError
from tests.issuing import NOW, ON_SQLITE, House, award_of
from tests.site import Site
from verifier import Verdict

SECOND = timedelta(seconds=1)
YEAR = timedelta(days=365)
WRONG = {
    "a year back": NOW - YEAR,
    "just too far back": NOW - MAXIMUM_STEP_BACK - SECOND,
    "a year ahead": NOW + YEAR,
    "just too long after": NOW + MAXIMUM_SILENCE + SECOND,
    "the first of January 1970": datetime(1970, 1, 1, tzinfo=NOW.tzinfo),
    "the end of a counter": datetime(2038, 1, 19, 3, 14, 8, tzinfo=NOW.tzinfo),
}
RIGHT = {
    "now": NOW,
    "as far back as machines differ": NOW - MAXIMUM_STEP_BACK,
    "after a long holiday": NOW + MAXIMUM_SILENCE,
    "the hour that a summer time repeats": datetime(2026, 3, 29, 1, tzinfo=NOW.tzinfo),
    "the second that a leap second doubles": datetime(2026, 7, 1, tzinfo=NOW.tzinfo) - SECOND,
}


def rows_of(house: House) -> tuple[int, ...]:
    with house.database.read() as session:
        return tuple(
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (AwardRow, StatusListRow, AuditEntryRow)
        )


def issue(house: House, now: datetime) -> Verdict:
    award = award_of(house.catalogue, valid_from=NOW)
    [made] = house.cycle.issue(award, now=now)
    return house.verify(made.forms.json, now=now).verdict


@ON_SQLITE
@pytest.mark.parametrize("now", WRONG.values(), ids=WRONG)
def test_nothing_is_awarded_or_published_by_a_clock_that_cannot_be_right(
    house: House, now: datetime
) -> None:
    [made] = house.issue()
    before = rows_of(house)
    with pytest.raises(RefusedError, match="the clock says") as told:
        issue(house, now)
    assert "set" in str(told.value)
    house.revoke(made.url, now=NOW)
    with pytest.raises(RefusedError, match="the clock says"):
        house.publish(now=now)
    awards, lists, entries = rows_of(house)
    assert (awards, lists, entries) == (*before[:2], before[2] + 1)  # that of the revocation


@ON_SQLITE
@pytest.mark.parametrize("now", RIGHT.values(), ids=RIGHT)
def test_a_clock_that_can_be_right_awards(house: House, now: datetime) -> None:
    house.issue()
    house.publish(now=now)
    assert issue(house, now) is Verdict.VERIFIED


@ON_SQLITE
def test_what_a_clock_said_that_was_wrong_is_put_right_by_a_person(house: House) -> None:
    ahead = NOW + MAXIMUM_SILENCE - timedelta(days=1)
    with house.database.write() as session:
        accept_clock(session, ahead)
    with pytest.raises(RefusedError, match="insignia accept-clock"):
        issue(house, NOW)
    with house.database.write() as session:
        accept_clock(session, NOW)
    assert issue(house, NOW) is Verdict.VERIFIED
    with house.database.read() as session:
        accepted = select(AuditEntryRow).where(AuditEntryRow.act == Act.CLOCK_ACCEPTED)
        assert [one.at for one in session.scalars(accepted)] == [ahead, NOW]


@ON_SQLITE
@pytest.mark.parametrize("now", [PROGRAM_DATE - SECOND, PROGRAM_DATE + PROGRAM_LIFETIME + SECOND])
def test_a_clock_before_or_long_after_the_program_is_accepted_by_nobody(
    house: House, now: datetime
) -> None:
    with house.database.write() as session:
        for ask in (check_clock, accept_clock):
            with pytest.raises(RefusedError, match="this program is of"):
                ask(session, now)


@ON_SQLITE
def test_an_award_on_record_waits_for_the_right_clock(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(*_: object, **__: object) -> None:
        raise UnavailableError("the power went")

    with monkeypatch.context() as here:
        here.setattr(Issuance, "finish", cut_off)
        with pytest.raises(UnavailableError):
            house.issue()
    with pytest.raises(RefusedError, match="the clock says"):
        house.cycle.finish_recorded(now=NOW - YEAR)
    assert house.cycle.finish_recorded(now=NOW) == 1


def test_the_service_goes_on_at_a_wrong_clock_and_says_why_it_does_not_award(site: Site) -> None:
    trainer = site.trainer()
    learner, manage = site.claimed(trainer)
    badge = learner.get(f"{manage}/plain.json").data
    site.clock.move(minutes=-30)
    refused = site.ask_for_award(trainer, step="award", recipient="learner2@example.org")
    assert refused.status_code == 503
    assert "the clock says" in refused.text
    assert site.browser().get("/verify").status_code == 200
    site.clock.move(minutes=30)
    assert learner.get(f"{manage}/plain.json").data == badge
