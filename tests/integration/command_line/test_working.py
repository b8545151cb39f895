"""`insignia work`: what is due is done by a process of its own, once or until it is told to end."""

import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from openbadges.strict import parse_json_object
from tests.serving import SECONDS_TO_END, SECONDS_TO_START, begin
from tests.shell import Shell


@pytest.fixture(autouse=True)
def logs_of_this_test_alone() -> Iterator[None]:
    """Forget the stream that a command was given for its logs."""
    yield
    structlog.reset_defaults()


def test_once_does_what_is_due_and_ends(awarded: Shell) -> None:
    (path,) = awarded.data.glob("out/credential.json")
    awarded.does("revoke", _id_in(path), "--reason", "a mistake")
    assert awarded.json("verify", str(path))["verdict"] == "VERIFIED"
    assert awarded.json("work", "--once") == {"jobs": 0}
    assert awarded.json("verify", str(path), code=1)["verdict"] == "REJECTED"
    assert awarded.does("work", "--once") == "no job was due\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_runs_until_a_signal_ends_it_well(
    awarded: Shell, tmp_path: Path, number: signal.Signals
) -> None:
    (path,) = awarded.data.glob("out/credential.json")
    awarded.does("revoke", _id_in(path), "--reason", "a mistake")
    process = begin(awarded, tmp_path / "log", ("service.cli", "work"))
    try:
        _wait_until_rejected(awarded, path, process)
        process.send_signal(number)
        assert process.wait(SECONDS_TO_END) == 0, (tmp_path / "log").read_text()
    finally:
        process.kill()
        process.wait()


def test_a_wrong_passphrase_is_told_before_anything_is_done(awarded: Shell) -> None:
    (awarded.data / "passphrase").write_text("another one")
    assert "passphrase" in awarded.refused("work", "--once")


def _id_in(path: Path) -> str:
    return str(parse_json_object(path.read_bytes(), what="the badge")["id"])


def _wait_until_rejected(shell: Shell, path: Path, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while shell.run("verify", str(path)).exit_code != 1:
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.1)
