"""A value comes back as it went in, from every database."""

import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import StatementError

from issuer.tables import BadgeClassVersionRow, IssuerRow, PublishedDocumentRow
from storage import Database
from storage.columns import UUID_LENGTH, Row
from tests import rows

FOUR_MEBIBYTES = 4 * 1024 * 1024


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(datetime(1900, 1, 1, tzinfo=UTC), id="1900"),
        pytest.param(
            datetime(2026, 3, 29, 1, 30, 0, 1, tzinfo=UTC), id="an hour that a zone skips"
        ),
        pytest.param(datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC), id="after 32 bits of seconds"),
        pytest.param(datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), id="the last one"),
        pytest.param(
            datetime(2026, 1, 1, 1, 2, 3, 456_789, tzinfo=timezone(timedelta(hours=5, minutes=45))),
            id="in Nepal",
        ),
    ],
)
def test_a_moment_comes_back_as_the_same_moment_in_utc(
    database: Database, moment: datetime
) -> None:
    with database.write() as session:
        session.add(rows.issuer(created_at=moment))
    with database.read() as session:
        found = session.scalars(select(IssuerRow.created_at)).one()
        by_value = session.scalars(select(IssuerRow.id).where(IssuerRow.created_at == moment)).all()
    assert found == moment
    assert found.tzinfo is UTC
    assert by_value == [rows.ISSUER]


def test_moments_are_ordered_to_the_microsecond(database: Database) -> None:
    steps = [timedelta(days=-9000), timedelta(microseconds=-1), timedelta(0), timedelta(hours=1)]
    with database.write() as session:
        for number, step in enumerate(steps):
            session.add(
                rows.published_document(
                    url=f"https://b.example/{number}", published_at=rows.NOW + step
                )
            )
    with database.read() as session:
        column = PublishedDocumentRow.published_at
        found = session.scalars(select(column).order_by(column)).all()
        before = session.scalars(select(column).where(column < rows.NOW)).all()
    assert found == [rows.NOW + step for step in steps]
    assert len(before) == 2


def test_a_moment_without_a_zone_is_the_programmers_fault(database: Database) -> None:
    naive = rows.NOW.replace(tzinfo=None)
    with pytest.raises(StatementError, match="without a zone"), database.write() as session:
        session.add(rows.issuer(created_at=naive))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(bytes(range(256)), id="every byte"),
        pytest.param(bytes(FOUR_MEBIBYTES), id="4 MiB of zeros"),
        pytest.param(b"\\'\x1a\xff" * (FOUR_MEBIBYTES // 4), id="4 MiB of what drivers escape"),
    ],
)
def test_bytes_come_back_exactly(database: Database, data: bytes) -> None:
    with database.write() as session:
        session.add(rows.badge_class_version(picture=data))
    with database.read() as session:
        found = session.scalars(select(BadgeClassVersionRow.picture)).one()
    assert found == data
    assert type(found) is bytes


ALIKE = [
    "badge",
    "Badge",
    "badge ",
    "bâdge",
    unicodedata.normalize("NFD", "bâdge"),
    "badge\u200b",
    "\uff42adge",
    "🎖",
    "🎖️",
    "🏅",
    "ß",
    "ss",
    "I",
    "\u0131",
]


def test_strings_that_look_alike_stay_distinct(database: Database) -> None:
    with database.write() as session:
        session.add_all(rows.published_document(url=text) for text in ALIKE)
    with database.read() as session:
        column = PublishedDocumentRow.url
        found = {
            text: session.scalars(select(column).where(column == text)).all() for text in ALIKE
        }
    assert found == {text: [text] for text in ALIKE}


def test_a_name_of_300_emoji_fits(database: Database) -> None:
    with database.write() as session:
        session.add(rows.issuer(name="🎖" * 300, did="🎖" * 500))
    with database.read() as session:
        found = session.get_one(IssuerRow, rows.ISSUER)
    assert (found.name, found.did) == ("🎖" * 300, "🎖" * 500)


def test_a_committed_row_can_still_be_read(database: Database) -> None:
    with database.write() as session:
        row = rows.issuer()
        session.add(row)
    assert row.name == "Example"


def test_nothing_is_given_by_the_server() -> None:
    given = [
        str(column)
        for table in Row.metadata.sorted_tables
        for column in table.columns
        if column.server_default is not None or column.onupdate is not None
    ]
    assert given == []


def test_every_string_says_how_long_it_may_be() -> None:
    unbounded = [
        str(column)
        for table in Row.metadata.sorted_tables
        for column in table.columns
        if column.type.python_type is str and not getattr(column.type, "length", None)
    ]
    assert unbounded == []
    assert len(rows.ISSUER) == UUID_LENGTH


def test_an_update_turns_moments_into_utc_too(database: Database) -> None:
    local = rows.NOW.astimezone(timezone(timedelta(hours=-3)))
    with database.write() as session:
        session.add(rows.issuer())
        session.flush()
        session.execute(update(IssuerRow).values(retired_at=local))
    with database.read() as session:
        assert session.scalars(select(IssuerRow.retired_at)).one() == rows.NOW
