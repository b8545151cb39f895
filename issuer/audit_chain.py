"""The chain of the audit log, walked from its first entry on, and the heads that were signed of it.

The chain tells an edit, a deletion, a swap and a tail that was cut off (R36). Who can write
everything here can also write the whole chain anew; that is told by a signed head that was kept
elsewhere, and by nothing else. It is read in pieces, so that a long log takes no more memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.audit import entry_hash, has_head, head_position
from issuer.audit_head import AuditHead
from issuer.journal import START, Position
from issuer.tables import AuditEntryRow
from openbadges.strict import format_timestamp

PIECE: Final = 1000  # rows that are looked at together


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong, in a sentence, and with which entry where it is one."""

    sentence: str
    entry: int | None = None


def chain_trouble(session: Session) -> Trouble | None:
    """Return the first thing that is wrong with the chain, if anything is; others may go on."""
    place, previous = 0, START
    while True:
        end = head_position(session)
        for row in _walk(session, after=place, until=end.sequence):
            wrong = _wrong_with(row, place, previous)
            if wrong is not None:
                return wrong
            place, previous = row.sequence, row.sha256
        if head_position(session).sequence == end.sequence:
            return _wrong_at_end(session, Position(place, previous), end)


def end_trouble(session: Session) -> Trouble | None:
    """Look whether the log ends where its head says, and no further back, which is quick."""
    end = head_position(session)
    last = session.get(AuditEntryRow, end.sequence)
    if last is None and end.sequence > 0:
        return _cut_off(last_entry(session), end.sequence)
    found = Position() if last is None else Position(last.sequence, last.sha256)
    return _wrong_at_end(session, found, end)


def head_trouble(session: Session, where: str, head: AuditHead) -> Trouble | None:
    """Look whether an entry that a head was signed for is still here, and the same."""
    if head.sequence == 0:
        return None
    told = f"{where} was signed on {format_timestamp(head.at)} with entry {head.sequence}"
    row = session.get(AuditEntryRow, head.sequence)
    if row is not None and row.sha256 == head.sha256:
        return None
    if row is not None:
        other = f"entry {head.sequence} is another one by now: the log was written anew"
        return Trouble(f"{told}, and {other}", head.sequence)
    last = last_entry(session)
    if last < head.sequence:
        return Trouble(
            f"{told}, and the log ends with entry {last}: what followed was cut off", last
        )
    return Trouble(f"{told}, and that entry is gone", head.sequence)


def last_entry(session: Session) -> int:
    """Return the number of the last entry that there is, whatever the head says."""
    newest = select(AuditEntryRow.sequence).order_by(AuditEntryRow.sequence.desc())
    return session.scalars(newest.limit(1)).first() or 0


def _walk(session: Session, *, after: int, until: int) -> Iterator[AuditEntryRow]:
    between = select(AuditEntryRow).where(AuditEntryRow.sequence <= until)
    in_order = between.order_by(AuditEntryRow.sequence).limit(PIECE)
    while page := session.scalars(in_order.where(AuditEntryRow.sequence > after)).all():
        yield from page
        after = page[-1].sequence
        session.expunge_all()


def _wrong_with(row: AuditEntryRow, place: int, previous: str) -> Trouble | None:
    """Say what is wrong with the entry that is found behind `place`."""
    if row.sequence > place + 2:
        gone = f"entries {place + 1} to {row.sequence - 1} are missing"
        return Trouble(f"{gone}: {place} is followed by {row.sequence}", place + 1)
    if row.sequence != place + 1:
        gone = f"entry {place + 1} is missing"
        return Trouble(f"{gone}: {place} is followed by {row.sequence}", place + 1)
    told = f"entry {row.sequence} ({row.act:.60}, {format_timestamp(row.at)})"
    if row.sha256 != entry_hash(row):
        return Trouble(f"{told} says something else than when it was written", row.sequence)
    if row.previous_sha256 != previous:
        before = f"entry {place}" if place else "the beginning"
        return Trouble(
            f"{told} is bound to something else than {before} as it stands: one of the two was"
            " replaced",
            row.sequence,
        )
    return None


def _wrong_at_end(session: Session, found: Position, head: Position) -> Trouble | None:
    """Say what is wrong with an end that was found, by what the head says."""
    end = head.sequence
    if found.sequence < end:
        return _cut_off(found.sequence, end)
    if found != head:
        return Trouble(f"entry {end} is not the one that the head names: it was replaced", end)
    if last_entry(session) > end and head_position(session) == head:
        known = f"entry {end} is the last by the head" if has_head(session) else "there is no head"
        return Trouble(f"{known}, and entry {end + 1} is there", end + 1)
    return None


def _cut_off(place: int, end: int) -> Trouble:
    count = "the last entry was" if end - place == 1 else f"the last {end - place} entries were"
    return Trouble(
        f"the log ends with entry {place}, and its head says {end}: {count} cut off", place
    )
