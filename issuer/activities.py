"""Activities: what awards were earned at, such as a training, an event or a mentorship.

An activity carries awards (and later batches, cards, posters and the needs map). A single award may
have none.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from badge_classes.methods import Method
from issuer.audit import OPERATOR, Act, note
from issuer.cleaning import check_line
from issuer.issuers import Issuer
from issuer.policy import check_link
from issuer.tables import ActivityRow
from openbadges.errors import RefusedError
from storage.columns import URL_LENGTH

MAXIMUM_TITLE_CHARACTERS = 300
MAXIMUM_ORGANISER_CHARACTERS = 300
MAXIMUM_LANGUAGE_CHARACTERS = 35
RECENT_ACTIVITIES = 20  # that a form offers
# ISO 3166-1, ISO 3166-2, or the Wikidata item of a place.
_TERRITORY: Final = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?|Q[1-9][0-9]{0,11}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Activity:
    """What took place, when, where and by whom."""

    title: str
    method: Method
    starts_on: date
    ends_on: date | None = None
    language: str | None = None
    territory: str | None = None
    organiser: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class RecordedActivity:
    """An activity as a list of them shows it."""

    id: str
    title: str
    starts_on: date


def record_activity(
    session: Session,
    issuer: Issuer,
    activity: Activity,
    now: datetime,
    *,
    recorded_by: str | None = None,
) -> str:
    """Record an activity and return the id that awards refer to.

    Raises:
        RefusedError: it ends before it begins, a text in it is no line or too long, or a place or
            a link is none.
    """
    _check(activity)
    identifier = str(uuid4())
    session.add(
        ActivityRow(
            id=identifier,
            issuer_id=issuer.id,
            title=activity.title,
            method=activity.method.value,
            starts_on=activity.starts_on,
            ends_on=activity.ends_on,
            language=activity.language,
            territory=activity.territory,
            organiser=activity.organiser,
            link=activity.link,
            created_at=now,
        )
    )
    session.flush()
    note(
        session,
        Act.ACTIVITY_RECORDED,
        identifier,
        now=now,
        actor=recorded_by or OPERATOR,
        issuer_id=issuer.id,
    )
    return identifier


def find_or_record_activity(
    session: Session,
    issuer: Issuer,
    activity: Activity,
    now: datetime,
    *,
    recorded_by: str | None = None,
) -> str:
    """Return the id of an activity of this title, method and first day, recorded if it is new.

    Raises:
        RefusedError: as `record_activity`.
    """
    _check(activity)  # a database cannot even look for what is no text
    same = select(ActivityRow.id).where(
        ActivityRow.issuer_id == issuer.id,
        ActivityRow.title == activity.title,
        ActivityRow.method == activity.method.value,
        ActivityRow.starts_on == activity.starts_on,
    )
    found = session.scalars(same.order_by(ActivityRow.created_at)).first()
    return found or record_activity(session, issuer, activity, now, recorded_by=recorded_by)


def recent_activities(
    session: Session, issuer_ids: tuple[str, ...], *, limit: int = RECENT_ACTIVITIES
) -> tuple[RecordedActivity, ...]:
    """Return the activities that were recorded last."""
    rows = select(ActivityRow).where(ActivityRow.issuer_id.in_(issuer_ids))
    newest = rows.order_by(ActivityRow.created_at.desc(), ActivityRow.id).limit(limit)
    return tuple(
        RecordedActivity(row.id, row.title, row.starts_on) for row in session.scalars(newest)
    )


def _check(activity: Activity) -> None:
    for what, text, maximum in (
        ("title", activity.title, MAXIMUM_TITLE_CHARACTERS),
        ("organiser", activity.organiser, MAXIMUM_ORGANISER_CHARACTERS),
        ("language", activity.language, MAXIMUM_LANGUAGE_CHARACTERS),
    ):
        if text is not None:
            check_line(text, what=f"an activity's {what}", maximum=maximum)
    if activity.ends_on is not None and activity.ends_on < activity.starts_on:
        raise RefusedError(
            f"the activity would end ({activity.ends_on}) before it begins ({activity.starts_on})"
        )
    if activity.territory is not None and not _TERRITORY.fullmatch(activity.territory):
        raise RefusedError(
            "a territory is a country or region (ES, ES-CT) or a Wikidata item (Q and its number);"
            f" found {activity.territory!r:.40}"
        )
    if activity.link is not None:
        check_link(activity.link, what="the activity's link", maximum_characters=URL_LENGTH)
