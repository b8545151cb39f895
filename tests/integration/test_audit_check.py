"""Whatever is done to the log behind its back is found, and so is what was done without it."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from issuer.audit import Act, commitment, entry_hash, note
from issuer.audit_chain import PIECE, Trouble, chain_trouble, end_trouble, head_trouble
from issuer.audit_check import MAXIMUM_TROUBLES, check_log
from issuer.audit_head import AuditHead, head_now
from issuer.audit_reading import entries_about, newest_entries
from issuer.journal import START
from issuer.tables import (
    AuditEntryRow,
    AuditHeadRow,
    AuditSaltRow,
    CredentialRow,
    RevocationRow,
)
from keys import Purpose
from openbadges.public_key import Algorithm
from storage import Database, schema
from tests.issuing import NOW, ON_SQLITE, House

BASE_URL = "https://badges.example"
WRITTEN = 13  # entries of the log that is tampered with at random


def trouble_of(house: House, *, head: AuditHead | None = None) -> list[str]:
    heads = {} if head is None else {"a head that was kept": head}
    with house.database.read() as session:
        report = check_log(session, heads=heads, keys=house.keystore.list())
    return [trouble.sentence for trouble in report.troubles]


def chain_of(database: Database) -> Trouble | None:
    with database.read() as session:
        return chain_trouble(session)


def head_of(house: House) -> AuditHead:
    with house.database.read() as session:
        return head_now(session, BASE_URL, NOW)


def tamper(house: House, work: Callable[[Session], object]) -> None:
    """Do what somebody could who writes into the database."""
    with house.database.write() as session:
        work(session)


@pytest.fixture
def lived(house: House) -> House:
    """A house that awarded, revoked and published."""
    (plain,) = house.issue()
    house.revoke(plain.id)
    house.issue()
    house.publish()
    assert trouble_of(house) == []
    return house


def entry_of(session: Session, act: Act) -> AuditEntryRow:
    wanted = select(AuditEntryRow).where(AuditEntryRow.act == act)
    found = session.scalars(wanted.order_by(AuditEntryRow.sequence)).first()
    assert found is not None
    return found


def rewrite(session: Session, first: int) -> None:
    """Bind every entry anew from one on, as who wants to hide an edit would."""
    before = session.get(AuditEntryRow, first - 1)
    previous = START if before is None else before.sha256
    later = select(AuditEntryRow).where(AuditEntryRow.sequence >= first)
    for row in session.scalars(later.order_by(AuditEntryRow.sequence)):
        row.previous_sha256 = previous
        row.sha256 = previous = entry_hash(row)
    head = session.get_one(AuditHeadRow, 1)
    head.sha256 = previous


def cut(session: Session, last: int, *, hiding: bool) -> None:
    """Cut off what follows an entry; who hides it sets the head back too."""
    session.execute(delete(AuditSaltRow).where(AuditSaltRow.sequence > last))
    session.execute(delete(AuditEntryRow).where(AuditEntryRow.sequence > last))
    if hiding:
        head = session.get_one(AuditHeadRow, 1)
        head.sequence, head.sha256 = last, session.get_one(AuditEntryRow, last).sha256


def remove(session: Session, sequence: int) -> None:
    session.execute(delete(AuditSaltRow).where(AuditSaltRow.sequence == sequence))
    session.execute(delete(AuditEntryRow).where(AuditEntryRow.sequence == sequence))


def swap(session: Session, one: int, other: int) -> None:
    session.execute(delete(AuditSaltRow).where(AuditSaltRow.sequence.in_((one, other))))
    for before, after in ((one, 10_000), (other, one), (10_000, other)):
        session.execute(
            update(AuditEntryRow).where(AuditEntryRow.sequence == before).values(sequence=after)
        )


@pytest.mark.parametrize(
    "column",
    ["at", "act", "actor", "subject", "issuer_id", "details", "commitment", "previous_sha256"],
)
@ON_SQLITE
def test_an_edit_of_any_column_is_found_and_its_entry_named(lived: House, column: str) -> None:
    other: dict[str, object] = {
        "at": NOW.replace(year=2025),
        "details": b"{}",
        "commitment": "0" * 64,
        "previous_sha256": "0" * 64,
    }

    edited = []

    def edit(session: Session) -> None:
        row = entry_of(session, Act.CREDENTIAL_RECORDED)
        edited.append(row.sequence)
        setattr(row, column, other.get(column, "another"))

    tamper(lived, edit)
    found = chain_of(lived.database)
    assert found is not None
    assert [found.entry] == edited
    assert "says something else than when it was written" in found.sentence


def test_an_edit_is_found_in_every_database(lived: House) -> None:
    tamper(lived, lambda session: setattr(entry_of(session, Act.AWARD_DECIDED), "actor", "nobody"))
    with lived.database.read() as session:
        place = entry_of(session, Act.AWARD_DECIDED).sequence
    found = chain_of(lived.database)
    assert found is not None
    assert found.entry == place
    assert found.sentence.startswith(f"entry {place} (award-decided, 2026-03-01T12:00:00Z) says")


def test_an_edit_whose_hash_was_made_anew_is_found_by_the_next_entry(lived: House) -> None:
    def edit(session: Session) -> None:
        row = entry_of(session, Act.AWARD_DECIDED)
        row.actor = "nobody"
        row.sha256 = entry_hash(row)

    tamper(lived, edit)
    with lived.database.read() as session:
        place = entry_of(session, Act.AWARD_DECIDED).sequence
    found = chain_of(lived.database)
    assert found is not None
    assert found.entry == place + 1
    assert f"is bound to something else than entry {place} as it stands" in found.sentence


def test_a_deletion_is_found(lived: House) -> None:
    tamper(lived, lambda session: remove(session, 4))
    assert chain_of(lived.database) == Trouble("entry 4 is missing: 3 is followed by 5", 4)
    tamper(lived, lambda session: remove(session, 5))
    assert chain_of(lived.database) == Trouble("entries 4 to 5 are missing: 3 is followed by 6", 4)


def test_a_swap_is_found(lived: House) -> None:
    tamper(lived, lambda session: swap(session, 3, 5))
    found = chain_of(lived.database)
    assert found is not None
    assert found.entry == 3


def test_a_tail_that_was_cut_off_is_found(lived: House) -> None:
    whole = head_of(lived).sequence
    tamper(lived, lambda session: cut(session, whole - 2, hiding=False))
    expected = (
        f"the log ends with entry {whole - 2}, and its head says {whole}: the last 2 entries were"
        " cut off"
    )
    assert chain_of(lived.database) == Trouble(expected, whole - 2)
    with lived.database.read() as session:
        assert end_trouble(session) == chain_trouble(session)


def test_a_hidden_cut_is_found_by_a_head_that_was_kept(lived: House) -> None:
    kept = head_of(lived)
    tamper(lived, lambda session: cut(session, kept.sequence - 1, hiding=True))
    assert chain_of(lived.database) is None  # nothing here can tell
    with lived.database.read() as session:
        found = head_trouble(session, "a head that was kept", kept)
    assert found == Trouble(
        f"a head that was kept was signed on 2026-03-01T12:00:00Z with entry {kept.sequence}, and"
        f" the log ends with entry {kept.sequence - 1}: what followed was cut off",
        kept.sequence - 1,
    )


def test_a_log_that_was_written_anew_is_found_by_a_head_alone(lived: House) -> None:
    kept = head_of(lived)

    def forge(session: Session) -> None:
        entry_of(session, Act.AWARD_DECIDED).actor = "nobody"
        rewrite(session, 1)

    tamper(lived, forge)
    assert trouble_of(lived) == []  # whoever may write everything can do this
    (found,) = trouble_of(lived, head=kept)
    assert f"entry {kept.sequence} is another one by now: the log was written anew" in found


@ON_SQLITE
def test_what_goes_on_after_a_head_is_no_trouble(lived: House) -> None:
    kept = head_of(lived)
    lived.issue()
    assert trouble_of(lived, head=kept) == []
    assert trouble_of(lived, head=replace(kept, sequence=0, sha256=START)) == []


@ON_SQLITE
def test_the_row_of_the_head_cannot_be_taken_away_or_set(lived: House) -> None:
    tamper(lived, lambda session: session.execute(update(AuditHeadRow).values(sha256="0" * 64)))
    found = chain_of(lived.database)
    assert found is not None
    assert "is not the one that the head names" in found.sentence
    tamper(lived, lambda session: session.execute(update(AuditHeadRow).values(sequence=3)))
    assert chain_of(lived.database) is not None
    tamper(lived, lambda session: session.execute(delete(AuditHeadRow)))
    assert chain_of(lived.database) == Trouble("there is no head, and entry 1 is there", 1)
    with lived.database.read() as session:
        assert end_trouble(session) == chain_trouble(session)


@ON_SQLITE
def test_a_log_longer_than_a_piece_is_walked_to_its_end(house: House) -> None:
    for _ in range(2):
        with house.database.write() as session:
            for number in range(PIECE):
                note(session, Act.ACTIVITY_RECORDED, f"activity {number}", now=NOW)
    assert head_of(house).sequence > 2 * PIECE
    assert trouble_of(house) == []
    tamper(house, lambda session: remove(session, 2 * PIECE))
    found = chain_of(house.database)
    assert found is not None
    assert found.entry == 2 * PIECE


def forget_entries(session: Session, *acts: Act) -> None:
    """Take entries out and bind the others anew, as if they had never been."""
    session.execute(delete(AuditSaltRow))
    session.execute(delete(AuditEntryRow).where(AuditEntryRow.act.in_(acts)))
    left = session.scalars(select(AuditEntryRow.sequence).order_by(AuditEntryRow.sequence)).all()
    for place, sequence in enumerate(left, start=1):
        moved = update(AuditEntryRow).where(AuditEntryRow.sequence == sequence)
        session.execute(moved.values(sequence=place))
    session.expire_all()
    session.get_one(AuditHeadRow, 1).sequence = len(left)
    rewrite(session, 1)


def test_what_was_issued_or_revoked_in_silence_is_named(lived: House) -> None:
    with lived.database.read() as session:
        revoked = entry_of(session, Act.CREDENTIAL_REVOKED).subject
        urls = set(session.scalars(select(CredentialRow.credential_url)))
    tamper(lived, lambda session: forget_entries(session, Act.CREDENTIAL_REVOKED))
    assert trouble_of(lived) == [f"{revoked} was revoked, and the log does not say so"]
    tamper(lived, lambda session: forget_entries(session, Act.CREDENTIAL_RELEASED))
    silent = {f"{url} was released, and the log does not say so" for url in urls}
    assert silent < set(trouble_of(lived))


def test_a_row_that_differs_from_its_entry_is_named(lived: House) -> None:
    other = b'{"id": "another"}'

    def replace_bytes(session: Session) -> None:
        row = session.scalars(select(CredentialRow).order_by(CredentialRow.id)).first()
        assert row is not None
        row.json_bytes, row.json_sha256 = other, hashlib.sha256(other).hexdigest()

    tamper(lived, replace_bytes)
    (found,) = trouble_of(lived)
    assert "has another jsonSha256 than entry" in found


@ON_SQLITE
def test_bytes_that_are_not_those_of_their_digest_are_named(lived: House) -> None:
    tamper(lived, lambda session: session.execute(update(CredentialRow).values(jws_bytes=b"x")))
    found = trouble_of(lived)
    assert len(found) == 2
    assert all(one.endswith("is not what was released") for one in found)


@ON_SQLITE
def test_an_entry_whose_row_was_taken_away_or_set_back_is_named(lived: House) -> None:
    with lived.database.read() as session:
        revoked = entry_of(session, Act.CREDENTIAL_REVOKED)
    tamper(lived, lambda session: session.execute(delete(RevocationRow)))
    told = f"entry {revoked.sequence} says that {revoked.subject} was revoked"
    assert trouble_of(lived) == [f"{told}, and its row does not say so"]
    gone = CredentialRow.credential_url == revoked.subject
    tamper(lived, lambda session: session.execute(delete(CredentialRow).where(gone)))
    found = trouble_of(lived)
    assert len(found) == 3
    assert all(one.endswith("and there is no such credential") for one in found)


@ON_SQLITE
def test_a_key_that_was_made_in_silence_is_named(lived: House) -> None:
    made = lived.keystore.generate(Algorithm.EDDSA, purpose=Purpose.CREDENTIAL, now=NOW)
    assert trouble_of(lived) == [
        f"the key {made.key_id} is active in the keystore, and the log does not say so"
    ]


@ON_SQLITE
def test_what_is_older_than_the_log_is_counted_once_for_all(lived: House) -> None:
    later = NOW.replace(year=2027)

    def forget_all(session: Session) -> None:
        session.execute(delete(AuditSaltRow))
        session.execute(delete(AuditEntryRow))
        session.execute(delete(AuditHeadRow))

    tamper(lived, forget_all)  # as before a program that knows the log
    assert head_of(lived).sequence == 0
    lived.publish(now=later)
    with lived.database.read() as session:
        begun = session.get_one(AuditEntryRow, 1)
    assert (begun.act, begun.details) == (
        Act.LOG_BEGUN,
        b'{"credentials":2,"issuers":1,"revocations":1}',
    )
    assert trouble_of(lived) == []

    def slip_in(session: Session) -> None:
        revoked = select(RevocationRow.credential_id)
        row = session.scalars(select(CredentialRow).where(CredentialRow.id.not_in(revoked))).one()
        session.add(
            RevocationRow(
                credential_id=row.id,
                issuer_id=row.issuer_id,
                reason="slipped in",
                revoked_at=NOW,
            )
        )

    tamper(lived, slip_in)
    assert trouble_of(lived) == ["2 revocations are dated before the log began, which counted 1"]


@ON_SQLITE
def test_so_many_troubles_are_told_and_no_more(house: House) -> None:
    for _ in range(MAXIMUM_TROUBLES // 2 + 1):
        house.issue()
    tamper(
        house,
        lambda session: session.execute(
            update(CredentialRow).values(jws_bytes=b"x", json_bytes=b"y")
        ),
    )
    with house.database.read() as session:
        report = check_log(session, heads={}, keys=())
    assert (len(report.troubles), report.is_cut) == (MAXIMUM_TROUBLES, True)


@ON_SQLITE
def test_entries_are_found_by_their_subject_and_by_the_person(lived: House) -> None:
    key = "email::learner@example.org"
    with lived.database.read() as session:
        mine = list(entries_about(session, key))
        assert [row.act for row in mine] == [Act.AWARD_DECIDED, Act.AWARD_DECIDED]
        assert list(entries_about(session, "email::other@example.org")) == []
        subject = mine[0].subject
        assert newest_entries(session, limit=9, subject=subject) == [mine[0]]
        last = newest_entries(session, limit=3)
        assert [row.sequence for row in last] == [row.sequence for row in sorted(last, key=_number)]
        assert newest_entries(session, limit=9, since=NOW.replace(year=2027)) == []
        salt = session.get_one(AuditSaltRow, mine[0].sequence).salt
        assert commitment(key, salt) == mine[0].commitment


def _number(row: AuditEntryRow) -> int:
    return row.sequence


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Database:
    path = tmp_path_factory.mktemp("audit") / "log.sqlite3"
    database = Database.open(f"sqlite:///{path}", create=True)
    schema.upgrade(database)
    for number in range(WRITTEN):
        with database.write() as session:
            note(session, Act.ACTIVITY_RECORDED, f"activity {number}", now=NOW, person="somebody")
    return database


@given(
    how=st.sampled_from(["edit", "remove", "swap", "cut", "insert"]),
    one=st.integers(1, WRITTEN),
    other=st.integers(1, WRITTEN),
    column=st.sampled_from(["act", "actor", "subject", "details", "sha256", "previous_sha256"]),
)
@settings(max_examples=60)
def test_no_single_act_behind_the_back_of_the_log_stays_unseen(
    written: Database, how: str, one: int, other: int, column: str
) -> None:
    with written.write() as session:
        assert chain_trouble(session) is None
        match how:
            case "edit":
                row = session.get_one(AuditEntryRow, one)
                value = getattr(row, column)
                setattr(row, column, value[::-1] + value[:1])
            case "remove":
                remove(session, one)
            case "swap":
                swap(session, one, other if other != one else one % WRITTEN + 1)
            case "cut":
                cut(session, one - 1, hiding=False)
            case _:
                row = session.get_one(AuditEntryRow, one)
                copied = {name: getattr(row, name) for name in row.__table__.columns.keys()}  # noqa: SIM118
                session.add(AuditEntryRow(**copied | {"sequence": WRITTEN + other}))
        session.flush()
        session.expire_all()
        assert chain_trouble(session) is not None
        session.rollback()
