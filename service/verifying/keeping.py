"""What can be kept of a verification: a bundle of all that it read, and a signed receipt.

Both are made on request, `?bundle=yes` and `?receipt=yes`, for one thing at a time; where both are
asked for, the receipt stands in the bundle too and seals it.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version
from itertools import islice
from typing import Final

from flask import Response, request

from openbadges.errors import Code, MalformedError, RefusedError, UnavailableError
from openbadges.strict import MAXIMUM_DOCUMENT_BYTES, Document, whole_second
from service.metrics import count_verdict
from service.receipts import has_receipt_key, sign_receipt
from service.verifying.presented import Asked, OwnLinks
from service.web.report_document import report_document
from service.web.running import now, running
from verifier import Report
from verifier.bundle import MEDIA_TYPE, Bundle
from verifier.checks.members import objects
from verifier.judging import AnyReport
from verifier.receipt import Receipt, digest, document_digests, told
from verifier.recording import Recorded, judge_recorded

YES: Final = "yes"
BUNDLE: Final = "bundle"
RECEIPT: Final = "receipt"
MAXIMUM_BADGE_CLASSES: Final = 20  # beside a presentation: one for each credential it may have


@dataclass(frozen=True, slots=True)
class Kept:
    """Which of the two a request asks for."""

    bundle: bool
    receipt: bool

    def __bool__(self) -> bool:
        """Tell whether it asks for any."""
        return self.bundle or self.receipt


def read_kept() -> Kept:
    """Return what a request asks to keep.

    Raises:
        MalformedError: it asks in another word than yes.
    """
    for name in (BUNDLE, RECEIPT):
        if set(request.args.getlist(name)) - {YES}:
            raise MalformedError(f"{name} must be {YES} where it is given", code=Code.MALFORMED)
    return Kept(bundle=BUNDLE in request.args, receipt=RECEIPT in request.args)


def judged_and_kept(asked: Asked, kept: Kept, *, expected_recipient: str | None) -> Document:
    """Verify one thing, and return its report with what is to be kept of it.

    Raises:
        RefusedError: several things were sent.
        MissingError: a receipt is asked for, and there is no key for it.
        MalformedError: a bundle would be larger than is read again (TOO_LARGE).
    """
    if asked.is_list:
        raise RefusedError("a bundle or a receipt is of one thing; send them one by one")
    given, moment = asked.given[0], whole_second(now())
    recorded = judge_recorded(
        running().verifier(),
        given,
        OwnLinks(),
        now=moment,
        expected_recipient=expected_recipient,
    )
    count_verdict(recorded.report)
    documents = recorded.documents | _own_badge_classes(recorded.report)
    recorded = replace(recorded, documents=documents)
    answer, receipt = report_document(recorded.report), None
    if kept.receipt:
        written = _receipt(recorded, given=given, moment=moment)
        receipt = sign_receipt(written, running().installation.keystore)
        answer[RECEIPT] = receipt
    if kept.bundle:
        answer[BUNDLE] = Bundle(recorded.judged, documents, moment, receipt).as_json()
    return answer


def bundle_file(
    asked: Asked, name: str | None = None, *, expected_recipient: str | None = None
) -> Response:
    """Answer with a bundle as a file, sealed with a receipt where there is a key for it.

    A file that is given no name tells by its own what was found.

    Raises:
        RefusedError, MalformedError: as `judged_and_kept`.
    """
    kept = Kept(bundle=True, receipt=has_receipt_key(running().installation.keystore))
    judged = judged_and_kept(asked, kept, expected_recipient=expected_recipient)
    told = name or f"badge-{judged['verdict'].lower()}.bundle.json"
    return kept_file(json.dumps(judged[BUNDLE]), told, MEDIA_TYPE)


def kept_file(text: str, name: str, media_type: str) -> Response:
    """Answer with a file that nobody on the way may keep."""
    response = Response(text, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _receipt(recorded: Recorded, *, given: bytes, moment: datetime) -> Receipt:
    report = recorded.report
    credentials = _credentials(report)
    of_credentials = () if isinstance(report, Report) else credentials
    findings = [one for each in (report, *of_credentials) for one in each.findings]
    issuers = dict.fromkeys(filter(None, (one.proven_issuer for one in credentials)))
    return Receipt(
        service=running().base_url,
        moment=moment,
        given_sha256=digest(given),
        judged_sha256=digest(recorded.judged),
        verdict=report.verdict,
        findings=told(findings),
        issuers=tuple(issuers),
        documents=document_digests(recorded.documents),
        verifier=f"insignia {version('insignia')}",
    )


def _credentials(report: AnyReport) -> tuple[Report, ...]:
    return (report,) if isinstance(report, Report) else report.credentials


def _own_badge_classes(report: AnyReport) -> dict[str, bytes]:
    """Return the published badge classes of our own that the credentials are of.

    No verification reads them, since the badge says it all; they show that it was defined so.
    """
    found: dict[str, bytes] = {}
    for url in islice(_own_achievements(report), MAXIMUM_BADGE_CLASSES):
        with suppress(UnavailableError):
            found[url] = running().own.fetch(url, maximum_bytes=MAXIMUM_DOCUMENT_BYTES)
    return found


def _own_achievements(report: AnyReport) -> Iterator[str]:
    ours = f"{running().base_url}/badge-classes/"
    for credential in _credentials(report):
        verified = credential.verified_document or {}
        for subject in objects(verified.get("credentialSubject")):
            for achievement in objects(subject.get("achievement")):
                url = achievement.get("id")
                if isinstance(url, str) and url.startswith(ours):
                    yield url
