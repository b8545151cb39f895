"""The passphrase: long enough, read from a private file, and repeated by nothing."""

import os
from pathlib import Path

import pytest

from keys.passphrase import MAXIMUM_PASSPHRASE_FILE_BYTES, Passphrase, read_passphrase
from openbadges.errors import MissingError, RefusedError


def write_file(tmp_path: Path, data: bytes, mode: int = 0o600) -> Path:
    path = tmp_path / "passphrase.txt"
    path.write_bytes(data)
    path.chmod(mode)
    return path


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"twelve chars", b"twelve chars", id="no-newline"),
        pytest.param(b"twelve chars\n", b"twelve chars", id="one-newline"),
        pytest.param(b"twelve chars\r\n", b"twelve chars", id="one-windows-newline"),
        pytest.param(b"twelve chars\n\n", b"twelve chars\n", id="only-one-is-cut"),
        pytest.param(b" twelve chars ", b" twelve chars ", id="spaces-count"),
        pytest.param(
            "twelve ch\u0061\u0301rs".encode(), "twelve ch\u00e1rs".encode(), id="composed-alike"
        ),
    ],
)
def test_a_file_gives_the_passphrase_as_typed(tmp_path: Path, data: bytes, expected: bytes) -> None:
    assert read_passphrase(write_file(tmp_path, data)).encoded() == expected


@pytest.mark.parametrize("data", [b"", b"\n", b"elevenchars", b"elevenchars\n"])
def test_a_short_passphrase_is_refused_by_its_length_alone(tmp_path: Path, data: bytes) -> None:
    path = write_file(tmp_path, data)
    with pytest.raises(RefusedError, match="expected at least 12") as refusal:
        read_passphrase(path)
    assert str(refusal.value).startswith(f"{path}: ")
    assert "eleven" not in str(refusal.value)


@pytest.mark.parametrize("code_point", [0xD800, 0xDFFF, 0xFFFD])
def test_what_is_not_text_is_refused(code_point: int) -> None:
    with pytest.raises(RefusedError, match=r"^the passphrase is not UTF-8 text$"):
        Passphrase("twelve chars" + chr(code_point))


def test_bytes_that_are_not_utf8_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"/passphrase.txt: the passphrase is not UTF-8 text$"):
        read_passphrase(write_file(tmp_path, b"twelve chars\xff\xfe"))


@pytest.mark.parametrize("mode", [0o640, 0o644, 0o604])
def test_a_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    path = write_file(tmp_path, b"twelve chars", mode)
    with pytest.raises(RefusedError, match=f"/passphrase.txt has mode {mode:04o}; expected 0600$"):
        read_passphrase(path)


def test_a_link_is_refused(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(write_file(tmp_path, b"twelve chars"))
    with pytest.raises(RefusedError, match=r"^.*/link is a link or no file"):
        read_passphrase(link)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_refused(tmp_path: Path) -> None:
    path = write_file(tmp_path, b"twelve chars")
    os.chown(path, 12345, -1)
    with pytest.raises(RefusedError, match=r"^.*/passphrase.txt belongs to user 12345"):
        read_passphrase(path)


def test_a_file_of_another_kind_is_not_taken_for_a_passphrase(tmp_path: Path) -> None:
    path = write_file(tmp_path, b"x" * (MAXIMUM_PASSPHRASE_FILE_BYTES + 1))
    with pytest.raises(RefusedError, match="larger than the 4096 bytes"):
        read_passphrase(path)


def test_no_file_is_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match=r"^.*/passphrase.txt is missing$"):
        read_passphrase(tmp_path / "passphrase.txt")
