"""Keys that a restored database does not know as an issuer's, though they are published as its own.

The keystore and the database are kept apart, so one can be newer. A key that was listed stays
listed (D13): a key of our keystore that a DID document of ours lists is its issuer's.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.audit import Act
from issuer.journal import Entry
from issuer.publication import publish
from issuer.published_keys import DID_DOCUMENT
from issuer.tables import DidMethod, IssuerKeyRow, IssuerRow
from keys import KeyRecord, State
from openbadges.did import did_web_url
from openbadges.errors import MalformedError, RefusedError
from openbadges.strict import parse_json_object

_ENDS: Final[Mapping[str, State]] = {
    Act.KEY_RETIRED: State.RETIRED,
    Act.KEY_COMPROMISED: State.COMPROMISED,
}


def check_keystore(session: Session, records: Iterable[KeyRecord]) -> None:
    """Return if a keystore has every key that the database knows.

    Raises:
        RefusedError: it lacks one, so it is older, or another installation's.
    """
    missing = set(session.scalars(select(IssuerKeyRow.key_id))) - {one.key_id for one in records}
    if missing:
        raise RefusedError(
            f"the keystore lacks the key {min(missing)}, which an issuer of this backup signs with;"
            " give the backup of keys that belongs to it"
        )


def keys_to_mark(
    records: Iterable[KeyRecord], entries: Iterable[Entry]
) -> tuple[tuple[str, str], ...]:
    """Return the keys that were retired or compromised of which an older keystore does not know.

    Each with the state that the log says it had last; nobody can mark it without the passphrase.
    """
    ended = {entry.subject: _ENDS[entry.act] for entry in entries if entry.act in _ENDS}
    return tuple(
        (record.key_id, ended[record.key_id].value)
        for record in records
        if record.state is not ended.get(record.key_id, record.state)
    )


def learn_keys(
    session: Session,
    records: Iterable[KeyRecord],
    published: Callable[[str], bytes | None],
    now: datetime,
) -> int:
    """Give issuers the keys that their published DID documents list; returns how many were new.

    `published` gives what is public at a URL. A document with a key that is not ours is left alone.
    """
    ours: dict[str, KeyRecord | None] = {record.key_id: record for record in records}
    count = 0
    for issuer in session.scalars(select(IssuerRow).where(IssuerRow.method == DidMethod.WEB)):
        url = did_web_url(issuer.did)
        body = published(url)
        listed = _listed(body) if body is not None else []
        methods = {one: ours.get(one.removeprefix(f"{issuer.did}#")) for one in listed}
        if body is None or not methods or None in methods.values():
            continue
        known = set(
            session.scalars(select(IssuerKeyRow.key_id).where(IssuerKeyRow.issuer_id == issuer.id))
        )
        for method, record in methods.items():
            if record is not None and record.key_id not in known:
                session.add(_row(issuer.id, method, record))
                count += 1
        if known - {record.key_id for record in methods.values() if record is not None}:
            continue  # it is older than the database
        publish(session, url, body, media_type=DID_DOCUMENT, issuer_id=issuer.id, now=now)
    session.flush()
    return count


def _row(issuer_id: str, method: str, record: KeyRecord) -> IssuerKeyRow:
    return IssuerKeyRow(
        issuer_id=issuer_id,
        key_id=record.key_id,
        purpose=record.purpose.value,
        verification_method=method,
        since=record.created,
    )


def _listed(body: bytes) -> list[str]:
    try:
        document = parse_json_object(body, what="a DID document")
    except MalformedError:
        return []
    methods = document.get("verificationMethod")
    return [str(one.get("id")) for one in methods or () if isinstance(one, dict)]
