"""What we believe about a credential that someone presents.

It checks, and it cannot sign, store or read the clock: keys and storage are out of its reach, and
`now` and the world come in as arguments. The standards it applies are in `openbadges`.
"""

from verifier.composed import verify
from verifier.policy import Policy
from verifier.ports import DocumentSource, IssuanceLog, OnRecord
from verifier.presentation import PresentationReport
from verifier.report import Check, Finding, Outcome, Report, Verdict
from verifier.verifier import Verifier

__all__ = [
    "Check",
    "DocumentSource",
    "Finding",
    "IssuanceLog",
    "OnRecord",
    "Outcome",
    "Policy",
    "PresentationReport",
    "Report",
    "Verdict",
    "Verifier",
    "verify",
]
