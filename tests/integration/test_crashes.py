"""A process that dies at any arrow of the cycle loses nothing and releases nothing twice.

The database of these tests is a real one whose process ends before or after a certain
transaction; what comes afterwards is another process, which finds what was on record.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from issuer.claims import ClaimState, claim_code, look_at_claim
from issuer.issuance import Issued
from issuer.recipients import unseal
from issuer.requests import request_key
from issuer.tables import (
    AwardRow,
    AwardState,
    ClaimRow,
    CredentialRow,
    CredentialState,
    Edition,
)
from openbadges.errors import Code, ConflictError, RefusedError
from storage import Database
from tests.handing import AFTER, rows_of
from tests.issuing import EVIDENCE, NOW, ON_SQLITE, House, award_of
from verifier import Outcome, Verdict

T = TypeVar("T")
REQUEST = request_key("account:1", "a form", b"what was filled in")


class PowerCutError(Exception):
    """The process is gone."""


class DyingDatabase(Database):
    """A database whose process ends at one of its transactions, counted from 1."""

    dies_at = 0
    committed = False  # whether that transaction still reaches the disk

    def transact(self, work: Callable[[Session], T]) -> T:
        """Do the work, unless the process is gone by then."""
        self.dies_at -= 1
        if self.dies_at == 0 and not self.committed:
            raise PowerCutError
        result = super().transact(work)
        if self.dies_at == 0:
            raise PowerCutError
        return result


class RivalledDatabase(Database):
    """A database in which another process is always a little faster."""

    rival: Callable[[], object] = staticmethod(lambda: None)

    def transact(self, work: Callable[[Session], T]) -> T:
        """Let the other process go first."""
        self.rival()
        return super().transact(work)


# An award with two editions has four: reserve, record, release one, release the other.
ARROWS = [
    pytest.param(1, False, 0, 0, id="before the index is reserved"),
    pytest.param(1, True, 0, 2, id="after the index is reserved"),
    pytest.param(2, False, 0, 2, id="before the document is recorded"),
    pytest.param(2, True, 2, 0, id="after the document is recorded"),
    pytest.param(3, False, 2, 0, id="before the first is released"),
    pytest.param(3, True, 1, 0, id="after the first is released"),
    pytest.param(4, False, 1, 0, id="before the second is released"),
    pytest.param(4, True, 0, 0, id="after the second is released"),
]


@pytest.fixture
def dies(database_url: str) -> Iterator[Callable[..., None]]:
    """Award in a process that dies."""
    database = DyingDatabase.open(database_url)

    def award(house: House, *, at: int, committed: bool) -> None:
        database.dies_at, database.committed = at, committed
        award = award_of(house.catalogue, evidence=(EVIDENCE,))
        with pytest.raises(PowerCutError):
            replace(house.cycle, database=database).issue(award, now=NOW, request=REQUEST)

    yield award
    database.close()


def state_of(house: House, row: CredentialRow) -> ClaimState:
    """Look at the claim of a credential's award, after the hold."""
    code = claim_code(row.award_id or "", house.keystore)
    with house.database.read() as session:
        return look_at_claim(session, code, AFTER).state


def rows(house: House) -> Sequence[CredentialRow]:
    with house.database.read() as session:
        return session.scalars(select(CredentialRow).order_by(CredentialRow.edition)).all()


@ON_SQLITE
@pytest.mark.parametrize(("at", "committed", "recorded", "burnt"), ARROWS)
def test_what_was_on_record_is_finished_once_and_nothing_else_is(  # noqa: PLR0913 -- a table's columns
    house: House,
    dies: Callable[..., None],
    *,
    at: int,
    committed: bool,
    recorded: int,
    burnt: int,
) -> None:
    dies(house, at=at, committed=committed)
    assert house.cycle.finish_recorded(now=NOW) == recorded
    after = rows(house)
    released = [row for row in after if row.state is CredentialState.SIGNED]
    assert [row.state for row in after].count(CredentialState.RESERVED) == burnt
    assert len(after) == len(released) + burnt
    # the claim is there as soon as the award is, and opens nothing before it is released
    assert [row.award_id for row in rows_of(house, ClaimRow)] == sorted(
        {row.award_id for row in after if row.award_id is not None}
    )
    assert {state_of(house, row) for row in after} <= {
        ClaimState.READY if released else ClaimState.HELD
    }
    for row in released:
        assert row.json_bytes is not None
        assert row.jws_bytes is not None
        for form in (row.json_bytes, row.jws_bytes):
            assert house.verify(form).verdict is Verdict.VERIFIED
    assert house.cycle.finish_recorded(now=NOW) == 0
    assert [row.json_bytes for row in rows(house)] == [row.json_bytes for row in after]


@ON_SQLITE
@pytest.mark.parametrize(
    ("at", "committed", "is_answered"),
    [
        pytest.param(1, False, True, id="before anything was written"),
        pytest.param(1, True, False, id="before it was recorded"),
        pytest.param(2, True, False, id="after it was recorded"),
        pytest.param(3, True, True, id="after the first was released"),
        pytest.param(4, True, True, id="after all was released"),
    ],
)
def test_a_request_that_was_cut_off_is_sent_again_and_makes_one_award(
    house: House, dies: Callable[..., None], *, at: int, committed: bool, is_answered: bool
) -> None:
    def again(now: datetime) -> tuple[Issued, ...]:
        award = award_of(house.catalogue, evidence=(EVIDENCE,))
        return house.cycle.issue(award, now=now, request=REQUEST)

    later = NOW + timedelta(hours=2)

    dies(house, at=at, committed=committed)
    if not is_answered:
        with pytest.raises(ConflictError) as conflict:
            again(NOW)
        assert conflict.value.code is Code.IN_FLIGHT
    house.cycle.finish_recorded(now=later)
    assert [one.edition for one in again(later)] == list(Edition)
    awards = rows_of(house, AwardRow)
    assert [award.state for award in awards].count(AwardState.ISSUED) == 1
    assert [award.request_key for award in awards].count(REQUEST.key) == 1


@ON_SQLITE
def test_finishing_again_gives_the_very_same_bytes(house: House) -> None:
    issued = house.issue(evidence=(EVIDENCE,))
    later = NOW.replace(year=2030)
    assert tuple(house.cycle.finish(one.id, now=later) for one in issued) == issued


def test_what_a_crash_left_is_finished_on_every_database(
    house: House, dies: Callable[..., None]
) -> None:
    dies(house, at=3, committed=True)
    assert house.cycle.finish_recorded(now=NOW) == 1
    for row in rows(house):
        assert row.json_bytes is not None
        assert house.verify(row.json_bytes).verdict is Verdict.VERIFIED


@ON_SQLITE
def test_what_was_never_recorded_is_never_signed(house: House, dies: Callable[..., None]) -> None:
    dies(house, at=2, committed=False)
    for row in rows(house):
        with pytest.raises(ConflictError, match=r"was reserved and never recorded$"):
            house.cycle.finish(row.id, now=NOW)
        assert row.unsigned_document is None
    assert all(row.json_bytes is None for row in rows(house))


def test_what_a_crash_left_of_a_person_is_cleared_after_an_hour(
    house: House, dies: Callable[..., None]
) -> None:
    def award() -> AwardRow:
        with house.database.read() as session:
            return session.scalars(select(AwardRow)).one()

    dies(house, at=2, committed=False)
    hour = timedelta(hours=1)
    house.cycle.finish_recorded(now=NOW + hour)  # it might still be running
    kept = award()
    assert kept.recipient_identifier is not None
    assert b"learner" not in kept.recipient_identifier
    opened = unseal(kept.recipient_identifier, house.keystore, bound_to=kept.id)
    assert "learner@example.org" in opened
    house.cycle.finish_recorded(now=NOW + hour + timedelta(seconds=1))
    assert award().recipient_identifier is award().details is None
    assert award().request_key is award().request_sha256 is None
    assert rows_of(house, ClaimRow) == []


@ON_SQLITE
def test_a_record_that_was_changed_is_named_and_never_signed(
    house: House, dies: Callable[..., None]
) -> None:
    dies(house, at=2, committed=True)
    changed = rows(house)[0]
    with house.database.write() as session:
        row = session.get_one(CredentialRow, changed.id)
        row.unsigned_document = (row.unsigned_document or b"").replace(b"2026-03-01", b"2020-03-01")
    sentence = (
        f"^{changed.credential_url} is on record and cannot be finished: .* not the one that was"
        " to be signed; revoking it lets awards go on$"
    )
    with pytest.raises(RefusedError, match=sentence):
        house.cycle.finish_recorded(now=NOW)
    assert rows(house)[0].json_bytes is None
    house.revoke(changed.credential_url)
    assert house.cycle.finish_recorded(now=NOW) == 0


def test_what_is_on_record_can_be_revoked_and_is_never_released_then(
    house: House, dies: Callable[..., None]
) -> None:
    dies(house, at=2, committed=True)
    house.revoke(rows(house)[0].id)
    for publish in (False, True):  # whether readers know already changes nothing
        if publish:
            house.publish()
        assert house.cycle.finish_recorded(now=NOW) == 0
        assert {row.state for row in rows(house)} == {CredentialState.LINTED}
    with house.database.read() as session:
        assert session.scalars(select(AwardRow)).one().state is AwardState.REVOKED
    (after,) = house.issue()
    assert house.verify(after.forms.json).verdict is Verdict.VERIFIED


@ON_SQLITE
def test_a_revocation_just_before_the_release_stops_it(
    house: House, dies: Callable[..., None]
) -> None:
    dies(house, at=2, committed=True)
    (plain, _) = rows(house)
    house.revoke(plain.id)
    with pytest.raises(ConflictError, match=r"was revoked before it was released$"):
        house.cycle.finish(plain.id, now=NOW)
    assert rows(house)[0].json_bytes is None


@ON_SQLITE
def test_after_a_long_pause_the_lists_are_signed_anew_first(
    house: House, dies: Callable[..., None]
) -> None:
    dies(house, at=2, committed=True)
    later = NOW + timedelta(days=30)
    assert house.cycle.finish_recorded(now=later) == 2
    for row in rows(house):
        assert row.json_bytes is not None
        assert house.verify(row.json_bytes, now=later).verdict is Verdict.VERIFIED


@ON_SQLITE
def test_of_two_that_finish_the_same_the_second_takes_the_bytes_of_the_first(
    house: House, dies: Callable[..., None], database_url: str
) -> None:
    dies(house, at=2, committed=True)
    first = rows(house)[0].id
    with closing(RivalledDatabase.open(database_url)) as database:
        database.rival = lambda: house.cycle.finish(first, now=NOW)
        later = NOW + timedelta(hours=1)  # so that its own bytes would be others
        second = replace(house.cycle, database=database).finish(first, now=later)
    assert second == house.cycle.finish(first, now=NOW)
    assert second.forms.json == rows(house)[0].json_bytes


# How each database is made to refuse the last write of the cycle, and to take it again.
_REFUSALS: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "sqlite": (
        [
            """CREATE TRIGGER refuse BEFORE UPDATE ON credentials WHEN NEW.state = 'SIGNED'
            BEGIN SELECT RAISE(ABORT, 'no room'); END"""
        ],
        ["DROP TRIGGER refuse"],
    ),
    "postgresql": (
        [
            """CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'no room'; END $$""",
            """CREATE TRIGGER refuse BEFORE UPDATE ON credentials FOR EACH ROW
            WHEN (NEW.state = 'SIGNED') EXECUTE FUNCTION refuse()""",
        ],
        ["DROP TRIGGER refuse ON credentials", "DROP FUNCTION refuse"],
    ),
    "mariadb": (
        [
            """CREATE TRIGGER refuse BEFORE UPDATE ON credentials FOR EACH ROW
            IF NEW.state = 'SIGNED' THEN
            SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no room'; END IF"""
        ],
        ["DROP TRIGGER refuse"],
    ),
}


@contextmanager
def broken_release(house: House) -> Iterator[None]:
    """A database that refuses the last write of the cycle, whatever the reason."""

    def say(statements: Sequence[str]) -> None:
        with house.database.write() as session:
            for statement in statements:
                session.execute(text(statement))

    with house.database.read() as session:
        refuse, take_again = _REFUSALS[session.get_bind().dialect.name]
    say(refuse)
    yield
    say(take_again)


def test_a_release_that_the_database_refuses_leaves_on_record_what_was_to_be_signed(
    house: House,
) -> None:
    with broken_release(house), pytest.raises(DBAPIError, match="no room"):
        house.issue()
    (row,) = rows(house)
    assert (row.state, row.json_bytes, row.jws_bytes) == (CredentialState.LINTED, None, None)
    assert row.unsigned_document is not None
    assert row.credential_url.encode() in row.unsigned_document
    assert house.cycle.finish_recorded(now=NOW) == 1
    (row,) = rows(house)
    assert row.json_bytes is not None
    house.revoke(row.id)
    house.publish()
    report = house.verify(row.json_bytes)
    assert [one.code for one in report.findings if one.outcome is Outcome.FAILED] == [Code.REVOKED]
