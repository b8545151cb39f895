"""Awarding by a program: the only door of its kind that signs with an organisation's key.

A token awards for its own issuer (D18). The same request, told by its Idempotency-Key, makes one
award however often it is sent; another one for the same person and badge says that it means it
(R11).
"""

from dataclasses import replace
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, jsonify

from accounts.api_tokens import ApiToken
from accounts.tables import Scope
from issuer.activities import find_or_record_activity
from issuer.award import Award
from issuer.claims import claim_code
from issuer.issuers import Issuer, load_issuer
from issuer.policy import check_award
from issuer.recipients import recipient_hash
from issuer.requests import MadeAward, RequestKey, check_repeat, load_made
from issuer.standing import check_first
from issuer.tables import Edition
from openbadges.errors import ConflictError
from openbadges.strict import format_timestamp
from service.issuing import issuance_of
from service.machine.award_request import AwardRequest
from service.machine.bearer import counted_by_token, let_in
from service.machine.bodies import json_body
from service.machine.doors import DATABASE, SENT, SHOWN, Answer, Body, Door
from service.machine.idempotency import PARAMETER, name_of, request_of, sent_key
from service.web import logs
from service.web.headers import keep_private
from service.web.running import now, running

blueprint: Final = Blueprint("awards_api", __name__)


@blueprint.post("/api/awards")
@counted_by_token
def create() -> Response:
    """Award a badge, or answer once more what the same request was answered before."""
    token = let_in(Scope.AWARD)
    key = sent_key()
    body = json_body()
    asked = AwardRequest.parse(body)
    this_request = request_of(token, key, body)
    award_id = _made_before(this_request) or _award(token, asked, this_request)
    with running().installation.database.read() as session:
        return _answer(load_made(session, award_id))


def _made_before(this_request: RequestKey) -> str | None:
    """Return the award that this very request made before."""
    with running().installation.database.read() as session:
        made = check_repeat(session, this_request)
        return None if made is None else made.id


def _award(token: ApiToken, asked: AwardRequest, this_request: RequestKey) -> str:
    """Award what is asked for, and return the id of the award."""
    installation, moment = running().installation, now()
    badge_class = installation.catalogue.find(asked.terms.badge_class)
    award = asked.award(badge_class, now=moment, awarded_by=name_of(token))
    check_award(award)
    with installation.database.read() as session:
        issuer = load_issuer(session, token.issuer_id)
    if not asked.terms.again and (made := _refuse_second(issuer, award, this_request)):
        return made
    activity = asked.terms.activity_of(badge_class)
    if activity is not None:
        activity_id = installation.database.transact(
            lambda session: find_or_record_activity(
                session, issuer, activity, moment, recorded_by=award.awarded_by
            )
        )
        award = replace(award, activity_id=activity_id)
    issuance = issuance_of(installation, issuer)
    issued = issuance.issue(
        award,
        now=moment,
        editions=(Edition.PLAIN,),
        request=this_request,
        again=asked.terms.again,
    )
    logs.event("awarded", credential=issued[0].id, token=token.id)
    return issued[0].award_id


def _refuse_second(issuer: Issuer, award: Award, this_request: RequestKey) -> str | None:
    """Look whether this person has the badge, before the activity is recorded.

    Of this very request, sent twice at once, the other may be the one that awarded it.
    """
    installation = running().installation
    hashed = recipient_hash(award.recipient, installation.keystore)
    try:
        with installation.database.read() as session:
            check_first(session, issuer.id, award.badge_class.slug, hashed)
    except ConflictError:
        made = _made_before(this_request)
        if made is None:
            raise
        return made
    return None


def _answer(made: MadeAward) -> Response:
    """Tell what was made, in the same words however often it is asked and whatever came since."""
    base_url = running().base_url
    code = claim_code(made.award_id, running().installation.keystore)
    response = jsonify(
        id=made.award_id,
        claimUrl=f"{base_url}/claim/{code}",
        visibleFrom=None if made.held_until is None else format_timestamp(made.held_until),
        badgeClass=made.badge_class,
        credential={"id": made.credential_url},
    )
    response.status_code = HTTPStatus.CREATED
    response.headers["Location"] = f"{base_url}/awards/{made.award_id}"
    keep_private(response)
    return response


DOORS: Final = (
    Door(
        endpoint="awards_api.create",
        method="POST",
        path="/api/awards",
        summary="Award a badge",
        description=(
            "Awards one badge class to one person, for the issuer that the token was made for. The"
            " claim link is what the recipient is given; its pages stay closed until visibleFrom,"
            " so that the award can still be undone. The same request with the same key is answered"
            " alike and awards nothing new."
        ),
        scope=Scope.AWARD,
        parameters=(PARAMETER,),
        body=Body(
            "AwardRequest",
            "Which badge class, for whom, and what is said of it.",
            example={
                "badgeClass": "first-edits",
                "recipient": "learner@example.org",
                "activity": {"title": "Editing afternoon", "startsOn": "2026-03-01"},
            },
        ),
        answers={
            HTTPStatus.CREATED: Answer(
                "It is awarded.", "Awarded", headers={"Location": "The award's page, for trainers."}
            )
        },
        problems={
            **SENT,
            **SHOWN,
            **DATABASE,
            HTTPStatus.NOT_FOUND: "There is no such badge class, or none in that language.",
            HTTPStatus.CONFLICT: (
                "The person has this badge (ALREADY_AWARDED), or the same request is still being"
                " answered (IN_FLIGHT, with Retry-After)."
            ),
            HTTPStatus.UNPROCESSABLE_ENTITY: (
                "A member is unknown or cannot be used, or the key came before with another body"
                " (KEY_REUSED)."
            ),
        },
    ),
)
