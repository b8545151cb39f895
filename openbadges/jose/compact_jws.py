"""Compact JWS: three base64url segments, a header, a payload and a signature.

RFC 7515 section 7.1, with the header that https://www.imsglobal.org/spec/ob/v3p0#jwt-proof allows
and nothing more. What the payload says is in `vc_jwt`. Nothing here looks up a `kid` or believes a
`jwk`: the key that verifies is found by `verifier`.
"""

import json
from dataclasses import dataclass
from typing import Final

from openbadges.errors import Code, MalformedError, UnprovenError
from openbadges.jose.jwk import parse_jwk
from openbadges.public_key import Algorithm, PublicKey
from openbadges.signer import Signer
from openbadges.strict import (
    MAXIMUM_DOCUMENT_BYTES,
    Document,
    decode_base64url,
    encode_base64url,
    parse_json_object,
)

# Base64url is a third longer than what it carries: one credential, and room for the rest (C17).
MAXIMUM_JWS_CHARACTERS = 3 * MAXIMUM_DOCUMENT_BYTES // 2
MAXIMUM_HEADER_CHARACTERS = 8192  # an RSA key of 4096 bits in `jwk` and a long `kid` (C5)
MAXIMUM_KID_CHARACTERS = 2048  # bytes that a lookup may be asked to hold (C5)
MAXIMUM_SIGNATURE_CHARACTERS = 1024  # 683 for RSA of 4096 bits

_SEGMENTS = 3
# Open Badges allows no other member, so crit, b64, zip, jku and x5u never need a meaning (C4, C7).
_HEADER_MEMBERS: Final = frozenset({"alg", "kid", "jwk", "typ"})
# An ID token, a presentation or a status list is typed otherwise (C9). Media types ignore case.
CREDENTIAL_TYPES: Final = frozenset({"jwt", "vc+jwt"})


@dataclass(frozen=True, slots=True)
class CompactJws:
    """A JWS taken apart, with nothing in it proven yet; `text` is how it was presented."""

    header: Document
    payload: bytes
    signing_input: bytes
    signature: bytes
    text: str

    @property
    def algorithm(self) -> Algorithm:
        """The algorithm that the header names, one of ours."""
        return Algorithm(self.header["alg"])

    @property
    def kid(self) -> str | None:
        """The key URL that the header names: a claim of the presenter, not of the issuer."""
        kid: str | None = self.header.get("kid")
        return kid

    @property
    def header_key(self) -> PublicKey | None:
        """The key that the header carries: it proves nothing until the issuer lists it (C3)."""
        return parse_jwk(self.header["jwk"]) if "jwk" in self.header else None


def parse_compact_jws(text: str, *, types: frozenset[str] = CREDENTIAL_TYPES) -> CompactJws:
    """Take a compact JWS apart and vet its header; `types` are what its typ may be, in lower case.

    Raises:
        MalformedError: not three base64url segments with bytes in each (MALFORMED), too long
            (TOO_LARGE), an algorithm that we do not verify (ALG), a header member that is not
            alg, kid, jwk or typ, or neither kid nor jwk (HEADER), the type of another kind of
            token (TYP), or a `jwk` that is weak, broken or private (as `parse_jwk`).

    Spec: RFC 7515 section 5.2; ob-v3p0#jwt-proof
    """
    if len(text) > MAXIMUM_JWS_CHARACTERS:
        raise MalformedError(
            f"a JWS of {len(text)} characters, more than the {MAXIMUM_JWS_CHARACTERS} that are"
            " read",
            code=Code.TOO_LARGE,
        )
    segments = text.split(".", _SEGMENTS)
    if len(segments) != _SEGMENTS:
        raise MalformedError("a compact JWS has exactly three segments, joined by full stops")
    header = _parse_header(segments[0], types)
    payload = decode_base64url(segments[1])
    signature = decode_base64url(segments[2], maximum_characters=MAXIMUM_SIGNATURE_CHARACTERS)
    if not payload or not signature:
        raise MalformedError("a compact JWS has a payload and a signature; found an empty segment")
    signing_input = text.rpartition(".")[0].encode("ascii")
    return CompactJws(header, payload, signing_input, signature, text)


def unverified_parts(text: str) -> tuple[Document, Document]:
    """Return what header and payload say, each empty where it is no JSON object.

    Nothing of it is proven, vetted or even well formed: it tells what a text means to be, and never
    what it is.
    """
    header, _dot, rest = text.partition(".")
    return _unverified(header), _unverified(rest.partition(".")[0])


def _unverified(segment: str) -> Document:
    try:
        return parse_json_object(decode_base64url(segment), what="a segment of the JWS")
    except MalformedError:
        return {}


def sign_compact_jws(payload: bytes, signer: Signer, *, typ: str = "JWT") -> str:
    """Sign `payload` as it is; the header names the algorithm, the signer's method, and `typ`.

    Raises:
        ValueError: an empty payload.

    Spec: RFC 7515 section 5.1; ob-v3p0#jwt-proof
    """
    if not payload:
        raise ValueError("a JWS carries a payload")
    header = {
        "alg": str(signer.public_key.algorithm),
        "kid": signer.verification_method,
        "typ": typ,
    }
    encoded_header = encode_base64url(json.dumps(header, separators=(",", ":")).encode())
    signing_input = f"{encoded_header}.{encode_base64url(payload)}"
    signature = signer.sign(signing_input.encode("ascii"))
    return f"{signing_input}.{encode_base64url(signature)}"


def verify_compact_jws(jws: CompactJws, key: PublicKey) -> None:
    """Return if `key` signed this JWS with the algorithm that is the key's own.

    Raises:
        UnprovenError: the header names another algorithm (ALG), or the signature does not hold
            (PROOF).

    Spec: RFC 7515 section 5.2
    """
    if jws.algorithm is not key.algorithm:
        raise UnprovenError(
            f"the key verifies {key.algorithm}; the header says {jws.algorithm}", code=Code.ALG
        )
    key.verify(jws.signature, jws.signing_input)


def _parse_header(segment: str, types: frozenset[str]) -> Document:
    data = decode_base64url(segment, maximum_characters=MAXIMUM_HEADER_CHARACTERS)
    header = parse_json_object(data, what="a JWS header")
    _check_alg(header)
    _check_members(header)
    _check_typ(header, types)
    if "jwk" in header:
        parse_jwk(header["jwk"])
    return header


def _check_alg(header: Document) -> None:
    alg = header.get("alg")
    if alg not in list(Algorithm):
        raise MalformedError(
            f"a header's alg must be one of {', '.join(Algorithm)}; found {alg!r:.60}",
            code=Code.ALG,
        )


def _check_members(header: Document) -> None:
    unknown = sorted(header.keys() - _HEADER_MEMBERS)
    if unknown:
        raise MalformedError(
            f"a header has alg, kid, jwk and typ only; found {unknown[0]!r:.60}", code=Code.HEADER
        )
    if "kid" not in header and "jwk" not in header:
        raise MalformedError("a header must have kid or jwk; found neither", code=Code.HEADER)
    kid = header.get("kid", "")
    if not isinstance(kid, str) or len(kid) > MAXIMUM_KID_CHARACTERS:
        raise MalformedError(
            f"a header's kid must be a string of at most {MAXIMUM_KID_CHARACTERS} characters",
            code=Code.HEADER,
        )


def _check_typ(header: Document, types: frozenset[str]) -> None:
    typ = header.get("typ", "JWT")
    if not isinstance(typ, str) or typ.lower() not in types:
        raise MalformedError(
            f"a header's typ must be {' or '.join(sorted(types))}; found {typ!r:.60}",
            code=Code.TYP,
        )
