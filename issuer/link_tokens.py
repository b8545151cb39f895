"""The secrets in claim, manage and share links, derived so that the owner can see a link again.

A token is computed from the id of its row and a secret of the keystore, and the row keeps only its
SHA-256: the database alone opens nothing, and neither does the keystore without the ids.
"""

import base64
import hashlib
import hmac
import re
from enum import StrEnum
from typing import Final

from keys import Keystore, SecretPurpose
from openbadges.errors import MissingError

TOKEN_CHARACTERS: Final = 26  # of base32, five bits each: 130 bits cannot be guessed (I13)
_TOKEN: Final = re.compile(rf"[A-Za-z2-7]{{{TOKEN_CHARACTERS}}}", re.ASCII)


class LinkKind(StrEnum):
    """What a link is for; a token of one kind opens nothing of another."""

    CLAIM = "claim"
    MANAGE = "manage"
    SHARE = "share"


def link_token(kind: LinkKind, row_id: str, keystore: Keystore) -> str:
    """Return the token (base32, lower case) of a link's row, always the same one.

    Raises:
        RefusedError, MissingError: the secret for it is damaged, or gone.
    """
    key = keystore.secret(SecretPurpose.LINK_TOKENS)
    derived = hmac.digest(key, f"{kind}:{row_id}".encode(), hashlib.sha256)
    return base64.b32encode(derived).decode()[:TOKEN_CHARACTERS].lower()


def token_hash(token: str) -> str:
    """Return what a row keeps of a token: its SHA-256 in hex, the same in capitals (of a QR code).

    Raises:
        MissingError: this is no token, and the answer is that for a token that nobody has.
    """
    if not _TOKEN.fullmatch(token):
        raise unknown_link()
    return hashlib.sha256(token.lower().encode()).hexdigest()


def unknown_link() -> MissingError:
    """Make the one answer to every link that opens nothing, whatever the reason."""
    return MissingError(
        "this link opens nothing: it was mistyped, replaced or withdrawn; ask who gave it to you"
    )
