"""From what someone gives, in one field, to what is verified: links, pages and QR codes followed.

A credential may be given as itself, as a link, as a page that links one, or as a picture of a QR
code that leads to one. One picture, one page, one bundle and two links are followed at the most, so
nothing leads round in a circle:

    picture → the text of its QR code → what lies at that link → what that page links

What lies in a bundle is taken out and judged as of now; what the bundle says of its own moment is
for those who check it without a network, in `bundle_check`.

What was found in the end is unwrapped and judged as if it had been given itself; how it was found
is told in the report and proves nothing.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from openbadges.baking import png
from openbadges.errors import Code, MalformedError, UnsupportedError
from openbadges.strict import check_text, format_timestamp
from verifier import jpeg
from verifier.bundle import read_bundle
from verifier.links import is_link, is_page, read_page
from verifier.ports import LinkSource
from verifier.report import Check, Finding
from verifier.unwrap import MAXIMUM_PRESENTED_BYTES, check_size, stripped

MAXIMUM_LINKS: Final = 2  # a link, and what the page there links
_BEGINNINGS: Final = ("{", "ey", "data:")
# As bundles begin; no credential says in its first word which version it is.
_BUNDLE: Final = re.compile(rb'\{\s*"version"\s*:\s*[0-9]+\s*,\s*"made"\s*:')
_PACKED_PRESENTATION: Final = "VP1-"


@dataclass(frozen=True, slots=True)
class Found:
    """What is to be unwrapped, and how it was found; `address` is where it was fetched."""

    data: bytes
    steps: tuple[Finding, ...] = ()
    address: str | None = None
    links: int = 0
    pages: int = 0
    pictures: int = 0
    bundles: int = 0

    def then(self, sentence: str, data: bytes) -> "Found":
        """Return what was found by one more step."""
        step = Finding.passed(Check.UNWRAP, sentence)
        return replace(self, data=data, steps=(*self.steps, step))


def find(given: bytes, links: LinkSource) -> Found:
    """Follow what was given until it leads no further.

    Raises:
        MalformedError: a link that is never followed (URL_NOT_ALLOWED), or a page or picture that
            leads nowhere (NO_CREDENTIAL) or to several things (AMBIGUOUS); too large (TOO_LARGE).
        UnsupportedError: a QR code of a kind that is not read.
        UnavailableError: what lies behind a link could not be had.
    """
    found = Found(given)
    while (further := _step(found, links)) is not None:
        found = further
    return found


def _step(found: Found, links: LinkSource) -> Found | None:
    check_size(found.data)
    content = stripped(found.data)
    link = _link(content)
    if link is not None:
        return _followed(found, link, links)
    if is_page(content):
        return _read_page(found, content)
    if found.pictures == 0 and _is_bare_picture(found.data):
        return _read_picture(found)
    if found.bundles == 0 and _BUNDLE.match(content):
        return _out_of_bundle(found, content)
    return None


def _link(content: bytes) -> str | None:
    try:
        text = content.decode("ascii")
    except UnicodeDecodeError:
        return None
    return text if is_link(text) else None


def _followed(found: Found, link: str, links: LinkSource) -> Found:
    if found.links >= MAXIMUM_LINKS:
        raise MalformedError(
            f"after {MAXIMUM_LINKS} links there was another one, {link:.200}, and no credential",
            code=Code.NO_CREDENTIAL,
        )
    there = links.fetch_presented(link, maximum_bytes=MAXIMUM_PRESENTED_BYTES)
    further = replace(found, address=there.url, links=found.links + 1)
    return further.then(f"it was fetched from {there.url:.300}", there.data)


def _read_page(found: Found, content: bytes) -> Found:
    if found.pages > 0:
        raise MalformedError(
            "the page links another page, and not a credential", code=Code.NO_CREDENTIAL
        )
    on_page = read_page(content, address=found.address)
    there = replace(found, pages=found.pages + 1)
    if on_page.embedded is not None:
        return there.then("it stands in a web page", on_page.embedded)
    link = on_page.link or ""
    if not is_link(link):
        raise MalformedError(
            f"the page links {link!r:.200}; expected an https address", code=Code.URL_NOT_ALLOWED
        )
    return there.then(f"a web page links {link:.300}", link.encode("utf-8", "surrogatepass"))


def _out_of_bundle(found: Found, content: bytes) -> Found:
    bundle = read_bundle(content)
    there = replace(found, bundles=1)
    when = format_timestamp(bundle.made)
    return there.then(f"it stands in a bundle of {when}, and is judged as of now", bundle.presented)


def _is_bare_picture(data: bytes) -> bool:
    """Tell whether it is a picture without a credential; one that has any, however bad, is judged.

    A picture that is broken is for the verifier to refuse.
    """
    if not data.startswith(png.SIGNATURE):
        return data.startswith(jpeg.SIGNATURE)
    try:
        png.unbake(data)
    except (MalformedError, UnsupportedError) as error:
        return error.code is Code.NO_CREDENTIAL
    return False


def _read_picture(found: Found) -> Found:
    # only for a picture: who checks a file of JSON does not wait for Pillow to be imported
    from verifier.qr_code import read_qr_code  # noqa: PLC0415

    text = check_text(read_qr_code(found.data), what="the QR code").strip()
    if text.startswith(_PACKED_PRESENTATION):
        raise UnsupportedError("the QR code holds a presentation in CBOR-LD, which is not read")
    if not is_link(text) and not text.startswith(_BEGINNINGS):
        raise MalformedError(
            f"the QR code says {text!r:.80}, which is neither a link nor a credential",
            code=Code.NO_CREDENTIAL,
        )
    there = replace(found, pictures=1)
    return there.then("a QR code was read in the picture", text.encode())
