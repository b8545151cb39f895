"""did:key: an identifier that is a Multikey, and so its own document.

https://w3c-ccg.github.io/did-key-spec/. Such an issuer can neither rotate nor revoke its key.
"""

from openbadges.did.controller_document import DID_CONTEXT, MULTIKEY_CONTEXT
from openbadges.did.syntax import parse_did_of
from openbadges.multikey import format_multikey, parse_multikey
from openbadges.public_key import PublicKey
from openbadges.strict import Document


def did_key(key: PublicKey) -> str:
    """Return the did:key of a key.

    Raises:
        ValueError: an RSA key, which has no Multikey.
    """
    return f"did:key:{format_multikey(key)}"


def did_key_document(did: str) -> Document:
    """Return the controller document that a did:key stands for.

    Raises:
        MalformedError: no did:key (INVALID_DID), or its key is refused (as `parse_multikey`).

    Spec: did-key-spec#document-creation-algorithm
    """
    multikey = parse_did_of("key", did).id
    parse_multikey(multikey)
    method_id = f"{did}#{multikey}"
    return {
        "@context": [DID_CONTEXT, MULTIKEY_CONTEXT],
        "id": did,
        "verificationMethod": [
            {
                "id": method_id,
                "type": "Multikey",
                "controller": did,
                "publicKeyMultibase": multikey,
            }
        ],
        "authentication": [method_id],
        "assertionMethod": [method_id],
    }
