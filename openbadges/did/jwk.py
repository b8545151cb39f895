"""did:jwk: an identifier that is a JWK in base64url, and so its own document.

https://github.com/quartzjer/did-jwk/blob/main/spec.md. It carries any of our keys, RSA too.
"""

import json

from openbadges.did.controller_document import DID_CONTEXT, JWK_CONTEXT
from openbadges.did.syntax import MAXIMUM_DID_CHARACTERS, parse_did_of
from openbadges.jose.jwk import format_jwk, parse_jwk
from openbadges.public_key import PublicKey
from openbadges.strict import (
    Document,
    decode_base64url,
    encode_base64url,
    parse_json_object,
)


def did_jwk(key: PublicKey) -> str:
    """Return the did:jwk of a key."""
    text = json.dumps(format_jwk(key), separators=(",", ":"))
    return f"did:jwk:{encode_base64url(text.encode())}"


def did_jwk_document(did: str) -> Document:
    """Return the controller document that a did:jwk stands for; its one method is `#0`.

    Raises:
        MalformedError: no did:jwk (INVALID_DID), or it does not encode a JWK that is accepted
            (as `parse_jwk`; a private key is PRIVATE_KEY_PUBLISHED).

    Spec: did-jwk#read
    """
    encoded = parse_did_of("jwk", did).id
    jwk = parse_json_object(
        decode_base64url(encoded, maximum_characters=MAXIMUM_DID_CHARACTERS), what="a did:jwk"
    )
    parse_jwk(jwk)
    method_id = f"{did}#0"
    return {
        "@context": [DID_CONTEXT, JWK_CONTEXT],
        "id": did,
        "verificationMethod": [
            {"id": method_id, "type": "JsonWebKey", "controller": did, "publicKeyJwk": jwk}
        ],
        "authentication": [method_id],
        "assertionMethod": [method_id],
    }
