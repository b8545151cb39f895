"""What keys are for, which algorithms that allows, and how a key's life goes.

There is no key here; `keystore` asks these tables before it acts.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from openbadges.errors import Code, ConflictError, RefusedError
from openbadges.public_key import Algorithm

RSA_BITS: Final = 3072  # 128 bits of strength, as Ed25519 and P-256 have
RSA_EXPONENT: Final = 65537  # the only one that verifiers take (C15)
SECRET_BYTES: Final = 32  # an HMAC-SHA-256 or AES-256 key
MINIMUM_PASSPHRASE_CHARACTERS: Final = 12  # shorter ones are guessed in spite of scrypt (D16)


class Purpose(StrEnum):
    """The one thing a signing key is used for; a key is never shared between two (D19)."""

    CREDENTIAL = "credential"  # Data Integrity proofs; everything, where a did:key has one key
    CREDENTIAL_JWS = "credential-jws"  # the compact JWS form of credentials
    STATUS_LIST = "status-list"  # status lists of an issuer that lists several keys
    RECEIPT = "receipt"  # receipts of verifications; the service's own, of no issuer
    AUDIT = "audit"  # heads of the audit log; the service's own as well


SERVICE_PURPOSES: Final = frozenset({Purpose.RECEIPT, Purpose.AUDIT})
"""What the service signs for itself: these keys are no issuer's, and in no DID document."""


class SecretPurpose(StrEnum):
    """The one thing a symmetric secret is used for; each is made when it is first needed."""

    RECIPIENT_HASH = "recipient-hash"  # HMAC of identifiers, to find a recipient again
    RECIPIENT_ENCRYPTION = "recipient-encryption"  # AES-GCM of identifiers that are still due
    LINK_TOKENS = "link-tokens"  # HMAC from which the secrets in claim, manage and share links come
    FORM_TOKENS = "form-tokens"  # signs what forms carry against forgery, and nothing else


class State(StrEnum):
    """Where a key stands in its life; its public half stays listed in every state (D13)."""

    PENDING = "pending"  # made and published, so that caches know it before it signs
    ACTIVE = "active"  # the only state in which a key signs
    RETIRED = "retired"  # signs nothing new; what it signed stays valid
    COMPROMISED = "compromised"  # someone else may have it; see the time `since` (D14)


ALGORITHMS: Final[Mapping[Purpose, frozenset[Algorithm]]] = MappingProxyType(
    {
        Purpose.CREDENTIAL: frozenset({Algorithm.EDDSA, Algorithm.ES256, Algorithm.ES384}),
        Purpose.CREDENTIAL_JWS: frozenset({Algorithm.EDDSA, Algorithm.ES256, Algorithm.RS256}),
        Purpose.STATUS_LIST: frozenset({Algorithm.EDDSA, Algorithm.ES256}),
        Purpose.RECEIPT: frozenset({Algorithm.EDDSA, Algorithm.ES256}),
        Purpose.AUDIT: frozenset({Algorithm.EDDSA, Algorithm.ES256}),
    }
)
# ES384 is for generic issuers, whose clients may ask for it; no reader of a JWS does. RS256 has no
# Data Integrity suite.

INITIAL_STATES: Final = frozenset({State.PENDING, State.ACTIVE})
TRANSITIONS: Final[Mapping[State, frozenset[State]]] = MappingProxyType(
    {
        State.PENDING: frozenset({State.ACTIVE, State.RETIRED, State.COMPROMISED}),
        State.ACTIVE: frozenset({State.RETIRED, State.COMPROMISED}),
        State.RETIRED: frozenset({State.COMPROMISED}),
        State.COMPROMISED: frozenset(),
    }
)


def check_algorithm(algorithm: Algorithm, purpose: Purpose) -> None:
    """Return if keys of this algorithm may serve this purpose.

    Raises:
        RefusedError: they may not.
    """
    if algorithm not in ALGORITHMS[purpose]:
        allowed = ", ".join(sorted(ALGORITHMS[purpose]))
        raise RefusedError(f"a key for {purpose} is one of {allowed}; {algorithm} is not")


def check_transition(key_id: str, before: State, after: State) -> None:
    """Return if a key may go from one state to the other.

    Raises:
        ConflictError: it may not.
    """
    if after not in TRANSITIONS[before]:
        allowed = ", ".join(sorted(TRANSITIONS[before])) or "nothing else"
        raise ConflictError(f"the key {key_id} is {before} and can become {allowed}, not {after}")


def check_may_sign(key_id: str, state: State) -> None:
    """Return if a key in this state signs.

    Raises:
        RefusedError: it does not.
    """
    if state is not State.ACTIVE:
        raise RefusedError(
            f"the key {key_id} is {state}, and only an active key signs", code=Code.CANNOT_SIGN
        )
