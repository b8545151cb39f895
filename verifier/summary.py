"""A report in four plain lines: signature, status, dates, and who the issuer is.

Only what was found stands here; the words for it, in a reader's language, are the door's. A fifth
line is there where the caller expected a recipient.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from openbadges.errors import Code
from verifier.report import Check, Finding, Outcome, Report


class LineKind(StrEnum):
    """What a line is about, in the order of the lines."""

    SIGNATURE = "signature"
    STATUS = "status"
    DATES = "dates"
    ISSUER = "issuer"
    RECIPIENT = "recipient"


@dataclass(frozen=True, slots=True)
class Line:
    """The worst of what was found on one matter; a line without a finding is UNKNOWN."""

    kind: LineKind
    outcome: Outcome
    code: Code


# Without each of these nobody has signed anything; the issuance log speaks only where it was asked.
_SIGNATURE: Final = (Check.UNWRAP, Check.CONFORMANCE, Check.PROOF, Check.ISSUER)
_LOG: Final = (Check.ISSUANCE_LOG,)
_ABOUT_THE_SIGNED: Final = {
    LineKind.STATUS: Check.STATUS,
    LineKind.DATES: Check.VALIDITY,
    LineKind.ISSUER: Check.TRUST,
}
_WORST_FIRST: Final = (Outcome.FAILED, Outcome.UNKNOWN, Outcome.PASSED)


def summarise(report: Report) -> tuple[Line, ...]:
    """Return the lines in their order: four, and that of the recipient where one was expected.

    While nobody proved to be the issuer, no line but a failed one says more than UNKNOWN: an
    impostor's document is not kept, dated or known by the one whom it names. Whether the issuer is
    known here is PASSED or UNKNOWN, and never FAILED.
    """
    kinds = dict(_ABOUT_THE_SIGNED)
    if report.of(Check.RECIPIENT):
        kinds[LineKind.RECIPIENT] = Check.RECIPIENT
    is_proven = report.proven_issuer is not None
    return (
        _signature(report),
        *(_line(kind, report.of(check), is_proven=is_proven) for kind, check in kinds.items()),
    )


def _signature(report: Report) -> Line:
    found = [finding for check in (*_SIGNATURE, *_LOG) for finding in report.of(check)]
    ran = {finding.check for finding in found}
    missing = [Finding.undecided(check) for check in _SIGNATURE if check not in ran]
    return _worst(LineKind.SIGNATURE, [*found, *missing])


def _line(kind: LineKind, found: Sequence[Finding], *, is_proven: bool) -> Line:
    line = _worst(kind, found or [Finding.undecided(Check.PROOF)])
    if line.outcome is Outcome.PASSED and not is_proven:
        return Line(kind, Outcome.UNKNOWN, Code.DEPENDS_ON_PROOF)
    return line


def _worst(kind: LineKind, found: Iterable[Finding]) -> Line:
    """Return the first of the worst; there is at least one."""
    worst = min(found, key=lambda finding: _WORST_FIRST.index(finding.outcome))
    return Line(kind, worst.outcome, worst.code)
