"""What our issuers put on record before they signed it, as the verifier asks for it."""

from dataclasses import dataclass

from sqlalchemy import select

from issuer.issuers import list_issuers
from issuer.tables import CredentialRow
from storage import Database


@dataclass(frozen=True, slots=True)
class DatabaseIssuanceLog:
    """The record of what our issuers signed, an `IssuanceLog` for the verifier."""

    database: Database

    def issued(self, issuer: str, credential_id: str) -> frozenset[str] | None:
        """Return the recorded hashes of an id; None if the issuer is not one of ours."""
        with self.database.read() as session:
            if issuer not in {one.did for one in list_issuers(session)}:
                return None
            hashes = select(CredentialRow.unsigned_sha256).where(
                CredentialRow.credential_url == credential_id
            )
            return frozenset(found for found in session.scalars(hashes) if found is not None)
