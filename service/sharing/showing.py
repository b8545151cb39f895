"""A released credential, judged anew and ready to be shown.

Every page that shows one of ours verifies its bytes at that moment, as any stranger could, and
shows the document that the proof covers.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from issuer.released import Released
from openbadges.errors import Code
from openbadges.strict import Document, parse_json_object
from service.web.credential_view import CredentialView, view_of
from service.web.running import now, running
from service.web.verdict_words import PlainLine, plain_lines, verdict_sentence
from verifier import Check, Finding, Outcome, Report
from verifier.policy import DEFAULT_POLICY

# A revocation is public with the next list, never with the click (J9); where the lists cannot be
# published our own pages do not go on calling it valid (R23).
PUBLISHED_WITHIN: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Shown:
    """A credential's page: what it says, what was found, and which edition it is."""

    released: Released
    view: CredentialView
    report: Report

    @property
    def lines(self) -> tuple[PlainLine, ...]:
        """The four plain lines."""
        return plain_lines(self.report)

    @property
    def verdict(self) -> str:
        """The verdict in a sentence."""
        return str(verdict_sentence(self.report))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that was found."""
        return self.report.findings


def shown(released: Released) -> Shown:
    """Verify what was released, and read it for its page."""
    moment = now()
    report = running().own_verifier().verify(released.forms.json, now=moment)
    if released.revoked_at is not None and released.revoked_at + PUBLISHED_WITHIN <= moment:
        report = _revoked(report)
    return Shown(
        released, view_of(_document(released, report), base_url=running().base_url), report
    )


def _revoked(report: Report) -> Report:
    """Tell a revocation whose list could not be published, as a report told by the list would."""
    if any(finding.outcome is Outcome.FAILED for finding in report.of(Check.STATUS)):
        return report
    said = Finding.failed(Check.STATUS, Code.REVOKED, "the issuer has revoked it")
    findings = [said if one.check is Check.STATUS else one for one in report.findings]
    return replace(report, findings=tuple(findings), verdict=DEFAULT_POLICY.verdict(findings))


def _document(released: Released, report: Report) -> Document:
    """Return the verified document; where a key of ours is distrusted by now, what was released."""
    if report.verified_document is not None:
        return report.verified_document
    return parse_json_object(released.forms.json, what="a released credential")
