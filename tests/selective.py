"""Derived proofs of ecdsa-sd-2023, as issuer and holder make them together, and broken ones."""

import hashlib
import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import cbor2

from openbadges.data_integrity.configuration import proof_configuration
from openbadges.jsonld import canonical_lines, canonicalize
from openbadges.multikey import format_multikey
from openbadges.strict import Document, decode_base58btc, encode_base64url, format_timestamp
from tests.proofs import BADGES_P256
from tests.signing import EcTestSigner
from tests.world import NOW, Issuer

_HMAC_KEY = bytes(range(32))
EPHEMERAL = EcTestSigner(31)


@dataclass(frozen=True)
class Derived:
    """The five parts of a proof value before they are encoded."""

    base_signature: Any
    public_key: Any
    signatures: Any
    labels: Any
    indexes: Any

    def changed(self, **changes: Any) -> "Derived":  # noqa: ANN401 -- anything that CBOR has
        """Give it with parts changed."""
        return replace(self, **changes)

    def parts(self) -> list[Any]:
        """Give the parts in their order."""
        return [self.base_signature, self.public_key, self.signatures, self.labels, self.indexes]

    def encoded(self) -> str:
        """Give the proof value."""
        return encoded(cbor2.dumps(self.parts()))


def encoded(cbor: bytes, *, header: str = "d95d01") -> str:
    """Give the proof value that holds these bytes after its header."""
    return "u" + encode_base64url(bytes.fromhex(header) + cbor)


def options_of(by: Issuer = BADGES_P256, **options: Any) -> Document:  # noqa: ANN401 -- any JSON value
    """Give a proof without its value."""
    return {
        "type": "DataIntegrityProof",
        "cryptosuite": "ecdsa-sd-2023",
        "created": format_timestamp(NOW),
        "verificationMethod": by.signer.verification_method,
        "proofPurpose": "assertionMethod",
    } | options


def derive(
    revealed: Document,
    proof: Document,
    *,
    mandatory: Collection[str] = ("credentials#issuer", "credentials#validUntil"),
    by: Issuer = BADGES_P256,
    ephemeral: EcTestSigner = EPHEMERAL,
) -> Derived:
    """Give what is derived for a document in which nothing was left out.

    `mandatory` are parts of the statements that the issuer made mandatory.
    """
    labels: dict[str, bytes] = {}

    def relabel(canonical: Collection[str]) -> Mapping[str, str]:
        for label in canonical:
            labels[label] = hmac.digest(_HMAC_KEY, label.encode(), "sha256")
        return {label: "u" + encode_base64url(labels[label]) for label in canonical}

    lines = canonical_lines(revealed, relabel)
    indexes = [i for i, line in enumerate(lines) if any(part in line for part in mandatory)]
    kept = "".join(lines[index] for index in indexes)
    others = [line for index, line in enumerate(lines) if index not in indexes]
    public_key = multikey_bytes(ephemeral)
    hashes = [
        hashlib.sha256(data).digest()
        for data in (canonicalize(proof_configuration(revealed, proof)), kept.encode())
    ]
    return Derived(
        base_signature=by.signer.sign(hashes[0] + public_key + hashes[1]),
        public_key=public_key,
        signatures=[ephemeral.sign(line.encode()) for line in others],
        labels={int(label.removeprefix("c14n")): value for label, value in labels.items()},
        indexes=indexes,
    )


def multikey_bytes(signer: EcTestSigner) -> bytes:
    """Give the 35 bytes of a public key."""
    return decode_base58btc(format_multikey(signer.public_key)[1:], maximum_characters=64)


def derived(revealed: Document, **options: Any) -> Document:  # noqa: ANN401 -- the arguments of derive
    """Give the document with a derived proof that holds."""
    proof = options_of()
    value = derive(revealed, proof, **options).encoded()
    return revealed | {"proof": proof | {"proofValue": value}}
