"""Make and verify a proof, one function per algorithm that the specification names.

The signed bytes are the hash of the proof configuration followed by the hash of the document.
Which key to use, and whether its owner is the issuer, is the caller's to find out.
"""

from datetime import datetime
from typing import Any, Final

from openbadges.data_integrity.cryptosuite import CRYPTOSUITES, Cryptosuite
from openbadges.errors import Code, MalformedError, UnprovenError, UnsupportedError
from openbadges.public_key import PublicKey
from openbadges.signer import Signer
from openbadges.strict import (
    Document,
    decode_base58btc,
    describe,
    encode_base58btc,
    format_timestamp,
)

DATA_INTEGRITY_PROOF: Final = "DataIntegrityProof"
# 96 bytes (P-384) in base58 are at most 132 characters, and the prefix; nothing longer is decoded.
MAXIMUM_PROOF_VALUE_CHARACTERS = 140
MAXIMUM_PROOFS = 4  # in a proof set; each costs a canonicalization (B9)
# What a proof may say, and under which names: as an IRI, or as a term of the document's own, an
# expiry would be signed just as well, and nobody who looks for `expires` would find it (B11, B12).
_MEMBERS: Final = frozenset(
    {"@context", "id", "type", "cryptosuite", "created", "expires", "verificationMethod"}
    | {"proofPurpose", "proofValue", "domain", "challenge", "nonce", "previousProof"}
)


def split_proofs(document: Document) -> tuple[Document, list[Document]]:
    """Part a secured document from its proofs.

    Returns the document without `proof`, and the proofs in their order.

    Raises:
        UnprovenError: there is no proof (UNSIGNED).
        MalformedError: `proof` is neither an object nor an array of one to four objects.

    Spec: vc-data-integrity#verify-proof-sets-and-chains
    """
    unsecured = {key: value for key, value in document.items() if key != "proof"}
    if "proof" not in document:
        raise UnprovenError("the document has no proof: nobody has signed it", code=Code.UNSIGNED)
    proof = document["proof"]
    proofs = proof if isinstance(proof, list) else [proof]
    if not proofs:
        raise UnprovenError("the document has an empty list of proofs", code=Code.UNSIGNED)
    if len(proofs) > MAXIMUM_PROOFS:
        raise MalformedError(
            f"{len(proofs)} proofs, more than the {MAXIMUM_PROOFS} that are checked",
            code=Code.PROOF,
        )
    for member in proofs:
        if not isinstance(member, dict):
            raise MalformedError(
                f"a proof must be an object; found {describe(member)}", code=Code.PROOF
            )
    return unsecured, proofs


def create_proof(
    unsecured: Document, *, suite: Cryptosuite, signer: Signer, created: datetime
) -> Document:
    """Sign a document and return its proof, to be stored as the document's `proof`.

    Raises:
        OpenBadgesError: the document cannot be canonicalized without loss.
        ValueError: the signer's key is of a kind that the suite does not use.

    Spec: vc-data-integrity#add-proof; vc-di-eddsa#create-proof-eddsa-rdfc-2022
    """
    if signer.public_key.algorithm not in suite.algorithms:
        raise ValueError(f"{suite.name} does not use {signer.public_key.algorithm} keys")
    proof = {
        "type": DATA_INTEGRITY_PROOF,
        "cryptosuite": suite.name,
        "created": format_timestamp(created),
        "verificationMethod": signer.verification_method,
        "proofPurpose": "assertionMethod",
    }
    signature = signer.sign(hash_data(unsecured, proof, suite=suite))
    return proof | {"proofValue": "z" + encode_base58btc(signature)}


def verify_proof(unsecured: Document, proof: Document, *, key: PublicKey) -> None:
    """Return if `key` made `proof` over `unsecured`.

    The caller has checked purpose, dates, and whose key it is.

    Raises:
        UnsupportedError: a proof type or cryptosuite that we do not carry.
        MalformedError: the proof or the document cannot be read without loss.
        UnprovenError: the key is of the wrong kind, or did not sign these bytes.

    Spec: vc-data-integrity#verify-proof; vc-di-eddsa#verify-proof-eddsa-rdfc-2022
    """
    suite = find_suite(proof)
    if key.algorithm not in suite.algorithms:
        raise UnprovenError(f"{suite.name} is not made with {key.algorithm} keys", code=Code.PROOF)
    signature = decode_proof_value(proof.get("proofValue"), suite=suite)
    key.verify(signature, hash_data(unsecured, proof, suite=suite))


def find_suite(proof: Document) -> Cryptosuite:
    """Return the suite that a proof names.

    Raises:
        UnsupportedError: the pair of type and cryptosuite is not in the table.
    """
    kind, name = proof.get("type"), proof.get("cryptosuite")
    suite = CRYPTOSUITES.get(name) if isinstance(name, str) else None
    if suite is None or kind != DATA_INTEGRITY_PROOF:
        raise UnsupportedError(
            f"the proof type {kind!r:.60} with cryptosuite {name!r:.60} is not one that is"
            f" checked here ({', '.join(CRYPTOSUITES)})",
            code=Code.UNSUPPORTED_SUITE,
        )
    return suite


def hash_data(unsecured: Document, proof: Document, *, suite: Cryptosuite) -> bytes:
    """Return the bytes that are signed: both hashes, the configuration's first.

    Spec: vc-di-eddsa#hashing-eddsa-rdfc-2022
    """
    configuration = suite.canonicalize(proof_configuration(unsecured, proof))
    return suite.digest(configuration) + suite.digest(suite.canonicalize(unsecured))


def proof_configuration(unsecured: Document, proof: Document) -> Document:
    """Return the proof without its value, read with the document's contexts.

    Inline contexts are left out, so that no document chooses what the words of its proof mean.

    Raises:
        MalformedError: the proof names contexts of its own that are not the document's
            (CONTEXT_NOT_ALLOWED), or has a member that proofs do not have (DATA_LOSS).

    Spec: vc-di-eddsa#proof-configuration-eddsa-rdfc-2022
    """
    contexts: Any = unsecured.get("@context")
    if proof.get("@context", contexts) != contexts:
        raise MalformedError(
            "the proof names other contexts than the document", code=Code.CONTEXT_NOT_ALLOWED
        )
    if unknown := sorted(proof.keys() - _MEMBERS):
        raise MalformedError(
            f"a proof has no member {unknown[0]!r:.100}, and nobody would read what it says",
            code=Code.DATA_LOSS,
        )
    members = {key: value for key, value in proof.items() if key != "proofValue"}
    named = contexts if isinstance(contexts, list) else [contexts]
    return members | {"@context": [context for context in named if isinstance(context, str)]}


def decode_proof_value(value: object, *, suite: Cryptosuite) -> bytes:
    """Decode a `proofValue`: multibase "z" and base58btc, of the suite's length.

    Raises:
        MalformedError: another encoding or another length.

    Spec: vc-di-eddsa#dataintegrityproof
    """
    if not isinstance(value, str) or not value.startswith("z"):
        raise MalformedError(
            f"proofValue must be base58btc text that begins with z; found {value!r:.40}",
            code=Code.PROOF,
        )
    try:
        signature = decode_base58btc(value[1:], maximum_characters=MAXIMUM_PROOF_VALUE_CHARACTERS)
    except MalformedError as error:
        raise MalformedError(f"proofValue: {error}", code=Code.PROOF) from error
    if len(signature) != suite.signature_bytes:
        raise MalformedError(
            f"proofValue holds {len(signature)} bytes; {suite.name} signatures have"
            f" {suite.signature_bytes}",
            code=Code.PROOF,
        )
    return signature
