"""Selective disclosure: an issuer signs each statement, and a holder hands on some of them.

https://www.w3.org/TR/vc-di-ecdsa/#ecdsa-sd-2023. Derived proofs are verified; making base proofs
and deriving from them is for issuers and wallets, and not here. One function for each algorithm
that the specification names, as in `proof`.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from openbadges.data_integrity.configuration import proof_configuration
from openbadges.data_integrity.sd_proof_value import DerivedProofValue, parse_derived_proof_value
from openbadges.errors import Code, MalformedError, UnsupportedError
from openbadges.jsonld import BUNDLED, ContextLoader, canonical_lines, canonicalize
from openbadges.public_key import PublicKey
from openbadges.strict import Document

_Relabel = Callable[[Collection[str]], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class VerifyData:
    """What a derived proof's signatures are checked against."""

    value: DerivedProofValue
    proof_hash: bytes
    mandatory_hash: bytes
    non_mandatory: Sequence[str]

    def signed_by_issuer(self) -> bytes:
        """Return the bytes of the base signature.

        Spec: vc-di-ecdsa#serializesigndata
        """
        return self.proof_hash + self.value.public_key + self.mandatory_hash


def verify_derived_proof(unsecured: Document, proof: Document, *, key: PublicKey) -> None:
    """Return if the issuer's `key` signed every statement that `unsecured` makes.

    Raises:
        UnsupportedError: the proof stands in a chain.
        MalformedError: the proof or the document cannot be read without loss, or the proof does
            not account for exactly the document's statements and unnamed nodes.
        UnprovenError: a signature does not hold.

    Spec: vc-di-ecdsa#verify-derived-proof-ecdsa-sd-2023
    """
    if "previousProof" in proof:
        raise UnsupportedError("an ecdsa-sd-2023 proof with previousProof is not checked here")
    data = create_verify_data(unsecured, proof)
    key.verify(data.value.base_signature, data.signed_by_issuer())
    ephemeral = data.value.ephemeral_key()
    for signature, statement in zip(data.value.signatures, data.non_mandatory, strict=True):
        ephemeral.verify(signature, statement.encode("utf-8"))


def create_verify_data(
    unsecured: Document, proof: Document, *, contexts: ContextLoader = BUNDLED
) -> VerifyData:
    """Sort the document's statements into those that the issuer made mandatory, and the others.

    Raises:
        MalformedError: as `verify_derived_proof`.

    Spec: vc-di-ecdsa#createverifydata
    """
    value = parse_derived_proof_value(proof.get("proofValue"))
    configuration = canonicalize(proof_configuration(unsecured, proof), contexts=contexts)
    lines = canonical_lines(unsecured, label_map_function(value.label_map), contexts=contexts)
    if any(index >= len(lines) for index in value.mandatory_indexes):
        raise _refusal(f"proofValue has indexes beyond the document's {len(lines)} statements")
    mandatory = [line for index, line in enumerate(lines) if index in value.mandatory_indexes]
    others = [line for index, line in enumerate(lines) if index not in value.mandatory_indexes]
    if len(value.signatures) != len(others):
        raise _refusal(
            f"proofValue holds {len(value.signatures)} signatures of single statements; the"
            f" document makes {len(others)} that need one"
        )
    mandatory_hash = _sha256("".join(mandatory).encode("utf-8"))
    return VerifyData(value, _sha256(configuration), mandatory_hash, others)


def label_map_function(label_map: Mapping[str, str]) -> _Relabel:
    """Return what names the unnamed nodes as the issuer named them.

    Two nodes of one name would be one in what was signed, and two in what is read; and so a holder
    could part what the issuer had said of one.

    Raises (when called):
        MalformedError: not exactly the document's nodes are named, or two alike (PROOF).

    Spec: vc-di-ecdsa#createlabelmapfunction
    """

    def relabel(canonical: Collection[str]) -> Mapping[str, str]:
        if set(canonical) != label_map.keys():
            raise _refusal(
                f"proofValue names {len(label_map)} unnamed nodes; the document has"
                f" {len(canonical)}, and expects each once by its canonical number"
            )
        if len(set(label_map.values())) != len(label_map):
            raise _refusal("proofValue gives two unnamed nodes one label; expected one for each")
        return label_map

    return relabel


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _refusal(sentence: str) -> MalformedError:
    return MalformedError(sentence, code=Code.PROOF)
