"""What stands where in an SVG picture, found by one guarded reading.

https://www.w3.org/TR/SVG2/, parsed by defusedxml: no document type, no entity, no processing
instruction, no inclusion, and limits that stop the parser in the middle. What follows from it for
a credential is decided in `svg`.
"""

from dataclasses import dataclass, field
from typing import Any, Final, NoReturn
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesNSImpl

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from openbadges.errors import Code, MalformedError

SVG: Final = "http://www.w3.org/2000/svg"
OPEN_BADGES_3: Final = "https://purl.imsglobal.org/ob/v3p0"
OPEN_BADGES_2: Final = "http://openbadges.org"
XINCLUDE: Final = "http://www.w3.org/2001/XInclude"

MAXIMUM_PICTURE_BYTES = 4 * 1024 * 1024  # what the art of a badge may weigh (E7)
MAXIMUM_DEPTH = 256  # elements inside elements (G9)
MAXIMUM_ELEMENTS = 20_000  # the callbacks of more would take seconds (G9)

_GZIP_MAGIC: Final = b"\x1f\x8b"


@dataclass(slots=True)
class BadgeElement:
    """An element that some reader would take for a badge, with the bytes where it stands.

    `end` is where its end tag begins; for an empty-element tag, the first byte after it.
    """

    namespace: str | None
    start: int
    depth: int  # 1 is a child of the root
    verify: str | None
    end: int = 0
    text: list[str] = field(default_factory=list)
    has_children: bool = False


@dataclass(frozen=True, slots=True)
class Survey:
    """Where the root element begins, and the badges in document order."""

    root_start: int
    badges: list[BadgeElement]


def survey_svg(picture: bytes) -> Survey:
    """Read a whole picture and return where its root and its badges stand.

    Raises:
        MalformedError: it is not an SVG document in UTF-8, brings a document type (DTD_FORBIDDEN),
            a processing instruction or an inclusion, or is over a limit (TOO_LARGE, TOO_DEEP).
    """
    _check_bytes(picture)
    surveyor = _Surveyor()
    try:
        surveyor.parser.feed(picture)
        surveyor.parser.close()
    except DefusedXmlException as error:
        raise MalformedError(
            "the picture has a document type or entities, which are never read",
            code=Code.DTD_FORBIDDEN,
        ) from error
    except SAXParseException as error:
        raise MalformedError(
            f"this is not well-formed XML: {error.getMessage()} in line {error.getLineNumber()}"
        ) from error
    return Survey(surveyor.root_start, surveyor.badges)


def _check_bytes(picture: bytes) -> None:
    if len(picture) > MAXIMUM_PICTURE_BYTES:
        raise MalformedError(
            f"a picture of {len(picture)} bytes, more than {MAXIMUM_PICTURE_BYTES}",
            code=Code.TOO_LARGE,
        )
    if picture.startswith(_GZIP_MAGIC):
        raise MalformedError("a compressed SVG (SVGZ) is not read; give the SVG itself")
    try:
        picture.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError(f"an SVG must be UTF-8 text (byte {error.start} is not)") from error


class _PositionedParser(DefusedExpatParser):
    """The guarded parser, which also tells at which byte it is."""

    _parser: Any

    def __init__(self) -> None:
        super().__init__(namespaceHandling=True, forbid_dtd=True)

    @property
    def position(self) -> int:
        return int(self._parser.CurrentByteIndex)

    def reset(self) -> None:
        super().reset()
        self._parser.XmlDeclHandler = _check_declaration


def _check_declaration(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding is not None and encoding.upper() != "UTF-8":
        raise MalformedError(f"an SVG must be UTF-8 text; it says it is {encoding:.40}")


class _Surveyor(ContentHandler):
    """Counts and notes while the parser goes through the document."""

    def __init__(self) -> None:
        super().__init__()
        self.parser = _PositionedParser()
        self.parser.setContentHandler(self)
        self.root_start = 0
        self.badges: list[BadgeElement] = []
        self._open_badge: BadgeElement | None = None
        self._depth = 0
        self._elements = 0

    def startElementNS(  # noqa: N802 -- SAX's name
        self, name: tuple[str | None, str], qname: str | None, attrs: AttributesNSImpl
    ) -> None:
        del qname  # expat's driver gives none
        self._check_limits()
        if self._depth == 0:
            self._note_root(name)
        elif self._open_badge is not None:
            self._open_badge.has_children = True
        elif _looks_like_badge(name):
            self._note_badge(name, attrs)
        if name[0] == XINCLUDE:
            raise MalformedError("the picture includes another document, which is never fetched")
        self._depth += 1
        self._elements += 1

    def endElementNS(  # noqa: N802 -- SAX's name
        self, name: tuple[str | None, str], qname: str | None
    ) -> None:
        del name, qname
        self._depth -= 1
        if self._open_badge is not None and self._open_badge.depth == self._depth:
            self._open_badge.end = self.parser.position
            self._open_badge = None

    def characters(self, content: str) -> None:
        if self._open_badge is not None:
            self._open_badge.text.append(content)

    def processingInstruction(  # noqa: N802 -- SAX's name
        self, target: str, data: str
    ) -> NoReturn:
        del data
        raise MalformedError(
            f"the picture has a processing instruction ({target:.40}), which could name a style"
            " sheet elsewhere"
        )

    def _check_limits(self) -> None:
        if self._depth >= MAXIMUM_DEPTH:
            raise MalformedError(
                f"elements nested deeper than {MAXIMUM_DEPTH} levels", code=Code.TOO_DEEP
            )
        if self._elements >= MAXIMUM_ELEMENTS:
            raise MalformedError(f"more than {MAXIMUM_ELEMENTS} elements", code=Code.TOO_LARGE)

    def _note_root(self, name: tuple[str | None, str]) -> None:
        if name != (SVG, "svg"):
            raise MalformedError(f"the root element is {name[1]:.40}, not an svg element of SVG")
        self.root_start = self.parser.position

    def _note_badge(self, name: tuple[str | None, str], attrs: AttributesNSImpl) -> None:
        self._open_badge = BadgeElement(
            namespace=name[0],
            start=self.parser.position,
            depth=self._depth,
            verify=attrs.get((None, "verify")),
        )
        self.badges.append(self._open_badge)


def _looks_like_badge(name: tuple[str | None, str]) -> bool:
    """Say if a reader, be it one that looks at names without namespaces, would take this one."""
    namespace, local_name = name
    return namespace in {OPEN_BADGES_3, OPEN_BADGES_2} or local_name == "credential"
