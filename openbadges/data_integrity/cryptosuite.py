"""The choices that make one cryptosuite differ from another, and the table of those we carry."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from openbadges.jsonld import canonicalize
from openbadges.public_key import Algorithm
from openbadges.strict import Document


@dataclass(frozen=True, slots=True)
class Cryptosuite:
    """What a suite chooses; the flow that all suites share is in `proof`."""

    name: str
    algorithms: frozenset[Algorithm]  # a key of another kind is refused
    canonicalize: Callable[[Document], bytes]
    digest: Callable[[bytes], bytes]
    signature_bytes: int


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


EDDSA_RDFC_2022: Final = Cryptosuite(
    name="eddsa-rdfc-2022",
    algorithms=frozenset({Algorithm.EDDSA}),
    canonicalize=canonicalize,
    digest=_sha256,
    signature_bytes=64,
)

# The whole support matrix. Not yet here, and so "could not be checked" rather than "wrong":
# eddsa-jcs-2022, ecdsa-rdfc-2019, ecdsa-jcs-2019, ecdsa-sd-2023 and the proof type
# Ed25519Signature2020, which all come with the verifier for other people's credentials.
CRYPTOSUITES: Final[Mapping[str, Cryptosuite]] = MappingProxyType(
    {suite.name: suite for suite in (EDDSA_RDFC_2022,)}
)
