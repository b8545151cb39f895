"""The reference: the bytes that an RDF-based proof signs for a document.

Expansion (https://www.w3.org/TR/json-ld11-api/), RDF, and RDFC-1.0
(https://www.w3.org/TR/rdf-canon/). Hashing and signing them is in `data_integrity`.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from openbadges.jsonld import processor
from openbadges.jsonld.contexts import BUNDLED, ContextLoader
from openbadges.jsonld.expansion import expand
from openbadges.jsonld.nquads import BLANK_NODE_PREFIX, Quad, iri, literal
from openbadges.jsonld.rdfc10 import (
    Digest,
    canonical_identifiers,
    canonicalize_dataset,
    labelled_lines,
)
from openbadges.strict import Document


def canonicalize(
    document: Document, *, contexts: ContextLoader = BUNDLED, digest: Digest = hashlib.sha256
) -> bytes:
    """Return the canonical N-Quads of a document, as UTF-8.

    `digest` tells blank nodes apart: SHA-256, or SHA-384 where a P-384 key signs.

    Raises:
        UnsupportedError: the document names a context that is not carried (CONTEXT_UNKNOWN).
        MalformedError: it is too large, is not JSON-LD, or would lose something.
        CanonicalizationLimitError: its graph costs more than honest badges do.

    Spec: vc-di-eddsa#transformation-eddsa-rdfc-2022
    """
    return canonicalize_expanded(expand(document, contexts=contexts), digest=digest)


def canonicalize_expanded(expanded: list[Any], *, digest: Digest = hashlib.sha256) -> bytes:
    """Return the canonical N-Quads of what `expand` returned.

    Raises:
        CanonicalizationLimitError: telling its unnamed nodes apart costs too much.
    """
    return canonicalize_dataset(_quads(expanded), digest=digest)


def canonical_lines(
    document: Document,
    relabel: Callable[[Collection[str]], Mapping[str, str]],
    *,
    contexts: ContextLoader = BUNDLED,
) -> list[str]:
    """Return the canonical lines of a document, its unnamed nodes called as `relabel` says.

    `relabel` is given the canonical labels (such as `c14n0`) and returns another for each, all
    without their `_:`. The lines are sorted after that, and each ends in its newline.

    Raises:
        ExplainedError: as `canonicalize`, or what `relabel` raises.

    Spec: vc-di-ecdsa#labelreplacementcanonicalizejsonld
    """
    quads = list(dict.fromkeys(_quads(expand(document, contexts=contexts))))
    issued = {
        node: label.removeprefix(BLANK_NODE_PREFIX)
        for node, label in canonical_identifiers(quads).items()
    }
    labels = relabel(issued.values())
    named = {node: BLANK_NODE_PREFIX + labels[label] for node, label in issued.items()}
    return labelled_lines(quads, named)


def _quads(expanded: list[Any]) -> Iterator[Quad]:
    for graph, statements in processor.to_rdf(expanded).items():
        yield from (_quad(statement, graph) for statement in statements)


def _quad(statement: dict[str, Any], graph: str) -> Quad:
    return Quad(
        _term(statement["subject"]),
        _term(statement["predicate"]),
        _term(statement["object"]),
        "" if graph == "@default" else _term(_named(graph)),
    )


def _named(graph: str) -> dict[str, str]:
    return {"type": "blank node" if graph.startswith("_:") else "IRI", "value": graph}


def _term(term: dict[str, str]) -> str:
    if term["type"] == "blank node":
        return term["value"]
    if term["type"] == "IRI":
        return iri(term["value"])
    return literal(term["value"], datatype=term["datatype"], language=term.get("language", ""))
