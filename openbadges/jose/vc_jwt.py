"""VC-JWT: a credential as JWT claims, and the credential that verified claims say.

https://www.imsglobal.org/spec/ob/v3p0#jwt-proof. Five registered claims repeat what the credential
says. Signatures are in `compact_jws`; whether the credential is whole, timely and whose is decided
in `verifier`.
"""

from typing import Final

from openbadges.errors import Code, MalformedError
from openbadges.jose.claims import DATE, ID, TEXT, Claim, match_claims, refuse_claims, said_by
from openbadges.strict import Document

VCDM_1_CONTEXT: Final = "https://www.w3.org/2018/credentials/v1"

_NAMES: Final = (
    Claim("iss", "issuer", ID),
    Claim("sub", "credentialSubject", ID),
    Claim("jti", "id", TEXT),
)
_VCDM_1_CLAIMS: Final = (
    *_NAMES,
    Claim("nbf", "issuanceDate", DATE),
    Claim("exp", "expirationDate", DATE, required=False),
)
_VCDM_2_CLAIMS: Final = (
    *_NAMES,
    Claim("nbf", "validFrom", DATE),
    Claim("exp", "validUntil", DATE, required=False),
)


def credential_claims(credential: Document) -> Document:
    """Return the payload of a VC-JWT: the credential's own members and the claims that repeat them.

    Raises:
        MalformedError: no issuer id, `id` or `validFrom`, or not exactly one subject with an `id`
            (DATA_MODEL); or a member that is named like a claim (AMBIGUOUS).

    Spec: ob-v3p0#jwt-proof
    """
    refuse_claims(credential, "a credential")
    payload = dict(credential)
    for claim in _claims_of(credential):
        value = claim.form.read_member(credential.get(claim.member), claim.member)
        if value is not None:
            payload[claim.name] = value
        elif claim.required:
            raise MalformedError(
                f"a VC-JWT needs the claim {claim.name}, and the credential's {claim.member} does"
                " not say it",
                code=Code.DATA_MODEL,
            )
    return payload


def verified_credential(payload: Document) -> Document:
    """Return the credential that a verified payload says, without its claims.

    The credential is the payload itself, or its `vc` claim (VCDM 1.1), where a claim may also say
    what `vc` leaves out. A claim that is absent is not missed here: the credential is signed too.
    `iat` is dropped.

    Raises:
        MalformedError: a claim and the credential differ, or the token is for a named audience
            (CLAIM_MISMATCH); a credential stands both in `vc` and beside it (AMBIGUOUS); or a
            member that a claim repeats is no id or date (DATA_MODEL).

    Spec: ob-v3p0#jwt-proof; vc-data-model-1.1#json-web-token; RFC 7519 section 4.1.3
    """
    if "aud" in payload:
        raise MalformedError(
            "the token is meant for the audience that its aud names, and a verifier is not it",
            code=Code.CLAIM_MISMATCH,
        )
    credential, is_wrapped = said_by(payload, "vc")
    return match_claims(credential, payload, _claims_of(credential), may_fill=is_wrapped)


def _claims_of(credential: Document) -> tuple[Claim, ...]:
    contexts = credential.get("@context")
    is_vcdm_1 = contexts == VCDM_1_CONTEXT or (
        isinstance(contexts, list) and VCDM_1_CONTEXT in contexts
    )
    return _VCDM_1_CLAIMS if is_vcdm_1 else _VCDM_2_CLAIMS
