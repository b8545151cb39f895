"""What fuzzing begins with: real credentials of the tests' own issuers, in every form.

Everything here is the same in each run, so that a short run finds today what it found yesterday.
"""

import json
import zlib
from functools import cache
from typing import Final

from openbadges import status_list
from openbadges.baking import png, svg
from openbadges.jose import format_jwk
from openbadges.multikey import format_multikey
from openbadges.public_key import PublicKey
from openbadges.strict import Document, decode_base64url, encode_base64url, parse_json
from tests.credentials import (
    CONTEXTS_OF_VERSION_1,
    STATUS_LIST,
    plain_credential,
    valid_credential,
)
from tests.given import encoded, linking, page, qr_image, qr_png
from tests.presentations import HOLDER, unsigned
from tests.proofs import BADGES_P256
from tests.selective import derived
from tests.signing import EcTestSigner, Ed25519TestSigner
from tests.status_lists import listed
from tests.world import BADGES, LIBRARY, es256_issuer, issued_by

DRAWING: Final = b'<svg xmlns="http://www.w3.org/2000/svg"><!-- art --><g id="a"/></svg>'
SCHEMA: Final[Document] = {
    "$schema": "https://json-schema.org/draft/2019-09/schema",
    "$defs": {"name": {"type": "string", "pattern": "^[A-Z]", "maxLength": 80}},
    "type": "object",
    "required": ["id", "name"],
    "properties": {"name": {"$ref": "#/$defs/name"}, "type": {"type": ["string", "array"]}},
    "patternProperties": {"^x-": {"enum": [1, "a", None]}},
    "propertyNames": {"maxLength": 40},
    "allOf": [{"if": {"const": 1}, "then": False}, {"dependentRequired": {"a": ["b"]}}],
    "additionalProperties": {"items": {"multipleOf": 0.5}, "contains": {"not": {"type": "null"}}},
}
UNEVALUATED: Final = {
    "unevaluatedProperties": {"items": False},
    "allOf": [{"$ref": "#/$defs/name"}],
}


def as_json(value: object) -> bytes:
    """Give JSON as most programs write it."""
    return json.dumps(value).encode()


@cache
def badge() -> bytes:
    """Give a badge with a proof, which verifies in the tests' world."""
    return as_json(BADGES.sign(valid_credential()))


@cache
def jws() -> bytes:
    """Give a badge as a VC-JWT, which verifies in the tests' world."""
    issuer = es256_issuer()
    return issuer.sign_jws(issued_by(issuer)).encode()


@cache
def selective() -> Document:
    """Give a credential with a derived proof."""
    return derived(plain_credential(issuer=BADGES_P256.id, validUntil="2029-01-01T00:00:00Z"))


def jws_part(index: int) -> bytes:
    """Give the bytes of the header or the payload."""
    return decode_base64url(jws().decode().split(".")[index])


def headers() -> tuple[bytes, ...]:
    """Give JWS headers that carry a key."""
    keys = (parse_json(jwk) for jwk in jwks()[:3])
    algorithms = ("EdDSA", "ES256", "RS256")
    return tuple(
        as_json({"alg": alg, "typ": "vc+jwt", "jwk": key})
        for alg, key in zip(algorithms, keys, strict=True)
    )


def presentations() -> tuple[bytes, ...]:
    """Give payloads of presentations, of both versions of the data model."""
    said = unsigned(parse_json(badge()), jws().decode())
    claims = {"iss": HOLDER.id, "aud": ["a.example"], "nonce": "7", "exp": 1, "iat": 1}
    return tuple(json.dumps(one).encode() for one in (said, said | claims, {"vp": said} | claims))


def wrapped_payloads() -> tuple[bytes, ...]:
    """Give payloads as version 1.1 of the data model writes them."""
    credential = issued_by(BADGES) | {"@context": CONTEXTS_OF_VERSION_1}
    credential["issuanceDate"] = credential.pop("validFrom")
    claims = {"iss": BADGES.id, "nbf": 1_769_947_200, "exp": 1.5e9, "jti": credential["id"]}
    odd = ({"sub": "did:web:a", "exp": 1}, {"nbf": 1e300})
    return as_json({"vc": credential} | claims), *(as_json({"vc": {}} | each) for each in odd)


def envelope() -> bytes:
    """Give the VC-JWT in an envelope."""
    return as_json(
        {
            "@context": "https://www.w3.org/ns/credentials/v2",
            "id": f"data:application/vc+jwt,{jws().decode()}",
            "type": "EnvelopedVerifiableCredential",
        }
    )


@cache
def bare_picture() -> bytes:
    """Give a PNG picture of a QR code."""
    return qr_png()


@cache
def pictures() -> tuple[bytes, ...]:
    """Give PNG pictures: baked with JSON, baked with a JWS, and of a QR code alone."""
    bare = bare_picture()
    return png.bake(bare, badge().decode()), png.bake(bare, jws().decode()), bare


@cache
def photographs() -> tuple[bytes, ...]:
    """Give JPEG pictures of a QR code: in rows, and in scans."""
    image = qr_image("https://badges.example/s/x")
    return encoded(image, "JPEG"), encoded(image, "JPEG", progressive=True)


@cache
def drawings() -> tuple[bytes, ...]:
    """Give SVG pictures: with JSON, with a JWS, and with nothing."""
    baked = (svg.bake(DRAWING, text.decode()) for text in (badge(), jws()))
    return *baked, DRAWING


def pages() -> tuple[bytes, ...]:
    """Give pages that link a credential, hold one, link several things, and are odd."""
    script = f'<script type="application/vc">{badge().decode()}</script>'
    return (
        page(linking("/x.json")),
        page(script),
        page(linking("x.png", "image/png") + linking("//a.example/y") + "<!-- -->"),
        page("<![if IE]><![0>"),  # html.parser asserts that a marked section has a name
    )


def status_lists() -> tuple[bytes, ...]:
    """Give values of `encodedList`, in both forms."""
    empty = bytes(status_list.MINIMUM_ENTRIES * status_list.MAXIMUM_STATUS_SIZE // 8)
    full = status_list.encode(status_list.with_set(empty, range(0, 4000, 7)))
    return status_list.encode(empty).encode(), full.encode(), full.removeprefix("u").encode()


@cache
def gzip_streams() -> tuple[bytes, ...]:
    """Give what is inside of them: one gzip member, two, one and junk, and a bomb."""
    one = decode_base64url(status_lists()[1].decode()[1:])
    inflated = bytes(160 * 1024 * 1024)  # more than one verification may hold
    return one, one + one, one + b"x", zlib.compress(inflated, level=1, wbits=31)


def status_list_credential() -> bytes:
    """Give a signed list, as it lies at its address."""
    return as_json(listed(id=STATUS_LIST))


def proof_values() -> tuple[bytes, ...]:
    """Give a `proofValue` of ecdsa-sd-2023."""
    return (selective()["proof"]["proofValue"].encode(),)


def cbor_items() -> tuple[bytes, ...]:
    """Give the CBOR that is in it, after its header."""
    return (decode_base64url(proof_values()[0].decode()[1:])[3:], b"\x85\x40\x40\x80\xa0\x80")


def jwks() -> tuple[bytes, ...]:
    """Give JWKs of each kind whose keys are the same in each run, and a set of them."""
    keys = [format_jwk(key, kid=kid, alg=None) for kid, key in _keys().items()]
    rsa = {"kty": "RSA", "n": encode_base64url(b"\xc1" + bytes(range(255))), "e": "AQAB"}
    return (*map(as_json, keys), as_json(rsa), as_json({"keys": [*keys, rsa]}))


def multikeys() -> tuple[bytes, ...]:
    """Give `publicKeyMultibase` values."""
    return tuple(format_multikey(key).encode() for key in _keys().values())


def schemas() -> tuple[bytes, ...]:
    """Give a schema and a document, in one array."""
    document = {"id": "urn:x", "name": "A badge", "type": ["a"], "x-1": 1, "rest": [1.5, 2]}
    others = (SCHEMA | UNEVALUATED, SCHEMA | {"$ref": "#", "if": True, "oneOf": [{}, False]})
    return tuple(as_json([schema, document]) for schema in (SCHEMA, *others))


def did_urls() -> tuple[bytes, ...]:
    """Give DID URLs of each method."""
    web = (b"did:web:a.example%3A8443:x#k", b"did:web:xn--bcher-kva.example#key-1")
    return (*web, EcTestSigner(11).verification_method.encode(), b"did:jwk:e30#0")


def controller_documents() -> tuple[bytes, ...]:
    """Give documents in which issuers list their keys."""
    return as_json(BADGES.document()), as_json(LIBRARY.document())


def _keys() -> dict[str, PublicKey]:
    return {
        "a": Ed25519TestSigner(bytes(32)).public_key,
        "b": EcTestSigner(11).public_key,
    }
