"""Private keys as they sign: made, sealed, opened, and shown to nobody.

Which of them may sign is decided in `policy`, and where they are kept in `keystore`. Proofs and
tokens are made in `openbadges` with the `Signer` that comes from here.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, Final, Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from keys.hidden import Hidden
from keys.policy import RSA_BITS, RSA_EXPONENT
from openbadges.errors import Code, RefusedError, UnavailableError, UnprovenError
from openbadges.public_key import (
    ED25519_BYTES,
    P256,
    P384,
    Algorithm,
    Curve,
    PublicKey,
    public_key_of,
)

_HEXADECIMAL: Final = re.compile(r"[0-9A-Fa-f]*", re.ASCII)

_Private = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey  # noqa: TID251 -- private keys live here
_PRIVATE_CLASSES: Final = (
    ed25519.Ed25519PrivateKey,  # noqa: TID251 -- private keys live here
    ec.EllipticCurvePrivateKey,  # noqa: TID251 -- private keys live here
    rsa.RSAPrivateKey,  # noqa: TID251 -- private keys live here
)


def _generate_ed25519() -> _Private:
    return ed25519.Ed25519PrivateKey.generate()  # noqa: TID251 -- private keys live here


def _generate_ec(curve: Curve) -> _Private:
    return ec.generate_private_key(curve.implementation)  # noqa: TID251 -- private keys live here


def _generate_rsa() -> _Private:
    return rsa.generate_private_key(RSA_EXPONENT, RSA_BITS)  # noqa: TID251 -- private keys live here


def _ed25519_of(seed: bytes) -> _Private:
    return ed25519.Ed25519PrivateKey.from_private_bytes(seed)  # noqa: TID251 -- private keys live here


def _ec_of(curve: Curve, seed: bytes) -> _Private:
    """Make the key whose private scalar is `seed`.

    A scalar near to 0, or to the order, is no random number: it has less than half of the bits
    that it should have, and whoever tries the near ones first finds it.
    """
    scalar, order = int.from_bytes(seed), curve.implementation.group_order
    least = 1 << order.bit_length() // 2
    if not least <= scalar <= order - least:
        raise RefusedError(
            f"the private scalar of a {curve.name} key is a random number below the curve's order;"
            " found one that is 0, not below it, or so near to either that it can be guessed",
            code=Code.WEAK_KEY,
        )
    return ec.derive_private_key(scalar, curve.implementation)  # noqa: TID251 -- private keys live here


def _sign_eddsa(private: Any, data: bytes) -> bytes:  # noqa: ANN401 -- the table pairs the types
    return bytes(private.sign(data))


def _sign_ecdsa(curve: Curve, private: Any, data: bytes) -> bytes:  # noqa: ANN401 -- the table pairs the types
    # Deterministic (RFC 6979): a poor random source cannot give the private key away.
    r, s = decode_dss_signature(
        private.sign(data, ec.ECDSA(curve.digest, deterministic_signing=True))
    )
    return r.to_bytes(curve.coordinate_bytes) + s.to_bytes(curve.coordinate_bytes)


def _sign_rs256(private: Any, data: bytes) -> bytes:  # noqa: ANN401 -- the table pairs the types
    return bytes(private.sign(data, padding.PKCS1v15(), hashes.SHA256()))


@dataclass(frozen=True, slots=True)
class _Seed:
    """How a key is made again of what somebody else keeps: so many bytes."""

    length: int
    read: Callable[[bytes], _Private]


@dataclass(frozen=True, slots=True)
class _Kind:
    """How keys of one algorithm are made and sign; an RSA key has no seed."""

    generate: Callable[[], _Private]
    sign: Callable[[Any, bytes], bytes]
    seed: _Seed | None = None


def _kind_of(curve: Curve) -> _Kind:
    return _Kind(
        partial(_generate_ec, curve),
        partial(_sign_ecdsa, curve),
        _Seed(curve.coordinate_bytes, partial(_ec_of, curve)),
    )


_KINDS: Final[Mapping[Algorithm, _Kind]] = MappingProxyType(
    {
        Algorithm.EDDSA: _Kind(_generate_ed25519, _sign_eddsa, _Seed(ED25519_BYTES, _ed25519_of)),
        Algorithm.ES256: _kind_of(P256),
        Algorithm.ES384: _kind_of(P384),
        Algorithm.RS256: _Kind(_generate_rsa, _sign_rs256),
    }
)


class KeySigner(Hidden):
    """A `Signer` that gives out no signature which its own public key does not verify (D20)."""

    __slots__ = ("_check_permitted", "_private", "public_key", "verification_method")

    def __init__(
        self,
        private: _Private,
        *,
        public_key: PublicKey,
        verification_method: str,
        check_permitted: Callable[[], object],
    ) -> None:
        self._private = private
        self._check_permitted = check_permitted
        self.public_key = public_key
        self.verification_method = verification_method

    def sign(self, data: bytes) -> bytes:
        """Return the raw signature over `data`: 64 bytes for Ed25519, r then s for ECDSA.

        Raises:
            RefusedError: the key has stopped signing since this signer was made.
            UnavailableError: the signature came out wrong, as failing hardware makes it; try again.
        """
        self._check_permitted()
        signature = _KINDS[self.public_key.algorithm].sign(self._private, data)
        try:
            self.public_key.verify(signature, data)
        except UnprovenError as error:
            raise UnavailableError(
                "the signature just made does not verify and was thrown away", code=Code.PROOF
            ) from error
        return signature


class KeyPair(Hidden):
    """A private key that shows itself to nobody, and its public half."""

    __slots__ = ("_private", "public_key")

    def __init__(self, private: _Private) -> None:
        self._private = private
        self.public_key = public_key_of(private.public_key())

    @classmethod
    def generate(cls, algorithm: Algorithm) -> Self:
        """Make a new random key."""
        return cls(_KINDS[algorithm].generate())

    @classmethod
    def from_seed(cls, seed_hex: str, algorithm: Algorithm = Algorithm.EDDSA) -> Self:
        """Make the key of a seed in hexadecimal digits: of an elliptic curve, its private scalar.

        Raises:
            RefusedError: of another length, no digits, or a scalar that is none or can be guessed
                (WEAK_KEY); the refusal does not repeat it.
            ValueError: keys of this algorithm have no seed.
        """
        seed = _KINDS[algorithm].seed
        if seed is None:
            raise ValueError(f"{algorithm} keys have no seed")
        if len(seed_hex) != 2 * seed.length or not _HEXADECIMAL.fullmatch(seed_hex):
            raise RefusedError(
                f"a seed is {seed.length} bytes as {2 * seed.length} hexadecimal digits;"
                f" found {len(seed_hex)} characters that are not that"
            )
        return cls(seed.read(bytes.fromhex(seed_hex)))

    @classmethod
    def from_pkcs8(cls, der: bytes) -> Self:
        """Read what `to_pkcs8` wrote.

        Raises:
            RefusedError: it is no private key of a kind we use.
        """
        try:
            private = serialization.load_der_private_key(der, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise RefusedError("the file holds no private key", code=Code.CANNOT_SIGN) from error
        if not isinstance(private, _PRIVATE_CLASSES):
            raise RefusedError("the file holds a private key of a kind that we do not use")
        return cls(private)

    def to_pkcs8(self) -> bytes:
        """Return the private key in clear, as PKCS #8 in DER, for sealing and nothing else."""
        return self._private.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    def signer(
        self, verification_method: str, *, check_permitted: Callable[[], object] = bool
    ) -> KeySigner:
        """Return a signer; `check_permitted` runs before each signature and may raise."""
        return KeySigner(
            self._private,
            public_key=self.public_key,
            verification_method=verification_method,
            check_permitted=check_permitted,
        )


def throwaway_key(algorithm: Algorithm) -> KeyPair:
    """Make a key that is kept nowhere, to sign the twin that is checked before the real one."""
    return KeyPair.generate(algorithm)
