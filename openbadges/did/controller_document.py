"""The documents with which an issuer lists its keys: did:web documents, profiles, key sets.

https://www.w3.org/TR/cid-1.0/ and RFC 7517 section 5. Other people's documents are read in
`verification_method`. The shape is the one that other verifiers read: a method's fragment is its
own key, and relationships are arrays of full ids.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from openbadges.jose.jwk import format_jwk, thumbprint
from openbadges.multikey import format_multikey
from openbadges.public_key import Algorithm, PublicKey
from openbadges.strict import Document, format_timestamp

DID_CONTEXT: Final = "https://www.w3.org/ns/did/v1"
MULTIKEY_CONTEXT: Final = "https://w3id.org/security/multikey/v1"
JWK_CONTEXT: Final = "https://w3id.org/security/jwk/v1"

ASSERTION_METHOD: Final = "assertionMethod"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedKey:
    """A key that an issuer lists, for which relationships, and until when."""

    public_key: PublicKey
    relationships: tuple[str, ...] = (ASSERTION_METHOD,)
    expires: datetime | None = None
    revoked: datetime | None = None


def method_id(controller: str, key: PublicKey) -> str:
    """Return the URL under which `controller` lists a key: its Multikey, or an RSA thumbprint."""
    fragment = thumbprint(key) if _is_rsa(key) else format_multikey(key)
    return f"{controller}#{fragment}"


def did_web_document(did: str, *, keys: Sequence[ListedKey]) -> Document:
    """Return the document that a did:web issuer publishes.

    Keys that were rotated out stay in `keys`, so that what they signed still verifies.

    Raises:
        ValueError: two of `keys` are the same key.

    Spec: cid-1.0#verification-methods; did-method-web#create-register
    """
    contexts = [DID_CONTEXT, MULTIKEY_CONTEXT]
    if any(_is_rsa(key.public_key) for key in keys):
        contexts.append(JWK_CONTEXT)
    return {"@context": contexts, "id": did, **listed_methods(did, keys=keys)}


def listed_methods(controller: str, *, keys: Sequence[ListedKey]) -> Document:
    """Return the members that list keys, for a DID document or an issuer's https profile.

    They are `verificationMethod`, `assertionMethod` (always), and each other relationship in use.

    Raises:
        ValueError: two of `keys` are the same key.

    Spec: cid-1.0#verification-methods; cid-1.0#verification-relationships
    """
    if len({key.public_key for key in keys}) != len(keys):
        raise ValueError("a key is listed once, with all its relationships")
    relationships: dict[str, list[str]] = {ASSERTION_METHOD: []}
    for key in keys:
        for relationship in key.relationships:
            ids = relationships.setdefault(relationship, [])
            ids.append(method_id(controller, key.public_key))
    methods = [_format_method(controller, key) for key in keys]
    return {"verificationMethod": methods, **relationships}


def jwks(controller: str, *, keys: Sequence[ListedKey]) -> Document:
    """Return the keys that may sign credentials as a JWK Set; each `kid` is the full method id.

    A JWK Set cannot say that a key is revoked, so revoked keys are left out of it.

    Spec: RFC 7517 section 5
    """
    return {
        "keys": [
            format_jwk(
                key.public_key,
                kid=method_id(controller, key.public_key),
                alg=key.public_key.algorithm.value,
            )
            for key in keys
            if key.revoked is None and ASSERTION_METHOD in key.relationships
        ]
    }


def _format_method(controller: str, key: ListedKey) -> Document:
    method: Document = {"id": method_id(controller, key.public_key)}
    if _is_rsa(key.public_key):
        method |= {"type": "JsonWebKey", "controller": controller}
        method["publicKeyJwk"] = format_jwk(key.public_key)
    else:
        method |= {"type": "Multikey", "controller": controller}
        method["publicKeyMultibase"] = format_multikey(key.public_key)
    if key.expires is not None:
        method["expires"] = format_timestamp(key.expires)
    if key.revoked is not None:
        method["revoked"] = format_timestamp(key.revoked)
    return method


def _is_rsa(key: PublicKey) -> bool:
    return key.algorithm is Algorithm.RS256
