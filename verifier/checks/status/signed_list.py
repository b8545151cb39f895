"""A status list that its issuer signed: fetched, proven, this one, for this purpose, and fresh.

https://www.w3.org/TR/vc-bitstring-status-list/#validate-algorithm. Both kinds of list that are
credentials, Bitstring Status List and the draft before it, are read here. What a status means is
in `meaning`.
"""

from dataclasses import dataclass

from openbadges import status_list
from openbadges.errors import Code, ExplainedError, MalformedError, UnavailableError
from openbadges.strict import MAXIMUM_DOCUMENT_BYTES, Document, describe
from verifier.authentication import authenticate
from verifier.checks.members import issuer_of, objects, strings
from verifier.checks.validity import check_validity, start_of
from verifier.report import Check, Finding, Outcome
from verifier.world import World

MAXIMUM_STATUS_LIST_BYTES = MAXIMUM_DOCUMENT_BYTES  # a list is a credential, and read as one


@dataclass(frozen=True, slots=True)
class ListForm:
    """The types of a list and of its subject, and whether `encodedList` begins with "u"."""

    credential_type: str
    subject_type: str
    multibase: bool


def fetch(url: str, world: World) -> bytes:
    """Return what stands at the address of a status list.

    Raises:
        UnavailableError: nothing that could be had (STATUS_RETRIEVAL); an address that is never
            fetched says nothing either (F10).
    """
    try:
        return world.source.fetch(url, maximum_bytes=MAXIMUM_STATUS_LIST_BYTES)
    except ExplainedError as error:
        raise UnavailableError(
            f"the status list could not be had: {error}", code=Code.STATUS_RETRIEVAL
        ) from error


def read_bits(url: str, *, purpose: str, form: ListForm, verified: Document, world: World) -> bytes:
    """Return the bits of the list at `url`, once everything about it holds (F7 to F9).

    The list is a credential of its own, in JSON or as a compact JWS, of either version of the data
    model: its proof and its issuer are checked like any other's. `verified` is the credential
    whose status is asked for. The standard lets a list have another issuer; here it may not, or
    whoever comes to serve its address could sign away a revocation (F7).

    Raises:
        UnavailableError: it could not be had (STATUS_RETRIEVAL), or is not valid now or older than
            one that was seen before (STALE).
        MalformedError: it is not the list that the entry speaks of (STATUS_VERIFICATION), or its
            `encodedList` is broken.

    Spec: vc-bitstring-status-list#validate-algorithm; vc-status-list-2021#validate-algorithm
    """
    authenticated = authenticate(fetch(url, world), world.inside(), inline_contexts=False)
    credential = authenticated.verified_document
    if not authenticated.passed or credential is None:
        raise _untrusted(authenticated.findings)
    _check_fresh(credential, world)
    if credential.get("id", url) != url or issuer_of(credential) != issuer_of(verified):
        raise _not_ours(
            f"the list at {url:.200} says that it is {credential.get('id')!r:.200} of the issuer"
            f" {issuer_of(credential)!r:.200}, and the credential's issuer is"
            f" {issuer_of(verified)!r:.200}"
        )
    subject = _subject(credential, form)
    _check_purpose(subject, purpose)
    _check_ttl(subject)
    _check_youngest(url, credential, world)
    return status_list.decode(subject["encodedList"], multibase=form.multibase)


def _subject(credential: Document, form: ListForm) -> Document:
    subjects = list(objects(credential.get("credentialSubject")))
    if (
        form.credential_type not in strings(credential.get("type"))
        or len(subjects) != 1
        or form.subject_type not in strings(subjects[0].get("type"))
        or not isinstance(subjects[0].get("encodedList"), str)
    ):
        raise _not_ours(
            f"what the status entry names is not a {form.credential_type} about one"
            f" {form.subject_type} with an encodedList"
        )
    return subjects[0]


def _check_purpose(subject: Document, purpose: str) -> None:
    purposes = list(strings(subject.get("statusPurpose")))
    if purpose not in purposes:
        raise _not_ours(f"the list is for {purposes!r:.80}, and the entry is for {purpose!r:.40}")


def _check_ttl(subject: Document) -> None:
    """Refuse a `ttl` that is no time to live.

    It says when a reader should ask again, and does not end the list's validity: how long an
    answer is kept is in `cached_documents`.

    Spec: vc-bitstring-status-list#bitstringstatuslistcredential
    """
    ttl = subject.get("ttl", 0)
    if not isinstance(ttl, int) or isinstance(ttl, bool) or ttl < 0:
        found = ttl if isinstance(ttl, int | float) else describe(ttl)
        raise MalformedError(
            f"the list's ttl must be a whole number of milliseconds; found {found!r:.40}",
            code=Code.DATA_MODEL,
        )


def _check_fresh(credential: Document, world: World) -> None:
    """Leave open what an old list says: it may be replayed from before a revocation (F9)."""
    period = check_validity(credential, now=world.now)
    if period.outcome is not Outcome.PASSED:
        raise UnavailableError(
            f"the status list is not valid at this moment: {period.sentence}", code=Code.STALE
        )


def _check_youngest(url: str, credential: Document, world: World) -> None:
    """Leave open what is older than a list that is known here, where the caller remembers (F9)."""
    dated = start_of(credential)
    if dated is None or world.lists is None:
        return
    if world.lists.is_outdated(url, dated, now=world.now):
        raise UnavailableError(
            f"the status list is of {dated:%Y-%m-%d %H:%M} UTC, and a younger one was seen before",
            code=Code.STALE,
        )


def _untrusted(findings: tuple[Finding, ...]) -> ExplainedError:
    """Say why a list's own proof gave no answer; a forged list decides nothing good.

    What is no credential at all, such as a page of excuses, is the world's fault (F10).
    """
    worst = next(
        (finding for finding in findings if finding.outcome is Outcome.FAILED),
        next(finding for finding in findings if finding.outcome is not Outcome.PASSED),
    )
    sentence = f"the status list could not be relied on: {worst.sentence}"
    if worst.outcome is Outcome.FAILED and worst.check is not Check.UNWRAP:
        return MalformedError(sentence, code=Code.STATUS_VERIFICATION)
    return UnavailableError(sentence, code=Code.STATUS_RETRIEVAL)


def _not_ours(sentence: str) -> MalformedError:
    return MalformedError(sentence, code=Code.STATUS_VERIFICATION)
