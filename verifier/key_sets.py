"""Where an issuer with an https address may keep the keys of its JWTs, and how they are found.

Its own document comes first (`checks.jws_key`). Besides it there are JWK Sets: the one of its host,
`/.well-known/jwks.json`, and one below the issuer's own address that the header's `kid` names.

Whom we think of: a `kid` is the word of whoever presents the token, and a host may have many
tenants, who each write below an address of their own, upload files, and have keys in the set of the
host. So a tenant must not vouch for another one, nor an upload for anybody. We trust who runs the
host, since whoever decides what its `/.well-known/` says decides over every address on it (RFC
8615), and the issuer for what lies below itself. Therefore

* a set in any other place is not asked: not beside the issuer, not above it, not behind a query,
  which may be a script that gives what others uploaded. An issuer at the root of a host has all its
  tenants below itself, so it has the set of the host alone;
* in the set of the host, a key whose own `kid` is the address of somebody else is that one's key. A
  key with a plain name is everybody's on that host: a host that lists its tenants' keys without
  saying whose they are lets them speak for each other.

Spec: ob-v3p0#joseheader; ob-v3p0#dereference; RFC 8615 section 3
"""

import re
from dataclasses import dataclass
from typing import Final

from openbadges.errors import Code, MalformedError, UnavailableError, UnprovenError
from openbadges.jose import thumbprint
from openbadges.jose.jwk_set import JwkSet, parse_jwk_set
from openbadges.public_key import PublicKey
from openbadges.strict import parse_json_object
from openbadges.verification_method import ControllerDocument, VerificationMethod
from verifier.destination import Destination, parse_destination
from verifier.ports import DocumentSource
from verifier.sources import repeated

MAXIMUM_KEY_SET_BYTES: Final = 64 * 1024  # sixty RSA keys have forty kilobytes
WELL_KNOWN: Final = "/.well-known/jwks.json"

_ADDRESS: Final = re.compile("(?i:https?|did):")  # who is named by it is named as an issuer is
# Steps of plain characters, not empty, "." or "..": no query, nothing encoded, no parameters (";").
_CERTAIN: Final = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[^/?%;]+)*/?")


@dataclass(frozen=True, slots=True)
class KeySets:
    """The JWK Sets of one https issuer."""

    issuer: str
    source: DocumentSource

    def place_of(self, kid: str) -> str:
        """Return the address of the set in which the issuer may list what `kid` names.

        Raises:
            UnprovenError: there is none: `kid` is on another host, or where others may write on
                this one, or the issuer is at no host (KEY_NOT_BOUND).
        """
        ours, theirs = _destination(self.issuer), _destination(kid.partition("#")[0])
        if ours is None or theirs is None or (ours.host, ours.port) != (theirs.host, theirs.port):
            raise not_bound(kid, self.issuer)
        if theirs == ours or theirs.target == WELL_KNOWN:
            return _well_known(ours)
        if not is_below(theirs, ours):
            raise UnprovenError(
                f"the key {kid!r:.200} is kept where others of the host may write: a set of"
                f" {self.issuer:.200} lies below it, or at {WELL_KNOWN}",
                code=Code.KEY_NOT_BOUND,
            )
        return theirs.url

    def of_kid(self, kid: str) -> ControllerDocument:
        """Return a document that lists, for the issuer, the one key that `kid` names.

        Raises:
            UnprovenError: the issuer has no such set, or the set no such key (KEY_NOT_BOUND).
            UnavailableError: the set that should have it could not be had.
            MalformedError: the set publishes a private key, or the key of this `kid` is broken.
        """
        place, fragment = self.place_of(kid), kid.partition("#")[2]
        found = self._fetch(place)
        key = None if self._is_of_the_host(place) else _nameless(found)
        key = key or _named(found, kid) or (_named(found, fragment) if fragment else None)
        if key is None:
            raise not_bound(kid, self.issuer)
        return self._listing(kid, key)

    def of_key(self, key: PublicKey) -> ControllerDocument | None:
        """Return a document that lists `key`, if the set of the issuer's host has it.

        Raises:
            UnavailableError: there is no such set to be had.
            MalformedError: it publishes a private key.
        """
        ours = _destination(self.issuer)
        if ours is None:
            return None
        place = _well_known(ours)
        if key not in self._fetch(place).keys.values():
            return None
        return self._listing(f"{place}#{thumbprint(key)}", key)

    def _fetch(self, place: str) -> JwkSet:
        data = self.source.fetch(place, maximum_bytes=MAXIMUM_KEY_SET_BYTES)
        try:
            found = parse_jwk_set(parse_json_object(data, what="a JWK Set"))
        except MalformedError as error:
            if error.code is Code.PRIVATE_KEY_PUBLISHED:
                raise
            # What answers there is no set: the world's fault, not the badge's.
            raise UnavailableError(f"{place:.200} gave no JWK Set: {error}") from error
        if not self._is_of_the_host(place):
            return found
        ours = {kid: key for kid, key in found.keys.items() if not self._is_of_another(kid)}
        return JwkSet(ours, found.unreadable)

    def _is_of_the_host(self, place: str) -> bool:
        ours = _destination(self.issuer)
        return ours is None or place == _well_known(ours)

    def _is_of_another(self, kid: str | None) -> bool:
        """Say if the `kid` of a key in the host's set is an address, and not one of the issuer."""
        if kid is None or _ADDRESS.match(kid) is None:
            return False
        try:
            self.place_of(kid)
        except UnprovenError:
            return True
        return False

    def _listing(self, method: str, key: PublicKey) -> ControllerDocument:
        listed = VerificationMethod(method, self.issuer, key)
        return ControllerDocument(self.issuer, {method: listed}, frozenset({method}))


def is_below(place: Destination, issuer: Destination) -> bool:
    """Say if `place` lies below the issuer's own address, on one host.

    The root of a host has nothing below it that is surely its own. A path or an issuer with a
    query, and one whose steps servers read differently, has no certain place.
    """
    whose = issuer.target.rstrip("/")
    certain = _CERTAIN.fullmatch(place.target) and _CERTAIN.fullmatch(issuer.target)
    return bool(certain) and whose != "" and place.target.startswith(f"{whose}/")


def not_bound(key: str, issuer: str) -> UnprovenError:
    """Return the refusal of a key that is not the issuer's."""
    return UnprovenError(
        f"the key {key!r:.200} is not one of the issuer {issuer:.200}", code=Code.KEY_NOT_BOUND
    )


def _nameless(found: JwkSet) -> PublicKey | None:
    """Return the one key of a set that has no `kid`: the address of the set is its name."""
    return found.keys.get(None) if len(found.keys) + len(found.unreadable) == 1 else None


def _named(found: JwkSet, kid: str) -> PublicKey | None:
    if kid in found.unreadable:
        raise repeated(found.unreadable[kid])
    return found.keys.get(kid)


def _well_known(issuer: Destination) -> str:
    return Destination(issuer.host, issuer.port, WELL_KNOWN).url


def _destination(url: str) -> Destination | None:
    try:
        return parse_destination(url)
    except MalformedError:
        return None
