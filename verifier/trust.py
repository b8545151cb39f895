"""Who may speak: the issuers that this installation knows by name.

An issuer that is not listed is unknown, which is a finding of its own and never a fault of the
badge. Listing an issuer never makes a bad badge good.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from openbadges.errors import MalformedError
from openbadges.strict import describe, parse_json_object


@dataclass(frozen=True, slots=True)
class TrustRegistry:
    """Issuer identifiers (DIDs or https URLs), each with the name under which it is known."""

    issuers: Mapping[str, str] = field(default_factory=dict)

    def name_of(self, issuer: str) -> str | None:
        """Return the name under which an issuer is known, or None for an unknown one."""
        return self.issuers.get(issuer)


def parse_registry(data: bytes) -> TrustRegistry:
    """Read a registry: `{"issuers": {"did:web:example.org": "Example organisation"}}`.

    Raises:
        MalformedError: it has another shape.
    """
    issuers = parse_json_object(data, what="a registry of issuers").get("issuers")
    if not isinstance(issuers, dict):
        raise MalformedError(
            f"a registry has `issuers`, an object of names by DID; found {describe(issuers)}"
        )
    for did, name in issuers.items():
        if not isinstance(name, str):
            raise MalformedError(f"the name of {did:.120} must be text; found {describe(name)}")
    return TrustRegistry(MappingProxyType(issuers))
