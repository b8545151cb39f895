"""What a proof covers beside the document: its own members, and which contexts both are read with.

https://www.w3.org/TR/vc-data-integrity/#proofs. How both become bytes is in `proof`.
"""

from typing import Any, Final

from openbadges.data_integrity.cryptosuite import Covered
from openbadges.errors import Code, MalformedError
from openbadges.strict import Document

# What a proof may say, and under which names: as an IRI, or as a term of the document's own, an
# expiry would be signed just as well, and nobody who looks for `expires` would find it (B11, B12).
_MEMBERS: Final = frozenset(
    {"@context", "id", "type", "cryptosuite", "created", "expires", "verificationMethod"}
    | {"proofPurpose", "proofValue", "domain", "challenge", "nonce", "previousProof"}
)


def proof_configuration(
    unsecured: Document, proof: Document, *, covered: Covered = Covered.GRAPH
) -> Document:
    """Return the proof without its value, as it is canonicalized.

    Where a graph is made of it, it is read with the document's contexts, but not with its inline
    ones, so that no document chooses what the words of its proof mean. Where the JSON itself is
    signed, so is the `@context` that the proof has or has not.

    Raises:
        MalformedError: a graph's proof names contexts of its own that are not the document's
            (CONTEXT_NOT_ALLOWED), or a proof has a member that proofs do not have (DATA_LOSS).

    Spec: vc-di-eddsa#proof-configuration-eddsa-rdfc-2022
    """
    if unknown := sorted(proof.keys() - _MEMBERS):
        raise MalformedError(
            f"a proof has no member {unknown[0]!r:.100}, and nobody would read what it says",
            code=Code.DATA_LOSS,
        )
    members = {key: value for key, value in proof.items() if key != "proofValue"}
    if covered is Covered.JSON:
        return members
    contexts: Any = unsecured.get("@context")
    if proof.get("@context", contexts) != contexts:
        raise MalformedError(
            "the proof names other contexts than the document", code=Code.CONTEXT_NOT_ALLOWED
        )
    urls = [context for context in _as_list(contexts) if isinstance(context, str)]
    return members | {"@context": urls}


def covered_document(unsecured: Document, proof: Document, *, covered: Covered) -> Document:
    """Return the document that a proof covers: where it signs JSON, with the proof's contexts.

    Contexts that others added after those of the proof are not signed by it, and so left out.

    Raises:
        MalformedError: the document's contexts do not begin with those of the proof
            (CONTEXT_NOT_ALLOWED).

    Spec: vc-di-eddsa#verify-proof-eddsa-jcs-2022
    """
    if covered is Covered.GRAPH or "@context" not in proof:
        return unsecured
    named, own = _as_list(proof["@context"]), _as_list(unsecured.get("@context"))
    if own[: len(named)] != named:
        raise MalformedError(
            "the document's contexts must begin with those that the proof names, in their order",
            code=Code.CONTEXT_NOT_ALLOWED,
        )
    return unsecured | {"@context": proof["@context"]}


def _as_list(contexts: Any) -> list[Any]:  # noqa: ANN401 -- JSON is any JSON value
    return contexts if isinstance(contexts, list) else [contexts]
