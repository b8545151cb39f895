"""Signers with keys of the tests' own: the same keys in every run, except RSA.

They implement `openbadges.signer.Signer`. The real ones, over kept keys, are in `keys`.
"""

from functools import cache

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from openbadges.did import did_jwk, did_key, method_id
from openbadges.public_key import PublicKey, curve_of, public_key_of


class Ed25519TestSigner:
    """Signs with the Ed25519 key of a seed; its own did:key unless a method is given."""

    def __init__(self, seed: bytes, *, verification_method: str | None = None) -> None:
        self._key = ed25519.Ed25519PrivateKey.from_private_bytes(seed)  # noqa: TID251 -- a test's own key
        self.public_key: PublicKey = public_key_of(self._key.public_key())
        self.verification_method: str = verification_method or _did_key_method(self.public_key)

    def sign(self, data: bytes) -> bytes:
        """Return the 64 bytes of the signature."""
        return self._key.sign(data)

    def private_pem(self) -> bytes:
        """Give the private key, for independent software that signs as the same issuer."""
        return _private_pem(self._key)


class EcTestSigner:
    """Signs with the P-256 or P-384 key of a secret number, the same bytes each time."""

    def __init__(
        self,
        secret: int,
        *,
        curve: ec.EllipticCurve | None = None,
        verification_method: str | None = None,
    ) -> None:
        self._key = ec.derive_private_key(secret, curve or ec.SECP256R1())  # noqa: TID251 -- a test's own key
        self.public_key: PublicKey = public_key_of(self._key.public_key())
        self.verification_method: str = verification_method or _did_key_method(self.public_key)

    def sign(self, data: bytes) -> bytes:
        """Return r and then s, each as long as the curve's order."""
        curve = curve_of(self._key.public_key())
        der = self._key.sign(data, ec.ECDSA(curve.digest, deterministic_signing=True))
        return b"".join(part.to_bytes(curve.coordinate_bytes) for part in decode_dss_signature(der))

    def private_pem(self) -> bytes:
        """Give the private key, for independent software that signs as the same issuer."""
        return _private_pem(self._key)


class RsaTestSigner:
    """Signs with the session's RSA key of 2048 bits; its own did:jwk unless a method is given."""

    def __init__(self, *, verification_method: str | None = None) -> None:
        self._key = _session_rsa_key()
        self.public_key: PublicKey = public_key_of(self._key.public_key())
        self.verification_method: str = verification_method or f"{did_jwk(self.public_key)}#0"

    def sign(self, data: bytes) -> bytes:
        """Return the 256 bytes of the signature (PKCS #1 v1.5, SHA-256)."""
        return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())

    def private_pem(self) -> bytes:
        """Give the private key, for independent software that signs as the same issuer."""
        return _private_pem(self._key)


def _private_pem(
    key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey,  # noqa: TID251 -- a test's own key
) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _did_key_method(key: PublicKey) -> str:
    return method_id(did_key(key), key)


@cache
def _session_rsa_key() -> rsa.RSAPrivateKey:  # noqa: TID251 -- a test's own key
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)  # noqa: TID251 -- a test's own key
