"""Decentralized identifiers: did:key, did:jwk and did:web, and the documents they stand for.

https://www.w3.org/TR/did-1.0/ and the three method specifications. Nothing here fetches: where a
did:web document lies is a URL for `verifier.fetcher`, and what a fetched document says is read in
`verification_method`.
"""

from openbadges.did.controller_document import (
    ListedKey,
    did_web_document,
    jwks,
    listed_methods,
    method_id,
)
from openbadges.did.jwk import did_jwk, did_jwk_document
from openbadges.did.key import did_key, did_key_document
from openbadges.did.syntax import Did, DidUrl, parse_did, parse_did_url
from openbadges.did.web import did_web, did_web_base_url, did_web_url

__all__ = [
    "Did",
    "DidUrl",
    "ListedKey",
    "did_jwk",
    "did_jwk_document",
    "did_key",
    "did_key_document",
    "did_web",
    "did_web_base_url",
    "did_web_document",
    "did_web_url",
    "jwks",
    "listed_methods",
    "method_id",
    "parse_did",
    "parse_did_url",
]
