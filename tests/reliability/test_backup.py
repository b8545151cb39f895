"""R34 and R35: a backup of one moment, and a restore that un-revokes nobody and reuses no index."""

import gzip
import json
import os
import re
import sqlite3
import stat
import subprocess
import sys
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest
from pyrage import decrypt, encrypt, x25519
from sqlalchemy import inspect, select

from accounts.tables import AccountRow, SessionRow
from issuer.audit import Act
from issuer.batches.lists import Line, Terms, check_list
from issuer.batches.making import create_batch
from issuer.batches.showing import load_batch
from issuer.batches.undoing import undo_batch
from issuer.issuers import find_issuer
from issuer.put_back import awaits_journal
from issuer.tables import (
    AuditEntryRow,
    BatchState,
    CredentialRow,
    CredentialState,
    RevokedIndexRow,
    StatusListRow,
)
from keys import Purpose
from openbadges.strict import parse_json, whole_second
from service.due import turn_keys
from service.web.running import running
from service.working import Turn, do_job
from storage import Database, schema
from tests.amounts import amount
from tests.databases import Server
from tests.reliability.losses import CANARY, ELSEWHERE, Home, live, make_home, opened, publish
from tests.shell import Shell
from tests.site import Site
from verifier import Verdict

OLDER = "0006"  # a revision before the audit log
KILLS = amount(2, 60)
LONGEST_SECONDS = 2.0  # a restore takes less on a machine that is not busy
AWARDS_MEANWHILE = amount(6, 60)
ADDRESS = "learner@example.org"
PERSONAL = 503


@pytest.fixture
def emptied(server: Server, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Give empty databases of another kind than the one that was lost."""
    other = Server(ELSEWHERE[server.kind], tmp_path)
    with ExitStack() as databases:
        yield lambda: databases.enter_context(other.empty())


@pytest.fixture
def home(empty_database_url: str, tmp_path: Path, catalogue_folder: Path) -> Home:
    """An installation on each kind of database."""
    return make_home(tmp_path / "home", empty_database_url, catalogue_folder)


@pytest.fixture
def small(tmp_path: Path, catalogue_folder: Path) -> Home:
    """An installation on SQLite."""
    return make_home(tmp_path / "small", f"sqlite:///{tmp_path}/small.sqlite3", catalogue_folder)


@pytest.fixture
def place(tmp_path: Path, small: Home) -> Shell:
    """A folder and an empty SQLite database to restore the small one to."""
    return small.lost_to(tmp_path / "place", f"sqlite:///{tmp_path}/place.sqlite3")


def judged(site: Site, badge: bytes) -> Verdict:
    """Verify as this installation does: with its published documents and its own log."""
    with site.app.app_context():
        return running().verifier().verify(badge, now=site.clock()).verdict


def closing_site(shell: Shell, stack: ExitStack) -> Site:
    """Open an application that is closed with the others."""
    site = opened(shell)
    stack.callback(site.installation.close)
    return site


def lists(database: Database) -> list[StatusListRow]:
    with database.read() as session:
        return list(session.scalars(select(StatusListRow).order_by(StatusListRow.opened_at)))


def released(database: Database) -> list[CredentialRow]:
    signed = CredentialRow.state == CredentialState.SIGNED
    with database.read() as session:
        return list(session.scalars(select(CredentialRow).where(signed)))


def test_what_happened_after_the_backup_still_holds_after_the_restore(
    home: Home, emptied: Callable[[], str], tmp_path: Path
) -> None:
    with ExitStack() as stack:
        site = closing_site(home.shell, stack)
        trainer = site.trainer()
        kept, withdrawn, revoked = (
            live(site, trainer, f"{name}@example.org") for name in ("kept", "withdrawn", "revoked")
        )
        publish(site)
        home.back_up()
        after, revoked_after = (live(site, trainer, f"{name}@example.org") for name in "ab")
        shown = withdrawn.learner.get(withdrawn.manage).text
        for path in set(links_in(shown)):
            withdrawn.learner.submit(withdrawn.manage, path)
        replaced = withdrawn.learner.submit(
            withdrawn.manage, f"{withdrawn.manage}/replace"
        ).location
        publish(site)
        for one in (revoked, revoked_after):
            trainer.submit(one.award, f"{one.award}/revoke", reason="a mistake", sure="yes")
        publish(site)
        with site.installation.database.read() as session:
            account = session.scalars(select(AccountRow)).one().id
        home.shell.does("account", "disable", account)
        used = {
            (row.status_list_id, row.status_index) for row in released(site.installation.database)
        }

        shell = home.lost_to(tmp_path / "elsewhere", emptied())
        home.restore(shell, *home.all_that_survived())
        back = closing_site(shell, stack)
        assert judged(back, kept.json) is Verdict.VERIFIED
        assert judged(back, after.json) is Verdict.VERIFIED  # by what the journal says of it
        assert judged(back, revoked.json) is Verdict.REJECTED
        assert judged(back, revoked_after.json) is Verdict.REJECTED
        publish(back)
        assert judged(back, revoked.json) is Verdict.REJECTED
        assert judged(back, revoked_after.json) is Verdict.REJECTED
        assert judged(back, after.json) is Verdict.VERIFIED
        stranger = back.browser()
        assert stranger.get(kept.share).status_code == 200
        assert stranger.get(withdrawn.share).status_code == 404
        assert stranger.get(withdrawn.manage).status_code == 404
        assert stranger.get(replaced).status_code != 404
        with back.installation.database.read() as session:
            assert session.scalars(select(AccountRow)).one().disabled_at is not None
            assert session.scalars(select(SessionRow)).all() == []
            (index,) = session.scalars(select(RevokedIndexRow)).all()
        assert (index.status_list_id, index.status_index) in used
        (old,) = lists(back.installation.database)
        assert old.closed_at is not None
        live(back, back.trainer("Another trainer"), "next@example.org")
        new = {
            (row.status_list_id, row.status_index) for row in released(back.installation.database)
        }
        assert old.id not in {list_id for list_id, _ in new - used}


def links_in(page: str) -> list[str]:
    return re.findall(r'action="(/manage/[^"]+/withdraw)"', page)


def test_without_the_journal_no_personal_page_is_served_until_it_is_there(
    home: Home, emptied: Callable[[], str], tmp_path: Path
) -> None:
    with ExitStack() as stack:
        site = closing_site(home.shell, stack)
        trainer = site.trainer()
        badge = live(site, trainer, ADDRESS)
        publish(site)
        home.back_up()
        after = live(site, trainer, "after@example.org")
        (path,) = set(links_in(badge.learner.get(badge.manage).text))
        badge.learner.submit(badge.manage, path)
        publish(site)

        shell = home.lost_to(tmp_path / "elsewhere", emptied())
        home.restore(shell, "--published", str(home.shell.data / "public"))
        back = closing_site(shell, stack)
        publish(back)
        stranger = back.browser()
        closed = [badge.share, badge.manage, badge.path, "/claim/x", "/awards"]
        answers = {one: stranger.get(one) for one in closed}
        assert {one: found.status_code for one, found in answers.items()} == dict.fromkeys(
            closed, PERSONAL
        )
        assert "personal pages stay closed" in answers[badge.share].text
        listed = lists(back.installation.database)[0].url.removeprefix(back.base_url)
        for public in ("/.well-known/did.json", listed, "/verify", "/badge-classes/wiki-friend/v1"):
            assert stranger.get(public).status_code in {200, 303}, public
        # what was issued after the backup is unknown here, and was still issued
        for one in (badge, after):
            assert judged(back, one.json) is Verdict.VERIFIED
        shell.does("restore", "--journal", str(home.shell.data / "journal"))
        assert stranger.get(badge.share).status_code == 404
        assert stranger.get(badge.manage).status_code != PERSONAL
        assert judged(back, after.json) is Verdict.VERIFIED
        assert "no restore is waiting" in shell.refused("restore", "--accept-without-journal")


def test_without_the_journal_nothing_is_awarded_that_it_may_say_was_undone(
    small: Home, place: Shell
) -> None:
    with ExitStack() as stack:
        site = closing_site(small.shell.having(HOLD_MINUTES="10"), stack)
        batch_id = make_batch(site, ADDRESS)
        small.back_up()
        undo_batch(site.installation.database, batch_id, clock=site.clock, undone_by=None)

        small.restore(place, "--published", str(small.shell.data / "public"))
        back = closing_site(place, stack)
        assert do_job(back.installation, back.clock) is Turn.NOTHING
        place.does("restore", "--journal", str(small.shell.data / "journal"))
        assert do_job(back.installation, back.clock) is Turn.ENDED
        with back.installation.database.read() as session:
            assert load_batch(session, batch_id).state is BatchState.UNDONE
        assert released(back.installation.database) == []


def make_batch(site: Site, recipient: str) -> str:
    """Let a badge be due to somebody as a batch, and return the id of the batch."""
    here, now = site.installation, site.clock()
    terms = Terms(here.catalogue.find("wiki-friend"), "en", whole_second(now))
    with here.database.write() as session:
        issuer = find_issuer(session)
        listed = check_list(terms, [Line(1, recipient)], issuer=issuer, keystore=here.keystore)
        return create_batch(session, terms, listed, issuer=issuer, keystore=here.keystore, now=now)


def test_a_backup_taken_while_badges_are_awarded_is_of_one_moment(
    home: Home, emptied: Callable[[], str], tmp_path: Path
) -> None:
    with ExitStack() as stack:
        site = closing_site(home.shell, stack)
        home.shell.does("award", "wiki-friend", "--to", CANARY)

        def award(number: int) -> None:
            home.shell.does("award", "wiki-friend", "--to", f"learner-{number}@example.org")

        with ThreadPoolExecutor(1) as others:
            going_on = others.map(award, range(AWARDS_MEANWHILE))
            next(going_on)
            home.back_up()
            list(going_on)
        used = {
            (row.status_list_id, row.status_index) for row in released(site.installation.database)
        }
        publish(site)
        shell = home.lost_to(tmp_path / "elsewhere", emptied())
        home.restore(shell, *home.all_that_survived())
        back = closing_site(shell, stack)
        found = released(back.installation.database)
        assert 2 <= len(found) <= len(used) == AWARDS_MEANWHILE + 1
        for row in found:
            assert judged(back, row.json_bytes or b"") is Verdict.VERIFIED
        shell.does("award", "wiki-friend", "--to", ADDRESS)
        new = {
            (row.status_list_id, row.status_index) for row in released(back.installation.database)
        }
        assert len(new) == len(found) + 1
        old_lists = {list_id for list_id, _ in used}
        assert {list_id for list_id, _ in new - used} & old_lists == set()


def test_a_stolen_backup_shows_nothing(small: Home) -> None:
    small.shell.does("award", "wiki-friend", "--to", CANARY)
    small.back_up()
    secrets = [path.read_bytes()[:40] for path in (small.shell.data / "keys").glob("key-*")]
    assert secrets
    for path in (small.backup, small.keys):
        data = path.read_bytes()
        assert data.startswith(b"age-encryption.org/v1")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert not [one for one in (CANARY.encode(), b"zanzibar", *secrets) if one in data]
    # who has the key that opens the rows has no key that signs
    clear = zlib.decompress(opened_by(small, small.backup), wbits=zlib.MAX_WBITS + 16)
    assert b"badges.example" in clear
    assert not [one for one in (CANARY.encode(), *map(b64encode, secrets)) if one in clear]
    assert sorted(path.name for path in small.folder.iterdir() if path.suffix == ".part") == []


def opened_by(home: Home, path: Path) -> bytes:
    text = home.identity.read_text().splitlines()[-1]
    clear: bytes = decrypt(path.read_bytes(), [x25519.Identity.from_str(text)])
    return clear


def changed(home: Home, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """Write the backup again with other lines, as its recipient could."""
    lines = lines_of(home)
    text = home.identity.read_text().splitlines()[-1]
    packed = gzip.compress(b"".join(line + b"\n" for line in change(lines)))
    recipient = x25519.Identity.from_str(text).to_public()
    home.backup.write_bytes(encrypt(packed, [recipient]))


def a_row(home: Home) -> int:
    """Tell which line of a backup is the last that is a row."""
    lines = lines_of(home)
    return max(place for place, line in enumerate(lines) if line.startswith(b"["))


def lines_of(home: Home) -> list[bytes]:
    """Read a backup's lines, as its recipient can."""
    clear = zlib.decompress(opened_by(home, home.backup), wbits=zlib.MAX_WBITS + 16)
    return clear.splitlines()


def named(home: Home, identity: Path | None = None) -> tuple[str, ...]:
    return ("--identity", str(identity or home.identity), "--keys", str(home.keys))


def test_a_backup_that_was_cut_off_or_changed_restores_nothing(small: Home, place: Shell) -> None:
    small.shell.does("award", "wiki-friend", "--to", CANARY)
    small.back_up()
    whole = small.backup.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    for data in (whole[:-1], whole[: len(whole) // 2], bytes(flipped), b"hello", b""):
        small.backup.write_bytes(data)
        said = place.refused(
            "restore", str(small.backup), *named(small), *small.all_that_survived()
        )
        assert "was cut off or changed, or is no age file" in said
    small.backup.write_bytes(whole)
    for missing in (-1, -2, a_row(small)):
        changed(small, lambda lines, at=missing: [one for one in lines if one != lines[at]])  # type: ignore[misc] # a default for the loop
        command = ("restore", str(small.backup), *named(small), *small.all_that_survived())
        assert "rows are missing in it" in place.refused(*command)
        small.backup.write_bytes(whole)
    small.restore(place, *small.all_that_survived())  # the database was left empty each time


def test_a_restore_refuses_what_does_not_belong_together(
    small: Home, place: Shell, tmp_path: Path
) -> None:
    small.shell.does("award", "wiki-friend", "--to", CANARY)
    small.back_up()
    restore = ("restore", str(small.backup))
    other = tmp_path / "other"
    small.shell.does("backup", "--make-identity", str(other))
    assert "encrypted to other keys" in place.refused(*restore, *named(small, other))
    here = place.having(BASE_URL="https://elsewhere.example")
    assert "is https://elsewhere.example" in here.refused(*restore, *named(small))
    assert "there are no keys in" in place.refused(*restore, "--identity", str(small.identity))
    assert "is not empty" in small.shell.refused(*restore, "--identity", str(small.identity))
    journal = ("--journal", str(small.shell.data / "journal"))
    said = place.refused(*restore, *named(small), *journal)
    assert "--without-published-lists" in said
    whole = small.backup.read_bytes()
    changed(small, lambda lines: [lines[0].replace(b'"schema":"00', b'"schema":"99'), *lines[1:]])
    assert "update the program" in place.refused(*restore, *named(small), *journal)
    small.backup.write_bytes(whole)
    place.does(*restore, *named(small), *journal, "--without-published-lists")


def test_a_key_that_was_compromised_since_its_backup_stays_compromised(
    small: Home, place: Shell
) -> None:
    with ExitStack() as stack:
        site = closing_site(small.shell, stack)
        live(site, site.trainer(), ADDRESS)
        publish(site)
        small.back_up()
        keystore = site.installation.keystore
        (key,) = (one.key_id for one in keystore.list() if one.purpose is Purpose.CREDENTIAL)
        mark = ("keys", "compromise", key, "--since", "2026-01-02T00:00:00Z", "--yes")
        small.shell.does(*mark)
        assert b'"revoked":"2026-01-02T00:00:00Z"' in did_document(site)

        small.restore(place, *small.all_that_survived())
        back = closing_site(place, stack)
        again = back.trainer("Another trainer")
        # the service does this by itself, whatever was told at the restore
        turn_keys(back.installation, now=back.clock())
        publish(back)
        assert b'"revoked":"2026-01-02T00:00:00Z"' in did_document(back)
        assert f"{key} is compromised since" in place.refused(
            "award", "wiki-friend", "--to", CANARY
        )
        place.does(*mark)
        assert b'"revoked":"2026-01-02T00:00:00Z"' in did_document(back)
        assert judged(back, live(back, again, CANARY).json) is Verdict.VERIFIED


def did_document(site: Site) -> bytes:
    """Return the DID document that the installation publishes."""
    publish(site)
    body = site.installation.public.read("https://badges.example/.well-known/did.json")
    assert body is not None
    return body


def test_of_two_restores_at_once_one_is_done_and_the_other_refused(
    small: Home, place: Shell
) -> None:
    small.shell.does("award", "wiki-friend", "--to", CANARY)
    small.back_up()
    command = ("restore", str(small.backup), *named(small), *small.all_that_survived())
    with ThreadPoolExecutor(2) as both:
        ends = [one.result() for one in [both.submit(place.run, *command) for _ in range(2)]]
    assert sorted(one.exit_code for one in ends) == [0, 1]
    (refused,) = (one for one in ends if one.exit_code)
    assert isinstance(refused.exception, SystemExit)  # with a sentence, and no traceback


def test_a_published_list_that_is_forged_or_old_is_refused(small: Home, place: Shell) -> None:
    small.shell.does("award", "wiki-friend", "--to", CANARY)
    (path,) = (small.shell.data / "public" / "status-lists").iterdir()
    before = path.read_bytes()
    url = small.shell.json("award", "wiki-friend", "--to", ADDRESS)["id"]
    small.shell.does("revoke", url, "--reason", "a mistake")
    small.shell.does("status", "publish")
    small.back_up()
    restore = ("restore", str(small.backup), *named(small))
    now = path.read_bytes()
    path.write_bytes(now.replace(b'"ttl":300000', b'"ttl":300001'))
    assert "does not hold" in place.refused(*restore, *small.all_that_survived())
    path.write_bytes(before)
    said = place.refused(*restore, *small.all_that_survived())
    assert "only as it was before the backup" in said
    path.write_bytes(now)
    small.restore(place, *small.all_that_survived())


def test_a_journal_with_a_gap_is_refused_unless_it_goes_without(small: Home, place: Shell) -> None:
    small.back_up()
    journal = small.shell.data / "journal"
    small.shell.does("award", "wiki-friend", "--to", CANARY)
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:-2] + lines[-1:]))
    restore = ("restore", str(small.backup), *named(small), *small.all_that_survived())
    assert "is missing, was changed" in place.refused(*restore)
    told = parse_json(place.does(*restore, "--without-journal", "--json"))
    assert told["journal"] is False
    with closing(opened(place).installation) as installation, installation.database.read() as one:
        assert awaits_journal(one)
    place.does("restore", "--accept-without-journal")
    with closing(opened(place).installation) as installation, installation.database.read() as one:
        assert not awaits_journal(one)


def test_the_log_is_whole_though_a_restore_lost_the_rows_that_it_speaks_of(
    small: Home, place: Shell
) -> None:
    small.back_up()
    small.shell.does("award", "wiki-friend", "--to", CANARY)
    place.does("restore", str(small.backup), *named(small), *small.all_that_survived())
    assert "the log is whole" in place.does("audit", "verify")


def test_a_journal_that_was_begun_anew_goes_on_from_the_next_backup(
    small: Home, place: Shell
) -> None:
    small.shell.does("award", "wiki-friend", "--to", CANARY)
    journal = small.shell.data / "journal"
    journal.rename(journal.with_name("kept"))
    small.back_up()
    told = parse_json(small_restored(small, place))
    assert (told["journal"], told["acts"]) == (True, 0)


def small_restored(small: Home, place: Shell) -> str:
    command = ("restore", str(small.backup), *named(small), *small.all_that_survived())
    return place.does(*command, "--without-published-lists", "--json")


@pytest.mark.thorough
def test_a_restore_that_is_killed_leaves_nothing_half(small: Home, tmp_path: Path) -> None:
    for _ in range(3):
        small.shell.does("award", "wiki-friend", "--to", CANARY)
    small.back_up()
    command = ("restore", str(small.backup), *named(small), *small.all_that_survived())
    for kill in range(KILLS):
        place = small.lost_to(tmp_path / f"place-{kill}", f"sqlite:///{tmp_path}/{kill}.sqlite3")
        process = started(place, *command)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=LONGEST_SECONDS * kill / KILLS)
        process.kill()
        process.communicate()
        said = place.run(*command).output
        assert "restored:" in said or ("is not empty" in said and whole(place)), said
        with ExitStack() as stack:
            site = closing_site(place, stack)
            assert len(released(site.installation.database)) == 3


def whole(place: Shell) -> bool:
    """Tell whether the log says that the restore was done."""
    with closing(opened(place).installation) as installation, installation.database.read() as one:
        done = select(AuditEntryRow).where(AuditEntryRow.act == Act.RESTORED)
        return one.scalars(done).first() is not None


def started(shell: Shell, *command: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, **shell.settings, "INSIGNIA_DATA": str(shell.data)}
    return subprocess.Popen(  # noqa: S603 -- our own program
        [sys.executable, "-m", "service.cli", *command],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def test_a_backup_of_an_older_schema_is_upgraded(small: Home, place: Shell, tmp_path: Path) -> None:
    small.shell.does("award", "wiki-friend", "--to", CANARY)
    small.back_up()
    with closing(Database.open(f"sqlite:///{tmp_path}/older.sqlite3", create=True)) as older:
        schema.upgrade(older, OLDER)
        with older.read() as session:
            looked_at = inspect(session.connection())
            known = {
                name: {one["name"] for one in looked_at.get_columns(name)}
                for name in looked_at.get_table_names()
            }
    changed(small, lambda lines: at_schema(lines, known))
    small.restore(place, *small.all_that_survived()[:2], "--accept-without-journal")
    with ExitStack() as stack:
        site = closing_site(place, stack)
        for row in released(site.installation.database):
            assert judged(site, row.json_bytes or b"") is Verdict.VERIFIED
    assert not (place.data / "half-restored").exists()


def at_schema(lines: list[bytes], known: Mapping[str, set[str]]) -> list[bytes]:
    """Leave out the tables and columns that an older schema did not have."""
    kept: list[object] = []
    tables, rows = 0, 0
    members: list[bool] = []
    for value in map(parse_json, lines[1:-1]):
        if isinstance(value, dict):
            has = known.get(value["table"], set())
            members = [name in has for name in value["columns"]]
            columns = {name: kind for name, kind in value["columns"].items() if name in has}
            tables += any(members)
            kept += [{"table": value["table"], "columns": columns}] * any(members)
        elif any(members):
            rows += 1
            kept.append([one for one, is_known in zip(value, members, strict=True) if is_known])
    start = {"schema": OLDER, "audit": {"sequence": 0, "sha256": "0" * 64}}
    document = [parse_json(lines[0]) | start, *kept, {"tables": tables, "rows": rows}]
    return [json.dumps(line).encode() for line in document]


def test_a_start_after_a_restore_that_was_cut_off_is_refused(small: Home) -> None:
    (small.shell.data / "half-restored").touch()
    assert "was cut off" in small.shell.refused("award", "wiki-friend", "--to", CANARY)


def test_no_backup_is_made_in_clear(small: Home) -> None:
    nobody = small.shell.having(BACKUP_RECIPIENTS="")
    assert "INSIGNIA_BACKUP_RECIPIENTS" in nobody.refused("backup", str(small.backup))
    wrong = small.shell.having(BACKUP_RECIPIENTS="age1zzz")
    assert "is no public key" in wrong.refused("backup", str(small.backup))
    assert not small.backup.exists()


def test_a_database_that_was_put_back_otherwise_catches_up_with_what_is_public(
    small: Home, tmp_path: Path
) -> None:
    url = small.shell.json("award", "wiki-friend", "--to", CANARY)["id"]
    file = tmp_path / "small.sqlite3"
    with closing(sqlite3.connect(file)) as one, closing(sqlite3.connect(tmp_path / "old")) as copy:
        one.backup(copy)
    small.shell.does("revoke", url, "--reason", "a mistake")
    lost = small.shell.json("award", "wiki-friend", "--to", ADDRESS)["id"]
    small.shell.does("revoke", lost, "--reason", "a mistake")
    small.shell.does("status", "publish")
    with closing(sqlite3.connect(tmp_path / "old")) as old, closing(sqlite3.connect(file)) as one:
        old.backup(one)
    assert "insignia status catch-up" in small.shell.refused("status", "publish")
    told = small.shell.json("status", "catch-up")
    assert (told["revokedCredentials"], told["revokedIndexes"]) == (1, 1)
    small.shell.does("status", "publish")
    with ExitStack() as stack:
        site = closing_site(small.shell, stack)
        (row,) = released(site.installation.database)
        assert judged(site, row.json_bytes or b"") is Verdict.REJECTED
        (listed,) = lists(site.installation.database)
        assert listed.closed_at is not None
