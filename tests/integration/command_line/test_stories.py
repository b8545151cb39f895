"""The command line as a whole: as a process of its own, as a story, and for programs."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from openbadges.strict import parse_json
from service.cli import COMMANDS
from tests.shell import AWARD, NAME, Shell

ROOT = Path(__file__).parents[3]
DEMO_FILES = ["badge.png", "badge.svg", "credential.json", "credential.jws", "qr.svg"]


def process(
    arguments: Sequence[str], shell: Shell, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run the command line in a process of its own, with no other setting than the shell's."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("INSIGNIA_")
    }
    return subprocess.run(  # noqa: S603 -- our own command line
        [sys.executable, "-m", "service.cli", *arguments],
        cwd=ROOT,
        env={**inherited, "INSIGNIA_DATA": str(shell.data), **shell.settings, **environment},
        capture_output=True,
        check=False,
    )


def test_the_story_is_told_twice_in_a_row(newcomer: Shell) -> None:
    for beginning in ("1. An installation was made in", "1. The installation in"):
        told = newcomer.does("demo")
        assert told.startswith(beginning)
        before, after = told.split("6. The issuer revokes it")
        assert before.rstrip().endswith("VERIFIED")
        assert "[REVOKED]\n" in after
        assert "REJECTED" in after
        assert sorted(path.name for path in (newcomer.data / "demo").iterdir()) == DEMO_FILES
    for name in DEMO_FILES[:-1]:
        report = newcomer.json("verify", str(newcomer.data / "demo" / name), code=1)
        assert report["verdict"] == "REJECTED"
        assert [one["code"] for one in report["findings"] if one["outcome"] != "PASSED"] == [
            "REVOKED"
        ]


def test_the_story_is_told_to_programs_in_json_alone(newcomer: Shell) -> None:
    told = newcomer.json("demo")
    assert (told["verified"]["verdict"], told["revoked"]["verdict"]) == ("VERIFIED", "REJECTED")
    assert "REVOKED" in {finding["code"] for finding in told["revoked"]["findings"]}


def test_the_whole_way_of_a_newcomer(newcomer: Shell, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    newcomer.does("init", "--organisation", NAME)
    newcomer.does("issuer", "create")
    identifier = newcomer.json(*AWARD, "--out", out)["id"]
    assert newcomer.json("verify", f"{out}/badge.png")["verdict"] == "VERIFIED"
    newcomer.does("revoke", identifier, "--reason", "a mistake")
    newcomer.does("status", "publish")
    assert newcomer.json("verify", f"{out}/badge.png", code=1)["verdict"] == "REJECTED"


JSON_COMMANDS = [
    ("init", "--organisation", NAME),
    ("db", "check"),
    ("db", "upgrade"),
    ("keys", "generate"),
    ("keys", "list"),
    ("keys", "import-seed", "11" * 32),
    ("issuer", "create", "--did", "key"),
    ("issuer", "show"),
    ("badge-classes", "lint"),
    ("badge-classes", "show"),
    ("badge-classes", "show", "first-edits"),
    ("badge-classes", "import"),
    AWARD,
    ("award", "brief", "--to", "user:Example@meta.wikimedia.org", "--narrative", "a\x0bb"),
    ("status", "publish"),
]


@pytest.mark.parametrize("command", JSON_COMMANDS, ids=lambda command: " ".join(command[:2]))
def test_what_programs_read_is_json_and_nothing_else(
    awarded: Shell, command: tuple[str, ...]
) -> None:
    result = awarded.run(*command, "--json")
    assert result.exit_code == 0, result.output
    parse_json(result.stdout)
    assert all(line.startswith("note: ") for line in result.stderr.splitlines())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_in_a_line_what_it_does(newcomer: Shell, command: str) -> None:
    module, sentence = COMMANDS[command]
    assert module
    assert sentence in newcomer.does("--help")
    assert "Usage: insignia " + command in newcomer.does(command, "--help")


def test_an_unknown_command_is_wrong_usage(newcomer: Shell) -> None:
    assert newcomer.refused("awrd", code=2).startswith("No such command 'awrd'")
    assert newcomer.refused("--jsn", code=2).startswith("No such option '--jsn'")
    assert newcomer.refused("keys", "lst", code=2).endswith("(see `insignia keys --help`)")


def test_a_process_ends_with_the_verdict(awarded: Shell) -> None:
    file = awarded.data / "out" / "credential.json"
    good = process(["verify", str(file), "--json"], awarded)
    assert (good.returncode, good.stderr) == (0, b"")
    assert parse_json(good.stdout)["verdict"] == "VERIFIED"
    file.write_bytes(file.read_bytes().replace(b"Wiki friend", b"Wiki fiend"))
    assert process(["verify", str(file)], awarded).returncode == 1
    missing = process(["verify", "missing"], awarded)
    assert (missing.returncode, missing.stdout) == (2, b"")
    assert missing.stderr.startswith(b"insignia: ")


def test_a_process_that_is_refused_prints_one_sentence(newcomer: Shell) -> None:
    refused = process(["keys", "list"], newcomer, INSIGNIA_PROT="1")
    assert (refused.returncode, refused.stdout) == (1, b"")
    assert refused.stderr.startswith(b"insignia: INSIGNIA_PROT is not a setting; ")
    assert refused.stderr.count(b"\n") == 1


def test_a_terminal_without_our_marks_gets_their_numbers(awarded: Shell) -> None:
    file = str(awarded.data / "out" / "credential.json")
    result = process(["verify", file], awarded, PYTHONIOENCODING="latin-1")
    assert result.returncode == 0
    assert result.stdout.startswith(b"  \\u2714 unwrap")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk to write to here")
def test_a_full_disk_is_a_sentence(newcomer: Shell) -> None:
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            [sys.executable, "-m", "service.cli", "badge-classes", "show"],
            cwd=ROOT,
            env={"INSIGNIA_BADGE_CLASSES": newcomer.settings["INSIGNIA_BADGE_CLASSES"]},
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert result.returncode == 3
    assert result.stderr == b"insignia: writing failed: No space left on device\n"
