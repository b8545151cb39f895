"""Whom a credential is about, and what it says of them.

Making and comparing hashes of identifiers is in `openbadges.identity`.

Spec: ob-v3p0#achievementsubject
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from openbadges.errors import Code, MalformedError
from openbadges.models.achievement import Achievement, Alignment
from openbadges.models.model import Model, join
from openbadges.models.profile import Image, Profile
from openbadges.models.readers import Uri

_IDENTITY_HASH: Final = re.compile(r"sha256\$[0-9A-Fa-f]{64}|md5\$[0-9A-Fa-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityObject(Model):
    """An identifier of the recipient, in clear or as a salted hash.

    Spec: ob-v3p0#identityobject; ob-v3p0#identityhash
    """

    needed_types = (frozenset({"IdentityObject"}),)
    closed = Code.DATA_MODEL

    type: tuple[str, ...]
    hashed: bool
    identity_hash: str
    identity_type: str
    salt: str | None

    def check(self, path: str) -> None:
        """Refuse a hash that no reader could compare with anything."""
        if self.hashed and not _IDENTITY_HASH.fullmatch(self.identity_hash):
            raise MalformedError(
                f"{join(path, 'identityHash')}: expected sha256$ and 64 hexadecimal digits, or"
                f" md5$ and 32; found {self.identity_hash!r:.80}",
                code=Code.DATA_MODEL,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Result(Model):
    """A result that this learner had; `result_description` names what it means.

    Spec: ob-v3p0#result
    """

    needed_types = (frozenset({"Result"}),)

    type: tuple[str, ...]
    achieved_level: str | None
    alignment: tuple[Alignment, ...]
    result_description: str | None
    status: str | None
    value: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AchievementSubject(Model):
    """The learner, and the achievement they earned.

    Spec: ob-v3p0#achievementsubject
    """

    needed_types = (frozenset({"AchievementSubject"}),)

    id: Uri | None
    type: tuple[str, ...]
    achievement: Achievement
    identifier: tuple[IdentityObject, ...]
    activity_start_date: datetime | None
    activity_end_date: datetime | None
    credits_earned: float | None
    image: Image | None
    license_number: str | None
    narrative: str | None
    result: tuple[Result, ...]
    role: str | None
    source: Profile | None
    term: str | None

    def check(self, path: str) -> None:
        """Refuse a subject that names nobody."""
        if self.id is None and not self.identifier:
            raise MalformedError(
                f"{path or 'the subject'}: expected an id or an identifier, found neither",
                code=Code.DATA_MODEL,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class EndorsementSubject(Model):
    """What is endorsed, and the endorser's comment.

    Spec: ob-v3p0#endorsementsubject
    """

    needed_types = (frozenset({"EndorsementSubject"}),)

    id: Uri
    type: tuple[str, ...]
    endorsement_comment: str | None
