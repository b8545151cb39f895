"""What a verification needs from outside, as its caller gives it."""

from dataclasses import dataclass
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


class IssuanceLog(Protocol):
    """What one of our own issuers put on record, for credentials that claim to be its."""

    def issued(self, issuer: str, credential_id: str) -> frozenset[str] | None:
        """Return the document hashes recorded for an id; None if the issuer is not one of ours.

        An empty set means: the issuer is ours, and it never signed a document of this id. The
        hash is the SHA-256 (hex) of the canonical document, equal for every form of one id.

        Raises:
            UnavailableError: the log cannot be asked at this moment.
        """
