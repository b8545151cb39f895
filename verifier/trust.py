"""Who may speak: the issuers that this installation knows by name, and the registries it asks.

An issuer that is not listed is unknown, which is a finding of its own and never a fault of the
badge. Listing an issuer never makes a bad badge good. What a registry of others says is read in
`known_issuers`.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from openbadges.errors import MalformedError
from openbadges.strict import Document, describe, parse_json_object

MAXIMUM_NAME_CHARACTERS: Final = 500  # more than any issuer of ours may have
MAXIMUM_NOTE_CHARACTERS: Final = 1000  # a few sentences of the operator's own
MAXIMUM_REGISTRIES: Final = 3  # each may cost one of the eight fetches of a verification (E15)

_NEVER_IN_NAMES: Final = ("Cc", "Zl", "Zp")  # controls, and what breaks a line
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")
_ISSUER_MEMBERS: Final = frozenset({"name", "colour", "note"})
_REGISTRY_MEMBERS: Final = frozenset({"name", "url", "colour"})


@dataclass(frozen=True, slots=True)
class KnownIssuer:
    """The name under which an issuer is known; `registry` says by whom, where it is not here.

    Everything here is text: a page shows it as such, and a colour only as a mark beside a name.
    """

    name: str
    colour: str | None = None
    note: str | None = None
    registry: str | None = None


@dataclass(frozen=True, slots=True)
class KnownRegistry:
    """A registry of issuers that others keep, which the operator chose to ask."""

    name: str
    url: str
    colour: str | None = None


@dataclass(frozen=True, slots=True)
class TrustRegistry:
    """Issuer identifiers (DIDs or https URLs) that are known here, then the registries of others.

    The order of the registries is that of their weight: the first that knows an issuer names it.
    """

    issuers: Mapping[str, KnownIssuer] = field(default_factory=dict)
    registries: tuple[KnownRegistry, ...] = ()

    def known(self, issuer: str) -> KnownIssuer | None:
        """Return what is known here of an issuer, or None for an unknown one."""
        return self.issuers.get(issuer)


def parse_registry(data: bytes) -> TrustRegistry:
    """Read the operator's own list.

    `issuers` holds, by DID or URL, a name or an object of `name`, `colour` and `note`;
    `registries`, which may be missing, is an array of objects with `name`, `url` and `colour`. A
    colour is written #rrggbb, in small letters.

    Raises:
        MalformedError: it has another shape.
    """
    document = parse_json_object(data, what="a registry of issuers")
    issuers = document.get("issuers")
    if not isinstance(issuers, dict):
        raise MalformedError(
            f"a registry has `issuers`, an object of names by DID; found {describe(issuers)}"
        )
    known = {did: _issuer(value, what=f"{did:.120}") for did, value in issuers.items()}
    return TrustRegistry(MappingProxyType(known), _registries(document.get("registries", [])))


def checked_name(value: object, *, what: str) -> str:
    """Return a name that is one line.

    Raises:
        MalformedError: it is none.
    """
    if not isinstance(value, str) or not value.strip() or len(value) > MAXIMUM_NAME_CHARACTERS:
        raise MalformedError(
            f"the name of {what} must be text of at most {MAXIMUM_NAME_CHARACTERS} characters;"
            f" found {describe(value)}"
        )
    if any(unicodedata.category(character) in _NEVER_IN_NAMES for character in value):
        raise MalformedError(f"the name of {what} has a line break or a control character")
    return value


def _issuer(value: object, *, what: str) -> KnownIssuer:
    if isinstance(value, str):
        return KnownIssuer(checked_name(value, what=what))
    entry = _object(value, _ISSUER_MEMBERS, what=what)
    note = entry.get("note")
    if note is not None and not (isinstance(note, str) and len(note) <= MAXIMUM_NOTE_CHARACTERS):
        raise MalformedError(
            f"the note on {what} must be text of at most {MAXIMUM_NOTE_CHARACTERS} characters;"
            f" found {describe(note)}"
        )
    name = checked_name(entry.get("name"), what=what)
    return KnownIssuer(name, _colour(entry, what=what), note)


def _registries(value: object) -> tuple[KnownRegistry, ...]:
    if not isinstance(value, list) or len(value) > MAXIMUM_REGISTRIES:
        raise MalformedError(
            f"`registries` must be an array of at most {MAXIMUM_REGISTRIES} registries;"
            f" found {describe(value)}"
        )
    return tuple(_registry(entry) for entry in value)


def _registry(value: object) -> KnownRegistry:
    entry = _object(value, _REGISTRY_MEMBERS, what="a registry")
    url = entry.get("url")
    if not isinstance(url, str) or not url.startswith("https://"):
        raise MalformedError(f"the url of a registry must be an https URL; found {url!r:.120}")
    name = checked_name(entry.get("name"), what="a registry")
    return KnownRegistry(name, url, _colour(entry, what="a registry"))


def _object(value: object, members: frozenset[str], *, what: str) -> Document:
    if not isinstance(value, dict):
        raise MalformedError(f"{what} must have a name, or be an object; found {describe(value)}")
    unknown = sorted(value.keys() - members)
    if unknown:
        raise MalformedError(
            f"{what} may have {', '.join(sorted(members))}; found {unknown[0]!r:.60}"
        )
    return value


def _colour(entry: Document, *, what: str) -> str | None:
    colour = entry.get("colour")
    if colour is None or (isinstance(colour, str) and _COLOUR.fullmatch(colour)):
        return colour
    raise MalformedError(
        f"the colour of {what} must be written #rrggbb in small letters; found {colour!r:.60}"
    )
