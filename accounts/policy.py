"""Who may do what, and how long what opens a door keeps opening it."""

from datetime import timedelta
from typing import Final

from accounts.tables import Role

SIGN_IN_LINK_LIFETIME = timedelta(minutes=15)  # it travels by chat or mail, where others read (I10)
FIRST_LINK_LIFETIME = timedelta(
    hours=24
)  # it stands in the log of whoever installs, maybe at night
SESSION_LIFETIME = timedelta(hours=12)  # a working day, however busy; then a new link is asked for
SESSION_IDLE = timedelta(hours=2)  # an account left open on a shared computer closes over lunch
LEARNER_SESSION_LIFETIME = timedelta(days=30)  # a browser that manages its own awards, never idle
TOUCH_AFTER = timedelta(minutes=1)  # between two notes that a session was seen: reading stays cheap
TOKEN_BYTES = 20  # 160 bits, where 128 are beyond guessing: 32 letters without padding (I13)
MAXIMUM_NAME_CHARACTERS = 300  # of an account or a token
MAXIMUM_SESSION_BYTES = 8192  # of JSON: fifty awards that one browser manages, and room for more

_MAY_AWARD: Final = frozenset({Role.TRAINER, Role.ADMINISTRATOR})
_SEES_ALL_AWARDS: Final = frozenset({Role.ADMINISTRATOR})
_MANAGES_ACCOUNTS: Final = frozenset({Role.ADMINISTRATOR})


def may_award(role: Role) -> bool:
    """Tell whether an account of this role awards badges."""
    return role in _MAY_AWARD


def sees_all_awards(role: Role) -> bool:
    """Tell whether it sees the awards of others too; everyone sees their own (I11)."""
    return role in _SEES_ALL_AWARDS


def manages_accounts(role: Role) -> bool:
    """Tell whether it lets people in and shuts them out."""
    return role in _MANAGES_ACCOUNTS
