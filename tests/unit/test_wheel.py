"""What is installed is whole: the wheel has every file of the packages, and runs anywhere."""

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final
from zipfile import ZipFile

import pytest

from openbadges.strict import parse_json_object

ROOT: Final = Path(__file__).parents[2]
PACKAGES: Final = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "hatch"
]["build"]["targets"]["wheel"]["packages"]
DEMO: Final = """
import sys, service, service.cli
print(service.__file__, file=sys.stderr)
service.cli.main(["demo", "--json"])
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built with what the environment has and no network."""
    folder = tmp_path_factory.mktemp("wheel")
    offline = ("--no-index", "--no-deps", "--no-build-isolation", "--no-cache-dir")
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
    subprocess.run([*pip, "wheel", *offline, "--wheel-dir", folder, ROOT], check=True)  # noqa: S603 -- our own
    (made,) = folder.glob("*.whl")
    return made


def test_the_wheel_has_the_files_of_the_packages_and_nothing_else(wheel: Path) -> None:
    kept = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with ZipFile(wheel) as archive:
        assert {name for name in archive.namelist() if ".dist-info/" not in name} == kept


def test_what_was_installed_runs_in_any_folder(wheel: Path, tmp_path: Path) -> None:
    with ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    story = subprocess.run(  # noqa: S603 -- our own
        [sys.executable, "-c", DEMO],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        check=True,
    )
    assert story.stderr.startswith(str(tmp_path / "site").encode())
    told = parse_json_object(story.stdout, what="the story")
    assert [told["verified"]["verdict"], told["revoked"]["verdict"]] == ["VERIFIED", "REJECTED"]
    assert (tmp_path / "var" / "demo" / "badge.png").is_file()
