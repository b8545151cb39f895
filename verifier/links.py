"""Addresses that lead to a credential, and the pages that link one.

https://html.spec.whatwg.org/. A page is read for two things alone: a credential that stands in it,
and the one address at which it says that its credential lies. Nothing of a page is ever shown, run
or believed; what is found is judged like anything that a stranger sends.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin

from openbadges.errors import Code, MalformedError
from openbadges.models.model import values_of
from openbadges.models.presentation import ENVELOPED_CREDENTIAL_TYPE, PRESENTATION_TYPE
from openbadges.strict import parse_json

MAXIMUM_LINK_CHARACTERS: Final = 2_000
MAXIMUM_PAGE_BYTES: Final = 256 * 1024  # the head of a page, and what an honest one embeds (E7)
MAXIMUM_FOUND: Final = 64  # links and scripts that are looked at

_SCHEMES: Final = ("https://", "http://")
# What a page may say that lies at an address, the plainest first: only the first kind counts, so
# that the JSON which content systems offer of any page does not hide a credential.
LINKED_TYPES: Final = (
    "application/vc",
    "application/vc+jwt",
    "application/vc+ld+json",
    "application/ld+json",
    "application/json",
    "image/png",
    "image/svg+xml",
)
_EMBEDDED_TYPES: Final = frozenset(
    {"application/vc", "application/vc+ld+json", "application/ld+json"}
)
_CREDENTIAL_TYPES: Final = frozenset(
    {"VerifiableCredential", ENVELOPED_CREDENTIAL_TYPE, PRESENTATION_TYPE}
)
# What a page begins with, after an XML declaration and comments. An SVG never does.
_PAGE: Final = re.compile(
    rb"(?:<\?xml[^>]{0,200}\?>)?\s*(?:<!--(?:(?!-->).){0,4096}-->\s*){0,8}<(?:!doctype\s+html|html|head|body|meta|title)\b",
    re.IGNORECASE | re.DOTALL,
)


def is_link(text: str) -> bool:
    """Tell whether a text is one address and nothing else."""
    one_word = len(text) <= MAXIMUM_LINK_CHARACTERS and not any(one.isspace() for one in text)
    return one_word and text.lower().startswith(_SCHEMES)


def is_page(data: bytes) -> bool:
    """Tell whether it begins as an HTML page."""
    return _PAGE.match(data) is not None


@dataclass(frozen=True, slots=True)
class OnPage:
    """What a page has: a credential that stands in it, or else the address that it links."""

    embedded: bytes | None = None
    link: str | None = None


def read_page(data: bytes, *, address: str | None) -> OnPage:
    """Return the one credential of a page; what it links is relative to the page's `address`.

    A credential in the page comes before a link: it asks for no further fetch.

    Raises:
        MalformedError: there is none (NO_CREDENTIAL), or more than one (AMBIGUOUS).
    """
    reader = _PageReader()
    # `close` is never called: what a page breaks off in is nothing, and costs its length squared
    reader.feed(data[:MAXIMUM_PAGE_BYTES].decode("utf-8", "replace"))
    embedded = {script for script in reader.scripts if _is_credential(script)}
    if embedded:
        return OnPage(embedded=_only(embedded, "holds").encode("utf-8", "surrogatepass"))
    for kind in LINKED_TYPES:
        links = {link for link in reader.links.get(kind, ()) if link}
        if links:
            return OnPage(link=_absolute(_only(links, "links"), address))
    raise MalformedError(
        "this is a web page that neither holds nor links a credential; give the badge's file, or"
        " the link of the badge itself",
        code=Code.NO_CREDENTIAL,
    )


def _only(found: Iterable[str], verb: str) -> str:
    one, *others = sorted(found)
    if others:
        raise MalformedError(
            f"this page {verb} {len(others) + 1} credentials; give the file or the link of one",
            code=Code.AMBIGUOUS,
        )
    return one


def _absolute(link: str, address: str | None) -> str:
    try:
        return urljoin(address or "", link)
    except ValueError:
        return link  # the fetcher says what it never fetches


def _is_credential(script: str) -> bool:
    """Tell whether a data block says that it is a credential; pages hold other JSON too."""
    try:
        document = parse_json(script)
    except MalformedError:
        return False
    if not isinstance(document, dict):
        return False
    kinds = (kind for kind in values_of(document.get("type")) if isinstance(kind, str))
    return not _CREDENTIAL_TYPES.isdisjoint(kinds)


@dataclass
class _PageReader(HTMLParser):
    """Notes the first links and data blocks of a page."""

    links: dict[str, set[str]] = field(default_factory=dict)
    scripts: list[str] = field(default_factory=list)
    _script: list[str] | None = None
    _noted: int = 0

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def parse_marked_section(self, i: int, report: bool = True) -> int:  # noqa: FBT001, FBT002 -- its own signature
        """Pass over `<![…`, a bogus comment in HTML; the parser's own way is SGML's, and raises."""
        return self.parse_bogus_comment(i, report)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a link, or begin to note a script."""
        if self._noted >= MAXIMUM_FOUND or tag not in {"link", "script"}:
            return
        said = {name: value or "" for name, value in reversed(attrs)}  # the first of a name counts
        kind = said.get("type", "").partition(";")[0].strip().lower()
        if tag == "script" and kind in _EMBEDDED_TYPES:
            self._noted += 1
            self._script = []
        elif tag == "link" and "alternate" in said.get("rel", "").lower().split():
            self._noted += 1
            self.links.setdefault(kind, set()).add(said.get("href", "").strip())

    def handle_data(self, data: str) -> None:
        """Note what stands in a script."""
        if self._script is not None:
            self._script.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Take a script that has ended; one that breaks off is none."""
        if tag == "script" and self._script is not None:
            self.scripts.append("".join(self._script).strip())
            self._script = None
