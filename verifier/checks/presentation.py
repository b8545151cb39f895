"""Is it a well-formed presentation that says what its graph says, and is its signer the holder?

The credentials in it are judged elsewhere, each as it stands there; here it is made sure that the
holder signed these credentials and no others.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from openbadges.errors import Code, ExplainedError, MalformedError, UnprovenError
from openbadges.jsonld import compact_by_own_context, expand
from openbadges.jsonld.places import (
    CREDENTIALS_VOCABULARY,
    check_credential_in_one_place,
    check_one_tree,
)
from openbadges.models.model import values_of
from openbadges.models.presentation import check_presentation, holder_of
from openbadges.strict import Document
from verifier.checks.conformance import Reading
from verifier.checks.proof import Proven
from verifier.report import Check, Finding

_CREDENTIALS: Final = CREDENTIALS_VOCABULARY + "verifiableCredential"


def credentials_of(presentation: Document) -> list[Any]:
    """Give the credentials of a presentation as they were presented, whatever they are."""
    return values_of(presentation.get("verifiableCredential"))


def read_presentation(unsecured: Document) -> Reading:
    """Read a presentation whose proof will cover its RDF graph, by the generic profile."""
    verified: Document | None = None
    try:
        check_presentation(unsecured)
        _refuse_bare_texts(unsecured)
        expanded = expand(unsecured)
        verified = compact_by_own_context(expanded, unsecured)
        check_one_tree(expanded)
        # (an empty array says nothing, and compaction may leave it out)
        said = {iri: values for iri, values in expanded[0].items() if values}
        check_credential_in_one_place([said], verified)
        _check_read_alike(unsecured, expanded, verified)
    except ExplainedError as error:
        return Reading((Finding.of(Check.CONFORMANCE, error),), unsecured, verified)
    sentence = "the presentation is well formed, and there is one way to read it"
    return Reading((Finding.passed(Check.CONFORMANCE, sentence),), unsecured, verified)


def check_holder(
    verified: Document, proofs: Sequence[Proven], *, now: datetime, may_be_unnamed: bool
) -> tuple[Finding, ...]:
    """Check that each proof's key is listed for authentication by the holder that is named.

    With `may_be_unnamed` a presentation that names nobody speaks for the keys' own controllers.
    """
    holder = holder_of(verified)
    if holder is None and may_be_unnamed:
        return tuple(_check(proven.controller.id, proven, now) for proven in proofs)
    return tuple(_check(holder, proven, now) for proven in proofs)


def _check(holder: object, proven: Proven, now: datetime) -> Finding:
    try:
        if proven.controller.id != holder:
            named = "no holder" if holder is None else f"the holder {holder!r:.200}"
            raise UnprovenError(
                f"the presentation names {named}, and the key that signed it belongs to"
                f" {proven.controller.id:.200}",
                code=Code.ISSUER_MISMATCH,
            )
        proven.controller.authentication_method(proven.method, at=proven.signed_at or now)
    except ExplainedError as error:
        return Finding.of(Check.HOLDER, error)
    return Finding.passed(
        Check.HOLDER, f"the key is listed for authentication by the holder itself, {holder}"
    )


def _refuse_bare_texts(unsecured: Document) -> None:
    """Refuse a JWS that stands bare: as a graph it would be an id, and would not be signed.

    Spec: vc-data-model-2.0#enveloped-verifiable-credentials
    """
    if any(isinstance(credential, str) for credential in credentials_of(unsecured)):
        raise MalformedError(
            "a compact JWS in a presentation stands in an EnvelopedVerifiableCredential, or the"
            " holder's proof does not cover it",
            code=Code.DATA_LOSS,
        )


def _check_read_alike(unsecured: Document, expanded: list[Any], verified: Document) -> None:
    """Refuse a presentation of which a reader of the JSON would see less than was signed."""
    found = len(credentials_of(unsecured))
    signed = len(expanded[0].get(_CREDENTIALS, []))
    if found != signed:
        raise MalformedError(
            f"the graph has {signed} credentials, and the JSON shows {found} of them",
            code=Code.NON_COMPACT,
        )
    for member, presented in (("holder", holder_of(unsecured)), ("id", unsecured.get("id"))):
        said = holder_of(verified) if member == "holder" else verified.get("id")
        if presented != said:
            raise MalformedError(
                f"the graph's {member} is {said!r:.100}, and the JSON shows {presented!r:.100}",
                code=Code.NON_COMPACT,
            )
