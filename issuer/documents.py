"""How our documents are written into bytes, once; what was stored is given out as it was stored."""

import hashlib
import json
import re
from typing import Final

from openbadges.errors import Code, UnavailableError
from openbadges.strict import Document

_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_BRACES: Final = str.maketrans({"{": "\\u007b", "}": "\\u007d"})


def stored(body: bytes, sha256: str | None, *, what: str) -> bytes:
    """Return bytes that were stored, if they are those that were stored (R16).

    Raises:
        UnavailableError: a database or its disk gave back others.
    """
    if hashlib.sha256(body).hexdigest() != sha256:
        raise UnavailableError(
            f"the stored bytes of {what} are damaged: restore a backup with `insignia restore`",
            code=Code.DATABASE,
        )
    return body


def write_json(document: Document) -> bytes:
    """Write a document as UTF-8 JSON in the order of its members.

    Braces inside strings are escaped: a wallet finds the end of a baked credential by counting
    braces, and an unpaired one in a text would make it read on.
    """
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _STRING.sub(lambda match: match.group().translate(_BRACES), text).encode()
