"""All that is published without an award: badge classes and profiles, made current at a start.

What is published already stays as it is, so it may be done as often as one likes. Status lists are
the business of `due`.
"""

from datetime import datetime
from functools import partial

from issuer.badge_class_versions import import_version
from issuer.issuers import list_issuers
from issuer.public_documents import publish_profile
from issuer.publication import export
from openbadges.errors import ConflictError
from service.installation import Installation


def publish_everything(installation: Installation, *, now: datetime) -> None:
    """Publish every issuer's profile and every published badge class.

    Raises:
        ConflictError, OpenBadgesError: as `publish_badge_classes`; all else is done.
    """
    with installation.database.read() as session:
        issuers = list_issuers(session)
    for issuer in issuers:
        installation.database.transact(partial(publish_profile, issuer=issuer, now=now))
    publish_badge_classes(installation, now=now)


def publish_badge_classes(installation: Installation, *, now: datetime) -> list[str]:
    """Take every published version over, and write files of all that is published by then.

    Returns which versions had something new.

    Raises:
        ConflictError: one was taken over before with other content; the others are here.
        OpenBadgesError: a definition is malformed; the other badge classes are here.
    """
    new, troubles = [], []
    for badge_class in installation.catalogue:
        if not badge_class.locked:
            continue
        work = partial(import_version, badge_class=badge_class, now=now)
        try:
            if installation.database.transact(work):
                new.append(badge_class.reference)
        except ConflictError as error:
            troubles.append(error)
    export(installation.database, installation.public)
    installation.check_catalogue()
    if troubles:
        raise troubles[0]
    return new
