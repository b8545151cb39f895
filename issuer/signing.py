"""How we sign: JSON with a proof, for status lists too, and both forms of one credential.

Badges are signed with one cryptosuite, that of `DEFAULT_CRYPTOSUITE`; a generic issuer has its own.

The forms have the same id and say the same; they are signed, stored and released together.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from issuer.documents import write_json
from openbadges.data_integrity import CRYPTOSUITES, create_proof
from openbadges.jose import credential_claims, sign_compact_jws, unverified_parts
from openbadges.signer import Signer
from openbadges.strict import Document

DEFAULT_CRYPTOSUITE: Final = "eddsa-rdfc-2022"


@dataclass(frozen=True, slots=True)
class SignedForms:
    """The exact bytes of both forms."""

    json: bytes
    compact_jws: bytes


def sign_json(
    unsigned: Document,
    *,
    signer: Signer,
    created: datetime,
    cryptosuite: str = DEFAULT_CRYPTOSUITE,
) -> bytes:
    """Sign a document and return its bytes as JSON with the proof.

    Raises:
        OpenBadgesError: it cannot be canonicalized without loss.
        RefusedError: the key may not sign any more.
        ValueError: the cryptosuite is not made with this kind of key.
    """
    suite = CRYPTOSUITES[cryptosuite]
    proof = create_proof(unsigned, suite=suite, signer=signer, created=created)
    return write_json(unsigned | {"proof": proof})


def methods_of(document: Document, compact_jws: bytes | None = None) -> tuple[str, str | None]:
    """Return the verification methods that both forms of a document of ours name.

    A status list, and what a generic issuer signs, has no JWS.

    Raises:
        OpenBadgesError: it is none of ours.
    """
    proof = str(document["proof"]["verificationMethod"])
    if compact_jws is None:
        return proof, None
    header, _ = unverified_parts(compact_jws.decode("ascii"))
    return proof, str(header["kid"])


def sign_forms(
    unsigned: Document, *, data_integrity: Signer, jws: Signer, created: datetime
) -> SignedForms:
    """Sign a credential in both forms.

    Raises:
        OpenBadgesError: it cannot be canonicalized without loss, or lacks what a VC-JWT needs.
        RefusedError: a key may not sign any more.
    """
    claims = write_json(credential_claims(unsigned))
    return SignedForms(
        json=sign_json(unsigned, signer=data_integrity, created=created),
        compact_jws=sign_compact_jws(claims, jws).encode("ascii"),
    )
