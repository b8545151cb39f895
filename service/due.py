"""What is due, done at once: awards finished, keys turned, status lists published, files exported.

The command line calls it when somebody asks, the service every half minute.
"""

from datetime import datetime
from functools import partial

from accounts.sessions import sweep
from issuer.issuers import Issuer, list_issuers
from issuer.publication import export
from issuer.rotation import Rotation
from issuer.status import publish_due
from openbadges.errors import ExplainedError, MissingError, RefusedError
from service.installation import Installation
from service.issuing import issuance_of


def publish_status(installation: Installation, *, now: datetime) -> int:
    """Publish what is due of every issuer's lists; returns how many were published.

    Raises:
        RefusedError, MissingError: an issuer's key does not sign; the others' lists are published.
    """
    count = 0
    troubles: list[ExplainedError] = []
    for issuer in _issuers(installation):
        work = partial(publish_due, issuer=issuer, keystore=installation.keystore, now=now)
        try:
            count += installation.database.transact(work)
        except (RefusedError, MissingError) as error:
            troubles.append(error)
    export(installation.database, installation.public)
    if troubles:
        raise troubles[0]
    return count


def finish_interrupted(installation: Installation, *, now: datetime) -> int:
    """Finish the awards that a crash interrupted; returns how many credentials that were.

    Raises:
        RefusedError, MissingError: one cannot be finished; it is named, with the way out, and the
            other issuers' are finished.
    """
    count = 0
    troubles: list[ExplainedError] = []
    for issuer in _issuers(installation):
        issuance = issuance_of(installation, issuer)
        try:
            count += issuance.finish_recorded(now=now)
        except (RefusedError, MissingError) as error:
            troubles.append(error)
    if troubles:
        raise troubles[0]
    return count


def turn_keys(installation: Installation, *, now: datetime) -> None:
    """Take the steps that are due of rotations, and begin those of keys that grew old.

    What is published of it is written to files with the status lists.

    Raises:
        RefusedError: the keystore is damaged.
    """
    rotation = Rotation(installation.base_url, installation.keystore)
    work = partial(rotation.turn, now=now, lifetime=installation.settings.limits.key_lifetime)
    installation.database.transact(work)


def sweep_sessions(installation: Installation, *, now: datetime) -> None:
    """Delete the browser sessions that are over."""
    installation.database.transact(lambda session: sweep(session, now))


def _issuers(installation: Installation) -> tuple[Issuer, ...]:
    with installation.database.read() as session:
        return list_issuers(session)
