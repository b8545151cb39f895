"""The receipts that this service signs: their key, its publication, and the signing.

What a receipt says, and how it is read, is in `verifier.receipt`, which cannot sign.
"""

import json
from datetime import datetime
from functools import partial
from typing import Final

from issuer.key_publication import publish_key_set
from issuer.publication import export
from keys import KeyRecord, Keystore, Purpose, State
from openbadges.errors import MissingError
from openbadges.jose import sign_compact_jws
from openbadges.public_key import Algorithm
from service.installation import Installation
from verifier.receipt import RECEIPT_TYPE, Receipt, key_url

RECEIPT_MEDIA_TYPE: Final = "application/jwt"


def ready_receipts(installation: Installation, *, now: datetime) -> None:
    """Make the key where there is none that signs, and publish it; at a start of the service."""
    keystore = installation.keystore
    if not _active(keystore):
        keystore.generate(Algorithm.EDDSA, purpose=Purpose.RECEIPT, now=now)
    publish_receipt_keys(installation, now=now)


def publish_receipt_keys(installation: Installation, *, now: datetime) -> None:
    """Let the published key set list the keys of receipts that there are by now."""
    installation.database.transact(
        partial(
            publish_key_set,
            base_url=installation.base_url,
            keystore=installation.keystore,
            now=now,
        )
    )
    export(installation.database, installation.public)


def sign_receipt(receipt: Receipt, keystore: Keystore) -> str:
    """Return a receipt as a compact JWS, signed with the newest key that signs.

    Raises:
        MissingError: there is no key for receipts.
        RefusedError: it has just stopped signing.
    """
    active = _active(keystore)
    if not active:
        raise MissingError(
            "this service has no key for receipts; its operator makes one with"
            " `insignia keys generate --purpose receipt`"
        )
    record = active[-1]
    method = key_url(receipt.service, record.public_key)
    signer = keystore.signer(record.key_id, verification_method=method)
    claims = json.dumps(receipt.claims(), separators=(",", ":"))
    return sign_compact_jws(claims.encode(), signer, typ=RECEIPT_TYPE)


def has_receipt_key(keystore: Keystore) -> bool:
    """Tell whether a receipt can be signed."""
    return bool(_active(keystore))


def _active(keystore: Keystore) -> tuple[KeyRecord, ...]:
    return tuple(one for one in keystore.listed(Purpose.RECEIPT) if one.state is State.ACTIVE)
