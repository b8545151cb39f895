"""RDFC-1.0 against the published tests, and against graphs that are made to take for ever."""

import hashlib
from pathlib import Path

import pytest

from openbadges.errors import CanonicalizationLimitError
from openbadges.jsonld.nquads import Quad
from openbadges.jsonld.rdfc10 import (
    MAXIMUM_CALL_DEPTH,
    Digest,
    canonical_identifiers,
    canonicalize_dataset,
)
from openbadges.strict import Document, parse_json_object
from tests.conftest import ROOT
from tests.nquads import parse_nquads

SUITE = ROOT.parent / "shared" / "vectors" / "rdf-canon"


def entries(kind: str) -> list[Document]:
    """Return the published tests of one kind, or none where they are missing."""
    manifest = SUITE / "manifest.jsonld"
    if not manifest.is_file():
        return []
    document = parse_json_object(manifest.read_bytes(), what="the suite's manifest")
    return [entry for entry in document["entries"] if entry["type"] == f"rdfc:{kind}"]


def identifier(entry: Document) -> str:
    return str(entry["id"])


def dataset(entry: Document) -> list[Quad]:
    return parse_nquads((SUITE / entry["action"]).read_text(encoding="utf-8"))


def digest(entry: Document) -> Digest:
    return hashlib.sha384 if entry.get("hashAlgorithm") == "SHA384" else hashlib.sha256


def test_the_suite_is_whole(shared_vectors: Path) -> None:
    assert (shared_vectors / "rdf-canon") == SUITE
    kinds = ("RDFC10EvalTest", "RDFC10MapTest", "RDFC10NegativeEvalTest")
    assert [len(entries(kind)) for kind in kinds] == [64, 21, 1]


@pytest.mark.parametrize("entry", entries("RDFC10EvalTest"), ids=identifier)
def test_a_published_dataset_becomes_its_canonical_form(entry: Document) -> None:
    expected = (SUITE / entry["result"]).read_bytes()
    assert canonicalize_dataset(dataset(entry), digest=digest(entry)) == expected


@pytest.mark.parametrize("entry", entries("RDFC10MapTest"), ids=identifier)
def test_the_published_labels_are_issued(entry: Document) -> None:
    expected = parse_json_object((SUITE / entry["result"]).read_bytes(), what="a map")
    issued = canonical_identifiers(dataset(entry), digest=digest(entry))
    assert {f"_:{node}": f"_:{label}" for node, label in expected.items()} == issued


@pytest.mark.parametrize("entry", entries("RDFC10NegativeEvalTest"), ids=identifier)
def test_a_published_poison_graph_is_refused(entry: Document) -> None:
    with pytest.raises(CanonicalizationLimitError):
        canonicalize_dataset(dataset(entry))


def ring(length: int, predicate: str = "<urn:p>") -> list[Quad]:
    return [Quad(f"_:{n}", predicate, f"_:{(n + 1) % length}") for n in range(length)]


@pytest.mark.parametrize(
    "quads",
    [
        pytest.param(
            [Quad(f"_:h{h}", "<urn:p>", f"_:h{h}x{n}") for h in range(2) for n in range(8)],
            id="two nodes with eight alike each",
        ),
        pytest.param(ring(90), id="a ring"),
        pytest.param(ring(MAXIMUM_CALL_DEPTH * 3), id="a ring deeper than the stack"),
        pytest.param(
            [Quad(f"_:a{a}", "<urn:p>", f"_:b{b}") for a in range(44) for b in range(44)],
            id="everything with everything",
        ),
        pytest.param(ring(12, f"<urn:{'p' * 500_000}>"), id="a huge predicate"),
    ],
)
def test_a_graph_made_to_take_for_ever_is_refused(quads: list[Quad]) -> None:
    with pytest.raises(CanonicalizationLimitError):
        canonicalize_dataset(quads)


def test_the_order_and_the_repetition_of_statements_do_not_matter() -> None:
    quads = [*ring(5), Quad("_:0", "<urn:q>", '"x"', "_:g")]
    assert canonicalize_dataset(quads[::-1] + quads) == canonicalize_dataset(quads)


def test_an_empty_dataset_is_empty() -> None:
    assert canonicalize_dataset([]) == b""
