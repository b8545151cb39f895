"""The issuer's tables hold their promises on every database."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from issuer.tables import AwardRow, CredentialRow, CredentialState, Edition, IssuerRow, OutboxRow
from storage import Database
from storage.columns import Row
from tests import rows

OTHER = str(uuid.UUID(int=99))


def fill(database: Database) -> None:
    with database.write() as session:
        for row in rows.one_of_each():
            session.add(row)
            session.flush()


def test_there_is_a_valid_row_of_every_table(database: Database) -> None:
    fill(database)
    with database.read() as session:
        counts = {
            table.name: session.scalar(select(func.count()).select_from(table))
            for table in Row.metadata.sorted_tables
        }
    assert set(counts.values()) == {1}


UNIQUE = [
    pytest.param(rows.issuer, {"id": OTHER}, id="the DID of an issuer"),
    pytest.param(rows.issuer_key, {}, id="the purpose of an issuer's key"),
    pytest.param(rows.badge_class_version, {}, id="the version of a badge class"),
    pytest.param(rows.badge_class_translation, {}, id="the translation of a version"),
    pytest.param(rows.status_list, {"id": OTHER}, id="the URL of a status list"),
    pytest.param(
        rows.credential,
        {"id": OTHER, "credential_url": "https://badges.example/o", "sequence": 2},
        id="the index in a status list",
    ),
    pytest.param(
        rows.credential,
        {"id": OTHER, "credential_url": "https://badges.example/o", "status_index": 1},
        id="the sequence of an edition of an award",
    ),
    pytest.param(
        rows.credential,
        {"id": OTHER, "sequence": 2, "status_index": 1},
        id="the URL of a credential",
    ),
    pytest.param(rows.revocation, {}, id="the revocation of a credential"),
    pytest.param(rows.published_document, {}, id="the URL of a published document"),
    pytest.param(rows.outbox, {"id": OTHER}, id="the job of a kind for a subject"),
]


@pytest.mark.parametrize(("make", "changes"), UNIQUE)
def test_what_is_unique_cannot_be_there_twice(
    database: Database, make: Callable[..., Row], changes: dict[str, Any]
) -> None:
    fill(database)
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(make(**changes))


def test_an_award_may_have_other_editions_and_later_sequences(database: Database) -> None:
    fill(database)
    with database.write() as session:
        for index, edition, sequence in ((1, Edition.FULL, 1), (2, Edition.PLAIN, 2)):
            session.add(
                rows.credential(
                    id=str(uuid.UUID(int=200 + index)),
                    credential_url=f"https://badges.example/credentials/{index}",
                    status_index=index,
                    edition=edition,
                    sequence=sequence,
                )
            )
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(CredentialRow)) == 3


def test_what_others_refer_to_cannot_go(database: Database) -> None:
    fill(database)
    with pytest.raises(IntegrityError), database.write() as session:
        session.execute(delete(IssuerRow))


def test_an_award_of_an_unknown_badge_class_is_refused(database: Database) -> None:
    fill(database)
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(rows.award(id=OTHER, badge_class_version=2))


def test_a_choice_comes_back_as_the_member_it_was(database: Database) -> None:
    fill(database)
    with database.write() as session:
        session.get_one(CredentialRow, rows.CREDENTIAL).state = CredentialState.LINTED
    with database.read() as session:
        found = session.get_one(CredentialRow, rows.CREDENTIAL).state
        assert session.scalar(select(CredentialRow.state)) is CredentialState.LINTED
    assert found is CredentialState.LINTED


def test_the_job_that_is_longest_due_comes_first(database: Database) -> None:
    with database.write() as session:
        for number in (3, 1, 2):
            session.add(
                rows.outbox(
                    id=str(uuid.UUID(int=number)),
                    subject_id=str(number),
                    due_at=rows.NOW + timedelta(microseconds=number),
                )
            )
    with database.read() as session:
        due = session.scalars(
            select(OutboxRow.subject_id)
            .where(OutboxRow.done_at.is_(None), OutboxRow.due_at <= rows.NOW + timedelta(seconds=1))
            .order_by(OutboxRow.due_at)
        ).all()
    assert due == ["1", "2", "3"]


def test_a_row_never_prints_whom_it_is_about() -> None:
    row = rows.award(recipient_identifier=b"someone@example.org")
    assert isinstance(row, AwardRow)
    assert "someone" not in repr(row)
