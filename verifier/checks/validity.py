"""Is the credential valid at this moment? Both ends of the period belong to it."""

from datetime import datetime

from openbadges.errors import Code, MalformedError
from openbadges.strict import Document, parse_timestamp
from verifier.policy import CLOCK_SKEW
from verifier.report import Check, Finding

# VCDM 2.0 and 1.1 name the same two dates differently.
_START = ("validFrom", "issuanceDate")
_END = ("validUntil", "expirationDate")


def check_validity(verified: Document, *, now: datetime, is_selective: bool = False) -> Finding:
    """Compare the period with `now`; a start up to five minutes ahead is a clock's difference.

    Of a document that `is_selective` whoever shows it may have left the end out.

    Spec: vc-data-model-2.0#validity-period
    """
    try:
        start, end = _moment(verified, _START), _moment(verified, _END)
    except MalformedError as error:
        return Finding.of(Check.VALIDITY, error)
    if start is not None and start > now + CLOCK_SKEW:
        return Finding.failed(
            Check.VALIDITY, Code.NOT_YET_VALID, f"it is valid only from {start:%Y-%m-%d %H:%M} UTC"
        )
    if end is not None and end < now:
        return Finding.failed(
            Check.VALIDITY, Code.EXPIRED, f"it expired on {end:%Y-%m-%d at %H:%M} UTC"
        )
    if end is None and is_selective:
        sentence = "no end of it was shown, and whoever shows it may have left one out"
        return Finding.passed(Check.VALIDITY, sentence, code=Code.NOT_DISCLOSED)
    until = f"until {end:%Y-%m-%d %H:%M} UTC" if end else "without an end"
    since = f"since {start:%Y-%m-%d %H:%M} UTC, " if start else ""
    return Finding.passed(Check.VALIDITY, f"it is valid {since}{until}")


def start_of(verified: Document) -> datetime | None:
    """Return when the period begins, of a document whose period was found to hold."""
    return _moment(verified, _START)


def _moment(document: Document, names: tuple[str, ...]) -> datetime | None:
    found = next((name for name in names if name in document), None)
    return None if found is None else parse_timestamp(document[found], what=found)
