"""did:web: an identifier that is a place on the web, and the two ways between them.

https://w3c-ccg.github.io/did-method-web/. Only a public host name on the standard port is taken
(D1-D5; which names are public is in `openbadges.host_names`); one that stands for a private address
is found out when `verifier.fetcher` connects. The document that lies there is written in
`controller_document` and read in `verification_method`.
"""

import re
from collections.abc import Collection
from typing import Final

from openbadges.did.syntax import invalid_did, parse_did_of
from openbadges.host_names import is_public_host_name

HTTPS_PORT = 443

# A path's part as a DID can hold it. An encoded ASCII character could turn into a delimiter or a
# dot segment on the way, so only bytes beyond ASCII may be encoded (D2, D3).
_SEGMENT: Final = re.compile(r"(?!\.{1,2}\Z)(?:[A-Za-z0-9._-]|%[89A-Fa-f][0-9A-Fa-f])+")
_ENCODED_PORT: Final = re.compile(r"(?P<host>[^%]*)(?:%3[Aa](?P<port>[1-9][0-9]{0,4}))?")
_BASE_URL: Final = re.compile(
    r"https://(?P<host>[^/?#:]*)(?::(?P<port>[0-9]*))?(?:/(?P<path>.+?))?/?"
)


def did_web(base_url: str, *, permitted: Collection[str] = ()) -> str:
    """Return the did:web of `https://host[:port][/path]`.

    `permitted` lists the authorities ("host" or "host:port", in lower case) that the operator
    vouches for although they are private or on another port.

    Raises:
        MalformedError: no https URL of that form, or a place that `did_web_url` refuses
            (INVALID_DID).

    Spec: did-method-web#method-specific-identifier
    """
    match = _BASE_URL.fullmatch(base_url)
    # Lower-casing turns some letters beyond ASCII, such as the Kelvin sign, into others.
    if match is None or not base_url.isascii():
        raise invalid_did(
            f"a did:web is made of https://host, a port and a path; found {base_url!r:.60}"
        )
    host = match["host"].lower()
    port = f"%3A{match['port']}" if match["port"] not in (None, str(HTTPS_PORT)) else ""
    segments = match["path"].split("/") if match["path"] else ()
    did = ":".join([f"did:web:{host}{port}", *segments])
    did_web_base_url(did, permitted=permitted)
    return did


def did_web_url(did: str, *, permitted: Collection[str] = ()) -> str:
    """Return the URL at which a did:web's document lies; `permitted` is as for `did_web`.

    Raises:
        MalformedError: no did:web; a host that is no public name, a port other than 443, or a
            path with encoded, empty or dot segments (INVALID_DID).

    Spec: did-method-web#read-resolve
    """
    base_url = did_web_base_url(did, permitted=permitted)
    has_path = ":" in parse_did_of("web", did).id
    return f"{base_url}/did.json" if has_path else f"{base_url}/.well-known/did.json"


def did_web_base_url(did: str, *, permitted: Collection[str] = ()) -> str:
    """Return the `https://host[:port][/path]` that a did:web stands for.

    Raises:
        MalformedError: as `did_web_url`.
    """
    authority, *segments = parse_did_of("web", did).id.split(":")
    for segment in segments:
        if not _SEGMENT.fullmatch(segment):
            raise invalid_did(
                "the path of a did:web has letters, digits, full stops, hyphens and underscores;"
                f" found {segment!r:.60}"
            )
    return "/".join([f"https://{_vetted_authority(authority, permitted)}", *segments])


def _vetted_authority(encoded: str, permitted: Collection[str]) -> str:
    match = _ENCODED_PORT.fullmatch(encoded)
    if match is None:
        raise invalid_did(f"a did:web names a host, and a port after %3A; found {encoded!r:.60}")
    host, port = match["host"].lower(), match["port"]
    authority = f"{host}:{port}" if port and int(port) != HTTPS_PORT else host
    if authority in permitted:
        return authority
    if not is_public_host_name(host):
        raise invalid_did(f"a did:web names a public host; found {host!r:.60}")
    if authority != host:
        raise invalid_did(f"a did:web is read on port {HTTPS_PORT}; found port {port}")
    return host
