"""A share link: whoever has it sees one edition of the badge, in every form, until it is withdrawn.

It belongs to the award, so it always shows the current credential of its edition.
"""

from hashlib import sha256
from http import HTTPStatus
from typing import Final

from flask import Blueprint, abort, jsonify, request
from werkzeug.wrappers import Response

from issuer.released import Released, current_released
from issuer.share_links import find_shared
from openbadges.errors import MissingError
from service.problems import problem, status_of
from service.receipts import RECEIPT_MEDIA_TYPE, has_receipt_key
from service.sharing.embedding import shared_report
from service.sharing.forms import FORMS, file_response, wanted_form
from service.sharing.showing import shown
from service.verifying.keeping import RECEIPT, Kept, bundle_file, judged_and_kept, kept_file
from service.verifying.presented import Asked
from service.web import rates
from service.web.headers import allow_any_origin
from service.web.pages import page
from service.web.rates import limiter
from service.web.running import now, running

blueprint: Final = Blueprint("sharing", __name__)
REPORT_SECONDS: Final = 60  # on top of the tick after which a revocation is public


@blueprint.get("/s/<token>")
@rates.secret
def show(token: str) -> Response:
    """Show the badge, or give the form that a program asks for."""
    token, dot, suffix = token.partition(".")
    released = _released(token)
    form = suffix if dot else wanted_form()
    if form is None:
        response = _page(released, token)
    elif form in FORMS:
        response = file_response(released, form, download="download" in request.args)
        response.make_conditional(request)
    else:
        abort(HTTPStatus.NOT_FOUND)
    response.vary.add("Accept")
    return _of_a_link(response)


@blueprint.get("/s/<token>/report.json")
@rates.secret
def report(token: str) -> Response:
    """Give programs, and cards on pages of others, the full report of what the page shows."""
    try:
        released = _released(token)
    except MissingError as error:  # pages of others may read that it is withdrawn
        return _of_a_link(problem(status_of(error), error.code.value, str(error)))
    response = jsonify(shared_report(shown(released)))
    response.set_etag(sha256(response.get_data()).hexdigest())
    response.headers["Cache-Control"] = f"public, max-age={REPORT_SECONDS}"
    response.headers["X-Robots-Tag"] = "noindex"
    return allow_any_origin(response.make_conditional(request))


@blueprint.get("/s/<token>/bundle.json")
@rates.secret
@limiter.limit(rates.verifying)
def bundle(token: str) -> Response:
    """Give a bundle of what the page shows, sealed with a receipt where there is a key for it."""
    released = _released(token)
    return _of_a_link(bundle_file(_as_sent(released), _file_name(released, "bundle.json")))


@blueprint.get("/s/<token>/receipt.jws")
@rates.secret
@limiter.limit(rates.verifying)
def receipt(token: str) -> Response:
    """Give a signed and dated receipt of what the page shows."""
    released = _released(token)
    kept = Kept(bundle=False, receipt=True)
    signed = judged_and_kept(_as_sent(released), kept, expected_recipient=None)[RECEIPT]
    name = _file_name(released, "receipt.jws")
    return _of_a_link(kept_file(signed, name, RECEIPT_MEDIA_TYPE))


def _page(released: Released, token: str) -> Response:
    has_receipts = has_receipt_key(running().installation.keystore)
    return page("share.html", shown=shown(released), token=token, has_receipts=has_receipts)


def _as_sent(released: Released) -> Asked:
    """Take it as anyone could send it who has its file; of the link nothing is written down."""
    return Asked((released.forms.json,), None, is_list=False)


def _file_name(released: Released, ending: str) -> str:
    return f"{released.badge_class}-{released.id[:8]}.{ending}"


def _of_a_link(response: Response) -> Response:
    """Let nobody keep what can be withdrawn at any moment, and anybody read it."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return allow_any_origin(response)


def _released(token: str) -> Released:
    moment = now()
    with running().installation.database.read() as session:
        link = find_shared(session, token, moment)
        return current_released(session, link.award_id, link.edition, moment)
