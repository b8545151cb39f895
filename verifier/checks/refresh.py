"""Has the issuer a newer version of it? Asked once, of the service that the signed document names.

What is found is told and decides nothing about the version that was presented. A version counts as
newer if it is the same credential of the same class about the same subject, begins later, and is
itself good today: one that is revoked or expired is told, and never offered instead.

The service learns that someone checks the badge, so a caller can leave this out; it is never asked
for a document whose issuer is not proven, and what it gives is not refreshed again.

Spec: ob-v3p0#verification
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from openbadges.errors import Code, ExplainedError, MalformedError, UnavailableError
from openbadges.strict import MAXIMUM_DOCUMENT_BYTES, Document, parse_timestamp
from verifier.authentication import Authenticated, authenticate
from verifier.checks.issuance_log import document_hash
from verifier.checks.members import issuer_of, objects, strings
from verifier.checks.recipient import check_recipient
from verifier.checks.status import check_status
from verifier.checks.validity import check_validity
from verifier.report import Check, Finding, Outcome
from verifier.world import World

SERVICE_TYPE: Final = "1EdTechCredentialRefresh"
_STARTS: Final = ("validFrom", "issuanceDate")
_ONE_CLASS: Final = {"AchievementCredential": "OpenBadgeCredential"}  # two names of one class


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
    authenticated = _fetch(service.get("id"), world)
    given = authenticated.verified_document
    if given is None or not authenticated.passed:
        return _unproven(_worst(authenticated.findings)), None
    _check_same(given, verified)
    _check_subject(given, verified, world)
    if document_hash(given) == document_hash(verified):  # whichever form each of them has
        sentence = "the issuer's refresh service has no newer version"
        return Finding.passed(Check.REFRESH, sentence), None
    then, now = _start(verified), _start(given)
    if then is None or now is None or now <= then:
        sentence = "the issuer's refresh service gives a version that does not begin later"
        return Finding.unknown(Check.REFRESH, Code.STALE, sentence), None
    told = _newer(authenticated, given, world)
    return told, given if told.outcome is Outcome.PASSED else None


def _fetch(url: object, world: World) -> Authenticated:
    if not isinstance(url, str):
        raise MalformedError("a refresh service must have an id, its URL", code=Code.DATA_MODEL)
    try:
        data = world.source.fetch(url, maximum_bytes=MAXIMUM_DOCUMENT_BYTES)
    except ExplainedError as error:  # an address that is never fetched says nothing either
        raise UnavailableError(
            f"whether there is a newer version could not be found out: {error}", code=error.code
        ) from error
    return authenticate(data, world)


def _worst(findings: Sequence[Finding]) -> Finding | None:
    return next((one for one in findings if one.outcome is not Outcome.PASSED), None)


def _unproven(worst: Finding | None) -> Finding:
    """Tell why what the service gave is no version of it; a page of excuses is the world's."""
    reason = "no proof holds" if worst is None else worst.sentence
    sentence = f"what the issuer's refresh service gives is not relied on: {reason}"
    if worst is None or worst.outcome is Outcome.UNKNOWN or worst.check is Check.UNWRAP:
        return Finding.unknown(Check.REFRESH, Code.RETRIEVAL, sentence)
    return Finding.failed(Check.REFRESH, worst.code, sentence)


def _check_same(given: Document, verified: Document) -> None:
    """Refuse another credential: a version has the same issuer, id and class."""
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
    if _classes(given) != _classes(verified):
        raise MalformedError(
            "the refresh service gives another credential, of the type"
            f" {', '.join(sorted(_classes(given))):.200}",
            code=Code.DATA_MODEL,
        )


def _classes(document: Document) -> set[str]:
    return {_ONE_CLASS.get(name, name) for name in strings(document.get("type"))}


def _check_subject(given: Document, verified: Document, world: World) -> None:
    """Refuse what is about somebody else; salted identifiers alone may not tell who that is."""
    before, after = (list(objects(one.get("credentialSubject"))) for one in (verified, given))
    if [one.get("id") for one in before] != [one.get("id") for one in after]:
        raise MalformedError(
            "the refresh service gives a credential about another subject",
            code=Code.RECIPIENT_MISMATCH,
        )
    expected = world.expected_recipient
    if expected is not None and check_recipient(given, expected).outcome is not Outcome.PASSED:
        raise MalformedError(
            "the refresh service gives a credential that was not awarded to the expected recipient",
            code=Code.RECIPIENT_MISMATCH,
        )
    is_told = all(map(_is_named_alike, before, after))
    if not is_told and expected is None:
        raise UnavailableError(
            "the refresh service gives a credential whose subject has no id, so whether it is about"
            " the same one could not be found out",
            code=Code.RECIPIENT_MISMATCH,
        )


def _is_named_alike(before: Document, after: Document) -> bool:
    """Say if two subjects of one id, or of none, have a name, and one that can be compared."""
    identifiers = before.get("identifier")
    named_by_it = identifiers is not None and identifiers == after.get("identifier")
    return isinstance(before.get("id"), str) or named_by_it


def _start(document: Document) -> datetime | None:
    name = next((one for one in _STARTS if one in document), None)
    return None if name is None else parse_timestamp(document[name], what=name)


def _newer(authenticated: Authenticated, given: Document, world: World) -> Finding:
    """Tell that there is a newer version, and what its dates and its status say today."""
    is_selective = authenticated.is_selective
    found = (
        check_validity(given, now=world.now, is_selective=is_selective),
        *check_status(given, world, is_selective=is_selective),
    )
    told = _worst(found) or found[0]
    return Finding(
        Check.REFRESH,
        told.outcome,
        told.code,
        f"the issuer has a newer version of it; of that one: {told.sentence}",
        told.specification,
    )
