"""Proofs that cover other proofs."""

from pathlib import Path
from typing import Any

import pytest

from openbadges.data_integrity import input_documents, split_proofs, verify_proof
from openbadges.data_integrity.proof import hash_data
from openbadges.errors import Code, MalformedError, UnprovenError
from openbadges.multikey import parse_multikey
from openbadges.public_key import PublicKey
from openbadges.strict import Document, parse_json_object
from tests.world import SUITE

UNSECURED = {"a": 1}
FIRST, SECOND, THIRD = ({"id": f"urn:uuid:{name}"} for name in "123")


def after(proof: Document, *names: Document) -> Document:
    return proof | {"previousProof": [name["id"] for name in names]}


def test_a_proof_of_a_set_covers_the_document_alone() -> None:
    assert input_documents(UNSECURED, [FIRST, SECOND, {}]) == [UNSECURED] * 3


def test_a_proof_of_a_chain_covers_those_before_it_in_the_order_that_it_names() -> None:
    second, third = after(SECOND, FIRST), after(THIRD, SECOND, FIRST)
    assert input_documents(UNSECURED, [third, FIRST, second]) == [
        UNSECURED | {"proof": [second, FIRST]},
        UNSECURED,
        UNSECURED | {"proof": [FIRST]},
    ]


def test_one_previous_proof_may_be_named_without_a_list() -> None:
    second = SECOND | {"previousProof": FIRST["id"]}
    assert input_documents(UNSECURED, [FIRST, second])[1] == UNSECURED | {"proof": [FIRST]}


@pytest.mark.parametrize(
    "proofs",
    [
        pytest.param([FIRST, after(SECOND, THIRD)], id="not there"),
        pytest.param([{}, after(SECOND, FIRST)], id="without an id"),
        pytest.param([after(FIRST, FIRST)], id="itself"),
        pytest.param([after(FIRST, SECOND), after(SECOND, FIRST)], id="a circle of two"),
        pytest.param(
            [after(FIRST, THIRD), after(SECOND, FIRST), after(THIRD, SECOND)],
            id="a circle of three",
        ),
        pytest.param(
            [FIRST, after(SECOND, FIRST, THIRD), after(THIRD, SECOND)], id="a circle behind a start"
        ),
        pytest.param([FIRST, FIRST | {"a": 1}], id="one id for two"),
        pytest.param([FIRST, after(SECOND, FIRST, FIRST)], id="named twice"),
        pytest.param([FIRST, SECOND | {"previousProof": []}], id="an empty list"),
        pytest.param([FIRST, SECOND | {"previousProof": None}], id="null"),
        pytest.param([FIRST, SECOND | {"previousProof": {"id": FIRST["id"]}}], id="an object"),
        pytest.param([FIRST, SECOND | {"previousProof": [[FIRST["id"]]]}], id="a list in a list"),
        pytest.param([{"id": None}], id="an id that is null"),
        pytest.param([{"id": ["urn:uuid:1"]}], id="an id that is a list"),
    ],
)
def test_a_chain_that_does_not_hang_together_is_refused(proofs: list[Any]) -> None:
    with pytest.raises(MalformedError) as caught:
        input_documents(UNSECURED, proofs)
    assert caught.value.code is Code.PROOF


def read(vectors: Path, name: str) -> Document:
    path = vectors / "vc-di-eddsa" / "proof-set-chain" / name
    return parse_json_object(path.read_bytes(), what=name)


def key_of(proof: Document) -> PublicKey:
    return parse_multikey(proof["verificationMethod"].partition("#")[2])


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("signedProofSet1.json", 1),
        ("signedProofSet2.json", 2),
        ("signedProofChain1.json", 3),
        ("signedProofChain2.json", 4),
    ],
)
def test_each_proof_of_the_published_sets_and_chains_holds(
    name: str, number: int, shared_vectors: Path
) -> None:
    unsecured, proofs = split_proofs(read(shared_vectors, name))
    assert unsecured == read(shared_vectors, "unsigned.json")
    assert len(proofs) == number
    for covered, proof in zip(input_documents(unsecured, proofs), proofs, strict=True):
        verify_proof(covered, proof, key=key_of(proof))


@pytest.mark.parametrize(("place", "step"), [(2, 1), (3, 2)])
def test_what_a_published_chain_covers_is_the_published_document(
    place: int, step: int, shared_vectors: Path
) -> None:
    unsecured, proofs = split_proofs(read(shared_vectors, "signedProofChain2.json"))
    covered = input_documents(unsecured, proofs)[place]
    assert covered == read(shared_vectors, f"proofChainTempDoc{step}.json")
    assert proofs[place] == read(shared_vectors, f"proofChainConfigSigned{step}.json")
    options = {key: value for key, value in proofs[place].items() if key != "proofValue"}
    assert options == read(shared_vectors, f"proofChainConfig{step}.json")


@pytest.mark.parametrize("number", [1, 2])
def test_the_published_proofs_of_a_set_are_the_published_ones(
    number: int, shared_vectors: Path
) -> None:
    _, proofs = split_proofs(read(shared_vectors, "signedProofSet2.json"))
    proof = proofs[number - 1]
    assert proof == read(shared_vectors, f"proofSetConfigSigned{number}.json")
    options = {key: value for key, value in proof.items() if key != "proofValue"}
    assert options == read(shared_vectors, f"proofSetConfig{number}.json")


def test_a_proof_of_a_chain_does_not_hold_without_those_before_it(shared_vectors: Path) -> None:
    unsecured, proofs = split_proofs(read(shared_vectors, "signedProofChain1.json"))
    last = proofs[2]
    changed = proofs[0] | {"proofValue": proofs[1]["proofValue"]}
    for covered in (unsecured, unsecured | {"proof": [changed, proofs[1]]}):
        with pytest.raises(UnprovenError):
            verify_proof(covered, last, key=key_of(last))


def test_an_rdf_chain_covers_its_previous_proofs_whatever_their_order(shared_vectors: Path) -> None:
    unsecured, proofs = split_proofs(read(shared_vectors, "signedProofChain1.json"))
    first, second, last = proofs
    one, other = (
        hash_data(unsecured | {"proof": before}, last, suite=SUITE)
        for before in ([first, second], [second, first])
    )
    assert one == other
