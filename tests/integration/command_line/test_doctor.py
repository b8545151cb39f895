"""`insignia doctor` finds each fault, and what it says to do mends it."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from warnings import catch_warnings

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from badge_classes.loader import lock
from issuer.audit import Act, note
from issuer.tables import (
    AuditEntryRow,
    AuditHeadRow,
    OutboxRow,
    PublishedDocumentRow,
    RevocationRow,
    StatusListRow,
)
from keys import Keystore, Passphrase, Purpose
from keys.encryption import InsecureCostWarning
from openbadges.public_key import Algorithm
from openbadges.strict import parse_json_object
from service.cli.door import read_clock
from service.doctor.examination import CHECKS, Examination, examine
from service.doctor.findings import Severity
from storage import Database
from tests.shell import Shell
from tests.world import Internet

DID_DOCUMENT: Final = "https://badges.example/.well-known/did.json"
DAYS_AGO: Final = timedelta(days=4)


@pytest.fixture
def awarded(awarded: Shell) -> Shell:
    """An installation that has awarded, and whose worker was there just now."""
    awarded.does("status", "publish")
    return awarded


def faults(shell: Shell, code: int = 1) -> dict[str, str]:
    """Return what is at fault, by the check that found it."""
    told = shell.json("doctor", "--offline", code=code)
    assert told["well"] is (code == 0)
    return {one["check"]: one["found"] for one in told["findings"] if one["severity"] == "fault"}


def warnings(shell: Shell, code: int = 0) -> dict[str, str]:
    told = shell.json("doctor", "--offline", code=code)
    return {one["check"]: one["found"] for one in told["findings"] if one["severity"] == "warning"}


@contextmanager
def writing(shell: Shell) -> Iterator[Session]:
    url = f"sqlite:///{shell.data / 'insignia.sqlite3'}"
    with closing(Database.open(url)) as database, database.write() as session:
        yield session


def badge(shell: Shell) -> str:
    """Return the URL of the credential that the installation has awarded."""
    found = parse_json_object((shell.data / "out/credential.json").read_bytes(), what="the badge")
    return str(found["id"])


def test_an_installation_that_is_well_is_told_so(awarded: Shell) -> None:
    told = awarded.json("doctor", "--offline")
    assert told["well"]
    assert told["done"] == ["settings", *CHECKS]
    assert told["leftOut"] == []
    assert {one["check"] for one in told["findings"]} == {"installation", "backups"}
    lines = awarded.does("doctor", "--offline").splitlines()
    assert lines[0].startswith("warning: installation: the passphrase lies in")
    assert lines[-1].startswith("well: settings, data folder, database")


def test_a_wrong_setting_is_told_and_nothing_else_is_looked_at(awarded: Shell) -> None:
    told = awarded.having(DATTA="x").json("doctor", code=1)
    assert [one["check"] for one in told["findings"]] == ["settings"]
    assert "INSIGNIA_DATTA is not a setting; did you mean" in told["findings"][0]["found"]
    assert told["leftOut"] == list(CHECKS)


def test_no_installation_is_one_fault_and_init_mends_it(newcomer: Shell) -> None:
    told = newcomer.json("doctor", "--offline", code=1)
    assert [one["check"] for one in told["findings"]] == ["installation"]
    assert told["done"] == ["settings", "installation"]
    newcomer.does("init", "--organisation", "Example")
    assert faults(newcomer) == {"issuers": "there is no issuer yet"}
    newcomer.does("issuer", "create")
    assert faults(newcomer, code=0) == {}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What somebody or something does, what the doctor then says, and what mends it."""

    check: str
    found: str
    harm: Callable[[Shell], Any]
    cure: Callable[[Shell], Any]


def publish_late(shell: Shell) -> None:
    with writing(shell) as session:
        lists = select(StatusListRow.url)
        old = update(PublishedDocumentRow).where(PublishedDocumentRow.url.in_(lists))
        session.execute(old.values(published_at=read_clock() - DAYS_AGO))


def revoke_long_ago(shell: Shell) -> None:
    shell.does("revoke", badge(shell), "--reason", "a mistake")
    with writing(shell) as session:
        session.execute(
            update(RevocationRow).values(revoked_at=read_clock() - timedelta(minutes=5))
        )


def leave_a_job(shell: Shell) -> None:
    with writing(shell) as session:
        session.execute(
            update(OutboxRow).values(done_at=None, due_at=read_clock() - timedelta(hours=1))
        )


def act_tomorrow(shell: Shell) -> None:
    with writing(shell) as session:
        tomorrow = read_clock() + timedelta(days=1)
        note(session, Act.ACTIVITY_RECORDED, "an activity", now=tomorrow)


def empty_the_database(shell: Shell) -> None:
    for path in shell.data.glob("insignia.sqlite3*"):
        path.rename(path.with_name(f"aside-{path.name}"))
    (shell.data / "insignia.sqlite3").touch(mode=0o600)


def damage_the_database(shell: Shell) -> None:
    path = shell.data / "insignia.sqlite3"
    shutil.copy(path, path.with_name("whole"))
    data = bytearray(path.read_bytes())
    data[4096 * 2 : 4096 * 3] = os.urandom(4096)
    path.write_bytes(data)


def change_a_file(name: str) -> Callable[[Shell], None]:
    def change(shell: Shell) -> None:
        path = shell.data / name
        (shell.data / "aside").write_bytes(path.read_bytes())
        path.write_bytes(b"{}" + path.read_bytes())

    return change


def put_back(name: str) -> Callable[[Shell], object]:
    return lambda shell: (shell.data / name).write_bytes((shell.data / "aside").read_bytes())


def publish_another_did_document(shell: Shell) -> None:
    with writing(shell) as session:
        row = session.get_one(PublishedDocumentRow, DID_DOCUMENT)
        found = parse_json_object(row.body, what="the DID document")
        row.body = json.dumps(found | {"assertionMethod": []}).encode()
        row.body_sha256 = hashlib.sha256(row.body).hexdigest()


TROUBLES: Final = {
    "a folder that others may look into": Trouble(
        "data folder",
        "others may look into",
        lambda shell: shell.data.chmod(0o755),
        lambda shell: shell.data.chmod(0o700),
    ),
    "a database that others may read": Trouble(
        "data folder",
        "insignia.sqlite3",
        lambda shell: (shell.data / "insignia.sqlite3").chmod(0o644),
        lambda shell: (shell.data / "insignia.sqlite3").chmod(0o600),
    ),
    "a journal that others may read": Trouble(
        "audit log",
        "journal",
        lambda shell: (shell.data / "journal").chmod(0o644),
        lambda shell: (shell.data / "journal").chmod(0o600),
    ),
    "a damaged database": Trouble(
        "database",
        "damaged",
        damage_the_database,
        lambda shell: shutil.copy(shell.data / "whole", shell.data / "insignia.sqlite3"),
    ),
    "a clock that ran ahead": Trouble(
        "clock",
        "the last act here was at",
        act_tomorrow,
        lambda shell: shell.does("accept-clock"),
    ),
    "another passphrase": Trouble(
        "keystore",
        "passphrase",
        lambda shell: (shell.data / "passphrase").write_text("another passphrase"),
        lambda shell: (shell.data / "passphrase").write_text("for tests only"),
    ),
    "a damaged index of keys": Trouble(
        "keystore",
        "index.json",
        change_a_file("keys/index.json"),
        put_back("keys/index.json"),
    ),
    "a DID document without the keys": Trouble(
        "issuers",
        "do not fit",
        publish_another_did_document,
        lambda shell: shell.does("work", "--once"),
    ),
    "a file that is not what is published": Trouble(
        "public documents",
        "did.json in public/ is not what is published",
        change_a_file("public/.well-known/did.json"),
        lambda shell: shell.does("status", "publish"),
    ),
    "an old list": Trouble(
        "status lists",
        "was last signed",
        publish_late,
        lambda shell: shell.does("status", "publish"),
    ),
    "a revocation that waits": Trouble(
        "status lists",
        "a revocation waits since",
        revoke_long_ago,
        lambda shell: shell.does("status", "publish"),
    ),
    "a job that nobody does": Trouble(
        "jobs",
        "jobs (publish-status-list) wait, the oldest since",
        leave_a_job,
        lambda shell: shell.does("work", "--once"),
    ),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_a_fault_is_found_and_its_cure_mends_it(awarded: Shell, name: str) -> None:
    trouble = TROUBLES[name]
    trouble.harm(awarded)
    told = awarded.json("doctor", "--offline", code=1)
    at_fault = [one for one in told["findings"] if one["severity"] == "fault"]
    assert [one["check"] for one in at_fault][:1] == [trouble.check], told
    assert any(trouble.found in one["found"] for one in at_fault), at_fault
    assert all(one["cure"] and one["matters"] for one in at_fault)
    trouble.cure(awarded)
    assert faults(awarded, code=0) == {}


def test_an_empty_database_is_brought_to_the_schema(awarded: Shell) -> None:
    empty_the_database(awarded)
    told = awarded.json("doctor", "--offline", code=1)
    assert (
        "run `insignia db upgrade`"
        in {one["check"]: one["found"] for one in told["findings"]}["database"]
    )
    assert "status lists" in told["leftOut"]  # told once
    awarded.does("db", "upgrade")
    assert faults(awarded) == {"issuers": "there is no issuer yet"}


def test_an_entry_that_was_cut_off_is_told_at_once(awarded: Shell) -> None:
    with writing(awarded) as session:
        last = session.get_one(AuditHeadRow, 1).sequence
        session.execute(delete(AuditEntryRow).where(AuditEntryRow.sequence == last))
    assert faults(awarded)["audit log"].endswith("the last entry was cut off")


def test_a_badge_class_that_was_changed_is_named(
    awarded: Shell, catalogue_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "own"
    shutil.copytree(catalogue_folder, folder)
    own = awarded.having(BADGE_CLASSES=str(folder))
    definition = folder / "wiki-friend/v1.yaml"
    whole = definition.read_text()
    definition.write_text(whole.replace("Help", "Hinder"))
    assert "wiki-friend/v1.yaml" in faults(own)["badge classes"]
    definition.write_text(whole)
    assert faults(own, code=0) == {}


def test_a_version_that_was_taken_over_with_other_content_is_named(
    awarded: Shell, catalogue_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "own"
    shutil.copytree(catalogue_folder, folder)
    definition = folder / "wiki-friend/v1.yaml"
    definition.write_text(definition.read_text().replace("Help", "Hinder"))
    (folder / "LOCK").unlink()
    lock(folder)
    found = faults(awarded.having(BADGE_CLASSES=str(folder)))["badge classes"]
    assert found.startswith("wiki-friend@1 was published with other content")


def test_a_job_that_fails_again_and_again_is_a_warning_with_its_last_error(awarded: Shell) -> None:
    with writing(awarded) as session:
        session.execute(
            update(OutboxRow).values(
                done_at=None, due_at=read_clock(), attempts=5, last_error="no answer"
            )
        )
        assert session.scalar(select(func.count()).select_from(OutboxRow)) == 1
    assert warnings(awarded)["jobs"] == "a job (publish-status-list) failed 5 times: no answer"


def test_a_journal_that_is_gone_is_a_warning(awarded: Shell) -> None:
    (awarded.data / "journal").rename(awarded.data / "elsewhere")
    assert "there is no journal at" in warnings(awarded)["audit log"]


def test_a_backup_is_asked_for_until_there_is_one(awarded: Shell) -> None:
    assert warnings(awarded)["backups"] == "no backup was ever written"
    with writing(awarded) as session:
        then = read_clock()
        note(session, Act.BACKED_UP, "backup", now=then)
    assert "backups" not in warnings(awarded)
    later = examined(awarded, later=timedelta(days=8))
    assert "the last backup is of" in found_by(later, "backups")


def test_a_key_that_signs_for_years_is_a_warning(awarded: Shell) -> None:
    later = examined(awarded, later=timedelta(days=170))
    assert "age of keys" not in {one.check for one in later.findings}
    with writing(awarded) as session:
        note(session, Act.CLOCK_ACCEPTED, "installation", now=read_clock() + timedelta(days=1094))
    later = examined(awarded, later=timedelta(days=1096))
    assert "signs since" in found_by(later, "age of keys")
    assert not any(one.severity is Severity.FAULT for one in later.findings if "age" in one.check)


def test_a_successor_that_should_sign_is_a_fault_and_work_activates_it(awarded: Shell) -> None:
    awarded.does("keys", "rotate", "--purpose", "credential", "--overlap", "1")
    assert faults(awarded, code=0) == {}
    later = examined(awarded, later=timedelta(hours=2))
    assert "should sign since" in found_by(later, "keystore")


def test_a_compromised_key_is_named_for_a_while(awarded: Shell) -> None:
    made = awarded.does("keys", "generate", "--purpose", "receipt").strip()
    with catch_warnings(action="ignore", category=InsecureCostWarning):
        keystore = Keystore.open(awarded.data / "keys", Passphrase("for tests only"))
    keystore.mark_compromised(made, since=read_clock(), now=read_clock())
    keystore.generate(Algorithm.EDDSA, purpose=Purpose.RECEIPT, now=read_clock())
    assert made in warnings(awarded)["keystore"]


def examined(
    shell: Shell, *, later: timedelta = timedelta(), world: Internet | None = None
) -> Examination:
    environment = {"INSIGNIA_DATA": str(shell.data), **shell.settings}
    with catch_warnings(action="ignore", category=InsecureCostWarning):
        return examine(environment, now=read_clock() + later, world=world)


def found_by(examination: Examination, check: str) -> str:
    return next(one.found for one in examination.findings if one.check == check)


def test_the_public_document_is_asked_for_where_it_really_answers(awarded: Shell) -> None:
    world = Internet()
    silent = examined(awarded, world=world)
    assert silent.is_well  # this machine's own network may be the reason
    assert "could not be asked from here" in found_by(silent, "public documents")
    published = (awarded.data / "public/.well-known/did.json").read_bytes()
    world.publish(DID_DOCUMENT, published)
    assert "public documents" not in {one.check for one in examined(awarded, world=world).findings}
    world.publish(DID_DOCUMENT, published.replace(b"Multikey", b"JsonWebKey"))
    other = examined(awarded, world=world)
    assert not other.is_well
    assert "answers with another document" in found_by(other, "public documents")
