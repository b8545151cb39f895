"""Whose a badge is expected to be, and what stands beside the field where that is nobody."""

from service.problems import Saying
from service.recipients import NO_RECIPIENT, RecipientError, expected_recipient
from service.verifying.presented import Asked


def expected_of(asked: Asked) -> str | None:
    """Return whom the badges are expected to name; None where nobody is.

    Raises:
        RecipientError: it is written as nobody that a badge could name.
    """
    named = asked.recipient
    return expected_recipient(named) if named and named.strip() else None


def why_nobody(error: RecipientError) -> Saying:
    """Return what a page says of a recipient that cannot be read."""
    words = NO_RECIPIENT.get(error.written_as)
    return Saying(str(error), "en") if words is None else Saying(str(words))
