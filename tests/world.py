"""An in-memory Internet: issuers with real keys, and a source that can be told to fail or to lie.

`Internet` implements `verifier.ports.DocumentSource`. Documents are bytes, or are made at the
moment they are fetched. No socket exists here.
"""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from openbadges import status_list
from openbadges.data_integrity import CRYPTOSUITES, create_proof
from openbadges.did import did_key, did_web_document, did_web_url
from openbadges.did.controller_document import ListedKey, method_id
from openbadges.errors import UnavailableError
from openbadges.jose import credential_claims, sign_compact_jws
from openbadges.signer import Signer
from openbadges.strict import Document, format_timestamp
from tests.credentials import ISSUER, STATUS_LIST
from tests.signing import Ed25519TestSigner
from verifier import Policy, Report, Verifier
from verifier.policy import DEFAULT_POLICY

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
BANK = "did:web:bank.example"
SUITE = CRYPTOSUITES["eddsa-rdfc-2022"]


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs: an identifier (did:web, did:key or https URL) and the key that it lists."""

    id: str
    signer: Signer

    def sign(self, unsecured: Document, *, created: datetime = NOW, **options: Any) -> Document:  # noqa: ANN401 -- any JSON value
        """Give the document with a proof; `options` are members of the proof, signed with it."""
        proof = self.proof(unsecured, created=created, **options)
        return {**unsecured, "proof": proof}

    def proof(self, unsecured: Document, *, created: datetime = NOW, **options: Any) -> Document:  # noqa: ANN401 -- any JSON value
        """Give a proof over a document that says who signed it how."""
        if options:
            unsigned = {
                "type": "DataIntegrityProof",
                "cryptosuite": SUITE.name,
                "created": format_timestamp(created),
                "verificationMethod": self.signer.verification_method,
                "proofPurpose": "assertionMethod",
            }
            return sign_proof(unsecured, {**unsigned, **options}, signer=self.signer)
        return create_proof(unsecured, suite=SUITE, signer=self.signer, created=created)

    def sign_jws(self, credential: Document, *, typ: str = "JWT") -> str:
        """Give the credential as a VC-JWT."""
        claims = credential_claims(credential)
        return sign_compact_jws(json.dumps(claims).encode(), self.signer, typ=typ)

    def document(self, *, relationships: Sequence[str] = ("assertionMethod",)) -> Document:
        """Give the controller document that lists the key."""
        key = ListedKey(public_key=self.signer.public_key, relationships=tuple(relationships))
        return did_web_document(self.id, keys=[key])

    def key_id(self) -> str:
        """Give the URL under which the document lists the key."""
        return method_id(self.id, self.signer.public_key)


def sign_proof(unsecured: Document, proof: Document, *, signer: Signer) -> Document:
    """Sign a proof with whatever members it has, as an issuer could that is not ours."""
    from openbadges.data_integrity.proof import hash_data
    from openbadges.strict import encode_base58btc

    signature = signer.sign(hash_data(unsecured, proof, suite=SUITE))
    return {**proof, "proofValue": "z" + encode_base58btc(signature)}
