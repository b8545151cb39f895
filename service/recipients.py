"""Whom a verifier expects, as people write it, turned into what a badge names."""

from openbadges.did import parse_did
from openbadges.identity import normalise_email, normalise_user_name
from openbadges.strict import check_text

USER_PREFIX = "user:"


def expected_recipient(text: str) -> str:
    """Return whom a badge names: of user:NAME@WIKI the name alone, all else as it is written.

    A badge holds a name and not its wiki, so a wiki cannot be checked.

    Raises:
        MalformedError: it is no DID, no https id, no user name and no e-mail address.
    """
    text = text.strip()
    if text.lower().startswith(USER_PREFIX):
        text = text[len(USER_PREFIX) :].partition("@")[0]
        normalise_user_name(text)
    elif text.startswith("did:"):
        parse_did(text)
    elif text.startswith("https://"):
        check_text(text, what="the expected recipient")
    elif "@" in text:
        normalise_email(text)
    else:
        normalise_user_name(text)
    return text
