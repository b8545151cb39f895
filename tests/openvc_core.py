"""What PyPI's openvc-core signs and verifies, as an issuer of `tests.peers` and with no network."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from openvc import (
    Ed25519SigningKey,
    P256SigningKey,
    P384SigningKey,
    SigningKey,
    VerificationPolicy,
    verify_credential,
)
from openvc.did.base import DidResolverRegistry
from openvc.did.did_key import DidKeyResolver
from openvc.did.did_web import DidWebResolver
from openvc.proof.data_integrity import DataIntegrityProofSuite
from openvc.proof.di_ecdsa_rdfc import EcdsaRdfcProofSuite
from openvc.proof.di_jcs import EcdsaJcsProofSuite, EddsaJcsProofSuite
from openvc.resolvers import default_status_list_resolver
from openvc.status.bitstring import new_bitstring, set_status_bit
from openvc.status.issue import build_status_list_credential

from openbadges.did import did_web_url
from openbadges.jsonld import BUNDLED
from openbadges.public_key import Algorithm
from openbadges.strict import Document
from tests.credentials import STATUS_LIST
from tests.peers import INDEX, Peer
from tests.world import NOW

CONTEXTS: Final = {url: BUNDLED.load(url) for url in BUNDLED.urls}


def key_of(peer: Peer) -> SigningKey:
    """Give the issuer's key as openvc holds it."""
    pem, method = peer.signer.private_pem(), peer.signer.verification_method
    match peer.algorithm:
        case Algorithm.EDDSA:
            return Ed25519SigningKey.from_pem(pem, method)
        case Algorithm.ES256:
            return P256SigningKey.from_pem(pem, method)
        case _:
            return P384SigningKey.from_pem(pem, method)


def sign_there(peer: Peer, unsigned: Document, suite: str) -> Document:
    """Sign a document with openvc."""
    options: dict[str, Any] = {
        "signing_key": key_of(peer),
        "verification_method": peer.signer.verification_method,
        "created": NOW,
    }
    match suite:
        case "eddsa-rdfc-2022":
            return DataIntegrityProofSuite().add_proof(unsigned, extra_contexts=CONTEXTS, **options)
        case "ecdsa-rdfc-2019":
            return EcdsaRdfcProofSuite().add_proof(unsigned, extra_contexts=CONTEXTS, **options)
        case "eddsa-jcs-2022":
            return EddsaJcsProofSuite().add_proof(unsigned, **options)
        case _:
            return EcdsaJcsProofSuite().add_proof(unsigned, **options)


def verify_there(
    presented: Document | str, published: Mapping[str, Document], *, now: datetime | None = None
) -> None:
    """Verify with openvc, in a world with what is published.

    Raises:
        OpenvcError: it refuses.
    """
    documents = {
        did_web_url(url) if url.startswith("did:web:") else url: document
        for url, document in published.items()
    }
    resolver = DidResolverRegistry([DidKeyResolver(), DidWebResolver(documents.__getitem__)])
    verify_credential(
        presented,
        policy=VerificationPolicy(now=now),
        resolver=resolver,
        resolve_status_list=default_status_list_resolver(
            resolver=resolver,
            extra_contexts=CONTEXTS,
            fetch=lambda url: json.dumps(documents[url]),
        ),
        extra_contexts=CONTEXTS,
    )


def status_list_there(peer: Peer, moment: datetime) -> Document:
    """Give an unsigned status list as openvc makes it, in which `INDEX` is revoked."""
    bits = new_bitstring(131_072)
    set_status_bit(bits, INDEX, 1)
    made: Document = build_status_list_credential(
        id=STATUS_LIST, issuer=peer.id, bitstring=bits, valid_from=moment
    )
    return made
