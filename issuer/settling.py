"""Rows that were put back from a backup, settled with what happened after it.

The acts after it are replayed from the journal, open status lists are closed, whoever is revoked
in public is revoked, keys that are public are listed; the audit log says all of it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.audit import INSTALLATION, OPERATOR, Act, adopt, head_position, note
from issuer.catching_up import CaughtUp, OurList, catch_up, close_lists
from issuer.journal import Entry
from issuer.lost_keys import check_keystore, keys_to_mark, learn_keys
from issuer.published_keys import DID_DOCUMENT
from issuer.published_lists import PublishedList, find_list
from issuer.put_back import find_lost
from issuer.replay import forget_reserved, replay
from issuer.tables import AuditEntryRow, PublishedDocumentRow, StatusListRow
from keys import KeyRecord
from openbadges.errors import ConflictError, MissingError, RefusedError
from openbadges.strict import Document, parse_json_object

Elsewhere = Mapping[str, Callable[..., object]]
"""Acts that are replayed by other rooms: each takes a session, the subject, and `now`."""


@dataclass(frozen=True, slots=True)
class AtHand:
    """What is at hand after a loss.

    `entries` are the acts after the backup, None where there is no journal. `find_lists` takes the
    DID documents that the database has, by URL, and gives the published lists whose proofs hold;
    `published` gives what else is public at a URL.
    """

    entries: tuple[Entry, ...] | None
    records: tuple[KeyRecord, ...]
    find_lists: Callable[[Mapping[str, bytes]], Iterable[OurList]]
    published: Callable[[str], bytes | None]
    without_lists: bool = False
    accept_without_journal: bool = False
    elsewhere: Elsewhere = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settled:
    """What was done: acts replayed, lists closed, revocations learnt, and what was given up."""

    journal: bool
    acts: int
    closed_lists: int
    caught_up: CaughtUp
    dropped_awards: int
    learnt_keys: int
    keys_to_mark: tuple[tuple[str, str], ...] = ()  # each with the state that it had by the journal

    def as_json(self) -> Document:
        """Return what programs want to know."""
        return {
            "journal": self.journal,
            "acts": self.acts,
            "closedLists": self.closed_lists,
            "publishedLists": self.caught_up.lists,
            "revokedCredentials": self.caught_up.credentials,
            "revokedIndexes": self.caught_up.indexes,
            "droppedAwards": self.dropped_awards,
            "learntKeys": self.learnt_keys,
            "keysToMark": [list(one) for one in self.keys_to_mark],
        }


def settle(session: Session, at_hand: AtHand, now: datetime) -> Settled:
    """Settle rows that were just put back, in the transaction that does it.

    Raises:
        RefusedError: the keystore lacks a key; a published list is not at hand, is older than the
            backup, or is not ours.
    """
    check_keystore(session, at_hand.records)
    since = head_position(session)
    acts = 0
    if at_hand.entries is not None:
        adopt(session, at_hand.entries)
        acts = _replay(session, at_hand.entries, at_hand.elsewhere)
    dropped = forget_reserved(session, now)
    closed = close_lists(session, now)
    lists = tuple(at_hand.find_lists(published_did_documents(session)))
    if not at_hand.without_lists:
        _check_all_there(session, lists)
    settled = Settled(
        journal=at_hand.entries is not None,
        acts=acts,
        closed_lists=closed,
        caught_up=catch_up(session, lists, now),
        dropped_awards=dropped,
        learnt_keys=learn_keys(session, at_hand.records, at_hand.published, now),
        keys_to_mark=keys_to_mark(at_hand.records, at_hand.entries or ()),
    )
    backup = {"sequence": since.sequence, "sha256": since.sha256}
    _note(session, Act.RESTORED, now, backup | settled.as_json())
    if at_hand.entries is None and at_hand.accept_without_journal:
        _note(session, Act.RESTORE_ACCEPTED, now, {})
    return settled


def complete(
    session: Session, entries: tuple[Entry, ...], elsewhere: Elsewhere, now: datetime
) -> int:
    """Replay the journal after a restore that went without it; returns how many acts.

    The log has gone on meanwhile, so what was put on record before is told in it once more.

    Raises:
        ConflictError: nothing is missing here.
    """
    lost = find_lost(session)
    if lost is None:
        raise ConflictError("no restore is waiting for a journal here")
    acts = _replay(session, entries, elsewhere)
    for entry in entries:
        if entry.act == Act.CREDENTIAL_RECORDED and not _is_logged(session, entry):
            details = parse_json_object(entry.details, what="an entry's details")
            note(
                session,
                Act.CREDENTIAL_RECORDED,
                entry.subject,
                now=now,
                issuer_id=entry.issuer,
                details={**details, "recordedAt": entry.at},
            )
    _note(session, Act.RESTORE_COMPLETED, now, {"acts": acts})
    return acts


def accept(session: Session, now: datetime) -> None:
    """Serve personal pages again although acts may be lost; the log says who took that risk.

    Raises:
        ConflictError: nothing is missing here.
    """
    if find_lost(session) is None:
        raise ConflictError("no restore is waiting for a journal here")
    _note(session, Act.RESTORE_ACCEPTED, now, {})


def _replay(session: Session, entries: Iterable[Entry], elsewhere: Elsewhere) -> int:
    entries = tuple(entries)
    count = replay(session, entries)
    for entry in entries:
        again = elsewhere.get(entry.act)
        if again is not None:
            with suppress(MissingError):  # it was made after the backup, and is lost
                again(session, entry.subject, now=entry.moment)
                count += 1
    return count


def published_did_documents(session: Session) -> dict[str, bytes]:
    """Return the DID documents that the database has, by URL."""
    rows = select(PublishedDocumentRow).where(PublishedDocumentRow.media_type == DID_DOCUMENT)
    return {row.url: row.body for row in session.scalars(rows)}


def _check_all_there(session: Session, lists: Iterable[OurList]) -> None:
    """Refuse to go on where a list's published state is not known, or is older than the backup."""
    at_hand: dict[str, list[PublishedList]] = defaultdict(list)
    for one in lists:
        at_hand[one.found.url].append(one.found)
    for row in session.scalars(select(StatusListRow).order_by(StatusListRow.opened_at)):
        published = session.get(PublishedDocumentRow, row.url)
        known = None if published is None else find_list(published.body)
        if row.url not in at_hand:
            raise _not_at_hand(row.url, "is not at hand")
        if known is not None and not any(_goes_on(one, known) for one in at_hand[row.url]):
            raise _not_at_hand(row.url, "is at hand only as it was before the backup")


def _goes_on(new: PublishedList, old: PublishedList) -> bool:
    return new.valid_from >= old.valid_from and new.indexes() >= old.indexes()


def _not_at_hand(url: str, what: str) -> RefusedError:
    return RefusedError(
        f"the published status list {url} {what}; download it from wherever it is served and name"
        " the file with --published. With --without-published-lists whoever was revoked after the"
        " backup may count as not revoked again, unless the journal says so"
    )


def _is_logged(session: Session, entry: Entry) -> bool:
    found = select(AuditEntryRow.sequence).where(
        AuditEntryRow.subject == entry.subject, AuditEntryRow.act == Act.CREDENTIAL_RECORDED
    )
    return session.scalars(found.limit(1)).first() is not None


def _note(session: Session, act: Act, now: datetime, details: Document) -> None:
    note(session, act, INSTALLATION, now=now, actor=OPERATOR, details=details)
