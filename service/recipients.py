"""Whom a verifier expects, as people write it, turned into what a badge names."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from openbadges.did import parse_did
from openbadges.errors import MalformedError
from openbadges.identity import normalise_email, normalise_user_name
from openbadges.strict import check_text

USER_PREFIX = "user:"


class WrittenAs(StrEnum):
    """What a text means to be, by how it looks."""

    USER = "user"
    DID = "did"
    ID = "id"
    EMAIL = "email"


# What a page says of a text that names nobody, of an award and of a verification alike.
NO_RECIPIENT: Final[Mapping[str, LazyString]] = {
    WrittenAs.EMAIL: _l("This is no e-mail address, such as learner@example.org."),
    WrittenAs.USER: _l(
        "This is no user name, with the address of its wiki such as meta.wikimedia.org."
    ),
    WrittenAs.DID: _l("This is no DID, such as did:key:z6Mk…"),
}


class RecipientError(MalformedError):
    """A text that names nobody; `written_as` is what it means to be."""

    def __init__(self, error: MalformedError, written_as: WrittenAs) -> None:
        super().__init__(str(error), code=error.code, problem=error.problem)
        self.written_as = written_as


_CHECKS: Final[Mapping[WrittenAs, Callable[[str], object]]] = {
    WrittenAs.USER: normalise_user_name,
    WrittenAs.DID: parse_did,
    WrittenAs.ID: lambda text: check_text(text, what="the expected recipient"),
    WrittenAs.EMAIL: normalise_email,
}


def expected_recipient(text: str) -> str:
    """Return whom a badge names: of user:NAME@WIKI the name alone, all else as it is written.

    A badge holds a name and not its wiki, so a wiki cannot be checked.

    Raises:
        RecipientError: it is no DID, no https id, no user name and no e-mail address.
    """
    text = text.strip()
    written_as = _written_as(text)
    if text.lower().startswith(USER_PREFIX):
        text = text[len(USER_PREFIX) :].partition("@")[0]
    try:
        _CHECKS[written_as](text)
    except MalformedError as error:
        raise RecipientError(error, written_as) from error
    return text


def _written_as(text: str) -> WrittenAs:
    if text.lower().startswith(USER_PREFIX):
        return WrittenAs.USER
    if text.startswith("did:"):
        return WrittenAs.DID
    if text.startswith("https://"):
        return WrittenAs.ID
    return WrittenAs.EMAIL if "@" in text else WrittenAs.USER
