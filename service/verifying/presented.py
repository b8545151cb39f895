"""What somebody presents in one field: a file, pasted text, or a link to either.

Nothing of it is kept, and nothing of it is written into logs (J11).
"""

from typing import Final
from urllib.parse import urlsplit

from flask import request
from flask_babel import gettext as _

from issuer.released import current_released, load_released
from issuer.share_links import find_shared
from openbadges.errors import MissingError, UnavailableError
from service.publishing.own_documents import one_spelling
from service.web.running import now, running

MAXIMUM_LINK_CHARACTERS: Final = 2_000
_LINKS: Final = ("https://", "http://")


def presented_in_form() -> bytes:
    """Return the bytes of the file, or of the text, or of what the link leads to.

    Raises:
        MissingError: the field is empty.
        MalformedError, UnavailableError: a link leads nowhere, or is one that is never followed.
    """
    file = request.files.get("file")
    if file is not None and file.filename:
        data: bytes = file.read()
        return data
    text = request.form.get("text", "").strip()
    if not text:
        raise MissingError(_("Choose a file, or paste a text or a link."))
    if is_link(text):
        return presented_at(text)
    return text.encode("utf-8", "surrogatepass")


def is_link(text: str) -> bool:
    """Tell whether a text is one address and nothing else."""
    one_word = len(text) <= MAXIMUM_LINK_CHARACTERS and not any(one.isspace() for one in text)
    return one_word and text.lower().startswith(_LINKS)


def presented_at(link: str) -> bytes:
    """Return what a link leads to; of our own pages it is what the page shows.

    Raises:
        MissingError: it is one of our addresses, and nothing is shown there.
        MalformedError: it is a link that is never followed (URL_NOT_ALLOWED).
        UnavailableError: nothing could be had there.
    """
    base, link = running().base_url, one_spelling(link)
    if not link.startswith(f"{base}/"):
        return running().fetch_presented(link)
    kind, _slash, rest = urlsplit(link).path.removeprefix(f"{running().path}/").partition("/")
    name = rest.partition(".")[0]
    with running().installation.database.read() as session:
        if kind == "s":
            shared = find_shared(session, name, now())
            return current_released(session, shared.award_id, shared.edition, now()).forms.json
        try:  # what is private, unknown or undone is told alike (I13)
            released = load_released(session, name) if kind == "credentials" else None
        except MissingError:
            released = None
        if released is not None and released.public_since is not None:
            return released.forms.json
    try:
        return running().own.fetch(link.partition("#")[0], maximum_bytes=MAXIMUM_OWN_BYTES)
    except UnavailableError as error:
        raise MissingError(_("No badge is shown at this address.")) from error


MAXIMUM_OWN_BYTES: Final = 4 * 1024 * 1024
