"""What a program asks to be awarded, from the body that it sends to what is decided.

Members that are not named here are refused: nobody sets by them what is not theirs to set (I12).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeVar

from badge_classes.badge_class import BadgeClass
from issuer.activities import Activity
from issuer.award import Award, Evidence, parse_recipient
from issuer.batches.lists import MAXIMUM_NUMBER, Line, Terms
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
    read_whole_number,
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
_TERMS: Final[Mapping[str, Reader]] = {
    "badgeClass": read_text,
    "language": read_text,
    "validFrom": _read_moment,
    "validUntil": _read_moment,
    "activity": read_object,
    "again": read_boolean,
}
_PERSON: Final[Mapping[str, Reader]] = {"recipient": read_text, "evidence": _read_array}


@dataclass(frozen=True, slots=True)
class TermsRequest:
    """What is awarded and on which terms; `badge_class` is written SLUG or SLUG@VERSION."""

    badge_class: str
    language: str | None
    valid_from: datetime | None
    valid_until: datetime | None
    activity: Document | None
    again: bool

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> "TermsRequest":
        """Take the terms from the members of a body, which are read already.

        Raises:
            MalformedError: a member of the activity is unknown, missing or of another kind.
        """
        activity = found.get("activity")
        return cls(
            badge_class=found["badgeClass"],
            language=found.get("language"),
            valid_from=found.get("validFrom"),
            valid_until=found.get("validUntil"),
            activity=None
            if activity is None
            else read_members(activity, _ACTIVITY, required=("title", "startsOn"), path="activity"),
            again=found.get("again", False),
        )

    def terms(self, badge_class: BadgeClass, *, now: datetime, awarded_by: str) -> Terms:
        """Return what is asked for; without dates it begins now and ends as proposed."""
        begins = self.valid_from or whole_second(now)
        return Terms(
            badge_class=badge_class,
            language=badge_class.language if self.language is None else self.language,
            valid_from=begins,
            valid_until=self.valid_until or proposed_end(begins, badge_class.months),
            awarded_by=awarded_by,
            again=self.again,
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


@dataclass(frozen=True, slots=True)
class AwardRequest:
    """An award to one person, as it is asked for."""

    terms: TermsRequest
    recipient: str
    evidence: tuple[Evidence, ...]

    @classmethod
    def parse(cls, document: Document) -> "AwardRequest":
        """Read the body.

        Raises:
            MalformedError: a member is unknown, missing or of another kind.
            RefusedError: a text in it cannot be signed.
        """
        readers = {**_TERMS, **_PERSON}
        found = read_members(document, readers, required=("badgeClass", "recipient"))
        return cls(TermsRequest.of(found), found["recipient"], _evidence(found, ""))

    def award(self, badge_class: BadgeClass, *, now: datetime, awarded_by: str) -> Award:
        """Return the award that is asked for.

        Raises:
            RefusedError: the recipient is nobody that could be found again.
        """
        terms = self.terms.terms(badge_class, now=now, awarded_by=awarded_by)
        return terms.award(parse_recipient(self.recipient), self.evidence)


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """An award to many, as it is asked for; the recipients are lines that are counted from 1."""

    terms: TermsRequest
    lines: tuple[Line, ...]

    @classmethod
    def parse(cls, document: Document) -> "BatchRequest":
        """Read the body.

        Raises:
            MalformedError, RefusedError: as `AwardRequest.parse`.
        """
        readers = {**_TERMS, "recipients": _read_array}
        found = read_members(document, readers, required=("badgeClass", "recipients"))
        lines = (_line(value, place) for place, value in enumerate(found["recipients"]))
        return cls(TermsRequest.of(found), tuple(lines))


def read_row_numbers(document: Document) -> tuple[int, ...] | None:
    """Read which rows of a batch are named; None is all of them.

    Raises:
        MalformedError: what is named are no numbers of rows.
    """
    found = read_members(document, {"rows": _read_array})
    if "rows" not in found:
        return None
    numbers = [read_whole_number(one, f"rows[{place}]") for place, one in enumerate(found["rows"])]
    if not numbers or not all(1 <= one <= MAXIMUM_NUMBER for one in numbers):
        raise MalformedError(
            f"rows: expected numbers from 1 to {MAXIMUM_NUMBER}", code=Code.DATA_MODEL
        )
    return tuple(numbers)


def _line(value: object, place: int) -> Line:
    path = f"recipients[{place}]"
    found = read_members(read_object(value, path), _PERSON, required=("recipient",), path=path)
    return Line(place + 1, found["recipient"], _evidence(found, f"{path}."))


def _evidence(found: Mapping[str, Any], prefix: str) -> tuple[Evidence, ...]:
    return tuple(
        _one_evidence(value, f"{prefix}evidence[{place}]")
        for place, value in enumerate(found.get("evidence", ()))
    )


def _one_evidence(value: object, path: str) -> Evidence:
    found = read_members(read_object(value, path), _EVIDENCE, path=path)
    if not found:
        raise MalformedError(f"{path} has neither url nor narrative", code=Code.DATA_MODEL)
    return Evidence(found.get("url"), found.get("narrative"))
