"""Awarding to many by a program: the list is taken as a whole, and awarded by the worker.

A program sees and undoes the batches that its own token made, and no other (I11).
"""

import re
from dataclasses import replace
from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import Blueprint, Response, jsonify, request

from accounts.api_tokens import ApiToken
from accounts.tables import Scope
from issuer.activities import find_or_record_activity
from issuer.batches.lists import MAXIMUM_NUMBER, check_list
from issuer.batches.making import create_batch, find_requested_batch
from issuer.batches.rows import unknown_batch
from issuer.batches.showing import BatchSummary, RowSummary, list_rows, load_batch
from issuer.batches.undoing import undo_batch
from issuer.claims import claim_code
from issuer.issuers import load_issuer
from issuer.requests import RequestKey
from issuer.tables import BatchRowState
from openbadges.errors import MalformedError
from openbadges.strict import Document
from service.machine.award_request import BatchRequest, read_row_numbers
from service.machine.bearer import counted_by_token, let_in
from service.machine.bodies import json_body
from service.machine.doors import DATABASE, SENT, SHOWN, Answer, Body, Door, Parameter
from service.machine.idempotency import PARAMETER, name_of, request_of, sent_key
from service.web import logs
from service.web.headers import keep_private
from service.web.running import now, running

blueprint: Final = Blueprint("batches_api", __name__)
MAXIMUM_LIST_BYTES: Final = 4 * 1024 * 1024
PAGE_LENGTH: Final = 100
_NUMBER: Final = re.compile(r"[0-9]{1,10}", re.ASCII)


@blueprint.post("/api/batches")
@counted_by_token
def create() -> Response:
    """Take a list, or answer once more what the same request was answered before."""
    token = let_in(Scope.AWARD)
    key = sent_key()
    body = json_body(maximum_bytes=MAXIMUM_LIST_BYTES)
    asked = BatchRequest.parse(body)
    this_request = request_of(token, key, body)
    with running().installation.database.read() as session:
        made = find_requested_batch(session, this_request)
    batch = _load(made or _make(token, asked, this_request))
    response = jsonify(
        id=batch.batch_id,
        badgeClass=batch.badge_class,
        recipients=batch.recipients,
        statusUrl=_url(batch.batch_id),
    )
    response.status_code = HTTPStatus.ACCEPTED
    response.headers["Location"] = _url(batch.batch_id)
    keep_private(response)
    return response


@blueprint.get("/api/batches/<batch_id>")
@counted_by_token
def show(batch_id: str) -> Response:
    """Tell how far a batch is, and what became of its rows."""
    batch = _own(let_in(Scope.AWARD), batch_id)
    with running().installation.database.read() as session:
        rows = list_rows(session, batch.batch_id, after=_after(), limit=PAGE_LENGTH + 1)
    page, more = rows[:PAGE_LENGTH], rows[PAGE_LENGTH:]
    response = jsonify(
        id=batch.batch_id,
        badgeClass=batch.badge_class,
        state=batch.state,
        counts=batch.counts,
        rows=[_row(one) for one in page],
        next=f"{_url(batch.batch_id)}?after={page[-1].number}" if more else None,
    )
    keep_private(response)
    return response


@blueprint.post("/api/batches/<batch_id>/undo")
@counted_by_token
def undo(batch_id: str) -> Response:
    """Undo a batch, or the rows that are named, within the hold."""
    token = let_in(Scope.AWARD)
    batch = _own(token, batch_id)
    numbers = read_row_numbers(json_body())
    found = undo_batch(
        running().installation.database,
        batch.batch_id,
        numbers=numbers,
        clock=now,
        undone_by=name_of(token),
    )
    logs.event("batch undone", batch=batch.batch_id, token=token.id, rows=found.undone)
    kept = [{"number": number, "reason": reason} for number, reason in found.kept.items()]
    response = jsonify(undone=found.undone, kept=kept)
    keep_private(response)
    return response


def _make(token: ApiToken, asked: BatchRequest, this_request: RequestKey) -> str:
    """Check the list and write it down; the worker does the rest."""
    installation, moment = running().installation, now()
    badge_class = installation.catalogue.find(asked.terms.badge_class)
    terms = asked.terms.terms(badge_class, now=moment, awarded_by=name_of(token))
    with installation.database.read() as session:
        issuer = load_issuer(session, token.issuer_id)
    listed = check_list(terms, asked.lines, issuer=issuer, keystore=installation.keystore)
    activity = asked.terms.activity_of(badge_class)
    if activity is not None:
        activity_id = installation.database.transact(
            lambda session: find_or_record_activity(session, issuer, activity, moment)
        )
        terms = replace(terms, activity_id=activity_id)
    batch_id = installation.database.transact(
        lambda session: create_batch(
            session,
            terms,
            listed,
            issuer=issuer,
            keystore=installation.keystore,
            now=moment,
            request=this_request,
        )
    )
    logs.event("batch made", batch=batch_id, token=token.id, recipients=len(listed))
    return batch_id


def _own(token: ApiToken, text: str) -> BatchSummary:
    """Return a batch that this token made; any other is not there."""
    try:
        batch_id = str(UUID(text))
    except ValueError as error:
        raise unknown_batch(text) from error
    batch = _load(batch_id)
    if batch.awarded_by != name_of(token):
        raise unknown_batch(text)
    return batch


def _after() -> int:
    text = request.args.get("after", "0")
    if not _NUMBER.fullmatch(text) or int(text) > MAXIMUM_NUMBER:
        raise MalformedError(f"after: expected the number of a row, found {text!r:.40}")
    return int(text)


def _load(batch_id: str) -> BatchSummary:
    with running().installation.database.read() as session:
        return load_batch(session, batch_id)


def _row(row: RowSummary) -> Document:
    told: Document = {"number": row.number, "state": row.state}
    if row.reason is not None:
        told["reason"] = row.reason
    if row.award_id is not None and row.state is BatchRowState.AWARDED:
        code = claim_code(row.award_id, running().installation.keystore)
        told |= {"awardId": row.award_id, "claimUrl": f"{running().base_url}/claim/{code}"}
    return told


def _url(batch_id: str) -> str:
    return f"{running().base_url}/api/batches/{batch_id}"


_NO_BATCH: Final = "There is no such batch, or another token made it."
_ID: Final = Parameter(
    "batch_id", "path", "The batch's id, as it was answered.", {"type": "string", "format": "uuid"}
)

DOORS: Final = (
    Door(
        endpoint="batches_api.create",
        method="POST",
        path="/api/batches",
        summary="Award a badge to many",
        description=(
            "Takes a list of recipients, checks it as a whole, and awards it row by row soon after."
            " Lines are counted from 1, and a list with a wrong line awards nobody. Who has the"
            " badge already gets no other, unless again is true. The same request with the same key"
            " is answered alike and awards nothing new."
        ),
        scope=Scope.AWARD,
        parameters=(PARAMETER,),
        body=Body(
            "BatchRequest",
            "Which badge class, for whom, and what is said of each.",
            example={
                "badgeClass": "first-edits",
                "recipients": [
                    {"recipient": "learner@example.org"},
                    {"recipient": "user:Example@meta.wikimedia.org"},
                ],
                "activity": {"title": "Editing afternoon", "startsOn": "2026-03-01"},
            },
        ),
        answers={
            HTTPStatus.ACCEPTED: Answer(
                "The list is taken, and will be awarded.",
                "BatchAccepted",
                headers={"Location": "Where to look how far it is."},
            )
        },
        problems={
            **SENT,
            **SHOWN,
            **DATABASE,
            HTTPStatus.NOT_FOUND: "There is no such badge class, or none in that language.",
            HTTPStatus.CONFLICT: "The badge class was published before with other content.",
            HTTPStatus.UNPROCESSABLE_ENTITY: (
                "A member is unknown or cannot be used, lines of the list are wrong or name one"
                " person twice, or the key came before with another body (KEY_REUSED)."
            ),
        },
    ),
    Door(
        endpoint="batches_api.show",
        method="GET",
        path="/api/batches/{batch_id}",
        summary="See how far a batch is",
        description=(
            "Tells what became of each row, in the order of the lines, and of those that are"
            f" awarded the claim link. A page has {PAGE_LENGTH} rows; next is the address of the"
            " following one."
        ),
        scope=Scope.AWARD,
        parameters=(
            _ID,
            Parameter(
                "after",
                "query",
                "Begin after the row of this number.",
                {"type": "integer", "minimum": 0, "maximum": MAXIMUM_NUMBER},
                required=False,
            ),
        ),
        answers={HTTPStatus.OK: Answer("How far it is.", "Batch")},
        problems={**SHOWN, **DATABASE, HTTPStatus.NOT_FOUND: _NO_BATCH},
    ),
    Door(
        endpoint="batches_api.undo",
        method="POST",
        path="/api/batches/{batch_id}/undo",
        summary="Undo a batch",
        description=(
            "Undoes the whole batch, or the rows that are named, as long as the awards are held."
            " What was not awarded yet never will be. Rows that can no longer be undone are told"
            " with the reason. Sent again it changes nothing."
        ),
        scope=Scope.AWARD,
        parameters=(_ID,),
        body=Body("UndoRequest", "Which rows; all unless given.", example={"rows": [2]}),
        answers={HTTPStatus.OK: Answer("What came of it.", "BatchUndone")},
        problems={
            **SENT,
            **SHOWN,
            **DATABASE,
            HTTPStatus.NOT_FOUND: f"{_NO_BATCH[:-1]}, or it has no such row.",
            HTTPStatus.UNPROCESSABLE_ENTITY: (
                "A member is unknown or cannot be used, or nothing of the batch can be undone any"
                " more."
            ),
        },
    ),
)
