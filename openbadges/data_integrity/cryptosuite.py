"""The choices that make one cryptosuite differ from another, and the table of those we carry."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final, Protocol

from openbadges.data_integrity.jcs import canonicalize_json
from openbadges.jsonld import canonicalize
from openbadges.jsonld.rdfc10 import Digest
from openbadges.public_key import Algorithm
from openbadges.strict import Document

DATA_INTEGRITY_PROOF: Final = "DataIntegrityProof"


class Covered(Enum):
    """What a proof covers: the graph that a document says, or its JSON as it stands."""

    GRAPH = "the RDF graph"
    JSON = "the JSON itself"


class Canonicalize(Protocol):
    """Writes a document as the bytes that are hashed; `digest` is also RDFC-1.0's own hash."""

    def __call__(self, document: Document, *, digest: Digest) -> bytes:
        """Return the canonical form, as UTF-8."""


@dataclass(frozen=True, slots=True)
class Hashing:
    """What the kind of a key decides: the hash, and the length of its signatures."""

    digest: Digest
    signature_bytes: int


@dataclass(frozen=True, slots=True)
class Cryptosuite:
    """What a suite chooses; the flow that all suites share is in `proof`."""

    name: str
    keys: Mapping[Algorithm, Hashing]  # a key of another kind is refused
    canonicalize: Canonicalize
    covered: Covered
    proof_type: str = DATA_INTEGRITY_PROOF
    is_selective: bool = False  # its proofs hold many signatures: see `ecdsa_sd_2023`

    @property
    def cryptosuite(self) -> str | None:
        """The proof's `cryptosuite`; a proof type from before there were any has none."""
        return self.name if self.proof_type == DATA_INTEGRITY_PROOF else None

    @property
    def is_made(self) -> bool:
        """Whether proofs are made with it here, and not only verified."""
        return self.proof_type == DATA_INTEGRITY_PROOF and not self.is_selective

    @property
    def algorithms(self) -> frozenset[Algorithm]:
        """The kinds of keys that it is made with."""
        return frozenset(self.keys)


_ED25519: Final = MappingProxyType({Algorithm.EDDSA: Hashing(hashlib.sha256, 64)})
_P256: Final = MappingProxyType({Algorithm.ES256: Hashing(hashlib.sha256, 64)})
_P256_OR_P384: Final = MappingProxyType({**_P256, Algorithm.ES384: Hashing(hashlib.sha384, 96)})

# The whole support matrix. Off, and so "could not be checked" rather than "wrong": bbs-2023, whose
# pairings no library of ours has, and the proof types before Ed25519Signature2020.
CRYPTOSUITES: Final[Mapping[str, Cryptosuite]] = MappingProxyType(
    {
        suite.name: suite
        for suite in (
            Cryptosuite("eddsa-rdfc-2022", _ED25519, canonicalize, Covered.GRAPH),
            Cryptosuite("eddsa-jcs-2022", _ED25519, canonicalize_json, Covered.JSON),
            Cryptosuite("ecdsa-rdfc-2019", _P256_OR_P384, canonicalize, Covered.GRAPH),
            Cryptosuite("ecdsa-jcs-2019", _P256_OR_P384, canonicalize_json, Covered.JSON),
            # Verified only:
            Cryptosuite("ecdsa-sd-2023", _P256, canonicalize, Covered.GRAPH, is_selective=True),
            Cryptosuite(
                "Ed25519Signature2020",
                _ED25519,
                canonicalize,
                Covered.GRAPH,
                proof_type="Ed25519Signature2020",
            ),
        )
    }
)
