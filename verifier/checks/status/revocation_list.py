"""1EdTechRevocationList: the ids of the credentials that an issuer has revoked, in plain JSON.

https://www.imsglobal.org/spec/vcrl/v1p0/. The entry's `id` is the address of the list, and the list
is `{"id", "issuer", "revokedCredential": [{"id", "revoked"?, "revocationReason"?}]}`.

Nobody signs such a list. What it says is believed for three reasons together: its address stands in
the credential, so the issuer's own proof names it; it is https, so that host answered and nobody
between; and the list names itself and the issuer, so that no other list of a shared host is taken
for it. That is weaker than a signed list: who comes to hold the host can clear a revocation. So
whatever is not entirely such a list decides nothing, and a list is never read from an address
without TLS. Only a sound list that names the credential rejects it.
"""

import re
from collections.abc import Iterator
from typing import Final, NoReturn
from urllib.parse import unquote

from openbadges.errors import Code, MalformedError, UnavailableError
from openbadges.models.model import values_of
from openbadges.strict import Document, describe, parse_json_object
from verifier.checks.members import issuer_of
from verifier.checks.status.meaning import quoted
from verifier.checks.status.signed_list import MAXIMUM_STATUS_LIST_BYTES, fetch
from verifier.report import Check, Finding
from verifier.world import World

ENTRY_TYPE: Final = "1EdTechRevocationList"

_HTTPS: Final = "https://"
# Issuers write either: 1EdTech's public validator reads the second, others publish the first.
_REVOKED: Final = ("revokedCredential", "revokedCredentials")
# `revoked`, by JSON type and value: left out it is true, and some issuers write it as text.
_SAID: Final = {
    (type(None), None): True,
    (bool, True): True,
    (bool, False): False,
    (str, "true"): True,
    (str, "false"): False,
}


# What of an id may be written in either case: a UUID, or a scheme and host.
_CASELESS: Final = re.compile(
    r"urn:uuid:[0-9a-f-]*|[a-z][a-z0-9+.-]*://[^/?#]*", re.ASCII | re.IGNORECASE
)


def read(entry: Document, verified: Document, world: World) -> Finding:
    """Look for the credential in the list that its entry names.

    Raises:
        MalformedError: the entry names no address.
        UnavailableError: the list could not be had or is not entirely a list (STATUS_RETRIEVAL),
            or the credential has no id to look for (UNSUPPORTED_STATUS).
    """
    url, identifier = _address(entry), verified.get("id")
    if not isinstance(identifier, str):
        raise UnavailableError(
            "a revocation list names credentials by their id, and this one has none",
            code=Code.UNSUPPORTED_STATUS,
        )
    listed = _fetch_list(url, issuer=issuer_of(verified), world=world)
    return _look_for(identifier, listed)


def _address(entry: Document) -> str:
    url = entry.get("id")
    if not isinstance(url, str):
        raise MalformedError(
            f"the id of a {ENTRY_TYPE} must be the address of the list; found {describe(url)}",
            code=Code.DATA_MODEL,
        )
    if not url.lower().startswith(_HTTPS):
        raise UnavailableError(
            f"a list that nobody signed is read over https alone; its address is {quoted(url)}",
            code=Code.STATUS_RETRIEVAL,
        )
    return url


def _fetch_list(url: str, *, issuer: str | None, world: World) -> Document:
    try:
        document = parse_json_object(
            fetch(url, world), what="a revocation list", maximum_bytes=MAXIMUM_STATUS_LIST_BYTES
        )
    except MalformedError as error:
        raise _unreadable(str(error)) from error
    if document.get("id") != url or issuer is None or issuer_of(document) != issuer:
        _refuse(
            f"the document at {url:.200} says that it is {document.get('id')!r:.200} of the issuer"
            f" {issuer_of(document)!r:.200}, and the credential's issuer is {issuer!r:.200}"
        )
    if all(document.get(name) is None for name in _REVOKED):
        _refuse(f"it has no {_REVOKED[0]}")
    return document


def _look_for(identifier: str, document: Document) -> Finding:
    """Go through the whole list: of entries that contradict each other, the one that revokes holds.

    Ids are compared as the standard compares those of credentials, without blanks around them and
    with escapes resolved: a revocation is not missed for its spelling.

    Spec: ob-v3p0#credential-equality-and-comparison-algorithm
    """
    wanted = _comparable(identifier)
    found = [each for each in _entries(document) if _comparable(each["id"]) == wanted]
    for each in found:
        if _is_revoked(each):
            reason = each.get("revocationReason")
            told = f": {quoted(reason)}" if isinstance(reason, str) and reason else ""
            return Finding.failed(Check.STATUS, Code.REVOKED, f"the issuer has revoked it{told}")
    return Finding.passed(
        Check.STATUS, "the issuer has not revoked it, by a list that is not signed"
    )


def _entries(document: Document) -> Iterator[Document]:
    """Give what the list names, under either name; a bare id stands for an object of it."""
    for name in _REVOKED:
        for value in values_of(document.get(name)):
            named = {"id": value} if isinstance(value, str) else value
            if not isinstance(named, dict) or not isinstance(named.get("id"), str):
                _refuse(f"{name} has an entry that is not an object with an id")
            yield named


def _is_revoked(named: Document) -> bool:
    said = named.get("revoked")
    key = (type(said), said if isinstance(said, bool | str) else None)
    if key not in _SAID:
        _refuse(f"revoked must be true or false; found {describe(said)}")
    return _SAID[key]


def _comparable(identifier: str) -> str:
    text = unquote(identifier).strip()
    caseless = _CASELESS.match(text)
    end = 0 if caseless is None else caseless.end()
    return text[:end].lower() + text[end:]


def _refuse(sentence: str) -> NoReturn:
    raise _unreadable(sentence)


def _unreadable(sentence: str) -> UnavailableError:
    return UnavailableError(
        f"the revocation list cannot be relied on: {sentence}", code=Code.STATUS_RETRIEVAL
    )
