"""A service that verifies in a test's world, makes bundles of it, and signs receipts."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from openbadges.jose import sign_compact_jws
from openbadges.strict import Document
from tests.signing import Ed25519TestSigner
from tests.world import NOW, Internet, Presented, as_bytes
from verifier import Report, Verifier
from verifier.bundle import Bundle
from verifier.bundle_check import Checker, judge_bundle
from verifier.judging import AnyReport
from verifier.receipt import (
    RECEIPT_TYPE,
    Receipt,
    digest,
    document_digests,
    key_url,
    listed_key,
    told,
)
from verifier.recording import judge_recorded
from verifier.sources import NoDocuments, SuppliedDocuments

SERVICE: Final = "https://verifier.example"
KEY_SET: Final = f"{SERVICE}/.well-known/jwks.json"
SEED: Final = (90).to_bytes(32)


def service_signer(seed: bytes = SEED, service: str = SERVICE) -> Ed25519TestSigner:
    """Give what signs the receipts of a service."""
    method = key_url(service, Ed25519TestSigner(seed).public_key)
    return Ed25519TestSigner(seed, verification_method=method)


def key_set() -> Document:
    """Give the key set of the service."""
    return {"keys": [listed_key(SERVICE, service_signer().public_key)]}


def knowing(*keys: Document) -> SuppliedDocuments:
    """Give what a checker knows who has the key set of the service, or one with other keys."""
    document = {"keys": list(keys)} if keys else key_set()
    return SuppliedDocuments({KEY_SET: json.dumps(document).encode()}, NoDocuments())


def bundle_of(
    internet: Internet, presented: Presented, *, made: datetime = NOW, receipt: bool = True
) -> Bundle:
    """Verify as the service does, and give the bundle, sealed unless it shall not be."""
    given = as_bytes(presented)
    recorded = judge_recorded(Verifier(internet), given, NoDocuments(), now=made)
    written = receipt_of(given, recorded.report, recorded.documents, moment=made)
    signed = sign(written.claims()) if receipt else None
    return Bundle(recorded.judged, recorded.documents, made, signed)


def receipt_of(
    given: bytes, report: AnyReport, documents: Mapping[str, bytes], *, moment: datetime = NOW
) -> Receipt:
    """Give what the service says of a verification."""
    return Receipt(
        service=SERVICE,
        moment=moment,
        given_sha256=digest(given),
        judged_sha256=digest(given),
        verdict=report.verdict,
        findings=told(report.findings),
        issuers=("did:web:badges.example",) if isinstance(report, Report) else (),
        documents=document_digests(documents),
        verifier="insignia 0",
    )


def sign(claims: Document, *, seed: bytes = SEED, typ: str = RECEIPT_TYPE) -> str:
    """Sign claims as a receipt."""
    return sign_compact_jws(json.dumps(claims).encode(), service_signer(seed), typ=typ)


def check(
    bundle: Bundle | bytes,
    *,
    now: datetime = NOW,
    known: SuppliedDocuments | NoDocuments | None = None,
    brought: Mapping[str, bytes] | None = None,
    vouches: bool = False,
    **options: Any,  # noqa: ANN401 -- the fields of Verifier
) -> AnyReport:
    """Check a bundle without a network, by default as who knows the service's key set."""
    data = bundle if isinstance(bundle, bytes) else json.dumps(bundle.as_json()).encode()
    checker = Checker(now, known or knowing(), brought or {}, vouches)
    return judge_bundle(Verifier(NoDocuments(), **options), data, checker)
