"""Our RDFC-1.0 says what pyoxigraph's says, for any small dataset."""

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openbadges.errors import CanonicalizationLimitError
from openbadges.jsonld.nquads import Quad, iri
from openbadges.jsonld.rdfc10 import canonicalize_dataset
from tests.nquads import parse_nquads

pytestmark = pytest.mark.thorough

# Few names, so that nodes look alike and statements repeat.
LABELS = st.sampled_from([f"b{number}" for number in range(6)])
IRIS = st.sampled_from(["urn:a", "urn:b", "urn:é"])
ODD_CHARACTERS = '"\\\n\r\t\b\f\x0b\x1f\x7f\x85\u2028\ufeff\ufffe\uffff\U0001f600\uff41'
CHARACTERS = st.one_of(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"),
    st.sampled_from(ODD_CHARACTERS),
)
TEXTS = st.text(CHARACTERS, max_size=4)

NAMED_NODES = IRIS.map(pyoxigraph.NamedNode)
NODES = st.one_of(LABELS.map(pyoxigraph.BlankNode), NAMED_NODES)
LITERALS = st.one_of(
    TEXTS.map(pyoxigraph.Literal),
    st.builds(pyoxigraph.Literal, TEXTS, language=st.sampled_from(["en", "pt-br"])),
    st.builds(pyoxigraph.Literal, TEXTS, datatype=NAMED_NODES),
)
STATEMENTS = st.builds(
    pyoxigraph.Quad,
    NODES,
    NAMED_NODES,
    st.one_of(NODES, LITERALS),
    st.one_of(st.just(pyoxigraph.DefaultGraph()), NODES),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(STATEMENTS, max_size=14))
def test_ours_is_theirs(statements: list[pyoxigraph.Quad]) -> None:
    try:
        ours = canonicalize_dataset(parse_nquads(written(statements)))
    except CanonicalizationLimitError:
        return
    dataset = pyoxigraph.Dataset(statements)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    assert ours.decode() == written(sorted(dataset, key=str))


def written(statements: list[pyoxigraph.Quad]) -> str:
    return "".join(f"{statement} .\n" for statement in statements)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(LABELS, IRIS, LABELS), max_size=12), st.permutations(range(6)))
def test_the_labels_that_nodes_come_with_do_not_matter(
    triples: list[tuple[str, str, str]], names: list[int]
) -> None:
    renamed = {f"b{old}": f"n{new}" for old, new in enumerate(names)}
    original = [Quad(f"_:{s}", iri(p), f"_:{o}") for s, p, o in triples]
    other = [Quad(f"_:{renamed[s]}", iri(p), f"_:{renamed[o]}") for s, p, o in triples]
    assert canonicalize_dataset(original) == canonicalize_dataset(other)
