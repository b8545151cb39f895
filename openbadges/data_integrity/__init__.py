"""Data Integrity proofs: one flow, and a table of cryptosuites.

https://www.w3.org/TR/vc-data-integrity/. Who owns a key is not asked here but in
`verification_method`; what a proof is worth is decided in `verifier`.
"""

from openbadges.data_integrity.chain import input_documents
from openbadges.data_integrity.configuration import covered_document
from openbadges.data_integrity.cryptosuite import CRYPTOSUITES, Covered, Cryptosuite
from openbadges.data_integrity.proof import (
    CanonicalForms,
    create_proof,
    find_suite,
    split_proofs,
    verify_proof,
)

__all__ = [
    "CRYPTOSUITES",
    "CanonicalForms",
    "Covered",
    "Cryptosuite",
    "covered_document",
    "create_proof",
    "find_suite",
    "input_documents",
    "split_proofs",
    "verify_proof",
]
