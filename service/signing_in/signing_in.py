"""Signing in by a link that works once, and signing out.

Opening the link changes nothing, since mail scanners open links too; its button signs in (I10).
"""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from accounts.sign_in import look_at_link
from issuer.letting_in import sign_in
from service.web import logs, rates
from service.web.pages import page, private_page
from service.web.running import now, running
from service.web.visitors import current_account, web_session

blueprint: Final = Blueprint("signing_in", __name__)


@blueprint.get("/sign-in")
def how() -> Response:
    """Say how to sign in, or lead on who is signed in already."""
    if current_account() is not None:
        return redirect(url_for("awards.overview"), HTTPStatus.SEE_OTHER)
    return page("sign_in.html")


@blueprint.get("/sign-in/<token>")
@rates.secret
def look(token: str) -> Response:
    """Show whose link it is, and the button that uses it."""
    with running().installation.database.read() as session:
        account = look_at_link(session, token, now())
    return private_page("sign_in_link.html", account=account, token=token)


@blueprint.post("/sign-in/<token>")
@rates.secret
def use(token: str) -> Response:
    """Use the link up and begin a new session."""
    moment = now()
    account = running().installation.database.transact(
        lambda session: sign_in(session, token, moment)
    )
    web_session().begin_anew(account_id=account.id)
    logs.event("signed in", account=account.id)
    return redirect(url_for("awards.overview"), HTTPStatus.SEE_OTHER)


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End the session, here and in the database."""
    web_session().begin_anew(account_id=None)
    return redirect(url_for("front.home"), HTTPStatus.SEE_OTHER)
