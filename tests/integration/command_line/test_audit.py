"""`insignia audit`: the log is checked, shown and signed; every command that writes is in it."""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import click
import pytest
from sqlalchemy import delete, select

from issuer.audit import NOBODY, OPERATOR, Act
from issuer.audit_head import AUDIT_USE, HEAD_PATH, HEAD_TYPE
from issuer.tables import AuditEntryRow, AuditHeadRow, AuditSaltRow
from openbadges.jose import unverified_parts
from openbadges.strict import parse_json_object
from service.cli import COMMANDS, main
from storage import Database
from tests.shell import ADDRESS, AWARD, Shell

SEED: Final = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
# What each command that writes notes by itself, typed with what it asks for.
WRITING: Final[Mapping[str, tuple[tuple[str, ...], tuple[Act, ...]]]] = {
    "award": (
        AWARD,
        (
            Act.BADGE_CLASS_TAKEN_OVER,
            Act.TRANSLATION_TAKEN_OVER,
            Act.AWARD_DECIDED,
            Act.CREDENTIAL_RECORDED,
            Act.CREDENTIAL_RELEASED,
        ),
    ),
    "keys generate": (("keys", "generate"), (Act.KEY_ACTIVE,)),
    "keys import-seed": (("keys", "import-seed", SEED), (Act.KEY_IMPORTED, Act.KEY_ACTIVE)),
    "issuer create": (
        ("issuer", "create", "--did", "key", "--name", "Another"),
        (Act.ISSUER_CREATED, Act.KEY_ACTIVE),
    ),
    "badge-classes import": (
        ("badge-classes", "import"),
        (Act.BADGE_CLASS_TAKEN_OVER, Act.TRANSLATION_TAKEN_OVER),
    ),
    "account create": (
        ("account", "create", "Zoe Example"),
        (Act.ACCOUNT_MADE, Act.SIGN_IN_LINK_MADE),
    ),
    "token create": (("token", "create", "--name", "Zoe's program"), (Act.TOKEN_MADE,)),
}


# Told in other tests: what is taken back (below), handed over, published and served.
ELSEWHERE: Final = frozenset(
    {
        "accept-clock",
        "account disable",
        "account link",
        "audit head",
        "batch repeat",
        "batch undo",
        "demo",
        "files",
        "restore",
        "revoke",
        "serve",
        "keys compromise",
        "keys rotate",
        "status catch-up",
        "status publish",
        "token revoke",
        "work",
    }
)
# These write nothing that was decided: they look, check, or make room.
QUIET: Final = frozenset(
    {
        "account list",
        "audit about",
        "audit show",
        "audit verify",
        "backup",
        "badge-classes lint",
        "badge-classes lock",
        "badge-classes show",
        "batch list",
        "batch show",
        "db check",
        "db upgrade",
        "doctor",
        "init",
        "issuer show",
        "keys list",
        "receipt",
        "token list",
        "verify",
    }
)


def commands() -> Iterator[str]:
    """Give every command that there is, a group's by its words."""
    for name in COMMANDS:
        found = main.get_command(click.Context(main), name)
        assert found is not None
        if isinstance(found, click.Group):
            yield from (f"{name} {inner}" for inner in found.commands)
        else:
            yield name


def test_every_command_is_told_here() -> None:
    assert set(commands()) == WRITING.keys() | ELSEWHERE | QUIET


def entries(shell: Shell, *options: str) -> Any:  # noqa: ANN401 -- JSON is any JSON value
    return shell.json("audit", "show", "--last", "10000", *options)


def acts(shell: Shell) -> list[str]:
    return [one["act"] for one in entries(shell)]


def database_of(shell: Shell) -> Database:
    return Database.open(f"sqlite:///{shell.data / 'insignia.sqlite3'}")


@pytest.mark.parametrize("command", WRITING)
def test_a_command_that_writes_is_noted(shell: Shell, command: str) -> None:
    typed, expected = WRITING[command]
    before = len(acts(shell))
    shell.does(*typed)
    new = entries(shell)[before:]
    told = [one["act"] for one in new if one["act"] != Act.STATUS_LIST_PUBLISHED]
    assert list(dict.fromkeys(told)) == list(expected)
    decided = [one for one in new if one["act"] not in (*_BY_THE_PROGRAM,)]
    assert {one["actor"] for one in decided} <= {OPERATOR}
    assert "Zoe" not in json.dumps(new)
    assert ADDRESS not in json.dumps(new)


_BY_THE_PROGRAM: Final = frozenset(
    {
        Act.BADGE_CLASS_TAKEN_OVER,
        Act.TRANSLATION_TAKEN_OVER,
        Act.STATUS_LIST_PUBLISHED,
        Act.CREDENTIAL_RECORDED,
        Act.CREDENTIAL_RELEASED,
    }
)


def test_what_is_taken_back_at_the_command_line_is_noted_once(awarded: Shell) -> None:
    url = parse_json_object((awarded.data / "out" / "credential.json").read_bytes(), what="it")[
        "id"
    ]
    account = awarded.json("account", "create", "Zoe Example")["id"]
    token = awarded.json("token", "create", "--name", "A program")["id"]
    before = len(acts(awarded))
    for _ in range(2):
        awarded.does("revoke", url, "--reason", "a mistake by Zoe")
        awarded.does("account", "disable", account)
        awarded.does("token", "revoke", token)
    new = entries(awarded)[before:]
    assert [(one["act"], one["subject"]) for one in new] == [
        (Act.CREDENTIAL_REVOKED, url),
        (Act.ACCOUNT_DISABLED, account),
        (Act.TOKEN_REVOKED, token),
    ]
    assert "Zoe" not in json.dumps(entries(awarded))
    assert entries(awarded, "--subject", account)[-1]["act"] == Act.ACCOUNT_DISABLED


def test_the_first_entry_of_an_installation_is_its_issuer(shell: Shell) -> None:
    first, *_ = entries(shell)
    assert (first["act"], first["actor"]) == (Act.ISSUER_CREATED, OPERATOR)


def test_a_log_that_is_whole_is_told_so(awarded: Shell) -> None:
    told = awarded.json("audit", "verify")
    assert (told["whole"], told["troubles"], told["more"]) == (True, [], False)
    assert told["sequence"] == len(acts(awarded))
    result = awarded.run("audit", "verify")
    assert result.stdout.startswith(f"the log is whole: {told['sequence']} entries, up to ")
    assert "no --head was given" in result.stderr


def test_what_was_done_to_the_log_ends_with_1_and_names_the_entry(awarded: Shell) -> None:
    with closing(database_of(awarded)) as database, database.write() as session:
        session.get_one(AuditEntryRow, 3).actor = "nobody"
    told = awarded.json("audit", "verify", code=1)
    assert [one["entry"] for one in told["troubles"]] == [3]
    result = awarded.run("audit", "verify")
    assert result.exit_code == 1
    assert "  entry 3 (" in result.stdout


def test_a_head_is_signed_by_a_key_of_its_own_and_published(awarded: Shell) -> None:
    text = awarded.does("audit", "head").strip()
    header, claims = unverified_parts(text)
    assert header["typ"] == HEAD_TYPE
    assert claims["iss"] == "https://badges.example"
    with closing(database_of(awarded)) as database, database.read() as session:
        last = session.get_one(AuditHeadRow, 1)
    assert (claims["sequence"], claims["sha256"]) == (last.sequence, last.sha256)
    assert (awarded.data / "public" / HEAD_PATH.lstrip("/")).read_text() == text
    made = entries(awarded)[-1]
    assert (made["act"], made["actor"], made["details"]["purpose"]) == (
        Act.KEY_ACTIVE,
        NOBODY,
        "audit",
    )
    listed = parse_json_object(
        (awarded.data / "public/.well-known/jwks.json").read_bytes(), what="the key set"
    )["keys"]
    assert [one["kid"] for one in listed if one.get("use") == AUDIT_USE] == [header["kid"]]
    assert awarded.does("audit", "head").strip() == text  # nothing was done meanwhile


def kept_head(shell: Shell, folder: Path) -> str:
    path = folder / "head.jws"
    path.write_text(shell.does("audit", "head"))
    return str(path)


def cut_off(shell: Shell, last: int) -> None:
    """Cut the log off and hide it: in the head's row, and in what is published."""
    with closing(database_of(shell)) as database, database.write() as session:
        session.execute(delete(AuditSaltRow).where(AuditSaltRow.sequence > last))
        session.execute(delete(AuditEntryRow).where(AuditEntryRow.sequence > last))
        head = session.get_one(AuditHeadRow, 1)
        head.sequence, head.sha256 = last, session.get_one(AuditEntryRow, last).sha256


def test_a_tail_that_was_cut_off_is_told_by_what_is_published_and_by_what_was_kept(
    awarded: Shell, tmp_path: Path
) -> None:
    kept = kept_head(awarded, tmp_path)
    assert awarded.json("audit", "verify", "--head", kept)["whole"]
    last = len(acts(awarded))
    cut_off(awarded, last - 1)
    told = awarded.json("audit", "verify", "--head", kept, code=1)["troubles"]
    places = ("the head in head.jws was", "the published head was", "the head in public/ was")
    for place, trouble in zip(places, told, strict=False):
        assert trouble["sentence"].startswith(place)
        assert f"ends with entry {last - 1}" in trouble["sentence"]


def test_a_head_of_another_log_or_by_another_key_proves_nothing(
    awarded: Shell, keyless_folder: Path, tmp_path: Path
) -> None:
    other = Shell(tmp_path / "other")
    shutil.copytree(keyless_folder, other.data)
    kept = kept_head(other, tmp_path)
    assert "and not of that of" in awarded.refused("audit", "verify", "--head", kept)
    text = awarded.does("audit", "head").strip()
    (tmp_path / "forged.jws").write_text(text[:-6] + "AAAAAA")
    awarded.refused("audit", "verify", "--head", str(tmp_path / "forged.jws"))
    (tmp_path / "none.jws").write_text("no head")
    awarded.refused("audit", "verify", "--head", str(tmp_path / "none.jws"))


def test_a_public_head_that_is_forged_is_a_trouble_of_its_own(awarded: Shell) -> None:
    text = awarded.does("audit", "head").strip()
    path = awarded.data / "public" / HEAD_PATH.lstrip("/")
    path.write_text(text[:-6] + "AAAAAA")
    (trouble,) = awarded.json("audit", "verify", code=1)["troubles"]
    assert trouble["sentence"].startswith("the head in public/ cannot be proven: ")


def test_the_entries_about_a_person_are_found_until_their_salts_go(awarded: Shell) -> None:
    (found,) = awarded.json("audit", "about", ADDRESS)
    assert found["act"] == Act.AWARD_DECIDED
    assert awarded.json("audit", "about", "other@example.org") == []
    assert awarded.does("audit", "about", "other@example.org") == "no such entries\n"
    with closing(database_of(awarded)) as database, database.write() as session:
        session.execute(delete(AuditSaltRow))
    assert awarded.json("audit", "about", ADDRESS) == []
    assert awarded.json("audit", "verify")["whole"]


def test_entries_are_listed_for_people_in_lines(awarded: Shell) -> None:
    lines = awarded.does("audit", "show", "--last", "2").splitlines()
    assert len(lines) == 2
    assert lines[-1].endswith(f"by {OPERATOR}")
    assert awarded.does("audit", "show", "--since", "2999-01-01T00:00:00Z") == "no such entries\n"
    awarded.refused("audit", "show", "--since", "yesterday")


def test_the_log_of_an_installation_agrees_with_its_keystore(shell: Shell) -> None:
    for typed, _ in WRITING.values():
        shell.does(*typed)
    assert shell.json("audit", "verify")["whole"]
    with closing(database_of(shell)) as database, database.read() as session:
        keys = select(AuditEntryRow.subject).where(AuditEntryRow.act == Act.KEY_ACTIVE)
        noted = set(session.scalars(keys))
    assert noted == {one["id"] for one in shell.json("keys", "list")}
