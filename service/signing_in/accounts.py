"""A person's own account: its name, its role, and the language of its pages."""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, abort, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts.accounts import set_language
from service.web.languages import COOKIE, LANGUAGES
from service.web.pages import private_page
from service.web.running import running
from service.web.visitors import signed_in_account, trainers_only

blueprint: Final = Blueprint("accounts", __name__)


@blueprint.get("/account")
@trainers_only
def show() -> Response:
    """Show the account."""
    return private_page("account.html", account=signed_in_account())


@blueprint.post("/account")
@trainers_only
def change() -> Response:
    """Keep the language that was chosen."""
    chosen = request.form.get("language", "")
    if chosen and chosen not in LANGUAGES:
        abort(HTTPStatus.UNPROCESSABLE_ENTITY, _("That is none of the languages of these pages."))
    account = signed_in_account()
    running().installation.database.transact(
        lambda session: set_language(session, account.id, chosen or None)
    )
    response = redirect(url_for("accounts.show"), HTTPStatus.SEE_OTHER)
    response.delete_cookie(COOKIE)  # or the menu's choice would go before the account's
    return response
