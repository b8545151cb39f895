"""Activities: what awards were earned at, recorded once and referred to by them."""

from dataclasses import replace
from datetime import date

import pytest

from badge_classes.methods import Method
from issuer.activities import Activity, record_activity
from issuer.tables import ActivityRow
from openbadges.errors import RefusedError
from tests.issuing import NOW, ON_SQLITE, House

WORKSHOP = Activity(
    title="A day of editing at the library",
    method=Method.EVENT,
    starts_on=date(2026, 2, 28),
    ends_on=date(2026, 3, 1),
    language="ca",
    territory="ES-CT",
    organiser="Example Learning Circle",
    link="https://example.org/workshop",
)


def test_an_activity_is_recorded_as_it_was_described(house: House) -> None:
    with house.database.write() as session:
        identifier = record_activity(session, house.issuer, WORKSHOP, NOW)
    with house.database.read() as session:
        row = session.get_one(ActivityRow, identifier)
    assert (row.title, row.method, row.territory) == (WORKSHOP.title, "event", "ES-CT")
    assert (row.starts_on, row.ends_on, row.created_at) == (
        WORKSHOP.starts_on,
        WORKSHOP.ends_on,
        NOW,
    )


@ON_SQLITE
@pytest.mark.parametrize(
    ("activity", "said"),
    [
        pytest.param(replace(WORKSHOP, title=" "), "title", id="no title"),
        pytest.param(replace(WORKSHOP, title="two\x0blines"), "title", id="a vertical tab"),
        pytest.param(
            replace(WORKSHOP, ends_on=date(2026, 2, 27)), "before it begins", id="ends first"
        ),
        pytest.param(replace(WORKSHOP, territory="Catalonia"), "territory", id="no code"),
        pytest.param(replace(WORKSHOP, link="javascript:alert(1)"), "link", id="no link"),
        pytest.param(
            replace(WORKSHOP, link="https://example.org/" + "x" * 481), "link", id="a long link"
        ),
        pytest.param(replace(WORKSHOP, organiser="x" * 301), "organiser", id="a long organiser"),
        pytest.param(replace(WORKSHOP, organiser="a\x00b"), "organiser", id="NUL"),
        pytest.param(replace(WORKSHOP, language="x" * 36), "language", id="a long language"),
    ],
)
def test_an_activity_that_makes_no_sense_is_refused(
    house: House, activity: Activity, said: str
) -> None:
    with house.database.write() as session, pytest.raises(RefusedError, match=said):
        record_activity(session, house.issuer, activity, NOW)
