"""Is the key that signed listed for assertions by the issuer whom the document claims?

A key spelled in a fragment, a header or the document itself proves nothing (B7, C3).
"""

from collections.abc import Sequence
from datetime import datetime

from openbadges.errors import Code, ExplainedError, UnprovenError
from openbadges.strict import Document
from verifier.checks.members import issuer_of
from verifier.checks.proof import Proven
from verifier.report import Check, Finding


def check_issuer(
    verified: Document, proofs: Sequence[Proven], *, signed_at: datetime
) -> tuple[Finding, ...]:
    """Check each proof's key; `signed_at` is the moment for proofs that name none."""
    return tuple(_check(verified, proven, signed_at) for proven in proofs)


def _check(verified: Document, proven: Proven, signed_at: datetime) -> Finding:
    issuer = issuer_of(verified)
    try:
        if proven.controller.id != issuer:
            raise UnprovenError(
                f"the document says that its issuer is {issuer!r:.200}, but the key that signed it"
                f" belongs to {proven.controller.id:.200}",
                code=Code.ISSUER_MISMATCH,
            )
        proven.controller.assertion_method(proven.method, at=proven.signed_at or signed_at)
    except ExplainedError as error:
        return Finding.of(Check.ISSUER, error)
    return Finding.passed(
        Check.ISSUER, f"the key is listed for assertions by the issuer itself, {issuer}"
    )
