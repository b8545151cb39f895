"""All badge classes of one folder, to be found by slug and version."""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from badge_classes.badge_class import BadgeClass
from openbadges.errors import MissingError

_REFERENCE: Final = re.compile(r"(?P<slug>[^@]*)(?:@(?P<version>[1-9][0-9]{0,5}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every version of every badge class: by slug, the versions from the first to the newest."""

    classes: Mapping[str, tuple[BadgeClass, ...]]

    def __iter__(self) -> Iterator[BadgeClass]:
        """Give every version, by slug and then by number."""
        return (version for slug in sorted(self.classes) for version in self.classes[slug])

    def __len__(self) -> int:
        return sum(len(versions) for versions in self.classes.values())

    @property
    def slugs(self) -> tuple[str, ...]:
        """The slugs in alphabetical order."""
        return tuple(sorted(self.classes))

    def find(self, reference: str) -> BadgeClass:
        """Find "slug" (its newest version) or "slug@2" (that version).

        The newest is the newest locked one, so that a draft of a next version stops nobody from
        awarding; where none is locked it is the newest draft.

        Raises:
            MissingError: there is none; what is near to it is named.
        """
        match = _REFERENCE.fullmatch(reference)
        versions = self.classes.get(match["slug"]) if match else None
        if match is None or versions is None:
            raise MissingError(f"there is no badge class {reference!r:.80}{self._near(reference)}")
        if match["version"] is None:
            locked = [version for version in versions if version.locked]
            return (locked or versions)[-1]
        for version in versions:
            if version.version == int(match["version"]):
                return version
        numbers = ", ".join(version.reference for version in versions)
        raise MissingError(f"there is no badge class {reference!r:.80}; there is {numbers}")

    def _near(self, reference: str) -> str:
        slug = reference.partition("@")[0][:80].lower().replace("_", "-").replace(" ", "-")
        names = {version.name.lower(): version.slug for version in self}
        near = [
            *difflib.get_close_matches(slug, self.classes, n=3),
            *(
                names[name]
                for name in difflib.get_close_matches(reference.lower()[:80], names, n=1)
            ),
            *(known for known in self.slugs if slug and slug in known),
        ]
        if near:
            return f"; did you mean {' or '.join(list(dict.fromkeys(near))[:3])}?"
        return "" if self.classes else "; this catalogue is empty"
