"""An installation on trial, made where there is none yet, so that one command shows everything."""

from dataclasses import dataclass
from typing import Final

from issuer.issuers import Issuer, find_issuer
from issuer.new_issuer import NewIssuer, usual_method
from openbadges.errors import MissingError
from service.cli.issuers import create_for
from service.installation import Installation, Made, initialise
from service.settings import Settings

ORGANISATION: Final = "Example Learning Circle"


@dataclass(frozen=True, slots=True)
class Started:
    """The installation, and what was made for it just now."""

    installation: Installation
    made: Made | None


def open_or_make(settings: Settings) -> Started:
    """Open the installation of the data folder, or make one on trial.

    Raises:
        ExplainedError: as `Installation.open` and `initialise`.
    """
    try:
        return Started(Installation.open(settings), None)
    except MissingError:
        made = initialise(settings, organisation=ORGANISATION, base_url=settings.base_url)
        return Started(made.installation, made)


def issuer_of(installation: Installation) -> Issuer:
    """Return the issuer that awards, made where there is none yet.

    Raises:
        ExplainedError: as `create_for`.
    """
    try:
        with installation.database.read() as session:
            return find_issuer(session)
    except MissingError:
        return create_for(
            installation,
            NewIssuer(
                method=usual_method(installation.base_url),
                base_url=installation.base_url,
                name=installation.organisation,
            ),
        )
