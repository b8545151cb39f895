"""A person at the command line: what they type, what they see, and how it ended."""

import json
import shutil
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner, Result

from keys.encryption import InsecureCostWarning
from openbadges.strict import parse_json
from service.cli import main
from service.settings import SETTINGS
from tests.amounts import FULL
from tests.issuing import make_cheap_keystore

NAME: Final = "Example Learning Circle"
ADDRESS: Final = "learner@example.org"
AWARD: Final = ("award", "wiki-friend", "--to", ADDRESS)


@dataclass(frozen=True, slots=True)
class Shell:
    """A shell whose settings are these and no others."""

    data: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, stdin: bytes = b"") -> Result:
        """Run a command."""
        known: dict[str, str | None] = dict.fromkeys((*SETTINGS, FULL))
        environment = {**known, "INSIGNIA_DATA": str(self.data), **self.settings}
        with warnings.catch_warnings(action="ignore", category=InsecureCostWarning):
            return CliRunner().invoke(
                main, arguments, input=stdin, env=environment, prog_name="insignia"
            )

    def does(self, *arguments: str, stdin: bytes = b"") -> str:
        """Run a command that succeeds, and return what it prints."""
        result = self.run(*arguments, stdin=stdin)
        assert result.exit_code == 0, result.output
        return result.stdout

    def json(self, *arguments: str, code: int = 0) -> Any:  # noqa: ANN401 -- JSON is any JSON value
        """Run a command with --json, and return what it prints; nothing else may be there."""
        result = self.run(*arguments, "--json")
        assert result.exit_code == code, result.output
        return parse_json(result.stdout)

    def refused(self, *arguments: str, stdin: bytes = b"", code: int = 1) -> str:
        """Run a command that is refused in one sentence on stderr, and return the sentence."""
        result = self.run(*arguments, stdin=stdin)
        assert isinstance(result.exception, SystemExit), result.output
        assert (result.exit_code, result.stdout) == (code, ""), result.output
        lines = [line for line in result.stderr.splitlines() if not line.startswith("note: ")]
        assert len(lines) == 1, result.stderr
        start, colon, sentence = lines[0].partition(": ")
        assert (start, colon) == ("insignia", ": ")
        return sentence

    def having(self, **settings: str) -> "Shell":
        """Give a shell with other settings, by their names without INSIGNIA_."""
        named = {f"INSIGNIA_{name}": value for name, value in settings.items()}
        return Shell(self.data, {**self.settings, **named})

    def describe(self, **changes: Any) -> None:  # noqa: ANN401 -- JSON is any JSON value
        """Change what the installation says of itself, as somebody with an editor would."""
        path = self.data / "installation.json"
        changed = {**parse_json(path.read_bytes()), **changes}
        path.write_text(json.dumps(changed), encoding="utf-8")


@pytest.fixture
def newcomer(tmp_path: Path, catalogue_folder: Path) -> Shell:
    """A shell with a small catalogue and nothing else."""
    return Shell(tmp_path / "data").having(BADGE_CLASSES=str(catalogue_folder))


@pytest.fixture(scope="session")
def keyless_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with a cheap keystore, on trial and without an issuer; copy it."""
    return _make(tmp_path_factory.mktemp("keyless"), "http://localhost:8000").data


@pytest.fixture(scope="session")
def awarded_folder(tmp_path_factory: pytest.TempPathFactory, catalogue_folder: Path) -> Path:
    """An installation with a cheap keystore, a did:web issuer and one badge; copy it."""
    shell = _make(tmp_path_factory.mktemp("awarded"), "https://badges.example")
    shell.does("issuer", "create")
    shutil.copytree(shell.data, shell.data.with_name("before"))
    out = shell.data / "out"
    shell.having(BADGE_CLASSES=str(catalogue_folder)).does(*AWARD, "--out", str(out))
    return shell.data


@pytest.fixture
def keyless(newcomer: Shell, keyless_folder: Path) -> Shell:
    """A shell with an installation that has neither key nor issuer."""
    shutil.copytree(keyless_folder, newcomer.data)
    return newcomer


@pytest.fixture
def shell(newcomer: Shell, awarded_folder: Path) -> Shell:
    """A shell with an installation that can award."""
    shutil.copytree(awarded_folder.with_name("before"), newcomer.data)
    return newcomer


@pytest.fixture
def awarded(newcomer: Shell, awarded_folder: Path) -> Shell:
    """A shell with an installation that has awarded a badge to Example; its files are in out/."""
    shutil.copytree(awarded_folder, newcomer.data)
    return newcomer


def _make(folder: Path, address: str) -> Shell:
    shell = Shell(folder / "data")
    shell.data.mkdir(mode=0o700)
    passphrase = shell.data / "passphrase"
    passphrase.write_text("for tests only")
    passphrase.chmod(0o600)
    make_cheap_keystore(shell.data / "keys", "for tests only")
    shell.does("init", "--organisation", NAME, "--address", address)
    return shell
