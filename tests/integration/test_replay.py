"""What was closed after a copy of the rows was made is closed again by replaying the journal."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from issuer.audit import JOURNAL, head_position
from issuer.batches.undoing import undo_batch
from issuer.catching_up import OurList
from issuer.claims import claim_code, look_at_claim, take
from issuer.issuance_log import DatabaseIssuanceLog
from issuer.jobs import take as take_job
from issuer.journal import Journal, entries_after
from issuer.manage_links import find_managed
from issuer.manage_links import replace as replace_link
from issuer.notices import make_notice, note_sent
from issuer.publication import PublishedDocuments
from issuer.published_lists import PublishedList
from issuer.reissue import reissue
from issuer.released import set_public
from issuer.replay import replay
from issuer.rotation import Rotation, find_owners, rotate
from issuer.settling import AtHand, Settled, settle
from issuer.share_links import find_shared, withdraw
from issuer.tables import (
    AwardRow,
    AwardState,
    BatchRecipientRow,
    BatchRow,
    BatchRowState,
    BatchState,
    CredentialRow,
    CredentialState,
    Edition,
    IssuerKeyRow,
    NoticeRow,
    NoticeState,
    RevokedIndexRow,
    StatusListRow,
)
from issuer.undo import undo
from keys import Purpose
from keys.rotation import OVERLAP
from openbadges.errors import ConflictError, MissingError, RefusedError
from storage import Database, portable
from storage.columns import Row
from tests.batches import InterruptedDatabase, at, learners, lines, make, run
from tests.handing import AFTER, award_plainly, award_row, credential_row, rows_of, share, take_it
from tests.issuing import NOW, ON_SQLITE, House
from verifier import Verdict, Verifier

pytestmark = ON_SQLITE
LATER = AFTER + timedelta(minutes=1)


class Copied:
    """A house whose acts are in a journal, a copy of its rows, and the way back to them."""

    def __init__(self, house: House, journal: Journal) -> None:
        self.house, self.journal = house, journal
        with house.database.snapshot() as session:
            self.head = head_position(session)
            self.rows = {
                name: (columns, list(portable.read_rows(session, name, columns)))
                for name, columns in portable.tables().items()
            }

    def put_back(self, **changes: Any) -> Settled:  # noqa: ANN401 -- the fields of AtHand
        """Lose the database, put the copy back, and settle it with what came after."""
        found = [
            OurList(self.house.issuer.did, PublishedList.read(self.house.published(url)))
            for url in self._lists()
        ]
        at_hand = AtHand(
            entries=entries_after([self.journal.path], self.head),
            records=self.house.keystore.list(),
            find_lists=lambda _: found,
            published=lambda _: None,
        )
        with self.house.database.write() as session:
            for table in reversed(Row.metadata.sorted_tables):
                session.execute(table.delete())
            for name, (columns, rows) in self.rows.items():
                portable.write_rows(session, name, columns, rows)
        with self.house.database.write() as session:
            return settle(session, replace(at_hand, **changes), LATER)

    def _lists(self) -> list[str]:
        return [row.url for row in rows_of(self.house, StatusListRow)]


@pytest.fixture
def house(house: House, database_url: str, tmp_path: Path) -> Iterator[House]:
    """A house whose acts are written to a journal, after those of its making."""
    database = Database.open(database_url, info={JOURNAL: Journal(tmp_path / "journal")})
    yield replace(house, database=database)
    database.close()


@pytest.fixture
def copied(house: House, tmp_path: Path) -> Callable[[], Copied]:
    """Copy the rows of the house as they are now."""
    return lambda: Copied(house, Journal(tmp_path / "journal"))


def test_an_award_that_was_undone_stays_undone(house: House, copied: Callable[[], Copied]) -> None:
    issued = award_plainly(house)
    before = copied()
    house.database.transact(lambda session: undo(session, issued.award_id, now=NOW, undone_by=None))
    house.publish()
    before.put_back()
    award = award_row(house, issued.award_id)
    assert (award.state, award.recipient_identifier) == (AwardState.UNDONE, None)
    row = credential_row(house, issued.id)
    assert (row.json_bytes, row.jws_bytes, row.unsigned_document) == (None, None, None)
    house.publish(now=LATER)
    assert house.verify(issued.forms.json, now=LATER).verdict is Verdict.REJECTED


def test_a_badge_that_was_taken_is_its_owners_alone(
    house: House, copied: Callable[[], Copied]
) -> None:
    issued = award_plainly(house)
    before = copied()
    token = take_it(house, issued.award_id)
    before.put_back()
    code = claim_code(issued.award_id, house.keystore)
    with house.database.read() as session:
        assert look_at_claim(session, code, LATER).taken_at == AFTER
        assert find_managed(session, token) == issued.award_id
    with pytest.raises(ConflictError, match="already taken"):
        house.database.transact(lambda session: take(session, code, house.keystore, LATER))


def test_a_link_that_was_replaced_opens_nothing_and_the_new_one_does(
    house: House, copied: Callable[[], Copied]
) -> None:
    issued = award_plainly(house)
    old = take_it(house, issued.award_id)
    before = copied()
    new = house.database.transact(
        lambda session: replace_link(session, issued.award_id, house.keystore, LATER)
    )
    before.put_back()
    with house.database.read() as session:
        assert find_managed(session, new) == issued.award_id
        with pytest.raises(MissingError):
            find_managed(session, old)


def test_what_was_withdrawn_or_hidden_is_shown_to_nobody(
    house: House, copied: Callable[[], Copied]
) -> None:
    issued = award_plainly(house)
    take_it(house, issued.award_id)
    link = share(house, issued)

    def show(*, public: bool) -> None:
        house.database.transact(
            lambda session: set_public(
                session, issued.award_id, Edition.PLAIN, public=public, now=AFTER
            )
        )

    show(public=True)
    before = copied()
    show(public=False)
    house.database.transact(lambda session: withdraw(session, issued.award_id, link.id, AFTER))
    before.put_back()
    assert credential_row(house, issued.id).public_since is None
    with house.database.read() as session, pytest.raises(MissingError):
        find_shared(session, link.token or "", LATER)


def test_a_revocation_that_was_not_public_yet_is_not_lost(
    house: House, copied: Callable[[], Copied]
) -> None:
    (known,) = house.issue()
    before = copied()
    (unknown,) = house.issue()
    house.publish()
    house.revoke(known.id)
    house.revoke(unknown.id)
    settled = before.put_back()
    assert settled.caught_up.credentials == settled.caught_up.indexes == 0  # none was public
    assert len(rows_of(house, RevokedIndexRow)) == 1
    house.publish(now=LATER)
    for one in (known, unknown):
        assert house.verify(one.forms.json, now=LATER).verdict is Verdict.REJECTED


def test_a_badge_that_the_copy_does_not_know_is_still_on_record(
    house: House, copied: Callable[[], Copied]
) -> None:
    house.issue()
    before = copied()
    (lost,) = house.issue()
    before.put_back()
    log = DatabaseIssuanceLog(house.database)
    recorded = log.issued(house.issuer.did, lost.url)
    assert recorded is not None
    assert len(recorded.hashes) == 1
    never = log.issued(house.issuer.did, f"{house.issuer.base_url}/credentials/never")
    assert never is not None
    assert never.hashes == frozenset()  # a forgery is one still


def test_an_award_whose_credential_was_replaced_goes_on(
    house: House, copied: Callable[[], Copied]
) -> None:
    (first,) = house.issue()
    before = copied()
    second = reissue(house.cycle, first.id, now=NOW)
    before.put_back()
    award = award_row(house, first.award_id)
    assert award.state is AwardState.ISSUED
    house.publish(now=LATER)
    assert house.verify(first.forms.json, now=LATER).verdict is Verdict.REJECTED
    assert house.verify(second.forms.json, now=LATER).verdict is Verdict.VERIFIED


def test_what_was_only_reserved_is_never_signed_a_second_time(
    house: House, copied: Callable[[], Copied]
) -> None:
    copies: list[Copied] = []
    with_breaks = InterruptedDatabase(house.database._engine, house.database._info)  # noqa: SLF001 -- the same database
    with_breaks.after[1] = lambda: copies.append(copied())
    (issued,) = replace(house, database=with_breaks).issue()
    (before,) = copies
    settled = before.put_back()
    assert settled.dropped_awards == 1
    row = credential_row(house, issued.id)
    assert (row.state, row.unsigned_document) == (CredentialState.RESERVED, None)
    assert house.cycle.finish_recorded(now=LATER + timedelta(hours=1)) == 0
    log = DatabaseIssuanceLog(house.database)
    recorded = log.issued(house.issuer.did, issued.url)
    assert recorded is not None
    assert len(recorded.hashes) == 1
    report = Verifier(PublishedDocuments(house.database), issuance_log=log).verify(
        issued.forms.json, now=LATER
    )
    assert report.verdict is Verdict.VERIFIED


def test_a_batch_or_a_row_that_was_undone_is_awarded_to_nobody(
    house: House, copied: Callable[[], Copied]
) -> None:
    whole = make(house, lines(*learners(2)))
    before = copied()
    undo_batch(house.database, whole, clock=at(NOW), undone_by=None)
    before.put_back()
    (batch,) = rows_of(house, BatchRow)
    assert batch.state is BatchState.UNDONE
    run(house, now=LATER)
    assert {row.state for row in rows_of(house, BatchRecipientRow)} == {BatchRowState.UNDONE}
    assert rows_of(house, CredentialRow) == []


def test_a_row_of_a_batch_that_was_undone_is_not_awarded(
    house: House, copied: Callable[[], Copied]
) -> None:
    batch = make(house, lines(*learners(2)))
    before = copied()
    undo_batch(house.database, batch, numbers=[1], clock=at(NOW), undone_by=None)
    before.put_back()
    run(house, now=LATER)
    found = {row.number: row.state for row in rows_of(house, BatchRecipientRow)}
    assert found == {1: BatchRowState.UNDONE, 2: BatchRowState.AWARDED}


def test_whom_a_batch_reached_since_the_copy_is_not_awarded_again(
    house: House, copied: Callable[[], Copied]
) -> None:
    make(house, lines(*learners(2)))
    before = copied()
    run(house)
    before.put_back()
    run(house, now=LATER)
    assert [row.state for row in rows_of(house, BatchRecipientRow)] == [BatchRowState.ALREADY] * 2
    assert rows_of(house, AwardRow) == []


def test_who_was_only_reserved_in_the_copy_and_got_the_badge_since_is_not_awarded_again(
    house: House, copied: Callable[[], Copied]
) -> None:
    make(house, lines(*learners(1)))
    copies: list[Copied] = []

    def copy_the_reserved() -> None:
        if {row.state for row in rows_of(house, CredentialRow)} == {CredentialState.RESERVED}:
            copies.append(copied())

    with_breaks = InterruptedDatabase(house.database._engine, house.database._info)  # noqa: SLF001 -- the same database
    with_breaks.after.update(dict.fromkeys(range(1, 20), copy_the_reserved))
    run(replace(house, database=with_breaks))
    copies[0].put_back()
    run(house, now=LATER)
    (row,) = rows_of(house, BatchRecipientRow)
    assert (row.state, row.recipient_identifier) == (BatchRowState.ALREADY, None)


def test_a_notice_that_was_sent_since_the_copy_is_not_sent_again(
    house: House, copied: Callable[[], Copied]
) -> None:
    issued = award_plainly(house)
    with house.database.write() as session:
        make_notice(session, session.get_one(AwardRow, issued.award_id), NOW, NOW)
    before = copied()
    with house.database.write() as session:
        job = take_job(session, NOW)
        assert job is not None
        note_sent(session, job, NOW)
    before.put_back()
    with house.database.write() as session:
        assert take_job(session, LATER) is None
    assert [row.state for row in rows_of(house, NoticeRow)] == [NoticeState.SENT]


def test_replaying_again_changes_nothing(house: House, copied: Callable[[], Copied]) -> None:
    issued = award_plainly(house)
    before = copied()
    take_it(house, issued.award_id)
    house.database.transact(
        lambda session: replace_link(session, issued.award_id, house.keystore, LATER)
    )
    house.revoke(issued.id, now=LATER)
    before.put_back()
    once = Copied(house, before.journal).rows
    entries = entries_after([before.journal.path], before.head)
    with house.database.write() as session:
        assert replay(session, entries) > 0
    again = Copied(house, before.journal).rows
    assert {name for name, rows in again.items() if rows != once[name]} == set()


def test_a_key_that_was_made_and_published_since_stays_listed(
    house: House, copied: Callable[[], Copied]
) -> None:
    before = copied()
    with house.database.read() as session:
        owners = find_owners(session, house.issuer.did, (Purpose.CREDENTIAL,))
    turning = Rotation(house.issuer.base_url, house.keystore)
    rotate(house.database, turning, owners, now=NOW, overlap=OVERLAP)
    address = house.issuer.did_document_url or ""
    newest = house.published(address)
    known = {row.key_id for row in rows_of(house, IssuerKeyRow)}
    settled = before.put_back(published={address: newest}.get)
    assert settled.learnt_keys == 1
    assert {row.key_id for row in rows_of(house, IssuerKeyRow)} == known
    assert house.published(address) == newest


def test_keys_of_another_installation_are_refused(
    house: House, copied: Callable[[], Copied]
) -> None:
    before = copied()
    house.issue()
    with pytest.raises(RefusedError, match="the keystore lacks the key"):
        before.put_back(records=())


def test_a_key_that_was_retired_since_is_named(house: House, copied: Callable[[], Copied]) -> None:
    older = house.keystore.list()
    before = copied()
    with house.database.read() as session:
        owners = find_owners(session, house.issuer.did, (Purpose.CREDENTIAL,))
    turning = Rotation(house.issuer.base_url, house.keystore)
    rotate(house.database, turning, owners, now=NOW, overlap=timedelta(0))
    with suppress(RefusedError):
        house.database.transact(lambda session: turning.turn(session, NOW + timedelta(days=365)))
    settled = before.put_back(records=older)
    assert [state for _, state in settled.keys_to_mark] == ["retired"]
