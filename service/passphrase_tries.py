"""A passphrase that somebody types may be mistyped: five tries, each after a longer pause (R21)."""

import sys
import time
from collections.abc import Callable
from typing import Final, TypeVar

from openbadges.errors import Code, RefusedError

PAUSES: Final = (1.0, 2.0, 4.0, 8.0)  # seconds after each wrong try but the last

T = TypeVar("T")


def tried_again(attempt: Callable[[], T], *, pause: Callable[[float], object] = time.sleep) -> T:
    """Attempt what asks for a passphrase, and ask again where it was a wrong one.

    Raises:
        RefusedError: it was wrong each time; or as `attempt`.
    """
    for seconds in PAUSES:
        try:
            return attempt()
        except RefusedError as error:
            if error.code is not Code.PASSPHRASE:
                raise
            sys.stderr.write(f"insignia: {error}; try again\n")
            pause(seconds)
    return attempt()
