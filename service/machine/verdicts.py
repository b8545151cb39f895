"""A report in the VC API's words: verified or not, with what stands against it.

What counts against a credential is an error; what is told beside it (an issuer that is not known
here, an endorsement that does not hold) is a warning. A 200 has no errors, and errors are no 200.
"""

import json
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Final

from flask import Response

from openbadges.errors import Code
from openbadges.strict import Document
from service.metrics import count_verdict
from service.problems import MEDIA_TYPE
from service.web.report_document import report_document
from service.web.running import running
from verifier import Check, Finding, Outcome, PresentationReport, Report, Verdict

ALL_CHECKS: Final = ("proof", "credentialStatus")
_TOLD: Final = frozenset({Check.TRUST, Check.ENDORSEMENTS, Check.REFRESH})
_SENTENCES: Final = {
    Verdict.REJECTED: "this does not verify",
    Verdict.INCONCLUSIVE: "whether this verifies could not be decided",
}


def answer_of(
    report: Report | PresentationReport, *, checks: list[str] | None, ignored: Iterable[str]
) -> Response:
    """Answer 200 for what verifies and 400 for everything else."""
    count_verdict(report)
    verified = report.verdict is Verdict.VERIFIED
    against = [one for one in _findings(report) if one.outcome is not Outcome.PASSED]
    named = set(checks or ALL_CHECKS)
    told = [one for one in against if _is_told(one, named)]
    document: Document = {
        "verified": verified,
        "checks": [name for name in ALL_CHECKS if name in named],
        "warnings": [*(_problem(one) for one in told), *_not_read(ignored)],
    }
    if verified:
        document |= report_document(report)
        return _response(document, HTTPStatus.OK, "application/json")
    errors = [_problem(one) for one in against if one not in told]
    return _response(
        _refusal(report.verdict, errors) | document | {"errors": errors} | report_document(report),
        HTTPStatus.BAD_REQUEST,
        MEDIA_TYPE,
    )


def _findings(report: Report | PresentationReport) -> Iterator[Finding]:
    yield from report.findings
    if isinstance(report, PresentationReport):
        for credential in report.credentials:
            yield from credential.findings


def _is_told(finding: Finding, checks: set[str]) -> bool:
    return (
        finding.check in _TOLD
        or (finding.check is Check.SCHEMA and finding.outcome is Outcome.UNKNOWN)
        or (finding.check is Check.STATUS and "credentialStatus" not in checks)
    )


def _refusal(verdict: Verdict, errors: list[Document]) -> Document:
    """Return the problem document of what did not verify: that of its first error."""
    status = HTTPStatus.BAD_REQUEST
    first = errors[0] if errors else _described(Code.REFUSED, "")
    return {
        **first,
        "title": status.phrase,
        "status": status.value,
        "detail": ": ".join(filter(None, (_SENTENCES[verdict], first["detail"]))),
    }


def _problem(finding: Finding) -> Document:
    return _described(finding.code, finding.sentence) | {"check": finding.check.value}


def _described(code: Code, sentence: str) -> Document:
    return {
        "type": f"{running().base_url}/docs#problem-{code}",
        "title": code.value,
        "detail": sentence,
        "code": code.value,
    }


def _not_read(names: Iterable[str]) -> Iterator[Document]:
    for name in names:
        yield _described(Code.REFUSED, f"options.{name:.60} is not read here, and was passed over")


def _response(document: Document, status: HTTPStatus, media_type: str) -> Response:
    response = Response(json.dumps(document, ensure_ascii=False), status, content_type=media_type)
    response.headers["Cache-Control"] = "no-store"
    return response
