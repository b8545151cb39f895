"""Proofs that cover other proofs: a set in which some name others as their previous ones.

https://www.w3.org/TR/vc-data-integrity/#proof-chains. Each proof is then verified by itself, over
the document that is made for it here; that every one must hold is decided in `verifier`.
"""

from collections.abc import Mapping, Sequence

from openbadges.errors import Code, MalformedError
from openbadges.strict import Document


def input_documents(unsecured: Document, proofs: Sequence[Document]) -> list[Document]:
    """Return what each proof covers, in the order of the proofs.

    That is the document, and as its `proof` a list of those which that proof names as previous.

    Raises:
        MalformedError: two proofs have one id, an id or a `previousProof` is no text, or the
            previous proofs are not others of this document, each named once and without a circle
            (PROOF).

    Spec: vc-data-integrity#verify-proof-sets-and-chains
    """
    by_id = _by_id(proofs)
    previous = [_previous(proof, by_id) for proof in proofs]
    _refuse_circles(proofs, previous)
    return [unsecured | {"proof": before} if before else unsecured for before in previous]


def _by_id(proofs: Sequence[Document]) -> Mapping[str, Document]:
    by_id: dict[str, Document] = {}
    for proof in proofs:
        if "id" not in proof:
            continue
        identifier = proof["id"]
        if not isinstance(identifier, str):
            raise _refusal(f"a proof's id is a URL; found {identifier!r:.80}")
        if identifier in by_id:
            raise _refusal(f"two proofs have the id {identifier:.200}; expected one of each")
        by_id[identifier] = proof
    return by_id


def _previous(proof: Document, by_id: Mapping[str, Document]) -> list[Document]:
    if "previousProof" not in proof:
        return []
    value = proof["previousProof"]
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(name, str) for name in names):
        raise _refusal(
            f"previousProof must be the id of a proof, or a list of them; found {value!r:.80}"
        )
    if len(set(names)) != len(names):
        raise _refusal("previousProof names the same proof twice; expected each once")
    for name in names:
        if name not in by_id:
            raise _refusal(f"the previous proof {name:.200} is not one of this document")
    return [by_id[name] for name in names]


def _refuse_circles(proofs: Sequence[Document], previous: Sequence[Sequence[Document]]) -> None:
    """Take away, again and again, the proofs whose previous ones are gone; a circle stays."""
    left = [
        (proof, {id(one) for one in before}) for proof, before in zip(proofs, previous, strict=True)
    ]
    while left:
        here = {id(proof) for proof, _ in left}
        waiting = [(proof, before) for proof, before in left if before & here]
        if len(waiting) == len(left):
            raise _refusal("proofs name one another as previous in a circle; none can be the first")
        left = waiting


def _refusal(sentence: str) -> MalformedError:
    return MalformedError(sentence, code=Code.PROOF)
