"""`award`, `revoke` and `status`: what a trainer does, with every slip of the hand."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from openbadges.identity import matches
from openbadges.strict import Document, parse_json_object
from tests.catalogues import PICTURE, small_definition, write_version
from tests.shell import ADDRESS, AWARD, Shell

DID = "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
FILES = ["badge.png", "badge.svg", "credential.json", "credential.jws"]
UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder that is not there yet, two levels down."""
    return tmp_path / "new" / "badge"


def credential(out: Path) -> Document:
    return parse_json_object((out / "credential.json").read_bytes(), what="the credential")


def count(shell: Shell, table: str) -> Any:  # noqa: ANN401 -- a number
    with closing(sqlite3.connect(shell.data / "insignia.sqlite3")) as connection:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 -- a table's name of the test's own


def test_an_award_leaves_four_files_that_all_verify(shell: Shell, out: Path) -> None:
    awarded = shell.json(*AWARD, "--out", str(out))
    assert sorted(path.name for path in out.iterdir()) == FILES
    assert sorted(awarded["files"]) == [str(out / name) for name in FILES]
    for name in FILES:
        report = shell.json("verify", str(out / name), "--expect-recipient", ADDRESS)
        assert report["verdict"] == "VERIFIED"
        assert report["credential"]["id"] == awarded["id"]


@pytest.mark.parametrize(
    ("written", "identifier"),
    [
        ("Learner@Example.org", "learner@example.org"),
        ("user:example_learner@meta.wikimedia.org", "Example learner"),
        ("User:Example learner@meta.wikimedia.org", "Example learner"),
    ],
)
def test_the_recipient_is_in_the_badge_as_a_hash(
    shell: Shell, out: Path, written: str, identifier: str
) -> None:
    shell.does("award", "wiki-friend", "--to", written, "--out", str(out))
    assert matches(credential(out)["credentialSubject"]["identifier"][0], identifier)
    for path in out.iterdir():
        assert identifier.encode() not in path.read_bytes()


def test_a_did_is_the_subject(shell: Shell, out: Path) -> None:
    shell.does("award", "wiki-friend", "--to", DID, "--out", str(out))
    assert credential(out)["credentialSubject"]["id"] == DID


def test_language_end_evidence_and_narrative_are_in_the_badge(shell: Shell, out: Path) -> None:
    link = "https://es.wikipedia.org/wiki/Especial:Diff/1"
    details = ("--evidence", link, "--evidence", f"{link}2", "--narrative", "Dos «ediciones» {")
    terms = ("--language", "es", "--valid-until", "2999-12-31T23:59:59+01:00")
    awarded = shell.json(*AWARD, *terms, *details, "--out", str(out))
    document = credential(out)
    assert document["name"] == "Amiga de la wiki"
    assert document["validUntil"] == "2999-12-31T22:59:59Z"
    assert [one["id"] for one in document["evidence"]] == [link, f"{link}2"]
    assert [one.get("narrative") for one in document["evidence"]] == ["Dos «ediciones» {", None]
    assert set(awarded["editions"]) == {"plain", "full"}
    assert awarded["id"] == awarded["editions"]["full"] == document["id"]


def test_an_award_ends_when_its_badge_class_proposes(shell: Shell, out: Path) -> None:
    shell.does("award", "brief", "--to", ADDRESS, "--out", str(out))
    document = credential(out)
    assert document["validFrom"] < document["validUntil"]


def test_a_pasted_narrative_is_cleaned_with_notice(shell: Shell, out: Path) -> None:
    pasted = ("--narrative", "first line\x0bsecond\x00 line")
    result = shell.run(*AWARD, *pasted, "--out", str(out))
    assert result.exit_code == 0
    assert "note: the narrative: a vertical tab was made a new line\n" in result.stderr
    assert "note: the narrative: NUL was taken out\n" in result.stderr
    assert credential(out)["evidence"][0]["narrative"] == "first line\nsecond line"


def test_the_same_person_and_badge_again_is_noticed_and_not_refused(awarded: Shell) -> None:
    result = awarded.run("award", "wiki-friend", "--to", ADDRESS.upper())
    assert result.exit_code == 0
    assert "note: this person was awarded wiki-friend once before, " in result.stderr
    other = awarded.run("award", "wiki-friend", "--to", "other@example.org")
    assert "was awarded" not in other.stderr


def test_a_badge_without_files_is_noticed(shell: Shell) -> None:
    assert "note: no files were written; `insignia files" in shell.run(*AWARD).stderr


REFUSED = [
    pytest.param(
        ("--to", "Example Learner"), "is neither an e-mail address, nor user:NAME@WIKI", id="a name"
    ),
    pytest.param(("--to", ""), "is neither an e-mail address", id="nobody"),
    pytest.param(("--to", "user:Example"), "is written user:NAME@WIKI", id="no wiki"),
    pytest.param(("--to", "learner@"), "this is not an e-mail address", id="half an address"),
    pytest.param(("--to", "did:x"), "a DID is did:<method>:<id>", id="half a DID"),
    pytest.param(("--valid-until", "2027-12-31"), "a date and time with its zone", id="a day"),
    pytest.param(("--valid-until", "31/12/2027"), "such as 2026-01-31T12:00:00Z", id="a date"),
    pytest.param(
        ("--valid-until", "2027-02-30T00:00:00Z"), "a moment that does not exist", id="no such day"
    ),
    pytest.param(("--valid-until", "2020-01-01T00:00:00Z"), "before it begins", id="the past"),
    pytest.param(("--language", "pt"), "it is written in en, es", id="another language"),
    pytest.param(("--language", ""), "it is written in en, es", id="no language"),
    pytest.param(("--evidence", "example.org/x"), "begins with https://", id="no link"),
    pytest.param(("--evidence", "https://example.org/a b"), "must be a link", id="a blank"),
    pytest.param(("--evidence", "https://example.org/\udcff"), "must be a link", id="no text"),
    pytest.param(("--issuer", "did:web:\udcff"), "there is no issuer", id="an issuer's no text"),
    pytest.param(("--evidence", ""), "must be a link", id="an empty link"),
    pytest.param(("--narrative", " \x0b "), "the narrative is empty", id="no narrative"),
    pytest.param(("--narrative", "x" * 10_001), "a narrative of 10001", id="a long narrative"),
    pytest.param(("--issuer", "did:web:x"), "there is no issuer 'did:web:x' here", id="an issuer"),
]


@pytest.mark.parametrize(("arguments", "reason"), REFUSED)
def test_a_slip_is_refused_with_the_reason_and_awards_nothing(
    shell: Shell, out: Path, arguments: tuple[str, ...], reason: str
) -> None:
    assert reason in shell.refused(*AWARD, *arguments, "--out", str(out))
    assert count(shell, "awards") == count(shell, "credentials") == 0
    assert not list(out.glob("*"))


def test_evidence_that_the_class_asks_for_is_asked_for(shell: Shell) -> None:
    sentence = shell.refused("award", "first-edits", "--to", ADDRESS)
    assert sentence == "first-edits@1 asks for evidence, and none was given"


@pytest.mark.parametrize("folder", ["/proc/badges", "file/badges"])
def test_a_folder_that_cannot_be_made_is_named_before_anything_is_awarded(
    shell: Shell, tmp_path: Path, folder: str
) -> None:
    (tmp_path / "file").write_text("")
    sentence = shell.refused(*AWARD, "--out", str(tmp_path / folder), code=3)
    assert sentence.startswith(f"{tmp_path / folder} cannot be used: ")
    assert count(shell, "awards") == 0


def test_a_file_in_the_folders_place_is_wrong_usage(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    sentence = shell.refused(*AWARD, "--out", str(tmp_path / "file"), code=2)
    assert "is a file" in sentence
    assert sentence.endswith("(see `insignia award --help`)")


def test_a_badge_whose_file_cannot_be_written_is_told_by_its_id(shell: Shell, out: Path) -> None:
    (out / "badge.svg").mkdir(parents=True)
    sentence = shell.refused(*AWARD, "--out", str(out), code=3)
    identifier = sentence.split()[0]
    assert f"{out / 'badge.svg'} could not be written: Is a directory" in sentence
    shell.does("revoke", identifier, "--reason", "its files were never written")


def test_awarding_into_the_same_folder_replaces_the_files(shell: Shell, out: Path) -> None:
    first, second = (shell.json(*AWARD, "--out", str(out))["id"] for _ in range(2))
    assert credential(out)["id"] == second != first


def awarded_id(shell: Shell) -> str:
    return str(credential(shell.data / "out")["id"])


def test_a_revocation_is_seen_when_it_is_published(awarded: Shell) -> None:
    identifier = awarded_id(awarded)
    file = str(awarded.data / "out" / "badge.svg")
    said = awarded.does("revoke", identifier, "--reason", "a mistake")
    assert identifier in said
    assert "status publish" in said
    assert awarded.json("verify", file)["verdict"] == "VERIFIED"
    assert awarded.json("status", "publish") == {"published": 1}
    report = awarded.json("verify", file, code=1)
    assert "REVOKED" in {finding["code"] for finding in report["findings"]}
    assert "0 status lists published" in awarded.does("status", "publish")


@pytest.mark.parametrize("capitals", [False, True])
def test_a_badge_is_revoked_by_its_uuid_too(awarded: Shell, *, capitals: bool) -> None:
    identifier = awarded_id(awarded)
    uuid = identifier.rpartition("/")[2]
    reference = uuid.upper() if capitals else uuid
    assert awarded.json("revoke", reference, "--reason", "x") == {"revoked": [identifier]}


def test_revoking_again_changes_nothing(awarded: Shell) -> None:
    identifier = awarded_id(awarded)
    awarded.does("revoke", identifier, "--reason", "a mistake")
    awarded.does("status", "publish")
    assert awarded.json("revoke", identifier, "--reason", "again") == {"revoked": [identifier]}
    assert awarded.json("status", "publish") == {"published": 0}


def test_an_issuer_whose_key_is_gone_keeps_no_other_from_publishing(
    awarded: Shell, out: Path
) -> None:
    before = set((awarded.data / "keys").iterdir())
    awarded.does("issuer", "create", "--did", "key")
    other = awarded.json(*AWARD, "--out", str(out))
    for identifier in (awarded_id(awarded), other["id"]):
        awarded.does("revoke", identifier, "--reason", "a mistake")
    (key,) = set((awarded.data / "keys").iterdir()) - before
    key.unlink()
    assert key.name in awarded.refused("status", "publish")
    file = str(awarded.data / "out" / "credential.json")
    assert awarded.json("verify", file, code=1)["verdict"] == "REJECTED"


def test_a_pasted_reason_is_cleaned_with_notice(awarded: Shell) -> None:
    result = awarded.run("revoke", awarded_id(awarded), "--reason", "a\x0cmistake")
    assert result.exit_code == 0
    assert result.stderr == "note: the reason: a form feed was made a new line\n"


def test_both_editions_are_revoked_with_one_command(shell: Shell) -> None:
    awarded = shell.json(*AWARD, "--narrative", "Much.")
    revoked = shell.json("revoke", awarded["editions"]["plain"], "--reason", "a mistake")
    assert sorted(revoked["revoked"]) == sorted(awarded["editions"].values())


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        pytest.param(("nonsense", "--reason", "x"), "is neither the id nor the UUID", id="no id"),
        pytest.param((UNKNOWN, "--reason", "x"), "was issued here", id="an unknown UUID"),
        pytest.param(
            (f"https://badges.example/credentials/{UNKNOWN}", "--reason", "x"),
            "was issued here",
            id="an unknown address",
        ),
        pytest.param(
            ("https://badges.example/\udcff", "--reason", "x"), "was issued here", id="no text"
        ),
        pytest.param((UNKNOWN, "--reason", ""), "a reason has 1 to 500", id="no reason"),
        pytest.param((UNKNOWN, "--reason", "x" * 501), "a reason has 1 to 500", id="a long one"),
    ],
)
def test_what_cannot_be_revoked_is_refused(
    awarded: Shell, arguments: tuple[str, ...], reason: str
) -> None:
    assert reason in awarded.refused("revoke", *arguments)
    assert count(awarded, "revocations") == 0


def test_a_picture_that_cannot_be_marked_trial_is_told_before_anything_is_awarded(
    keyless: Shell, tmp_path: Path, out: Path
) -> None:
    picture = PICTURE.replace("viewBox=", 'aria-label="a &#62; > b" viewBox=')
    write_version(tmp_path / "classes", "sign/v1", definition=small_definition(), picture=picture)
    trial = keyless.having(BADGE_CLASSES=str(tmp_path / "classes"))
    trial.does("badge-classes", "lock")
    trial.does("issuer", "create")
    sentence = trial.refused("award", "sign", "--to", ADDRESS, "--out", str(out))
    assert "cannot be marked TRIAL" in sentence
    assert count(trial, "credentials") == 0


@pytest.mark.parametrize(
    ("id_", "said"),
    [
        ("https://example.org/\\u001b[2J", "note: the files of https://example.org/\\x1b[2J that"),
        (None, ""),
    ],
)
def test_files_of_another_credential_are_named_without_their_escapes(
    awarded: Shell, out: Path, id_: str | None, said: str
) -> None:
    out.mkdir(parents=True)
    written = "null" if id_ is None else f'"{id_}"'
    (out / "credential.json").write_text(f'{{"id": {written}}}')
    stderr = awarded.run(*AWARD, "--out", str(out)).stderr
    assert said in stderr
    assert "the files of None" not in stderr
    assert "\x1b" not in stderr


def test_what_a_crash_left_on_record_is_finished_with_the_next_award(shell: Shell) -> None:
    trigger = (
        "CREATE TRIGGER refuse BEFORE UPDATE ON credentials WHEN NEW.state = 'SIGNED'"
        " BEGIN SELECT RAISE(ABORT, 'no room'); END"
    )
    with closing(sqlite3.connect(shell.data / "insignia.sqlite3")) as connection, connection:
        connection.execute(trigger)
    assert shell.run(*AWARD).exit_code == 1
    with closing(sqlite3.connect(shell.data / "insignia.sqlite3")) as connection, connection:
        connection.execute("DROP TRIGGER refuse")
    shell.does(*AWARD)
    assert count(shell, "credentials WHERE state = 'SIGNED'") == 2


def test_the_files_of_a_credential_are_written_again_byte_for_byte(shell: Shell, out: Path) -> None:
    awarded = shell.json(*AWARD, "--out", str(out))
    again = out.parent / "again"
    for reference in (awarded["id"], awarded["id"].rpartition("/")[2]):
        written = shell.json("files", reference, "--out", str(again))["files"]
        assert [Path(path).name for path in written] == [
            Path(path).name for path in awarded["files"]
        ]
        for path in written:
            assert Path(path).read_bytes() == (out / Path(path).name).read_bytes()


def test_there_are_no_files_of_what_was_never_issued(shell: Shell, out: Path) -> None:
    assert "was issued here" in shell.refused("files", UNKNOWN, "--out", str(out))
