"""The JSON-LD contexts that an installation carries: what words mean, pinned by SHA-256.

https://www.w3.org/TR/json-ld11/#the-context. They are served for their exact URLs, and for any
other URL no socket is opened: there is no code here that could open one. `contexts/manifest.json`
says where each file comes from. How PyLD is given them is in `processor`.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

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

    def load(self, url: str) -> Document:
        """Return the document at this exact URL: an object with `@context`.

        Raises:
            UnsupportedError: it is not carried (CONTEXT_UNKNOWN).
        """
        return parse_json_object(self._bytes(url), what=f"the context {url}")

    def check_carried(self, url: str) -> None:
        """Return if the document at this exact URL is carried.

        Raises:
            UnsupportedError: it is not (CONTEXT_UNKNOWN).
        """
        if url not in self._entries:
            raise UnsupportedError(
                f"the context {url:.200} is not one that we carry, and none is ever fetched",
                code=Code.CONTEXT_UNKNOWN,
            )

    def _bytes(self, url: str) -> bytes:
        self.check_carried(url)
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


@lru_cache(maxsize=64)
def term_iris(contexts: tuple[str, ...]) -> Mapping[str, frozenset[str]]:
    """Map each term to every IRI that these contexts give it, in any of their scopes."""
    iris: dict[str, set[str]] = defaultdict(set)
    for url in contexts:
        _collect(BUNDLED.load(url)["@context"], iris, outer={})
    return {term: frozenset(found) for term, found in iris.items()}


def _collect(context: object, iris: dict[str, set[str]], *, outer: Mapping[str, Any]) -> None:
    for part in context if isinstance(context, list | tuple) else [context]:
        if not isinstance(part, Mapping):
            continue
        scope = {**outer, **part}
        for term, definition in part.items():
            if term.startswith("@"):
                continue
            target = definition.get("@id", term) if isinstance(definition, Mapping) else definition
            if isinstance(target, str):
                iris[term].add(_absolute(target, scope))
            if isinstance(definition, Mapping) and "@context" in definition:
                _collect(definition["@context"], iris, outer=scope)


def _absolute(target: str, context: Mapping[str, Any]) -> str:
    """Resolve a term's definition through the prefixes and terms beside it."""
    for _hop in range(4):
        prefix, colon, suffix = target.partition(":")
        definition = context.get(prefix if colon else target)
        base = definition.get("@id") if isinstance(definition, Mapping) else definition
        if not isinstance(base, str) or suffix.startswith("//") or base == target:
            return target
        target = base + suffix if colon else base
    return target
