"""The receipts that this service signs: their key, its publication, and the signing.

What a receipt says, and how it is read, is in `verifier.receipt`, which cannot sign.
"""

import json
from datetime import datetime
from typing import Final

from keys import Keystore, Purpose
from keys.rotation import signing_key
from openbadges.errors import MissingError
from openbadges.jose import sign_compact_jws
from service.installation import Installation
from service.own_keys import own_signer, ready_key
from verifier.receipt import RECEIPT_TYPE, Receipt

RECEIPT_MEDIA_TYPE: Final = "application/jwt"


def ready_receipts(installation: Installation, *, now: datetime) -> None:
    """Make the key where there is none that signs, and publish it; at a start of the service."""
    ready_key(installation, Purpose.RECEIPT, now=now)


def sign_receipt(receipt: Receipt, keystore: Keystore) -> str:
    """Return a receipt as a compact JWS, signed with the newest key that signs.

    Raises:
        MissingError: there is no key for receipts.
        RefusedError: it has just stopped signing.
    """
    record = signing_key(keystore.listed(Purpose.RECEIPT))
    if record is None:
        raise MissingError(
            "this service has no key for receipts; its operator makes one with"
            " `insignia keys generate --purpose receipt`"
        )
    signer = own_signer(record, keystore=keystore, base_url=receipt.service)
    claims = json.dumps(receipt.claims(), separators=(",", ":"))
    return sign_compact_jws(claims.encode(), signer, typ=RECEIPT_TYPE)


def has_receipt_key(keystore: Keystore) -> bool:
    """Tell whether a receipt can be signed."""
    return signing_key(keystore.listed(Purpose.RECEIPT)) is not None
