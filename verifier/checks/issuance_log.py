"""Did the issuer, where it is one of our own, put this document on record when it signed it?

A document in the name of our issuer that its log does not know was made with a stolen key (D15).
"""

import hashlib

from openbadges.errors import Code, ExplainedError
from openbadges.jsonld import canonicalize
from openbadges.strict import Document
from verifier.checks.members import issuer_of
from verifier.policy import LIST_DELAY
from verifier.ports import OnRecord
from verifier.report import Check, Finding
from verifier.world import World


def document_hash(unsecured: Document) -> str:
    """Return the SHA-256 (hex) of the canonical document: the same for all forms of one id."""
    return hashlib.sha256(canonicalize(unsecured)).hexdigest()


def check_issuance_log(verified: Document, world: World) -> tuple[Finding, ...]:
    """Ask the log, where there is one and it speaks for this issuer."""
    if world.issuance_log is None:
        return ()
    issuer, identifier = issuer_of(verified) or "", str(verified.get("id", ""))
    try:
        recorded = world.issuance_log.issued(issuer, identifier)
    except ExplainedError as error:  # whatever ails our own log says nothing about the document
        return (Finding.unknown(Check.ISSUANCE_LOG, error.code, str(error)),)
    if recorded is None:
        return ()
    try:
        known = _check_known(verified, recorded)
    except ExplainedError as error:
        return (Finding.of(Check.ISSUANCE_LOG, error),)
    if recorded.revoked_at is None or world.now < recorded.revoked_at + LIST_DELAY:
        return (known,)
    sentence = "the issuer's own log says that it has revoked it"
    return known, Finding.failed(Check.STATUS, Code.REVOKED, sentence)


def _check_known(verified: Document, recorded: OnRecord) -> Finding:
    if document_hash(verified) in recorded.hashes:
        return Finding.passed(Check.ISSUANCE_LOG, "the issuer's own log knows this document")
    return Finding.failed(
        Check.ISSUANCE_LOG,
        Code.NOT_IN_ISSUER_LOG,
        "the issuer's own log does not know this document: it was not issued here",
    )
