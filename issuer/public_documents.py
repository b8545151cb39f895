"""What everyone may know of our badge classes and issuers, as documents at their own addresses.

An achievement lies at its id in each language, without a creator: several issuers may award the
same badge class, and a credential names its own. What may be read of people is not here but in
`released`.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from badge_classes.badge_class import BadgeClass
from badge_classes.rendering import class_url
from issuer.composition import CONTEXTS
from issuer.documents import write_json
from issuer.issuers import Issuer
from issuer.publication import PublicDocument, publish_changed

MEDIA_TYPE: Final = "application/ld+json"


def published_part(badge_class: BadgeClass) -> BadgeClass:
    """Return a published version without the translations that are drafts still."""
    locked = {tag: wording for tag, wording in badge_class.wordings.items() if wording.locked}
    return replace(badge_class, wordings=locked)


def badge_class_documents(badge_class: BadgeClass, base_url: str) -> Iterator[PublicDocument]:
    """Give the public documents of a published version: its picture, and each achievement."""
    published = published_part(badge_class)
    picture = published.picture
    yield PublicDocument(
        picture_url(base_url, published.slug, published.version), picture.data, picture.media_type
    )
    for language in published.languages:
        achievement = published.render_achievement(base_url=base_url, language=language)
        document = {"@context": list(CONTEXTS), **achievement}
        yield PublicDocument(achievement["id"], write_json(document), MEDIA_TYPE)


def picture_url(base_url: str, slug: str, version: int) -> str:
    """Return the address of a version's picture."""
    return f"{class_url(base_url, slug, version)}/badge.svg"


def publish_profile(session: Session, issuer: Issuer, now: datetime) -> None:
    """Let the address of an issuer's page answer with its profile, where it does not yet.

    Spec: ob-v3p0#profile
    """
    body = write_json({"@context": list(CONTEXTS), **issuer.profile()})
    document = PublicDocument(profile_url(issuer), body, MEDIA_TYPE)
    publish_changed(session, [document], issuer_id=issuer.id, now=now)


def profile_url(issuer: Issuer) -> str:
    """Return the address of an issuer's profile; its id is its DID."""
    return f"{issuer.base_url}/issuers/{issuer.id}"
