"""A share link: whoever has it sees one edition of the badge, in every form, until it is withdrawn.

It belongs to the award, so it always shows the current credential of its edition.
"""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from issuer.released import Released, current_released
from issuer.share_links import find_shared
from service.sharing.forms import FORMS, file_response, wanted_form
from service.sharing.showing import shown
from service.web import rates
from service.web.headers import allow_any_origin
from service.web.pages import page
from service.web.running import now, running

blueprint: Final = Blueprint("sharing", __name__)


@blueprint.get("/s/<token>")
@rates.secret
def show(token: str) -> Response:
    """Show the badge, or give the form that a program asks for."""
    token, dot, suffix = token.partition(".")
    released = _released(token)
    form = suffix if dot else wanted_form()
    if form is None:
        response = page("share.html", shown=shown(released), token=token)
    elif form in FORMS:
        response = file_response(released, form, download="download" in request.args)
        response.make_conditional(request)
    else:
        abort(HTTPStatus.NOT_FOUND)
    response.vary.add("Accept")
    # it can be withdrawn at any moment, so nothing of it is kept elsewhere
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return allow_any_origin(response)


def _released(token: str) -> Released:
    moment = now()
    with running().installation.database.read() as session:
        link = find_shared(session, token, moment)
        return current_released(session, link.award_id, link.edition, moment)
