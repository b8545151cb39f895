"""JSON Web Keys and signatures, and how a Verifiable Credential is carried in them.

RFC 7515, 7517, 7518, 7638 and 8037, and https://www.imsglobal.org/spec/ob/v3p0#jwt-proof. Whose
key it is (the issuer's, or only someone's) is not decided here but in `verifier`.
"""

from openbadges.jose.compact_jws import (
    CompactJws,
    parse_compact_jws,
    sign_compact_jws,
    unverified_parts,
    verify_compact_jws,
)
from openbadges.jose.jwk import format_jwk, parse_jwk, thumbprint
from openbadges.jose.vc_jwt import credential_claims, verified_credential

__all__ = [
    "CompactJws",
    "credential_claims",
    "format_jwk",
    "parse_compact_jws",
    "parse_jwk",
    "sign_compact_jws",
    "thumbprint",
    "unverified_parts",
    "verified_credential",
    "verify_compact_jws",
]
