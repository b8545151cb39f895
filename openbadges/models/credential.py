"""The credentials that we read: a badge, an endorsement, and any other Verifiable Credential.

Each class reads version 2 of the data model and version 1.1, whose dates have other names.
Parsing says that a document is well formed; whether anyone signed it is said elsewhere.

Spec: vc-data-model-2.0; ob-v3p0#achievementcredential
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Final

from openbadges.errors import Code, MalformedError
from openbadges.models.model import Model, Name, join, values_of
from openbadges.models.profile import Image, Profile
from openbadges.models.readers import Uri
from openbadges.models.status import CredentialStatus
from openbadges.models.subject import AchievementSubject, EndorsementSubject
from openbadges.models.versions import VERSION_1_NAMES
from openbadges.strict import Document

_CREDENTIAL = frozenset({"VerifiableCredential"})
BADGE_TYPES: Final = frozenset({"AchievementCredential", "OpenBadgeCredential"})
"""Two names of one type; the first is an alias of the second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(Model):
    """Work or circumstances that show why a credential was given.

    Spec: ob-v3p0#evidence
    """

    needed_types = (frozenset({"Evidence"}),)

    id: Uri | None
    type: tuple[str, ...]
    name: str | None
    narrative: str | None
    description: str | None
    genre: str | None
    audience: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential(Model):
    """What every credential has. `proof` is kept as it is, for those who verify it."""

    needed_types: ClassVar[tuple[frozenset[str], ...]] = (_CREDENTIAL,)
    version_1_names = VERSION_1_NAMES

    context: Annotated[tuple[str | Document, ...], Name("@context")]
    id: Uri | None
    type: tuple[str, ...]
    valid_from: datetime | None
    valid_until: datetime | None
    credential_status: tuple[CredentialStatus, ...]
    proof: tuple[Document, ...]

    def check(self, path: str) -> None:
        """Refuse a validity that ends before it begins."""
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            name = self.names_in(self.document).get("validUntil", "validUntil")
            raise MalformedError(
                f"{join(path, name)}: the credential ends before it begins", code=Code.DATA_MODEL
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class AchievementCredential(Credential):
    """An Open Badge: one issuer says that one learner earned one achievement.

    `endorsement` and `endorsement_jwt` are kept as they are: each is a credential of its own.

    Spec: ob-v3p0#achievementcredential
    """

    needed_types = (_CREDENTIAL, BADGE_TYPES)

    id: Uri
    name: str | None
    description: str | None
    image: Image | None
    awarded_date: datetime | None
    credential_subject: AchievementSubject
    issuer: Profile
    valid_from: datetime
    evidence: tuple[Evidence, ...]
    endorsement: tuple[Document, ...]
    endorsement_jwt: tuple[str, ...]

    @property
    def subjects(self) -> tuple[AchievementSubject, ...]:
        """Everyone it is about: a badge with several subjects was refused when it was read."""
        return (self.credential_subject,)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndorsementCredential(Credential):
    """Someone speaks for an achievement, an issuer or an award.

    Spec: ob-v3p0#endorsementcredential
    """

    needed_types = (_CREDENTIAL, frozenset({"EndorsementCredential"}))

    name: str | None
    description: str | None
    awarded_date: datetime | None
    credential_subject: EndorsementSubject
    issuer: Profile
    valid_from: datetime

    @property
    def subjects(self) -> tuple[EndorsementSubject, ...]:
        """What it is about: an endorsement of several was refused when it was read."""
        return (self.credential_subject,)


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageValue(Model):
    """A text that says its language; a plain string is one that does not.

    Spec: vc-data-model-2.0#language-and-base-direction
    """

    text_member = "@value"
    # Whatever else stands there is a language map, or text that a reader would not look for.
    closed = Code.LANGUAGE_MAP

    value: Annotated[str, Name("@value")]
    language: Annotated[str | None, Name("@language")]
    direction: Annotated[str | None, Name("@direction")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject(Model):
    """A subject of any credential, whose claims are its `document`."""

    text_member = "id"

    id: Uri | None
    type: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer(Model):
    """The issuer of any credential."""

    text_member = "id"

    id: Uri
    type: tuple[str, ...]
    name: tuple[LanguageValue, ...]
    description: tuple[LanguageValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiableCredential(Credential):
    """A credential of whatever kind, as far as the data model itself goes.

    Spec: vc-data-model-2.0#verifiable-credentials
    """

    name: tuple[LanguageValue, ...]
    description: tuple[LanguageValue, ...]
    issuer: Issuer
    credential_subject: tuple[Subject, ...]

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """Everyone it is about."""
        return self.credential_subject


def credential_class(document: Document) -> type[Credential]:
    """Choose the class that reads a document, by the terms in its `type`."""
    found = values_of(document.get("type"))
    if any(kind in BADGE_TYPES for kind in found if isinstance(kind, str)):
        return AchievementCredential
    return EndorsementCredential if "EndorsementCredential" in found else VerifiableCredential
