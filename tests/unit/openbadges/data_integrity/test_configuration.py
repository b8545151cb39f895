"""What a proof covers beside the document, and which contexts it covers of it."""

import pytest

from openbadges.data_integrity import Covered, covered_document
from openbadges.data_integrity.configuration import proof_configuration
from openbadges.errors import Code, MalformedError
from tests.credentials import plain_credential

V2, EXAMPLES = (
    "https://www.w3.org/ns/credentials/v2",
    "https://www.w3.org/ns/credentials/examples/v2",
)
UNSECURED = plain_credential(**{"@context": [V2, EXAMPLES]})


@pytest.mark.parametrize(
    "contexts",
    [
        pytest.param([V2, EXAMPLES], id="all"),
        pytest.param([V2], id="the first"),
        pytest.param(V2, id="the first, not in a list"),
        pytest.param([], id="none"),
    ],
)
def test_a_proof_over_json_covers_the_contexts_that_it_names(contexts: object) -> None:
    covered = covered_document(UNSECURED, {"@context": contexts}, covered=Covered.JSON)
    assert covered == UNSECURED | {"@context": contexts}


def test_a_proof_without_contexts_covers_the_documents_own() -> None:
    assert covered_document(UNSECURED, {}, covered=Covered.JSON) == UNSECURED


@pytest.mark.parametrize(
    "contexts",
    [
        pytest.param([EXAMPLES], id="the second alone"),
        pytest.param([EXAMPLES, V2], id="another order"),
        pytest.param([V2, EXAMPLES, V2], id="more than the document has"),
        pytest.param([[V2], EXAMPLES], id="a list in the list"),
        pytest.param({"@vocab": "https://evil.example/#"}, id="an inline one"),
        pytest.param(None, id="null"),
    ],
)
def test_the_documents_contexts_begin_with_those_of_a_proof_over_json(contexts: object) -> None:
    with pytest.raises(MalformedError) as caught:
        covered_document(UNSECURED, {"@context": contexts}, covered=Covered.JSON)
    assert caught.value.code is Code.CONTEXT_NOT_ALLOWED


def test_a_document_without_contexts_does_not_begin_with_any() -> None:
    with pytest.raises(MalformedError):
        covered_document({"a": 1}, {"@context": [V2]}, covered=Covered.JSON)


def test_a_proof_over_a_graph_names_the_documents_contexts_or_none() -> None:
    proof = {"@context": [V2]}
    assert covered_document(UNSECURED, proof, covered=Covered.GRAPH) == UNSECURED
    with pytest.raises(MalformedError) as caught:
        proof_configuration(UNSECURED, proof, covered=Covered.GRAPH)
    assert caught.value.code is Code.CONTEXT_NOT_ALLOWED


def test_a_proof_over_json_is_configured_as_it_stands() -> None:
    proof = {"type": "x", "@context": [V2], "proofValue": "z1"}
    assert proof_configuration(UNSECURED, proof, covered=Covered.JSON) == {
        "type": "x",
        "@context": [V2],
    }
    assert proof_configuration(UNSECURED, {"type": "x"}, covered=Covered.JSON) == {"type": "x"}


@pytest.mark.parametrize("covered", Covered)
def test_a_member_that_proofs_do_not_have_is_refused(covered: Covered) -> None:
    with pytest.raises(MalformedError) as caught:
        proof_configuration(UNSECURED, {"note": "checked by hand"}, covered=covered)
    assert caught.value.code is Code.DATA_LOSS
