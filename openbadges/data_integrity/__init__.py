"""Data Integrity proofs: one flow, and a table of cryptosuites.

https://www.w3.org/TR/vc-data-integrity/. Who owns a key is not asked here but in
`verification_method`; what a proof is worth is decided in `verifier`.
"""

from openbadges.data_integrity.cryptosuite import CRYPTOSUITES, Cryptosuite
from openbadges.data_integrity.proof import create_proof, split_proofs, verify_proof

__all__ = ["CRYPTOSUITES", "Cryptosuite", "create_proof", "split_proofs", "verify_proof"]
