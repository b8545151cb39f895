"""The keystore's files as they lie, sealed: copied out for a backup and put back after a loss.

No passphrase is needed and nothing is opened; whoever has a copy has as much as who has the folder.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from keys.encryption import HEADER
from keys.index import INDEX, decode_unauthenticated_index
from keys.private_files import LOCK, PrivateFolder
from openbadges.errors import ConflictError, MalformedError

_FILE: Final = re.compile(r"(?:key|secret)-[A-Za-z0-9_.-]{1,120}", re.ASCII)


def read_sealed(folder: Path) -> dict[str, bytes]:
    """Return every file of a keystore by its name, of one moment.

    Raises:
        MissingError: there is no keystore.
        RefusedError: files are open to others, links, or someone else's.
    """
    place = PrivateFolder(folder)
    with place.locked():
        names = (name for name in place.names() if not name.startswith(".") and name != LOCK)
        return {name: place.read(name) for name in sorted(names)}


def write_sealed(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put a keystore's files into a folder that is new or empty, or has the same files already.

    Raises:
        MalformedError: these are not the files of a keystore.
        ConflictError: another keystore is there.
        UnavailableError: they cannot be written there.
    """
    if not {HEADER, INDEX} <= files.keys() or not all(
        name in {HEADER, INDEX} or _FILE.fullmatch(name) for name in files
    ):
        raise MalformedError("these are not the files of a keystore")
    decode_unauthenticated_index(files[INDEX])
    place = PrivateFolder(folder)
    place.make()
    with place.locked():
        for name in place.names() - {LOCK}:
            if not name.startswith(".") and place.read(name) != files.get(name):
                raise ConflictError(
                    f"another keystore is in {folder}; nothing is put in its place: move it away"
                    " first, if it is not the one that signs here"
                )
        # the header last: without it there is no keystore
        for name in sorted(files, key=lambda one: one == HEADER):
            place.write(name, files[name])
