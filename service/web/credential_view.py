"""A credential as its page shows it, read from a document that was verified, or will be signed.

Whatever the page shows stands in the document: a view is made of nothing else. A name or a picture
in it is what somebody says, and never becomes a mark of ours (I22).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from openbadges.errors import ExplainedError
from openbadges.models import AchievementCredential, credential_class
from openbadges.models.achievement import Alignment, ResultDescription
from openbadges.models.credential import Evidence, LanguageValue, VerifiableCredential
from openbadges.models.profile import Profile
from openbadges.models.subject import AchievementSubject
from openbadges.strict import Document

MAXIMUM_PICTURE_CHARACTERS: Final = 512 * 1024  # of a picture inside the credential (G19)
_INLINE_PICTURES: Final = ("data:image/png;base64,", "data:image/jpeg;base64,")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom it is for, as far as it says: a kind of identifier, and what it is if not hashed."""

    kind: str  # an identityType of the standard, or "id"
    value: str | None


@dataclass(frozen=True, slots=True)
class Achieved:
    """A result that the recipient had; `name` is that of its description, where there is one."""

    name: str | None
    value: str
    status: str | None


@dataclass(frozen=True, slots=True)
class CredentialView:
    """What a page shows of one credential."""

    id: str | None
    name: str
    language: str | None
    description: str | None
    criteria: str | None
    criteria_url: str | None
    picture: str | None
    caption: str
    issuer_id: str
    issuer_name: str | None
    issuer_url: str | None
    valid_from: datetime | None
    valid_until: datetime | None
    recipients: tuple[Recipient, ...]
    tags: tuple[str, ...] = ()
    alignments: tuple[Alignment, ...] = ()
    achieved: tuple[Achieved, ...] = ()
    results: tuple[ResultDescription, ...] = ()  # that one can have
    narrative: str | None = None  # of what this recipient did
    started: datetime | None = None
    ended: datetime | None = None
    role: str | None = None
    credits: float | None = None
    evidence: tuple[Evidence, ...] = ()
    achievement_id: str | None = None
    version: str | None = None
    claims: tuple[Document, ...] = ()  # the subjects of a credential that is no badge

    @property
    def claims_as_text(self) -> str:
        """The subjects as JSON, one line a member."""
        return json.dumps(self.claims, ensure_ascii=False, indent=2)


def view_of(document: Document, *, base_url: str) -> CredentialView:
    """Make the view of a document that the data model was checked against.

    Raises:
        MalformedError: it is not what the data model asks for.
    """
    if credential_class(document) is AchievementCredential:
        return _badge(AchievementCredential.parse(document), base_url)
    return _any(VerifiableCredential.parse(document))


def view_or_none(document: Document | None, *, base_url: str) -> CredentialView | None:
    """Make the view of whatever was presented, or None where it cannot be read as a credential."""
    try:
        return None if document is None else view_of(document, base_url=base_url)
    except ExplainedError:
        return None


def _badge(badge: AchievementCredential, base_url: str) -> CredentialView:
    achievement = badge.credential_subject.achievement
    image = badge.image or achievement.image
    return CredentialView(
        id=badge.id,
        name=achievement.name,
        language=achievement.in_language,
        description=achievement.description,
        criteria=achievement.criteria.narrative,
        criteria_url=_link(achievement.criteria.id),
        picture=None if image is None else _picture(image.id, base_url),
        caption=(image.caption or "") if image is not None else "",
        issuer_id=badge.issuer.id,
        issuer_name=_name(badge.issuer),
        issuer_url=_link(badge.issuer.url),
        valid_from=badge.valid_from,
        valid_until=badge.valid_until,
        recipients=tuple(_recipients(badge.credential_subject)),
        tags=achievement.tag,
        alignments=achievement.alignment,
        achieved=tuple(_achieved(badge.credential_subject)),
        results=achievement.result_description,
        narrative=badge.credential_subject.narrative,
        started=badge.credential_subject.activity_start_date,
        ended=badge.credential_subject.activity_end_date,
        role=badge.credential_subject.role,
        credits=badge.credential_subject.credits_earned,
        evidence=badge.evidence,
        achievement_id=_link(achievement.id),
        version=achievement.version,
    )


def _any(credential: VerifiableCredential) -> CredentialView:
    kinds = [kind for kind in credential.type if kind != "VerifiableCredential"]
    names = credential.name
    return CredentialView(
        id=credential.id,
        name=_text(names) or ", ".join(kinds) or "VerifiableCredential",
        language=names[0].language if names else None,
        description=_text(credential.description),
        criteria=None,
        criteria_url=None,
        picture=None,
        caption="",
        issuer_id=credential.issuer.id,
        issuer_name=_text(credential.issuer.name),
        issuer_url=None,
        valid_from=credential.valid_from,
        valid_until=credential.valid_until,
        recipients=tuple(Recipient("id", one.id) for one in credential.subjects if one.id),
        claims=tuple(subject.document for subject in credential.subjects),
    )


def _name(issuer: Profile) -> str | None:
    return issuer.name


def _text(values: tuple[LanguageValue, ...]) -> str | None:
    return values[0].value if values else None


def _recipients(subject: AchievementSubject) -> list[Recipient]:
    named = [
        Recipient(identity.identity_type, None if identity.hashed else identity.identity_hash)
        for identity in subject.identifier
    ]
    if subject.id is not None and not subject.id.startswith("urn:uuid:"):
        named.append(Recipient("id", subject.id))
    return named


def _achieved(subject: AchievementSubject) -> Iterator[Achieved]:
    """Give each result with the names that the achievement has for it and for its level."""
    described = {str(one.id): one for one in subject.achievement.result_description}
    for result in subject.result:
        description = described.get(result.result_description or "")
        levels = description.rubric_criterion_level if description else ()
        level = next((one.name for one in levels if one.id == result.achieved_level), None)
        value = level or result.value or result.achieved_level or result.status
        if value is not None:
            status = None if result.status == value else result.status
            yield Achieved(description.name if description else None, value, status)


def _picture(url: str, base_url: str) -> str | None:
    """Return where our own page can show a picture from, which is never somebody else's server."""
    if url.startswith(f"{base_url}/") and not url.startswith(f"{base_url}//"):
        return urlsplit(url).path  # (two slashes would begin another host)
    is_inline = url.startswith(_INLINE_PICTURES) and len(url) <= MAXIMUM_PICTURE_CHARACTERS
    return url if is_inline else None


def _link(url: str | None) -> str | None:
    """Return a link that may be followed, and None for any other scheme (H13)."""
    return url if url is not None and url.startswith(("https://", "http://")) else None
