"""How much one verification may compute, whatever it is given.

Each step of it has bounds of its own, but what is presented may ask for many steps: endorsements,
status lists and proofs stand in and behind a credential, and credentials in a presentation. They
share one budget. A step that has begun is finished; none is begun once the budget is used up.
"""

import math
import time
from collections.abc import Callable
from typing import Final

from openbadges.errors import Code, UnavailableError

MAXIMUM_WORK_SECONDS: Final = 1.0  # of CPU; with the step that goes beyond it no more than 2 s
MAXIMUM_PRESENTATION_SECONDS: Final = 2.5  # twenty endorsed badges with their status take one


class WorkBudget:
    """The CPU time of the thread that made it; made anew for each verification."""

    def __init__(
        self,
        seconds: float = MAXIMUM_WORK_SECONDS,
        *,
        clock: Callable[[], float] = time.thread_time,
    ) -> None:
        self._clock = clock
        self._end = clock() + seconds

    def check(self) -> None:
        """Return if another step may be begun.

        Raises:
            UnavailableError: the budget is used up (WORK_BUDGET).
        """
        if self._clock() >= self._end:
            raise UnavailableError(
                "it asks for more work than one verification may take, so this was not begun",
                code=Code.WORK_BUDGET,
            )


WITHOUT_END: Final = WorkBudget(math.inf)
"""For a single check of what its caller made."""
