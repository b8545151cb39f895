"""A presentation in a JWS: is it well formed, who signed it, and was it made for whom it is shown?

The JSON itself is signed, so that no graph is made of it; credentials may stand in it as compact
JWS. `aud` and `nonce` are what `domain` and `challenge` are in a proof (B13).

Spec: vc-jose-cose#with-jose; vc-data-model-1.1#json-web-token
"""

from dataclasses import dataclass, replace
from datetime import datetime

from openbadges.errors import Code, ExplainedError, UnprovenError
from openbadges.jose import CompactJws, parse_compact_jws
from openbadges.jose.vp_jwt import (
    PRESENTATION_JWS_TYPES,
    PresentationClaims,
    presentation_claims,
)
from openbadges.jsonld.bounds import check_bounds
from openbadges.jsonld.signed_json import check_keys_of_signed_json
from openbadges.models.presentation import check_presentation, holder_of
from openbadges.strict import Document, format_timestamp, parse_json_object
from verifier.checks.conformance import Reading, check_contexts_of_json
from verifier.checks.proof import ProofResult, ProofUse, check_bindings, check_compact_jws
from verifier.policy import CLOCK_SKEW
from verifier.report import Check, Finding
from verifier.world import World


@dataclass(frozen=True, slots=True)
class Token:
    """A presentation in a JWS, taken apart; nothing in it is proven yet."""

    jws: CompactJws
    claims: PresentationClaims

    @property
    def presentation(self) -> Document:
        """The presentation that it says, without a proof of its own, which nobody verifies."""
        said = self.claims.presentation
        return {name: value for name, value in said.items() if name != "proof"}


def parse_token(text: str) -> Token:
    """Take a compact JWS apart and read its payload as a presentation.

    Raises:
        MalformedError: as `parse_compact_jws`, `presentation_claims` and `parse_json_object`.
    """
    jws = parse_compact_jws(text, types=PRESENTATION_JWS_TYPES)
    payload = parse_json_object(jws.payload, what="the payload of the JWS")
    return Token(jws, presentation_claims(payload))


def read_token(token: Token) -> Reading:
    """Read the presentation as its reader does, who takes the JSON as it is."""
    presentation = token.presentation
    try:
        # each credential is read by itself, by its own contexts
        own = {k: value for k, value in presentation.items() if k != "verifiableCredential"}
        check_bounds(own)
        check_presentation(own)
        check_contexts_of_json(own)
        check_keys_of_signed_json(own)
    except ExplainedError as error:
        return Reading((Finding.of(Check.CONFORMANCE, error),), presentation, None)
    sentence = "the presentation is well formed"
    return Reading((Finding.passed(Check.CONFORMANCE, sentence),), presentation, presentation)


def check_token(token: Token, world: World, use: ProofUse) -> ProofResult:
    """Check for whom and when it was made, and that a key of the holder signed it.

    Who names no holder speaks for the controller of the key, where the caller lets that be.
    """
    try:
        check_bindings(token.claims.bindings, {"aud": use.domain, "nonce": use.challenge}, use)
        _check_dates(token.claims, world.now)
    except ExplainedError as error:
        return ProofResult((Finding.of(Check.PROOF, error),))
    holder = holder_of(token.presentation)
    if holder is None and use.binding_is_open:
        holder = (token.jws.kid or "").partition("#")[0]
    proof = check_compact_jws(token.jws, holder if isinstance(holder, str) else "", world)
    findings = tuple(replace(finding, until=token.claims.ends) for finding in proof.findings)
    return replace(proof, findings=findings)


def _check_dates(claims: PresentationClaims, now: datetime) -> None:
    if claims.begins is not None and claims.begins > now + CLOCK_SKEW:
        raise UnprovenError(
            f"the token says that it was made later than now, {format_timestamp(claims.begins)}",
            code=Code.PROOF_DATES,
        )
    if claims.ends is not None and claims.ends <= now:  # RFC 7519 section 4.1.4
        raise UnprovenError(
            f"the token expired on {format_timestamp(claims.ends)}", code=Code.PROOF_DATES
        )
