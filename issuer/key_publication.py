"""What others and the audit log learn of our keys: DID documents, the key set, and each change.

The keystore says what is so. What is published and noted of it follows in a transaction of its
own, so whatever a crash left unsaid is said by the next that asks; saying it again changes nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.audit import Act, note
from issuer.audit_head import listed_audit_key
from issuer.documents import write_json
from issuer.issuers import Issuer, did_document, list_issuers, listed_keys
from issuer.publication import PublicDocument, publish_changed
from issuer.published_keys import DID_DOCUMENT, KEY_SET
from issuer.tables import AuditEntryRow, Profile, PublishedDocumentRow
from keys import KeyRecord, Keystore, Purpose, State
from openbadges.did import jwks
from openbadges.errors import RefusedError
from openbadges.public_key import PublicKey
from openbadges.strict import Document, format_timestamp
from verifier.receipt import listed_key

JWKS_PATH: Final = "/.well-known/jwks.json"
_SERVICE_KEYS: Final[Mapping[Purpose, Callable[[str, PublicKey], Document]]] = {
    Purpose.RECEIPT: listed_key,
    Purpose.AUDIT: listed_audit_key,
}
KEY_ACTS: Final[Mapping[State, Act]] = {
    State.PENDING: Act.KEY_PENDING,
    State.ACTIVE: Act.KEY_ACTIVE,
    State.RETIRED: Act.KEY_RETIRED,
    State.COMPROMISED: Act.KEY_COMPROMISED,
}


def lock_keys(session: Session, base_url: str) -> None:
    """Let nobody else change or publish keys until this transaction ends.

    What is locked is the key set, which every change of keys may change.
    """
    session.get(PublishedDocumentRow, base_url + JWKS_PATH, with_for_update=True)


def publish_did_document(
    session: Session, issuer: Issuer, keystore: Keystore, now: datetime
) -> None:
    """Publish an issuer's DID document, where it has an address.

    Raises:
        RefusedError: the keystore lacks a key of the issuer's, whose badges would stop verifying.
    """
    if issuer.did_document_url is None:
        return
    lost = issuer.key_ids - {record.key_id for record in keystore.list()}
    if lost:
        raise RefusedError(
            f"the DID document of {issuer.did} stays as it is: the keystore does not have"
            f" {', '.join(sorted(lost)):.300}, which it lists; restore the newest backup of the"
            " keystore"
        )
    body = write_json(did_document(issuer, keystore))
    document = PublicDocument(issuer.did_document_url, body, DID_DOCUMENT)
    publish_changed(session, [document], issuer_id=issuer.id, now=now)


def publish_key_set(session: Session, base_url: str, keystore: Keystore, now: datetime) -> None:
    """Publish the JWKS of an installation: the keys of who signs badges, and the service's own.

    A generic issuer makes no JWS, and its key speaks for whoever sends it something. The service's
    are no issuer's; they have uses of their own, by which no reader takes them for keys of
    credentials (D19).
    """
    # of two issuers that are made at once the second lists the keys of the first
    lock_keys(session, base_url)
    keys = [
        jwk
        for one in list_issuers(session)
        if one.signs is Profile.BADGES
        for jwk in jwks(one.did, keys=listed_keys(one, keystore))["keys"]
    ]
    own = [
        listed(base_url, record.public_key)
        for purpose, listed in _SERVICE_KEYS.items()
        for record in keystore.listed(purpose)
        if record.compromised_since is None  # a set cannot say so, and lists it no more
    ]
    document = PublicDocument(base_url + JWKS_PATH, write_json({"keys": keys + own}), KEY_SET)
    publish_changed(session, [document], now=now)


def note_keys(
    session: Session,
    records: Iterable[KeyRecord],
    *,
    now: datetime,
    issuer_id: str | None = None,
    actor: str | None = None,
) -> None:
    """Note every change in the lives of these keys that the audit log does not have yet."""
    lives = {record.key_id: record for record in records}
    noted = select(AuditEntryRow.subject, AuditEntryRow.act).where(
        AuditEntryRow.subject.in_(lives), AuditEntryRow.act.in_(KEY_ACTS.values())
    )
    known = {(subject, act) for subject, act in session.execute(noted)}
    for record in lives.values():
        for change in record.history:
            act = KEY_ACTS[change.state]
            if (record.key_id, act.value) in known:
                continue
            details: Document = {
                "at": format_timestamp(change.at),
                "purpose": record.purpose.value,
            }
            if change.since is not None:
                details["since"] = format_timestamp(change.since)
            note(
                session,
                act,
                record.key_id,
                now=now,
                actor=actor,
                issuer_id=issuer_id,
                details=details,
            )
