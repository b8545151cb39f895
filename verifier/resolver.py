"""From the identifier of an issuer to the keys it lists.

did:key and did:jwk are computed; did:web and https issuers are fetched. A controller document is
plain JSON: its contexts are never resolved. Nothing is remembered between two calls.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from openbadges.did import did_jwk_document, did_key_document, did_web_url, parse_did
from openbadges.errors import Code, MalformedError, UnavailableError, UnsupportedError
from openbadges.strict import Document, parse_json_object
from openbadges.verification_method import ControllerDocument, parse_controller_document
from verifier.ports import DocumentSource

MAXIMUM_CONTROLLER_DOCUMENT_BYTES = 64 * 1024  # the longest honest ones have a few kilobytes (E7)


class Resolver(Protocol):
    """Answers who lists which keys."""

    def controller(self, identifier: str) -> ControllerDocument:
        """Return the controller document of a DID or https URL.

        Raises:
            MalformedError: the identifier or its document is not what it must be.
            UnavailableError: the document could not be had.
            UnsupportedError: a DID method that we do not know.
        """


_COMPUTED = {"key": did_key_document, "jwk": did_jwk_document}


@dataclass(frozen=True, slots=True)
class WorldResolver:
    """Resolves identifiers from a source; `supplied` documents (by identifier) come first."""

    source: DocumentSource
    supplied: Mapping[str, Document] = field(default_factory=dict)

    def controller(self, identifier: str) -> ControllerDocument:
        """Return the controller document of a DID or https URL.

        Raises:
            MalformedError, UnavailableError: as the protocol says.

        Spec: cid-1.0#retrieve-verification-method
        """
        return parse_controller_document(self._document(identifier), expected_id=identifier)

    def _document(self, identifier: str) -> Document:
        if identifier in self.supplied:
            return self.supplied[identifier]
        if identifier.startswith("https://"):
            return self._fetch(identifier)
        if not identifier.startswith("did:"):
            raise MalformedError(
                f"an issuer is a DID or an https URL; found {identifier!r:.120}",
                code=Code.INVALID_DID,
            )
        method = parse_did(identifier).method
        if method == "web":
            return self._fetch(did_web_url(identifier))
        if method in _COMPUTED:
            return _COMPUTED[method](identifier)
        raise UnsupportedError(
            f"the DID method {method!r:.40} is not one that is resolved here"
            " (did:key, did:jwk, did:web)",
            code=Code.UNSUPPORTED_DID,
        )

    def _fetch(self, url: str) -> Document:
        data = self.source.fetch(url, maximum_bytes=MAXIMUM_CONTROLLER_DOCUMENT_BYTES)
        try:
            return parse_json_object(data, what="a controller document")
        except MalformedError as error:
            # What answers there is a page of excuses: the world's fault, not the badge's.
            raise UnavailableError(f"{url:.200} gave no controller document: {error}") from error
