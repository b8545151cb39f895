"""The passphrase that opens a keystore, as the service is given it.

What is done with it is in `encryption`; how often it may be tried is decided at the doors.
"""

import re
import unicodedata
from pathlib import Path
from typing import Final

from keys.hidden import Hidden
from keys.policy import MINIMUM_PASSPHRASE_CHARACTERS
from keys.private_files import read_private_file
from openbadges.errors import RefusedError

MAXIMUM_PASSPHRASE_FILE_BYTES: Final = 4096  # a file of another kind is refused, not hashed
# What decoders leave where bytes were no UTF-8: the replacement character, or half a surrogate.
_NO_TEXT: Final = re.compile(r"[\ufffd\ud800-\udfff]")


class Passphrase(Hidden):
    """A passphrase that is long enough and that no log or traceback repeats."""

    __slots__ = ("_encoded",)

    def __init__(self, text: str) -> None:
        """Take the text as people type it; NFC makes "é" one thing on every keyboard.

        Raises:
            RefusedError: it is too short, or not Unicode text.
        """
        if len(text) < MINIMUM_PASSPHRASE_CHARACTERS:
            raise RefusedError(
                f"the passphrase has {len(text)} characters;"
                f" expected at least {MINIMUM_PASSPHRASE_CHARACTERS}"
            )
        if _NO_TEXT.search(text):
            raise RefusedError("the passphrase is not UTF-8 text")
        self._encoded = unicodedata.normalize("NFC", text).encode("utf-8")

    def encoded(self) -> bytes:
        """Return the UTF-8 bytes that scrypt stretches."""
        return self._encoded


def read_passphrase(path: Path) -> Passphrase:
    """Read a passphrase from a file of mode 0600; one newline at its end is not part of it.

    Raises:
        MissingError: there is no such file.
        RefusedError: others may open the file (as for key files), or what it holds is too short
            or not UTF-8.
    """
    # "replace" marks wrong bytes, which Passphrase refuses; an exception would carry them all.
    text = read_private_file(path, maximum_bytes=MAXIMUM_PASSPHRASE_FILE_BYTES).decode(
        "utf-8", errors="replace"
    )
    try:
        return Passphrase(text.removesuffix("\n").removesuffix("\r"))
    except RefusedError as error:
        raise RefusedError(f"{path}: {error}") from error
