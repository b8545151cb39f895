"""Registered claims of a JWT beside a document whose members say the same.

RFC 7519 section 4.1. Who reads the claims and who reads the document must read one thing, so they
are compared and then left out. Which claim repeats which member is in `vc_jwt` and `vp_jwt`.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from openbadges.errors import Code, MalformedError
from openbadges.strict import Document, describe, format_timestamp, parse_timestamp

# `iat` says when the token was made, `aud` for whom; no document has a member for either.
REGISTERED: Final = frozenset({"iss", "sub", "jti", "nbf", "exp", "iat", "aud"})
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Form:
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
    return format_timestamp(_moment(int(claimed)))


def _moment(seconds: int) -> datetime:
    try:
        return _EPOCH + seconds * _SECOND
    except OverflowError as error:
        raise MalformedError(
            f"{seconds} seconds is no moment of the calendar", code=Code.CLAIM_MISMATCH
        ) from error


TEXT: Final = Form(_read_string, _read_text_member, _fill_text)
ID: Final = Form(_read_string, _read_id_member, _fill_id)
DATE: Final = Form(_read_numeric_date, _read_date_member, _fill_date)


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim, the member that it repeats, and whether a token that we make must have it."""

    name: str
    member: str
    form: Form
    required: bool = True


def said_by(payload: Document, wrapper: str) -> tuple[Document, bool]:
    """Return the document that a payload is, or has in one claim, without the claims around it.

    The second value tells whether it stood in the claim, which may then say what the document
    leaves out.

    Raises:
        MalformedError: a document stands in the claim and beside it (AMBIGUOUS), or the claim holds
            none (MALFORMED).
    """
    beside = {name: value for name, value in payload.items() if name not in REGISTERED}
    if wrapper not in payload:
        return beside, False
    document = beside.pop(wrapper)
    if beside:
        raise MalformedError(
            f"the payload has a document in {wrapper}, and {min(beside)!r:.60} beside it",
            code=Code.AMBIGUOUS,
        )
    if not isinstance(document, dict):
        raise MalformedError(f"{wrapper} must be an object; found {describe(document)}")
    refuse_claims(document, f"the document in {wrapper}")
    return dict(document), True


def refuse_claims(document: Document, what: str) -> None:
    """Return if no member is named like a claim.

    Raises:
        MalformedError: one is (AMBIGUOUS).
    """
    taken = sorted(REGISTERED & document.keys())
    if taken:
        raise MalformedError(
            f"{what} has a member {taken[0]}, which is the name of a claim", code=Code.AMBIGUOUS
        )


def match_claims(
    document: Document, payload: Document, claims: Iterable[Claim], *, may_fill: bool
) -> Document:
    """Return the document, with what only a claim says filled in where that is allowed.

    Raises:
        MalformedError: a claim and the document differ (CLAIM_MISMATCH), or a member that a claim
            repeats is no id or date (DATA_MODEL).
    """
    matched = dict(document)
    for claim in claims:
        if claim.name not in payload:
            continue
        claimed = claim.form.read_claim(payload[claim.name], claim.name)
        member = matched.get(claim.member)
        said = claim.form.read_member(member, claim.member)
        if said is None and may_fill:
            matched[claim.member] = claim.form.fill_member(member, claimed)
        elif said != claimed:
            raise MalformedError(
                f"the claim {claim.name} says {claimed!r:.80}; the document's {claim.member} says"
                f" {said!r:.80}",
                code=Code.CLAIM_MISMATCH,
            )
    return matched


def read_text_claim(payload: Document, name: str) -> str | None:
    """Return a claim that is a text; None where it is not there.

    Raises:
        MalformedError: it is something else (CLAIM_MISMATCH).
    """
    return _read_string(payload[name], name) if name in payload else None


def read_moment_claim(payload: Document, name: str) -> datetime | None:
    """Return a claim that is a NumericDate, to the second; None where it is not there.

    Raises:
        MalformedError: it is no number, or no moment of the calendar (CLAIM_MISMATCH).
    """
    return _moment(_read_numeric_date(payload[name], name)) if name in payload else None
