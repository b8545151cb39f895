"""What a verification needs from outside, as its caller gives it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from openbadges.errors import UnavailableError


class DocumentSource(Protocol):
    """The world's documents by their URL."""

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
        """Return the bytes at `url`.

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
        """


@dataclass(frozen=True, slots=True)
class SuppliedDocuments:
    """Documents that the caller already has, and behind them another source."""

    documents: Mapping[str, bytes]
    behind: DocumentSource

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
        """Return the supplied bytes, or ask the source behind."""
        supplied = self.documents.get(url)
        if supplied is None:
            return self.behind.fetch(url, maximum_bytes=maximum_bytes)
        if len(supplied) > maximum_bytes:
            raise UnavailableError(f"{url:.200} has {len(supplied)} bytes, more than are read")
        return supplied


class NoDocuments:
    """A world in which nothing answers: verification without a network."""

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:  # noqa: ARG002 -- the protocol's
        """Answer nothing.

        Raises:
            UnavailableError: always.
        """
        raise UnavailableError(f"{url:.200} is not at hand, and the network is not used")
