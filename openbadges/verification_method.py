"""Verification methods: which keys a controller document lists, and for what.

https://www.w3.org/TR/cid-1.0/#verification-methods. The document is read as plain JSON and its
contexts are never resolved. Fetching it is `verifier`'s; writing our own is in
`did.controller_document`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from openbadges.errors import (
    Code,
    ExplainedError,
    MalformedError,
    UnprovenError,
    UnsupportedError,
)
from openbadges.jose.jwk import PRIVATE_MEMBERS, parse_jwk
from openbadges.multikey import parse_multikey
from openbadges.public_key import Algorithm, PublicKey
from openbadges.strict import Document, describe, format_timestamp, parse_timestamp

# Methods in one document, embedded ones included: each may cost an elliptic-curve check.
MAXIMUM_METHODS = 64

_RELATIONSHIPS: Final = (
    "assertionMethod",
    "authentication",
    "capabilityDelegation",
    "capabilityInvocation",
    "keyAgreement",
)
_SECRET_MEMBERS: Final = ("privateKey", "secretKey")  # and Multibase, Jwk, Hex, Base58, Pem
# By the method's type: the member that holds its key, who reads it, and the only algorithm where
# the type fixes one. Off: Ed25519VerificationKey2018 and the Ecdsa types, which no suite of ours
# names.
_TYPES: Final[dict[str, tuple[str, Callable[[object], PublicKey], Algorithm | None]]] = {
    "Multikey": ("publicKeyMultibase", parse_multikey, None),
    "Ed25519VerificationKey2020": ("publicKeyMultibase", parse_multikey, Algorithm.EDDSA),
    "JsonWebKey": ("publicKeyJwk", parse_jwk, None),
    "JsonWebKey2020": ("publicKeyJwk", parse_jwk, None),
}


@dataclass(frozen=True, slots=True)
class VerificationMethod:
    """One listed key, and the moments from which it no longer proves anything."""

    id: str
    controller: str
    public_key: PublicKey
    expires: datetime | None = None
    revoked: datetime | None = None


@dataclass(frozen=True, slots=True)
class ControllerDocument:
    """The readable methods of a document, by full id, and those listed for what we ask.

    `unreadable` says why a method was left out; it matters only to who asks for that one.
    """

    id: str
    verification_methods: Mapping[str, VerificationMethod]
    assertion_methods: frozenset[str]
    unreadable: Mapping[str, ExplainedError] = field(default_factory=dict)
    authentication_methods: frozenset[str] = frozenset()

    def assertion_method(self, url: str, *, at: datetime) -> VerificationMethod:
        """Return the method that may have made claims in this controller's name at that moment.

        Raises:
            UnprovenError: it is not listed for assertionMethod (INVALID_RELATIONSHIP), or it was
                revoked or had expired by then (KEY_REVOKED).
            ExplainedError: it is listed and cannot be read, for the reason that is told.

        Spec: cid-1.0#retrieve-verification-method
        """
        return self._listed(url, "assertionMethod", self.assertion_methods, at)

    def authentication_method(self, url: str, *, at: datetime) -> VerificationMethod:
        """Return the method by which this controller may have shown who it is at that moment.

        Raises:
            UnprovenError: it is not listed for authentication (INVALID_RELATIONSHIP), or it was
                revoked or had expired by then (KEY_REVOKED).
            ExplainedError: it is listed and cannot be read, for the reason that is told.

        Spec: cid-1.0#retrieve-verification-method
        """
        return self._listed(url, "authentication", self.authentication_methods, at)

    def method(self, url: str) -> VerificationMethod:
        """Return a method that is described here, whatever it may be used for.

        Raises:
            UnprovenError: it is not described here (INVALID_RELATIONSHIP).
            ExplainedError: it is, and cannot be read, for the reason that is told.

        Spec: cid-1.0#retrieve-verification-method
        """
        if url in self.unreadable:
            reason = self.unreadable[url]
            raise type(reason)(str(reason), code=reason.code) from reason
        method = self.verification_methods.get(url)
        if method is None:
            raise UnprovenError(
                f"{self.id:.200} does not describe {url:.200}", code=Code.INVALID_RELATIONSHIP
            )
        return method

    def _listed(
        self, url: str, relationship: str, listed: frozenset[str], at: datetime
    ) -> VerificationMethod:
        if url not in listed:
            raise UnprovenError(
                f"{self.id:.200} does not list {url:.200} for {relationship}",
                code=Code.INVALID_RELATIONSHIP,
            )
        method = self.method(url)
        _check_in_force(method, at)
        return method


def parse_controller_document(document: Document, *, expected_id: str) -> ControllerDocument:
    """Read a did:web, did:key or did:jwk document, or an issuer profile with an https id.

    A method that is broken, foreign or of an unknown type is set aside with its reason, so that it
    spoils nothing for the others; a published secret spoils the whole document.

    Raises:
        UnprovenError: the document's id is not `expected_id` (ISSUER_MISMATCH).
        MalformedError: a private key is published in it (PRIVATE_KEY_PUBLISHED), it has more than
            `MAXIMUM_METHODS` methods (TOO_LARGE), or its lists are neither arrays nor one
            method (MALFORMED).

    Spec: cid-1.0#retrieve-verification-method; cid-1.0#verification-relationships
    """
    if document.get("id") != expected_id:
        raise UnprovenError(
            f"the document of {expected_id!r:.200} was expected;"
            f" found that of {document.get('id')!r:.200}",
            code=Code.ISSUER_MISMATCH,
        )
    refuse_secrets(document)
    methods: dict[str, VerificationMethod] = {}
    unreadable: dict[str, ExplainedError] = {}
    for method_id, members in _described_methods(document, expected_id):
        try:
            _add(methods, _parse_method(members, method_id, expected_id))
        except ExplainedError as error:
            if error.code is Code.PRIVATE_KEY_PUBLISHED:
                raise
            unreadable[method_id] = error
    return ControllerDocument(
        expected_id,
        {key: value for key, value in methods.items() if key not in unreadable},
        frozenset(_ids(_entries(document, "assertionMethod"), expected_id)),
        unreadable,
        frozenset(_ids(_entries(document, "authentication"), expected_id)),
    )


def refuse_secrets(value: object) -> None:
    """Look for private keys everywhere in a document, not only where methods stand (D9).

    Raises:
        MalformedError: one is there (PRIVATE_KEY_PUBLISHED).
    """
    pending = [value]
    while pending:
        match pending.pop():
            case list() as members:
                pending.extend(members)
            case dict() as members:
                found = sorted(name for name in members if _is_secret(name, members))
                if found:
                    raise MalformedError(
                        f"the document publishes a private key, in its member {found[0]:.60}",
                        code=Code.PRIVATE_KEY_PUBLISHED,
                    )
                pending.extend(members.values())
            case _:
                continue


def _is_secret(name: str, members: Document) -> bool:
    return name.startswith(_SECRET_MEMBERS) or ("kty" in members and name in PRIVATE_MEMBERS)


def _described_methods(document: Document, controller: str) -> Iterator[tuple[str, Document]]:
    """Yield each method with its full id, wherever in the document it is described.

    What has no id cannot be asked for, and is passed over.
    """
    listed = _entries(document, "verificationMethod")
    embedded = [entry for name in _RELATIONSHIPS for entry in _entries(document, name)]
    described = [entry for entry in [*listed, *embedded] if isinstance(entry, dict)]
    if len(described) > MAXIMUM_METHODS:
        raise MalformedError(
            f"{len(described)} verification methods, more than {MAXIMUM_METHODS}",
            code=Code.TOO_LARGE,
        )
    for members in described:
        for method_id in _ids([members], controller):
            yield method_id, members


def _entries(document: Document, member: str) -> list[Any]:
    """Return the values of a member; JSON-LD writes a set of one without its array."""
    entries = document.get(member, [])
    if isinstance(entries, str | dict):
        return [entries]
    if not isinstance(entries, list):
        raise MalformedError(f"{member} must be an array; found {describe(entries)}")
    return entries


def _ids(entries: list[Any], controller: str) -> Iterator[str]:
    """Yield the ids of strings and objects; a relative `#id` belongs to this document."""
    for entry in entries:
        method_id = entry.get("id") if isinstance(entry, dict) else entry
        if isinstance(method_id, str):
            yield f"{controller}{method_id}" if method_id.startswith("#") else method_id


def _add(methods: dict[str, VerificationMethod], method: VerificationMethod) -> None:
    if methods.setdefault(method.id, method) != method:
        raise MalformedError(
            f"two different methods have the id {method.id:.200}",
            code=Code.AMBIGUOUS_VERIFICATION_METHOD,
        )


def _parse_method(members: Document, method_id: str, controller: str) -> VerificationMethod:
    key = _parse_key(members)  # first, since a secret is one whoever's method it is in
    # An id with this prefix cannot be another document's (B8).
    if not method_id.startswith(f"{controller}#") or method_id == f"{controller}#":
        raise UnprovenError(
            f"a method of {controller:.200} is named by it, # and a fragment;"
            f" found {method_id!r:.200}",
            code=Code.ISSUER_MISMATCH,
        )
    # A document may have several controllers, a method has one: a string, never an array.
    if members.get("controller") != controller:
        raise UnprovenError(
            f"the method's controller must be {controller:.200};"
            f" found {members.get('controller')!r:.200}",
            code=Code.ISSUER_MISMATCH,
        )
    expires, revoked = (_parse_moment(members, member) for member in ("expires", "revoked"))
    return VerificationMethod(method_id, controller, key, expires=expires, revoked=revoked)


def _parse_key(members: Document) -> PublicKey:
    method_type = members.get("type")
    known = _TYPES.get(method_type) if isinstance(method_type, str) else None
    if known is None:
        raise UnsupportedError(
            f"a verification method is one of {', '.join(_TYPES)}; found {method_type!r:.60}"
        )
    member, parse, algorithm = known
    materials = sorted(name for name in members if name.startswith("publicKey"))
    if materials != [member]:
        raise MalformedError(
            f"a {method_type} has its key in {member} and nowhere else;"
            f" found {', '.join(materials) or 'none':.100}",
            code=Code.AMBIGUOUS_VERIFICATION_METHOD if len(materials) > 1 else Code.KEY,
        )
    key = parse(members[member])
    if algorithm not in (None, key.algorithm):
        raise MalformedError(
            f"a {method_type} holds a key for {algorithm}; found {key.algorithm}", code=Code.KEY
        )
    return key


def _parse_moment(members: Document, member: str) -> datetime | None:
    return parse_timestamp(members[member], what=member) if member in members else None


def _check_in_force(method: VerificationMethod, at: datetime) -> None:
    for moment, what in ((method.revoked, "was revoked"), (method.expires, "expired")):
        if moment is not None and moment <= at:
            raise UnprovenError(
                f"the key {method.id:.200} {what} at {format_timestamp(moment)}, before its use",
                code=Code.KEY_REVOKED,
            )
