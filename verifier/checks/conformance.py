"""Is it a well-formed credential, and does its JSON say what its graph says?

A graph with an Open Badges type is judged by the strict profile, any other Verifiable Credential
by the generic one; where the JSON itself is signed, no graph is made. Nothing here looks at a
signature, but at what the proofs say that they cover.
"""

from dataclasses import dataclass
from typing import Any

from openbadges.data_integrity import Covered, covered_document, find_suite
from openbadges.data_integrity.proof import MAXIMUM_PROOFS
from openbadges.errors import Code, ExplainedError, MalformedError
from openbadges.jsonld import BUNDLED, compact_by_own_context, expand
from openbadges.jsonld import strict_profile as strict
from openbadges.jsonld.bounds import check_bounds
from openbadges.jsonld.places import (
    check_credential_in_one_place,
    check_no_split_node,
    check_one_tree,
)
from openbadges.jsonld.signed_json import check_keys_of_signed_json
from openbadges.models import (
    AchievementCredential,
    VerifiableCredential,
    check_credential,
    credential_class,
)
from openbadges.schemas import check_achievement_credential
from openbadges.strict import Document, describe
from verifier.checks.members import without_nulls
from verifier.checks.related_resources import check_related_resources
from verifier.report import Check, Finding, Outcome


@dataclass(frozen=True, slots=True)
class Reading:
    """What conformance made of a document: findings, and the verified document if the proof holds.

    `verified_document` must not be relied on before a proof over `unsecured` was verified.
    """

    findings: tuple[Finding, ...]
    unsecured: Document
    verified_document: Document | None

    @property
    def passed(self) -> bool:
        """Tell whether it is well formed."""
        return all(finding.outcome is Outcome.PASSED for finding in self.findings)


def read_secured(document: Document, *, inline_contexts: bool = True) -> Reading:
    """Read a document in every way in which one of its proofs covers it; each must pass.

    A proof over the graph gives the verified document before one over the JSON does. Contexts that
    were added after a proof over JSON was made are not in what is verified, and are judged all the
    same: others may read with them.
    """
    unsecured = {key: value for key, value in document.items() if key != "proof"}
    of_json = [_as_covered(unsecured, proof) for proof in _proofs_over_json(document)]
    readings = []
    if len(of_json) < max(1, len(_proofs(document))):
        readings.append(read_graph(unsecured, inline_contexts=inline_contexts))
    readings += [read_json(covered) for covered in of_json]
    if any(covered != unsecured for covered in of_json):
        readings.append(read_json(unsecured))
    return next((reading for reading in readings if not reading.passed), readings[0])


def _proofs(document: Document) -> list[Any]:
    proof = document.get("proof", [])
    return proof if isinstance(proof, list) else [proof]


def _proofs_over_json(document: Document) -> list[Document]:
    return [proof for proof in _proofs(document)[:MAXIMUM_PROOFS] if _covers_json(proof)]


def _covers_json(proof: object) -> bool:
    try:
        return isinstance(proof, dict) and find_suite(proof).covered is Covered.JSON
    except ExplainedError:  # its proof is not checked here: it is read as ever
        return False


def _as_covered(unsecured: Document, proof: Document) -> Document:
    try:
        return covered_document(unsecured, proof, covered=Covered.JSON)
    except ExplainedError:  # such a proof does not hold
        return unsecured


def read_graph(unsecured: Document, *, inline_contexts: bool = True) -> Reading:
    """Read a document whose proof will cover its RDF graph.

    Without `inline_contexts` even the generic profile refuses them, as for status lists.
    """
    verified: Document | None = None
    try:
        if _names_open_badges(unsecured):
            strict.check_badge_contexts(unsecured)
            strict.check_plain_keys(unsecured)
        elif not inline_contexts:
            _refuse_inline_contexts(unsecured)
        expanded = expand(unsecured)
        verified = compact_by_own_context(expanded, unsecured)
        check_one_tree(expanded)
        if strict.has_open_badges_type(expanded):
            verified = _judged_strictly(unsecured, expanded, verified)
            _check_badge(unsecured)
        else:
            check_credential_in_one_place(expanded, verified)
            _check_data_model(unsecured)
    except ExplainedError as error:
        return Reading((Finding.of(Check.CONFORMANCE, error),), unsecured, verified)
    return Reading((_well_formed(),), unsecured, verified)


def read_json(unsecured: Document) -> Reading:
    """Read a document whose proof covers its JSON itself: a VC-JWT's payload, or JCS.

    Nobody expands it, so it may neither bring a context nor spell a member as JSON-LD would.
    """
    try:
        check_bounds(unsecured)
        check_contexts_of_json(unsecured)
        if _names_open_badges(unsecured) or credential_class(unsecured) is not VerifiableCredential:
            strict.check_badge_contexts(unsecured)
            strict.check_plain_keys(unsecured)
            _check_badge(unsecured)
        else:
            check_keys_of_signed_json(unsecured)
            _check_data_model(unsecured)
    except ExplainedError as error:
        return Reading((Finding.of(Check.CONFORMANCE, error),), unsecured, unsecured)
    return Reading((_well_formed(),), unsecured, unsecured)


def check_contexts_of_json(unsecured: Document) -> None:
    """Return if a document whose JSON itself is signed names only contexts that we carry.

    Raises:
        MalformedError: it brings one of its own (CONTEXT_NOT_ALLOWED).
        UnsupportedError: it names one that we do not carry (CONTEXT_UNKNOWN).
    """
    _refuse_inline_contexts(unsecured)
    _refuse_unknown_contexts(unsecured)


def _well_formed() -> Finding:
    return Finding.passed(
        Check.CONFORMANCE, "the document is well formed, and there is one way to read it"
    )


def _judged_strictly(unsecured: Document, expanded: list[Any], verified: Document) -> Document:
    strict.check_badge_contexts(unsecured)
    strict.check_plain_keys(unsecured)
    verified = strict.read_alike(unsecured, verified)
    check_no_split_node(expanded, unsecured["@context"])
    return verified


def _check_badge(unsecured: Document) -> None:
    """Apply the data model and the JSON Schema to the JSON as presented, but for its nulls.

    JSON-LD, and so the proof, takes a null member for none; the schema would refuse it (A18).
    """
    unsecured = without_nulls(unsecured)
    kind = credential_class(unsecured)
    if kind is VerifiableCredential:
        raise MalformedError(
            "type: expected AchievementCredential, OpenBadgeCredential or EndorsementCredential in"
            " a document with Open Badges types",
            code=Code.DATA_MODEL,
        )
    _check_data_model(unsecured)
    if kind is AchievementCredential:
        check_achievement_credential(unsecured)


def _check_data_model(unsecured: Document) -> None:
    check_credential(unsecured)
    check_related_resources(unsecured)


def _names_open_badges(unsecured: Document) -> bool:
    """Tell early whether a document means to be a badge; its graph decides in the end."""
    contexts = unsecured.get("@context")
    return isinstance(contexts, list) and any(
        isinstance(context, str) and context in strict.BADGE_CONTEXTS for context in contexts
    )


def _refuse_unknown_contexts(unsecured: Document) -> None:
    """Leave open what a word means under a context that we do not carry."""
    for context in _contexts(unsecured):
        if isinstance(context, str):
            BUNDLED.check_carried(context)


def _refuse_inline_contexts(unsecured: Document) -> None:
    for context in _contexts(unsecured):
        if not isinstance(context, str):
            raise MalformedError(
                "a status list, or a credential whose JSON itself is signed, may not bring a"
                f" context of its own; expected the URL of a context, found {describe(context)}",
                code=Code.CONTEXT_NOT_ALLOWED,
            )


def _contexts(unsecured: Document) -> list[Any]:
    contexts = unsecured.get("@context", [])
    return contexts if isinstance(contexts, list) else [contexts]
