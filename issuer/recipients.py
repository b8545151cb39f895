"""What we keep about a person besides the signed bytes.

A keyed hash of the identifier, to find the person again; and the identifier itself, sealed, only
while something is due to them. Both keys are secrets of the keystore.
"""

import hashlib
import hmac
from collections.abc import Sequence
from secrets import token_bytes
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from issuer.award import Evidence, Recipient
from issuer.documents import write_json
from issuer.tables import RecipientKind
from keys import Keystore, SecretPurpose
from openbadges.errors import RefusedError
from openbadges.strict import Document, parse_json_object

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


def seal_recipient(recipient: Recipient, keystore: Keystore, *, bound_to: str) -> bytes:
    """Encrypt who a person is for one row.

    Raises:
        RefusedError, MissingError: as `seal`.
    """
    said = {"identifier": recipient.identifier, "wiki": recipient.wiki}
    return _seal_document(said, keystore, bound_to)


def unseal_recipient(
    kind: RecipientKind, sealed: bytes, keystore: Keystore, *, bound_to: str
) -> Recipient:
    """Decrypt what `seal_recipient` made for the same row.

    Raises:
        RefusedError: as `unseal`.
    """
    said = _unseal_document(sealed, keystore, bound_to)
    return Recipient(kind, said["identifier"], said["wiki"])


def seal_evidence(
    evidence: Sequence[Evidence], keystore: Keystore, *, bound_to: str
) -> bytes | None:
    """Encrypt what a person did for one row; None where nothing is said of it.

    Raises:
        RefusedError, MissingError: as `seal`.
    """
    if not evidence:
        return None
    said = [{"url": one.url, "narrative": one.narrative} for one in evidence]
    return _seal_document({"evidence": said}, keystore, bound_to)


def unseal_evidence(
    sealed: bytes | None, keystore: Keystore, *, bound_to: str
) -> tuple[Evidence, ...]:
    """Decrypt what `seal_evidence` made for the same row.

    Raises:
        RefusedError: as `unseal`.
    """
    if sealed is None:
        return ()
    said = _unseal_document(sealed, keystore, bound_to)
    return tuple(Evidence(one["url"], one["narrative"]) for one in said["evidence"])


def _seal_document(document: Document, keystore: Keystore, bound_to: str) -> bytes:
    return seal(write_json(document).decode(), keystore, bound_to=bound_to)


def _unseal_document(sealed: bytes, keystore: Keystore, bound_to: str) -> Document:
    text = unseal(sealed, keystore, bound_to=bound_to)
    return parse_json_object(text, what="what is sealed of a person")
