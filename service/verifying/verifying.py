"""The verify page, and the same address for programs, which get the whole report as JSON."""

from collections.abc import Mapping
from math import ceil
from typing import Any, Final

from flask import Blueprint, g, jsonify, request
from werkzeug.wrappers import Response

from issuer.issuers import list_issuers
from openbadges.errors import Code, ExplainedError
from openbadges.strict import Document
from service.metrics import count_verdict
from service.problems import Saying, for_people, may_be_sent_again, status_of
from service.recipients import RecipientError
from service.verifying.expecting import expected_of, why_nobody
from service.verifying.keeping import Kept, bundle_file, judged_and_kept, read_kept
from service.verifying.presented import FORMS, Asked, OwnLinks, read_asked
from service.web import rates
from service.web.credential_view import view_or_none
from service.web.headers import allow_camera, open_to_pages
from service.web.pages import page, private_page, wants_html
from service.web.rates import limiter
from service.web.report_document import report_document
from service.web.running import now, running
from service.web.verdict_words import plain_lines, verdict_sentence
from verifier import PresentationReport, Report
from verifier.given import find
from verifier.judging import AnyReport, judge_each, judge_found, not_found, within_budget

blueprint: Final = Blueprint("verifying", __name__)
AT_THE_COST_OF_ONE: Final = 10  # of a list; most of what one request costs is not the checking
# What a person can mend: told beside the field, which keeps what was typed.
_OF_LINKS: Final = frozenset(
    {Code.URL_NOT_ALLOWED, Code.RETRIEVAL, Code.TLS, Code.BUSY, Code.NOT_SHOWN}
)


@blueprint.get("/verify")
def ask() -> Response:
    """Show the one field."""
    return allow_camera(page("verify.html"))


def _cost() -> int:
    """Return how many verifications a request is counted for."""
    try:
        return max(1, ceil(len(_asked().given) / AT_THE_COST_OF_ONE))
    except ExplainedError:
        return 1


@blueprint.post("/verify")
@limiter.limit(rates.verifying, cost=_cost)
def verify() -> Response:
    """Verify what was presented: one thing, or many apart."""
    kept = read_kept()
    if request.mimetype not in FORMS or not wants_html():
        return _for_programs(_asked(), kept)
    try:
        return _for_people(_asked(), kept)
    except RecipientError as error:
        return _ask_again(error, recipient_trouble=why_nobody(error))
    except ExplainedError as error:
        return _ask_again(error, trouble=for_people(error))


@blueprint.after_request
def _open_to_pages(response: Response) -> Response:
    """Let pages of others ask too: what programs are answered is the same for everyone (I19)."""
    return open_to_pages(response)


def _ask_again(error: ExplainedError, **troubles: Saying) -> Response:
    """Show the fields again with what was typed, and what is wrong beside the one it is of."""
    typed = {name: request.form.get(name, "") for name in ("text", "recipient")}
    again = private_page("verify.html", status_of(error), **typed, **troubles)
    return may_be_sent_again(allow_camera(again), error)


def _for_programs(asked: Asked, kept: Kept) -> Response:
    if kept:
        return _written(judged_and_kept(asked, kept, expected_recipient=expected_of(asked)))
    reports = [report_document(report) for report in _judged(asked)]
    return _written({"reports": reports} if asked.is_list else reports[0])


def _for_people(asked: Asked, kept: Kept) -> Response:
    if not kept:
        return _as_page(_reports_for_people(asked))
    return bundle_file(asked, expected_recipient=expected_of(asked))


def _asked() -> Asked:
    """Read the request once: its cost is counted before it is answered."""
    if "asked" not in g:
        g.asked = read_asked()
    asked: Asked = g.asked
    return asked


def _judged(asked: Asked) -> tuple[AnyReport, ...]:
    reports = judge_each(
        running().verifier(),
        asked.given,
        OwnLinks(),
        now=now(),
        expected_recipient=expected_of(asked),
    )
    for report in reports:
        count_verdict(report)
    return reports


def _reports_for_people(asked: Asked) -> tuple[AnyReport, ...]:
    """Judge what was presented; a link that leads nowhere is a trouble of the field."""
    if asked.is_list:
        return _judged(asked)
    expected = expected_of(asked)
    verifier, links = within_budget(running().verifier(), OwnLinks())
    try:
        found = find(asked.given[0], links)
    except ExplainedError as error:
        if error.code in _OF_LINKS:
            raise
        return (not_found(verifier, error),)
    report = judge_found(verifier, found, now=now(), expected_recipient=expected)
    count_verdict(report)
    return (report,)


def _written(document: Document) -> Response:
    response = jsonify(document)
    response.headers["Cache-Control"] = "no-store"
    return response


def _as_page(reports: tuple[AnyReport, ...]) -> Response:
    if len(reports) == 1 and isinstance(reports[0], Report):
        return private_page("report.html", one=_of_credential(reports[0]))
    return private_page("reports.html", reports=[_of_any(report) for report in reports])


def _of_any(report: AnyReport) -> Mapping[str, Any]:
    """Return what a page tells of a credential, or of a presentation and each credential in it."""
    if isinstance(report, Report):
        return _of_credential(report)
    return _of_presentation(report)


def _of_presentation(report: PresentationReport) -> Mapping[str, Any]:
    return {
        "report": report,
        "verdict": verdict_sentence(report),
        "holder": report.holder,
        "credentials": [_of_credential(one) for one in report.credentials],
    }


def _of_credential(report: Report) -> Mapping[str, Any]:
    issuer = report.proven_issuer
    return {
        "report": report,
        "lines": plain_lines(report),
        "verdict": verdict_sentence(report),
        "view": view_or_none(report.verified_document, base_url=running().base_url),
        "issuer": issuer,
        "trial": issuer is not None and _is_on_trial(issuer),
        "known_as": None if issuer is None else report.known_as,
        "has_newer": report.newer_version is not None,
    }


def _is_on_trial(did: str) -> bool:
    """Tell whether it is one of our own issuers that only tries things out."""
    with running().installation.database.read() as session:
        return any(one.trial and one.did == did for one in list_issuers(session))
