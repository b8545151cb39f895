"""A bundle: what was presented, and every document that its verification read, in one file.

    {"version": 1,
     "made": "2026-03-01T12:00:00Z",
     "presented": "<base64url>",
     "documents": {"https://…": "<base64url>"},
     "receipt": "<compact JWS>"}

Bytes stand in it exactly as they were had, since proofs and limits are of bytes; `receipt` may be
left out. A badge class of the service's own lies beside the documents that were read. How a bundle
is believed is in `bundle_check`: the file itself vouches for nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from openbadges.errors import Code, MalformedError, UnsupportedError
from openbadges.strict import (
    Document,
    decode_base64url,
    describe,
    encode_base64url,
    format_timestamp,
    parse_json_object,
    parse_timestamp,
)
from verifier.receipt import MAXIMUM_RECEIPT_CHARACTERS
from verifier.unwrap import MAXIMUM_PRESENTED_BYTES

MEDIA_TYPE: Final = "application/vnd.insignia.bundle+json"
VERSION: Final = 1
MAXIMUM_BUNDLE_BYTES: Final = 16 * 1024 * 1024  # of the file: eight long lists and a picture (E7)
MAXIMUM_HELD_BYTES: Final = MAXIMUM_BUNDLE_BYTES * 3 // 4  # what base64url makes so long
MAXIMUM_DOCUMENTS: Final = 64  # those of one presentation, and a badge class for each credential
MAXIMUM_DOCUMENT_CHARACTERS: Final = 3 * 1024 * 1024 // 2  # base64url of the longest that is read
MAXIMUM_URL_CHARACTERS: Final = 2048
# Addresses may have commas, and nothing else has many: a list of millions is refused unparsed (E7).
MAXIMUM_COMMAS: Final = MAXIMUM_DOCUMENTS * MAXIMUM_URL_CHARACTERS

_REQUIRED: Final = frozenset({"version", "made", "presented", "documents"})
_MEMBERS: Final = _REQUIRED | {"receipt"}
_SCHEMES: Final = ("https://", "http://")  # the second is an installation on trial's own


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a bundle holds; `made` is the moment at which its documents were had, by its word."""

    presented: bytes
    documents: Mapping[str, bytes]
    made: datetime
    receipt: str | None = field(default=None, repr=False)

    def as_json(self) -> Document:
        """Return it as it is written: the documents sorted by their URL.

        Raises:
            MalformedError: it is more than is read again (TOO_LARGE), or a URL cannot stand in it.
        """
        _check_documents(self.documents)
        self._check_bytes()
        document: Document = {
            "version": VERSION,
            "made": format_timestamp(self.made),
            "presented": encode_base64url(self.presented),
            "documents": {
                url: encode_base64url(data) for url, data in sorted(self.documents.items())
            },
        }
        if self.receipt is not None:
            document["receipt"] = self.receipt
        read_bundle(json.dumps(document).encode())  # nothing is given out that is not read again
        return document

    def _check_bytes(self) -> None:
        """Refuse what would be too large, before it is in memory three times over (E7)."""
        held = sum(map(len, (self.presented, *self.documents.values())))
        if held > MAXIMUM_HELD_BYTES:
            raise MalformedError(
                f"{held} bytes to keep, more than the {MAXIMUM_HELD_BYTES} of a bundle",
                code=Code.TOO_LARGE,
            )


def read_bundle(data: bytes) -> Bundle:
    """Read a bundle; nothing in it is believed yet.

    Raises:
        MalformedError: it is no bundle, or larger than is read (TOO_LARGE).
        UnsupportedError: it is of another version.
    """
    if data.count(b",") > MAXIMUM_COMMAS:
        raise MalformedError(
            f"a bundle has at most {MAXIMUM_DOCUMENTS} documents, not a list of thousands",
            code=Code.TOO_LARGE,
        )
    document = parse_json_object(data, what="a bundle", maximum_bytes=MAXIMUM_BUNDLE_BYTES)
    _check_members(document)
    documents = document["documents"]
    if not isinstance(documents, dict):
        raise MalformedError(f"documents must be an object; found {describe(documents)}")
    _check_documents(documents)
    return Bundle(
        presented=_bytes(document["presented"], "presented", maximum=2 * MAXIMUM_PRESENTED_BYTES),
        documents={
            url: _bytes(value, f"the document of {url:.200}", maximum=MAXIMUM_DOCUMENT_CHARACTERS)
            for url, value in documents.items()
        },
        made=parse_timestamp(document["made"], what="made"),
        receipt=_receipt(document.get("receipt")),
    )


def _check_members(document: Document) -> None:
    version = document.get("version")
    if isinstance(version, bool) or not isinstance(version, int):
        raise MalformedError(f"a bundle has a version, a number; found {describe(version)}")
    if version != VERSION:
        raise UnsupportedError(
            f"this bundle is of version {version}; only {VERSION} is read", code=Code.MALFORMED
        )
    for name in sorted(_REQUIRED - document.keys()):
        raise MalformedError(f"a bundle has {', '.join(sorted(_REQUIRED))}; {name} is missing")
    for name in sorted(document.keys() - _MEMBERS):
        raise MalformedError(f"{name:.60} is no member of a bundle")


def _check_documents(documents: Mapping[str, Any]) -> None:
    if len(documents) > MAXIMUM_DOCUMENTS:
        raise MalformedError(
            f"{len(documents)} documents, more than the {MAXIMUM_DOCUMENTS} of a bundle",
            code=Code.TOO_LARGE,
        )
    for url in documents:
        if not can_stand(url):
            raise MalformedError(
                f"a bundle's documents stand under web addresses; found {url!r:.120}",
                code=Code.URL_NOT_ALLOWED,
            )


def can_stand(url: str) -> bool:
    """Tell whether a document can stand in a bundle under this address."""
    is_plain = url.isascii() and url.isprintable() and " " not in url
    return is_plain and url.startswith(_SCHEMES) and len(url) <= MAXIMUM_URL_CHARACTERS


def _bytes(value: object, what: str, *, maximum: int) -> bytes:
    if not isinstance(value, str):
        raise MalformedError(f"{what} must be base64url; found {describe(value)}")
    return decode_base64url(value, maximum_characters=maximum)


def _receipt(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > MAXIMUM_RECEIPT_CHARACTERS:
        raise MalformedError("a bundle's receipt must be a compact JWS")
    return value
