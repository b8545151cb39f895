"""What it takes to sign: the interface that `keys` implements and proofs are made with.

There is no private key here, and no implementation.
"""

from typing import Protocol

from openbadges.public_key import PublicKey


class Signer(Protocol):
    """One private key, wherever it is kept, and the method URL under which it is listed."""

    @property
    def verification_method(self) -> str:
        """The DID URL (or https URL with fragment) that proofs name."""

    @property
    def public_key(self) -> PublicKey:
        """The key that verifies what this one signs; its algorithm is the signer's."""

    def sign(self, data: bytes) -> bytes:
        """Return the raw signature over `data`: 64 bytes for Ed25519, r then s for ECDSA."""
