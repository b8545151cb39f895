"""The signed head of the audit log: its last entry's number and hash, in a compact JWS of its own.

Who keeps a head elsewhere can tell later that nothing before it was cut off or rewritten (R36),
whatever became of the database. Its key stands in `/.well-known/jwks.json` with a `use` of its
own, as that of receipts does, and signs nothing else (D19).
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy.orm import Session

from issuer.audit import head_position
from issuer.publication import find_published, publish
from openbadges.errors import Code, MalformedError, UnprovenError
from openbadges.jose import (
    format_jwk,
    parse_compact_jws,
    sign_compact_jws,
    unverified_parts,
    verify_compact_jws,
)
from openbadges.public_key import PublicKey
from openbadges.signer import Signer
from openbadges.strict import Document, parse_json_object
from verifier.receipt import key_url

HEAD_TYPE: Final = "insignia-audit-head+jwt"
AUDIT_USE: Final = "insignia-audit"
HEAD_PATH: Final = "/.well-known/insignia-audit-head.jws"
HEAD_MEDIA_TYPE: Final = "application/jwt"
MAXIMUM_HEAD_CHARACTERS: Final = 4096

_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The last entry of a service's log, as it was at a moment."""

    service: str
    sequence: int
    sha256: str
    at: datetime

    def claims(self) -> Document:
        """Return what is signed."""
        return {
            "iss": self.service,
            "iat": int(self.at.timestamp()),
            "sequence": self.sequence,
            "sha256": self.sha256,
        }


def head_now(session: Session, service: str, now: datetime) -> AuditHead:
    """Return the head of the log as it is."""
    end = head_position(session)
    return AuditHead(service, end.sequence, end.sha256, now)


def listed_audit_key(service: str, key: PublicKey) -> Document:
    """Return a key of heads as it stands in the key set of a service."""
    jwk = format_jwk(key, kid=key_url(service, key), alg=key.algorithm.value)
    return jwk | {"use": AUDIT_USE}


def sign_head(head: AuditHead, signer: Signer) -> str:
    """Return a head as a compact JWS.

    Raises:
        RefusedError: the key does not sign.
    """
    claims = json.dumps(head.claims(), separators=(",", ":"))
    return sign_compact_jws(claims.encode(), signer, typ=HEAD_TYPE)


def read_head(text: str, *, service: str, keys: Iterable[PublicKey]) -> AuditHead:
    """Return what a head says, once it is proven by one of the keys that this service had for it.

    Raises:
        MalformedError: it is no head.
        UnprovenError: it is another service's, or none of these keys signed it.
    """
    if len(text) > MAXIMUM_HEAD_CHARACTERS:
        raise MalformedError(
            f"a head of {len(text)} characters, more than {MAXIMUM_HEAD_CHARACTERS}",
            code=Code.TOO_LARGE,
        )
    jws = parse_compact_jws(text, types=frozenset({HEAD_TYPE}))
    head = _read_claims(parse_json_object(jws.payload, what="a head of the audit log"))
    if head.service != service:
        raise UnprovenError(
            f"this head is of the log of {head.service:.200}, and not of that of {service}",
            code=Code.KEY_NOT_BOUND,
        )
    key = next((key for key in keys if key_url(service, key) == jws.kid), None)
    if key is None:
        raise UnprovenError(
            f"the key {jws.kid!r:.200} never signed heads of the log of {service}",
            code=Code.KEY_NOT_BOUND,
        )
    verify_compact_jws(jws, key)
    return head


def _read_claims(claims: Document) -> AuditHead:
    service, sha256 = claims.get("iss"), claims.get("sha256")
    if not isinstance(service, str) or not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        raise MalformedError("a head names its service and a SHA-256 in hexadecimal digits")
    sequence, moment = _number(claims, "sequence"), _number(claims, "iat")
    try:
        return AuditHead(service, sequence, sha256, datetime.fromtimestamp(moment, UTC))
    except (ValueError, OverflowError, OSError) as error:
        raise MalformedError(f"a head's iat is no moment: {moment}") from error


def _number(claims: Document, name: str) -> int:
    value = claims.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise MalformedError(f"a head has {name}, a number from 0 on; found {value!r:.60}")
    return value


def is_published(session: Session, service: str) -> bool:
    """Tell whether the head that is public names the last entry; read it without judging it."""
    found = find_published(session, service + HEAD_PATH)
    if found is None:
        return False
    _, claims = unverified_parts(found.body.decode())
    end = head_position(session)
    return (claims.get("sequence"), claims.get("sha256")) == (end.sequence, end.sha256)


def publish_head(session: Session, *, service: str, signer: Signer, now: datetime) -> None:
    """Sign the head as it is and let its address answer with it.

    Raises:
        RefusedError: the key does not sign.
    """
    text = sign_head(head_now(session, service, now), signer)
    publish(
        session,
        service + HEAD_PATH,
        text.encode(),
        media_type=HEAD_MEDIA_TYPE,
        now=now,
    )
