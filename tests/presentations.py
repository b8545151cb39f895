"""A holder with a key, and what it presents. The world in which it does so is in `tests.world`."""

import json
from typing import Any

from openbadges.did import did_web_document
from openbadges.did.controller_document import ListedKey
from openbadges.jose import sign_compact_jws
from openbadges.strict import Document
from tests.credentials import CONTEXTS
from tests.world import NOW, Internet, Issuer, Presented, as_bytes, did_key_issuer, ed25519_issuer
from verifier import PresentationReport, Verifier

HOLDER = did_key_issuer(77)
WEB_HOLDER = ed25519_issuer("did:web:holder.example", 78)


def unsigned(
    *credentials: object,
    contexts: object = CONTEXTS[0],
    **changes: Any,  # noqa: ANN401 -- any JSON value
) -> Document:
    """Give a presentation by HOLDER that breaks no rule, with members changed; None leaves out."""
    presentation: Document = {
        "@context": contexts,
        "type": ["VerifiablePresentation"],
        "holder": HOLDER.id,
        "verifiableCredential": list(credentials),
    }
    presentation |= changes
    return {name: value for name, value in presentation.items() if value is not None}


def presented(
    *credentials: object,
    by: Issuer = HOLDER,
    proof: Document | None = None,
    **changes: Any,  # noqa: ANN401 -- any JSON value
) -> Document:
    """Give a signed presentation; `proof` are further members of its proof."""
    options = {"proofPurpose": "authentication"} | (proof or {})
    return by.sign(unsigned(*credentials, **changes), **options)


def presented_as_jws(
    *credentials: object,
    by: Issuer = HOLDER,
    claims: Document | None = None,
    typ: str = "vp+jwt",
    **changes: Any,  # noqa: ANN401 -- any JSON value
) -> str:
    """Give a presentation in a compact JWS; `claims` are beside it in the payload."""
    payload = unsigned(*credentials, **changes) | (claims or {})
    return sign_compact_jws(json.dumps(payload).encode(), by.signer, typ=typ)


def enveloped(jws: str, media_type: str = "application/vc+jwt") -> Document:
    """Give a compact JWS as it stands in a presentation."""
    return {
        "@context": CONTEXTS[0],
        "id": f"data:{media_type},{jws}",
        "type": "EnvelopedVerifiableCredential",
    }


def enrol_holder(internet: Internet, *relationships: str, **changes: Any) -> None:  # noqa: ANN401 -- the fields of ListedKey
    """Publish the document of WEB_HOLDER, which lists its key for these relationships."""
    key = ListedKey(public_key=WEB_HOLDER.signer.public_key, relationships=relationships, **changes)
    document = did_web_document(WEB_HOLDER.id, keys=[key])
    internet.publish("https://holder.example/.well-known/did.json", document)


def verify(
    presentation: Presented,
    internet: Internet,
    **options: Any,  # noqa: ANN401 -- the arguments of verify_presentation
) -> PresentationReport:
    """Verify a presentation in a world, now unless told otherwise."""
    verifier = Verifier(internet, **options.pop("verifier", {}))
    return verifier.verify_presentation(as_bytes(presentation), **({"now": NOW} | options))
