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
            rows = session.execute(
                select(CredentialRow.unsigned_sha256, RevocationRow.revoked_at)
                .outerjoin(RevocationRow, RevocationRow.credential_id == CredentialRow.id)
                .where(CredentialRow.credential_url == credential_id)
            ).all()
        return OnRecord(
            frozenset(found for found, _ in rows if found is not None),
            max((revoked_at for _, revoked_at in rows), key=bool, default=None),
        )
