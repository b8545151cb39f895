"""R19: a damaged badge-class file is named with its line and stops its own badge class, no other.

What was published of it is in the database and stays; a service that runs keeps what it read.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from badge_classes.findings import BadgeClassError
from badge_classes.loader import load_catalogue, load_good
from tests.issuing import write_catalogue
from tests.reliability.served import Program, running
from tests.serving import installed
from tests.shell import AWARD
from tests.site import Site

BROKEN = "wiki-friend/v1.yaml"


def insert(line: int, text: bytes) -> Callable[[bytes], bytes]:
    def damage(data: bytes) -> bytes:
        lines = data.splitlines(keepends=True)
        return b"".join([*lines[:line], text, *lines[line:]])

    return damage


# The damage, and the line that is named.
DAMAGES: dict[str, tuple[Callable[[bytes], bytes], int | None]] = {
    "half-written": (lambda data: data[: data.index(b"\n", 20) + 5], None),
    "a tab": (insert(2, b"\tname: again\n"), 3),
    "a byte-order mark inside": (insert(2, b"\xef\xbb\xbfmore: x\n"), 3),
    "a NUL": (insert(3, b"\x00\n"), 4),
    "a field twice": (insert(3, b"name: another\n"), 4),
    "an end in the middle": (insert(2, b"...\n"), None),
    "bytes that are no text": (insert(1, b"\xff\xfe\n"), None),
    "nothing": (lambda _: b"", None),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "classes").mkdir()
    return write_catalogue(tmp_path / "classes")


@pytest.mark.parametrize("published", [True, False])
@pytest.mark.parametrize(("damage", "line"), DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_named_and_stops_its_own_badge_class_alone(
    folder: Path, damage: Callable[[bytes], bytes], line: int | None, *, published: bool
) -> None:
    slug = "wiki-friend" if published else "draft"
    whole = load_catalogue(folder)
    path = folder / slug / "v1.yaml"
    path.write_bytes(damage(path.read_bytes()))
    catalogue, faults = load_good(folder)
    assert set(whole.slugs) - set(catalogue.slugs) == {slug}
    assert {one.file for one in faults} == {f"{slug}/v1.yaml"}
    if line is not None:
        assert line in {one.line for one in faults}, faults
    with pytest.raises(BadgeClassError, match=f"{slug}/v1.yaml"):
        load_catalogue(folder)


def test_a_file_cut_anywhere_is_refused_or_still_whole(folder: Path) -> None:
    path = folder / BROKEN
    data = path.read_bytes()
    for length in range(0, len(data), 7):
        path.write_bytes(data[:length])
        catalogue, faults = load_good(folder)
        assert "wiki-friend" not in catalogue.slugs
        assert {one.file for one in faults} == {BROKEN}


def test_a_damaged_lock_publishes_nothing_and_is_named(folder: Path) -> None:
    path = folder / "LOCK"
    path.write_bytes(path.read_bytes()[:-30])
    catalogue, faults = load_good(folder)
    assert len(catalogue) == 0
    assert "LOCK" in {one.file for one in faults}


def test_a_running_service_keeps_what_it_read(
    site: Site, catalogue_folder: Path, tmp_path: Path
) -> None:
    del catalogue_folder
    own = Path(shutil.copytree(site.shell.settings["INSIGNIA_BADGE_CLASSES"], tmp_path / "own"))
    trainer = site.trainer()
    assert site.award(trainer)
    (own / BROKEN).write_bytes(b"half")
    assert site.award(trainer, recipient="learner2@example.org")


def test_a_service_starts_with_a_damaged_file_and_awards_all_other_badges(
    tmp_path: Path, folder: Path
) -> None:
    shell = installed(tmp_path, BADGE_CLASSES=str(folder))
    shell.does("issuer", "create")
    shell.does("badge-classes", "import")
    shell.does(*AWARD, "--out", str(tmp_path / "out"))
    badge = (tmp_path / "out" / "credential.json").read_bytes()
    data = (folder / BROKEN).read_bytes()
    (folder / BROKEN).write_bytes(data[: len(data) // 2] + b"\n\tx: 1\n")
    with running(shell, tmp_path / "log", badge) as service:
        assert f"note: {BROKEN}" in service.log.read_text()
        assert f"{BROKEN} line" in service.log.read_text()
        program = Program(service)
        assert program.award(1) == 404
        assert program.award(2, "brief") == 201
        assert service.verify(badge)["verdict"] == "VERIFIED"
        for published in ("badge.svg", "en", "en.json"):
            assert service.ask("GET", f"/badge-classes/wiki-friend/v1/{published}")[0] == 200
        assert service.ask("GET", "/readyz")[0] == 200
    (folder / BROKEN).write_bytes(data)
    with running(shell, tmp_path / "log", badge) as service:
        assert Program(service).award(1) == 201
