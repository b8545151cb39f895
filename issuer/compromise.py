"""The compromise of a key: from a moment on nobody believes what it signs, and another signs.

(1) a successor is published, where no other key of that purpose signs
(2) the key is marked, the successor signs, and the DID document says since when it is revoked
(3) the status lists that it signed are signed anew

Each is a transaction, and the whole may be repeated: what was done stays. What becomes of the
badges that it signed is told by `signed_with`, and decided by people.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.issuers import Issuer, list_issuers
from issuer.key_publication import lock_keys
from issuer.rotation import Owner, Rotation, can_rotate
from issuer.signing import methods_of
from issuer.status import publish_due
from issuer.tables import CredentialRow, CredentialState, RevocationRow
from keys import KeyRecord, State
from keys.policy import SERVICE_PURPOSES
from keys.rotation import OVERLAP, signing_key
from openbadges.errors import ConflictError, MissingError, RefusedError
from openbadges.strict import format_timestamp, parse_json_object, parse_timestamp
from storage import Database


@dataclass(frozen=True, slots=True)
class Compromised:
    """What was done: `signs` is the key that signs now, None where none can; lists by number."""

    key: KeyRecord
    owner: Owner | None
    signs: KeyRecord | None
    lists: int


@dataclass(frozen=True, slots=True)
class SignedBadge:
    """A released credential that a key signed; `falls` where readers refuse it from now on."""

    id: str  # the UUID
    url: str
    is_badge: bool
    falls: bool
    is_revoked: bool


def compromise(
    database: Database, rotation: Rotation, key_id: str, *, since: datetime, now: datetime
) -> Compromised:
    """Distrust a key from `since` on, let another sign, and sign anew what must be read.

    Raises:
        MissingError: there is no such key.
        RefusedError: `since` is in the future.
        ConflictError: it is marked already, since another moment.
    """
    record = _check(rotation, key_id, since=since, now=now)
    with database.read() as session:
        owner = find_owner(session, rotation, key_id)
    # (1) a successor, before the key stops
    if owner is not None and _leaves_none(owner, rotation, key_id):
        successors = partial(rotation.list_successors, owners=[owner], now=now, overlap=OVERLAP)
        database.transact(successors)
    # (2) marked, published and noted
    database.transact(lambda session: _mark(session, rotation, record, since=since, now=now))
    # (3) the lists
    issuer = None if owner is None else owner.issuer
    lists = 0
    with database.read() as session:
        owner = find_owner(session, rotation, key_id)
    signs = None if owner is None else signing_key(owner.records(rotation.keystore))
    if issuer is not None and signs is not None:
        lists = database.transact(
            lambda session: publish_due(session, issuer, rotation.keystore, now)
        )
    return Compromised(_find(rotation, key_id), owner, signs, lists)


def find_owner(session: Session, rotation: Rotation, key_id: str) -> Owner | None:
    """Return whose a key is; None is nobody's.

    Raises:
        MissingError: there is no such key.
    """
    purpose = _find(rotation, key_id).purpose
    if purpose in SERVICE_PURPOSES:
        return Owner(None, purpose)
    issuers = (one for one in list_issuers(session) if key_id in one.key_ids)
    return next((Owner(one, purpose) for one in issuers), None)


def signed_with(session: Session, issuer: Issuer, record: KeyRecord) -> Iterator[SignedBadge]:
    """Give each released credential that a compromised key signed, in the order of release.

    A proof names the moment of signing. A JWS names none, and readers go by the beginning of its
    period: one that is dated ahead falls, though it was signed before.
    """
    since = record.compromised_since
    methods = {key.method for key in issuer.keys if key.key_id == record.key_id}
    released = (
        select(CredentialRow, RevocationRow.credential_id)
        .outerjoin(RevocationRow, RevocationRow.credential_id == CredentialRow.id)
        .where(
            CredentialRow.issuer_id == issuer.id,
            CredentialRow.state == CredentialState.SIGNED,
            CredentialRow.json_bytes.is_not(None),
            CredentialRow.released_at >= record.created,
        )
        .order_by(CredentialRow.released_at, CredentialRow.id)
        .execution_options(yield_per=500)
    )
    for row, revoked in session.execute(released):
        moments = [at for method, at in _signatures(row) if method in methods]
        if moments:
            yield SignedBadge(
                id=row.id,
                url=row.credential_url,
                is_badge=row.award_id is not None,
                falls=since is not None and max(moments) >= since,
                is_revoked=revoked is not None,
            )


def _signatures(row: CredentialRow) -> Iterator[tuple[str, datetime]]:
    """Give each form's verification method, and the moment by which readers judge its key."""
    document = parse_json_object(row.json_bytes or b"", what="a released credential")
    proof, jws = methods_of(document, row.jws_bytes)
    yield proof, parse_timestamp(document["proof"]["created"], what="created")
    if jws is not None:
        yield jws, parse_timestamp(document["validFrom"], what="validFrom")


def _check(rotation: Rotation, key_id: str, *, since: datetime, now: datetime) -> KeyRecord:
    record = _find(rotation, key_id)
    if since > now:
        raise RefusedError(
            f"a compromise since {format_timestamp(since)} is in the future;"
            f" it is {format_timestamp(now)}"
        )
    known = record.compromised_since
    if known is not None and format_timestamp(known) != format_timestamp(since):
        raise ConflictError(
            f"the key {key_id} is marked compromised since {format_timestamp(known)}, which readers"
            f" may know by now and which stays; expected that moment, found"
            f" {format_timestamp(since)}"
        )
    return record


def _find(rotation: Rotation, key_id: str) -> KeyRecord:
    found = [record for record in rotation.keystore.list() if record.key_id == key_id]
    if not found:
        raise MissingError(f"this keystore has no key {key_id:.100}")
    return found[0]


def _leaves_none(owner: Owner, rotation: Rotation, key_id: str) -> bool:
    """Tell whether nothing would sign for an owner without this key, and something can follow."""
    records = owner.records(rotation.keystore)
    others = [record for record in records if record.key_id != key_id]
    was_last = any(one.key_id == key_id and one.state is State.ACTIVE for one in records)
    return can_rotate(owner) and was_last and signing_key(others) is None


def _mark(
    session: Session, rotation: Rotation, record: KeyRecord, *, since: datetime, now: datetime
) -> None:
    lock_keys(session, rotation.base_url)
    if _find(rotation, record.key_id).state is not State.COMPROMISED:
        rotation.keystore.mark_compromised(record.key_id, since=since, now=now)
    rotation.turn(session, now)
