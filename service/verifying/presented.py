"""What somebody presents: in one field a file, pasted text, or a link to either; or many at once.

Nothing of it is kept, and nothing of it is written into logs (J11). What a link leads to, and what
it is, is found out in `verifier.given`.
"""

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from flask import request

from issuer.released import current_released, load_released
from issuer.share_links import find_shared
from openbadges.errors import Code, MalformedError, MissingError, UnavailableError
from openbadges.models.readers import wrong
from openbadges.strict import parse_json_object
from service.machine.bodies import read_members, written
from service.publishing.own_documents import one_spelling
from service.web.running import now, running
from verifier.ports import Fetched
from verifier.unwrap import MAXIMUM_PRESENTED_BYTES

FORMS: Final = frozenset({"multipart/form-data", "application/x-www-form-urlencoded"})
# A list says in its first word that it is one; nothing else that is verified begins so.
_LIST: Final = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"credentials"')


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be verified, in its order; a list is answered with a list, even of one."""

    given: tuple[bytes, ...]
    recipient: str | None
    is_list: bool


def read_asked() -> Asked:
    """Return what a request asks: in the form's fields, or as the body itself.

    Raises:
        MalformedError: it is a form with nothing in it (NOTHING_PRESENTED), or a list that cannot
            be read.
    """
    recipient = request.args.get("recipient")
    if request.mimetype in FORMS:
        given = _in_form()
        return Asked(given, request.form.get("recipient", recipient), is_list=len(given) > 1)
    body = request.get_data()
    if _LIST.match(body) is None:
        return Asked((body,), recipient, is_list=False)
    document = parse_json_object(body, what="the body", maximum_bytes=len(body))
    members = read_members(document, {"credentials": _read_list}, required=("credentials",))
    return Asked(members["credentials"], recipient, is_list=True)


def _in_form() -> tuple[bytes, ...]:
    """Return the files, and after them the text."""
    files = tuple(file.read() for file in request.files.getlist("file") if file.filename)
    text = request.form.get("text", "").strip()
    if not files and not text:
        raise MalformedError(
            "the form has nothing in a field file or text; a badge that is the body itself needs a"
            " Content-Type such as application/json",
            code=Code.NOTHING_PRESENTED,
        )
    return (*files, text.encode("utf-8", "surrogatepass")) if text else files


def _read_list(value: object, path: str) -> tuple[bytes, ...]:
    if not isinstance(value, list):
        raise wrong(path, "an array", value)
    return tuple(_one_of_list(one) for one in value)


def _one_of_list(one: Any) -> bytes:  # noqa: ANN401 -- any JSON value; what it is, its report says
    return one.encode("utf-8", "surrogatepass") if isinstance(one, str) else written(one)


class OwnLinks:
    """What lies behind links, where our own pages answer for themselves."""

    def fetch_presented(self, url: str, *, maximum_bytes: int) -> Fetched:
        """Return what a link leads to.

        Raises:
            MissingError, MalformedError, UnavailableError: as `presented_at`.
        """
        del maximum_bytes  # both ways have the one bound of what is presented
        return presented_at(url)


def presented_at(link: str) -> Fetched:
    """Return what a link leads to; of our own pages it is what the page shows.

    Raises:
        MissingError: it is one of our addresses, and nothing is shown there.
        MalformedError: it is a link that is never followed (URL_NOT_ALLOWED).
        UnavailableError: nothing could be had there.
    """
    base, link = running().base_url, one_spelling(link)
    if link != base and not link.startswith(tuple(f"{base}{mark}" for mark in "/?#")):
        return running().fetch_presented(link)
    try:
        return _own(link)
    except (MissingError, UnavailableError) as error:  # private, unknown, undone: told alike (I13)
        raise MissingError("no badge is shown at this address", code=Code.NOT_SHOWN) from error


def _own(link: str) -> Fetched:
    kind, _slash, rest = urlsplit(link).path.removeprefix(f"{running().path}/").partition("/")
    name = rest.partition(".")[0]
    with running().installation.database.read() as session:
        if kind == "s":
            shared = find_shared(session, name, now())
            current = current_released(session, shared.award_id, shared.edition, now())
            return Fetched(link, current.forms.json)
        if kind == "credentials":
            released = load_released(session, name)
            if released.public_since is not None:
                return Fetched(link, released.forms.json)
    page = link.partition("#")[0]
    return Fetched(link, running().own.fetch(page, maximum_bytes=MAXIMUM_PRESENTED_BYTES))
