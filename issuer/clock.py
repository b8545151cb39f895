"""Whether the clock can be right, asked before anything is signed (R17).

What is signed tells for ever when it was, and a clock that is wrong once would put every later act
before an earlier one. The audit log is the memory: it goes on only. Nobody on this machine can tell
a clock that ran ahead from a machine that slept, so after a long silence a person says which it is
(`accept_clock`); pages, verification and revocation wait for nobody.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from issuer.audit import INSTALLATION, OPERATOR, Act, last_moment, note
from openbadges.errors import Code, RefusedError
from openbadges.strict import format_timestamp

PROGRAM_DATE: Final = datetime(2026, 1, 1, tzinfo=UTC)  # no clock was earlier than the program
PROGRAM_LIFETIME: Final = timedelta(days=3650)  # nobody runs a program this old without an update
MAXIMUM_STEP_BACK: Final = timedelta(minutes=5)  # processes and machines differ by so much
MAXIMUM_SILENCE: Final = timedelta(days=180)  # a running service does something every day

_CURE: Final = "set it right, or where it is right say so with `insignia accept-clock`"


def check_clock(session: Session, now: datetime) -> None:
    """Return if `now` can be the present time.

    Raises:
        RefusedError: it is before the last act, long after it, or not of this program's time.
    """
    check_plausible(now)
    last = last_moment(session)
    if last is None:
        return
    if now < last - MAXIMUM_STEP_BACK:
        raise RefusedError(
            f"the clock says {format_timestamp(now)}, and the last act here was at"
            f" {format_timestamp(last)}: {_CURE}",
            code=Code.CANNOT_SIGN,
        )
    if now > last + MAXIMUM_SILENCE:
        raise RefusedError(
            f"the clock says {format_timestamp(now)}, and nothing was done here since"
            f" {format_timestamp(last)}: {_CURE}",
            code=Code.CANNOT_SIGN,
        )


def check_plausible(now: datetime) -> None:
    """Return if this program can be running at `now`.

    Raises:
        RefusedError: it was not made yet, or is too old.
    """
    if not PROGRAM_DATE <= now <= PROGRAM_DATE + PROGRAM_LIFETIME:
        raise RefusedError(
            f"the clock says {format_timestamp(now)}, and this program is of"
            f" {format_timestamp(PROGRAM_DATE)}: set the clock right, or update the program",
            code=Code.CANNOT_SIGN,
        )


def accept_clock(session: Session, now: datetime) -> None:
    """Note that a person found the clock right; acts go on from `now`.

    Raises:
        RefusedError: it cannot be right, whoever says so.
    """
    check_plausible(now)
    note(session, Act.CLOCK_ACCEPTED, INSTALLATION, now=now, actor=OPERATOR)
