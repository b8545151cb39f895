"""VC-JWT: a credential as JWT claims, and the credential that verified claims say.

https://www.imsglobal.org/spec/ob/v3p0#jwt-proof. Five registered claims repeat what the credential
says; who reads the one and who reads the other must read the same. Signatures are in
`compact_jws`; whether the credential is whole, timely and whose is decided in `verifier`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from openbadges.errors import Code, MalformedError
from openbadges.strict import Document, describe, format_timestamp, parse_timestamp

VCDM_1_CONTEXT: Final = "https://www.w3.org/2018/credentials/v1"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class _Form:
    """How a claim and a member of the credential say one thing."""

    read_claim: Callable[[object, str], str | int]
    read_member: Callable[[object, str], str | int | None]  # None where the member says nothing
    fill_member: Callable[[object, str | int], object]


def _read_string(value: object, name: str) -> str:
    if isinstance(value, str):
        return value
    raise MalformedError(
        f"the claim {name} must be a string; found {describe(value)}", code=Code.CLAIM_MISMATCH
    )


def _read_numeric_date(value: object, name: str) -> int:
    """Return whole seconds: claims and members are compared to the second (RFC 7519 section 2)."""
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return math.floor(value)
    raise MalformedError(
        f"the claim {name} must be a number of seconds; found {describe(value)}",
        code=Code.CLAIM_MISMATCH,
    )


def _read_text_member(value: object, member: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise MalformedError(
        f"{member} must say one id, which a claim can repeat; found {describe(value)}",
        code=Code.DATA_MODEL,
    )


def _read_id_member(value: object, member: str) -> str | None:
    """Read an id that stands alone, in an object, or in an array of one object."""
    match value:
        case [dict() as only]:
            return _read_text_member(only.get("id"), member)
        case dict():
            return _read_text_member(value.get("id"), member)
        case _:
            return _read_text_member(value, member)


def _read_date_member(value: object, member: str) -> int | None:
    return None if value is None else (parse_timestamp(value, what=member) - _EPOCH) // _SECOND


def _fill_text(_: object, claimed: str | int) -> object:
    return claimed


def _fill_id(value: object, claimed: str | int) -> object:
    match value:
        case [dict() as only]:
            return [{**only, "id": claimed}]
        case dict():
            return {**value, "id": claimed}
        case _:
            return claimed


def _fill_date(_: object, claimed: str | int) -> object:
    try:
        return format_timestamp(_EPOCH + int(claimed) * _SECOND)
    except OverflowError as error:
        raise MalformedError(
            f"{claimed} seconds is no moment of the calendar", code=Code.CLAIM_MISMATCH
        ) from error


_TEXT: Final = _Form(_read_string, _read_text_member, _fill_text)
_ID: Final = _Form(_read_string, _read_id_member, _fill_id)
_DATE: Final = _Form(_read_numeric_date, _read_date_member, _fill_date)

# (the claim, the member it repeats, how, whether a token that we make must have it)
_NAMES: Final = (
    ("iss", "issuer", _ID, True),
    ("sub", "credentialSubject", _ID, True),
    ("jti", "id", _TEXT, True),
)
_VCDM_1_CLAIMS: Final = (
    *_NAMES,
    ("nbf", "issuanceDate", _DATE, True),
    ("exp", "expirationDate", _DATE, False),
)
_VCDM_2_CLAIMS: Final = (
    *_NAMES,
    ("nbf", "validFrom", _DATE, True),
    ("exp", "validUntil", _DATE, False),
)
# `iat` says when the token was made, not what it holds.
_REGISTERED: Final = frozenset({"iss", "sub", "jti", "nbf", "exp", "iat", "aud"})


def credential_claims(credential: Document) -> Document:
    """Return the payload of a VC-JWT: the credential's own members and the claims that repeat them.

    Raises:
        MalformedError: no issuer id, `id` or `validFrom`, or not exactly one subject with an `id`
            (DATA_MODEL); or a member that is named like a claim (AMBIGUOUS).

    Spec: ob-v3p0#jwt-proof
    """
    _refuse_claims(credential, "a credential")
    payload = dict(credential)
    for name, member, form, required in _claims_of(credential):
        value = form.read_member(credential.get(member), member)
        if value is not None:
            payload[name] = value
        elif required:
            raise MalformedError(
                f"a VC-JWT needs the claim {name}, and the credential's {member} does not say it",
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
    is_wrapped = "vc" in payload
    credential = _unwrapped(payload) if is_wrapped else _without_claims(payload)
    for name, member, form, _ in _claims_of(credential):
        if name not in payload:
            continue
        claimed = form.read_claim(payload[name], name)
        said = form.read_member(credential.get(member), member)
        if said is None and is_wrapped:
            credential[member] = form.fill_member(credential.get(member), claimed)
        elif said != claimed:
            raise MalformedError(
                f"the claim {name} says {claimed!r:.80}; the credential's {member} says"
                f" {said!r:.80}",
                code=Code.CLAIM_MISMATCH,
            )
    return credential


def _claims_of(credential: Document) -> tuple[tuple[str, str, _Form, bool], ...]:
    contexts = credential.get("@context")
    is_vcdm_1 = contexts == VCDM_1_CONTEXT or (
        isinstance(contexts, list) and VCDM_1_CONTEXT in contexts
    )
    return _VCDM_1_CLAIMS if is_vcdm_1 else _VCDM_2_CLAIMS


def _without_claims(payload: Document) -> Document:
    return {name: value for name, value in payload.items() if name not in _REGISTERED}


def _unwrapped(payload: Document) -> Document:
    beside = sorted(_without_claims(payload).keys() - {"vc"})
    if beside:
        raise MalformedError(
            f"the payload has a credential in vc, and {beside[0]!r:.60} beside it",
            code=Code.AMBIGUOUS,
        )
    credential = payload["vc"]
    if not isinstance(credential, dict):
        raise MalformedError(f"vc must be an object; found {describe(credential)}")
    _refuse_claims(credential, "the credential in vc")
    return dict(credential)


def _refuse_claims(credential: Document, what: str) -> None:
    taken = sorted(_REGISTERED & credential.keys())
    if taken:
        raise MalformedError(
            f"{what} has a member {taken[0]}, which is the name of a claim", code=Code.AMBIGUOUS
        )
