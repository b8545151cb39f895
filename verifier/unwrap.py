"""From what someone presents to the secured document in it, decided by content alone.

A file's name, its media type and what its sender says of it are never asked. Links, pages and QR
codes lead elsewhere: they are followed in `given`, before anything is unwrapped here.
"""

from dataclasses import dataclass
from typing import Final

from openbadges.baking import png, svg
from openbadges.errors import Code, MalformedError, UnsupportedError
from openbadges.jose import unverified_parts
from openbadges.models.model import values_of
from openbadges.models.presentation import (
    ENVELOPED_CREDENTIAL_TYPE,
    credential_in_data_url,
    enveloped_credential,
    is_enveloped,
)
from openbadges.strict import Document, parse_json_object
from verifier.report import Form

MAXIMUM_PRESENTED_BYTES = 4 * 1024 * 1024  # a baked picture with its credential (E7)

_BLANK: Final = b" \t\r\n"
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
# What the older badges say of themselves: their contexts, or members that no credential has.
_OLDER_CONTEXTS: Final = frozenset(
    {"https://w3id.org/openbadges/v2", "https://w3id.org/openbadges/v1"}
)
_OLDER_MEMBERS: Final = frozenset({"recipient", "badge"})


@dataclass(frozen=True, slots=True)
class Presented:
    """A secured document as it was found: JSON with a proof, or a compact JWS."""

    form: Form
    document: Document | None = None
    compact_jws: str | None = None


def unwrap(presented: bytes) -> Presented:
    """Find the one credential in JSON, a compact JWS, an envelope of one, a PNG or an SVG.

    Raises:
        MalformedError: it is none of these, holds no credential (NO_CREDENTIAL), or more than one
            (AMBIGUOUS).
        UnsupportedError: it is a badge of Open Badges 2.0 (OPEN_BADGES_2), or an envelope of
            something that is not read.

    Spec: ob-v3p0#baking; vc-data-model-2.0#enveloped-verifiable-credentials
    """
    check_size(presented)
    if presented.startswith(png.SIGNATURE):
        return _secured(png.unbake(presented), Form.PNG)
    content = stripped(presented)
    if not content:
        raise MalformedError("there is nothing in it", code=Code.NO_CREDENTIAL)
    if content.startswith(b"<"):
        return _secured(svg.unbake(presented), Form.SVG)
    return _secured(_text(content), None)


def check_size(presented: bytes) -> None:
    """Return if it is not more than is read.

    Raises:
        MalformedError: it is (TOO_LARGE).
    """
    if len(presented) > MAXIMUM_PRESENTED_BYTES:
        raise MalformedError(
            f"{len(presented)} bytes, more than the {MAXIMUM_PRESENTED_BYTES} that are read",
            code=Code.TOO_LARGE,
        )


def stripped(presented: bytes) -> bytes:
    """Return what was presented without the blanks around it."""
    return presented.removeprefix(_BYTE_ORDER_MARK).strip(_BLANK)


def _secured(text: str, form: Form | None) -> Presented:
    if text.lstrip().startswith("{"):
        document = parse_json_object(text, what="a credential")
        if is_enveloped(document, ENVELOPED_CREDENTIAL_TYPE):
            return _jws(enveloped_credential(document), form)
        _refuse_older(document)
        return Presented(form or Form.JSON, document=document)
    if text[:5].lower() == "data:":
        return _jws(credential_in_data_url(text), form)
    if text.startswith("ey"):
        return _jws(text, form)
    raise MalformedError(
        "this is neither a credential in JSON, nor a compact JWS, nor a PNG or SVG picture;"
        f" it begins with {text[:20]!r}",
        code=Code.NO_CREDENTIAL,
    )


def _jws(text: str, form: Form | None) -> Presented:
    _header, payload = unverified_parts(text)  # the header of an older one is not allowed here
    _refuse_older(payload)
    return Presented(form or Form.COMPACT_JWS, compact_jws=text)


def _refuse_older(document: Document) -> None:
    first = next(iter(values_of(document.get("@context"))), None)
    is_older = document.keys() >= _OLDER_MEMBERS and "credentialSubject" not in document
    if (isinstance(first, str) and first in _OLDER_CONTEXTS) or is_older:
        raise UnsupportedError(
            "this is an Open Badges 2.0 badge, which is not verified here; expected one of Open"
            " Badges 3.0",
            code=Code.OPEN_BADGES_2,
        )


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError(
            "this is neither text nor a PNG or SVG picture", code=Code.NO_CREDENTIAL
        ) from error
