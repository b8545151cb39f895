"""What a verification needs from outside, as its caller gives it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class DocumentSource(Protocol):
    """The world's documents by their URL."""

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
        """Return the bytes at `url`.

        Raises:
            UnavailableError: the world did not give them.
            MalformedError: the URL is one that is never fetched (URL_NOT_ALLOWED).
        """


@dataclass(frozen=True, slots=True)
class Fetched:
    """What lay behind a link, and the URL where it lay, which redirects may have led to."""

    url: str
    data: bytes


class LinkSource(Protocol):
    """What lies behind links that a person gave."""

    def fetch_presented(self, url: str, *, maximum_bytes: int) -> Fetched:
        """Return what is at `url`, after a few redirects at the most.

        Raises:
            UnavailableError: the world did not give them.
            MalformedError: the URL is one that is never fetched (URL_NOT_ALLOWED).
        """


@dataclass(frozen=True, slots=True)
class OnRecord:
    """What an issuer put on record for one id.

    `hashes` are the SHA-256 (hex) of canonical documents, equal for every form of one id; none
    means that it never signed a document of this id.
    """

    hashes: frozenset[str] = frozenset()
    revoked_at: datetime | None = None


class IssuanceLog(Protocol):
    """What one of our own issuers put on record, for credentials that claim to be its."""

    def issued(self, issuer: str, credential_id: str) -> OnRecord | None:
        """Return what is recorded for an id; None if the issuer is not one of ours.

        Raises:
            UnavailableError: the log cannot be asked at this moment.
        """
