"""Which key signed a JWS: one that the claimed issuer lists, found by `kid`, by `jwk`, or by both.

A key that stands in the header is looked for among the issuer's, by value, and proves nothing by
itself (C3); a `kid` must lead to the issuer's own document or key set (C5). The document of an
https issuer is asked first, whatever the header names. If it lists methods, it has said which keys
there are, for what and until when: a key from a set must be one of them, and is judged as that one,
so that a revoked key does not come back through a set. If it lists none, as a mere profile, the
sets decide. If it cannot be had, nobody knows what it lists, and so nothing is decided.

Spec: ob-v3p0#joseheader; vc-jose-cose#kid
"""

from typing import NoReturn

from openbadges.errors import UnavailableError
from openbadges.jose import CompactJws, thumbprint
from openbadges.public_key import PublicKey
from openbadges.verification_method import ControllerDocument
from verifier.key_sets import KeySets, not_bound
from verifier.sources import repeated
from verifier.world import World


def find_key(jws: CompactJws, issuer: str, world: World) -> tuple[ControllerDocument, str]:
    """Return the document that lists the key for the issuer, and the name under which it does.

    Raises:
        UnprovenError: the key is not one of the issuer's (KEY_NOT_BOUND).
        UnavailableError: what should list it could not be had.
        MalformedError: what lists it is not what it must be.
    """
    kid, key = jws.kid, jws.header_key  # a JWS without either is not read
    if kid is None and key is not None:
        return _by_value(key, issuer, world)
    controller, method = _by_name(kid or "", issuer, world)
    if key is not None and controller.method(method).public_key != key:
        raise not_bound(f"jwk {thumbprint(key)}", issuer)
    return controller, method


def _by_name(kid: str, issuer: str, world: World) -> tuple[ControllerDocument, str]:
    sets = KeySets(issuer, world.source)
    is_own = kid.partition("#")[0] == issuer
    if not is_own:
        sets.place_of(kid)  # before anything is fetched for it
    controller = world.resolver.controller(issuer)
    if is_own and (_has_methods(controller) or not issuer.startswith("https://")):
        return controller, kid
    listing = sets.of_kid(kid)
    if not _has_methods(controller):
        return listing, kid
    key = listing.method(kid).public_key
    return controller, _method_of(key, controller) or _refuse(kid, controller)


def _by_value(key: PublicKey, issuer: str, world: World) -> tuple[ControllerDocument, str]:
    controller, name = world.resolver.controller(issuer), f"jwk {thumbprint(key)}"
    if _has_methods(controller) or not issuer.startswith("https://"):
        return controller, _method_of(key, controller) or _refuse(name, controller)
    listing = KeySets(issuer, world.source).of_key(key)
    if listing is None:
        raise not_bound(name, issuer)
    return listing, next(iter(listing.assertion_methods))


def _refuse(name: str, controller: ControllerDocument) -> NoReturn:
    """Refuse a key that a document does not list; it may be one of a kind that is not read here."""
    for reason in controller.unreadable.values():
        if isinstance(reason, UnavailableError):
            raise repeated(reason)
    raise not_bound(name, controller.id)


def _has_methods(controller: ControllerDocument) -> bool:
    return bool(controller.verification_methods or controller.unreadable)


def _method_of(key: PublicKey, controller: ControllerDocument) -> str | None:
    """Return the method under which a document lists a key, one for assertions if there is one."""
    same = [url for url, one in controller.verification_methods.items() if one.public_key == key]
    for_assertions = [url for url in same if url in controller.assertion_methods]
    return next(iter([*for_assertions, *same]), None)
