"""How much one verification may compute, whatever it is given.

Each step of it has bounds of its own, but what is presented may ask for many steps: endorsements,
status lists and proofs stand in and behind a credential, and credentials in a presentation. They
share one budget, counted in values of JSON, so that a verdict is the same on every machine. A step
that has begun is finished; none is begun once the budget is used up.
"""

import math
from typing import Any, Final

from openbadges.errors import Code, UnavailableError

MAXIMUM_WORK: Final = 12_000  # of one credential; one with twenty endorsements asks 4,500
MAXIMUM_PRESENTATION_WORK: Final = 30_000  # twenty endorsed badges with their status ask 14,000
LEAST_OF_A_STEP: Final = 100
OF_A_LIMIT: Final = 1_500  # what a graph costs until it is found to be too costly (A31)
CHARACTERS_AS_A_VALUE: Final = 10  # of a derived proof, which is decoded and relabelled


class WorkBudget:
    """What one verification may still begin; made anew for each."""

    def __init__(self, values: float = MAXIMUM_WORK) -> None:
        self._left = values

    def begin(self, document: object, *, extra: int = 0) -> None:
        """Return if a step over a document may be begun, and count it.

        Raises:
            UnavailableError: the budget is used up (WORK_BUDGET).
        """
        if self._left <= 0:
            raise UnavailableError(
                "it asks for more work than one verification may take, so this was not begun",
                code=Code.WORK_BUDGET,
            )
        self.count(max(LEAST_OF_A_STEP, _values(document)) + extra)

    def count(self, values: int) -> None:
        """Count what a step turned out to cost besides."""
        self._left -= values


WITHOUT_END: Final = WorkBudget(math.inf)
"""For a single check of what its caller made."""


def _values(document: object) -> int:
    number, waiting = 0, [document]
    while waiting:
        value: Any = waiting.pop()
        number += 1
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return number
