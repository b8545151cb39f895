"""Files in the age format: encrypted to public keys as they are written, in little memory.

Whoever makes a backup needs no secret. Nothing in clear text ever touches a disk.
https://age-encryption.org/v1
"""

import io
import os
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

import pyrage
from pyrage import x25519

from keys.private_files import read_private_file
from openbadges.errors import ConflictError, MalformedError, RefusedError

FILE_MODE: Final = 0o600
MAXIMUM_IDENTITY_BYTES: Final = 4096


def make_identity(path: Path) -> str:
    """Make a key that opens backups, in a new file of mode 0600; returns its public half.

    Raises:
        ConflictError: there is such a file.
    """
    identity = x25519.Identity.generate()
    public = str(identity.to_public())
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    except FileExistsError as error:
        raise ConflictError(f"{path} is there already; nothing was changed") from error
    with os.fdopen(descriptor, "w") as file:
        file.write(f"# public key: {public}\n{identity}\n")
        file.flush()
        os.fsync(file.fileno())
    return public


def encrypt(path: Path, chunks: Iterable[bytes], recipients: Sequence[str]) -> None:
    """Write a file, encrypted to public keys, wholly or not at all.

    Of two that write the same file at once each writes one of its own; that of the last stays.

    Raises:
        RefusedError: no public key is given, or one is none.
        ExplainedError: whatever `chunks` raises.
    """
    keys = check_recipients(recipients)
    reader = _Pulled(iter(chunks))
    # a new file that is open to nobody else
    descriptor, name = tempfile.mkstemp(".part", f"{path.name}.", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            _encrypt(reader, file, keys)
            file.flush()
            os.fsync(descriptor)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)  # it is there only if something failed


def check_recipients(recipients: Sequence[str]) -> list[x25519.Recipient]:
    """Return the public keys that a file will be encrypted to.

    Raises:
        RefusedError: none is given, or one is none.
    """
    if not recipients:
        raise RefusedError(
            "a backup is encrypted to public keys; name them in INSIGNIA_BACKUP_RECIPIENTS, or make"
            " a pair with `insignia backup --make-identity FILE`"
        )
    return [_recipient(one) for one in recipients]


def _encrypt(reader: "_Pulled", file: IO[bytes], keys: Sequence[x25519.Recipient]) -> None:
    try:
        pyrage.encrypt_io(reader, file, keys)
    except (pyrage.EncryptError, OSError) as error:
        if reader.trouble is not None:
            raise reader.trouble from None
        raise RefusedError(f"the file cannot be encrypted: {error}") from error


@contextmanager
def decrypted(path: Path, identity_file: Path) -> Iterator[io.RawIOBase]:
    """Open an encrypted file for reading.

    The last bytes are whole only when reading has come to the end without an error, so nothing
    that was read before may be kept until then.

    Raises:
        RefusedError: the key's file is open to others or is none, or opens this file not.
        MalformedError: the file was cut off or changed, or is not of this format; in `read` too.
    """
    identity = _identity(identity_file)
    with path.open("rb"):
        pass  # what cannot be read is told before anything begins
    opened, written = os.pipe()
    troubles: list[str] = []

    def pump() -> None:
        with path.open("rb") as source, os.fdopen(written, "wb", buffering=0) as target:
            try:
                pyrage.decrypt_io(source, target, [identity])
            except (pyrage.DecryptError, OSError) as error:
                troubles.append(str(error))

    thread = threading.Thread(target=pump, name="decrypting")
    thread.start()
    try:
        with os.fdopen(opened, "rb") as pipe:
            yield _Whole(pipe, thread, troubles, path)
    finally:
        thread.join()


class _Whole(io.RawIOBase):
    """What comes out of the decrypting; its end is an end only if nothing went wrong."""

    def __init__(
        self, pipe: IO[bytes], thread: threading.Thread, troubles: list[str], path: Path
    ) -> None:
        self._pipe, self._thread, self._troubles, self._path = pipe, thread, troubles, path

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # io's own is wider
        data = self._pipe.read(len(buffer))
        if not data:
            self._thread.join()
            for trouble in self._troubles:
                raise _unreadable(self._path, trouble)
        buffer[: len(data)] = data
        return len(data)


class _Pulled(io.RawIOBase):
    """Chunks as a file that is read; remembers what a chunk's making raised."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""
        self.trouble: BaseException | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # io's own is wider
        while not self._rest:
            try:
                chunk = next(self._chunks, None)
            except BaseException as error:
                self.trouble = error  # the library would keep its sentence alone
                raise
            if chunk is None:
                return 0
            self._rest = chunk
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count


def _unreadable(path: Path, trouble: str) -> MalformedError | RefusedError:
    if "No matching keys" in trouble:
        return RefusedError(f"{path} is encrypted to other keys than the one that was given")
    return MalformedError(f"{path} was cut off or changed, or is no age file: {trouble}")


def _recipient(text: str) -> x25519.Recipient:
    try:
        return x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise RefusedError(f"{text!r:.80} is no public key such as age1…") from error


def _identity(path: Path) -> x25519.Identity:
    text = read_private_file(path, maximum_bytes=MAXIMUM_IDENTITY_BYTES).decode("utf-8", "replace")
    lines = [line.strip() for line in text.splitlines() if not line.startswith("#")]
    with suppress(pyrage.IdentityError):
        return x25519.Identity.from_str("".join(lines))
    raise RefusedError(f"{path} holds no key that opens backups (AGE-SECRET-KEY-1…)")
