"""A released credential, judged anew and ready to be shown.

Every page that shows one of ours verifies its bytes at that moment, as any stranger could, and
shows the document that the proof covers.
"""

from dataclasses import dataclass

from issuer.released import Released
from openbadges.strict import Document, parse_json_object
from service.web.credential_view import CredentialView, view_of
from service.web.running import now, running
from service.web.verdict_words import PlainLine, plain_lines, verdict_sentence
from verifier import Finding, Report


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
    report = running().own_verifier().verify(released.forms.json, now=now())
    return Shown(
        released, view_of(_document(released, report), base_url=running().base_url), report
    )


def _document(released: Released, report: Report) -> Document:
    """Return the verified document; where a key of ours is distrusted by now, what was released."""
    if report.verified_document is not None:
        return report.verified_document
    return parse_json_object(released.forms.json, what="a released credential")
