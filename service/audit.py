"""The heads of the audit log that this service signs and publishes, with a key for that alone.

What a head says, and how it is read, is in `issuer.audit_head`.
"""

from datetime import datetime
from functools import partial

from issuer.audit_head import AuditHead, is_published, publish_head, read_head
from issuer.publication import export
from keys import Purpose
from service.installation import Installation
from service.own_keys import own_signer, ready_key


def publish_audit_head(installation: Installation, *, now: datetime) -> bool:
    """Sign the head of the log and publish it, unless it is public; tell whether that was done.

    Raises:
        RefusedError, MissingError: the key was retired meanwhile, or its file is damaged or gone.
    """
    base_url = installation.base_url
    with installation.database.read() as session:
        if is_published(session, base_url):
            return False
    record = ready_key(installation, Purpose.AUDIT, now=now)
    signer = own_signer(record, keystore=installation.keystore, base_url=base_url)
    installation.database.transact(partial(publish_head, service=base_url, signer=signer, now=now))
    export(installation.database, installation.public)
    return True


def read_own_head(text: str, installation: Installation) -> AuditHead:
    """Return what a head of this log says, once it is proven by a key of ours.

    Raises:
        MalformedError, UnprovenError: as `read_head`.
    """
    keys = [one.public_key for one in installation.keystore.listed(Purpose.AUDIT)]
    return read_head(text, service=installation.base_url, keys=keys)
