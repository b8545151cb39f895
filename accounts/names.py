"""Names of accounts and tokens: one line that every list can show."""

import re
from typing import Final

from accounts.policy import MAXIMUM_NAME_CHARACTERS
from openbadges.errors import RefusedError

_NEVER_IN_LINES: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")


def check_name(name: str, *, what: str) -> None:
    """Return if a name is one line of `MAXIMUM_NAME_CHARACTERS` characters at most.

    Raises:
        RefusedError: it is empty or longer, has spaces around it, or has a new line, a tab or a
            control character in it.
    """
    if (
        not name
        or name != name.strip()
        or len(name) > MAXIMUM_NAME_CHARACTERS
        or _NEVER_IN_LINES.search(name)
    ):
        raise RefusedError(
            f"{what} must be one line of 1 to {MAXIMUM_NAME_CHARACTERS} characters without spaces"
            f" around it; found {name!r:.80}"
        )
