"""The issuers that a trainer can award for."""

from issuer.issuers import Issuer, list_issuers
from issuer.tables import Profile
from openbadges.errors import MissingError
from service.web.running import running


def awarding_issuers() -> tuple[Issuer, ...]:
    """Return the issuers of badges, the newest first.

    Raises:
        MissingError: there is none yet.
    """
    with running().installation.database.read() as session:
        found = tuple(one for one in list_issuers(session) if one.signs is Profile.BADGES)
    if not found:
        raise MissingError("there is no issuer yet; make one with `insignia issuer create`")
    return found
