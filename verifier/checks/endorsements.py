"""What do others say of it? Each embedded endorsement is judged as a credential of its own.

Their findings decide nothing about the badge itself (B17).
"""

import json
from collections.abc import Iterator

from openbadges.errors import Code
from openbadges.strict import Document
from verifier.authentication import authenticate_secured
from verifier.checks.issuer import issuer_of
from verifier.checks.validity import check_validity
from verifier.report import Check, Finding, Form, Outcome
from verifier.unwrap import Presented
from verifier.world import World

MAXIMUM_ENDORSEMENTS = 20  # each costs a verification (B17)


def check_endorsements(presented: Document, world: World) -> tuple[Finding, ...]:
    """Judge the endorsements of the credential, its achievement and its issuer, one level deep."""
    if world.nested:
        return ()
    endorsements = list(_embedded(presented))
    if len(endorsements) > MAXIMUM_ENDORSEMENTS:
        sentence = f"{len(endorsements)} endorsements, of which none was read"
        return (Finding.unknown(Check.ENDORSEMENTS, Code.ENDORSEMENT, sentence),)
    return tuple(_judge(endorsement, world.inside()) for endorsement in endorsements)


def _embedded(document: Document) -> Iterator[object]:
    for place in (document, *_objects(document.get("issuer")), *_subject_places(document)):
        for member in ("endorsement", "endorsementJwt"):
            value = place.get(member, [])
            yield from value if isinstance(value, list) else [value]


def _subject_places(document: Document) -> Iterator[Document]:
    for subject in _objects(document.get("credentialSubject")):
        yield from _objects(subject.get("achievement"))


def _objects(value: object) -> Iterator[Document]:
    for member in value if isinstance(value, list) else [value]:
        if isinstance(member, dict):
            yield member


def _judge(endorsement: object, world: World) -> Finding:
    if isinstance(endorsement, dict):
        secured = Presented(Form.JSON, document=endorsement)
    elif isinstance(endorsement, str):
        secured = Presented(Form.COMPACT_JWS, compact_jws=endorsement)
    else:
        return Finding.failed(
            Check.ENDORSEMENTS, Code.ENDORSEMENT, f"no endorsement: {json.dumps(endorsement):.80}"
        )
    authenticated = authenticate_secured(secured, world)
    findings = authenticated.findings
    if authenticated.verified_document is not None:
        findings += (check_validity(authenticated.verified_document, now=world.now),)
    by = issuer_of(authenticated.verified_document or {}) or "someone"
    worst = next((finding for finding in findings if finding.outcome is not Outcome.PASSED), None)
    if worst is None:
        return Finding.passed(Check.ENDORSEMENTS, f"it is endorsed by {by:.200}")
    return Finding(
        Check.ENDORSEMENTS,
        worst.outcome,
        Code.ENDORSEMENT,
        f"an endorsement by {by:.200} does not count: {worst.sentence}",
    )
