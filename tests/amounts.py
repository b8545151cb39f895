"""How much a test does: a little every day, and all that is promised in `make endurance`."""

import os


def amount(small: int, full: int) -> int:
    """Return the small figure, or the full one where INSIGNIA_TESTS_FULL=1 is set."""
    return full if os.environ.get("INSIGNIA_TESTS_FULL") == "1" else small
