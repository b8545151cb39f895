"""What we keep about a person besides the signed bytes.

A keyed hash of the identifier, to find the person again; and the identifier itself, sealed, only
while something is due to them. Both keys are secrets of the keystore.
"""

import hashlib
import hmac
from secrets import token_bytes
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from issuer.award import Recipient
from keys import Keystore, SecretPurpose
from openbadges.errors import RefusedError

NONCE_BYTES: Final = 12


def recipient_hash(recipient: Recipient, keystore: Keystore) -> str:
    """Return the keyed hash (hex) under which a person's awards are found.

    Raises:
        RefusedError, MissingError: the secret for it is damaged, or gone.
    """
    key = keystore.secret(SecretPurpose.RECIPIENT_HASH)
    return hmac.new(key, recipient.key.encode(), hashlib.sha256).hexdigest()


def seal(text: str, keystore: Keystore, *, bound_to: str) -> bytes:
    """Encrypt a text for one row, whose id it is bound to.

    Raises:
        RefusedError, MissingError: the secret for it is damaged, or gone.
    """
    nonce = token_bytes(NONCE_BYTES)
    cipher = AESGCM(keystore.secret(SecretPurpose.RECIPIENT_ENCRYPTION))
    return nonce + cipher.encrypt(nonce, text.encode(), bound_to.encode())


def unseal(sealed: bytes, keystore: Keystore, *, bound_to: str) -> str:
    """Decrypt what `seal` made for the same row.

    Raises:
        RefusedError: it was damaged, moved to another row, or sealed with another key.
    """
    cipher = AESGCM(keystore.secret(SecretPurpose.RECIPIENT_ENCRYPTION))
    try:
        data = cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to.encode())
    except (InvalidTag, ValueError) as error:
        raise RefusedError("a sealed identifier in the database was changed or damaged") from error
    return data.decode()
