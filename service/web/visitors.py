"""Who asks: an account that signed in, and the awards that a browser manages."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import ParamSpec, TypeVar

from flask import abort, g, redirect, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts.accounts import Account, find_account
from accounts.policy import may_award
from openbadges.errors import MissingError, UnavailableError
from service.web.running import running
from service.web.sessions import WebSession

P = ParamSpec("P")
T = TypeVar("T")

_MANAGED = "managed"
MAXIMUM_MANAGED = 50  # awards that one browser keeps open; the oldest is closed first


def web_session() -> WebSession:
    """Return the session of this request."""
    found = session._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001 -- what the proxy stands for
    if not isinstance(found, WebSession):
        raise TypeError("the application was made without its sessions")
    return found


def do_without_account() -> None:
    """Let an answer that tells of a trouble be made, where the account itself cannot be had."""
    g.may_lack_account = True


def current_account() -> Account | None:
    """Return the account that is signed in.

    Raises:
        UnavailableError: the database does not answer.
    """
    account_id = web_session().account_id
    if account_id is None:
        return None
    if "account" not in g:
        try:
            g.account = _account(account_id)
        except UnavailableError:
            if "may_lack_account" not in g:
                raise
            g.account = None
    found: Account | None = g.account
    return found


def _account(account_id: str) -> Account | None:
    with running().installation.database.read() as database:
        try:
            return find_account(database, account_id)
        except MissingError:
            return None


def signed_in_account() -> Account:
    """Return the account that is signed in, in a view that is for such accounts only.

    Raises:
        RuntimeError: the view is open to others.
    """
    account = current_account()
    if account is None:
        raise RuntimeError("a view for accounts was reached by nobody")
    return account


def trainers_only(view: Callable[P, T]) -> Callable[P, T]:
    """Let a view be for accounts that may award; others are shown how to sign in."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        account = current_account()
        if account is None:
            abort(sign_in_first())
        if not may_award(account.role):
            abort(HTTPStatus.FORBIDDEN)
        return view(*args, **kwargs)

    return guarded


def sign_in_first() -> Response:
    """Send a visitor to the page that says how to sign in; a form is refused, and can be resent."""
    if request.method != "GET":
        abort(
            HTTPStatus.FORBIDDEN,
            _("You are signed out. Sign in in another tab, and send it again."),
        )
    return redirect(url_for("signing_in.how"), HTTPStatus.SEE_OTHER)


def begin_managing(award_id: str) -> None:
    """Let this browser manage an award; a cookie that was planted there before does not (I5)."""
    web_session().renew()
    managed = [one for one in managed_awards() if one != award_id]
    web_session()[_MANAGED] = [*managed, award_id][-MAXIMUM_MANAGED:]


def stop_managing(award_id: str) -> None:
    """Let this browser manage an award no longer."""
    web_session()[_MANAGED] = [one for one in managed_awards() if one != award_id]


def managed_awards() -> list[str]:
    """Return the awards that this browser manages."""
    return list(web_session().get(_MANAGED, []))
