"""An award that was cut off, taken over by the one who alone works on its request by now.

Whoever began it may come back: it then finds that it was given up (`reservation.record`) or that
another was faster (`release.release`), and releases nothing.
"""

from datetime import datetime

from issuer.award_rows import credentials_of
from issuer.issuance import Issuance
from issuer.requests import RequestKey, find_requested
from issuer.reservation import forget
from issuer.status import publish_due
from issuer.tables import AwardRow, AwardState, CredentialState


def take_over(issuance: Issuance, request: RequestKey, *, now: datetime) -> AwardRow | None:
    """Finish what is on record of a request, drop what is not, and return its award.

    None says that there is none, and that the request may be made.

    Raises:
        RefusedError, MissingError: what is on record cannot be finished.
        ConflictError: it was revoked meanwhile.
        UnavailableError: the database does not answer.
    """
    database = issuance.database
    with database.read() as session:
        award = find_requested(session, request)
        credentials = [] if award is None else credentials_of(session, award.id)
    if award is None or award.state is not AwardState.DECIDED:
        return award
    recorded = [one.id for one in credentials if one.state is CredentialState.LINTED]
    if not recorded:
        reserved = [one.id for one in credentials]
        database.transact(lambda session: forget(session, reserved, now))
        return None
    # after a long pause the lists are too old for what is verified
    database.transact(lambda session: publish_due(session, issuance.issuer, issuance.keystore, now))
    for credential_id in recorded:
        issuance.finish(credential_id, now=now)
    with database.read() as session:
        return find_requested(session, request)
