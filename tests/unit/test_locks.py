"""What is installed is pinned by version and hash, and bound to no address or machine."""

import re
from pathlib import Path
from typing import Final

import pytest

from openbadges.strict import Document, parse_json_object

ROOT: Final = Path(__file__).parents[2]
RUN, DEV = ROOT / "requirements" / "run.txt", ROOT / "requirements" / "dev.txt"
PACKAGE: Final = ROOT / "tests" / "interop" / "package.json"
PACKAGE_LOCK: Final = ROOT / "tests" / "interop" / "package-lock.json"
# An address, an absolute path, or an option that names where packages come from.
BOUND: Final = re.compile(r"://|(?m:(?:^|\s)/\w)|--(?:index|extra-index|find-links|trusted)")


def _requirements(path: Path) -> dict[str, tuple[str, frozenset[str]]]:
    """Return the version and hashes of each requirement."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        if line and line[0] not in " #":
            requirement, *hashes = line.split()
            name, _, version = requirement.partition("==")
            found[name] = (version, frozenset(hashes))
    return found


def _json(path: Path) -> Document:
    return parse_json_object(path.read_bytes(), what=path.name)


@pytest.mark.parametrize("path", [RUN, DEV], ids=["run", "dev"])
def test_every_requirement_has_one_version_and_its_hashes(path: Path) -> None:
    found = _requirements(path)
    assert found
    for version, hashes in found.values():
        assert version
        assert hashes
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", one) for one in hashes)


def test_what_runs_is_what_was_tested() -> None:
    run, dev = _requirements(RUN), _requirements(DEV)
    assert run.items() <= dev.items()


@pytest.mark.parametrize("path", [RUN, DEV, PACKAGE_LOCK], ids=["run", "dev", "npm"])
def test_a_lock_is_bound_to_no_address_or_machine(path: Path) -> None:
    assert not BOUND.search(path.read_text(encoding="utf-8"))


def test_every_npm_package_has_its_hash() -> None:
    lock = _json(PACKAGE_LOCK)
    assert lock["lockfileVersion"] == 3
    packages = [entry for path, entry in lock["packages"].items() if path]
    assert packages
    for entry in packages:
        assert entry["integrity"].startswith("sha512-")
        assert "resolved" not in entry


def test_every_npm_package_asked_for_is_asked_for_in_one_version() -> None:
    locked = _json(PACKAGE_LOCK)["packages"]
    for name, version in _json(PACKAGE)["dependencies"].items():
        assert re.fullmatch(r"\d+\.\d+\.\d+(-beta\.\d+)?", version)  # some have nothing later
        assert locked[f"node_modules/{name}"]["version"] == version
