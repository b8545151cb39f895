"""An issuer's own page: its profile for programs, and for people what can be known of it."""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from issuer.issuers import Issuer, did_document, list_issuers
from issuer.tables import Profile
from service.awarding.choosing import awardable
from service.publishing.answers import JSON_TYPES, SUFFIX, exact, published_at
from service.web.pages import page, wants_html
from service.web.running import running

PROFILE_SECONDS: Final = 3600

blueprint: Final = Blueprint("issuers", __name__)


@blueprint.get("/issuers/<name>")
def show(name: str) -> Response:
    """Show an issuer, or give its profile to a program that asks for it.

    Spec: ob-v3p0#profile
    """
    if name.endswith(SUFFIX) or not wants_html(unless=JSON_TYPES):
        path = request.path.removesuffix(SUFFIX)
        response = exact(published_at(path), seconds=PROFILE_SECONDS)
    else:
        response = _page(_issuer(name))
    response.vary.add("Accept")
    return response


def _issuer(identifier: str) -> Issuer:
    with running().installation.database.read() as session:
        found = next((one for one in list_issuers(session) if one.id == identifier), None)
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return found


def _page(issuer: Issuer) -> Response:
    installation = running().installation
    return page(
        "issuer.html",
        issuer=issuer,
        is_generic=issuer.signs is Profile.GENERIC,
        methods=did_document(issuer, installation.keystore)["verificationMethod"],
        count=len(awardable(installation.catalogue)),
    )
