"""Has the issuer a newer version of it? Asked once, of the service that the signed document names.

What is found is told and decides nothing about the version that was presented. The service learns
that someone checks the badge, so a caller can leave this out; it is never asked for a document
whose issuer is not proven, and what it gives is not refreshed again.

Spec: ob-v3p0#verification
"""

from datetime import datetime
from typing import Final

from openbadges.errors import Code, ExplainedError, MalformedError, UnavailableError
from openbadges.strict import MAXIMUM_DOCUMENT_BYTES, Document, parse_timestamp
from verifier.authentication import authenticate
from verifier.checks.issuance_log import document_hash
from verifier.checks.issuer import issuer_of
from verifier.checks.members import objects, strings
from verifier.checks.status import check_status
from verifier.checks.validity import check_validity
from verifier.report import Check, Finding, Outcome
from verifier.world import World

SERVICE_TYPE: Final = "1EdTechCredentialRefresh"
_STARTS: Final = ("validFrom", "issuanceDate")


def check_refresh(verified: Document, world: World) -> tuple[tuple[Finding, ...], Document | None]:
    """Say what the first service of the known type gives, and return a newer verified version."""
    services = objects(verified.get("refreshService"))
    service = next((one for one in services if SERVICE_TYPE in strings(one.get("type"))), None)
    if service is None or not world.refreshes:
        return (), None
    try:
        finding, newer = _refresh(service, verified, world)
    except ExplainedError as error:
        finding, newer = Finding.of(Check.REFRESH, error), None
    return (finding,), newer


def _refresh(
    service: Document, verified: Document, world: World
) -> tuple[Finding, Document | None]:
    given, findings = _fetch(service.get("id"), world)
    worst = next((one for one in findings if one.outcome is not Outcome.PASSED), None)
    if given is None or worst is not None:
        return _unproven(worst), None
    _check_same(given, verified)
    if document_hash(given) == document_hash(verified):  # whichever form each of them has
        sentence = "the issuer's refresh service has no newer version"
        return Finding.passed(Check.REFRESH, sentence), None
    then, now = _start(verified), _start(given)
    if then is not None and now is not None and now < then:
        sentence = "the issuer's refresh service gives an older version than this one"
        return Finding.unknown(Check.REFRESH, Code.STALE, sentence), None
    return _newer(given, world), given


def _fetch(url: object, world: World) -> tuple[Document | None, tuple[Finding, ...]]:
    if not isinstance(url, str):
        raise MalformedError("a refresh service must have an id, its URL", code=Code.DATA_MODEL)
    try:
        data = world.source.fetch(url, maximum_bytes=MAXIMUM_DOCUMENT_BYTES)
    except ExplainedError as error:  # an address that is never fetched says nothing either
        raise UnavailableError(
            f"whether there is a newer version could not be found out: {error}", code=error.code
        ) from error
    authenticated = authenticate(data, world)
    return authenticated.verified_document, authenticated.findings


def _unproven(worst: Finding | None) -> Finding:
    """Tell why what the service gave is no version of it; a page of excuses is the world's."""
    reason = "no proof holds" if worst is None else worst.sentence
    sentence = f"what the issuer's refresh service gives is not relied on: {reason}"
    if worst is None or worst.outcome is Outcome.UNKNOWN or worst.check is Check.UNWRAP:
        return Finding.unknown(Check.REFRESH, Code.RETRIEVAL, sentence)
    return Finding.failed(Check.REFRESH, worst.code, sentence)


def _check_same(given: Document, verified: Document) -> None:
    """Refuse another credential: a version has the same issuer and the same id."""
    if issuer_of(given) != issuer_of(verified):
        raise MalformedError(
            f"the refresh service gives a credential of {issuer_of(given)!r:.200}, another issuer",
            code=Code.ISSUER_MISMATCH,
        )
    if given.get("id") is None or given.get("id") != verified.get("id"):
        raise MalformedError(
            f"the refresh service gives another credential, with the id {given.get('id')!r:.200}",
            code=Code.DATA_MODEL,
        )


def _start(document: Document) -> datetime | None:
    name = next((one for one in _STARTS if one in document), None)
    return None if name is None else parse_timestamp(document[name], what=name)


def _newer(given: Document, world: World) -> Finding:
    """Tell that there is a newer version, and what its dates and its status say today."""
    found = (check_validity(given, now=world.now), *check_status(given, world))
    worst = next((one for one in found if one.outcome is not Outcome.PASSED), None)
    told = found[0] if worst is None else worst
    return Finding(
        Check.REFRESH,
        told.outcome,
        told.code,
        f"the issuer has a newer version of it; of that one: {told.sentence}",
        told.specification,
    )
