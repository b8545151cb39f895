"""A status list as it is public, and the rule that no list is replaced by an older one.

A list that is public has told readers who is revoked: what comes after it begins no earlier, and
has every bit that it has (R35). What the bits are read from is in `status`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from openbadges import status_list
from openbadges.errors import MalformedError, RefusedError
from openbadges.models.model import values_of
from openbadges.strict import Document, parse_json_object, parse_timestamp

LIST_TYPE = "BitstringStatusListCredential"


@dataclass(frozen=True, slots=True)
class PublishedList:
    """What a published list says; whether its proof holds was not looked at here."""

    url: str
    bits: bytes
    valid_from: datetime
    valid_until: datetime
    body: bytes

    @classmethod
    def read(cls, body: bytes) -> Self:
        """Read a list in JSON.

        Raises:
            MalformedError: it is no status list, or has no times.
        """
        return cls.of(parse_json_object(body, what="a status list"), body)

    @classmethod
    def of(cls, document: Document, body: bytes) -> Self:
        """Read what a list's document says; `body` is how it was published.

        Raises:
            MalformedError: as `read`.
        """
        subject = document.get("credentialSubject")
        if LIST_TYPE not in values_of(document.get("type")) or not isinstance(subject, dict):
            raise MalformedError(f"this is no {LIST_TYPE}")
        return cls(
            url=str(document.get("id")),
            bits=status_list.decode(str(subject.get("encodedList"))),
            valid_from=parse_timestamp(document.get("validFrom"), what="validFrom"),
            valid_until=parse_timestamp(document.get("validUntil"), what="validUntil"),
            body=body,
        )

    def indexes(self) -> frozenset[int]:
        """Return the indexes that it says are revoked."""
        return frozenset(
            place * 8 + bit
            for place, byte in enumerate(self.bits)
            if byte
            for bit in range(8)
            if byte & (0x80 >> bit)
        )


def find_list(body: bytes) -> PublishedList | None:
    """Return what a document says if it is a status list, and else None."""
    try:
        return PublishedList.read(body)
    except MalformedError:
        return None


def check_not_older(new: PublishedList, old: PublishedList) -> None:
    """Return if a list may take the place of another.

    Raises:
        RefusedError: it begins earlier, or does not say all that the other says.
    """
    lost = len(old.indexes() - new.indexes())
    if lost:
        raise _refusal(old, f"says of {lost} more that they are revoked")
    if new.valid_from < old.valid_from:
        raise _refusal(old, f"begins later, at {old.valid_from:%Y-%m-%d %H:%M:%S} UTC")


def _refusal(old: PublishedList, why: str) -> RefusedError:
    return RefusedError(
        f"the status list {old.url} stays as it is: what is public {why} than what would take its"
        " place; if the database was put back, run `insignia status catch-up`, and else look at the"
        " machine's clock"
    )
