"""What our issuers put on record before they signed it, as the verifier asks for it.

The log speaks for issuers of badges alone. A generic issuer's key may have come from a seed that
others have too, and the documents that it signs name themselves, so what is missing here proves
nothing against it. Of credentials that a restored database lost, the audit log still says what was
recorded; where that has a gap too, an id that is not known proves nothing either.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.audit import Act
from issuer.issuers import list_issuers
from issuer.put_back import has_gap
from issuer.tables import AuditEntryRow, CredentialRow, Profile, RevocationRow
from openbadges.strict import parse_json_object
from storage import Database
from verifier import OnRecord


@dataclass(frozen=True, slots=True)
class DatabaseIssuanceLog:
    """The record of what our issuers signed, an `IssuanceLog` for the verifier."""

    database: Database

    def issued(self, issuer: str, credential_id: str) -> OnRecord | None:
        """Return what is recorded of an id; None where this log cannot know all of an issuer's."""
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
                return _in_audit_log(session, credential_id)
        document_hash, revoked_at = row
        return OnRecord(frozenset(() if document_hash is None else (document_hash,)), revoked_at)


def _in_audit_log(session: Session, credential_id: str) -> OnRecord | None:
    acts = (Act.CREDENTIAL_RECORDED, Act.CREDENTIAL_REVOKED)
    entries = session.scalars(
        select(AuditEntryRow)
        .where(AuditEntryRow.subject == credential_id, AuditEntryRow.act.in_(acts))
        .order_by(AuditEntryRow.sequence)
    ).all()
    if not entries:
        return None if has_gap(session) else OnRecord()
    said = [parse_json_object(one.details, what="an entry's details") for one in entries]
    revoked = [one.at for one in entries if one.act == Act.CREDENTIAL_REVOKED]
    return OnRecord(
        frozenset(one["unsignedSha256"] for one in said if "unsignedSha256" in one),
        min(revoked, default=None),
    )
