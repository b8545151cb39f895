"""What the doctor finds: what is so, why it matters, and what to type."""

from dataclasses import dataclass
from enum import StrEnum

from openbadges.strict import Document


class Severity(StrEnum):
    """How much a finding matters; a fault alone makes the doctor end with 1."""

    FAULT = "fault"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Found:
    """What one look found; where it names no cure it is that of the whole check."""

    sentence: str
    cure: str | None = None
    severity: Severity = Severity.FAULT


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, with the check that found it."""

    check: str
    severity: Severity
    found: str
    matters: str
    cure: str

    def as_json(self) -> Document:
        """Return what programs want to know."""
        return {
            "check": self.check,
            "severity": self.severity.value,
            "found": self.found,
            "matters": self.matters,
            "cure": self.cure,
        }


def warning(sentence: str, cure: str | None = None) -> Found:
    """Give a finding that stops nothing yet."""
    return Found(sentence, cure, Severity.WARNING)
