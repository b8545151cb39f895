"""What is decided about an award: which badge class, for whom, in which language, for how long."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from badge_classes.badge_class import BadgeClass
from issuer.tables import RecipientKind
from openbadges.did import did_jwk_document, did_key_document, did_web_url, parse_did
from openbadges.errors import MalformedError, RefusedError
from openbadges.identity import normalise_email, normalise_user_name

_USER_PREFIX: Final = "user:"
_DID_CHECKS: Final[Mapping[str, Callable[[str], object]]] = {
    "key": did_key_document,
    "jwk": did_jwk_document,
    "web": did_web_url,
}
_WIKI: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,98}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person by a normalised identifier; `wiki` says where a user name is one."""

    kind: RecipientKind
    identifier: str
    wiki: str | None = None

    @property
    def key(self) -> str:
        """The one spelling under which this person is found again."""
        return f"{self.kind.value}:{self.wiki or ''}:{self.identifier}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A page that shows what was done, and what to see there (Markdown)."""

    url: str | None
    narrative: str | None = None


@dataclass(frozen=True, slots=True)
class Award:
    """The decision to give one badge-class version to one person."""

    badge_class: BadgeClass
    recipient: Recipient
    language: str
    valid_from: datetime
    valid_until: datetime | None = None
    evidence: tuple[Evidence, ...] = ()
    awarded_by: str | None = None
    activity_id: str | None = None


def parse_recipient(text: str) -> Recipient:
    """Read an e-mail address, `user:NAME@WIKI`, or a DID, with or without blanks around it.

    Raises:
        RefusedError: it is none of the three.
    """
    text = text.strip()
    try:
        if text.startswith("did:"):
            _check_did(text)
            return Recipient(RecipientKind.DID, text)
        if text.lower().startswith(_USER_PREFIX):  # wikis write it User:
            return _parse_user(text[len(_USER_PREFIX) :])
        if "@" in text:
            return Recipient(RecipientKind.EMAIL, normalise_email(text))
    except MalformedError as error:
        raise RefusedError(f"the recipient {text!r:.80} cannot be used: {error}") from error
    raise RefusedError(
        f"the recipient {text!r:.80} is neither an e-mail address, nor user:NAME@WIKI, nor a DID"
    )


def _check_did(text: str) -> None:
    """Refuse a DID that could be nobody's, as far as its method shows without asking the world."""
    check = _DID_CHECKS.get(parse_did(text).method)
    if check is not None:
        check(text)


def _parse_user(text: str) -> Recipient:
    name, at, wiki = text.rpartition("@")
    if not at or not _WIKI.fullmatch(wiki.lower()):
        raise RefusedError(
            f"a wiki user is written user:NAME@WIKI, such as user:Example@meta.wikimedia.org;"
            f" found {_USER_PREFIX + text!r:.80}"
        )
    return Recipient(RecipientKind.USER_NAME, normalise_user_name(name), wiki.lower())
