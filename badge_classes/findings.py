"""What is wrong with a badge class, said so that its author can find the place.

One sentence a fault, with the file, the line and the field. How faults are found is in the
modules that read each kind of file; how they are shown is the business of `service`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from openbadges.errors import ConflictError, ExplainedError, MalformedError

MAXIMUM_SHOWN = 20  # faults in one error message; `lint` gives them all


class Severity(StrEnum):
    """How much a finding matters."""

    FAULT = "fault"  # the file is not what the format asks for
    CONFLICT = "conflict"  # it contradicts LOCK: something published has changed
    NOTE = "note"  # nothing is wrong; a draft, or a translation that awaits `lock`


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One thing to know about one file of the catalogue.

    `file` is relative to the catalogue's folder, with "/"; `line` counts from 1 and is None where
    the whole file is meant; `field` is a path in words, such as "results, item 2, name".
    """

    file: str
    message: str
    line: int | None = None
    field: str | None = None
    severity: Severity = Severity.FAULT

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file} line {self.line}"
        return f"{place}{', ' + self.field if self.field else ''}: {self.message}"


class BadgeClassError(MalformedError):
    """Files of a badge class are not what the format asks for; `findings` has every fault."""

    def __init__(self, findings: Sequence[LintFinding]) -> None:
        """Say each fault on a line of its own."""
        super().__init__(in_words(findings))
        self.findings = tuple(findings)


def in_words(findings: Sequence[LintFinding]) -> str:
    """One line for each finding, up to `MAXIMUM_SHOWN`."""
    lines = [str(finding) for finding in findings[:MAXIMUM_SHOWN]]
    if len(findings) > MAXIMUM_SHOWN:
        lines.append(f"and {len(findings) - MAXIMUM_SHOWN} more")
    return "\n".join(lines)


def refusal_of(findings: Iterable[LintFinding]) -> ExplainedError | None:
    """Give the error that these findings add up to, or None if there are only notes."""
    serious = [finding for finding in findings if finding.severity is not Severity.NOTE]
    if not serious:
        return None
    if all(finding.severity is Severity.CONFLICT for finding in serious):
        return ConflictError(in_words(serious))
    return BadgeClassError(serious)
