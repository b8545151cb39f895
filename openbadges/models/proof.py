"""A Data Integrity proof, as it stands in a document.

What makes a proof hold is in `openbadges.data_integrity`; a JWS is in `openbadges.jose`.

Spec: vc-data-integrity#proofs
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from openbadges.models.model import Model, Name
from openbadges.models.readers import Uri
from openbadges.strict import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof(Model):
    """Who signed, when, how and for what."""

    context: Annotated[tuple[str | Document, ...], Name("@context")]
    id: Uri | None
    type: str
    cryptosuite: str | None
    verification_method: str
    proof_purpose: str
    proof_value: str
    created: datetime | None
    expires: datetime | None
    domain: tuple[str, ...]
    challenge: str | None
    nonce: str | None
    previous_proof: tuple[str, ...]
