"""The JSON-LD contexts that an installation carries: what words mean, pinned by SHA-256.

https://www.w3.org/TR/json-ld11/#the-context. They are served for their exact URLs, and for any
other URL no socket is opened: there is no code here that could open one. `contexts/manifest.json`
says where each file comes from. How PyLD is given them is in `processor`.
"""

import hashlib
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from openbadges.errors import Code, UnsupportedError
from openbadges.strict import Document, parse_json_object

_MANIFEST: Final = "manifest.json"


class ContextLoader:
    """The contexts of one or more folders, each of which has a `manifest.json` as ours has.

    What is returned is the caller's own copy: changing it changes nothing here (A13).
    """

    def __init__(self, *folders: Traversable) -> None:
        self._folders = folders
        self._checked: dict[str, bytes] = {}

    @property
    def urls(self) -> frozenset[str]:
        """The exact URLs that are carried."""
        return frozenset(self._entries)

    @cached_property
    def generic_only(self) -> frozenset[str]:
        """Those that give every undefined word a meaning: not for badges."""
        return frozenset(
            url for url, (_, entry) in self._entries.items() if entry.get("genericOnly")
        )

    def load(self, url: str) -> Document:
        """Return the document at this exact URL: an object with `@context`.

        Raises:
            UnsupportedError: it is not carried (CONTEXT_UNKNOWN).
        """
        return parse_json_object(self._bytes(url), what=f"the context {url}")

    def _bytes(self, url: str) -> bytes:
        if url not in self._entries:
            raise UnsupportedError(
                f"the context {url:.200} is not one that we carry, and none is ever fetched",
                code=Code.CONTEXT_UNKNOWN,
            )
        if url not in self._checked:
            folder, entry = self._entries[url]
            data = folder.joinpath(entry["file"]).read_bytes()
            if (found := hashlib.sha256(data).hexdigest()) != entry["sha256"]:
                raise RuntimeError(f"the file of {url} was changed: its SHA-256 is {found}")
            self._checked[url] = data
        return self._checked[url]

    @cached_property
    def _entries(self) -> dict[str, tuple[Traversable, Document]]:
        entries: dict[str, tuple[Traversable, Document]] = {}
        for folder in self._folders:
            data = folder.joinpath(_MANIFEST).read_bytes()
            manifest = parse_json_object(data, what="the manifest of contexts")
            entries |= {entry["url"]: (folder, entry) for entry in manifest["contexts"]}
        return entries


BUNDLED_FOLDER: Final[Traversable] = files("openbadges.jsonld").joinpath("contexts")
BUNDLED: Final = ContextLoader(BUNDLED_FOLDER)
