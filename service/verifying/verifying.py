"""The verify page, and the same address for programs, which get the whole report as JSON."""

from typing import Final

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from issuer.issuers import list_issuers
from openbadges.errors import ExplainedError
from service.problems import for_people, status_of
from service.public_view import local_trust
from service.recipients import expected_recipient
from service.verifying.presented import presented_in_form
from service.web import rates
from service.web.credential_view import view_or_none
from service.web.headers import allow_any_origin
from service.web.pages import page, private_page, wants_html
from service.web.rates import limiter
from service.web.running import now, running
from service.web.verdict_words import plain_lines, verdict_sentence
from verifier import Report
from verifier.summary import proven_issuer

blueprint: Final = Blueprint("verifying", __name__)
_FORMS: Final = frozenset({"multipart/form-data", "application/x-www-form-urlencoded"})


@blueprint.get("/verify")
def ask() -> Response:
    """Show the one field."""
    return page("verify.html")


@blueprint.post("/verify")
@limiter.limit(rates.verifying)
def verify() -> Response:
    """Verify what was presented: in the form's fields, or as the body itself."""
    if request.mimetype not in _FORMS:
        return _as_json(_report(request.get_data(), request.args.get("recipient")))
    try:
        presented = presented_in_form()
        report = _report(presented, request.form.get("recipient"))
    except ExplainedError as error:
        if not wants_html():
            raise
        text = request.form.get("text", "")
        return private_page("verify.html", status_of(error), trouble=for_people(error), text=text)
    return _as_page(report) if wants_html() else _as_json(report)


def _report(presented: bytes, recipient: str | None) -> Report:
    expected = expected_recipient(recipient) if recipient and recipient.strip() else None
    return running().verifier().verify(presented, now=now(), expected_recipient=expected)


def _as_json(report: Report) -> Response:
    response = jsonify(report.as_json())
    response.headers["Cache-Control"] = "no-store"
    return allow_any_origin(response)


def _as_page(report: Report) -> Response:
    issuer = proven_issuer(report)
    trust = local_trust(running().installation.settings)
    return private_page(
        "report.html",
        report=report,
        lines=plain_lines(report),
        verdict=verdict_sentence(report),
        view=view_or_none(report.verified_document, base_url=running().base_url),
        issuer=issuer,
        trial=issuer is not None and _is_on_trial(issuer),
        known_as=None if issuer is None else trust.name_of(issuer),
    )


def _is_on_trial(did: str) -> bool:
    """Tell whether it is one of our own issuers that only tries things out."""
    with running().installation.database.read() as session:
        return any(one.trial and one.did == did for one in list_issuers(session))
