"""Encrypted files: whole or not there, opened by their key alone, and made in little memory."""

import io
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from openbadges.errors import ConflictError, MalformedError, RefusedError, UnavailableError
from service.backups.age_files import decrypted, encrypt, make_identity

MEBIBYTE = 1024 * 1024


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    return tmp_path / "identity"


@pytest.fixture
def recipient(identity: Path) -> str:
    return make_identity(identity)


def read(path: Path, identity: Path) -> bytes:
    with decrypted(path, identity) as clear:
        return io.BufferedReader(clear).read()


def test_what_was_written_is_read_with_its_key(
    tmp_path: Path, identity: Path, recipient: str
) -> None:
    path = tmp_path / "file.age"
    other = make_identity(tmp_path / "other")
    encrypt(path, [b"one", b"", b"two" * 100_000], [recipient, other])
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(identity.stat().st_mode) == 0o600
    for key in (identity, tmp_path / "other"):
        assert read(path, key) == b"one" + b"two" * 100_000
    make_identity(tmp_path / "third")
    with pytest.raises(RefusedError, match="encrypted to other keys"):
        read(path, tmp_path / "third")
    with pytest.raises(ConflictError, match="is there already"):
        make_identity(identity)


def test_a_file_that_cannot_be_finished_leaves_the_one_before(
    tmp_path: Path, identity: Path, recipient: str
) -> None:
    def broken() -> Iterator[bytes]:
        yield b"a beginning"
        raise UnavailableError("the database does not answer")

    path = tmp_path / "file.age"
    encrypt(path, [b"before"], [recipient])
    with pytest.raises(UnavailableError, match="the database does not answer"):
        encrypt(path, broken(), [recipient])
    assert read(path, identity) == b"before"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["file.age", "identity"]


def test_of_two_that_write_one_file_at_once_one_is_there_whole(
    tmp_path: Path, identity: Path, recipient: str
) -> None:
    path = tmp_path / "file.age"

    def overtaken() -> Iterator[bytes]:
        yield b"a" * MEBIBYTE
        encrypt(path, [b"b" * MEBIBYTE], [recipient])
        assert read(path, identity) == b"b" * MEBIBYTE
        yield b"a" * MEBIBYTE

    encrypt(path, overtaken(), [recipient])
    assert read(path, identity) == b"a" * 2 * MEBIBYTE
    assert sorted(one.name for one in tmp_path.iterdir()) == ["file.age", "identity"]


def test_who_stops_reading_early_leaves_nothing_running(
    tmp_path: Path, identity: Path, recipient: str
) -> None:
    path = tmp_path / "file.age"
    encrypt(path, (b"x" * MEBIBYTE for _ in range(4)), [recipient])
    with decrypted(path, identity) as clear:
        assert clear.read(1) == b"x"


def test_any_change_is_found_before_the_end(tmp_path: Path, identity: Path, recipient: str) -> None:
    path = tmp_path / "file.age"
    encrypt(path, [b"x" * 200_000], [recipient])
    whole = path.read_bytes()
    for place in range(30, len(whole), len(whole) // 40):
        changed = bytearray(whole)
        changed[place] ^= 1
        path.write_bytes(changed)
        with pytest.raises((MalformedError, RefusedError)):
            read(path, identity)
    for length in range(0, len(whole), len(whole) // 40):
        path.write_bytes(whole[:length])
        with pytest.raises(MalformedError):
            read(path, identity)


@pytest.mark.parametrize("text", ["", "AGE-SECRET-KEY-1", "age1zzz", "# a comment"])
def test_what_is_no_key_is_refused(
    tmp_path: Path, identity: Path, recipient: str, text: str
) -> None:
    path = tmp_path / "file.age"
    encrypt(path, [b"x"], [recipient])
    identity.write_text(text)
    with pytest.raises(RefusedError, match="holds no key that opens backups"):
        read(path, identity)


def test_a_key_that_others_can_read_is_refused(
    tmp_path: Path, identity: Path, recipient: str
) -> None:
    path = tmp_path / "file.age"
    encrypt(path, [b"x"], [recipient])
    identity.chmod(0o644)
    with pytest.raises(RefusedError, match="mode 0644"):
        read(path, identity)


MEASURE = """
import resource, sys
from pathlib import Path
from service.backups.age_files import decrypted, encrypt, make_identity
folder, count = Path(sys.argv[1]), int(sys.argv[2])
public = make_identity(folder / f"identity-{count}")
chunk = b"x" * 1024 * 1024
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
encrypt(folder / "large.age", (chunk for _ in range(count)), [public])
with decrypted(folder / "large.age", folder / f"identity-{count}") as clear:
    while clear.read(65536):
        pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_large_file_takes_no_more_memory_than_a_small_one(tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603 -- our own script
        [sys.executable, "-c", MEASURE, str(tmp_path), "128"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert int(done.stdout) < 32 * 1024  # kibibytes, of 128 MiB
