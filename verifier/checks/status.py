"""Has the issuer revoked or suspended it?

A list that cannot be had or read decides nothing: it revokes nobody and vouches for nobody.
"""

from typing import Final

from openbadges import status_list
from openbadges.errors import Code, ExplainedError, MalformedError, UnavailableError
from openbadges.strict import MAXIMUM_DOCUMENT_BYTES, Document, parse_integer, parse_timestamp
from verifier.authentication import authenticate
from verifier.checks.issuer import issuer_of
from verifier.checks.members import strings
from verifier.policy import CLOCK_SKEW
from verifier.report import Check, Finding, Outcome
from verifier.world import World

MAXIMUM_STATUS_LIST_BYTES = MAXIMUM_DOCUMENT_BYTES  # a list is a credential, and read as one
MAXIMUM_ENTRIES = 4  # status entries of one credential; each may cost a fetch (E15)

ENTRY_TYPE: Final = "BitstringStatusListEntry"
LIST_CREDENTIAL_TYPE: Final = "BitstringStatusListCredential"
LIST_TYPE: Final = "BitstringStatusList"

# What a set bit means, by the purpose of its list. Purposes not listed are told as they are.
_CLEAR: Final = {
    "revocation": "the issuer has not revoked it",
    "suspension": "the issuer has not suspended it",
}
_SET: Final = {
    "revocation": (Code.REVOKED, "the issuer has revoked it"),
    "suspension": (Code.SUSPENDED, "the issuer has suspended it"),
}


def check_status(verified: Document, world: World) -> tuple[Finding, ...]:
    """Look up every status entry, whatever their order (A25).

    Spec: vc-bitstring-status-list#validate-algorithm
    """
    declared = verified.get("credentialStatus", [])
    entries = declared if isinstance(declared, list) else [declared]
    if not entries:
        return (Finding.passed(Check.STATUS, "the issuer keeps no status for it"),)
    if len(entries) > MAXIMUM_ENTRIES:
        sentence = f"{len(entries)} status entries, more than the {MAXIMUM_ENTRIES} that are read"
        return (Finding.failed(Check.STATUS, Code.DATA_MODEL, sentence),)
    if world.nested:
        return (_not_followed(),)
    return tuple(_check_entry(entry, verified, world) for entry in entries)


def _not_followed() -> Finding:
    return Finding.unknown(
        Check.STATUS, Code.UNSUPPORTED_STATUS, "the status of an embedded credential is not read"
    )


def _check_entry(entry: object, verified: Document, world: World) -> Finding:
    try:
        return _look_up(entry, verified, world)
    except ExplainedError as error:
        return Finding.of(Check.STATUS, error)


def _look_up(entry: object, verified: Document, world: World) -> Finding:
    if not isinstance(entry, dict):
        raise MalformedError(
            "credentialStatus must be an object that says where the status is",
            code=Code.DATA_MODEL,
        )
    if ENTRY_TYPE not in strings(entry.get("type")):
        raise UnavailableError(
            f"the status type {entry.get('type')!r:.80} is not one that is read here",
            code=Code.UNSUPPORTED_STATUS,
        )
    url, purpose = entry.get("statusListCredential"), entry.get("statusPurpose")
    if not isinstance(url, str) or not isinstance(purpose, str):
        raise MalformedError(
            "a status entry must name its statusListCredential and its statusPurpose",
            code=Code.DATA_MODEL,
        )
    index = parse_integer(entry.get("statusListIndex"), what="statusListIndex")
    subject = _fetch_list(url, purpose, issuer=issuer_of(verified), world=world)
    bits = status_list.decode(subject["encodedList"])
    if not status_list.read_status(bits, index, size=_size(entry)):
        clear = _CLEAR.get(purpose, f"the issuer has not set its {purpose} status")
        return Finding.passed(Check.STATUS, clear)
    if purpose not in _SET:
        return Finding.passed(Check.STATUS, f"its {purpose} status is set")
    code, sentence = _SET[purpose]
    return Finding.failed(Check.STATUS, code, sentence)


def _size(entry: Document) -> int:
    """Return how many bits the entry has; any that is set counts.

    Spec: vc-bitstring-status-list#bitstringstatuslistentry
    """
    size = entry.get("statusSize", 1)
    if not isinstance(size, int) or isinstance(size, bool):
        raise MalformedError(
            f"statusSize must be a whole number; found {size!r:.40}", code=Code.DATA_MODEL
        )
    return size


def _fetch_list(url: str, purpose: str, *, issuer: str | None, world: World) -> Document:
    """Return the subject of a list that its issuer signed, that is this one, and is fresh (F7-F9).

    Raises:
        UnavailableError: it could not be had (STATUS_RETRIEVAL) or is no longer fresh (STALE).
        MalformedError: it is not the list that the entry speaks of (STATUS_VERIFICATION).
    """
    try:
        data = world.source.fetch(url, maximum_bytes=MAXIMUM_STATUS_LIST_BYTES)
    except ExplainedError as error:  # an address that is never fetched says nothing either (F10)
        raise UnavailableError(
            f"the status list could not be had: {error}", code=Code.STATUS_RETRIEVAL
        ) from error
    # (the list is a credential of its own: its proof and its issuer are checked like any other's)
    authenticated = authenticate(data, world.inside(), inline_contexts=False)
    credential = authenticated.verified_document
    if not authenticated.passed or credential is None:
        raise _untrusted(authenticated.findings)
    _check_period(credential, world)
    if credential.get("id", url) != url or issuer_of(credential) != issuer:
        raise _not_ours(
            f"the list at {url:.200} says that it is {credential.get('id')!r:.200} of the issuer"
            f" {issuer_of(credential)!r:.200}, and the credential's issuer is {issuer!r:.200}"
        )
    return _subject(credential, purpose)


def _subject(credential: Document, purpose: str) -> Document:
    subject = credential.get("credentialSubject")
    if (
        LIST_CREDENTIAL_TYPE not in strings(credential.get("type"))
        or not isinstance(subject, dict)
        or LIST_TYPE not in strings(subject.get("type"))
        or not isinstance(subject.get("encodedList"), str)
    ):
        raise _not_ours("what the status entry names is not a Bitstring Status List credential")
    purposes = list(strings(subject.get("statusPurpose")))
    if purpose not in purposes:
        raise _not_ours(f"the list is for {purposes!r:.80}, and the entry is for {purpose!r:.40}")
    return subject


def _check_period(credential: Document, world: World) -> None:
    for member, late in (("validFrom", False), ("validUntil", True)):
        if member not in credential:
            continue
        moment = parse_timestamp(credential[member], what=f"the status list's {member}")
        if (moment < world.now) if late else (moment > world.now + CLOCK_SKEW):
            raise UnavailableError(
                f"the status list is not valid at this moment ({member} {credential[member]})",
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
