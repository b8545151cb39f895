"""VP-JWT: the presentation that verified claims say, and for whom and when it was made.

The payload is the presentation itself (data model 2.0) or has it in its `vp` claim (1.1). `aud` and
`nonce` are to a token what `domain` and `challenge` are to a proof; that they are the expected ones
is checked in `verifier`.

Spec: vc-jose-cose#with-jose; vc-data-model-1.1#json-web-token
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from openbadges.errors import Code, MalformedError
from openbadges.jose.claims import (
    ID,
    TEXT,
    Claim,
    match_claims,
    read_moment_claim,
    read_text_claim,
    said_by,
)
from openbadges.jose.compact_jws import unverified_parts
from openbadges.models.model import values_of
from openbadges.models.presentation import PRESENTATION_TYPE
from openbadges.strict import Document, describe

PRESENTATION_JWS_TYPES: Final = frozenset({"jwt", "vp+jwt"})  # what a header's typ may be
WRAPPER: Final = "vp"
_BINDINGS: Final = frozenset({"nonce", "domain", "challenge"})
_CLAIMS: Final = (Claim("iss", "holder", ID), Claim("jti", "id", TEXT))


@dataclass(frozen=True, slots=True)
class PresentationClaims:
    """A presentation without its claims, and what these say of the token.

    `bindings` has `aud`, an array, and `nonce`, as far as the token is bound to any.
    """

    presentation: Document
    bindings: Mapping[str, str | list[str]]
    begins: datetime | None  # the later of iat and nbf
    ends: datetime | None


def presentation_claims(payload: Document) -> PresentationClaims:
    """Return what a payload says; a claim that stands in for a holder or an id is filled in.

    Raises:
        MalformedError: a claim and the presentation differ, or a claim is of the wrong type
            (CLAIM_MISMATCH); a presentation stands both in `vp` and beside it (AMBIGUOUS).
    """
    rest = {name: value for name, value in payload.items() if name != "nonce"}
    said, _is_wrapped = said_by(rest, WRAPPER)
    _refuse_bindings(said)
    moments = (read_moment_claim(payload, name) for name in ("iat", "nbf"))
    return PresentationClaims(
        presentation=match_claims(said, payload, _CLAIMS, may_fill=True),
        bindings=_bindings(payload),
        begins=max(filter(None, moments), default=None),
        ends=read_moment_claim(payload, "exp"),
    )


def _refuse_bindings(presentation: Document) -> None:
    """Refuse in the presentation what binds a token or a proof: there it would bind nothing."""
    for name in sorted(_BINDINGS & presentation.keys()):
        raise MalformedError(
            f"the presentation has a member {name}, which is read among the claims of the token"
            " alone",
            code=Code.AMBIGUOUS,
        )


def says_presentation(text: str) -> bool:
    """Tell whether a text is a compact JWS that says of itself that it is a presentation.

    Nothing of it is proven, or even well formed; it only decides who judges it.
    """
    header, payload = unverified_parts(text)
    typ = header.get("typ")
    is_typed = isinstance(typ, str) and typ.lower() == "vp+jwt"
    return is_typed or WRAPPER in payload or PRESENTATION_TYPE in values_of(payload.get("type"))


def _bindings(payload: Document) -> Mapping[str, str | list[str]]:
    said = {"aud": _audience(payload) or None, "nonce": read_text_claim(payload, "nonce")}
    return {name: value for name, value in said.items() if value is not None}


def _audience(payload: Document) -> list[str]:
    """Read `aud`, a text or an array of texts (RFC 7519 section 4.1.3)."""
    named = payload.get("aud", [])
    values = named if isinstance(named, list) else [named]
    if not all(isinstance(value, str) for value in values):
        raise MalformedError(
            f"the claim aud must be a string or an array of them; found {describe(named)}",
            code=Code.CLAIM_MISMATCH,
        )
    return values
