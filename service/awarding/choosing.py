"""What can be awarded: the newest published version of each badge class, by method and language."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from badge_classes.badge_class import BadgeClass
from badge_classes.catalogue import Catalogue
from badge_classes.methods import Method


@dataclass(frozen=True, slots=True)
class Choice:
    """What a trainer looks for; None admits all."""

    method: Method | None
    language: str | None

    @classmethod
    def of(cls, method: str | None, language: str | None) -> Self:
        """Read a choice from an address; a method that there is not admits all."""
        known = next((one for one in Method if one.value == method), None)
        return cls(known, language or None)

    def admits(self, badge_class: BadgeClass) -> bool:
        """Tell whether a badge class is one that is looked for."""
        return (self.method is None or badge_class.method is self.method) and (
            self.language is None or self.language in published_languages(badge_class)
        )


def awardable(catalogue: Catalogue) -> list[BadgeClass]:
    """Return the newest published version of each badge class, by its name."""
    newest = (catalogue.find(slug) for slug in catalogue.slugs)
    return sorted((one for one in newest if one.locked), key=lambda one: one.name.casefold())


def languages_of(classes: Sequence[BadgeClass]) -> list[str]:
    """Return every language that one of them can be awarded in."""
    return sorted({tag for one in classes for tag in published_languages(one)})


def published_languages(badge_class: BadgeClass) -> list[str]:
    """Return the languages that a badge class can be awarded in, without drafts; its own first."""
    return [tag for tag in badge_class.languages if badge_class.wording(tag).locked]
