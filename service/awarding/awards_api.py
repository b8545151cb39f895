"""Awarding by a program: the only door of its kind that signs with an organisation's key.

A token awards for its own issuer (D18). The same request, told by its Idempotency-Key, makes one
award however often it is sent; another one for the same person and badge says that it means it
(R11).
"""

import json
import re
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, abort, jsonify, request

from accounts.api_tokens import ApiToken
from accounts.tables import Scope
from issuer.activities import find_or_record_activity
from issuer.award import Award
from issuer.awards import AwardSummary, load_award
from issuer.claims import claim_code
from issuer.issuance import Issuance
from issuer.issuers import Issuer, load_issuer
from issuer.policy import check_award
from issuer.recipients import recipient_hash
from issuer.requests import RequestKey, check_repeat, request_key
from issuer.standing import earlier_awards
from issuer.tables import Edition
from openbadges.strict import Document, format_timestamp
from service.machine.award_request import AwardRequest
from service.machine.bearer import counted_by_token, let_in
from service.machine.bodies import json_body
from service.machine.doors import DATABASE, SENT, SHOWN, Answer, Body, Door, Parameter
from service.problems import problem
from service.web import logs
from service.web.headers import keep_private
from service.web.running import now, running

blueprint: Final = Blueprint("awards_api", __name__)

MAXIMUM_KEY_CHARACTERS: Final = 200
KEY_PATTERN: Final = rf'^(?!""$)[!-~]([ -~]{{0,{MAXIMUM_KEY_CHARACTERS - 2}}}[!-~])?$'
_KEY: Final = re.compile(KEY_PATTERN, re.ASCII)


@blueprint.post("/api/awards")
@counted_by_token
def create() -> Response:
    """Award a badge, or answer once more what the same request was answered before."""
    token = let_in(Scope.AWARD)
    key = _idempotency_key()
    body = json_body()
    asked = AwardRequest.parse(body)
    this_request = request_key(_who(token), key, _written(body))
    award_id = _made_before(this_request) or _award(token, asked, this_request)
    with running().installation.database.read() as session:
        return _answer(load_award(session, award_id))


def _idempotency_key() -> str:
    """Return the key of the request; the quotation marks of a structured field are not part of it.

    https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
    """
    sent = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(sent):
        detail = (
            "the header Idempotency-Key must hold a key of your own for this request, of 1 to"
            f" {MAXIMUM_KEY_CHARACTERS} ASCII characters; sent again with it, it awards nothing new"
        )
        abort(problem(HTTPStatus.BAD_REQUEST, "IDEMPOTENCY_KEY_MISSING", detail))
    return re.sub(r'\A"(.+)"\Z', r"\1", sent)


def _written(body: Document) -> bytes:
    """Write what was asked for in one way, so that blanks and the order of members tell nothing."""
    return json.dumps(body, sort_keys=True, separators=(",", ":")).encode()


def _who(token: ApiToken) -> str:
    return f"token:{token.id}"


def _made_before(this_request: RequestKey) -> str | None:
    """Return the award that this very request made before."""
    with running().installation.database.read() as session:
        made = check_repeat(session, this_request)
        return None if made is None else made.id


def _award(token: ApiToken, asked: AwardRequest, this_request: RequestKey) -> str:
    """Award what is asked for, and return the id of the award."""
    installation, moment = running().installation, now()
    badge_class = installation.catalogue.find(asked.badge_class)
    award = asked.award(badge_class, now=moment, awarded_by=_who(token))
    check_award(award)
    with installation.database.read() as session:
        issuer = load_issuer(session, token.issuer_id)
    if not asked.again and _was_awarded(issuer, award):
        # (this very request, sent twice at once, may be the one that did)
        return _made_before(this_request) or _refuse_second(badge_class.slug)
    activity = asked.activity_of(badge_class)
    if activity is not None:
        activity_id = installation.database.transact(
            lambda session: find_or_record_activity(session, issuer, activity, moment)
        )
        award = replace(award, activity_id=activity_id)
    issuance = Issuance(
        issuer, installation.database, installation.keystore, hold=installation.settings.limits.hold
    )
    issued = issuance.issue(award, now=moment, editions=(Edition.PLAIN,), request=this_request)
    logs.event("awarded", credential=issued[0].id, token=token.id)
    return issued[0].award_id


def _was_awarded(issuer: Issuer, award: Award) -> bool:
    installation = running().installation
    hashed = recipient_hash(award.recipient, installation.keystore)
    with installation.database.read() as session:
        return bool(earlier_awards(session, issuer.id, award.badge_class.slug, hashed))


def _refuse_second(slug: str) -> str:
    detail = (
        f"this person was awarded {slug} before; to award it once more, send again: true with a"
        " new Idempotency-Key"
    )
    abort(problem(HTTPStatus.CONFLICT, "ALREADY_AWARDED", detail))


def _answer(award: AwardSummary) -> Response:
    """Tell what was made, as it stands now."""
    base_url = running().base_url
    code = claim_code(award.award_id, running().installation.keystore)
    response = jsonify(
        id=award.award_id,
        claimUrl=f"{base_url}/claim/{code}",
        visibleFrom=None if award.visible_from is None else format_timestamp(award.visible_from),
        badgeClass=f"{award.badge_class}@{award.badge_class_version}",
        credential={"id": award.credential_url},
    )
    response.status_code = HTTPStatus.CREATED
    response.headers["Location"] = f"{base_url}/awards/{award.award_id}"
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
        parameters=(
            Parameter(
                "Idempotency-Key",
                "header",
                "A key of your own for this request, such as a random UUID.",
                {"type": "string", "pattern": KEY_PATTERN},
                example="8e03978e-40d5-43e8-bc93-6894a57f9324",
            ),
        ),
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
