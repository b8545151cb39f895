"""Checks the picture of a badge class: a still, square SVG drawing that refers to nothing.

https://www.w3.org/TR/SVG11/. An allow-list, because pictures are drawn on other people's machines
(threat G11), with neither text, since fonts differ, nor what makes a small file expensive to draw
(G12). Putting a credential into a picture is not here but in `openbadges.baking`.
"""

import re
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from badge_classes.findings import BadgeClassError, LintFinding

MAXIMUM_PICTURE_BYTES = 64 * 1024  # it travels inside every credential that is baked into it
MAXIMUM_DEPTH = 32  # groups in groups; renderers recurse (G9)

_SVG: Final = "{http://www.w3.org/2000/svg}"
_GROUPS: Final = frozenset({"svg", "g", "defs", "title", "desc"})
_SHAPES: Final = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"})
_PAINTS: Final = frozenset({"linearGradient", "radialGradient", "stop"})
_ELEMENTS: Final = _GROUPS | _SHAPES | _PAINTS
_TEXTS: Final = frozenset({"text", "tspan", "textPath"})
_HREFS: Final = frozenset({"href", "{http://www.w3.org/1999/xlink}href"})
_XML: Final = "{http://www.w3.org/XML/1998/namespace}"
_FOREIGN_ALLOWED: Final = frozenset({f"{_XML}space", f"{_XML}lang"})
_LOCAL: Final = re.compile(r"#[A-Za-z_][\w.-]*", re.ASCII)
_URL: Final = re.compile(r"url\(\s*([^)]*)\)", re.IGNORECASE)
_OUTSIDE: Final = ("url(", "src(", "image(", "image-set(", "//", "\\", "javascript:", "data:")
_NUMBER: Final = r"[+-]?(?:[0-9]{1,9}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})"
_VIEW_BOX: Final = re.compile(
    rf"\s*({_NUMBER})[\s,]+({_NUMBER})[\s,]+({_NUMBER})[\s,]+({_NUMBER})\s*", re.ASCII
)
_DECLARATION: Final = re.compile(
    r"""<\?xml\s+version=(["'])1\.0\1(\s+encoding=(["'])utf-8\3)?(\s+standalone=(["'])(yes|no)\5)?\s*\?>""",
    re.IGNORECASE,
)


def check_picture(name: str, data: bytes) -> None:
    """Return if the drawing may be shown anywhere; `name` is what the findings call it.

    Raises:
        BadgeClassError: it may not; every reason is named.
    """
    try:
        root = _parse(data)
    except ValueError as error:
        raise BadgeClassError([LintFinding(name, str(error))]) from error
    messages = dict.fromkeys([*_root_faults(root), *_faults(root)])
    if messages:
        raise BadgeClassError([LintFinding(name, message) for message in messages])


def _parse(data: bytes) -> Element:
    if len(data) > MAXIMUM_PICTURE_BYTES:
        raise ValueError(f"{len(data)} bytes, more than the {MAXIMUM_PICTURE_BYTES} allowed")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError("this is not UTF-8 text") from error
    declaration = _DECLARATION.match(text)
    if "<?" in (text[declaration.end() :] if declaration else text):
        raise ValueError("only an XML declaration of UTF-8 may begin with <?, and only at the top")
    try:
        root: Element = fromstring(text, forbid_dtd=True)
    except DefusedXmlException as error:
        raise ValueError("a DOCTYPE is not allowed in a picture; delete it") from error
    except ParseError as error:
        raise ValueError(f"this is not SVG: {error}") from error
    return root


def _root_faults(root: Element) -> Iterator[str]:
    if root.tag != f"{_SVG}svg":
        yield "this is not SVG: its first element must be svg in the SVG namespace"
    view_box = _VIEW_BOX.fullmatch(root.get("viewBox", ""))
    if view_box is None or not float(view_box[3]) == float(view_box[4]) > 0:
        yield 'a picture is square: expected a viewBox such as "0 0 256 256"'
    if root.get("width") != root.get("height"):
        yield "a picture is square: width and height must be equal, or both absent"


def _faults(root: Element) -> Iterator[str]:
    pending = [(root, 1)]
    while pending:
        element, depth = pending.pop()
        if depth > MAXIMUM_DEPTH:
            yield f"elements are nested deeper than {MAXIMUM_DEPTH} levels"
            return
        name = str(element.tag).removeprefix(_SVG)
        if name not in _ELEMENTS:
            yield _element_fault(name)
            continue
        if name == "svg" and element is not root:
            yield "an svg inside the svg is not allowed"
        for attribute, value in element.attrib.items():
            if fault := _attribute_fault(attribute, value):
                yield f"{name}: {fault}"
        pending.extend((child, depth + 1) for child in element)


def _element_fault(name: str) -> str:
    if name in _TEXTS:
        return "text is not allowed in a picture, because fonts differ; draw it as a path"
    if name.startswith("{"):
        return f"the element {name:.80} is none of SVG's; export the drawing as plain SVG"
    return f"the element {name:.40} is not allowed in a picture"


def _attribute_fault(attribute: str, value: str) -> str | None:
    if attribute in _HREFS:
        return None if _LOCAL.fullmatch(value) else "href may only point inside the picture (#id)"
    if attribute.lower().startswith("on"):
        return f"the event handler {attribute:.40} is not allowed"
    if attribute in {"style", "class"}:
        return f"{attribute} is not allowed; write fill, stroke and the like as attributes"
    if attribute.startswith("{") and attribute not in _FOREIGN_ALLOWED:
        return f"the attribute {attribute:.80} is none of SVG's; export the drawing as plain SVG"
    if _refers_outside(value):
        return f"{attribute:.40} may only refer to what is inside the picture, as url(#id)"
    return None


def _refers_outside(value: str) -> bool:
    if any(not _LOCAL.fullmatch(target.strip("\"' \t\n")) for target in _URL.findall(value)):
        return True
    # What is left after the local references must not begin another one, however it is spelled.
    rest = _URL.sub("", value).lower()
    return any(sign in rest for sign in _OUTSIDE)
