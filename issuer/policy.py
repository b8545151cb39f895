"""What the issuer permits, and the figures it decides by."""

import re
from calendar import monthrange
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from badge_classes.badge_class import BadgeClass
from issuer.award import Award, Evidence
from openbadges.errors import RefusedError

HOLD = timedelta(
    minutes=10
)  # the pages and notices of a new award stay closed, so it can be undone
TAKING_AGAIN = timedelta(hours=1)  # a lost answer to who took a badge can be asked for again
STATUS_LIST_LIFETIME = timedelta(days=7)  # a list is not believed longer, so it is signed anew
STATUS_LIST_LATE = timedelta(seconds=90)  # a revocation waits for a round of 30 s, and no more
STATUS_LIST_RENEWAL = timedelta(days=1)  # ... every day
STATUS_LIST_TTL = timedelta(minutes=5)  # a reader may keep a list this long without asking again
STATUS_LIST_ENTRIES = 131_072  # indexes of one list; fewer would tell who is behind one (F18)
# Beyond three quarters a random free index takes more than four tries on average.
STATUS_LIST_FULL = STATUS_LIST_ENTRIES * 3 // 4
MAXIMUM_REASON_CHARACTERS = 500
MAXIMUM_NARRATIVE_CHARACTERS = 10_000
MAXIMUM_EVIDENCE = 20
MAXIMUM_URL_CHARACTERS = 2_000
MAXIMUM_NAME_CHARACTERS = 300  # of an issuer
MAXIMUM_SHARE_LINKS = 50  # of one award; withdrawn ones make room, so nobody fills the database
MAXIMUM_LINK_NAME_CHARACTERS = 300

# What an IRI may hold: brackets around its host only, and two hex digits after a per cent sign.
_LINK: Final = re.compile(
    r"https?://(?:\[[^\[\]]*\])?"
    r'(?:[^\s\x00-\x1f\x7f-\x9f<>"{}|\\^`\[\]%\ud800-\udfff\ufeff]|%[0-9A-Fa-f]{2})*',
    re.IGNORECASE,
)


def check_published(badge_class: BadgeClass) -> None:
    """Return if a version is published, and so will never change.

    Raises:
        RefusedError: it is a draft.
    """
    if not badge_class.locked:
        raise RefusedError(
            f"{badge_class.reference} is a draft: publish it first with"
            " `insignia badge-classes lock`"
        )


def check_award(award: Award) -> None:
    """Return if this award may be made.

    Raises:
        RefusedError: a draft badge class, a period that ends before it begins, missing evidence,
            or a link that is none.
        MissingError: the badge class is not written in the language.
    """
    badge_class = award.badge_class
    check_published(badge_class)
    if not badge_class.wording(award.language).locked:
        raise RefusedError(
            f"the translation of {badge_class.reference} into {award.language} is a draft: publish"
            " it first with `insignia badge-classes lock`"
        )
    if award.valid_until is not None and award.valid_until <= award.valid_from:
        raise RefusedError(
            f"the award would end ({award.valid_until:%Y-%m-%d %H:%M}) before it begins"
            f" ({award.valid_from:%Y-%m-%d %H:%M})"
        )
    if badge_class.evidence_required and not award.evidence:
        raise RefusedError(f"{badge_class.reference} asks for evidence, and none was given")
    if len(award.evidence) > MAXIMUM_EVIDENCE:
        raise RefusedError(f"{len(award.evidence)} pieces of evidence; at most {MAXIMUM_EVIDENCE}")
    for evidence in award.evidence:
        _check_evidence(evidence)


def _check_evidence(evidence: Evidence) -> None:
    if evidence.narrative and len(evidence.narrative) > MAXIMUM_NARRATIVE_CHARACTERS:
        raise RefusedError(
            f"a narrative of {len(evidence.narrative)} characters; at most"
            f" {MAXIMUM_NARRATIVE_CHARACTERS}"
        )
    if evidence.url is not None:
        check_link(evidence.url, what="evidence")


def check_link(url: str, *, what: str, maximum_characters: int = MAXIMUM_URL_CHARACTERS) -> None:
    """Return if a link may be shown to people.

    Raises:
        RefusedError: it is no http(s) address, or too long.
    """
    try:
        parts = urlsplit(url)
        sound = bool(parts.hostname) and parts.port != 0  # a port that is none raises
    except ValueError:
        sound = False
    if not sound or len(url) > maximum_characters or not _LINK.fullmatch(url):
        raise RefusedError(f"{what} must be a link that begins with https://; found {url!r:.120}")


def proposed_end(valid_from: datetime, months: int | None) -> datetime | None:
    """Return when an award of some months ends; a day that its last month lacks is the last one."""
    if months is None:
        return None
    year, month = divmod(valid_from.year * 12 + valid_from.month - 1 + months, 12)
    day = min(valid_from.day, monthrange(year, month + 1)[1])
    return valid_from.replace(year=year, month=month + 1, day=day)
