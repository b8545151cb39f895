"""JWK Sets of other people: which key has which `kid`.

RFC 7517 section 5. One bare JWK is read as a set of one, since that is what a `kid` names in
https://www.imsglobal.org/spec/ob/v3p0#dereference. Whose set it is, and where it lay, is asked in
`verifier.key_sets`; our own sets are written in `did.controller_document`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from openbadges.errors import Code, ExplainedError, MalformedError
from openbadges.jose.jwk import PRIVATE_MEMBERS, parse_jwk
from openbadges.public_key import PublicKey
from openbadges.strict import Document, describe

MAXIMUM_KEYS: Final = 64  # in one set: each may cost an elliptic-curve check


@dataclass(frozen=True, slots=True)
class JwkSet:
    """The readable keys by their `kid`, and why others were left out; None is a key without one."""

    keys: Mapping[str | None, PublicKey]
    unreadable: Mapping[str | None, ExplainedError] = field(default_factory=dict)


def parse_jwk_set(document: Document) -> JwkSet:
    """Read a JWK Set, or one JWK, whose own `kid` is not asked: its address names it.

    A key that is broken, of an unknown kind or for another use is set aside with its reason. A
    published private key spoils the set, and two keys of one `kid` spoil that `kid`.

    Raises:
        MalformedError: neither set nor key, or not an array of objects (MALFORMED), more than
            `MAXIMUM_KEYS` keys (TOO_LARGE), or a private one among them (PRIVATE_KEY_PUBLISHED).

    Spec: RFC 7517 section 5
    """
    members = list(_members(document))
    keys: dict[str | None, PublicKey] = {}
    unreadable: dict[str | None, ExplainedError] = {}
    for jwk in members:
        kid = _kid(jwk)
        try:
            key = parse_jwk(jwk)
            if keys.setdefault(kid, key) != key:
                raise _ambiguous(kid)
        except MalformedError as error:
            unreadable[kid] = error
    return JwkSet({kid: key for kid, key in keys.items() if kid not in unreadable}, unreadable)


def _members(document: Document) -> Iterator[Document]:
    found: Any = document.get("keys")
    if "kty" in document:
        found = [{name: value for name, value in document.items() if name != "kid"}]
    if not isinstance(found, list):
        raise MalformedError(f"a JWK Set has keys, an array; found {describe(found)}")
    if len(found) > MAXIMUM_KEYS:
        raise MalformedError(
            f"{len(found)} keys in a JWK Set, more than {MAXIMUM_KEYS}", code=Code.TOO_LARGE
        )
    for jwk in found:
        if not isinstance(jwk, dict):
            raise MalformedError(f"a JWK is a JSON object; found {describe(jwk)}", code=Code.KEY)
        if PRIVATE_MEMBERS & jwk.keys():
            raise MalformedError(
                "this JWK Set publishes a private key", code=Code.PRIVATE_KEY_PUBLISHED
            )
        yield jwk


def _kid(jwk: Document) -> str | None:
    kid = jwk.get("kid")
    return kid if isinstance(kid, str) else None


def _ambiguous(kid: str | None) -> MalformedError:
    return MalformedError(
        f"two different keys have the kid {kid!r:.200}", code=Code.AMBIGUOUS_VERIFICATION_METHOD
    )
