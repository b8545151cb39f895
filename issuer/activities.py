"""Activities: what awards were earned at, such as a training, an event or a mentorship.

An activity carries awards (and later batches, cards, posters and the needs map). A single award may
have none.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import uuid4

from sqlalchemy.orm import Session

from badge_classes.methods import Method
from issuer.cleaning import find_controls
from issuer.issuers import Issuer
from issuer.policy import check_link
from issuer.tables import ActivityRow
from openbadges.errors import RefusedError

MAXIMUM_TITLE_CHARACTERS = 300
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


def record_activity(session: Session, issuer: Issuer, activity: Activity, now: datetime) -> str:
    """Record an activity and return the id that awards refer to.

    Raises:
        RefusedError: it ends before it begins, has no title, or names a place or link that is none.
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
    return identifier


def _check(activity: Activity) -> None:
    title = activity.title
    if not title.strip() or len(title) > MAXIMUM_TITLE_CHARACTERS or find_controls(title):
        raise RefusedError(
            f"an activity has a title of 1 to {MAXIMUM_TITLE_CHARACTERS} characters on one line;"
            f" found {title!r:.80}"
        )
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
        check_link(activity.link, what="the activity's link")
