"""R21: a wrong passphrase ends in one sentence that tells nothing; a typed one may be retyped."""

import os
import pty
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from openbadges.errors import Code, RefusedError
from service.exit_codes import exit_code_of
from service.passphrase_tries import PAUSES, tried_again
from tests.serving import PASSPHRASE, SECONDS_TO_START, begin, installed
from tests.shell import AWARD, Shell

WRONG: Final = "another passphrase"
SENTENCE: Final = "the passphrase does not open this keystore"


@pytest.mark.parametrize(
    "command", [AWARD, ("keys", "generate"), ("serve",), ("status", "publish")]
)
def test_a_wrong_passphrase_ends_every_command_alike(
    shell: Shell, command: tuple[str, ...]
) -> None:
    (shell.data / "passphrase").write_text(WRONG)
    assert shell.refused(*command, code=3) == SENTENCE


def test_the_service_itself_ends_so_and_leaves_no_trace_of_what_was_tried(tmp_path: Path) -> None:
    shell = installed(tmp_path)
    (shell.data / "passphrase").write_text(WRONG)
    process = begin(shell, tmp_path / "log")
    assert process.wait(SECONDS_TO_START) == 3
    assert (tmp_path / "log").read_text().splitlines()[-1] == f"insignia: {SENTENCE}"
    assert WRONG not in (tmp_path / "log").read_text()
    assert "Traceback" not in (tmp_path / "log").read_text()


@pytest.mark.parametrize("wrong", range(len(PAUSES) + 2))
def test_there_are_five_tries_and_the_pauses_between_them_grow(
    wrong: int, capsys: pytest.CaptureFixture[str]
) -> None:
    troubles = [RefusedError(SENTENCE, code=Code.PASSPHRASE)] * wrong
    pauses: list[float] = []

    def attempt() -> str:
        if troubles:
            raise troubles.pop()
        return "open"

    if wrong > len(PAUSES):
        with pytest.raises(RefusedError, match=SENTENCE) as told:
            tried_again(attempt, pause=pauses.append)
        assert exit_code_of(told.value) == 3
    else:
        assert tried_again(attempt, pause=pauses.append) == "open"
    assert pauses == list(PAUSES[:wrong])
    assert list(PAUSES) == sorted(set(PAUSES))
    assert capsys.readouterr().err.count(SENTENCE) == len(pauses)


def test_what_is_not_a_wrong_passphrase_is_not_tried_again() -> None:
    attempts: list[int] = []

    def attempt() -> None:
        attempts.append(1)
        raise RefusedError("index.json is damaged", code=Code.CANNOT_SIGN)

    with pytest.raises(RefusedError, match="damaged"):
        tried_again(attempt)
    assert attempts == [1]


def test_at_a_terminal_a_mistyped_passphrase_is_asked_for_again(tmp_path: Path) -> None:
    shell = installed(tmp_path)
    (shell.data / "passphrase").unlink()
    shell.describe(passphraseFile=None)
    ours, theirs = pty.openpty()
    environment = {**os.environ, "INSIGNIA_DATA": str(shell.data)}
    process = subprocess.Popen(
        [sys.executable, "-m", "service.cli", "keys", "generate"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
        start_new_session=True,
    )
    os.close(theirs)
    seen = b""
    for typed in (WRONG, PASSPHRASE):
        seen += read_until(ours, b"Passphrase of the keystore: ")
        os.write(ours, f"{typed}\n".encode())
    seen += read_to_the_end(ours)
    assert process.wait(SECONDS_TO_START) == 0, seen
    assert f"insignia: {SENTENCE}; try again".encode() in seen
    assert WRONG.encode() not in seen
    assert PASSPHRASE.encode() not in seen


def read_until(terminal: int, words: bytes) -> bytes:
    seen, until = b"", time.monotonic() + SECONDS_TO_START
    while not seen.endswith(words):
        assert time.monotonic() < until, seen
        seen += os.read(terminal, 1)
    return seen


def read_to_the_end(terminal: int) -> bytes:
    seen = b""
    try:
        while part := os.read(terminal, 4096):
            seen += part
    except OSError:  # how the end of a terminal is told
        pass
    return seen
