"""Files and folders that others could read or swap are refused by name, mode or owner (D17)."""

import os
import resource
import stat
import threading
from pathlib import Path

import pytest

from keys.private_files import MAXIMUM_FILE_BYTES, PrivateFolder, read_private_file
from openbadges.errors import MissingError, RefusedError, UnavailableError

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")


@pytest.fixture
def private(tmp_path: Path) -> PrivateFolder:
    folder = PrivateFolder(tmp_path / "private")
    folder.make()
    return folder


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_made_is_for_the_owner_alone(private: PrivateFolder) -> None:
    before = os.umask(0)
    try:
        private.write("a", b"1")
        with private.locked():
            pass
    finally:
        os.umask(before)
    assert mode_of(private.path) == 0o700
    assert mode_of(private.path / "a") == 0o600
    assert mode_of(private.path / "lock") == 0o600


def test_a_narrow_umask_still_leaves_the_owner_in(private: PrivateFolder) -> None:
    before = os.umask(0o777)
    try:
        private.write("a", b"1")
    finally:
        os.umask(before)
    assert mode_of(private.path / "a") == 0o600


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o610, 0o602, 0o601, 0o644, 0o777])
def test_a_file_open_to_others_is_refused_with_its_mode(private: PrivateFolder, mode: int) -> None:
    private.write("a", b"1")
    (private.path / "a").chmod(mode)
    with pytest.raises(RefusedError, match=f"^a has mode {mode:04o}; expected 0600$"):
        private.read("a")


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_file_for_its_owner_alone_is_read(private: PrivateFolder, mode: int) -> None:
    private.write("a", b"1")
    (private.path / "a").chmod(mode)
    assert private.read("a") == b"1"


@pytest.mark.parametrize("mode", [0o750, 0o701, 0o755, 0o777])
def test_a_folder_open_to_others_is_refused_for_every_use(
    private: PrivateFolder, mode: int
) -> None:
    private.write("a", b"1")
    private.path.chmod(mode)
    refusal = f"^private has mode {mode:04o}; expected 0700$"
    with pytest.raises(RefusedError, match=refusal):
        private.read("a")
    with pytest.raises(RefusedError, match=refusal):
        private.write("a", b"2")
    with pytest.raises(RefusedError, match=refusal):
        private.names()
    with pytest.raises(RefusedError, match=refusal), private.locked():
        pass


def test_a_lock_file_open_to_others_is_refused(private: PrivateFolder) -> None:
    private.write("lock", b"")
    (private.path / "lock").chmod(0o666)
    with (
        pytest.raises(RefusedError, match=r"^lock has mode 0666; expected"),
        private.locked(),
    ):
        pass


def test_a_link_is_refused_even_to_a_good_file(private: PrivateFolder, tmp_path: Path) -> None:
    private.write("a", b"1")
    (private.path / "link").symlink_to(private.path / "a")
    with pytest.raises(RefusedError, match=r"^link is a link or no file; expected a file$"):
        private.read("link")
    folder_link = tmp_path / "folder-link"
    folder_link.symlink_to(private.path)
    with pytest.raises(RefusedError, match=r"^folder-link is a link or no folder"):
        PrivateFolder(folder_link).read("a")


def test_a_link_is_replaced_and_never_written_through(
    private: PrivateFolder, tmp_path: Path
) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"untouched")
    (private.path / "a").symlink_to(target)
    private.write("a", b"2")
    assert target.read_bytes() == b"untouched"
    assert private.read("a") == b"2"


@needs_root
def test_a_file_of_another_user_is_refused(private: PrivateFolder) -> None:
    private.write("a", b"1")
    os.chown(private.path / "a", 12345, -1)
    with pytest.raises(RefusedError, match=r"^a belongs to user 12345; expected 0, who runs this$"):
        private.read("a")


@needs_root
def test_a_folder_of_another_user_is_refused(private: PrivateFolder) -> None:
    os.chown(private.path, 12345, -1)
    with pytest.raises(RefusedError, match=r"^private belongs to user 12345"):
        private.names()


def test_a_named_pipe_is_refused_and_not_waited_for(private: PrivateFolder) -> None:
    os.mkfifo(private.path / "pipe", 0o600)
    with pytest.raises(RefusedError, match=r"^pipe is not a regular file$"):
        private.read("pipe")


def test_a_folder_in_a_files_place_is_refused(private: PrivateFolder) -> None:
    (private.path / "a").mkdir(mode=0o700)
    with pytest.raises(RefusedError, match=r"^a is not a regular file$"):
        private.read("a")


def test_a_file_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "private").write_bytes(b"")
    with pytest.raises(RefusedError, match=r"^private is a link or no folder; expected a folder$"):
        PrivateFolder(tmp_path / "private").read("a")


def test_what_is_not_there_is_missing_by_name(private: PrivateFolder, tmp_path: Path) -> None:
    with pytest.raises(MissingError, match=r"^a is missing$"):
        private.read("a")
    with pytest.raises(MissingError, match=r"^nowhere is missing$"):
        PrivateFolder(tmp_path / "nowhere").read("a")


def test_a_name_that_no_filesystem_takes_is_refused(private: PrivateFolder) -> None:
    with pytest.raises(RefusedError, match="cannot be opened"):
        private.read("a" * 5000)


def test_a_file_larger_than_the_limit_is_refused(private: PrivateFolder) -> None:
    private.write("a", bytes(MAXIMUM_FILE_BYTES))
    assert len(private.read("a")) == MAXIMUM_FILE_BYTES
    private.write("a", bytes(MAXIMUM_FILE_BYTES + 1))
    with pytest.raises(RefusedError, match="larger than the 1048576 bytes"):
        private.read("a")


def test_a_folder_that_cannot_be_made_is_the_worlds_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UnavailableError, match=r"^the folder private cannot be made: File exists"):
        PrivateFolder(tmp_path / "file" / "private").make()


def test_a_full_disk_leaves_the_old_file_and_nothing_else(private: PrivateFolder) -> None:
    private.write("a", b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        with pytest.raises(UnavailableError, match=r"^a could not be written: File too large$"):
            private.write("a", b"new")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert private.read("a") == b"old"
    assert private.names() == {"a"}


def test_the_lock_lets_one_in_at_a_time(private: PrivateFolder) -> None:
    order: list[str] = []

    def wait_for_the_lock() -> None:
        with private.locked():
            order.append("second")

    with private.locked():
        other = threading.Thread(target=wait_for_the_lock)
        other.start()
        other.join(timeout=0.05)
        assert other.is_alive()
        order.append("first")
    other.join(timeout=5)
    assert order == ["first", "second"]


def test_a_single_file_is_read_under_the_same_rules(tmp_path: Path) -> None:
    path = tmp_path / "passphrase"
    path.write_bytes(b"12345")
    path.chmod(0o600)
    assert read_private_file(path, maximum_bytes=5) == b"12345"
    with pytest.raises(RefusedError, match=r"^.*/passphrase is larger than the 4 bytes"):
        read_private_file(path, maximum_bytes=4)
    path.chmod(0o644)
    with pytest.raises(RefusedError, match=r"^.*/passphrase has mode 0644; expected 0600$"):
        read_private_file(path)
