"""After a restore the audit log agrees with what is stored, and what was lost is no forgery."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text

from issuer.tables import CredentialRow, RevocationRow
from storage import Database
from tests.reliability.losses import Home, live, make_home, opened, publish
from tests.shell import Shell


@pytest.fixture
def home(tmp_path: Path, catalogue_folder: Path) -> Iterator[Home]:
    """An installation that awarded and revoked before its backup, and after it."""
    url = f"sqlite:///{tmp_path}/home.sqlite3"
    home = make_home(tmp_path / "home", url, catalogue_folder)
    site = opened(home.shell)
    trainer = site.trainer()
    revoked = live(site, trainer, "revoked@example.org")
    home.shell.does("work", "--once")  # which makes what is needed, the log's key too
    home.back_up()
    after = live(site, trainer, "after@example.org")
    publish(site)
    for one in (revoked, after):
        trainer.submit(one.award, f"{one.award}/revoke", reason="a mistake", sure="yes")
    publish(site)
    home.shell.does("keys", "rotate", "--purpose", "status-list", "--now")
    yield home
    site.installation.close()


@pytest.fixture
def place(home: Home, tmp_path: Path) -> Shell:
    return home.lost_to(tmp_path / "place", f"sqlite:///{tmp_path}/place.sqlite3")


def test_with_the_journal_the_log_is_whole(home: Home, place: Shell) -> None:
    kept = home.folder / "head.jws"
    kept.write_text(home.shell.does("audit", "head"))
    home.restore(place, *home.all_that_survived())
    assert place.json("audit", "verify", "--head", str(kept)) | {"sha256": ""} == {
        "whole": True,
        "sequence": place.json("audit", "head")["sequence"],
        "sha256": "",
        "troubles": [],
        "more": False,
    }


def test_without_the_journal_a_head_that_was_kept_tells_what_is_missing(
    home: Home, place: Shell
) -> None:
    kept = home.folder / "head.jws"
    kept.write_text(home.shell.does("audit", "head"))
    public = ("--published", str(home.shell.data / "public"))
    home.restore(place, *public, "--accept-without-journal")
    told = place.json("audit", "verify", "--head", str(kept), code=1)["troubles"]
    assert all("the head in head.jws" in one["sentence"] for one in told), told


def test_a_journal_that_came_later_leaves_the_log_whole(home: Home, place: Shell) -> None:
    public = ("--published", str(home.shell.data / "public"))
    home.restore(place, *public, "--without-journal")
    place.does("restore", "--journal", str(home.shell.data / "journal"))
    (place.data / "public/.well-known/insignia-audit-head.jws").unlink(missing_ok=True)
    assert place.json("audit", "verify")["whole"]


def test_what_was_taken_out_after_the_restore_is_found(home: Home, place: Shell) -> None:
    home.restore(place, *home.all_that_survived())
    url = place.settings["INSIGNIA_DATABASE_URL"]
    with closing(Database.open(url)) as database, database.write() as session:
        first = session.scalars(select(CredentialRow.credential_url)).first()
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
        session.execute(delete(RevocationRow))
        session.execute(delete(CredentialRow).where(CredentialRow.credential_url == first))
    told = place.json("audit", "verify", code=1)["troubles"]
    assert any("there is no such credential" in one["sentence"] for one in told)
