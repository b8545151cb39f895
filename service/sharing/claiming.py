"""Taking a badge by its claim code: looking changes nothing, taking works once."""

from datetime import timedelta
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Final

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from issuer.claims import ClaimState, look_at_claim, may_take_again, take
from issuer.manage_links import find_managed
from issuer.released import current_released
from issuer.tables import Edition
from openbadges.errors import ConflictError, ExplainedError, RefusedError
from service.problems import status_of
from service.sharing.showing import shown
from service.web import logs, rates
from service.web.pages import private_page
from service.web.running import now, running
from service.web.visitors import begin_managing

blueprint: Final = Blueprint("claiming", __name__)
KEY_BYTES: Final = 16
KEY_LIFETIME: Final = timedelta(days=1)  # from the last look; longer than it may be used again


@blueprint.get("/claim/<code>")
@rates.secret
def look(code: str) -> Response:
    """Show what waits for the recipient, and the button that takes it."""
    moment = now()
    with running().installation.database.read() as session:
        claim = look_at_claim(session, code, moment)
        again = may_take_again(session, code, moment, key=_key())
        if claim.state is not ClaimState.READY and not again:
            return private_page("claim_waits.html", _STATUSES[claim.state], claim=claim)
        released = current_released(session, claim.award_id, Edition.PLAIN, moment)
    response = private_page("claim.html", code=code, shown=shown(released), again=again)
    _give_key(response)
    return response


@blueprint.post("/claim/<code>")
@rates.secret
def take_badge(code: str) -> Response:
    """Take the badge: from here on the code opens nothing, and the recipient's own link does."""
    installation, moment = running().installation, now()
    try:
        token = installation.database.transact(
            lambda session: take(session, code, installation.keystore, moment, key=_key())
        )
    except (ConflictError, RefusedError) as refusal:
        return _say_why(code, refusal)
    with installation.database.read() as session:
        begin_managing(find_managed(session, token))
    logs.event("claimed")
    return redirect(url_for("managing.show", token=token), HTTPStatus.SEE_OTHER)


def _say_why(code: str, refusal: ExplainedError) -> Response:
    """Show what became of the badge; where that changed this very moment, leave the rest to it."""
    with running().installation.database.read() as session:
        claim = look_at_claim(session, code, now())
    if claim.state is ClaimState.READY:
        raise refusal
    return private_page("claim_waits.html", status_of(refusal), claim=claim)


def forget_key(response: Response) -> None:
    """Let a browser that others use take nothing again."""
    response.delete_cookie(_cookie(), path="/", secure=running().is_https, httponly=True)


def _give_key(response: Response) -> None:
    """Give the browser what tells it apart, so that a lost answer is not a lost badge."""
    response.set_cookie(
        _cookie(),
        _key() or token_urlsafe(KEY_BYTES),
        max_age=KEY_LIFETIME,
        path="/",
        secure=running().is_https,
        httponly=True,
        samesite="Lax",
    )


def _key() -> str | None:
    return request.cookies.get(_cookie())


def _cookie() -> str:
    """Return the name, whose prefix lets no other host plant one (I5)."""
    return "__Host-insignia-claim" if running().is_https else "insignia-claim"


_STATUSES: Final = {
    ClaimState.HELD: HTTPStatus.OK,
    ClaimState.TAKEN: HTTPStatus.GONE,
    ClaimState.CLOSED: HTTPStatus.GONE,
}
