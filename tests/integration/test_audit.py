"""Every act of an award's life is an entry, chained to the one before, and none names a person."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from issuer.audit import Act, commitment, entry_hash, forget_person, note
from issuer.claims import release_now
from issuer.journal import START
from issuer.tables import AuditEntryRow, AuditSaltRow
from storage import Database
from tests.issuing import EVIDENCE, NOW, ON_SQLITE, House


def entries(database: Database) -> Sequence[AuditEntryRow]:
    with database.read() as session:
        return session.scalars(select(AuditEntryRow).order_by(AuditEntryRow.sequence)).all()


def test_each_act_of_an_award_is_an_entry_bound_to_the_one_before(house: House) -> None:
    (plain, full) = house.issue(evidence=(EVIDENCE,))
    house.revoke(plain.id)
    house.publish()
    found = entries(house.database)
    assert [row.sequence for row in found] == list(range(1, len(found) + 1))
    assert [row.previous_sha256 for row in found] == [START, *(row.sha256 for row in found[:-1])]
    assert [row.sha256 for row in found] == [entry_hash(row) for row in found]
    of_award = {plain.award_id, plain.url, full.url}
    acts = [(row.act, row.subject) for row in found if row.subject in of_award]
    assert acts == [
        (Act.AWARD_DECIDED, plain.award_id),
        *((Act.CREDENTIAL_RECORDED, one.url) for one in (plain, full)),
        *((Act.CREDENTIAL_RELEASED, one.url) for one in (plain, full)),
        *((Act.CREDENTIAL_REVOKED, one.url) for one in (plain, full)),
    ]


@ON_SQLITE
def test_a_person_is_a_commitment_whose_salt_can_go(house: House) -> None:
    (plain,) = house.issue()
    decided = next(row for row in entries(house.database) if row.act == Act.AWARD_DECIDED)
    with house.database.read() as session:
        salt = session.get_one(AuditSaltRow, decided.sequence).salt
    assert decided.commitment == commitment("email::learner@example.org", salt)
    with house.database.write() as session:
        forget_person(session, plain.award_id)
    with house.database.read() as session:
        assert session.get(AuditSaltRow, decided.sequence) is None
    assert all(row.sha256 == entry_hash(row) for row in entries(house.database))
    assert not any(b"learner" in row.details for row in entries(house.database))


@ON_SQLITE
def test_an_act_that_cannot_be_logged_is_not_done(house: House) -> None:
    (plain,) = house.issue()
    with house.database.write() as session:
        session.execute(
            text(
                "CREATE TRIGGER refuse BEFORE INSERT ON audit_entries"
                " BEGIN SELECT RAISE(ABORT, 'no room'); END"
            )
        )
    for act in (house.issue, lambda: house.revoke(plain.id)):
        with pytest.raises(SQLAlchemyError, match="no room"):
            act()
    assert house.publish() == 0
    with house.database.write() as session:
        session.execute(text("DROP TRIGGER refuse"))
        release_now(session, plain.award_id, NOW)
    house.revoke(plain.id)
    assert house.publish() == 1


@ON_SQLITE
def test_what_is_taken_back_leaves_no_entry(house: House) -> None:
    with house.database.write() as session:
        note(session, Act.AWARD_DECIDED, "something", now=NOW)
        session.rollback()
    assert not any(row.subject == "something" for row in entries(house.database))


@ON_SQLITE
def test_a_savepoint_within_is_not_the_end(house: House) -> None:
    of_this = AuditEntryRow.subject.in_(("first", "second"))
    with house.database.write() as session:
        note(session, Act.AWARD_DECIDED, "first", now=NOW)
        with session.begin_nested():
            note(session, Act.AWARD_DECIDED, "second", now=NOW)
        assert session.scalars(select(AuditEntryRow).where(of_this)).all() == []
    assert [row.subject for row in entries(house.database)][-2:] == ["first", "second"]
