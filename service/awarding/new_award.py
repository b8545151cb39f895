"""Awarding one badge: choose it, fill in the form, look at what will be signed, award.

The form goes to one address with what it wants next. What was typed comes back with every answer,
and one form makes one award however often it is sent.
"""

import time
from datetime import datetime
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Final

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from badge_classes.methods import Method
from issuer.activities import Activity, find_or_record_activity, recent_activities
from issuer.award import Award
from issuer.awards import load_award
from issuer.composition import compose
from issuer.issuers import Issuer
from issuer.policy import check_award
from issuer.recipients import recipient_hash
from issuer.requests import RequestKey, find_requested, request_key
from issuer.standing import earlier_awards
from issuer.tables import Edition
from openbadges.errors import Code, ExplainedError, MissingError
from service.awarding.award_form import (
    NEW_ACTIVITY,
    NO_ACTIVITY,
    RECIPIENT_KINDS,
    AwardForm,
    award_of,
    proposed_last_day,
)
from service.awarding.choosing import (
    Choice,
    awardable,
    languages_of,
    published_languages,
)
from service.awarding.issuers import awarding_issuers
from service.issuing import issuance_of
from service.problems import Saying, for_people, status_of
from service.web import logs
from service.web.credential_view import view_of
from service.web.languages import language
from service.web.pages import private_page
from service.web.running import now, running
from service.web.template_words import language_name, wording_of
from service.web.visitors import signed_in_account, trainers_only

# How long the second press of a button waits for the first; an award is on record within a tenth.
LOOKS: Final = 40
SECONDS_BETWEEN_LOOKS: Final = 0.05

blueprint: Final = Blueprint("new_award", __name__)
REQUEST_KEY_BYTES: Final = 16


@blueprint.get("/awards/new")
@trainers_only
def choose() -> Response:
    """Show what can be awarded, by picture, method and language."""
    choice = Choice.of(request.args.get("method"), request.args.get("badge_language"))
    classes = awardable(running().installation.catalogue)
    return private_page(
        "choose.html",
        classes=[one for one in classes if choice.admits(one)],
        choice=choice,
        methods=list(Method),
        badge_languages=languages_of(classes),
    )


@blueprint.get("/awards/new/<reference>")
@trainers_only
def fill_in(reference: str) -> Response:
    """Show an empty form, with a key of its own and the dates that are proposed."""
    form = _form(reference)
    form.request_key.data = token_urlsafe(REQUEST_KEY_BYTES)
    form.valid_from.data = now().date()
    form.valid_until.data = proposed_last_day(form.badge_class, now())
    return _form_page(form)


@blueprint.post("/awards/new/<reference>")
@trainers_only
def go_on(reference: str) -> Response:
    """Take the form back, show what will be signed, or award."""
    form = _form(reference)
    step = request.form.get("step", "preview")
    if step == "change":
        return _form_page(form)
    if not form.validate():
        return _form_page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        return _award(form) if step == "award" else _preview(form)
    except ExplainedError as error:
        made = _requested(_request_of(form)) if error.code is Code.IN_FLIGHT else None
        if made is not None:  # the first press of the button is at work
            return _in_flight(made)
        if error.code is Code.ALREADY_AWARDED:  # by somebody else, a moment ago
            return _once_more(form)
        if error.code is Code.DATABASE:
            raise
        is_ours = error.code is Code.CANNOT_SIGN  # what was filled in waits in the form
        status = status_of(error) if is_ours else HTTPStatus.UNPROCESSABLE_ENTITY
        return _form_page(form, status, refusal=for_people(error))


def _form(reference: str) -> AwardForm:
    """Make the form of a badge class, with the choices that there are."""
    badge_class = running().installation.catalogue.find(reference)
    if not badge_class.locked:
        raise MissingError(f"{badge_class.reference} is a draft, and cannot be awarded yet")
    filled = request.form if request.method == "POST" else None
    form = AwardForm(filled, meta={"locales": [language()]})
    form.badge_class = badge_class
    issuers = awarding_issuers()
    form.recipient_kind.choices = {kind: str(name) for kind, name in RECIPIENT_KINDS.items()}
    form.issuer.choices = {one.did: one.name for one in issuers}
    form.language.choices = {tag: language_name(tag) for tag in published_languages(badge_class)}
    with running().installation.database.read() as session:
        recent = recent_activities(session, tuple(one.id for one in issuers))
    form.activity.choices = {
        NO_ACTIVITY: _("none"),
        **{one.id: f"{one.title} ({one.starts_on})" for one in recent},
        NEW_ACTIVITY: _("a new one…"),
    }
    return form


def _form_page(
    form: AwardForm, status: HTTPStatus = HTTPStatus.OK, *, refusal: Saying | None = None
) -> Response:
    return private_page(
        "award_form.html",
        status,
        form=form,
        badge_class=form.badge_class,
        wording=wording_of(form.badge_class, form.language.data),
        refusal=refusal,
    )


def _issuer(form: AwardForm) -> Issuer:
    return next(one for one in awarding_issuers() if one.did == form.issuer.data)


def _preview(form: AwardForm, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Show the page of the credential as it would be signed, before anything is."""
    issuer, moment = _issuer(form), now()
    award = award_of(form, now=moment, awarded_by=_who(), activity_id=None)
    check_award(award)
    edition = Edition.FULL if award.evidence else Edition.PLAIN
    document = compose(
        award,
        edition=edition,
        credential_url=f"{issuer.base_url}/credentials/00000000-0000-4000-8000-000000000000",
        profile=issuer.profile(),
        base_url=issuer.base_url,
    )
    return private_page(
        "preview.html",
        status,
        form=form,
        view=view_of(document, base_url=running().base_url),
        recipient=award.recipient,
        earlier=_earlier(issuer, award),
        is_full=edition is Edition.FULL,
        trial=issuer.trial,
    )


def _award(form: AwardForm) -> Response:
    issuer, moment = _issuer(form), now()
    request_of_form = _request_of(form)
    award = award_of(
        form, now=moment, awarded_by=_who(), activity_id=_activity(form, issuer, moment)
    )
    if not form.again.data and _requested(request_of_form) is None and _earlier(issuer, award):
        return _once_more(form)
    installation = running().installation
    issuance = issuance_of(installation, issuer)
    issued = issuance.issue(
        award,
        now=moment,
        editions=(Edition.PLAIN,),
        request=request_of_form,
        again=bool(form.again.data),
    )
    logs.event("awarded", credential=issued[0].id)
    return _back_to(issued[0].award_id)


def _once_more(form: AwardForm) -> Response:
    """Ask whether a person who has this badge is to get it once more."""
    form.again.errors = [_("Say that you want to award it once more.")]
    return _preview(form, HTTPStatus.CONFLICT)


def _who() -> str:
    return f"account:{signed_in_account().id}"


def _request_of(form: AwardForm) -> RequestKey:
    return request_key(_who(), form.request_key.data or "", form.digest())


def _requested(request_of_form: RequestKey) -> str | None:
    """Return the id of the award that a form made before."""
    with running().installation.database.read() as session:
        award = find_requested(session, request_of_form)
        return None if award is None else award.id


def _in_flight(award_id: str) -> Response:
    """Lead to an award that is being made, as soon as it is on record; else to the list of all."""
    for _look in range(LOOKS):
        try:
            with running().installation.database.read() as session:
                return _back_to(load_award(session, award_id).award_id)
        except MissingError:
            time.sleep(SECONDS_BETWEEN_LOOKS)
    return redirect(url_for("awards.overview"), HTTPStatus.SEE_OTHER)


def _back_to(award_id: str) -> Response:
    return redirect(url_for("awards.show", award_id=award_id), HTTPStatus.SEE_OTHER)


def _earlier(issuer: Issuer, award: Award) -> tuple[datetime, ...]:
    """Return when the same person was awarded the same badge before."""
    installation = running().installation
    hashed = recipient_hash(award.recipient, installation.keystore)
    with installation.database.read() as session:
        return earlier_awards(session, issuer.id, award.badge_class.slug, hashed)


def _activity(form: AwardForm, issuer: Issuer, moment: datetime) -> str | None:
    """Return the activity that was chosen, recorded if it is a new one."""
    if form.activity.data in {NO_ACTIVITY, None}:
        return None
    if form.activity.data != NEW_ACTIVITY:
        return str(form.activity.data)
    activity = Activity(
        title=(form.activity_title.data or "").strip(),
        method=form.badge_class.method,
        starts_on=form.activity_day.data or form.valid_from.data or moment.date(),
    )
    return running().installation.database.transact(
        lambda session: find_or_record_activity(
            session, issuer, activity, moment, recorded_by=_who()
        )
    )
