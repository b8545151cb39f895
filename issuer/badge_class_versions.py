"""Badge classes as they were published: the exact bytes of a version, taken over once.

Their public documents are written in `public_documents`; here they get their addresses.
"""

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from badge_classes.badge_class import BadgeClass
from badge_classes.wording import Wording
from issuer.audit import Act, note
from issuer.policy import check_published
from issuer.public_documents import badge_class_documents
from issuer.publication import publish_changed
from issuer.tables import BadgeClassTranslationRow, BadgeClassVersionRow, IssuerRow
from openbadges.errors import ConflictError


def import_version(session: Session, badge_class: BadgeClass, now: datetime) -> bool:
    """Take over a version with its translations, as published; returns whether anything was new.

    Its public documents answer at the address of each issuer from then on, also where the version
    itself was here before.

    Raises:
        RefusedError: it is a draft.
        ConflictError: this version was taken over before with other bytes.
    """
    check_published(badge_class)
    picture_sha256 = hashlib.sha256(badge_class.picture.data).hexdigest()
    key = (badge_class.slug, badge_class.version)
    row = session.get(BadgeClassVersionRow, key)
    if row is None:
        session.add(
            BadgeClassVersionRow(
                slug=badge_class.slug,
                version=badge_class.version,
                definition=badge_class.definition,
                definition_sha256=badge_class.sha256,
                picture=badge_class.picture.data,
                picture_sha256=picture_sha256,
                picture_media_type=badge_class.picture.media_type,
                imported_at=now,
            )
        )
        session.flush()
        sums = {"definitionSha256": badge_class.sha256, "pictureSha256": picture_sha256}
        note(session, Act.BADGE_CLASS_TAKEN_OVER, badge_class.reference, now=now, details=sums)
    else:
        _check_same(row, badge_class, picture_sha256)
    translated = [
        _import_translation(session, key, wording, now)
        for wording in badge_class.translations
        if wording.locked
    ]
    session.flush()
    for base_url in _base_urls(session):
        publish_changed(session, badge_class_documents(badge_class, base_url), now=now)
    return row is None or any(translated)


def check_unchanged(session: Session, badge_class: BadgeClass) -> None:
    """Return if a version is as it was taken over, or was not taken over yet.

    Raises:
        ConflictError: it has other bytes.
    """
    row = session.get(BadgeClassVersionRow, (badge_class.slug, badge_class.version))
    if row is not None:
        _check_same(row, badge_class, hashlib.sha256(badge_class.picture.data).hexdigest())


def _check_same(row: BadgeClassVersionRow, badge_class: BadgeClass, picture_sha256: str) -> None:
    if (row.definition_sha256, row.picture_sha256) != (badge_class.sha256, picture_sha256):
        raise ConflictError(
            f"{badge_class.reference} was published with other content, and a published version"
            " never changes: make a new version"
        )


def _base_urls(session: Session) -> list[str]:
    """Return where our issuers are: one address, unless a database serves several."""
    return sorted(session.scalars(select(IssuerRow.base_url).distinct()))


def _import_translation(
    session: Session, key: tuple[str, int], wording: Wording, now: datetime
) -> bool:
    row = session.get(BadgeClassTranslationRow, (*key, wording.language))
    if row is not None and row.translation_sha256 == wording.sha256:
        return False
    if row is None:
        row = BadgeClassTranslationRow(
            slug=key[0],
            version=key[1],
            language=wording.language,
            translation=wording.source,
            translation_sha256=wording.sha256,
            imported_at=now,
        )
        session.add(row)
    row.translation, row.translation_sha256, row.imported_at = wording.source, wording.sha256, now
    said = {"language": wording.language, "sha256": wording.sha256}
    note(session, Act.TRANSLATION_TAKEN_OVER, f"{key[0]}@{key[1]}", now=now, details=said)
    return True
