"""Whose a badge is expected to be, and what stands beside the field where that is nobody."""

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from service.problems import Saying
from service.recipients import RecipientError, WrittenAs, expected_recipient
from service.verifying.presented import Asked

# As the form of an award says it, so that both are translated once.
_NOBODY: Final[Mapping[WrittenAs, LazyString]] = {
    WrittenAs.EMAIL: _l("This is no e-mail address, such as learner@example.org."),
    WrittenAs.USER: _l(
        "This is no user name, with the address of its wiki such as meta.wikimedia.org."
    ),
    WrittenAs.DID: _l("This is no DID, such as did:key:z6Mk…"),
}


def expected_of(asked: Asked) -> str | None:
    """Return whom the badges are expected to name; None where nobody is.

    Raises:
        RecipientError: it is written as nobody that a badge could name.
    """
    named = asked.recipient
    return expected_recipient(named) if named and named.strip() else None


def why_nobody(error: RecipientError) -> Saying:
    """Return what a page says of a recipient that cannot be read."""
    words = _NOBODY.get(error.written_as)
    return Saying(str(error), "en") if words is None else Saying(str(words))
