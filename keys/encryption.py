"""From a passphrase to the data key, and from the data key to sealed files.

scrypt stretches the passphrase into a key-encryption key, which wraps one random data key. Two keys
derived from that one seal files (AES-256-GCM) and authenticate the index (HMAC-SHA-256). So opening
a keystore costs one scrypt, whatever it holds. Where the files lie is in `private_files`.
"""

import hashlib
import secrets
import warnings
from dataclasses import dataclass
from typing import ClassVar, Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from keys.hidden import Hidden
from keys.passphrase import Passphrase
from keys.tagged_json import damaged, read_tagged, write_tagged
from openbadges.errors import Code, MalformedError, RefusedError
from openbadges.strict import decode_base64url, encode_base64url

FORMAT: Final = "insignia-keystore-1"
HEADER: Final = "keystore.json"
SCRYPT_N: Final = 2**15  # with r = 8: 32 MiB for each guess (D16)
SCRYPT_R: Final = 8
SCRYPT_P: Final = 1
MAXIMUM_SCRYPT_N: Final = 2**17  # 128 MiB; a header that asks for more is not obeyed
MINIMUM_SCRYPT_N: Final = 2  # below it scrypt is not defined
SALT_BYTES: Final = 16
NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32
TAG_BYTES: Final = 16
_WRAPPED_FOR: Final = b"insignia-keystore-1\ndata key"


class InsecureCostWarning(UserWarning):
    """A keystore is protected by less work than its passphrase deserves."""


@dataclass(frozen=True)
class Cost:
    """How much work one guess at the passphrase is: `n` blocks of 1 KiB, a power of two."""

    n: int = SCRYPT_N
    minimum: ClassVar[int] = SCRYPT_N

    def __post_init__(self) -> None:
        if not self.minimum <= self.n <= MAXIMUM_SCRYPT_N or self.n.bit_count() != 1:
            raise ValueError(
                f"n is {self.n}; expected a power of two, {self.minimum} to {MAXIMUM_SCRYPT_N}"
            )


class InsecureCost(Cost):
    """A cost for tests, at which a passphrase is guessed in no time; says so when it is made."""

    minimum: ClassVar[int] = MINIMUM_SCRYPT_N

    def __post_init__(self) -> None:
        super().__post_init__()
        warnings.warn(
            f"this keystore's scrypt cost is {self.n}, below the safe {SCRYPT_N}",
            InsecureCostWarning,
            stacklevel=3,
        )


SAFE_COST: Final = Cost()


class DataKey(Hidden):
    """The key of one keystore, in use: it seals files and authenticates the index."""

    __slots__ = ("_authentication", "_sealing")

    def __init__(self, key: bytes) -> None:
        self._sealing = AESGCM(_derive(key, b"files"))
        self._authentication = hmac.HMAC(_derive(key, b"index"), hashes.SHA256())

    def seal(self, plaintext: bytes, *, bound_to: bytes) -> bytes:
        """Encrypt; `bound_to` must be given again to unseal, and is not in the result."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._sealing.encrypt(nonce, plaintext, bound_to)

    def unseal(self, sealed: bytes, *, bound_to: bytes, name: str) -> bytes:
        """Decrypt the content of the file `name`.

        Raises:
            RefusedError: a byte was changed, or it was sealed by another keystore or for
                something else than `bound_to`.
        """
        if len(sealed) < NONCE_BYTES + TAG_BYTES:
            raise damaged(name)
        try:
            return self._sealing.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)
        except InvalidTag as error:
            raise damaged(name) from error

    def make_tag(self, data: bytes) -> str:
        """Return the HMAC-SHA-256 of the index, in base64url."""
        authentication = self._authentication.copy()
        authentication.update(data)
        return encode_base64url(authentication.finalize())

    def verify_tag(self, data: bytes, tag: str, *, name: str) -> None:
        """Return if `tag` is the tag of `data`, compared in constant time.

        Raises:
            RefusedError: it is not.
        """
        authentication = self._authentication.copy()
        authentication.update(data)
        try:
            authentication.verify(decode_base64url(tag))
        except (InvalidSignature, MalformedError) as error:
            raise damaged(name) from error


def make_header(passphrase: Passphrase, cost: Cost) -> tuple[bytes, DataKey]:
    """Make a data key and the header file that gives it to who knows the passphrase."""
    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    key = AESGCM.generate_key(8 * KEY_BYTES)
    wrapped = nonce + _wrapping(passphrase, salt, cost).encrypt(nonce, key, _WRAPPED_FOR)
    header = {
        "format": FORMAT,
        "scrypt": {"n": cost.n, "r": SCRYPT_R, "p": SCRYPT_P, "salt": encode_base64url(salt)},
        "wrappedKey": encode_base64url(wrapped),
    }
    return write_tagged(header, make_tag=_checksum), DataKey(key)


def open_header(data: bytes, passphrase: Passphrase) -> DataKey:
    """Return the data key that this header wraps.

    Raises:
        RefusedError: the header is damaged (it says so), or the passphrase is another.
    """
    cost, salt, wrapped = _read_header(data)
    try:
        return DataKey(
            _wrapping(passphrase, salt, cost).decrypt(
                wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _WRAPPED_FOR
            )
        )
    except InvalidTag as error:
        raise RefusedError(
            "the passphrase does not open this keystore", code=Code.PASSPHRASE
        ) from error


def _read_header(data: bytes) -> tuple[Cost, bytes, bytes]:
    header, covered, checksum = read_tagged(data, name=HEADER)
    if checksum != _checksum(covered):
        raise damaged(HEADER)
    match header:
        case {
            "format": "insignia-keystore-1",
            "scrypt": {"n": int(n), "r": 8, "p": 1, "salt": str(salt)},
            "wrappedKey": str(wrapped),
        }:
            return (
                _read_cost(n),
                _read_bytes(salt, length=SALT_BYTES),
                _read_bytes(wrapped, length=NONCE_BYTES + KEY_BYTES + TAG_BYTES),
            )
        case _:
            raise RefusedError(f"{HEADER} is not a header of the kind {FORMAT}")


def _read_cost(n: int) -> Cost:
    try:
        return Cost(n) if n >= SCRYPT_N else InsecureCost(n)
    except ValueError as error:
        raise RefusedError(f"{HEADER} asks for a cost that is not obeyed: {error}") from error


def _read_bytes(text: str, *, length: int) -> bytes:
    try:
        data = decode_base64url(text)
    except MalformedError as error:
        raise damaged(HEADER) from error
    if len(data) != length:
        raise damaged(HEADER)
    return data


def _wrapping(passphrase: Passphrase, salt: bytes, cost: Cost) -> AESGCM:
    stretch = Scrypt(salt=salt, length=KEY_BYTES, n=cost.n, r=SCRYPT_R, p=SCRYPT_P)
    return AESGCM(stretch.derive(passphrase.encoded()))


def _derive(key: bytes, use: bytes) -> bytes:
    return HKDFExpand(algorithm=hashes.SHA256(), length=KEY_BYTES, info=use).derive(key)


def _checksum(data: bytes) -> str:
    """Tell a damaged header from a wrong passphrase; it guards nothing."""
    return hashlib.sha256(data).hexdigest()
