"""What PyLD asks for contexts: ours by their exact URL, the document's own after a look at them.

https://www.w3.org/TR/json-ld11-api/#context-processing-algorithm. This stands in the place of
PyLD's own resolver, which shares one cache between all documents, keyed by text: with it, what one
document brought could change what the next one means (A13). Here only what was made of carried
contexts outlives a document. What a badge may name at all is decided in `strict_profile`.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from openbadges.errors import Code, MalformedError
from openbadges.jsonld.contexts import ContextLoader
from openbadges.strict import describe

# Terms may be defined by one another in a chain, and PyLD takes two Python frames for each link.
MAXIMUM_INLINE_TERMS: Final = 200  # members of one inline context
# Each use of a term writes out its IRI, which may be put together from many terms.
MAXIMUM_INLINE_CHARACTERS: Final = 10_000  # of keys and texts in all inline contexts of a document
# A context that a type brings is processed again for each node of that type (A36).
MAXIMUM_TERMS_PROCESSED: Final = 5_000  # members of inline contexts, for one document
MAXIMUM_REMEMBERED: Final = 32  # results of one carried context on top of others

_KEYWORD_LIKE: Final = re.compile(r"@[A-Za-z]+")
_RENAMED: Final = frozenset({"@id", "@type"})
_CONTEXT_KEYWORDS: Final = frozenset(
    {
        "@base",
        "@direction",
        "@language",
        "@propagate",
        "@protected",
        "@type",
        "@version",
        "@vocab",
    }
)
# The other containers take text from keys that no proof covers, or that no reader looks for.
_CONTAINERS: Final = frozenset({"@graph", "@language", "@list", "@set"})


class ResolvedContext:
    """One context in the form that PyLD asks for, with what it became on top of other contexts."""

    def __init__(self, document: object) -> None:
        self.document = document
        self._processed: dict[str, Any] = {}

    def get_processed(self, active_ctx: Mapping[str, Any]) -> Any:  # noqa: ANN401 -- PyLD's own
        """Return the active context that this one made of `active_ctx`, if it is remembered."""
        return self._processed.get(self._name(active_ctx))

    def set_processed(self, active_ctx: Mapping[str, Any], processed_ctx: object) -> None:
        """Remember it."""
        if len(self._processed) >= MAXIMUM_REMEMBERED:
            self._processed.clear()
        self._processed[self._name(active_ctx)] = processed_ctx

    def _name(self, active_ctx: Mapping[str, Any]) -> str:
        return str(active_ctx["_uuid"])


class CarriedContext(ResolvedContext):
    """A context of ours, which documents share.

    For each node PyLD lays a type's context on a fresh clone of the active one; here such clones
    go by the name of what they were cloned from, and so are not worked out again. That holds as
    long as no carried context has `@propagate`, which a test makes sure of.
    """

    def _name(self, active_ctx: Mapping[str, Any]) -> str:
        original = active_ctx.get("previousContext", {})
        # What is finished is frozen. What is a plain dict is a clone, or half built: then the terms
        # differ. An empty array of contexts leaves a context without a name.
        if (
            type(active_ctx) is dict
            and "_uuid" in original
            and active_ctx["mappings"] == original["mappings"]
        ):
            return f"a type on {original['_uuid']}"
        return super()._name(active_ctx)


class ContextResolver:
    """Resolves the contexts of one document."""

    def __init__(self, loader: ContextLoader) -> None:
        self._carried = _carried(loader)
        self._inline: dict[int, ResolvedContext] = {}
        self._terms = 0
        self._characters = 0

    def resolve(
        self, _active_ctx: object, context: object, _base: object, _cycles: object = None
    ) -> list[ResolvedContext]:
        """Return the contexts that an `@context` value stands for, in their order.

        Raises:
            UnsupportedError: a URL that is not carried (CONTEXT_UNKNOWN).
            MalformedError: an inline context that could hide something, or is too large.
        """
        parts = context if isinstance(context, list) else [context]
        return [resolved for part in parts for resolved in self._resolve_one(part)]

    def _resolve_one(self, context: object) -> tuple[ResolvedContext, ...]:
        if isinstance(context, str):
            return self._carried.at(context)
        if context is None or context is False:
            return (ResolvedContext(False),)  # noqa: FBT003 -- PyLD's word for "no context"
        if not isinstance(context, dict):
            raise MalformedError(
                f"a context is a URL or an object; found {describe(context)}",
                code=Code.CONTEXT_NOT_ALLOWED,
            )
        return (self._carried.scoped.get(id(context)) or self._resolve_inline(context),)

    def _resolve_inline(self, context: dict[str, Any]) -> ResolvedContext:
        self._terms += len(context)
        if id(context) not in self._inline:
            check_inline_context(context)
            self._characters += sum(map(len, _texts(context)))
            self._inline[id(context)] = ResolvedContext(context)
        if (
            len(context) > MAXIMUM_INLINE_TERMS
            or self._terms > MAXIMUM_TERMS_PROCESSED
            or self._characters > MAXIMUM_INLINE_CHARACTERS
        ):
            raise MalformedError(
                "the contexts that the document brings are too large", code=Code.TOO_LARGE
            )
        return self._inline[id(context)]


def check_inline_context(context: Mapping[str, Any]) -> None:
    """Refuse what an inline context could use to keep text out of the proof.

    Raises:
        MalformedError: another keyword than the harmless ones (KEYWORD), or a container whose
            keys carry text (CONTEXT_NOT_ALLOWED).
    """
    for term, definition in context.items():
        if term.startswith("@") and term not in _CONTEXT_KEYWORDS:
            raise MalformedError(f"an inline context may not use {term!r:.60}", code=Code.KEYWORD)
        members = definition if isinstance(definition, dict) else {"@id": definition}
        for target in (members.get("@id"), members.get("@reverse")):
            if (
                isinstance(target, str)
                and _KEYWORD_LIKE.fullmatch(target)
                and target not in _RENAMED
            ):
                raise MalformedError(
                    f"an inline context may rename @id and @type, not {target:.60}",
                    code=Code.KEYWORD,
                )
        container = members.get("@container")
        for name in container if isinstance(container, list) else [container]:
            if name is not None and name not in _CONTAINERS:
                raise MalformedError(
                    f"an inline context may not ask for the container {name!r:.60}",
                    code=Code.CONTEXT_NOT_ALLOWED,
                )


def _texts(context: Mapping[str, Any]) -> Iterator[str]:
    """Walk the texts of one inline context; a context in a definition is resolved on its own."""
    for term, definition in context.items():
        yield term
        members = definition.values() if isinstance(definition, dict) else (definition,)
        yield from (member for member in members if isinstance(member, str))


class _Carried:
    """The carried contexts as PyLD takes them, shared by all documents and changed by none."""

    def __init__(self, loader: ContextLoader) -> None:
        self._loader = loader
        self._by_url: dict[str, tuple[CarriedContext, ...]] = {}
        # A context inside a term's definition arrives as the very object that the file holds.
        self.scoped: dict[int, CarriedContext] = {}

    def at(self, url: str) -> tuple[CarriedContext, ...]:
        if url not in self._by_url:
            context = self._loader.load(url)["@context"]
            self._remember_scoped(context)
            parts = context if isinstance(context, list) else [context]
            self._by_url[url] = tuple(CarriedContext(part) for part in parts)
        return self._by_url[url]

    def _remember_scoped(self, context: object) -> None:
        for part in context if isinstance(context, list) else [context]:
            definitions = part.values() if isinstance(part, dict) else ()
            for definition in definitions:
                if isinstance(definition, dict) and isinstance(definition.get("@context"), dict):
                    scoped = definition["@context"]
                    self.scoped[id(scoped)] = CarriedContext(scoped)
                    self._remember_scoped(scoped)


@lru_cache(maxsize=8)
def _carried(loader: ContextLoader) -> _Carried:
    return _Carried(loader)
