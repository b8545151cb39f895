"""Status lists: random unique indexes, bits read from revocations, lists that never grow old."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from issuer.policy import (
    STATUS_LIST_ENTRIES,
    STATUS_LIST_FULL,
    STATUS_LIST_LIFETIME,
    STATUS_LIST_RENEWAL,
)
from issuer.publication import export, publish
from issuer.revocation import revoke
from issuer.status import publish_due, reserve_index
from issuer.tables import (
    CredentialRow,
    OutboxRow,
    PublishedDocumentRow,
    RevocationRow,
    RevokedIndexRow,
    StatusListRow,
)
from openbadges import status_list
from openbadges.errors import Code, RefusedError
from openbadges.strict import Document, parse_json_object
from storage import Database
from tests.issuing import NOW, ON_SQLITE, House
from verifier import Verdict
from verifier.published import PublicFolder

MINUTE = timedelta(minutes=1)
WORKERS = 4
AWARDS_OF_EACH = 2
A_WHILE = 0.3  # seconds, for who waits at a lock


def lists(database: Database) -> list[StatusListRow]:
    with database.read() as session:
        return list(session.scalars(select(StatusListRow).order_by(StatusListRow.opened_at)))


def indexes(database: Database) -> list[tuple[str, int]]:
    with database.read() as session:
        rows = session.scalars(select(CredentialRow)).all()
    return [(row.status_list_id, row.status_index) for row in rows]


def published(house: House, row: StatusListRow) -> Document:
    return parse_json_object(house.published(row.url), what="a status list")


def bits(house: House, row: StatusListRow) -> set[int]:
    encoded = published(house, row)["credentialSubject"]["encodedList"]
    decoded = status_list.decode(encoded)
    assert len(decoded) * 8 == STATUS_LIST_ENTRIES
    return {
        place * 8 + bit
        for place, byte in enumerate(decoded)
        for bit in range(8)
        if byte & (0x80 >> bit)
    }


def fill(house: House) -> None:
    with house.database.write() as session:
        session.scalars(select(StatusListRow)).one().reserved_count = STATUS_LIST_FULL


@ON_SQLITE
def test_indexes_are_drawn_at_random_over_the_whole_list(house: House) -> None:
    with house.database.write() as session:
        drawn = [reserve_index(session, house.issuer, NOW)[1] for _ in range(200)]
    assert any(second < first for first, second in pairwise(drawn))
    assert {index * 4 // STATUS_LIST_ENTRIES for index in drawn} == {0, 1, 2, 3}
    assert len(set(drawn)) > 190
    assert lists(house.database)[0].reserved_count == 200


@ON_SQLITE
def test_an_index_that_is_taken_is_drawn_again(house: House) -> None:
    house.issue()
    with house.database.write() as session:
        session.scalars(select(CredentialRow)).one().status_index = 0
        session.scalars(select(StatusListRow)).one().capacity = 2
        drawn = {reserve_index(session, house.issuer, NOW)[1] for _ in range(20)}
    assert drawn == {1}


@ON_SQLITE
def test_no_index_is_given_twice_and_all_are_in_one_list(house: House) -> None:
    for _ in range(3):
        house.issue()
    assert len(set(indexes(house.database))) == 3
    (row,) = lists(house.database)
    assert (row.reserved_count, row.capacity) == (3, STATUS_LIST_ENTRIES)


def test_awarding_from_many_sides_at_once_loses_and_doubles_nothing(house: House) -> None:
    def work(_: int) -> None:
        for _ in range(AWARDS_OF_EACH):
            (issued,) = house.issue()
            house.revoke(issued.id)
            house.publish()

    with ThreadPoolExecutor(WORKERS) as workers:
        list(workers.map(work, range(WORKERS)))
    given = indexes(house.database)
    assert len(set(given)) == len(given) == WORKERS * AWARDS_OF_EACH
    for row in lists(house.database):
        assert bits(house, row) == {index for listed, index in given if listed == row.id}


def test_two_first_reservations_at_once_open_one_list(house: House) -> None:
    def reserve() -> int:
        return house.database.transact(lambda one: reserve_index(one, house.issuer, NOW)[1])

    with ThreadPoolExecutor(1) as workers:
        with house.database.write() as session:
            reserve_index(session, house.issuer, NOW)
            other = workers.submit(reserve)
            wait([other], timeout=A_WHILE)
        other.result()
    assert [row.reserved_count for row in lists(house.database)] == [2]


def test_a_revocation_while_lists_are_published_stays_due(house: House) -> None:
    """The list's job is locked before the look, so a revocation afterwards waits."""
    (issued,) = house.issue()
    with ThreadPoolExecutor(1) as workers:
        with house.database.write() as session:
            publish_due(session, house.issuer, house.keystore, NOW)
            other = workers.submit(house.revoke, issued.id)
            wait([other], timeout=A_WHILE)
        other.result()
    with house.database.read() as session:
        (job,) = session.scalars(select(OutboxRow)).all()
    assert (job.done_at, job.issuer_id) == (None, house.issuer.id)


def test_a_revocation_that_is_under_way_is_published_by_who_ticks_it_off(house: House) -> None:
    (issued,) = house.issue()
    with ThreadPoolExecutor(1) as workers:
        with house.database.write() as session:
            revoke(session, issued.id, reason="a mistake", now=NOW)
            session.flush()
            other = workers.submit(house.publish)
            wait([other], timeout=A_WHILE)
        assert other.result() == 1
    assert house.verify(issued.forms.json).verdict is Verdict.REJECTED


def test_bits_are_read_from_the_revocations_alone(house: House) -> None:
    for _ in range(2):
        (kept,), (revoked,) = house.issue(), house.issue()
        house.revoke(revoked.id)
        house.publish()
        assert house.verify(kept.forms.json).verdict is Verdict.VERIFIED
        assert house.verify(revoked.forms.json).verdict is Verdict.REJECTED
    (row,) = lists(house.database)
    assert len(bits(house, row)) == 2


@ON_SQLITE
def test_reserving_changes_no_published_bit(house: House) -> None:
    house.issue()
    (row,) = lists(house.database)
    before = house.published(row.url)
    house.issue()
    assert house.published(row.url) == before
    assert house.publish() == 0
    later = NOW + STATUS_LIST_RENEWAL
    assert house.publish(now=later) == 1
    encoded = parse_json_object(before, what="it")["credentialSubject"]["encodedList"]
    assert published(house, row)["credentialSubject"]["encodedList"] == encoded


@ON_SQLITE
def test_a_list_is_signed_anew_after_a_day_and_not_before(house: House) -> None:
    (issued,) = house.issue()
    (row,) = lists(house.database)
    assert house.publish(now=NOW + STATUS_LIST_RENEWAL - MINUTE) == 0
    assert house.publish(now=NOW + STATUS_LIST_RENEWAL) == 1
    assert published(house, row)["validFrom"] == "2026-03-02T11:59:00Z"
    with house.database.read() as session:
        document = session.get_one(PublishedDocumentRow, row.url)
    assert (document.sequence, document.published_at) == (2, NOW + STATUS_LIST_RENEWAL)
    last = NOW + STATUS_LIST_RENEWAL + STATUS_LIST_LIFETIME - MINUTE
    assert house.verify(issued.forms.json, now=last).verdict is Verdict.VERIFIED
    stale = house.verify(issued.forms.json, now=last + MINUTE)
    assert stale.verdict is Verdict.INCONCLUSIVE
    assert Code.STALE in {finding.code for finding in stale.findings}


def test_a_full_list_is_closed_and_another_is_opened(house: House) -> None:
    (before,) = house.issue()
    fill(house)
    (after,) = house.issue()
    first, second = sorted(lists(house.database), key=lambda row: row.closed_at is None)
    assert (first.closed_at, second.closed_at) == (NOW, None)
    assert second.reserved_count == 1
    for issued in (before, after):
        assert house.verify(issued.forms.json).verdict is Verdict.VERIFIED


@ON_SQLITE
def test_a_closed_list_still_tells_what_is_revoked(house: House) -> None:
    (before,) = house.issue()
    fill(house)
    (after,) = house.issue()
    house.revoke(before.id)
    assert house.publish() == 1
    assert house.verify(before.forms.json).verdict is Verdict.REJECTED
    assert house.verify(after.forms.json).verdict is Verdict.VERIFIED
    assert house.publish(now=NOW + STATUS_LIST_RENEWAL) == 2


def test_the_publication_of_a_list_is_due_after_a_release_and_a_revocation(house: House) -> None:
    def due() -> bool:
        with house.database.read() as session:
            (job,) = session.scalars(select(OutboxRow)).all()
        assert job.subject_id == lists(house.database)[0].id
        return job.done_at is None

    (issued,) = house.issue()
    assert due()
    assert house.publish() == 0
    assert not due()
    house.revoke(issued.id)
    assert due()
    house.publish()
    assert not due()


def forget_revocations(house: House) -> None:
    """Put the database back to before anything was revoked, as an older copy of it would."""
    with house.database.write() as session:
        session.execute(delete(RevocationRow))


@ON_SQLITE
def test_a_list_is_never_published_that_says_less_than_the_one_before(house: House) -> None:
    (issued,) = house.issue()
    house.revoke(issued.id)
    house.publish()
    (row,) = lists(house.database)
    before = house.published(row.url)
    forget_revocations(house)
    with pytest.raises(RefusedError, match="says of 1 more that they are revoked"):
        house.publish(now=NOW + STATUS_LIST_RENEWAL)
    assert house.published(row.url) == before


@ON_SQLITE
def test_a_list_begins_no_earlier_than_the_one_before(house: House) -> None:
    (first,) = house.issue()
    (second,) = house.issue()
    (third,) = house.issue()
    (row,) = lists(house.database)
    house.revoke(first.id)
    house.publish(now=NOW + 5 * MINUTE)
    begun = published(house, row)["validFrom"]
    house.revoke(second.id)
    house.publish(now=NOW + 5 * MINUTE - timedelta(seconds=20))  # who waited for the lock
    assert published(house, row)["validFrom"] == begun
    assert len(bits(house, row)) == 2
    house.revoke(third.id)
    with pytest.raises(RefusedError, match="the clock says"):
        house.publish(now=NOW - STATUS_LIST_RENEWAL)


@ON_SQLITE
def test_an_index_whose_credential_is_not_known_stays_revoked(house: House) -> None:
    house.issue()
    (row,) = lists(house.database)
    with house.database.write() as session:
        session.add(RevokedIndexRow(status_list_id=row.id, status_index=7, learnt_at=NOW + MINUTE))
    assert house.publish(now=NOW + MINUTE) == 1
    assert bits(house, row) == {7}
    assert house.publish(now=NOW + 2 * MINUTE) == 0


@ON_SQLITE
def test_a_file_that_says_more_than_the_database_stays(house: House, tmp_path: Path) -> None:
    public = PublicFolder(tmp_path / "public", "https://badges.example")
    (issued,) = house.issue()
    (row,) = lists(house.database)
    older = house.published(row.url)
    house.revoke(issued.id)
    house.publish()
    export(house.database, public)
    newer = public.read(row.url)
    with house.database.write() as session:
        session.get_one(PublishedDocumentRow, row.url).body = older
        publish(session, "https://badges.example/another", b"x", media_type="text/plain", now=NOW)
    with pytest.raises(RefusedError, match="insignia status catch-up"):
        export(house.database, public)
    assert public.read(row.url) == newer
    assert public.read("https://badges.example/another") == b"x"
