"""How much a test does: a little every day, and all that is promised in `make endurance`."""

import os
from typing import Final

FULL: Final = "INSIGNIA_TESTS_FULL"  # no setting: hide it from the commands, which refuse others


def amount(small: int, full: int) -> int:
    """Return the small figure, or the full one where INSIGNIA_TESTS_FULL=1 is set."""
    return full if os.environ.get(FULL) == "1" else small
