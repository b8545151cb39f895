"""From the JSON that was presented to the graph that is signed, and back to JSON for reading.

https://www.w3.org/TR/json-ld11-api/. Whether presented JSON and verified document say the same is
asked in `strict_profile`, and of badges only.
"""

from typing import Any

from openbadges.jsonld import processor
from openbadges.jsonld.bounds import check_bounds, check_expanded_bounds
from openbadges.jsonld.contexts import BUNDLED, ContextLoader
from openbadges.jsonld.data_loss import check_nothing_lost
from openbadges.strict import Document


def expand(document: Document, *, contexts: ContextLoader = BUNDLED) -> list[Any]:
    """Return the expanded document, if it says all that the document says.

    The document is taken as it is: without its `proof`, if that is what a proof covers.

    Raises:
        UnsupportedError: it names a context that is not carried (CONTEXT_UNKNOWN).
        MalformedError: it is too large, is not JSON-LD, or would lose something (see `data_loss`).
        CanonicalizationLimitError: its graph is larger than honest badges make.

    Spec: json-ld11-api#expansion-algorithm
    """
    check_bounds(document)
    dropped: list[str | None] = []
    expanded = processor.expand(document, contexts=contexts, on_dropped=dropped.append)
    check_expanded_bounds(expanded)
    check_nothing_lost(document, expanded, dropped=dropped)
    return expanded


def compact_by_own_context(
    expanded: list[Any], document: Document, *, contexts: ContextLoader = BUNDLED
) -> Document:
    """Return the verified document: what was signed, in the words of the document's own contexts.

    Inline contexts are left out, so that a document cannot choose how it is read: what they name
    appears under its IRI. The result can be relied on only once a proof over it was verified.

    Raises:
        UnsupportedError: the document names a context that is not carried (CONTEXT_UNKNOWN).
        MalformedError: an IRI would read as a term with a prefix.

    Spec: json-ld11-api#compaction-algorithms
    """
    own = document.get("@context", [])
    urls = [url for url in (own if isinstance(own, list) else [own]) if isinstance(url, str)]
    return processor.compact(expanded, urls, contexts=contexts)
