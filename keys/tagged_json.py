"""JSON files of our own that end the doubt about a changed byte: each carries a tag of its rest.

The tag is made by the caller: a checksum shows damage, a keyed one shows tampering too. Documents
from outside are not read here but in `openbadges.strict`.
"""

import json
from collections.abc import Callable
from typing import Final

from openbadges.errors import Code, OpenBadgesError, RefusedError
from openbadges.strict import Document, parse_json_object

TAG: Final = "tag"


def write_tagged(document: Document, *, make_tag: Callable[[bytes], str]) -> bytes:
    """Write a document in its one spelling, with the tag of its bytes as one more member."""
    return _spell({**document, TAG: make_tag(_spell(document))})


def read_tagged(data: bytes, *, name: str) -> tuple[Document, bytes, str]:
    """Return the document without its tag, the bytes that the tag covers, and the tag unchecked.

    Raises:
        RefusedError: the file `name` is not, byte for byte, as `write_tagged` writes.
    """
    try:
        document = parse_json_object(data, what=name)
    except OpenBadgesError as error:
        raise damaged(name) from error
    if _spell(document) != data:
        raise damaged(name)
    tag = document.pop(TAG, None)
    if not isinstance(tag, str):
        raise damaged(name)
    return document, _spell(document), tag


def damaged(name: str) -> RefusedError:
    """Return the refusal of a file that is not as it was written."""
    return RefusedError(
        f"{name} is damaged or was changed by hand; restore it from a backup",
        code=Code.CANNOT_SIGN,
    )


def _spell(document: Document) -> bytes:
    return json.dumps(document, indent=2, sort_keys=True).encode("ascii") + b"\n"
