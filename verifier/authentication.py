"""Who says this, and is this what they said: unwrap, conformance, proof and issuer together.

Badges, status lists and endorsements all begin with these four steps.
"""

from dataclasses import dataclass
from datetime import datetime

from openbadges.errors import ExplainedError
from openbadges.jose import parse_compact_jws
from openbadges.jose.vc_jwt import verified_credential
from openbadges.strict import Document, parse_json_object, parse_timestamp
from verifier.checks.conformance import Reading, read_json, read_secured
from verifier.checks.issuer import check_issuer
from verifier.checks.members import issuer_of
from verifier.checks.proof import (
    ProofResult,
    check_compact_jws,
    check_data_integrity,
    not_checked,
)
from verifier.report import Check, Finding, Form, Outcome
from verifier.unwrap import Presented, unwrap
from verifier.world import World


@dataclass(frozen=True, slots=True)
class Authenticated:
    """What the four steps found; there is a `verified_document` only where the proof holds."""

    findings: tuple[Finding, ...]
    form: Form | None = None
    verified_document: Document | None = None
    is_selective: bool = False  # whoever shows it chose what to show of it

    @property
    def passed(self) -> bool:
        """Tell whether every step passed."""
        return self.verified_document is not None and all(
            finding.outcome is Outcome.PASSED for finding in self.findings
        )


def authenticate(presented: bytes, world: World, *, inline_contexts: bool = True) -> Authenticated:
    """Take the four steps, as far as each can run."""
    # (1) unwrap
    try:
        secured = unwrap(presented)
    except ExplainedError as error:
        return Authenticated((Finding.of(Check.UNWRAP, error),))
    return authenticate_secured(secured, world, inline_contexts=inline_contexts)


def authenticate_secured(
    secured: Presented, world: World, *, inline_contexts: bool = True
) -> Authenticated:
    """Take the steps after unwrapping."""
    try:
        world.work.begin(secured.document)
    except ExplainedError as error:
        return Authenticated((Finding.of(Check.UNWRAP, error),), secured.form)
    findings = [Finding.passed(Check.UNWRAP, f"a credential was found ({secured.form.value})")]
    if secured.document is not None:
        reading, proof = _data_integrity(secured.document, world, inline_contexts=inline_contexts)
    else:
        try:
            reading, proof = _vc_jwt(secured.compact_jws or "", world)
        except ExplainedError as error:
            findings.append(Finding.of(Check.CONFORMANCE, error))
            sentence = "not checked, because the JWS cannot be read"
            findings.append(Finding.unknown(Check.PROOF, error.code, sentence))
            findings.append(Finding.undecided(Check.ISSUER))
            return Authenticated(tuple(findings), secured.form)
    findings += reading.findings
    findings += proof.findings
    # (4) the issuer is the one whom the verified document claims, never what stands beside it
    if proof.holds and reading.verified_document is not None:
        verified = reading.verified_document
        findings += check_issuer(verified, proof.proven, signed_at=_claimed_start(verified, world))
        return Authenticated(tuple(findings), secured.form, verified, proof.is_selective)
    findings.append(Finding.undecided(Check.ISSUER))
    return Authenticated(tuple(findings), secured.form)


def _data_integrity(
    document: Document, world: World, *, inline_contexts: bool
) -> tuple[Reading, ProofResult]:
    # (2) conformance, as the proofs cover the document
    reading = read_secured(document, inline_contexts=inline_contexts)
    # (3) proof; a document that could not be read as a graph cannot be hashed either
    if reading.verified_document is None:
        return reading, not_checked(reading.findings[0])
    return reading, check_data_integrity(document, world, contexts_may_be_added=True)


def _vc_jwt(text: str, world: World) -> tuple[Reading, ProofResult]:
    # (2) conformance: the payload, after its registered claims have been matched and removed
    jws = parse_compact_jws(text)
    payload = parse_json_object(jws.payload, what="the payload of the JWS")
    world.work.begin(payload)
    credential = verified_credential(payload)
    # a proof of its own that may be in there was not verified, and is not shown as if it were
    credential.pop("proof", None)
    reading = read_json(credential)
    # (3) proof
    return reading, check_compact_jws(jws, issuer_of(credential) or "", world)


def _claimed_start(verified: Document, world: World) -> datetime:
    """Return when a document without a dated proof says that it began: its own start, or now."""
    text = verified.get("validFrom", verified.get("issuanceDate"))
    try:
        return min(parse_timestamp(text, what="validFrom"), world.now)
    except ExplainedError:
        return world.now
