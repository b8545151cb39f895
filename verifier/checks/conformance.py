"""Is it a well-formed credential, and does its JSON say what its graph says?

A graph with an Open Badges type is judged by the strict profile, any other Verifiable Credential
by the generic one. Nothing here looks at a signature.
"""

from dataclasses import dataclass
from typing import Any

from openbadges.errors import Code, ExplainedError, MalformedError
from openbadges.jsonld import compact_by_own_context, expand
from openbadges.jsonld import strict_profile as strict
from openbadges.models import (
    AchievementCredential,
    VerifiableCredential,
    check_credential,
    credential_class,
)
from openbadges.schemas import check_achievement_credential
from openbadges.strict import Document
from verifier.report import Check, Finding


@dataclass(frozen=True, slots=True)
class Reading:
    """What conformance made of a document: findings, and the verified document if the proof holds.

    `verified_document` must not be relied on before a proof over `unsecured` was verified.
    """

    findings: tuple[Finding, ...]
    unsecured: Document
    verified_document: Document | None


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
        if strict.has_open_badges_type(expanded):
            _check_strict_profile(unsecured, expanded, verified)
            _check_badge(unsecured)
        else:
            check_credential(unsecured)
    except ExplainedError as error:
        return Reading((Finding.of(Check.CONFORMANCE, error),), unsecured, verified)
    return Reading((_well_formed(),), unsecured, verified)


def read_json(unsecured: Document) -> Reading:
    """Read a document whose proof covers its JSON itself: a VC-JWT's payload."""
    try:
        if _names_open_badges(unsecured):
            strict.check_badge_contexts(unsecured)
            strict.check_plain_keys(unsecured)
            _check_badge(unsecured)
        else:
            check_credential(unsecured)
    except ExplainedError as error:
        return Reading((Finding.of(Check.CONFORMANCE, error),), unsecured, unsecured)
    return Reading((_well_formed(),), unsecured, unsecured)


def _well_formed() -> Finding:
    return Finding.passed(
        Check.CONFORMANCE, "the document is well formed, and it reads as it was signed"
    )


def _check_strict_profile(unsecured: Document, expanded: list[Any], verified: Document) -> None:
    strict.check_badge_contexts(unsecured)
    strict.check_plain_keys(unsecured)
    strict.check_says_the_same(unsecured, verified)
    strict.check_no_split_node(expanded, unsecured["@context"])


def _check_badge(unsecured: Document) -> None:
    """Apply the data model and the JSON Schema to the JSON as presented."""
    kind = credential_class(unsecured)
    if kind is VerifiableCredential:
        raise MalformedError(
            "type: expected AchievementCredential, OpenBadgeCredential or EndorsementCredential in"
            " a document with Open Badges types",
            code=Code.DATA_MODEL,
        )
    check_credential(unsecured)
    if kind is AchievementCredential:
        check_achievement_credential(unsecured)


def _names_open_badges(unsecured: Document) -> bool:
    """Tell early whether a document means to be a badge; its graph decides in the end."""
    contexts = unsecured.get("@context")
    return isinstance(contexts, list) and any(
        isinstance(context, str) and context in strict.BADGE_CONTEXTS for context in contexts
    )


def _refuse_inline_contexts(unsecured: Document) -> None:
    contexts = unsecured.get("@context")
    for context in contexts if isinstance(contexts, list) else [contexts]:
        if not isinstance(context, str):
            raise MalformedError(
                "a status list may not bring a context of its own", code=Code.CONTEXT_NOT_ALLOWED
            )
