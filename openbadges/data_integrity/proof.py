"""Make and verify a proof, one function per algorithm that the specification names.

The signed bytes are the hash of the proof configuration followed by the hash of the document.
Which key to use, and whether its owner is the issuer, is the caller's to find out.
"""

import hashlib
from datetime import datetime

from openbadges.data_integrity.configuration import covered_document, proof_configuration
from openbadges.data_integrity.cryptosuite import (
    CRYPTOSUITES,
    DATA_INTEGRITY_PROOF,
    Covered,
    Cryptosuite,
    Hashing,
)
from openbadges.data_integrity.ecdsa_sd_2023 import verify_derived_proof
from openbadges.errors import Code, MalformedError, UnprovenError, UnsupportedError
from openbadges.jsonld.rdfc10 import Digest
from openbadges.public_key import PublicKey
from openbadges.signer import Signer
from openbadges.strict import (
    Document,
    decode_base58btc,
    describe,
    encode_base58btc,
    format_timestamp,
)

# 96 bytes (P-384) in base58 are at most 132 characters, and the prefix; nothing longer is decoded.
MAXIMUM_PROOF_VALUE_CHARACTERS = 140
MAXIMUM_PROOFS = 4  # in a proof set or chain; each costs a canonicalization (B9)


class CanonicalForms:
    """The canonical forms of one verification's documents: many proofs over one cost one."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, Covered, Digest], tuple[Document, bytes]] = {}

    def of(self, document: Document, *, suite: Cryptosuite, digest: Digest) -> bytes:
        """Return the canonical form of a document, made at most once.

        Raises:
            OpenBadgesError: the document cannot be canonicalized without loss.
        """
        key = id(document), suite.covered, digest
        if key not in self._made:
            form = suite.canonicalize(document, digest=digest)
            self._made[key] = document, form  # the document too, so that its id stays its own
        return self._made[key][1]


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
        ValueError: the signer's key is of a kind that the suite does not use, or the suite is one
            that is only verified.

    Spec: vc-data-integrity#add-proof; vc-di-eddsa#create-proof-eddsa-rdfc-2022
    """
    if not suite.is_made:
        raise ValueError(f"{suite.name} is verified here, and not made")
    hashing = suite.keys.get(signer.public_key.algorithm)
    if hashing is None:
        raise ValueError(f"{suite.name} does not use {signer.public_key.algorithm} keys")
    proof = {
        "type": DATA_INTEGRITY_PROOF,
        "cryptosuite": suite.name,
        "created": format_timestamp(created),
        "verificationMethod": signer.verification_method,
        "proofPurpose": "assertionMethod",
    }
    if suite.covered is Covered.JSON and "@context" in unsecured:
        proof["@context"] = unsecured["@context"]
    signature = signer.sign(hash_data(unsecured, proof, suite=suite, digest=hashing.digest))
    return proof | {"proofValue": "z" + encode_base58btc(signature)}


def verify_proof(
    unsecured: Document, proof: Document, *, key: PublicKey, forms: CanonicalForms | None = None
) -> None:
    """Return if `key` made `proof` over `unsecured`.

    The caller has checked purpose, dates, and whose key it is; in a chain `unsecured` holds the
    previous proofs (see `chain`). What was proven is `covered_document`.

    Raises:
        UnsupportedError: a proof type or cryptosuite that we do not carry.
        MalformedError: the proof or the document cannot be read without loss.
        UnprovenError: the key is of the wrong kind, or did not sign these bytes.

    Spec: vc-data-integrity#verify-proof; vc-di-eddsa#verify-proof-eddsa-rdfc-2022
    """
    suite = find_suite(proof)
    hashing = suite.keys.get(key.algorithm)
    if hashing is None:
        raise UnprovenError(f"{suite.name} is not made with {key.algorithm} keys", code=Code.PROOF)
    if suite.is_selective:
        verify_derived_proof(unsecured, proof, key=key)
        return
    signature = decode_proof_value(proof.get("proofValue"), suite=suite, hashing=hashing)
    signed = hash_data(unsecured, proof, suite=suite, digest=hashing.digest, forms=forms)
    key.verify(signature, signed)


def find_suite(proof: Document) -> Cryptosuite:
    """Return the suite that a proof names.

    Raises:
        UnsupportedError: the pair of type and cryptosuite is not in the table.
    """
    kind, name = proof.get("type"), proof.get("cryptosuite")
    for suite in CRYPTOSUITES.values():
        # A null is not the absence that a proof type without cryptosuites asks for.
        is_alike = ("cryptosuite" in proof) == (suite.cryptosuite is not None)
        if is_alike and (kind, name) == (suite.proof_type, suite.cryptosuite):
            return suite
    raise UnsupportedError(
        f"the proof type {kind!r:.60} with cryptosuite {name!r:.60} is not one that is"
        f" checked here ({', '.join(CRYPTOSUITES)})",
        code=Code.UNSUPPORTED_SUITE,
    )


def hash_data(
    unsecured: Document,
    proof: Document,
    *,
    suite: Cryptosuite,
    digest: Digest = hashlib.sha256,
    forms: CanonicalForms | None = None,
) -> bytes:
    """Return the bytes that are signed: both hashes, the configuration's first.

    `digest` is SHA-256, or SHA-384 where a P-384 key signs.

    Spec: vc-di-eddsa#hashing-eddsa-rdfc-2022; vc-di-ecdsa#hashing-ecdsa-rdfc-2019
    """
    covered = suite.covered
    configuration = proof_configuration(unsecured, proof, covered=covered)
    document = covered_document(unsecured, proof, covered=covered)
    forms = forms or CanonicalForms()
    return b"".join(
        digest(forms.of(part, suite=suite, digest=digest)).digest()
        for part in (configuration, document)
    )


def decode_proof_value(value: object, *, suite: Cryptosuite, hashing: Hashing) -> bytes:
    """Decode a `proofValue`: multibase "z" and base58btc, as long as the key's signatures.

    Raises:
        MalformedError: another encoding or another length.

    Spec: vc-di-eddsa#dataintegrityproof; vc-di-ecdsa#dataintegrityproof
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
    if len(signature) != hashing.signature_bytes:
        raise MalformedError(
            f"proofValue holds {len(signature)} bytes; {suite.name} signatures by this kind of key"
            f" have {hashing.signature_bytes}",
            code=Code.PROOF,
        )
    return signature
