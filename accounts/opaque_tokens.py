"""Tokens that say nothing by themselves: random letters, of which the database keeps the hash.

A copy of the database therefore opens no door. What a token opens is in the row of its hash.
"""

import base64
import secrets
from hashlib import sha256
from typing import Final

from accounts.policy import TOKEN_BYTES

MAXIMUM_TOKEN_CHARACTERS: Final = 100  # ours have 41 at most; a megabyte in a header is not hashed


def new_token() -> str:
    """Make a token: lower-case base32 without padding, which survives mail and reading out."""
    return base64.b32encode(secrets.token_bytes(TOKEN_BYTES)).decode("ascii").rstrip("=").lower()


def token_hash(presented: str) -> str:
    """Return the SHA-256, in hexadecimal, under which a token is kept and looked for.

    Whatever is presented has a hash. What is no token has one that no row has: of text that is too
    long just more is hashed than any token has, and half a surrogate pair has bytes of its own.
    """
    most = presented[: MAXIMUM_TOKEN_CHARACTERS + 1]
    return sha256(most.encode("utf-8", "surrogatepass")).hexdigest()
