"""A backup that is read again: what it is, and its rows table by table, to the last line."""

import gzip
import zlib
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from issuer.journal import Position
from openbadges.errors import MalformedError, RefusedError
from openbadges.strict import Document, parse_json, parse_json_object
from service.backups.age_files import decrypted
from service.backups.writing import FORMAT, KEYS_FORMAT
from service.settings import parse_base_url
from storage import schema
from storage.portable import Columns, Kind

MAXIMUM_LINE_BYTES: Final = 32 * 1024 * 1024  # the longest row that MariaDB takes, in base64


@dataclass(frozen=True, slots=True)
class Header:
    """What a backup says of itself; `head` is where the audit log ended."""

    schema: str
    base_url: str
    organisation: str
    at: str
    head: Position

    @classmethod
    def read(cls, document: Document) -> Self:
        """Read the first line.

        Raises:
            MalformedError: it is not that of a backup.
            RefusedError: the backup is newer than this program.
        """
        _check_format(document, FORMAT)
        revision = str(document.get("schema"))
        if not schema.is_known(revision):
            raise RefusedError(
                f"the backup's schema ({revision:.40}) is newer than this program's"
                f" ({schema.newest()}): update the program"
            )
        audit = document.get("audit")
        if not isinstance(audit, dict) or not isinstance(audit.get("sequence"), int):
            raise MalformedError("the backup does not say where its audit log ends")
        return cls(
            schema=revision,
            base_url=parse_base_url(str(document.get("baseUrl")), name="the backup's baseUrl"),
            organisation=str(document.get("organisation")),
            at=str(document.get("at")),
            head=Position(audit["sequence"], str(audit.get("sha256"))),
        )


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that is being read; its tables come once, and in an order that rows can go back."""

    header: Header
    lines: Iterator[Any]

    def tables(self) -> Iterator[tuple[str, Columns, Iterator[Sequence[Any]]]]:
        """Return each table with its columns and its rows, which are read before the next one.

        Raises:
            MalformedError: the backup is not whole.
        """
        state = _Place(next(self.lines, None))
        while isinstance(state.line, dict) and "table" in state.line:
            name, columns = _read_table(state.line)
            state.tables += 1
            yield name, columns, state.rows(self.lines)
        end = {"tables": state.tables, "rows": state.count}
        if state.line != end or next(self.lines, None) is not None:
            raise MalformedError("the backup is not whole: rows are missing in it")


@dataclass(slots=True)
class _Place:
    """Where the reading is: the line that is no row, and how many rows there were."""

    line: Any
    tables: int = 0
    count: int = 0

    def rows(self, lines: Iterator[Any]) -> Iterator[Sequence[Any]]:
        self.line = None
        for line in lines:
            if not isinstance(line, list):
                self.line = line
                return
            self.count += 1
            yield line


@contextmanager
def open_backup(path: Path, identity_file: Path) -> Iterator[Backup]:
    """Open a backup; it was whole only once its tables were read to the end.

    Raises:
        RefusedError: the key does not open it, or it is newer than this program.
        MalformedError: it was cut off or changed, or is no backup.
    """
    with (
        decrypted(path, identity_file) as clear,
        gzip.GzipFile(fileobj=clear, mode="rb") as unpacked,
        _explained(path),
    ):
        lines = _lines(unpacked)
        first = next(lines, None)
        if not isinstance(first, dict):
            raise MalformedError("it has no first line")
        yield Backup(Header.read(first), lines)


def read_keys(path: Path, identity_file: Path, *, base_url: str) -> dict[str, bytes]:
    """Return the files of a keystore from a backup of keys.

    Raises:
        RefusedError: the key does not open it, or it is another installation's.
        MalformedError: it was cut off or changed, or is none.
    """
    with decrypted(path, identity_file) as clear:
        document = parse_json_object(
            clear.read(), what="the backup of keys", maximum_bytes=MAXIMUM_LINE_BYTES
        )
    _check_format(document, KEYS_FORMAT)
    if document.get("baseUrl") != base_url:
        raise RefusedError(
            f"the keys are those of {document.get('baseUrl')!r:.200}, and not of {base_url}"
        )
    try:
        return {str(name): b64decode(data) for name, data in dict(document["files"]).items()}
    except (KeyError, TypeError, ValueError, Base64Error) as error:
        raise MalformedError("the backup of keys has no files") from error


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise MalformedError(f"{path} is not whole, or no backup: {error}") from error


def _lines(file: gzip.GzipFile) -> Iterator[Any]:
    while line := file.readline(MAXIMUM_LINE_BYTES):
        yield parse_json(line, maximum_bytes=MAXIMUM_LINE_BYTES)


def _check_format(document: Document, expected: str) -> None:
    if document.get("format") != expected:
        raise MalformedError(
            f"expected the format {expected}, and found {document.get('format')!r:.60}"
        )


def _read_table(line: Document) -> tuple[str, Columns]:
    try:
        columns = {str(name): Kind(kind) for name, kind in dict(line["columns"]).items()}
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedError("a table of the backup has no columns that are known") from error
    return str(line["table"]), columns
