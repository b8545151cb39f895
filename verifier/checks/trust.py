"""Who is the issuer? Known by name here, or not: neither makes the badge better or worse."""

from openbadges.errors import Code
from openbadges.strict import Document
from verifier.checks.issuer import issuer_of
from verifier.report import Check, Finding
from verifier.trust import TrustRegistry


def check_trust(verified: Document, registry: TrustRegistry) -> Finding:
    """Say under which name the issuer is known; an unknown one is a finding, not a fault."""
    issuer = issuer_of(verified) or ""
    name = registry.name_of(issuer)
    if name is None:
        return Finding.unknown(
            Check.TRUST,
            Code.ISSUER_UNKNOWN,
            f"the issuer {issuer:.200} is not among those known here; decide yourself whether"
            " you know it",
        )
    return Finding.passed(Check.TRUST, f"the issuer is known here as {name}")
