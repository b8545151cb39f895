"""A credential in an `<openbadges:credential>` element of an SVG picture.

https://www.imsglobal.org/spec/ob/v3p0#baked-badge. Baking cuts and pastes bytes at the places that
`svg_survey` found, so that what it does not touch stays as it was. Whether the art itself is
harmless to show (scripts, links) is not decided here: `badge_classes` vets our own, and a foreign
picture is never shown.
"""

import re
from typing import Final

from openbadges.baking.svg_survey import (
    OPEN_BADGES_2,
    OPEN_BADGES_3,
    BadgeElement,
    Survey,
    survey_svg,
)
from openbadges.errors import Code, MalformedError, UnsupportedError
from openbadges.strict import MAXIMUM_DOCUMENT_BYTES, check_text

Edit = tuple[int, int, bytes]  # replace the bytes from the first to before the second

_COMPACT_JWS: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_OURS: Final = frozenset({OPEN_BADGES_3, OPEN_BADGES_2})
_PREFIX: Final = b"xmlns:openbadges"
# These read only tags that a parser found well formed, from their first byte.
_ATTRIBUTE: Final = re.compile(rb"""\s+([^\s=/>]+)\s*=\s*("[^"]*"|'[^']*')""")
_START_TAG: Final = re.compile(
    rb"""<[^\s/>]+(?P<attributes>(?:\s+[^\s=/>]+\s*=\s*(?:"[^"]*"|'[^']*'))*+)\s*(?P<empty>/?)>"""
)


def bake(picture: bytes, credential: str) -> bytes:
    """Return the picture with `credential` (JSON text or compact JWS) as its only badge.

    The credential comes directly after the opening `<svg>` tag, a JWS in the attribute `verify`,
    JSON as CDATA. A badge that was there before is taken out, an Open Badges 2.0 one too; every
    other byte stays.

    Raises:
        MalformedError: the picture is none that `unbake` would read, or has nothing in it; or the
            credential is neither JSON nor a compact JWS, or too large (TOO_LARGE).
    """
    element = _credential_element(credential)
    survey = survey_svg(picture)
    root = _start_tag(picture, survey.root_start)
    if root["empty"]:
        raise MalformedError("the picture is an empty svg element, which shows nothing")
    edits = [(root.end(), root.end(), element), _namespace_edit(picture, root)]
    edits += [_removal(picture, badge) for badge in survey.badges if badge.namespace in _OURS]
    baked = _apply(picture, edits)
    unbake(baked)  # one that uses our prefix for something else, or is too large now, ends here
    return baked


def unbake(picture: bytes) -> str:
    """Return the text of the one credential that the picture carries, unread.

    Raises:
        MalformedError: the picture is not a sound SVG (as `survey_svg` says); it carries no
            credential (NO_CREDENTIAL), or what two readers would read differently (AMBIGUOUS).
        UnsupportedError: it carries a badge of Open Badges 2.0 (OPEN_BADGES_2).
    """
    badge = _only_badge(survey_svg(picture))
    credential = _badge_text(badge)
    if not credential:
        raise MalformedError("the credential element is empty", code=Code.NO_CREDENTIAL)
    _check_size(credential)
    return credential


def _only_badge(survey: Survey) -> BadgeElement:
    if not survey.badges:
        raise MalformedError("this SVG carries no credential", code=Code.NO_CREDENTIAL)
    badge, *others = survey.badges
    if others:
        raise _ambiguous(f"this SVG carries {len(survey.badges)} badges")
    if badge.namespace == OPEN_BADGES_2:
        raise UnsupportedError(
            "this SVG carries an Open Badges 2.0 badge, which is not verified here; expected one"
            " of Open Badges 3.0",
            code=Code.OPEN_BADGES_2,
        )
    if badge.namespace != OPEN_BADGES_3:
        raise _ambiguous("the credential element is not in the namespace of Open Badges 3.0")
    if badge.depth != 1 or badge.has_children:
        raise _ambiguous("the credential element is inside, or around, another element")
    return badge


def _badge_text(badge: BadgeElement) -> str:
    body = "".join(badge.text).strip()
    if badge.verify is not None and body:
        raise _ambiguous("the credential stands both in the attribute verify and in the body")
    return badge.verify.strip() if badge.verify is not None else body


def _ambiguous(found: str) -> MalformedError:
    return MalformedError(f"{found}, and readers would disagree", code=Code.AMBIGUOUS)


def _credential_element(credential: str) -> bytes:
    _check_size(check_text(credential, what="the credential"))
    if _COMPACT_JWS.fullmatch(credential):
        opening, body = f'<openbadges:credential verify="{credential}">', ""
    elif credential.lstrip().startswith("{"):
        # CDATA cannot hold its own end mark: it ends after "]]" and the next one begins at ">".
        inside = credential.replace("]]>", "]]]]><![CDATA[>")
        opening, body = "<openbadges:credential>", f"<![CDATA[{inside}]]>"
    else:
        raise MalformedError("a credential must be a JSON object or a compact JWS")
    return f"{opening}{body}</openbadges:credential>".encode()


def _check_size(credential: str) -> None:
    size = len(credential.encode())
    if size > MAXIMUM_DOCUMENT_BYTES:
        raise MalformedError(
            f"a credential of {size} bytes, more than {MAXIMUM_DOCUMENT_BYTES}", code=Code.TOO_LARGE
        )


def _start_tag(picture: bytes, start: int) -> re.Match[bytes]:
    match = _START_TAG.match(picture, start)
    if match is None:  # pragma: no cover -- a start tag that the parser took is one
        raise RuntimeError("a start tag that the parser read is not one")
    return match


def _namespace_edit(picture: bytes, root: re.Match[bytes]) -> Edit:
    """Bind the prefix on the root, or bind it anew where an Open Badges 2.0 badge had it."""
    namespace = f'"{OPEN_BADGES_3}"'.encode()
    first, last = root.span("attributes")
    for attribute in _ATTRIBUTE.finditer(picture, first, last):
        if attribute[1] == _PREFIX:
            return (*attribute.span(2), namespace)
    return (last, last, b" " + _PREFIX + b"=" + namespace)


def _removal(picture: bytes, badge: BadgeElement) -> Edit:
    if _start_tag(picture, badge.start)["empty"]:
        return (badge.start, badge.end, b"")
    return (badge.start, picture.index(b">", badge.end) + 1, b"")


def _apply(picture: bytes, edits: list[Edit]) -> bytes:
    """Make the edits from the last to the first, so that none moves another's place."""
    for start, end, replacement in sorted(edits, reverse=True):
        picture = picture[:start] + replacement + picture[end:]
    return picture
