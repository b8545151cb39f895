"""The one door to PyLD: expansion, compaction and RDF, with our contexts and our errors.

https://www.w3.org/TR/json-ld11-api/. No base address is ever invented and nothing is ever fetched.
What is refused around these algorithms is in `bounds` (before) and `data_loss` (after).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final

from pyld import jsonld

from openbadges.errors import Code, ExplainedError, MalformedError
from openbadges.jsonld.context_resolver import ContextResolver
from openbadges.jsonld.contexts import BUNDLED, ContextLoader
from openbadges.strict import Document

_CODES: Final[Mapping[str, Code]] = {
    "colliding keywords": Code.AMBIGUOUS,
    "invalid context nullification": Code.CONTEXT_NOT_ALLOWED,
    "invalid typed value": Code.UNDEFINED_TYPE,
    "keyword redefinition": Code.CONTEXT_NOT_ALLOWED,
    "protected term redefinition": Code.CONTEXT_NOT_ALLOWED,
}
# What PyLD raises where it does not foresee a value: a null @vocab, a number for a term's @id.
_UNFORESEEN: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
# PyLD keeps inverse contexts in a cache that threads must not change at the same time.
_COMPACTING: Final = Lock()


def expand(
    document: Document, *, contexts: ContextLoader, on_dropped: Callable[[str | None], None]
) -> list[Any]:
    """Expand a document; `on_dropped` is told each key that no context defines.

    Spec: json-ld11-api#expansion-algorithm
    """
    with _explained():
        expanded: list[Any] = jsonld.JsonLdProcessor(on_property_dropped=on_dropped).expand(
            document, _options(contexts)
        )
        return expanded


def compact(expanded: list[Any], urls: Sequence[str], *, contexts: ContextLoader) -> Document:
    """Compact an expanded document by carried contexts.

    Spec: json-ld11-api#compaction-algorithms
    """
    options = {**_options(contexts), "skipExpansion": True, "compactArrays": True}
    with _explained(), _COMPACTING:
        compacted: Document = jsonld.JsonLdProcessor().compact(expanded, list(urls), options)
        return compacted


def to_rdf(expanded: list[Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the RDF dataset of an expanded document, as PyLD has it: graph name to statements.

    A text's direction becomes part of its datatype; without that it would not be signed.

    Spec: json-ld11-api#serialize-rdf-as-json-ld-algorithm
    """
    options = {**_options(BUNDLED), "rdfDirection": "i18n-datatype"}
    with _explained():
        dataset: dict[str, list[dict[str, Any]]] = jsonld.JsonLdProcessor().to_rdf(
            expanded, options
        )
        return dataset


def _options(contexts: ContextLoader) -> dict[str, Any]:
    return {
        "base": None,
        "contextResolver": ContextResolver(contexts),
        "documentLoader": _never_load,
    }


def _never_load(url: str, _options: object) -> None:  # pragma: no cover -- our resolver never asks
    raise RuntimeError(f"PyLD asked for {url}, past our resolver")


@contextmanager
def _explained() -> Iterator[None]:
    """Turn PyLD's errors into ours, and let ours through where PyLD has wrapped them."""
    try:
        yield
    except jsonld.JsonLdError as error:
        raise _our_error(error) from None
    except _UNFORESEEN as error:
        raise MalformedError(
            f"this is not JSON-LD that can be processed ({error!r:.80})"
        ) from error


def _our_error(error: BaseException) -> ExplainedError:
    innermost = error
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ExplainedError):
            return cause
        if isinstance(cause, jsonld.JsonLdError):
            innermost = cause
        cause = cause.__cause__
    message = str(innermost.args[0]).strip()
    return MalformedError(
        f"this is not JSON-LD that can be processed: {message}",
        code=_CODES.get(getattr(innermost, "code", ""), Code.MALFORMED),
    )
