"""Where other implementations would sign other bytes for the same document.

Nothing here decides: the issuer refuses to sign such a document, and the verifier names the cause
beside a proof that fails.
"""

from collections.abc import Iterator
from typing import Any, Final

from openbadges.strict import MAXIMUM_SAFE_INTEGER, Document

# JavaScript writes numbers outside these with an exponent, and then as another literal.
SMALLEST_DECIMAL: Final = 1e-6
DECIMAL_LIMIT: Final = 1e21


def differences(document: Document, canonical: bytes) -> list[str]:
    """Say, a sentence each, what JavaScript implementations may canonicalize differently.

    `canonical` is what `canonicalize` made of the document. The list is empty for honest badges.
    """
    sentences = [
        f"the number {number!r} is neither a safe integer nor a decimal between 1e-6 and 1e21,"
        " and JavaScript writes it in another way"
        for number in _numbers(document)
        if not _is_portable(number)
    ]
    lines = canonical.decode("utf-8").split("\n")[:-1]
    if sorted(lines, key=_utf16_units) != lines:
        sentences.append(
            "rare characters (such as emoji beside full-width signs) put its statements in another"
            " order where they are sorted by UTF-16 units, as some JavaScript does"
        )
    return sentences


def _utf16_units(text: str) -> bytes:
    return text.encode("utf-16-be")


def _is_portable(number: float) -> bool:
    if isinstance(number, int):
        return abs(number) <= MAXIMUM_SAFE_INTEGER
    return number == 0 or SMALLEST_DECIMAL <= abs(number) < DECIMAL_LIMIT


def _numbers(value: Any) -> Iterator[float]:  # noqa: ANN401 -- JSON is any JSON value
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(member for key, member in value.items() if key != "@context")
        elif isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield value
