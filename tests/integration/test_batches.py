"""A batch awards everybody in its list once, however often it is cut off, and can be undone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from sqlalchemy import select

from issuer.audit import Act
from issuer.award import Evidence
from issuer.batches.lists import MAXIMUM_RECIPIENTS, lines_of
from issuer.batches.making import repeat_batch
from issuer.batches.showing import BatchSummary, list_batches, list_rows, load_batch
from issuer.batches.undoing import Undoing, undo_batch
from issuer.claims import release_now
from issuer.jobs import LEASE, LeaseLostError
from issuer.requests import request_key
from issuer.revocation import revoke
from issuer.tables import (
    AuditEntryRow,
    AwardRow,
    AwardState,
    BatchRecipientRow,
    BatchRow,
    BatchRowState,
    BatchState,
    CredentialRow,
    CredentialState,
    RevocationRow,
)
from keys import Purpose
from openbadges.errors import Code, ConflictError, MissingError, RefusedError, UnavailableError
from openbadges.strict import parse_json
from tests.amounts import amount
from tests.batches import (
    InterruptedDatabase,
    at,
    learners,
    lines,
    make,
    run,
    take_batch,
    turn,
)
from tests.handing import AFTER, all_at_once, award_plainly, rows_of
from tests.issuing import EVIDENCE, NOW, ON_SQLITE, House
from verifier import Verdict

LATER = NOW + LEASE  # when the lease of who died has ended
REQUEST = request_key("token:1", "a key", b"what is asked")
# Between one transaction and the next stands an arrow, where no database could make a difference.
ARROWS = 10  # of a batch of two: begin, four for each row, end
RESERVE, RECORD, RELEASE, WRITE = 2, 3, 4, 5  # those of the first row


class PowerCutError(Exception):
    """The process is gone."""


def cut() -> None:
    raise PowerCutError


@pytest.fixture
def interrupted(database_url: str) -> Iterator[InterruptedDatabase]:
    """The same database, as another process has it open."""
    opened = InterruptedDatabase.open(database_url)
    yield opened
    opened.close()


def summary(house: House, batch_id: str) -> BatchSummary:
    with house.database.read() as session:
        return load_batch(session, batch_id)


def states(house: House, batch_id: str) -> list[BatchRowState]:
    with house.database.read() as session:
        return [row.state for row in list_rows(session, batch_id)]


def released(house: House) -> list[CredentialRow]:
    return [row for row in rows_of(house, CredentialRow) if row.json_bytes is not None]


def undo_it(house: House, batch_id: str, *numbers: int) -> Undoing:
    return undo_batch(
        house.database, batch_id, numbers=numbers or None, clock=at(NOW), undone_by="account:1"
    )


def check_each_has_one(house: House, count: int) -> None:
    """Assert that so many people have one badge each, with an index of its own."""
    awards = {row.id: row for row in rows_of(house, AwardRow)}
    badges = released(house)
    people = [awards[row.award_id or ""].recipient_hash for row in badges]
    assert len(set(people)) == len(people) == count
    every = rows_of(house, CredentialRow)
    assert len({(row.status_list_id, row.status_index) for row in every}) == len(every)


# Making


def test_everybody_in_a_list_is_awarded_once_and_the_badges_verify(house: House) -> None:
    count = amount(3, 250)  # more than are read at once
    batch = make(house, lines(*learners(count)))
    run(house)
    found = summary(house, batch)
    assert (found.state, found.done_at, found.recipients) == (BatchState.DONE, NOW, count)
    assert found.counts[BatchRowState.AWARDED] == count
    check_each_has_one(house, count)
    for row in released(house):
        assert house.verify(row.json_bytes or b"").verdict is Verdict.VERIFIED


@ON_SQLITE
def test_who_is_in_a_list_is_sealed_and_goes_with_the_award(house: House) -> None:
    make(house, lines(*learners(2), evidence=(EVIDENCE,)))
    for row in rows_of(house, BatchRecipientRow):
        assert b"learner" not in (row.recipient_identifier or b"")
        assert b"edits" not in (row.details or b"")
    run(house)
    for row in rows_of(house, BatchRecipientRow):
        assert row.recipient_identifier is row.details is None
        assert row.award_id is not None


@ON_SQLITE
def test_recipients_are_awarded_as_the_batch_says(house: House) -> None:
    until = NOW + timedelta(days=30)
    terms: dict[str, Any] = {"language": "es", "valid_until": until, "awarded_by": "token:1"}
    make(house, lines("user:Example@meta.wikimedia.org"), **terms)
    run(house)
    (award,) = rows_of(house, AwardRow)
    assert (award.language, award.valid_until, award.awarded_by) == ("es", until, "token:1")
    (credential,) = released(house)
    assert "Amiga de la wiki" in (credential.json_bytes or b"").decode()


def test_the_lines_of_a_file_are_numbered_as_an_editor_does_and_may_have_notes() -> None:
    text = "\ufeff# Saturday\r\n\r\n learner@example.org \r\nuser:Example@meta.wikimedia.org"
    found = [(line.number, line.recipient.strip()) for line in lines_of(text)]
    assert found == [(3, "learner@example.org"), (4, "user:Example@meta.wikimedia.org")]


@ON_SQLITE
def test_a_list_is_refused_as_a_whole_with_the_lines_that_are_wrong(house: House) -> None:
    listed = lines("learner@example.org", "nobody", "Learner@EXAMPLE.org", "other@example.org")
    with pytest.raises(
        RefusedError,
        match=r"^nobody was awarded: line 2: the recipient 'nobody' is neither .*;"
        r" line 3: this is the person of line 1$",
    ):
        make(house, listed)
    with pytest.raises(RefusedError, match=r"line 10: .*; and 2 more$"):
        make(house, lines(*["nobody"] * 12))
    assert rows_of(house, BatchRow) == []


@ON_SQLITE
@pytest.mark.parametrize(
    ("reference", "recipients", "sentence"),
    [
        ("wiki-friend", (), "^a batch has 1 to 10000 recipients; found 0$"),
        ("wiki-friend", ("x",) * (MAXIMUM_RECIPIENTS + 1), "recipients; found 10001$"),
        ("draft", ("learner@example.org",), "line 1: draft@1 is a draft"),
        ("first-edits", ("learner@example.org",), "line 1: .* asks for evidence"),
    ],
    ids=["nobody", "too many", "a draft", "evidence is asked for"],
)
def test_what_cannot_be_awarded_makes_no_batch(
    house: House, reference: str, recipients: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(RefusedError, match=sentence):
        make(house, lines(*recipients), reference=reference)
    with pytest.raises(MissingError):
        make(house, lines("learner@example.org"), language="fr")


def test_the_same_request_gives_the_same_batch_and_makes_nothing(house: House) -> None:
    house.issue()
    first = all_at_once(4, lambda: make(house, lines(*learners(2)), request=REQUEST))
    assert len(set(first)) == len(rows_of(house, BatchRow)) == 1
    run(house)
    assert make(house, lines(*learners(2)), request=REQUEST) == first[0]
    other = request_key("token:1", "a key", b"something else")
    with pytest.raises(RefusedError) as refusal:
        make(house, lines(*learners(3)), request=other)
    assert refusal.value.code is Code.KEY_REUSED
    assert len(rows_of(house, BatchRecipientRow)) == 2


# What is in the way of one


def test_a_row_that_is_refused_is_told_and_tried_again_when_the_batch_is_repeated(
    house: House,
) -> None:
    bad = lines("learner@example.org", evidence=(Evidence(None, "pasted\x0btext"),))
    batch = make(house, (*bad, *lines("x@example.org", "other@example.org")[1:]))
    run(house)
    assert states(house, batch) == [BatchRowState.REFUSED, BatchRowState.AWARDED]
    with house.database.read() as session:
        refused, _ = list_rows(session, batch)
    assert refused.reason
    assert "learner" not in refused.reason
    with house.database.write() as session:
        assert repeat_batch(session, batch, now=NOW) == 1
    run(house)
    assert states(house, batch) == [BatchRowState.REFUSED, BatchRowState.AWARDED]
    check_each_has_one(house, 1)


def test_who_has_the_badge_gets_no_other_unless_it_is_meant(house: House) -> None:
    award_plainly(house)
    listed = lines("learner@example.org", "other@example.org")
    batch = make(house, listed)
    run(house)
    assert states(house, batch) == [BatchRowState.ALREADY, BatchRowState.AWARDED]
    again = make(house, listed, again=True)
    run(house)
    assert states(house, again) == [BatchRowState.AWARDED] * 2
    assert len(released(house)) == 4


@ON_SQLITE
def test_who_is_being_awarded_elsewhere_waits_and_the_others_do_not(house: House) -> None:
    single = award_plainly(house)
    with house.database.write() as session:  # as between steps 5 and 8
        row = session.get_one(AwardRow, single.award_id)
        row.state, row.recipient_identifier = AwardState.DECIDED, b"sealed"
    batch = make(house, lines("learner@example.org", "other@example.org"))
    with pytest.raises(ConflictError) as conflict:
        run(house)
    assert conflict.value.code is Code.IN_FLIGHT
    assert states(house, batch) == [BatchRowState.WAITING, BatchRowState.AWARDED]
    with house.database.write() as session:
        session.get_one(AwardRow, single.award_id).state = AwardState.ISSUED
    run(house, now=LATER)
    assert states(house, batch) == [BatchRowState.ALREADY, BatchRowState.AWARDED]


@ON_SQLITE
def test_keys_that_do_not_sign_refuse_nobody_and_end_the_turn(house: House) -> None:
    batch = make(house, lines(*learners(2)))
    key_id = house.issuer.signing_key(Purpose.CREDENTIAL, house.keystore).key_id
    house.keystore.retire(key_id, now=NOW)
    with pytest.raises(RefusedError):
        run(house)
    assert states(house, batch) == [BatchRowState.WAITING] * 2


# What cuts it off


@ON_SQLITE
@pytest.mark.parametrize("arrow", range(1, ARROWS + 1))
def test_a_batch_that_is_cut_off_at_any_arrow_is_resumed_and_awards_nobody_twice(
    house: House, interrupted: InterruptedDatabase, arrow: int
) -> None:
    batch = make(house, lines(*learners(2)))
    interrupted.before[arrow] = cut
    with pytest.raises(PowerCutError):
        turn(house, take_batch(house), database=interrupted)
    run(house, now=LATER)
    assert states(house, batch) == [BatchRowState.AWARDED] * 2
    assert summary(house, batch).state is BatchState.DONE
    check_each_has_one(house, 2)
    assert house.cycle.finish_recorded(now=NOW + timedelta(days=1)) == 0
    check_each_has_one(house, 2)


@ON_SQLITE
@pytest.mark.parametrize("arrow", range(RESERVE, WRITE + 1))
def test_who_was_thought_dead_and_comes_back_awards_nobody_a_second_time(
    house: House, interrupted: InterruptedDatabase, arrow: int
) -> None:
    batch = make(house, lines(*learners(2)))
    interrupted.before[arrow] = lambda: run(house, now=LATER)
    with pytest.raises(ConflictError):
        turn(house, take_batch(house), database=interrupted)
    assert states(house, batch) == [BatchRowState.AWARDED] * 2
    check_each_has_one(house, 2)


@ON_SQLITE
def test_a_database_that_is_away_in_the_middle_ends_the_turn_and_refuses_nobody(
    house: House, interrupted: InterruptedDatabase
) -> None:
    def away() -> None:
        raise UnavailableError("the database does not answer", code=Code.DATABASE)

    batch = make(house, lines(*learners(3)))
    interrupted.before[7] = away
    with pytest.raises(UnavailableError):
        turn(house, take_batch(house), database=interrupted)
    assert summary(house, batch).state is BatchState.RUNNING
    run(house, now=LATER)
    check_each_has_one(house, 3)


@ON_SQLITE
def test_an_undone_row_whose_worker_died_is_not_awarded_anew(
    house: House, interrupted: InterruptedDatabase
) -> None:
    batch = make(house, lines(*learners(2)))
    interrupted.before[WRITE] = cut
    with pytest.raises(PowerCutError):
        turn(house, take_batch(house), database=interrupted)
    undo_it(house, batch, 1)
    run(house, now=LATER)
    assert states(house, batch) == [BatchRowState.UNDONE, BatchRowState.AWARDED]
    check_each_has_one(house, 1)


# Undoing


def test_a_batch_is_undone_as_a_whole_within_the_hold(house: House) -> None:
    batch = make(house, lines(*learners(3)))
    run(house)
    assert undo_it(house, batch) == Undoing(3, {})
    assert summary(house, batch).state is BatchState.UNDONE
    assert states(house, batch) == [BatchRowState.UNDONE] * 3
    assert {row.state for row in rows_of(house, AwardRow)} == {AwardState.UNDONE}
    assert len(rows_of(house, RevocationRow)) == 3
    assert released(house) == []
    assert undo_it(house, batch) == Undoing(0, {})
    with house.database.write() as session, pytest.raises(RefusedError, match="was undone"):
        repeat_batch(session, batch, now=NOW)


@ON_SQLITE
def test_what_was_not_awarded_before_the_undoing_never_is(house: House) -> None:
    batch = make(house, lines(*learners(2)))
    assert undo_it(house, batch) == Undoing(2, {})
    assert {row.recipient_identifier for row in rows_of(house, BatchRecipientRow)} == {None}
    run(house)
    assert rows_of(house, AwardRow) == []
    assert summary(house, batch).state is BatchState.UNDONE


def test_rows_are_undone_by_their_numbers_and_the_others_stay(house: House) -> None:
    batch = make(house, lines(*learners(3)))
    run(house)
    assert undo_it(house, batch, 1, 3) == Undoing(2, {})
    assert summary(house, batch).state is BatchState.DONE
    undone, kept = BatchRowState.UNDONE, BatchRowState.AWARDED
    assert states(house, batch) == [undone, kept, undone]
    with house.database.write() as session:
        assert repeat_batch(session, batch, now=NOW) == 0
    run(house)
    check_each_has_one(house, 1)
    with pytest.raises(MissingError, match=r"^this batch has no line 4$"):
        undo_it(house, batch, 4)
    with pytest.raises(MissingError, match=r"^there is no batch"):
        undo_it(house, "nothing")


def test_what_can_no_longer_be_undone_is_kept_and_told(house: House) -> None:
    award_plainly(house)
    batch = make(house, lines("learner@example.org", *learners(3)))
    run(house)
    with house.database.read() as session:
        _, first, second, _ = list_rows(session, batch)
    house.database.transact(lambda session: release_now(session, first.award_id or "", NOW))
    with house.database.read() as session:
        url = session.scalars(
            select(CredentialRow.credential_url).where(CredentialRow.award_id == second.award_id)
        ).one()
    house.revoke(url)
    found = undo_it(house, batch, 1, 2, 3)
    assert found.undone == 0
    assert [reason.split(",")[0] for reason in found.kept.values()] == [
        "this person had the badge before",
        "this award could be undone until 2026-03-01 12:00 UTC; revoke it instead",
        "this award was revoked",
    ]
    assert undo_it(house, batch).undone == 1
    assert states(house, batch) == [
        BatchRowState.ALREADY,
        BatchRowState.AWARDED,
        BatchRowState.AWARDED,
        BatchRowState.UNDONE,
    ]


@ON_SQLITE
def test_after_the_hold_a_batch_is_not_undone(house: House) -> None:
    batch = make(house, lines(*learners(2)))
    run(house)
    with pytest.raises(RefusedError, match=r"can be undone any more; revoke them one by one"):
        undo_batch(house.database, batch, clock=at(AFTER), undone_by=None)
    assert summary(house, batch).state is BatchState.DONE
    assert undo_batch(house.database, batch, numbers=[2], clock=at(AFTER), undone_by=None).kept


@ON_SQLITE
@pytest.mark.parametrize("arrow", range(RESERVE, WRITE + 1))
def test_a_batch_that_is_undone_while_it_runs_stops_and_leaves_nobody_with_a_badge(
    house: House, interrupted: InterruptedDatabase, arrow: int
) -> None:
    batch = make(house, lines(*learners(2)))
    interrupted.before[arrow] = lambda: undo_it(house, batch)
    with pytest.raises(ConflictError):
        turn(house, take_batch(house), database=interrupted)
    assert states(house, batch) == [BatchRowState.UNDONE] * 2
    run(house)
    house.cycle.finish_recorded(now=NOW + timedelta(days=1))
    assert released(house) == []
    recorded = {row.id for row in rows_of(house, CredentialRow) if row.unsigned_sha256}
    assert {row.credential_id for row in rows_of(house, RevocationRow)} == recorded


@ON_SQLITE
@pytest.mark.parametrize("arrow", range(RESERVE, WRITE + 1))
def test_a_row_that_is_undone_while_it_is_awarded_is_not_and_the_next_one_is(
    house: House, interrupted: InterruptedDatabase, arrow: int
) -> None:
    batch = make(house, lines(*learners(2)))
    interrupted.before[arrow] = lambda: undo_it(house, batch, 1)
    with suppress(ConflictError):  # a release that comes too late ends the turn
        turn(house, take_batch(house), database=interrupted)
    if summary(house, batch).state is BatchState.RUNNING:
        run(house, now=LATER)
    assert states(house, batch) == [BatchRowState.UNDONE, BatchRowState.AWARDED]
    check_each_has_one(house, 1)


@ON_SQLITE
def test_an_undoing_that_is_cut_off_is_finished_by_the_batch_s_job(
    house: House, interrupted: InterruptedDatabase
) -> None:
    batch = make(house, lines(*learners(2)))
    run(house)
    interrupted.after[1] = cut
    with pytest.raises(PowerCutError):
        undo_batch(interrupted, batch, clock=at(NOW), undone_by=None)
    assert states(house, batch) == [BatchRowState.AWARDED] * 2
    run(house)
    assert states(house, batch) == [BatchRowState.UNDONE] * 2
    assert released(house) == []


@ON_SQLITE
def test_a_batch_that_is_repeated_while_it_runs_changes_hands_and_awards_nobody_twice(
    house: House, interrupted: InterruptedDatabase
) -> None:
    def again() -> None:
        with house.database.write() as session:
            repeat_batch(session, batch, now=NOW)

    batch = make(house, lines(*learners(2)))
    interrupted.before[WRITE] = again
    with pytest.raises(LeaseLostError):
        turn(house, take_batch(house), database=interrupted)
    run(house)
    assert states(house, batch) == [BatchRowState.AWARDED] * 2
    check_each_has_one(house, 2)


def test_of_a_batch_that_runs_and_is_undone_at_once_nobody_keeps_a_badge(house: House) -> None:
    count = 6
    batch = make(house, lines(*learners(count)))
    job = take_batch(house)
    begun = Event()

    def work() -> None:
        with suppress(ConflictError):
            turn(house, job, told=lambda _: begun.set())

    with ThreadPoolExecutor(1) as workers:
        other = workers.submit(work)
        assert begun.wait(60)
        undo_it(house, batch)
        other.result()
    run(house)
    assert states(house, batch) == [BatchRowState.UNDONE] * count
    assert released(house) == []


def test_two_who_believe_that_they_have_the_job_award_everybody_once(house: House) -> None:
    count = 6
    batch = make(house, lines(*learners(count)))
    dead, alive = take_batch(house), take_batch(house, now=LATER)
    jobs = iter((dead, alive))

    def work() -> bool:
        try:
            turn(house, next(jobs), now=LATER)
        except LeaseLostError:
            return False
        return True

    assert sorted(all_at_once(2, work)) == [False, True]
    assert states(house, batch) == [BatchRowState.AWARDED] * count
    check_each_has_one(house, count)


# Looking


@ON_SQLITE
def test_batches_are_listed_with_how_far_each_is(house: House) -> None:
    first = make(house, lines(*learners(2)))
    run(house)
    second = make(house, lines(*learners(3, start=3)))
    with house.database.read() as session:
        found = {one.batch_id: one for one in list_batches(session)}
        assert list_batches(session, issuer_ids=[]) == ()
        page = list_rows(session, second, after=1, limit=1)
    assert found.keys() == {first, second}
    assert found[first].is_finished
    assert found[second].counts[BatchRowState.WAITING] == 3
    assert [row.number for row in page] == [2]


@ON_SQLITE
def test_a_batch_and_its_undoing_stand_in_the_audit_log_without_anybody_s_name(
    house: House,
) -> None:
    batch = make(house, lines(*learners(2)), awarded_by="token:1")
    run(house)
    undo_it(house, batch)
    with house.database.read() as session:
        entries = session.scalars(select(AuditEntryRow).where(AuditEntryRow.subject == batch)).all()
    assert [(one.act, one.actor) for one in entries] == [
        (Act.BATCH_DECIDED, "token:1"),
        (Act.BATCH_UNDONE, "account:1"),
    ]
    assert parse_json(entries[0].details) == {"badgeClass": "wiki-friend@1", "recipients": 2}


@ON_SQLITE
def test_an_award_of_a_batch_that_was_revoked_on_its_way_is_not_made_anew(
    house: House, interrupted: InterruptedDatabase
) -> None:
    def revoke_it() -> None:
        (credential,) = rows_of(house, CredentialRow)
        with house.database.write() as session:
            revoke(session, credential.credential_url, reason="a mistake", now=NOW)

    batch = make(house, lines("learner@example.org"))
    interrupted.before[RELEASE] = revoke_it
    with pytest.raises(ConflictError, match="revoked before it was released"):
        turn(house, take_batch(house), database=interrupted)
    run(house, now=LATER)
    assert summary(house, batch).state is BatchState.DONE
    assert [row.state for row in rows_of(house, CredentialRow)] == [CredentialState.LINTED]


def test_a_clock_that_cannot_be_right_puts_a_batch_off_and_refuses_nobody(house: House) -> None:
    make(house, lines(*learners(2)))
    early = NOW - timedelta(days=1)
    job = take_batch(house)
    with pytest.raises(RefusedError) as refused:
        turn(house, job, now=early)
    assert refused.value.code is Code.CANNOT_SIGN
    assert {row.state for row in rows_of(house, BatchRecipientRow)} == {BatchRowState.WAITING}
    turn(house, job)
    assert {row.state for row in rows_of(house, BatchRecipientRow)} == {BatchRowState.AWARDED}
