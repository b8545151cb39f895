"""An award is undone within its hold: nothing of it stays but burnt indexes and hashes."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from issuer.claims import release_now
from issuer.issuance import Issued
from issuer.issuance_log import DatabaseIssuanceLog
from issuer.recipients import recipient_hash
from issuer.released import load_released
from issuer.revocation import revoke
from issuer.standing import earlier_awards
from issuer.tables import AwardState, ClaimRow, CredentialRow, Edition, RevocationRow
from issuer.undo import undo
from openbadges.errors import Code, ConflictError, MissingError, RefusedError
from tests.handing import (
    AFTER,
    a_little_later,
    award_plainly,
    award_row,
    credential_row,
    rows_of,
    take_it,
)
from tests.issuing import EVIDENCE, NOW, ON_SQLITE, House, award_of
from verifier import Outcome, Verdict

LAST_MOMENT = AFTER - timedelta(microseconds=1)


def undo_it(house: House, issued: Issued, *, now: datetime = LAST_MOMENT) -> None:
    house.database.transact(
        lambda session: undo(session, issued.award_id, now=now, undone_by="account:1")
    )


def test_of_an_undone_award_only_hashes_and_burnt_indexes_stay(house: House) -> None:
    editions = house.issue(evidence=(EVIDENCE,))
    before = {row.id: row for row in rows_of(house, CredentialRow)}
    undo_it(house, editions[0])
    award = award_row(house, editions[0].award_id)
    assert award.state is AwardState.UNDONE
    assert award.recipient_identifier is award.details is None
    for row in rows_of(house, CredentialRow):
        assert row.json_bytes is row.jws_bytes is row.unsigned_document is None
        kept = ("json_sha256", "jws_sha256", "unsigned_sha256", "status_index")
        assert [getattr(row, name) for name in kept] == [
            getattr(before[row.id], name) for name in kept
        ]
    assert {row.revoked_by for row in rows_of(house, RevocationRow)} == {"account:1"}


def test_bytes_that_somebody_took_nevertheless_are_seen_as_revoked(house: House) -> None:
    editions = house.issue(evidence=(EVIDENCE,))
    undo_it(house, editions[0])
    assert house.publish(now=AFTER) == 1
    for one in editions:
        report = house.verify(one.forms.json, now=AFTER)
        assert report.verdict is Verdict.REJECTED
        assert [found.code for found in report.findings if found.outcome is Outcome.FAILED] == [
            Code.REVOKED
        ]
    log = DatabaseIssuanceLog(house.database)
    assert log.issued(house.issuer.did, editions[0].url)


def test_undoing_again_changes_nothing(house: House) -> None:
    issued = award_plainly(house)
    undo_it(house, issued)
    undo_it(house, issued, now=AFTER)
    (revocation,) = rows_of(house, RevocationRow)
    assert revocation.revoked_at == LAST_MOMENT


def test_after_the_hold_an_award_is_revoked_instead(house: House) -> None:
    issued = award_plainly(house)
    with pytest.raises(
        RefusedError, match=r"^this award could be undone until 2026-03-01 12:10 UTC; revoke it"
    ):
        undo_it(house, issued, now=AFTER)
    assert credential_row(house, issued.id).json_bytes == issued.forms.json
    assert rows_of(house, RevocationRow) == []


@ON_SQLITE
def test_an_award_that_was_taken_or_released_is_not_undone(house: House) -> None:
    taken, released = award_plainly(house), award_plainly(house)
    take_it(house, taken.award_id)
    house.database.transact(lambda session: release_now(session, released.award_id, NOW))
    for issued, sentence in (
        (taken, "was taken by its recipient; revoke it instead"),
        (released, "could be undone until 2026-03-01 12:00 UTC; revoke it instead"),
    ):
        with pytest.raises(RefusedError, match=sentence):
            undo_it(house, issued, now=NOW)


@ON_SQLITE
def test_what_is_final_or_never_was_is_not_undone(house: House) -> None:
    issued = award_plainly(house)
    house.revoke(issued.url)
    with pytest.raises(RefusedError, match=r"was revoked, which is final"):
        undo_it(house, issued)
    with pytest.raises(MissingError, match=r"^there is no award"):
        undo_it(house, replace(issued, award_id=str(uuid4())))


def test_of_an_undoing_and_a_release_at_once_the_first_holds(house: House) -> None:
    issued = award_plainly(house)
    with pytest.raises(RefusedError, match="was undone, so there is nothing to release"):
        a_little_later(
            house,
            lambda session: undo(session, issued.award_id, now=NOW, undone_by=None),
            lambda session: release_now(session, issued.award_id, NOW),
        )
    other = award_plainly(house)
    with pytest.raises(RefusedError, match="revoke it instead"):
        a_little_later(
            house,
            lambda session: release_now(session, other.award_id, NOW),
            lambda session: undo(session, other.award_id, now=NOW, undone_by=None),
        )
    assert credential_row(house, other.id).json_bytes is not None


@ON_SQLITE
def test_an_undone_badge_can_neither_be_had_nor_revoked_nor_finished(house: House) -> None:
    issued = award_plainly(house)
    undo_it(house, issued)
    with house.database.read() as session, pytest.raises(MissingError, match="was undone"):
        load_released(session, issued.url)
    with house.database.write() as session, pytest.raises(RefusedError, match="was undone"):
        revoke(session, issued.id, reason="a mistake", now=NOW)
    with pytest.raises(ConflictError, match="was undone"):
        house.cycle.finish(issued.id, now=NOW)
    assert house.cycle.finish_recorded(now=NOW) == 0
    assert award_row(house, issued.award_id).state is AwardState.UNDONE


def test_whoever_was_awarded_by_mistake_is_not_counted_as_awarded(house: House) -> None:
    issued = award_plainly(house)
    undo_it(house, issued)
    hashed = recipient_hash(award_of(house.catalogue).recipient, house.keystore)
    with house.database.read() as session:
        assert earlier_awards(session, house.issuer.id, "wiki-friend", hashed) == ()


@ON_SQLITE
def test_an_award_under_way_is_not_undone_before_it_is_finished(house: House) -> None:
    issued = award_plainly(house)
    with house.database.write() as session:  # as between steps 5 and 8
        row = session.get_one(CredentialRow, issued.id)
        row.visible_from = row.released_at = None
    with pytest.raises(ConflictError, match=r"^this award is not finished yet; undo it in a mom"):
        undo_it(house, issued)
    assert len(rows_of(house, ClaimRow)) == 1
    assert credential_row(house, issued.id).edition is Edition.PLAIN
