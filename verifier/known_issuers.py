"""What the registries of others say of an issuer: documents by DID, fetched when they are asked.

The shape is that of the Digital Credentials Consortium's known-issuer registries,
`{"meta": …, "registry": {"did:…": {"name": …, "location": …, "url": …}}}`. Names in it are text
from others. Which registries are asked, and in which order, is in the operator's list (`trust`).
"""

import re
from collections.abc import Sequence
from typing import Final

from openbadges.errors import Code, ExplainedError, MalformedError, UnavailableError
from openbadges.strict import Document, describe, parse_json_object
from verifier.ports import DocumentSource
from verifier.trust import KnownIssuer, KnownRegistry, checked_name

# Some thousand issuers with name, place and address; the published ones have a few hundred.
MAXIMUM_REGISTRY_BYTES: Final = 512 * 1024

# Orders to turn the direction of letters, with which one name is made to read as another.
_TURNS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")


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
        if _TURNS.search(name):
            raise MalformedError(f"the name of {issuer:.120} has turns of direction in it")
    except ExplainedError as error:  # an unreadable registry says nothing, as a silent one does
        raise UnavailableError(
            f"the registry {registry.name} could not be asked: {error}", code=Code.RETRIEVAL
        ) from error
    return KnownIssuer(name, registry.colour, registry=registry.name)


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
