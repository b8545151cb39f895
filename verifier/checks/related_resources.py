"""Does a related resource that we carry have the digest that the credential states for it?

A resource whose bytes a specification fixes is at hand without a network: it is compared. Any
other is never fetched, so whoever relies on it compares it.

Spec: vc-data-model-2.0#integrity-of-related-resources
"""

import base64
import hashlib
from collections.abc import Iterable
from functools import cache
from typing import Final

from openbadges.errors import Code, MalformedError
from openbadges.jsonld.contexts import BUNDLED_FOLDER
from openbadges.models.model import values_of
from openbadges.strict import Document, encode_base58btc, encode_base64url

# Their specifications state the SHA-256 of each; what others serve at a context's address may
# differ by a blank, so of those we do not know the bytes.
_FIXED: Final = {
    "https://www.w3.org/ns/credentials/v2": "credentials-v2.json",
    "https://w3id.org/security/data-integrity/v2": "data-integrity-v2.json",
    "https://w3id.org/security/multikey/v1": "multikey-v1.json",
}
# Each hash function with the two bytes that a multihash of it begins with.
_MULTIHASH: Final = {"sha256": b"\x12\x20", "sha384": b"\x20\x30", "sha512": b"\x13\x40"}


def check_related_resources(document: Document) -> None:
    """Return if no digest of a resource at hand differs; `document` follows the data model.

    Raises:
        MalformedError: one differs (DATA_MODEL).
    """
    for resource in values_of(document.get("relatedResource")):
        name = _FIXED.get(resource["id"])
        if name is None:
            continue
        for member, stated in _stated(resource):
            if not isinstance(stated, str) or stated not in _spellings(name)[member]:
                raise MalformedError(
                    f"relatedResource: the {member} {stated!r:.100} is not that of"
                    f" {resource['id']}",
                    code=Code.DATA_MODEL,
                )


def _stated(resource: Document) -> Iterable[tuple[str, object]]:
    """Give every digest that is stated; one text of `digestSRI` may hold several."""
    for stated in values_of(resource.get("digestSRI")):
        texts = stated.split() if isinstance(stated, str) else []
        # (what follows a question mark is an option, and says nothing of the bytes)
        yield from (("digestSRI", text.partition("?")[0]) for text in texts)
        if not texts:
            yield "digestSRI", stated
    for stated in values_of(resource.get("digestMultibase")):
        yield "digestMultibase", stated


@cache
def _spellings(name: str) -> dict[str, frozenset[str]]:
    """Give every way to write a digest of a carried file, by the member in which it may stand.

    A multibase value is a multihash; W3C's own tests write the bare hash, which says as much.
    """
    data = BUNDLED_FOLDER.joinpath(name).read_bytes()
    hashes = {function: hashlib.new(function, data).digest() for function in _MULTIHASH}
    written = [
        each for function, found in hashes.items() for each in (found, _MULTIHASH[function] + found)
    ]
    return {
        "digestSRI": frozenset(
            f"{function}-{base64.b64encode(found).decode()}" for function, found in hashes.items()
        ),
        "digestMultibase": frozenset(
            text for each in written for text in (_base64url(each), _base58btc(each))
        ),
    }


def _base64url(data: bytes) -> str:
    return f"u{encode_base64url(data)}"


def _base58btc(data: bytes) -> str:
    return f"z{encode_base58btc(data)}"
