"""The syntax of a DID, and of the DID URL that names a verification method.

https://www.w3.org/TR/did-1.0/#did-syntax. What a method makes of its part is in the module named
like the method.
"""

import re
from dataclasses import dataclass
from typing import Final

from openbadges.errors import Code, MalformedError

# The longest honest one is a did:jwk of an RSA key with 4096 bits, about 1000 (D11).
MAXIMUM_DID_CHARACTERS = 2048

_DID: Final = re.compile(
    r"did:(?P<method>[a-z0-9]+):(?P<id>(?:[A-Za-z0-9._:-]|%[0-9A-Fa-f]{2})*(?<!:))"
)
# RFC 3986 section 3.5
_FRAGMENT: Final = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})+")


@dataclass(frozen=True, slots=True)
class Did:
    """A DID in its two parts, `did:<method>:<id>`."""

    method: str
    id: str

    def __str__(self) -> str:
        return f"did:{self.method}:{self.id}"


@dataclass(frozen=True, slots=True)
class DidUrl:
    """What names one verification method: a DID and the fragment after "#"."""

    did: Did
    fragment: str

    def __str__(self) -> str:
        return f"{self.did}#{self.fragment}"


def parse_did(text: str) -> Did:
    """Read a DID of any method, without a path, query or fragment.

    Raises:
        MalformedError: it is none, or too long (INVALID_DID).

    Spec: did-1.0#did-syntax
    """
    match = _DID.fullmatch(text) if len(text) <= MAXIMUM_DID_CHARACTERS else None
    if match is None:
        raise invalid_did(f"a DID is did:<method>:<id>; found {text!r:.60}")
    return Did(match["method"], match["id"])


def parse_did_of(method: str, text: str) -> Did:
    """Read a DID of one method.

    Raises:
        MalformedError: it is none, or another method's (INVALID_DID).
    """
    did = parse_did(text)
    if did.method != method:
        raise invalid_did(f"a did:{method} was expected; found {text!r:.60}")
    return did


def parse_did_url(text: str) -> DidUrl:
    """Read the DID URL of a verification method: it has a fragment, and no path or query.

    Raises:
        MalformedError: it is none, or a did:key whose fragment is not the key it spells
            (INVALID_DID; D10).

    Spec: did-1.0#did-url-syntax; did-key-spec#format
    """
    before, _, fragment = text.partition("#")
    did = parse_did(before)
    if len(text) > MAXIMUM_DID_CHARACTERS or not _FRAGMENT.fullmatch(fragment):
        raise invalid_did(
            f"a verification method is named by a DID, # and a fragment; found {text!r:.60}"
        )
    if did.method == "key" and fragment != did.id:
        raise invalid_did("the fragment of a did:key must be the key that the DID itself spells")
    return DidUrl(did, fragment)


def invalid_did(message: str) -> MalformedError:
    """Return the refusal of a DID."""
    return MalformedError(message, code=Code.INVALID_DID)
