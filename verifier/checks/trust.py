"""Who is the issuer? Known by name here, to a registry, or not: the badge is as good as before."""

from openbadges.errors import Code, UnavailableError
from openbadges.strict import Document
from verifier.checks.members import issuer_of
from verifier.known_issuers import find_in_registries
from verifier.report import Check, Finding
from verifier.trust import KnownIssuer
from verifier.world import World


def check_trust(verified: Document, world: World) -> tuple[Finding, KnownIssuer | None]:
    """Say under which name the issuer is known; an unknown one is a finding, not a fault.

    The operator's own list comes first. The registries are asked only about an issuer that is not
    in it, and one that does not answer leaves it open.
    """
    issuer = issuer_of(verified) or ""
    known = world.trust.known(issuer)
    try:
        if known is None:
            known = find_in_registries(issuer, world.trust.registries, world.source)
    except UnavailableError as error:
        sentence = f"whether the issuer is known could not be found out: {error}"
        return Finding.unknown(Check.TRUST, error.code, sentence), None
    if known is None:
        return (
            Finding.unknown(
                Check.TRUST,
                Code.ISSUER_UNKNOWN,
                f"the issuer {issuer:.200} is not among those known here; decide yourself whether"
                " you know it",
            ),
            None,
        )
    by = "here" if known.registry is None else f"to the registry {known.registry}"
    return Finding.passed(Check.TRUST, f"the issuer is known {by} as {known.name}"), known
