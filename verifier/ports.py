"""What a verification needs from outside, as its caller gives it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from openbadges.errors import Code, UnavailableError

MAXIMUM_REDIRECTS: Final = 3  # of a link that somebody pasted; each hop is vetted anew (E3)
MAXIMUM_HOPS: Final = 1 + MAXIMUM_REDIRECTS


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
    """What lay behind a link, and the URL where it lay, to which so many hops led."""

    url: str
    data: bytes
    hops: int = 1


class NotFetchedError(UnavailableError):
    """What lies at a URL could not be had, and so many hops were made to learn that."""

    def __init__(
        self, message: str, *, code: Code | None = None, problem: str | None = None, hops: int = 1
    ) -> None:
        """Hold what every error holds, and the hops."""
        super().__init__(message, code=code, problem=problem)
        self.hops = hops


class LinkSource(Protocol):
    """What lies behind links that a person gave."""

    def fetch_presented(self, url: str, *, maximum_bytes: int) -> Fetched:
        """Return what is at `url`, after a few redirects at the most.

        Raises:
            UnavailableError: the world did not give them; a NotFetchedError tells of how many hops.
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


class ListMemory(Protocol):
    """What is known of status lists from before; without one each list is judged by itself."""

    def is_outdated(self, url: str, dated: datetime, *, now: datetime) -> bool:
        """Remember a list that its issuer proved; tell if a younger one is known for a while."""
