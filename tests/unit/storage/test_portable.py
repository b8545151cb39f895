"""Rows as values of no database in particular: every table there and back, and nothing else."""

import json
from typing import Any

import pytest

from openbadges.errors import MalformedError
from openbadges.strict import parse_json
from storage import Database, portable
from storage.columns import Row
from tests import rows
from tests.issuing import ON_SQLITE


def all_rows(database: Database) -> dict[str, list[list[Any]]]:
    with database.snapshot() as session:
        return {
            name: list(portable.read_rows(session, name, columns))
            for name, columns in portable.tables().items()
        }


def test_every_column_of_every_table_comes_back_as_it_was(database: Database) -> None:
    with database.write() as session:
        for row in rows.one_of_each():
            session.add(row)
            session.flush()
    before = all_rows(database)
    assert all(before.values())
    carried = parse_json(json.dumps(before))  # as a file carries them
    with database.write() as session:
        for table in reversed(Row.metadata.sorted_tables):
            session.execute(table.delete())
    with database.read() as session:
        assert portable.first_with_rows(session) is None
    with database.write() as session:
        for name, columns in portable.tables().items():
            portable.write_rows(session, name, columns, carried[name])
    assert all_rows(database) == before
    with database.read() as session:
        assert portable.first_with_rows(session) is not None


def test_what_is_read_is_of_one_moment_while_others_write(database: Database) -> None:
    columns = portable.tables()["published_documents"]
    with database.write() as session:
        session.add(rows.published_document(url="https://badges.example/1"))
    with database.snapshot() as session:
        assert len(list(portable.read_rows(session, "published_documents", columns))) == 1
        with database.write() as other:
            other.add(rows.published_document(url="https://badges.example/2"))
        assert len(list(portable.read_rows(session, "published_documents", columns))) == 1
    assert len(all_rows(database)["published_documents"]) == 2


@ON_SQLITE
@pytest.mark.parametrize(
    ("name", "columns", "row"),
    [
        pytest.param("alembic_version", {"version_num": "text"}, ["9999"], id="not ours"),
        pytest.param('claims"; DROP TABLE claims; --', {"a": "text"}, ["x"], id="not a name"),
        pytest.param("claims", {"a": "text"}, ["x"], id="other columns"),
        pytest.param("audit_salts", None, [1, "no base64!"], id="not base64"),
        pytest.param("audit_salts", None, [1], id="too short"),
    ],
)
def test_what_is_no_row_of_ours_is_refused(
    database: Database, name: str, columns: dict[str, str] | None, row: list[Any]
) -> None:
    known = portable.tables()
    kinds = (
        known[name]
        if columns is None
        else {one: portable.Kind(kind) for one, kind in columns.items()}
    )
    with pytest.raises(MalformedError), database.write() as session:
        portable.write_rows(session, name, kinds, [row])
