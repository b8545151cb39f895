"""The address that is a credential's signed `id`.

It says the same of a private credential and of one that there never was, unless the owner made it
public: that whoever holds the file can check it here. Of a public one that was replaced it says
that alone.
"""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, request
from werkzeug.wrappers import Response

from issuer.released import Released, load_released
from openbadges.errors import MissingError
from service.problems import problem
from service.sharing.forms import FORMS, file_response, wanted_form
from service.sharing.showing import shown
from service.web.headers import allow_any_origin
from service.web.pages import page, wants_html
from service.web.running import running

blueprint: Final = Blueprint("credentials", __name__)


@blueprint.get("/credentials/<name>")
def show(name: str) -> Response:
    """Show a public credential, and else the neutral page."""
    identifier, dot, suffix = name.partition(".")
    released = _public(identifier)
    form = suffix if dot else wanted_form()
    if released is None or (form is not None and form not in FORMS):
        response = _neutral()
    elif released.replaced:
        response = _replaced()
    elif form is None:
        response = page("share.html", shown=shown(released), token=None)
    else:
        response = file_response(released, form, download="download" in request.args)
        response.make_conditional(request)
    response.vary.add("Accept")
    response.headers["Cache-Control"] = "no-store"
    return allow_any_origin(response)


def _public(identifier: str) -> Released | None:
    try:
        with running().installation.database.read() as session:
            released = load_released(session, identifier)
    except MissingError:
        return None
    return released if released.public_since is not None else None


def _neutral() -> Response:
    """Say the same of what is private, unknown or undone (I13)."""
    if wants_html():
        return page("private_credential.html", HTTPStatus.NOT_FOUND)
    detail = "nothing is shown at this address; whoever holds the file can verify it"
    return problem(HTTPStatus.NOT_FOUND, "MISSING", detail)


def _replaced() -> Response:
    """Say that another took its place, and neither which nor for whom."""
    if wants_html():
        return page("replaced.html", HTTPStatus.GONE)
    return problem(HTTPStatus.GONE, "GONE", "another credential was made in the place of this one")
