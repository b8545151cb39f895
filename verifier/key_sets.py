"""Where an issuer with an https address may keep the keys of its JWTs, and how they are found.

Its own document comes first. Besides it there are JWK Sets: the one of its host,
`/.well-known/jwks.json`, and one that the header's `kid` names. A `kid` is the word of whoever
presents the token, so the set it names must lie where only the issuer, or who is above it, can put
one: on the same host, and in a directory that the issuer's address is in, or below that address. On
a host with many tenants one tenant cannot vouch for another.

Spec: ob-v3p0#joseheader; ob-v3p0#dereference; RFC 8615 section 3
"""

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


@dataclass(frozen=True, slots=True)
class KeySets:
    """The JWK Sets of one https issuer."""

    issuer: str
    source: DocumentSource

    def of_kid(self, kid: str) -> ControllerDocument:
        """Return a document that lists, for the issuer, the one key that `kid` names.

        Raises:
            UnprovenError: `kid` is on another host, or the issuer at none; or no set of the issuer
                has it (KEY_NOT_BOUND).
            UnavailableError: the set that should have it could not be had.
            MalformedError: the set publishes a private key, or the key of this `kid` is broken.
        """
        address, _, fragment = kid.partition("#")
        ours, theirs = _destination(self.issuer), _destination(address)
        if ours is None or theirs is None or (ours.host, ours.port) != (theirs.host, theirs.port):
            raise not_bound(kid, self.issuer)
        is_its_own = address != self.issuer and is_kept_by(theirs, ours)
        found = self._fetch(theirs if is_its_own else _well_known(ours))
        key = _nameless(found) if is_its_own else None
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
        return self._listing(f"{place.url}#{thumbprint(key)}", key)

    def _fetch(self, place: Destination) -> JwkSet:
        data = self.source.fetch(place.url, maximum_bytes=MAXIMUM_KEY_SET_BYTES)
        try:
            return parse_jwk_set(parse_json_object(data, what="a JWK Set"))
        except MalformedError as error:
            if error.code is Code.PRIVATE_KEY_PUBLISHED:
                raise
            # What answers there is no set: the world's fault, not the badge's.
            raise UnavailableError(f"{place.url:.200} gave no JWK Set: {error}") from error

    def _listing(self, method: str, key: PublicKey) -> ControllerDocument:
        listed = VerificationMethod(method, self.issuer, key)
        return ControllerDocument(self.issuer, {method: listed}, frozenset({method}))


def is_kept_by(place: Destination, issuer: Destination) -> bool:
    """Say if who writes at `place` also decides over the issuer's address, on one host.

    Who writes in a directory decides over what is below it, and an issuer over what is below
    itself; but the issuer of a whole host is not asked for every file that lies on it. A path with
    dots or encoded characters has no certain place.
    """
    where, whose = _path(place), _path(issuer)
    if where is None or whose is None:
        return False
    whose = whose.rstrip("/")
    directory = where.rpartition("/")[0] + "/"
    is_below = whose != "" and where.startswith(f"{whose}/")
    return where == WELL_KNOWN or is_below or f"{whose}/".startswith(directory)


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


def _well_known(issuer: Destination) -> Destination:
    return Destination(issuer.host, issuer.port, WELL_KNOWN)


def _path(place: Destination) -> str | None:
    path = place.target.partition("?")[0]
    steps = path.split("/")
    return None if "%" in path or ".." in steps or "." in steps or "" in steps[1:-1] else path


def _destination(url: str) -> Destination | None:
    try:
        return parse_destination(url)
    except MalformedError:
        return None
