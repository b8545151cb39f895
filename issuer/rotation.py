"""Rotation of what an installation signs with: issuers' keys, and the service's own.

The steps are those of `keys.rotation`. Each turn does all that is due in one transaction, under the
lock of the key set: the keystore first, then what is published and noted of it. Cut off anywhere,
the next turn goes on, and of two at once the second finds nothing to do.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from issuer.audit import OPERATOR, Act, note
from issuer.issuers import (
    Issuer,
    IssuerKey,
    find_issuer,
    key_row,
    list_issuers,
    load_issuer,
)
from issuer.key_publication import (
    lock_keys,
    note_keys,
    publish_did_document,
    publish_key_set,
)
from issuer.tables import DidMethod
from keys import KeyRecord, Keystore, Purpose
from keys.policy import SERVICE_PURPOSES
from keys.rotation import (
    OVERLAP,
    advance,
    is_due_for_rotation,
    make_successor,
    signing_key,
    successor,
)
from openbadges.did import method_id
from openbadges.errors import MissingError, RefusedError
from openbadges.public_key import Algorithm
from storage import Database


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose keys of one purpose these are: an issuer's, or with None the service's own."""

    issuer: Issuer | None
    purpose: Purpose

    @property
    def id(self) -> tuple[str | None, Purpose]:
        """What stays the same however many keys there are."""
        return (self.issuer.id if self.issuer else None, self.purpose)

    def records(self, keystore: Keystore) -> tuple[KeyRecord, ...]:
        """Return the owner's keys of this purpose, in the order they were made."""
        if self.issuer is None:
            return keystore.listed(self.purpose)
        return self.issuer.records(keystore, self.purpose)


@dataclass(frozen=True, slots=True)
class Succession:
    """The key that signs for an owner, and the one that will, where there is one."""

    owner: Owner
    signing: KeyRecord | None
    next: KeyRecord | None


@dataclass(frozen=True, slots=True)
class Rotation:
    """The keys of one installation, and who turns them; `actor` is for the audit log."""

    base_url: str
    keystore: Keystore
    actor: str | None = None

    def turn(
        self,
        session: Session,
        now: datetime,
        *,
        lifetime: timedelta | None = None,
        at_once: Collection[Owner] = (),
    ) -> None:
        """Do all that is due: successors of keys past their lifetime, if any, and further steps.

        The successors of those `at_once` sign now.

        Raises:
            RefusedError: the keystore is damaged.
        """
        lock_keys(session, self.base_url)
        if lifetime is not None:
            self._follow_old_keys(session, lifetime, now)
        waits = {owner.id for owner in at_once}
        for owner in _owners(session):
            records = owner.records(self.keystore)
            advance(self.keystore, records, now=now, at_once=owner.id in waits)
        self._say(session, now)

    def list_successors(
        self, session: Session, owners: Collection[Owner], now: datetime, *, overlap: timedelta
    ) -> None:
        """Publish a successor of each owner's key, where none waits, to sign after the overlap.

        It is written whose it is before it signs: a key that signs is never nobody's.

        Raises:
            RefusedError: an owner's DID is its key.
            MissingError: an owner has no key yet.
        """
        for owner in owners:
            check_can_rotate(owner)
        lock_keys(session, self.base_url)
        for owner in [_again(session, one) for one in owners]:
            if successor(owner.records(self.keystore)) is None:
                self._list_successor(session, owner, now + overlap, now)
        self._say(session, now)

    def _follow_old_keys(self, session: Session, lifetime: timedelta, now: datetime) -> None:
        for owner in _owners(session):
            records = owner.records(self.keystore)
            if can_rotate(owner) and is_due_for_rotation(records, lifetime=lifetime, now=now):
                self._list_successor(session, owner, now + OVERLAP, now)

    def _list_successor(self, session: Session, owner: Owner, due: datetime, now: datetime) -> None:
        """Make the key that follows, of the same kind, and write whose it is."""
        records = owner.records(self.keystore)
        if not records:
            raise MissingError(f"there is no key for {owner.purpose} yet, so none follows it")
        made = make_successor(
            self.keystore,
            owner.purpose,
            records[-1].algorithm,
            owned=_owned(session, self.keystore),
            due=due,
            now=now,
        )
        if owner.issuer is not None:
            method = method_id(owner.issuer.did, made.public_key)
            key = IssuerKey(made.key_id, owner.purpose, method)
            session.add(key_row(owner.issuer.id, key, now))
            session.flush()

    def _say(self, session: Session, now: datetime) -> None:
        """Publish and note what the keystore says by now."""
        issuers = list_issuers(session)
        for issuer in issuers:
            publish_did_document(session, issuer, self.keystore, now)
            records = issuer.records(self.keystore)
            note_keys(session, records, now=now, issuer_id=issuer.id, actor=self.actor)
        publish_key_set(session, self.base_url, self.keystore, now)
        note_keys(session, self.keystore.listed(*SERVICE_PURPOSES), now=now, actor=self.actor)


def rotate(
    database: Database,
    rotation: Rotation,
    owners: Collection[Owner],
    *,
    now: datetime,
    overlap: timedelta = OVERLAP,
) -> tuple[Succession, ...]:
    """Publish a successor for each owner that has none waiting; without an overlap it signs now.

    Cut off between the two transactions it signs with the next turn, as it is due.

    Raises:
        RefusedError, MissingError: as `Rotation.list_successors`.
    """
    database.transact(
        lambda session: rotation.list_successors(session, owners, now, overlap=overlap)
    )
    at_once = owners if overlap <= timedelta(0) else ()
    database.transact(lambda session: rotation.turn(session, now, at_once=at_once))
    with database.read() as session:
        return tuple(_succession(_again(session, one), rotation.keystore) for one in owners)


def _succession(owner: Owner, keystore: Keystore) -> Succession:
    records = owner.records(keystore)
    return Succession(owner, signing_key(records), successor(records))


def owners_of(issuer: Issuer) -> tuple[Owner, ...]:
    """Return an issuer once for each purpose that it has keys for."""
    return tuple(Owner(issuer, purpose) for purpose in issuer.purposes)


def ready_service_key(
    session: Session, purpose: Purpose, keystore: Keystore, *, base_url: str, now: datetime
) -> KeyRecord:
    """Return the service's key of a purpose that signs, made where there is none; it is published.

    Raises:
        RefusedError: the keystore is damaged.
    """
    lock_keys(session, base_url)
    found = signing_key(keystore.listed(purpose))
    if found is None:
        found = keystore.generate(Algorithm.EDDSA, purpose=purpose, now=now)
    note_keys(session, [found], now=now)
    publish_key_set(session, base_url, keystore, now)
    return found


def take_down_key(  # noqa: PLR0913 -- what is said of a key, each by name
    session: Session,
    record: KeyRecord,
    keystore: Keystore,
    *,
    base_url: str,
    now: datetime,
    is_imported: bool,
) -> None:
    """Note a key that an operator put into the keystore, and publish the service's own."""
    if is_imported:
        note(session, Act.KEY_IMPORTED, record.key_id, now=now, actor=OPERATOR)
    note_keys(session, [record], now=now, actor=OPERATOR)
    publish_key_set(session, base_url, keystore, now)


def find_owners(
    session: Session, did: str | None, purposes: Collection[Purpose]
) -> tuple[Owner, ...]:
    """Return whose keys somebody means who names an issuer, purposes, both or neither.

    Raises:
        MissingError: there is no such issuer, or it has no key for a purpose.
    """
    wanted = tuple(dict.fromkeys(purposes))
    service = tuple(Owner(None, purpose) for purpose in wanted if purpose in SERVICE_PURPOSES)
    if wanted and len(service) == len(wanted):
        return service
    issuer = find_issuer(session, did, profile=None)
    owners = {owner.purpose: owner for owner in owners_of(issuer)}
    for purpose in wanted:
        if purpose not in SERVICE_PURPOSES and purpose not in owners:
            raise MissingError(f"the issuer {issuer.did} has no key for {purpose} of its own")
    return (*(one for one in owners.values() if not wanted or one.purpose in wanted), *service)


def can_rotate(owner: Owner) -> bool:
    """Tell whether another key can follow: not where the DID is the key."""
    return owner.issuer is None or owner.issuer.method is not DidMethod.KEY


def check_can_rotate(owner: Owner) -> None:
    """Return if another key can follow.

    Raises:
        RefusedError: the issuer's DID is its key.
    """
    if owner.issuer is not None and not can_rotate(owner):
        raise RefusedError(
            f"the issuer {owner.issuer.did} is a did:key: its key is its name, so no other can"
            " follow; only a did:web issuer's keys are rotated"
        )


def _owners(session: Session) -> Iterator[Owner]:
    for issuer in list_issuers(session):
        yield from owners_of(issuer)
    for purpose in sorted(SERVICE_PURPOSES):
        yield Owner(None, purpose)


def _again(session: Session, owner: Owner) -> Owner:
    """Return the owner with the keys that it has by now."""
    if owner.issuer is None:
        return owner
    return Owner(load_issuer(session, owner.issuer.id), owner.purpose)


def _owned(session: Session, keystore: Keystore) -> frozenset[str]:
    """Return the ids of all keys that somebody has."""
    issuers = (key_id for one in list_issuers(session) for key_id in one.key_ids)
    service = (record.key_id for record in keystore.listed(*SERVICE_PURPOSES))
    return frozenset((*issuers, *service))
