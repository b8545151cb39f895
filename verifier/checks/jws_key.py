"""Which key signed a JWS: one that the claimed issuer lists, found by `kid`, by `jwk`, or by both.

A key that stands in the header is looked for among the issuer's, by value, and proves nothing by
itself (C3); a `kid` must lead to the issuer's own document or key set (C5).

Spec: ob-v3p0#joseheader; vc-jose-cose#kid
"""

from openbadges.errors import UnavailableError
from openbadges.jose import CompactJws, thumbprint
from openbadges.public_key import PublicKey
from openbadges.verification_method import ControllerDocument
from verifier.key_sets import KeySets, not_bound
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
    controller = _by_name(kid or "", issuer, world)
    if key is not None and controller.method(kid or "").public_key != key:
        raise not_bound(f"jwk {thumbprint(key)}", issuer)
    return controller, kid or ""


def _by_name(kid: str, issuer: str, world: World) -> ControllerDocument:
    if kid.partition("#")[0] == issuer:
        controller = world.resolver.controller(issuer)
        if not issuer.startswith("https://") or _has_methods(controller):
            return controller
    return KeySets(issuer, world.source).of_kid(kid)


def _by_value(key: PublicKey, issuer: str, world: World) -> tuple[ControllerDocument, str]:
    missing: UnavailableError | None = None
    try:
        controller: ControllerDocument | None = world.resolver.controller(issuer)
    except UnavailableError as error:
        controller, missing = None, error
    found = None if controller is None else _method_of(key, controller)
    if controller is not None and found is not None:
        return controller, found
    # A document that lists methods has said which keys there are; a mere profile has not.
    if issuer.startswith("https://") and not (controller is not None and _has_methods(controller)):
        listing = KeySets(issuer, world.source).of_key(key)
        if listing is not None:
            return listing, next(iter(listing.assertion_methods))
    if missing is not None:
        raise missing
    raise not_bound(f"jwk {thumbprint(key)}", issuer)


def _has_methods(controller: ControllerDocument) -> bool:
    return bool(controller.verification_methods or controller.unreadable)


def _method_of(key: PublicKey, controller: ControllerDocument) -> str | None:
    """Return the method under which a document lists a key, one for assertions if there is one."""
    same = [url for url, one in controller.verification_methods.items() if one.public_key == key]
    for_assertions = [url for url in same if url in controller.assertion_methods]
    return next(iter([*for_assertions, *same]), None)
