"""A badge class as plain frozen data: one version of one definition, in all its languages.

It can only be made by `loader` from checked files, or by a test. How it is read is in
`definition`, `translation` and `picture`; how it becomes an `Achievement` is in `rendering`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from badge_classes.methods import Field, Method
from badge_classes.rendering import render_achievement
from badge_classes.wording import Wording
from openbadges.errors import MissingError
from openbadges.strict import Document

PICTURE_MEDIA_TYPE: Final = "image/svg+xml"


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture of one version; `path` is relative to the catalogue's folder."""

    path: str
    data: bytes
    media_type: str = PICTURE_MEDIA_TYPE


@dataclass(frozen=True, slots=True)
class BadgeClass:
    """One immutable version of what can be awarded.

    `wordings` has the source language first. `locked` says that LOCK has this very definition and
    picture: only then may it be awarded; each wording says the same of its translation.
    `months` is how long an award is proposed to stay valid, or None for ever.
    `definition` is the file as it was read, byte for byte.
    """

    slug: str
    version: int
    locked: bool
    method: Method
    achievement_type: str
    language: str
    wordings: Mapping[str, Wording]
    fields: tuple[Field, ...]
    evidence_required: bool
    months: int | None
    picture: Picture
    definition: bytes

    @property
    def reference(self) -> str:
        """The name by which `Catalogue.find` finds exactly this version."""
        return f"{self.slug}@{self.version}"

    @property
    def sha256(self) -> str:
        """The SHA-256 of the definition in hex, as LOCK has it."""
        return hashlib.sha256(self.definition).hexdigest()

    @property
    def name(self) -> str:
        """The name in the source language."""
        return self.wordings[self.language].name

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it can be awarded in, its source language first."""
        return tuple(self.wordings)

    @property
    def translations(self) -> tuple[Wording, ...]:
        """The wordings in the other languages."""
        return tuple(text for text in self.wordings.values() if text.language != self.language)

    def wording(self, language: str) -> Wording:
        """Give its texts in one language.

        Raises:
            MissingError: it has no such translation; the languages that there are are named.
        """
        try:
            return self.wordings[language]
        except KeyError as error:
            raise MissingError(
                f"{self.reference} has no translation into {language!r:.40};"
                f" it is written in {', '.join(self.languages)}"
            ) from error

    def render_achievement(self, *, base_url: str, language: str) -> Document:
        """Render the Open Badges `Achievement` in one language, without its `creator`.

        Raises:
            MissingError: it has no such translation.

        Spec: ob-v3p0#achievement
        """
        return render_achievement(
            slug=self.slug,
            version=self.version,
            achievement_type=self.achievement_type,
            wording=self.wording(language),
            languages=self.languages,
            base_url=base_url,
        )
