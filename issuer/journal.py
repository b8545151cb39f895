"""The journal: every entry of the audit log once more, in a file that outlives the database.

A line is written, and on the disk, before the transaction that made its entry commits: an act that
happened stands here, though a line whose transaction failed may stand here too. Lines are bound
to each other as the entries are, so that a missing one is seen. `replay` reads it after a restore.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final, Self

from openbadges.errors import Code, MalformedError, MissingError, RefusedError, UnavailableError
from openbadges.strict import parse_json_object

FILE_MODE: Final = 0o600
MAXIMUM_LINE_BYTES: Final = 64 * 1024  # an entry has less than a thousandth of it, and is no more
START: Final = "0" * 64  # what the first entry is bound to


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the chain: the number of an entry and its hash."""

    sequence: int = 0
    sha256: str = START


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the audit log as it is written down; `at` is RFC 3339, `details` are JSON."""

    sequence: int
    at: str
    act: str
    actor: str
    subject: str
    issuer: str | None
    details: str
    commitment: str | None
    previous: str
    sha256: str

    @classmethod
    def parse(cls, line: bytes) -> Self | None:
        """Read a line; None for one that was cut off, or is not what its hash says."""
        try:
            said = parse_json_object(line, what="a line", maximum_bytes=MAXIMUM_LINE_BYTES)
            entry = cls(**said)
        except (MalformedError, TypeError):
            return None
        is_ours = isinstance(said["sequence"], int) and entry.sha256 == entry.hash()
        return entry if is_ours else None

    def hash(self) -> str:
        """Return the SHA-256 in hex of all that the entry says, the entry before it included."""
        said = {name: value for name, value in asdict(self).items() if name != "sha256"}
        return sha256(written(said)).hexdigest()

    def line(self) -> bytes:
        """Return the entry as a line of the journal."""
        return written(asdict(self)) + b"\n"

    @property
    def position(self) -> Position:
        """Where in the chain it stands."""
        return Position(self.sequence, self.sha256)

    @property
    def moment(self) -> datetime:
        """When it was."""
        return datetime.fromisoformat(self.at).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Journal:
    """The file that an installation writes its acts to; it may be moved away at any time."""

    path: Path

    def append(self, entries: Iterable[Entry]) -> None:
        """Write entries and wait until they are on the disk.

        Raises:
            UnavailableError: they cannot be written; what they tell of must not happen then (R37).
        """
        lines = b"".join(entry.line() for entry in entries)
        try:
            self._append(lines)
        except OSError as error:
            raise UnavailableError(
                f"the journal {self.path} cannot be written: {error.strerror}; nothing is done"
                " that could not be written down",
                code=Code.DATABASE,
            ) from error

    def _append(self, lines: bytes) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        is_new = not self.path.exists()
        with os.fdopen(os.open(self.path, flags, FILE_MODE), "r+b", buffering=0) as file:
            end = file.seek(0, os.SEEK_END)
            if end and os.pread(file.fileno(), 1, end - 1) != b"\n":
                lines = b"\n" + lines  # after a line that a full disk cut off
            left = memoryview(lines)
            while left:
                left = left[file.write(left) or 0 :]
            os.fsync(file.fileno())
        if is_new:
            _sync_folder(self.path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def entries_after(paths: Sequence[Path], start: Position) -> tuple[Entry, ...]:
    """Return what was done after a place in the chain, from one journal or several together.

    A line whose number is written once more, with something else, did not happen, nor did those
    that go on from it. Where journals part nonetheless, that happened which came last.

    Raises:
        MissingError: a journal is not there.
        RefusedError: it ends before that place, or a line is missing or was changed.
    """
    later: dict[str, Entry] = {}
    taken_back: set[str] = set()
    last = 0
    reaches = start.sequence == 0
    for path in paths:
        kept: dict[int, Entry] = {}
        for entry in _entries(path):
            last = max(last, entry.sequence)
            reaches = reaches or entry.position == start
            if entry.sequence > start.sequence:
                taken_back |= _take_back(kept, entry)
                kept[entry.sequence] = entry
        later |= {one.sha256: one for one in kept.values()}
    if not later and not reaches:
        raise RefusedError(
            f"the journal has the acts up to number {last}, and the backup those up to"
            f" {start.sequence}: what was done between is not known"
        )
    chains = _chains({name: one for name, one in later.items() if name not in taken_back})
    if not chains:
        return ()
    longest = max(chains, key=lambda chain: chain[-1].sequence)
    if not _goes_on(longest, start):
        raise RefusedError(
            "the journal does not go on from the backup: the act number"
            f" {longest[0].sequence - 1} is missing, was changed, or is of another installation"
        )
    whole = [chain for chain in chains if _goes_on(chain, start)]
    latest = max(whole, key=lambda chain: (chain[-1].moment, chain[-1].sequence))
    return tuple(latest)


def _take_back(kept: dict[int, Entry], entry: Entry) -> set[str]:
    """Drop the lines of a journal that a later one speaks against, and return their hashes."""
    dropped: set[str] = set()
    number = entry.sequence
    if number in kept and kept[number].sha256 != entry.sha256:
        while number in kept:
            dropped.add(kept.pop(number).sha256)
            number += 1
    return dropped


def _chains(entries: Mapping[str, Entry]) -> list[list[Entry]]:
    """Return each chain that nothing goes on from, the first of it first; given by their hashes."""
    gone_on_from = {one.previous for one in entries.values()}
    chains = []
    for end in entries.values():
        if end.sha256 not in gone_on_from:
            chain = [end]
            while before := entries.get(chain[-1].previous):
                chain.append(before)
            chains.append(chain[::-1])
    return chains


def _goes_on(chain: Sequence[Entry], start: Position) -> bool:
    return (chain[0].previous, chain[0].sequence) == (start.sha256, start.sequence + 1)


def _entries(path: Path) -> Iterator[Entry]:
    if not path.is_file():
        raise MissingError(f"there is no journal {path}")
    with path.open("rb") as file:
        while line := file.readline(MAXIMUM_LINE_BYTES):
            entry = Entry.parse(line)
            if entry is not None:
                yield entry


def written(document: object) -> bytes:
    """Return JSON in its one spelling, which hashes are made of."""
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
