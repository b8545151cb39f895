"""From what someone presents to the secured document in it, decided by content alone.

A file's name, its media type and what its sender says of it are never asked.
"""

from dataclasses import dataclass

from openbadges.baking import png, svg
from openbadges.errors import Code, MalformedError
from openbadges.strict import Document, parse_json_object
from verifier.report import Form

MAXIMUM_PRESENTED_BYTES = 4 * 1024 * 1024  # a baked picture with its credential (E7)

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_BLANK = b" \t\r\n"
_OPEN_BADGES_2 = "https://w3id.org/openbadges/v2"


@dataclass(frozen=True, slots=True)
class Presented:
    """A secured document as it was found: JSON with a proof, or a compact JWS."""

    form: Form
    document: Document | None = None
    compact_jws: str | None = None


def unwrap(presented: bytes) -> Presented:
    """Find the one credential in JSON, a compact JWS, a PNG or an SVG.

    Raises:
        MalformedError: it is none of these, holds no credential (NO_CREDENTIAL), or more than one
            (AMBIGUOUS).

    Spec: ob-v3p0#baking
    """
    if len(presented) > MAXIMUM_PRESENTED_BYTES:
        raise MalformedError(
            f"{len(presented)} bytes, more than the {MAXIMUM_PRESENTED_BYTES} that are read",
            code=Code.TOO_LARGE,
        )
    if presented.startswith(_PNG_SIGNATURE):
        return _secured(png.unbake(presented), Form.PNG)
    content = presented.removeprefix(b"\xef\xbb\xbf").strip(_BLANK)
    if not content:
        raise MalformedError("there is nothing in it", code=Code.NO_CREDENTIAL)
    if content.startswith(b"<"):
        return _secured(svg.unbake(presented), Form.SVG)
    return _secured(_text(content), None)


def _secured(text: str, form: Form | None) -> Presented:
    if text.lstrip().startswith("{"):
        document = parse_json_object(text, what="a credential")
        if document.get("@context") == _OPEN_BADGES_2:
            raise MalformedError(
                "this is an Open Badges 2.0 assertion; Open Badges 3.0 is what is verified here",
                code=Code.OPEN_BADGES_2,
            )
        return Presented(form or Form.JSON, document=document)
    if text.startswith("ey"):
        return Presented(form or Form.COMPACT_JWS, compact_jws=text)
    raise MalformedError(
        "this is neither a credential in JSON, nor a compact JWS, nor a PNG or SVG picture;"
        f" it begins with {text[:20]!r}",
        code=Code.NO_CREDENTIAL,
    )


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError(
            "this is neither text nor a PNG or SVG picture", code=Code.NO_CREDENTIAL
        ) from error
