"""What a program asks to be awarded, from the body that it sends to the `Award` that is decided.

Members that are not named here are refused: nobody sets by them what is not theirs to set (I12).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeVar

from badge_classes.badge_class import BadgeClass
from issuer.activities import Activity
from issuer.award import Award, Evidence, parse_recipient
from issuer.cleaning import find_controls
from issuer.policy import proposed_end
from openbadges.errors import Code, MalformedError, RefusedError
from openbadges.models.readers import (
    Reader,
    read_boolean,
    read_date,
    read_object,
    read_text,
    read_timestamp,
    wrong,
)
from openbadges.strict import Document, whole_second
from service.machine.bodies import read_members

# Days that every calendar, database and reader has, with room for what is added to one.
EARLIEST_YEAR: Final = 1900
LATEST_YEAR: Final = 2999

Day = TypeVar("Day", bound=date)


def _read_array(value: object, path: str) -> list[Any]:
    if not isinstance(value, list):
        raise wrong(path, "an array", value)
    return value


def _in_reach(moment: Day, path: str) -> Day:
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise MalformedError(
            f"{path}: expected a year from {EARLIEST_YEAR} to {LATEST_YEAR}, found {moment.year}",
            code=Code.DATA_MODEL,
        )
    return moment


def _read_moment(value: object, path: str) -> datetime:
    return _in_reach(whole_second(read_timestamp(value, path)), path)


def _read_day(value: object, path: str) -> date:
    return _in_reach(read_date(value, path), path)


def _read_prose(value: object, path: str) -> str:
    """Read Markdown; unlike a person's, a program's text is not cleaned but refused."""
    text = read_text(value, path).replace("\r\n", "\n")
    if not text.strip() or find_controls(text) is not None:
        raise RefusedError(f"{path} must be a text of letters and lines; found {text!r:.80}")
    return text


_EVIDENCE: Final[Mapping[str, Reader]] = {"url": read_text, "narrative": _read_prose}
_ACTIVITY: Final[Mapping[str, Reader]] = {
    "title": read_text,
    "startsOn": _read_day,
    "endsOn": _read_day,
    "link": read_text,
}
_AWARD: Final[Mapping[str, Reader]] = {
    "badgeClass": read_text,
    "recipient": read_text,
    "language": read_text,
    "validFrom": _read_moment,
    "validUntil": _read_moment,
    "evidence": _read_array,
    "activity": read_object,
    "again": read_boolean,
}


@dataclass(frozen=True, slots=True)
class AwardRequest:
    """The members of the body, read; `badge_class` is written SLUG or SLUG@VERSION."""

    badge_class: str
    recipient: str
    language: str | None
    valid_from: datetime | None
    valid_until: datetime | None
    evidence: tuple[Evidence, ...]
    activity: Document | None
    again: bool

    @classmethod
    def parse(cls, document: Document) -> "AwardRequest":
        """Read the body.

        Raises:
            MalformedError: a member is unknown, missing or of another kind.
            RefusedError: a text in it cannot be signed.
        """
        found = read_members(document, _AWARD, required=("badgeClass", "recipient"))
        activity = found.get("activity")
        return cls(
            badge_class=found["badgeClass"],
            recipient=found["recipient"],
            language=found.get("language"),
            valid_from=found.get("validFrom"),
            valid_until=found.get("validUntil"),
            evidence=tuple(
                _evidence(one, f"evidence[{place}]")
                for place, one in enumerate(found.get("evidence", ()))
            ),
            activity=None
            if activity is None
            else read_members(activity, _ACTIVITY, required=("title", "startsOn"), path="activity"),
            again=found.get("again", False),
        )

    def award(self, badge_class: BadgeClass, *, now: datetime, awarded_by: str) -> Award:
        """Return the award that is asked for; without dates it begins now and ends as proposed.

        Raises:
            RefusedError: the recipient is nobody that could be found again.
        """
        begins = self.valid_from or whole_second(now)
        return Award(
            badge_class=badge_class,
            recipient=parse_recipient(self.recipient),
            language=badge_class.language if self.language is None else self.language,
            valid_from=begins,
            valid_until=self.valid_until or proposed_end(begins, badge_class.months),
            evidence=self.evidence,
            awarded_by=awarded_by,
        )

    def activity_of(self, badge_class: BadgeClass) -> Activity | None:
        """Return the activity that it was earned at, which is of the badge class's method."""
        if self.activity is None:
            return None
        return Activity(
            title=self.activity["title"].strip(),
            method=badge_class.method,
            starts_on=self.activity["startsOn"],
            ends_on=self.activity.get("endsOn"),
            link=self.activity.get("link"),
        )


def _evidence(value: object, path: str) -> Evidence:
    found = read_members(read_object(value, path), _EVIDENCE, path=path)
    if not found:
        raise MalformedError(f"{path} has neither url nor narrative", code=Code.DATA_MODEL)
    return Evidence(found.get("url"), found.get("narrative"))
