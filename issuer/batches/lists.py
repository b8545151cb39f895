"""The list of a batch, checked as a whole before anything is written; nobody stands in it twice."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from badge_classes.badge_class import BadgeClass
from issuer.award import Award, Evidence, Recipient, parse_recipient
from issuer.issuers import Issuer, check_signs
from issuer.policy import check_award
from issuer.recipients import recipient_hash
from issuer.tables import Profile
from keys import Keystore
from openbadges.errors import RefusedError

MAXIMUM_RECIPIENTS: Final = 10_000  # of one batch: an hour's work
MAXIMUM_NUMBER: Final = 2**31 - 1  # of a line, as databases count
TROUBLES_TOLD: Final = 10  # of one list, so that its lines can be put right together


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it was written: whom it names, and what that person did."""

    number: int
    recipient: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """One recipient of a batch, by the number of their line."""

    number: int
    recipient: Recipient
    hashed: str  # the keyed hash under which the person is found
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """What all recipients of a batch get; `again` gives it also to who has this badge."""

    badge_class: BadgeClass
    language: str
    valid_from: datetime
    valid_until: datetime | None = None
    awarded_by: str | None = None
    activity_id: str | None = None
    again: bool = False

    def award(self, recipient: Recipient, evidence: tuple[Evidence, ...]) -> Award:
        """Return what one of them is awarded."""
        return Award(
            badge_class=self.badge_class,
            recipient=recipient,
            language=self.language,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            evidence=evidence,
            awarded_by=self.awarded_by,
            activity_id=self.activity_id,
        )


def lines_of(text: str, evidence: tuple[Evidence, ...] = ()) -> Iterator[Line]:
    """Yield the lines of a text that name somebody: neither empty ones, nor notes after a `#`."""
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield Line(number, line, evidence)


def check_list(
    terms: Terms, lines: Iterable[Line], *, issuer: Issuer, keystore: Keystore
) -> tuple[Listed, ...]:
    """Read a list, and check all that can be known before the first award.

    Raises:
        RefusedError: the issuer awards no badges; the list is empty or too long; lines are refused,
            or name one person twice: they are told together, by their numbers.
        MissingError: the badge class is not written in the language, or a secret is gone.
    """
    check_signs(issuer, Profile.BADGES)
    found = list(lines)
    if not 0 < len(found) <= MAXIMUM_RECIPIENTS:
        raise RefusedError(f"a batch has 1 to {MAXIMUM_RECIPIENTS} recipients; found {len(found)}")
    troubles: list[str] = []
    listed: list[Listed] = []
    for line in found:
        try:
            listed.append(_listed(terms, line, keystore))
        except RefusedError as error:
            troubles.append(f"line {line.number}: {error}")
    troubles += _doubles(listed)
    if troubles:
        raise RefusedError(_told(troubles))
    return tuple(listed)


def _listed(terms: Terms, line: Line, keystore: Keystore) -> Listed:
    recipient = parse_recipient(line.recipient)
    check_award(terms.award(recipient, line.evidence))
    return Listed(line.number, recipient, recipient_hash(recipient, keystore), line.evidence)


def _doubles(listed: Sequence[Listed]) -> Iterator[str]:
    first: dict[str, int] = {}
    for one in listed:
        number = first.setdefault(one.hashed, one.number)
        if number != one.number:
            yield f"line {one.number}: this is the person of line {number}"


def _told(troubles: Sequence[str]) -> str:
    more = len(troubles) - TROUBLES_TOLD
    told = "; ".join(troubles[:TROUBLES_TOLD])
    return f"nobody was awarded: {told}" + (f"; and {more} more" if more > 0 else "")
