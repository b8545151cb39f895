"""Files that only their owner can read: checked when opened, written whole or not at all.

A file is opened first and then looked at through its descriptor, so that nothing can be swapped
in between (D17). What the files say is not here: `encryption` seals them, `index` lists them.
"""

import contextlib
import errno
import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from openbadges.errors import Code, MissingError, RefusedError, UnavailableError

FILE_MODE: Final = 0o600
FOLDER_MODE: Final = 0o700
OTHERS: Final = 0o077  # what group and others may do: nothing
MAXIMUM_FILE_BYTES: Final = 1024 * 1024  # no file of ours is larger; stops reading a swapped-in one
LOCK: Final = "lock"

# O_NONBLOCK: a named pipe in a file's place must not make us wait for a writer.
_FLAGS: Final = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_LINK_ERRORS: Final = frozenset({errno.ELOOP, errno.ENOTDIR, errno.EMLINK})


def read_private_file(path: Path, *, maximum_bytes: int = MAXIMUM_FILE_BYTES) -> bytes:
    """Read a file that nobody but its owner, this process's user, can open.

    Raises:
        MissingError: there is none.
        RefusedError: it is a link or no regular file, belongs to someone else, is open to group
            or others, cannot be read, or is larger than `maximum_bytes`.
    """
    return _read(str(path), name=str(path), maximum_bytes=maximum_bytes)


class PrivateFolder:
    """A folder of mode 0700 with files of mode 0600, all owned by this process's user."""

    __slots__ = ("path",)

    def __init__(self, path: Path) -> None:
        self.path = path

    def make(self) -> None:
        """Make the folder, and the ones above it, if it is not there.

        Raises:
            UnavailableError: it cannot be made here.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileExistsError):
                self.path.mkdir(mode=FOLDER_MODE)
        except OSError as error:
            raise UnavailableError(
                f"the folder {self.path.name} cannot be made: {error.strerror}"
            ) from error

    def names(self) -> frozenset[str]:
        """Return the names of everything in the folder."""
        with self._opened() as folder:
            return frozenset(os.listdir(folder))  # noqa: PTH208 -- a Path would open it again

    def check_files(self) -> None:
        """Look at everything in the folder without reading it.

        Raises:
            RefusedError: as `read_private_file`, by the name of what is wrong.
        """
        with self._opened() as folder:
            for name in sorted(os.listdir(folder)):  # noqa: PTH208 -- a Path would open it again
                with contextlib.suppress(MissingError):  # another process has just replaced it
                    descriptor = _open(name, os.O_RDONLY, name=name, folder=folder)
                    try:
                        _check_file(descriptor, name)
                    finally:
                        os.close(descriptor)

    def read(self, name: str) -> bytes:
        """Read one file; refusals as in `read_private_file`, for the folder too."""
        with self._opened() as folder:
            return _read(name, name=name, maximum_bytes=MAXIMUM_FILE_BYTES, folder=folder)

    def write(self, name: str, data: bytes) -> None:
        """Put `data` in the file's place, wholly and durably, or leave everything as it was.

        Raises:
            UnavailableError: the disk is full, read-only or broken.
        """
        temporary = f".{name}.{secrets.token_hex(8)}"
        with self._opened() as folder:
            try:
                _write_durably(temporary, data, folder=folder)
                os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
                os.fsync(folder)
            except OSError as error:
                with contextlib.suppress(OSError):
                    os.unlink(temporary, dir_fd=folder)
                raise UnavailableError(f"{name} could not be written: {error.strerror}") from error

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder's lock; another process or thread waits until it is free."""
        with self._opened() as folder:
            descriptor = _open(LOCK, os.O_RDWR | os.O_CREAT, name=LOCK, folder=folder)
            try:
                _check_file(descriptor, LOCK)
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                yield
            finally:
                os.close(descriptor)

    @contextlib.contextmanager
    def _opened(self) -> Iterator[int]:
        name = self.path.name
        descriptor = _open(str(self.path), os.O_RDONLY | os.O_DIRECTORY, name=name)
        try:
            _check_owner_and_mode(os.fstat(descriptor), name, expected_mode=FOLDER_MODE)
            yield descriptor
        finally:
            os.close(descriptor)


def _read(path: str, *, name: str, maximum_bytes: int, folder: int | None = None) -> bytes:
    descriptor = _open(path, os.O_RDONLY, name=name, folder=folder)
    try:
        _check_file(descriptor, name)
        with open(descriptor, "rb", closefd=False) as file:
            data = file.read(maximum_bytes + 1)
    finally:
        os.close(descriptor)
    if len(data) > maximum_bytes:
        raise _refused(f"{name} is larger than the {maximum_bytes} bytes that are read")
    return data


def _write_durably(path: str, data: bytes, *, folder: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FLAGS
    descriptor = os.open(path, flags, FILE_MODE, dir_fd=folder)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, FILE_MODE)  # whatever the umask takes away
        file.write(data)
        file.flush()
        os.fsync(descriptor)


def _open(path: str, flags: int, *, name: str, folder: int | None = None) -> int:
    try:
        return os.open(path, flags | _FLAGS, FILE_MODE, dir_fd=folder)
    except FileNotFoundError as error:
        raise MissingError(f"{name} is missing", code=Code.CANNOT_SIGN) from error
    except OSError as error:
        if error.errno in _LINK_ERRORS:
            wanted = "folder" if flags & os.O_DIRECTORY else "file"
            raise _refused(f"{name} is a link or no {wanted}; expected a {wanted}") from error
        raise _refused(f"{name} cannot be opened: {error.strerror}") from error


def _check_file(descriptor: int, name: str) -> None:
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        raise _refused(f"{name} is not a regular file")
    _check_owner_and_mode(found, name, expected_mode=FILE_MODE)


def _check_owner_and_mode(found: os.stat_result, name: str, *, expected_mode: int) -> None:
    if found.st_uid != os.geteuid():
        raise _refused(
            f"{name} belongs to user {found.st_uid}; expected {os.geteuid()}, who runs this"
        )
    mode = stat.S_IMODE(found.st_mode)
    if mode & OTHERS:
        raise _refused(f"{name} has mode {mode:04o}; expected {expected_mode:04o}")


def _refused(sentence: str) -> RefusedError:
    return RefusedError(sentence, code=Code.CANNOT_SIGN)
