"""How our documents are written into bytes, once; what is stored is never written again."""

import json
import re
from typing import Final

from openbadges.strict import Document

_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_BRACES: Final = str.maketrans({"{": "\\u007b", "}": "\\u007d"})


def write_json(document: Document) -> bytes:
    """Write a document as UTF-8 JSON in the order of its members.

    Braces inside strings are escaped: a wallet finds the end of a baked credential by counting
    braces, and an unpaired one in a text would make it read on.
    """
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _STRING.sub(lambda match: match.group().translate(_BRACES), text).encode()
