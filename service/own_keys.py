"""The keys of the service itself, of no issuer: for receipts, and for heads of the audit log.

Each is made when it is first needed, noted in the log, and listed in the published key set.
"""

from datetime import datetime

from issuer.publication import export
from issuer.rotation import ready_service_key, take_down_key
from keys import KeyRecord, Keystore, Purpose
from openbadges.signer import Signer
from service.installation import Installation
from verifier.receipt import key_url


def ready_key(installation: Installation, purpose: Purpose, *, now: datetime) -> KeyRecord:
    """Return the key of this purpose that signs, made where there is none; it is published.

    Raises:
        RefusedError: the keystore is damaged.
    """
    keystore, base_url = installation.keystore, installation.base_url
    record = installation.database.transact(
        lambda session: ready_service_key(session, purpose, keystore, base_url=base_url, now=now)
    )
    export(installation.database, installation.public)
    return record


def tell_of_key(
    installation: Installation, record: KeyRecord, *, now: datetime, is_imported: bool = False
) -> None:
    """Note a key that somebody made by a command, and list it where it is the service's own.

    An issuer's is listed when the issuer takes it.
    """
    keystore, base_url = installation.keystore, installation.base_url
    installation.database.transact(
        lambda session: take_down_key(
            session, record, keystore, base_url=base_url, now=now, is_imported=is_imported
        )
    )
    export(installation.database, installation.public)


def own_signer(record: KeyRecord, *, keystore: Keystore, base_url: str) -> Signer:
    """Return what signs with a key of the service, under the name that its key set has for it.

    Raises:
        RefusedError, MissingError: as `Keystore.signer`.
    """
    return keystore.signer(record.key_id, verification_method=key_url(base_url, record.public_key))
