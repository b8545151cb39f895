"""What programs send: one JSON object, read strictly, with the members that its door knows."""

import json
from collections.abc import Collection, Mapping
from typing import Any, Final

from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from openbadges.errors import Code, MalformedError
from openbadges.models.readers import Reader
from openbadges.strict import MAXIMUM_DOCUMENT_BYTES, Document, parse_json_object

JSON: Final = "application/json"
JSON_LD: Final = "application/ld+json"


def json_body(
    media_types: Collection[str] = (JSON,), *, maximum_bytes: int = MAXIMUM_DOCUMENT_BYTES
) -> Document:
    """Return the object that a request sends.

    A form of a web page can send neither media type without asking first (I4).

    Raises:
        UnsupportedMediaType: it is sent as something else.
        MalformedError: it is no JSON object, or one that readers disagree about.
    """
    if request.mimetype not in media_types:
        raise UnsupportedMediaType(f"the body must be sent as {' or '.join(sorted(media_types))}")
    return parse_json_object(request.get_data(), what="the body", maximum_bytes=maximum_bytes)


def written(document: Any) -> bytes:  # noqa: ANN401 -- any JSON value
    """Write a document that stood in a body, to be verified by itself.

    A key that stands twice was refused when the body was read, and neither blanks nor the order of
    members nor the spelling of a number is signed; so this says what was sent.
    """
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def read_members(
    document: Document,
    readers: Mapping[str, Reader],
    *,
    required: Collection[str] = (),
    path: str = "",
) -> dict[str, Any]:
    """Read the members of an object, those that are there.

    Raises:
        MalformedError: a member is unknown (I12), missing, or not what its reader reads.
    """
    prefix = f"{path}." if path else ""
    for name in sorted(document.keys() - readers.keys()):
        raise MalformedError(
            f"{prefix}{name:.60} is no member that is read here; expected {', '.join(readers)}",
            code=Code.DATA_MODEL,
        )
    for name in sorted(set(required) - document.keys()):
        raise MalformedError(f"{prefix}{name} is missing", code=Code.DATA_MODEL)
    return {name: readers[name](value, f"{prefix}{name}") for name, value in document.items()}
