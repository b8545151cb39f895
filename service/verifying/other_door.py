"""Credentials and presentations have a door each; who comes to the wrong one is told the other."""

from dataclasses import dataclass
from typing import Final

from openbadges.errors import Code, MalformedError
from openbadges.jose import parse_compact_jws
from openbadges.models.model import values_of
from openbadges.models.presentation import (
    CREDENTIAL_TYPE,
    ENVELOPED_CREDENTIAL_TYPE,
    ENVELOPED_PRESENTATION_TYPE,
    PRESENTATION_TYPE,
)
from openbadges.strict import Document, parse_json_object
from service.web.running import running

_JWS_TYPES: Final = frozenset({"jwt", "vc+jwt", "vp+jwt"})


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the two: how it is called, sent and recognised, and where it is verified.

    `types` are those of its JSON, `claim` is where a JWT of data model 1.1 has it.
    """

    name: str
    member: str
    types: frozenset[str]
    claim: str
    door: str


CREDENTIAL: Final = Kind(
    "a credential",
    "verifiableCredential",
    frozenset({CREDENTIAL_TYPE, ENVELOPED_CREDENTIAL_TYPE}),
    "vc",
    "/credentials/verify",
)
PRESENTATION: Final = Kind(
    "a presentation",
    "verifiablePresentation",
    frozenset({PRESENTATION_TYPE, ENVELOPED_PRESENTATION_TYPE}),
    "vp",
    "/presentations/verify",
)


def refuse_other(body: Document, *, expected: Kind, other: Kind) -> Document:
    """Return a body that has not the other of the two in it.

    What says that it is both, or neither, is for the verifier to judge.

    Raises:
        MalformedError: it has (DATA_MODEL).
    """
    sent = body.get(expected.member)
    if other.member in body:
        found = f"the body has {other.member}; expected {expected.member}"
    elif _says(sent, other) and not _says(sent, expected):
        found = f"{expected.member}: expected {expected.name}, found {other.name}"
    else:
        return body
    there = f"{running().base_url}{other.door}"
    raise MalformedError(f"{found}; {other.name} is verified at {there}", code=Code.DATA_MODEL)


def _says(sent: object, kind: Kind) -> bool:
    """Tell whether what was sent says of itself that it is one; nothing of it is proven."""
    document = _payload(sent) if isinstance(sent, str) else sent
    if not isinstance(document, dict):
        return False
    types = values_of(document.get("type"))
    is_typed = any(isinstance(one, str) and one in kind.types for one in types)
    return is_typed or (isinstance(sent, str) and kind.claim in document)


def _payload(text: str) -> Document:
    try:
        payload = parse_compact_jws(text, types=_JWS_TYPES).payload
        return parse_json_object(payload, what="the payload of the JWS")
    except MalformedError:
        return {}
