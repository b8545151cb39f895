"""What our issuers put on record before they signed it, as the verifier asks for it.

The log speaks for issuers of badges alone. A generic issuer's key may have come from a seed that
others have too, and the documents that it signs name themselves, so what is missing here proves
nothing against it.
"""

from dataclasses import dataclass

from sqlalchemy import select

from issuer.issuers import list_issuers
from issuer.tables import CredentialRow, Profile, RevocationRow
from storage import Database
from verifier import OnRecord


@dataclass(frozen=True, slots=True)
class DatabaseIssuanceLog:
    """The record of what our issuers signed, an `IssuanceLog` for the verifier."""

    database: Database

    def issued(self, issuer: str, credential_id: str) -> OnRecord | None:
        """Return what is recorded of an id; None if the issuer is no issuer of badges here."""
        with self.database.read() as session:
            ours = {one.did for one in list_issuers(session) if one.signs is Profile.BADGES}
            if issuer not in ours:
                return None
            row = session.execute(
                select(CredentialRow.unsigned_sha256, RevocationRow.revoked_at)
                .outerjoin(RevocationRow, RevocationRow.credential_id == CredentialRow.id)
                .where(CredentialRow.credential_url == credential_id)
            ).one_or_none()
        if row is None:
            return OnRecord()
        document_hash, revoked_at = row
        return OnRecord(frozenset(() if document_hash is None else (document_hash,)), revoked_at)
