"""What a trainer awarded: the list, and each award with what to hand over and what to undo.

A trainer finds their own awards alone, and an administrator all; what is somebody else's is not
there (I11).
"""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts.policy import sees_all_awards
from issuer.awards import AwardSummary, list_awards, load_award
from issuer.claims import claim_code, release_now
from issuer.notices import look_at_notice
from issuer.policy import MAXIMUM_REASON_CHARACTERS
from issuer.revocation import revoke as record_revocation
from issuer.undo import undo as undo_award
from openbadges.errors import MissingError
from service.awarding.issuers import awarding_issuers
from service.web import logs
from service.web.pages import private_page
from service.web.running import now, running
from service.web.visitors import signed_in_account, trainers_only

blueprint: Final = Blueprint("awards", __name__)
PAGE_LENGTH: Final = 25


@blueprint.get("/awards")
@trainers_only
def overview() -> Response:
    """Show the newest awards, and the way to older ones."""
    account = signed_in_account()
    before = _award_id(request.args.get("before"))
    with running().installation.database.read() as session:
        found = list_awards(
            session,
            issuer_ids=tuple(one.id for one in awarding_issuers()),
            awarded_by=None if sees_all_awards(account.role) else _me(),
            before=before,
            limit=PAGE_LENGTH + 1,
        )
    return private_page(
        "awards.html",
        awards=[_with_name(one) for one in found[:PAGE_LENGTH]],
        older=found[PAGE_LENGTH - 1].award_id if len(found) > PAGE_LENGTH else None,
        is_first_page=before is None,
        now=now(),
    )


@blueprint.get("/awards/<uuid:award_id>")
@trainers_only
def show(award_id: object) -> Response:
    """Show one award: what to hand over, and how to take it back."""
    return _page(_mine(str(award_id)))


@blueprint.post("/awards/<uuid:award_id>/release")
@trainers_only
def release(award_id: object) -> Response:
    """End the hold, for people who are in the room."""
    mine, moment = _mine(str(award_id)), now()
    running().installation.database.transact(
        lambda session: release_now(session, mine.award_id, moment, released_by=_me())
    )
    return _back_to(mine)


@blueprint.post("/awards/<uuid:award_id>/undo")
@trainers_only
def undo(award_id: object) -> Response:
    """Undo an award that nobody has seen."""
    mine, moment = _mine(str(award_id)), now()
    running().installation.database.transact(
        lambda session: undo_award(session, mine.award_id, now=moment, undone_by=_me())
    )
    logs.event("undone", award=mine.award_id)
    return _back_to(mine)


@blueprint.post("/awards/<uuid:award_id>/revoke")
@trainers_only
def revoke(award_id: object) -> Response:
    """Revoke an award, for good and with a reason."""
    mine, moment = _mine(str(award_id)), now()
    reason = " ".join(request.form.get("reason", "").split())
    if not 0 < len(reason) <= MAXIMUM_REASON_CHARACTERS:
        error = _("Give a reason of at most %(most)d characters.", most=MAXIMUM_REASON_CHARACTERS)
        return _page(mine, HTTPStatus.UNPROCESSABLE_ENTITY, reason=reason, reason_error=error)
    if request.form.get("sure") != "yes":
        error = _("Confirm that it is to be revoked: this cannot be taken back.")
        return _page(mine, HTTPStatus.UNPROCESSABLE_ENTITY, reason=reason, sure_error=error)
    running().installation.database.transact(
        lambda session: record_revocation(
            session, mine.credential_url, reason=reason, now=moment, revoked_by=_me()
        )
    )
    logs.event("revoked", award=mine.award_id)
    return _back_to(mine)


def _page(mine: AwardSummary, status: HTTPStatus = HTTPStatus.OK, **values: object) -> Response:
    code = claim_code(mine.award_id, running().installation.keystore)
    with running().installation.database.read() as session:
        notice = look_at_notice(session, mine.award_id)
    return private_page(
        "award.html",
        status,
        award=_with_name(mine),
        claim_url=f"{running().base_url}/claim/{code}",
        notice=notice,
        now=now(),
        **values,
    )


def _back_to(mine: AwardSummary) -> Response:
    return redirect(url_for("awards.show", award_id=mine.award_id), HTTPStatus.SEE_OTHER)


def _me() -> str:
    return f"account:{signed_in_account().id}"


def _mine(award_id: str) -> AwardSummary:
    """Return an award that this account may see."""
    try:
        with running().installation.database.read() as session:
            found = load_award(session, award_id)
    except MissingError:
        abort(HTTPStatus.NOT_FOUND)
    if not sees_all_awards(signed_in_account().role) and found.awarded_by != _me():
        abort(HTTPStatus.NOT_FOUND)
    return found


def _award_id(asked: str | None) -> str | None:
    """Return the id that an address names, in the spelling of ours; None where it is none."""
    try:
        return None if asked is None else str(UUID(asked))
    except ValueError:
        return None


def _with_name(summary: AwardSummary) -> dict[str, object]:
    """Return an award with the name and picture of its badge class, in the award's language."""
    reference = f"{summary.badge_class}@{summary.badge_class_version}"
    try:
        name = running().installation.catalogue.find(reference).wording(summary.language).name
    except MissingError:  # the folder of badge classes is another one by now
        name = summary.badge_class
    picture = url_for(
        "badge_classes.picture", slug=summary.badge_class, version=summary.badge_class_version
    )
    return {"summary": summary, "name": name, "picture": picture}
