"""The only map from troubles and verdicts to exit codes of the command line."""

from collections.abc import Mapping
from typing import Final

from openbadges.errors import Code, ExplainedError, Kind
from verifier import Verdict

WRONG_USAGE: Final = 2  # click's own

VERDICTS: Final[Mapping[Verdict, int]] = {
    Verdict.VERIFIED: 0,
    Verdict.REJECTED: 1,
    Verdict.INCONCLUSIVE: 3,
}

# Where a code says more than its kind: not our no, but something that is missing here.
EXCEPTIONS: Final[Mapping[Code, int]] = {Code.PASSPHRASE: 3}

TROUBLES: Final[Mapping[Kind, int]] = {
    Kind.MALFORMED: 1,
    Kind.UNPROVEN: 1,
    Kind.REFUSED: 1,
    Kind.MISSING: 1,
    Kind.CONFLICT: 1,
    Kind.UNAVAILABLE: 3,
}


def exit_code_of(error: ExplainedError) -> int:
    """Return the code that a trouble ends with."""
    return EXCEPTIONS.get(error.code, TROUBLES[error.kind])
