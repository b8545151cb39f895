"""What we publish of our keys: looked at when the service starts, so that no secret is served (D9).

The documents are made of public halves alone (`key_publication`). A database can be edited by
others, and a key that was public for a moment is nobody's any more.
"""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.tables import PublishedDocumentRow
from openbadges.errors import Code, MalformedError, RefusedError
from openbadges.strict import parse_json_object
from openbadges.verification_method import refuse_secrets

DID_DOCUMENT: Final = "application/did+json"
KEY_SET: Final = "application/jwk-set+json"


def check_published_keys(session: Session) -> None:
    """Return if no DID document or key set of ours holds a private key.

    Raises:
        RefusedError: one does, or cannot be read (PRIVATE_KEY_PUBLISHED, or as it is malformed).
    """
    documents = select(PublishedDocumentRow).where(
        PublishedDocumentRow.media_type.in_([DID_DOCUMENT, KEY_SET])
    )
    for row in session.scalars(documents):
        try:
            refuse_secrets(parse_json_object(row.body, what="what is published there"))
        except MalformedError as error:
            raise RefusedError(f"{row.url}: {error}; {_cure(error)}", code=error.code) from error


def _cure(error: MalformedError) -> str:
    if error.code is Code.PRIVATE_KEY_PUBLISHED:
        return "mark that key compromised, put the document right, and start again"
    return "put the document right, and start again"
