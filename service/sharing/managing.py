"""The recipient's own page: what it is, who may see it, and taking it away.

Its link is a secret. A browser that has not shown it before exchanges it by a button, so that a
program that opens links changes nothing.
"""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from flask import Blueprint, abort, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from issuer import share_links
from issuer.awards import load_award
from issuer.issuance import Issuance
from issuer.issuers import load_issuer
from issuer.manage_links import find_managed, replace
from issuer.released import (
    Released,
    current_released,
    has_more_to_say,
    is_shown,
    set_public,
)
from issuer.tables import Edition
from openbadges.errors import MissingError, RefusedError
from service.problems import for_people
from service.sharing.claiming import forget_key
from service.sharing.embedding import embed_html
from service.sharing.forms import FORMS, file_response
from service.sharing.showing import shown
from service.web import logs, rates
from service.web.pages import private_page
from service.web.running import now, running
from service.web.visitors import begin_managing, managed_awards, stop_managing

blueprint: Final = Blueprint("managing", __name__, url_prefix="/manage/<token>")
rates.secret(blueprint)


@blueprint.get("")
def show(token: str) -> Response:
    """Show the page, or the button that opens it."""
    award_id = _award(token)
    if award_id not in managed_awards():
        return private_page("manage_open.html", token=token)
    return _page(token, award_id)


@blueprint.post("/open")
def open_(token: str) -> Response:
    """Let this browser manage the award."""
    begin_managing(_award(token))
    return _back(token)


@blueprint.post("/close")
def close(token: str) -> Response:
    """Let this browser forget the award, on a machine that others use."""
    stop_managing(_mine(token))
    response = redirect(url_for("front.home"), HTTPStatus.SEE_OTHER)
    forget_key(response)
    return response


@blueprint.get("/<edition>.<form>")
def download(token: str, edition: str, form: str) -> Response:
    """Give one form of one edition as a file."""
    released = _released(_mine(token), edition)
    if form not in FORMS:
        abort(HTTPStatus.NOT_FOUND)
    response = file_response(released, form, download=True)
    response.headers["Cache-Control"] = "no-store, private"
    return response


@blueprint.post("/links")
def make_link(token: str) -> Response:
    """Make a share link of one edition, with a name that only its owner sees."""
    award_id, moment = _mine(token), now()
    edition = _released(award_id, request.form.get("edition", "")).edition
    name = " ".join(request.form.get("name", "").split())
    installation = running().installation
    try:
        installation.database.transact(
            lambda session: share_links.make(
                session,
                award_id,
                edition=edition,
                name=name,
                keystore=installation.keystore,
                now=moment,
            )
        )
    except RefusedError as error:
        return _page(
            token,
            award_id,
            HTTPStatus.UNPROCESSABLE_ENTITY,
            link_name=name,
            link_error=for_people(error),
        )
    return _back(token, "links")


@blueprint.post("/links/<uuid:link_id>/withdraw")
def withdraw(token: str, link_id: object) -> Response:
    """Let a share link open nothing any more."""
    award_id, moment = _mine(token), now()
    running().installation.database.transact(
        lambda session: share_links.withdraw(session, award_id, str(link_id), moment)
    )
    return _back(token, "links")


@blueprint.post("/full")
def make_full(token: str) -> Response:
    """Have the full edition made, which shows what the trainer wrote."""
    award_id, moment = _mine(token), now()
    installation = running().installation
    with installation.database.read() as session:
        summary = load_award(session, award_id)
        issuer = load_issuer(session, summary.issuer_id)
    reference = f"{summary.badge_class}@{summary.badge_class_version}"
    badge_class = installation.catalogue.find(reference)
    # who asks for it sees it at once: there is nothing to undo
    at_once = Issuance(issuer, installation.database, installation.keystore, hold=timedelta(0))
    at_once.issue_full(award_id, badge_class, now=moment)
    logs.event("full edition made")
    return _back(token, "editions")


@blueprint.post("/public")
def publish(token: str) -> Response:
    """Let the credential's own address show it to everyone, or to nobody."""
    award_id, moment = _mine(token), now()
    edition = _released(award_id, request.form.get("edition", "")).edition
    public = request.form.get("public") == "yes"
    running().installation.database.transact(
        lambda session: set_public(session, award_id, edition, public=public, now=moment)
    )
    return _back(token, "editions")


@blueprint.post("/replace")
def replace_link(token: str) -> Response:
    """Make another manage link; this one opens nothing any more."""
    award_id, moment = _mine(token), now()
    installation = running().installation
    new = installation.database.transact(
        lambda session: replace(session, award_id, installation.keystore, moment)
    )
    return _back(new)


def _award(token: str) -> str:
    with running().installation.database.read() as session:
        return find_managed(session, token)


def _mine(token: str) -> str:
    """Return the award of a link that this browser has opened.

    Raises:
        MissingError: the link opens nothing, or was not opened here.
    """
    award_id = _award(token)
    if award_id not in managed_awards():
        raise MissingError(_("Open your badge by its link first."))
    return award_id


def _released(award_id: str, edition: str) -> Released:
    if edition not in {one.value for one in Edition}:
        raise MissingError(_("There is no such edition."))
    with running().installation.database.read() as session:
        return current_released(session, award_id, Edition(edition), now())


def _editions(award_id: str, moment: datetime) -> list[Released]:
    """Return what there is to show, the plain edition first."""
    with running().installation.database.read() as session:
        return [
            current_released(session, award_id, edition, moment)
            for edition in (Edition.PLAIN, Edition.FULL)
            if is_shown(session, award_id, edition, moment)
        ]


def _page(
    token: str, award_id: str, status: HTTPStatus = HTTPStatus.OK, **values: object
) -> Response:
    installation = running().installation
    with installation.database.read() as session:
        summary = load_award(session, award_id)
        links = share_links.list_of(session, award_id, installation.keystore)
        more = has_more_to_say(session, award_id)
    editions = _editions(award_id, now())
    return private_page(
        "manage.html",
        status,
        token=token,
        award=summary,
        shown=shown(editions[-1]),
        editions=editions,
        links=[one for one in links if one.withdrawn_at is None],
        can_be_full=more,
        base_url=running().base_url,
        embed_html=embed_html,
        **values,
    )


def _back(token: str, place: str | None = None) -> Response:
    where = url_for("managing.show", token=token, _anchor=place)
    return redirect(where, HTTPStatus.SEE_OTHER)
