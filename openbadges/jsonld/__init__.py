"""JSON-LD: what a document says as a graph, the bytes that a proof signs, and what is refused.

https://www.w3.org/TR/json-ld11/ and https://www.w3.org/TR/rdf-canon/. PyLD is used here and nowhere
else, through `processor`. Proofs are in `data_integrity`; what a badge may look like is in
`strict_profile`, and what other implementations would sign differently in `portability`.
"""

from openbadges.jsonld.canonicalization import (
    canonical_lines,
    canonicalize,
    canonicalize_expanded,
)
from openbadges.jsonld.contexts import BUNDLED, ContextLoader
from openbadges.jsonld.expansion import compact_by_own_context, expand

__all__ = [
    "BUNDLED",
    "ContextLoader",
    "canonical_lines",
    "canonicalize",
    "canonicalize_expanded",
    "compact_by_own_context",
    "expand",
]
