"""What do others say of it? Each embedded endorsement is judged as a credential of its own.

Their findings decide nothing about the badge itself (B17).
"""

import json
from collections.abc import Iterator

from openbadges.errors import Code
from openbadges.models import EndorsementCredential, credential_class
from openbadges.strict import Document
from verifier.authentication import authenticate_secured
from verifier.checks.members import issuer_of, objects
from verifier.checks.status import check_status
from verifier.checks.validity import check_validity
from verifier.report import Check, Finding, Form, Outcome
from verifier.unwrap import Presented
from verifier.world import World

MAXIMUM_ENDORSEMENTS = 20  # each costs a verification (B17)


def check_endorsements(presented: Document, world: World) -> tuple[Finding, ...]:
    """Judge what endorses the credential, its issuer, subject or achievement, one level deep."""
    if world.nested:
        return ()
    places = (presented, *objects(presented.get("issuer")), *_subject_places(presented))
    endorsements = [endorsement for place in places for endorsement in _embedded(place)]
    if len(endorsements) > MAXIMUM_ENDORSEMENTS:
        sentence = f"{len(endorsements)} endorsements, of which none was read"
        return (Finding.unknown(Check.ENDORSEMENTS, Code.ENDORSEMENT, sentence),)
    here = frozenset(place["id"] for place in places if isinstance(place.get("id"), str))
    return tuple(_judge(endorsement, here, world.inside()) for endorsement in endorsements)


def _embedded(place: Document) -> Iterator[object]:
    for member in ("endorsement", "endorsementJwt"):
        value = place.get(member)
        values = value if isinstance(value, list) else [value]
        yield from (each for each in values if each is not None)


def _subject_places(document: Document) -> Iterator[Document]:
    for subject in objects(document.get("credentialSubject")):
        yield subject
        yield from objects(subject.get("achievement"))


def _judge(endorsement: object, here: frozenset[str], world: World) -> Finding:
    """Judge one endorsement, which must be of something whose id stands `here`."""
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
    verified = authenticated.verified_document or {}
    if verified:
        findings += (_check_subject(verified, here), check_validity(verified, now=world.now))
        findings += check_status(verified, world)
    by = issuer_of(verified) or "someone"
    worst = next((finding for finding in findings if finding.outcome is not Outcome.PASSED), None)
    if worst is None:
        return Finding.passed(Check.ENDORSEMENTS, f"it is endorsed by {by:.200}")
    return Finding(
        Check.ENDORSEMENTS,
        worst.outcome,
        Code.ENDORSEMENT,
        f"an endorsement by {by:.200} does not count: {worst.sentence}",
    )


def _check_subject(verified: Document, here: frozenset[str]) -> Finding:
    """Refuse praise of something else, which anyone could have copied into this badge.

    Spec: ob-v3p0#endorsementsubject
    """
    about = [subject.get("id") for subject in objects(verified.get("credentialSubject"))]
    is_of_this = bool(about) and all(isinstance(one, str) and one in here for one in about)
    if credential_class(verified) is not EndorsementCredential or not is_of_this:
        return Finding.failed(
            Check.ENDORSEMENTS,
            Code.ENDORSEMENT,
            "it endorses neither this badge, nor its achievement, issuer or recipient",
        )
    return Finding.passed(Check.ENDORSEMENTS, "it endorses what it stands beside")
