"""What the registries of others say of an issuer: documents by DID, fetched when they are asked.

The shape is that of the Digital Credentials Consortium's known-issuer registries,
`{"meta": …, "registry": {"did:…": {"name": …, "location": …, "url": …}}}`. Names in it are text
from others. Which registries are asked, and in which order, is in the operator's list (`trust`).
"""

import unicodedata
from collections.abc import Sequence
from typing import Final

from openbadges.errors import Code, ExplainedError, MalformedError, UnavailableError
from openbadges.strict import Document, describe, parse_json_object
from verifier.ports import DocumentSource
from verifier.trust import KnownIssuer, KnownRegistry, checked_name

# Some thousand issuers with name, place and address; the published ones have a few hundred.
MAXIMUM_REGISTRY_BYTES: Final = 512 * 1024

# What nobody sees, with which one name is made to read as another: controls, marks of format and
# direction, private and halved characters, and the Hangul letters that are drawn as a blank.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cs"})
_BLANK_LETTERS: Final = frozenset("\u115f\u1160\u3164\uffa0")
# The two joiners, which some scripts are not written without, where RFC 5892 A.1 and A.2 allow
# them: after a virama, and the non-joiner between letters of Arabic scripts too.
_NON_JOINER: Final = "\u200c"
_JOINERS: Final = frozenset({_NON_JOINER, "\u200d"})
_VIRAMA: Final = 9


def find_in_registries(
    issuer: str, registries: Sequence[KnownRegistry], source: DocumentSource
) -> KnownIssuer | None:
    """Return what the first registry that knows the issuer says of it; None if none does.

    Raises:
        UnavailableError: none of those that answered knows it, and one did not answer.
    """
    missing: UnavailableError | None = None
    for registry in registries:
        try:
            found = _find(issuer, registry, source)
        except UnavailableError as error:
            missing = missing or error
            continue
        if found is not None:
            return found
    if missing is not None:
        raise missing
    return None


def _find(issuer: str, registry: KnownRegistry, source: DocumentSource) -> KnownIssuer | None:
    try:
        data = source.fetch(registry.url, maximum_bytes=MAXIMUM_REGISTRY_BYTES)
        entry = _entries(data).get(issuer)
        if entry is None:
            return None
        if not isinstance(entry, dict):
            raise MalformedError(f"an entry is an object; found {describe(entry)}")
        name = checked_name(entry.get("name"), what=f"{issuer:.120}")
        _check_seen(name, what=f"{issuer:.120}")
    except ExplainedError as error:  # an unreadable registry says nothing, as a silent one does
        raise UnavailableError(
            f"the registry {registry.name} could not be asked: {error}", code=Code.RETRIEVAL
        ) from error
    return KnownIssuer(name, registry.colour, registry=registry.name)


def _check_seen(name: str, *, what: str) -> None:
    """Refuse a name that does not look like what it is.

    Raises:
        MalformedError: it has characters that nobody sees, or neither letter nor digit.
    """
    for place, character in enumerate(name):
        is_unseen = unicodedata.category(character) in _UNSEEN or character in _BLANK_LETTERS
        if is_unseen and not _joins(name, place):
            raise MalformedError(
                f"the name of {what} has the character U+{ord(character):04X}, which nobody sees"
            )
    if not any(unicodedata.category(character)[0] in "LN" for character in name):
        raise MalformedError(f"the name of {what} has neither a letter nor a digit")


def _joins(name: str, place: int) -> bool:
    """Say if a joiner stands where a script needs one."""
    before, after = name[place - 1 : place], name[place + 1 : place + 2]
    if name[place] not in _JOINERS or not before or not after:
        return False
    if unicodedata.combining(before) == _VIRAMA:
        return True
    sides = {unicodedata.bidirectional(before), unicodedata.bidirectional(after)}
    return name[place] == _NON_JOINER and sides == {"AL"}


def _entries(data: bytes) -> Document:
    document = parse_json_object(
        data, what="a registry of issuers", maximum_bytes=MAXIMUM_REGISTRY_BYTES
    )
    entries = document.get("registry")
    if not isinstance(entries, dict):
        raise MalformedError(
            f"a known-issuer registry has `registry`, an object by DID; found {describe(entries)}"
        )
    return entries
