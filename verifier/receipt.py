"""A receipt: what a service found when it verified something, dated, signed, and nothing personal.

It is a compact JWS of a type of its own, so it is never read as a credential, a presentation or a
status list. Its key stands in the service's `/.well-known/jwks.json` with a `use` of its own, so no
reader of that set takes it for a key that signs credentials, and no credential's key signs a
receipt. Receipts are signed in `service`; nothing here can.

A receipt says what was found at its moment and nothing of any other. It is believed by whoever has
the key set of its service from elsewhere, and never by what came with it.

https://www.rfc-editor.org/rfc/rfc7515
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from openbadges.errors import Code, MalformedError, UnavailableError, UnprovenError
from openbadges.jose import (
    format_jwk,
    parse_compact_jws,
    parse_jwk,
    thumbprint,
    verify_compact_jws,
)
from openbadges.public_key import PublicKey
from openbadges.strict import Document, parse_json_object
from verifier.checks.members import objects
from verifier.key_sets import MAXIMUM_KEY_SET_BYTES, WELL_KNOWN
from verifier.ports import DocumentSource
from verifier.report import Finding, Verdict

RECEIPT_TYPE: Final = "insignia-receipt+jwt"
# RFC 7517 section 4.2 lets a set name uses of its own; whoever looks for "sig" passes it over.
RECEIPT_USE: Final = "insignia-receipt"
MAXIMUM_RECEIPT_CHARACTERS: Final = 64 * 1024  # of one; it has digests and codes, no document

_TEXTS: Final = ("iss", "givenSha256", "judgedSha256", "verdict", "verifier")
_LISTS: Final = ("issuers", "documents")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a service says that it did.

    `given_sha256` is of the bytes that were sent, `judged_sha256` of what they led to: the same
    unless that was a link, a page or a picture of a QR code. `issuers` are those whose key was
    proven, `documents` the digests of what the verification read. All digests are in hexadecimal.
    """

    service: str
    moment: datetime
    given_sha256: str
    judged_sha256: str
    verdict: Verdict
    findings: tuple[Mapping[str, str], ...]
    issuers: tuple[str, ...]
    documents: tuple[str, ...]
    verifier: str

    def claims(self) -> Document:
        """Return what is signed."""
        return {
            "iss": self.service,
            "iat": int(self.moment.timestamp()),
            "givenSha256": self.given_sha256,
            "judgedSha256": self.judged_sha256,
            "verdict": self.verdict.value,
            "findings": [dict(finding) for finding in self.findings],
            "issuers": list(self.issuers),
            "documents": list(self.documents),
            "verifier": self.verifier,
        }


def told(findings: Iterable[Finding]) -> tuple[Mapping[str, str], ...]:
    """Return findings as a receipt has them: their sentences may name people, so they stay out."""
    return tuple(
        {"check": one.check.value, "outcome": one.outcome.value, "code": one.code.value}
        for one in findings
    )


def digest(data: bytes) -> str:
    """Return the SHA-256 of what was presented, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def document_digests(documents: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return a digest of each address together with what it answered, sorted.

    The addresses themselves stay out: one may be made for a single person.
    """
    return tuple(sorted(digest(url.encode() + b"\n" + data) for url, data in documents.items()))


def key_url(service: str, key: PublicKey) -> str:
    """Return the name of a receipt's key, by which it is found in the service's key set."""
    return f"{service}{WELL_KNOWN}#{thumbprint(key)}"


def listed_key(service: str, key: PublicKey) -> Document:
    """Return the key as it stands in the key set of a service.

    Spec: RFC 7517 section 4.2
    """
    jwk = format_jwk(key, kid=key_url(service, key), alg=key.algorithm.value)
    return jwk | {"use": RECEIPT_USE}


def read_receipt(text: str, known: DocumentSource) -> Receipt:
    """Return what a receipt says, once it is proven by a key set that the checker has.

    `known` is asked for the key set of the service alone. It must be the checker's own: whoever
    made the receipt up would also give the key set to go with it.

    Raises:
        MalformedError: it is no receipt.
        UnprovenError: the service's key did not sign it (PROOF, ALG), or it has no such key
            (KEY_NOT_BOUND).
        UnavailableError: the key set is not at hand.
    """
    if len(text) > MAXIMUM_RECEIPT_CHARACTERS:
        raise MalformedError(
            f"a receipt of {len(text)} characters, more than {MAXIMUM_RECEIPT_CHARACTERS}",
            code=Code.TOO_LARGE,
        )
    jws = parse_compact_jws(text, types=frozenset({RECEIPT_TYPE}))
    claims = parse_json_object(jws.payload, what="a receipt")
    receipt = _read_claims(claims)
    key = _find_key(receipt.service, jws.kid, known)
    verify_compact_jws(jws, key)
    return receipt


def _find_key(service: str, kid: str | None, known: DocumentSource) -> PublicKey:
    address = f"{service}{WELL_KNOWN}"
    data = known.fetch(address, maximum_bytes=MAXIMUM_KEY_SET_BYTES)
    try:
        listed = parse_json_object(data, what="a key set").get("keys")
        keys = [_key_of(jwk) for jwk in objects(listed) if _is_named(jwk, kid)]
    except MalformedError as error:
        raise UnavailableError(f"{address:.200} gave no key set: {error}") from error
    key = next((key for key in keys if key_url(service, key) == kid), None)
    if key is None:
        raise UnprovenError(
            f"the key {kid!r:.200} is not one that {service:.200} lists for receipts",
            code=Code.KEY_NOT_BOUND,
        )
    return key


def _is_named(jwk: Document, kid: str | None) -> bool:
    return jwk.get("use") == RECEIPT_USE and jwk.get("kid") == kid


def _key_of(jwk: Document) -> PublicKey:
    return parse_jwk({name: value for name, value in jwk.items() if name != "use"})


def _read_claims(claims: Document) -> Receipt:
    texts = {name: _text(claims, name) for name in _TEXTS}
    lists = {name: _list(claims, name, str) for name in _LISTS}
    if texts["verdict"] not in list(Verdict):
        raise MalformedError(f"a receipt's verdict is none: {texts['verdict']!r:.60}")
    findings = _list(claims, "findings", dict)
    return Receipt(
        service=texts["iss"],
        moment=_moment(claims.get("iat")),
        given_sha256=texts["givenSha256"],
        judged_sha256=texts["judgedSha256"],
        verdict=Verdict(texts["verdict"]),
        findings=tuple({str(name): str(value) for name, value in one.items()} for one in findings),
        issuers=lists["issuers"],
        documents=lists["documents"],
        verifier=texts["verifier"],
    )


def _text(claims: Document, name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str):
        raise MalformedError(f"a receipt has {name}, a string; found {value!r:.60}")
    return value


def _list(claims: Document, name: str, kind: type) -> tuple[Any, ...]:
    value = claims.get(name)
    if not isinstance(value, list) or not all(isinstance(one, kind) for one in value):
        raise MalformedError(f"a receipt has {name}, an array; found {value!r:.60}")
    return tuple(value)


def _moment(value: object) -> datetime:
    if not isinstance(value, int) or isinstance(value, bool):
        raise MalformedError(f"a receipt's iat is a number of seconds; found {value!r:.60}")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise MalformedError(f"a receipt's iat is no moment: {value}") from error
