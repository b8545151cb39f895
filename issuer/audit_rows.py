"""What is stored, held against the audit log: nothing was issued, revoked or made in silence (K7).

Every credential has its entries with the digests that its row has, every entry has its row, and
every key of the keystore was noted. What is older than the log is counted by its first entry.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from issuer.audit import Act
from issuer.audit_chain import PIECE, Trouble
from issuer.key_publication import KEY_ACTS
from issuer.tables import AuditEntryRow, CredentialRow, CredentialState, RevocationRow
from keys import KeyRecord
from openbadges.errors import MalformedError
from openbadges.strict import Document, parse_json_object

# What an entry's details say, by act, and where the credential's row has the same.
_DIGESTS: Final[Mapping[str, Callable[[CredentialRow], Mapping[str, str | None]]]] = {
    Act.CREDENTIAL_RECORDED: lambda row: {"unsignedSha256": row.unsigned_sha256},
    Act.CREDENTIAL_RELEASED: lambda row: {
        "jsonSha256": row.json_sha256,
        "jwsSha256": row.jws_sha256,
    },
    Act.CREDENTIAL_REVOKED: lambda _: {},
}
_STATES: Final[Mapping[str, frozenset[CredentialState]]] = {
    Act.CREDENTIAL_RECORDED: frozenset({CredentialState.LINTED, CredentialState.SIGNED}),
    Act.CREDENTIAL_RELEASED: frozenset({CredentialState.SIGNED}),
    Act.CREDENTIAL_REVOKED: frozenset(CredentialState),
}
_TOLD_LATER: Final = b'"recordedAt":'  # in the details of what a journal told after a restore
_COUNTED: Final[Mapping[str, str]] = {
    Act.CREDENTIAL_RECORDED: "credentials",
    Act.CREDENTIAL_REVOKED: "revocations",
}


def row_troubles(session: Session) -> Iterator[Trouble]:
    """Give each credential or revocation that the log does not tell as it is here."""
    begun = _begun(session)
    older: Counter[str] = Counter()
    for page in _credentials(session):
        logged = _entries_of(session, [row.credential_url for row, _ in page])
        for row, revoked_at in page:
            yield from _bytes_troubles(row)
            for act, at in _acts_of(row, revoked_at):
                entry = logged.get((act, row.credential_url))
                if entry is not None:
                    yield from _differences(entry, row)
                elif begun is not None and at < begun.at:
                    older[act] += 1
                else:
                    yield Trouble(f"{_told(act, row.credential_url)}, and the log does not say so")
    counted = {} if begun is None else _details(begun)
    for counted_act, what in _COUNTED.items():
        found, said = older[counted_act], counted.get(what, 0)
        if found > said:
            yield Trouble(f"{found} {what} are dated before the log began, which counted {said}", 1)


def entry_troubles(session: Session) -> Iterator[Trouble]:
    """Give each entry about a credential that is not here, or not as the entry says.

    Rows that a restore could not bring back are no trouble: its own entry says from where on.
    """
    lost = _lost_to_restores(session)
    wanted = select(
        AuditEntryRow.sequence, AuditEntryRow.act, AuditEntryRow.subject, AuditEntryRow.details
    )
    in_order = wanted.where(AuditEntryRow.act.in_(_DIGESTS)).order_by(AuditEntryRow.sequence)
    after = 0
    while page := session.execute(
        in_order.where(AuditEntryRow.sequence > after).limit(PIECE)
    ).all():
        after = page[-1].sequence
        known = _states(session, {one.subject for one in page})
        for one in page:
            state, is_revoked = known.get(one.subject, (None, False))
            told = f"entry {one.sequence} says that {_told(one.act, one.subject)}"
            if state is None:
                is_lost = any(one.sequence in span for span in lost)
                if not is_lost and _TOLD_LATER not in one.details:
                    yield Trouble(f"{told}, and there is no such credential", one.sequence)
            elif state not in _STATES[one.act] or (
                one.act == Act.CREDENTIAL_REVOKED and not is_revoked
            ):
                yield Trouble(f"{told}, and its row does not say so", one.sequence)


def key_troubles(session: Session, keys: Sequence[KeyRecord]) -> Iterator[Trouble]:
    """Give each key of the keystore that was made after the log began, and not noted."""
    begun = _begun(session)
    noted = select(AuditEntryRow.subject, AuditEntryRow.act).where(
        AuditEntryRow.act.in_(KEY_ACTS.values()),
        AuditEntryRow.subject.in_([one.key_id for one in keys]),
    )
    known = {(subject, act) for subject, act in session.execute(noted)}
    for one in keys:
        for change in one.history:
            is_older = begun is not None and change.at < begun.at
            if (one.key_id, KEY_ACTS[change.state]) not in known and not is_older:
                told = f"the key {one.key_id} is {change.state} in the keystore"
                yield Trouble(f"{told}, and the log does not say so")


def _begun(session: Session) -> AuditEntryRow | None:
    """Return the entry that counts what is older than the log, where anything is."""
    first = session.get(AuditEntryRow, 1)
    return first if first is not None and first.act == Act.LOG_BEGUN else None


def _lost_to_restores(session: Session) -> tuple[range, ...]:
    """Give the numbers of the entries that a journal brought back, while their rows stayed away."""
    wanted = select(AuditEntryRow).where(AuditEntryRow.act == Act.RESTORED)
    places = [(_details(row).get("sequence"), row.sequence) for row in session.scalars(wanted)]
    return tuple(range(last + 1, own) for last, own in places if isinstance(last, int))


def _credentials(session: Session) -> Iterator[Sequence[Row[CredentialRow, datetime | None]]]:
    wanted = (
        select(CredentialRow, RevocationRow.revoked_at)
        .outerjoin(RevocationRow, RevocationRow.credential_id == CredentialRow.id)
        .order_by(CredentialRow.id)
        .limit(PIECE)
    )
    after = ""
    while page := session.execute(wanted.where(CredentialRow.id > after)).all():
        after = page[-1][0].id
        yield page
        session.expunge_all()


def _entries_of(session: Session, urls: Sequence[str]) -> dict[tuple[str, str], AuditEntryRow]:
    wanted = select(AuditEntryRow).where(
        AuditEntryRow.subject.in_(urls), AuditEntryRow.act.in_(_DIGESTS)
    )
    return {(row.act, row.subject): row for row in session.scalars(wanted)}


def _states(session: Session, urls: set[str]) -> dict[str, tuple[CredentialState, bool]]:
    """Return the state of each credential that is here, and whether it is revoked."""
    wanted = (
        select(CredentialRow.credential_url, CredentialRow.state, RevocationRow.credential_id)
        .outerjoin(RevocationRow, RevocationRow.credential_id == CredentialRow.id)
        .where(CredentialRow.credential_url.in_(urls))
    )
    return {url: (state, other is not None) for url, state, other in session.execute(wanted)}


def _acts_of(row: CredentialRow, revoked_at: datetime | None) -> Iterator[tuple[Act, datetime]]:
    """Give what was done to a credential by its row, and when."""
    if row.recorded_at is not None:
        yield Act.CREDENTIAL_RECORDED, row.recorded_at
    if row.released_at is not None:
        yield Act.CREDENTIAL_RELEASED, row.released_at
    if revoked_at is not None:
        yield Act.CREDENTIAL_REVOKED, revoked_at


def _differences(entry: AuditEntryRow, row: CredentialRow) -> Iterator[Trouble]:
    said = _details(entry)
    for name, digest in _DIGESTS[entry.act](row).items():
        if said.get(name) != digest:
            told = f"{row.credential_url} has another {name} than entry {entry.sequence} says"
            yield Trouble(told, entry.sequence)


def _bytes_troubles(row: CredentialRow) -> Iterator[Trouble]:
    for form, data, digest in (
        ("JSON", row.json_bytes, row.json_sha256),
        ("JWS", row.jws_bytes, row.jws_sha256),
    ):
        if data is not None and hashlib.sha256(data).hexdigest() != digest:
            yield Trouble(f"the {form} of {row.credential_url} is not what was released")


def _told(act: str, url: str) -> str:
    return f"{url} was {act.removeprefix('credential-')}"


def _details(row: AuditEntryRow) -> Document:
    """Read what an entry says beside; nothing, where somebody wrote into it."""
    try:
        return parse_json_object(row.details, what="the details of an entry")
    except MalformedError:
        return {}
