"""R33: while one version follows another, both see one schema, and neither writes into a wrong one.

What holds: a program starts only on its own schema. One that runs when the next version's migration
comes goes on with what it knows, since its statements name their columns and migrations only add;
it says that it is not ready, so that a proxy sends nobody there, and it cannot start again.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.reliability.served import Program, Service, serving
from tests.shell import AWARD, Shell

NEXT: tuple[str, ...] = (
    "ALTER TABLE awards ADD COLUMN next_versions_own VARCHAR(40)",
    "CREATE TABLE next_versions_table (id VARCHAR(36) NOT NULL PRIMARY KEY)",
    "CREATE INDEX ix_awards_next ON awards (next_versions_own)",
    "UPDATE alembic_version SET version_num = '9999'",
)


def migrate_to_the_next_version(shell: Shell) -> None:
    """Do what the next version's `insignia db upgrade` would."""
    with closing(sqlite3.connect(shell.data / "insignia.sqlite3")) as connection:
        for statement in NEXT:
            connection.execute(statement)
        connection.commit()


def of_the_version_before(shell: Shell) -> None:
    with closing(sqlite3.connect(shell.data / "insignia.sqlite3")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0006'")
        connection.commit()


@pytest.fixture
def service(tmp_path: Path, catalogue_folder: Path) -> Iterator[Service]:
    with serving(tmp_path, catalogue_folder) as running:
        yield running


def test_a_service_that_runs_while_the_next_version_migrates_goes_on_and_is_not_ready(
    service: Service,
) -> None:
    program = Program(service)
    assert program.award(1) == 201
    migrate_to_the_next_version(service.shell)
    assert service.ask("GET", "/readyz")[0] == 503
    assert program.award(1) == 201  # the same answer again
    assert program.award(2) == 201
    assert service.verify(service.badge)["verdict"] == "VERIFIED"


@pytest.mark.parametrize("command", [("serve",), AWARD, ("db", "upgrade"), ("db", "check")])
def test_no_command_starts_on_the_schema_of_the_next_version(
    shell: Shell, command: tuple[str, ...]
) -> None:
    migrate_to_the_next_version(shell)
    assert shell.refused(*command).endswith("update the program")


@pytest.mark.parametrize("command", [("serve",), AWARD, ("db", "check")])
def test_no_command_starts_on_the_schema_of_the_version_before(
    shell: Shell, command: tuple[str, ...]
) -> None:
    of_the_version_before(shell)
    assert shell.refused(*command).endswith("run `insignia db upgrade`")
