"""Taking a badge by its claim code: looking changes nothing, taking works once."""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from issuer.claims import ClaimState, look_at_claim, take
from issuer.manage_links import find_managed
from issuer.released import current_released
from issuer.tables import Edition
from service.sharing.showing import shown
from service.web import logs, rates
from service.web.pages import private_page
from service.web.running import now, running
from service.web.visitors import begin_managing

blueprint: Final = Blueprint("claiming", __name__)


@blueprint.get("/claim/<code>")
@rates.secret
def look(code: str) -> Response:
    """Show what waits for the recipient, and the button that takes it."""
    with running().installation.database.read() as session:
        claim = look_at_claim(session, code, now())
        if claim.state is not ClaimState.READY:
            return private_page("claim_waits.html", _STATUSES[claim.state], claim=claim)
        released = current_released(session, claim.award_id, Edition.PLAIN, now())
    return private_page("claim.html", code=code, shown=shown(released))


@blueprint.post("/claim/<code>")
@rates.secret
def take_badge(code: str) -> Response:
    """Take the badge: from here on the code opens nothing, and the recipient's own link does."""
    installation, moment = running().installation, now()
    token = installation.database.transact(
        lambda session: take(session, code, installation.keystore, moment)
    )
    with installation.database.read() as session:
        begin_managing(find_managed(session, token))
    logs.event("claimed")
    return redirect(url_for("managing.show", token=token), HTTPStatus.SEE_OTHER)


_STATUSES: Final = {
    ClaimState.HELD: HTTPStatus.OK,
    ClaimState.TAKEN: HTTPStatus.GONE,
    ClaimState.CLOSED: HTTPStatus.GONE,
}
