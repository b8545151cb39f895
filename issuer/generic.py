"""The cycle of a generic issuer: what a client of the VC API sends, signed as it stands.

https://w3c-ccg.github.io/vc-api/#issue-credential. The steps are those of `issuance`, for a
document that is not ours:

(1) the issuer is a generic one, and its key signs
(2) the document is permitted, and composed of what was sent (`generic_documents`)
(3) a status index is reserved; it is burnt where the document will not name it
(4) a twin signed with a throwaway key passes our own verifier
(5) what will be signed is recorded
(6) it is signed with the issuer's key, as JSON with a proof
(7) the result is verified
(8) the signed bytes are stored and released in one transaction
(9) the status list is due, from an outbox

Nothing leaves before it is stored. What a crash leaves between steps 5 and 8 was promised to
nobody: the client got no answer, and sends its document again.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from issuer.audit import OPERATOR, Act, note
from issuer.clock import check_clock
from issuer.documents import write_json
from issuer.generic_documents import check_verified, compose_sent, takes_entry
from issuer.issuers import Issuer, check_signs, did_document, load_issuer
from issuer.jobs import JobKind, make_due
from issuer.key_check import check_listed
from issuer.lint import OTHERS_STATUS, OWN_WORK, check_form, lint_json
from issuer.publication import judged_by_published
from issuer.signing import sign_json
from issuer.status import carries_entry, entry, publish_due, reserve_index
from issuer.tables import (
    CredentialRow,
    CredentialState,
    Edition,
    IssuerRow,
    Profile,
    RevocationRow,
)
from keys import Keystore, Purpose
from openbadges.errors import ConflictError, MissingError, RefusedError
from openbadges.jsonld import canonicalize
from openbadges.signer import Signer
from openbadges.strict import Document, parse_json_object, whole_second
from storage import Database
from verifier import Policy, Verifier
from verifier.checks.issuance_log import document_hash


def issue_generic(  # noqa: PLR0913 -- what the VC API asks of an issuer, and who asks
    database: Database,
    keystore: Keystore,
    credential: object,
    now: datetime,
    issuer_id: str,
    *,
    asked_by: str | None = None,
) -> Document:
    """Sign what a client sent, with the issuer of this row.

    Raises:
        MissingError: there is no generic issuer of this id.
        MalformedError, RefusedError, UnavailableError: as `GenericIssuance.issue`.
    """
    with database.read() as session:
        row = session.get(IssuerRow, issuer_id)
        if row is None or row.profile is not Profile.GENERIC or row.retired_at is not None:
            raise MissingError("there is no generic issuer here")
        issuer = load_issuer(session, issuer_id)
    cycle = GenericIssuance(issuer, database, keystore)
    signed = cycle.issue(credential, now=now, asked_by=asked_by)
    return parse_json_object(signed, what="what was signed")


@dataclass(frozen=True, slots=True)
class GenericIssuance:
    """The cycle for one generic issuer, with the database and the keys it needs."""

    issuer: Issuer
    database: Database
    keystore: Keystore

    def issue(self, credential: object, *, now: datetime, asked_by: str | None = None) -> bytes:
        """Take all nine steps and return the exact bytes: the credential with its proof.

        The same document may be sent again, and is then another credential.

        Raises:
            MalformedError: it is no credential as the data model writes them, names no issuer, or
                others would read or sign it differently.
            RefusedError: it is not permitted, our own verifier would not believe it, the issuer
                awards badges, or the key does not sign.
            UnavailableError: the database does not answer, or the signature came out wrong.
        """
        # (1) an issuer for this work, with a key that signs
        check_signs(self.issuer, Profile.GENERIC)
        algorithm = self._signer().public_key.algorithm
        # (2) permitted and composed
        document = compose_sent(credential, issuer=self.issuer)
        # (3) an index reserved, and named where the issuer adds it
        credential_id, unsigned = self.database.transact(
            lambda session: self._reserve(session, document, now)
        )
        # (4) a twin passes our own verifier
        with judged_by_published(self.database) as source:
            verified = lint_json(
                unsigned,
                issuer=self.issuer,
                did_document=did_document(self.issuer, self.keystore),
                source=source,
                policy=_policy(is_ours=unsigned != document),
                algorithm=algorithm,
                now=now,
            )
        check_verified(verified, issuer=self.issuer)
        # (5) what will be signed is on record
        self.database.transact(
            lambda session: _record(session, credential_id, unsigned, now, asked_by)
        )
        # (6) to (9)
        return self.finish(credential_id, now=now)

    def finish(self, credential_id: str, *, now: datetime) -> bytes:
        """Take steps 6 to 9 for a credential that was recorded; repeating it changes nothing.

        Raises:
            ConflictError: it was never recorded, or was revoked before it was released.
            RefusedError: the record was changed, the key may not sign, or the result does not
                verify.
        """
        with self.database.read() as session:
            row = session.get_one(CredentialRow, credential_id)
            policy = _policy(is_ours=carries_entry(session, row))
        if row.state is CredentialState.SIGNED:
            return row.json_bytes or b""
        unsigned = _recorded(row)
        # (6) signed with the issuer's key
        signed = sign_json(
            unsigned,
            signer=self._signer(),
            created=whole_second(now),
            cryptosuite=self.issuer.cryptosuite,
        )
        # (7) the result verified with what is published
        with judged_by_published(self.database) as source:
            own = Verifier(source, policy=policy)
            check_form(signed, canonicalize(unsigned), verifier=own, now=now)
        # (8) stored and released, (9) its list made due
        return self.database.transact(lambda session: _release(session, credential_id, signed, now))

    def _signer(self) -> Signer:
        return self.issuer.signer(Purpose.CREDENTIAL, self.keystore)

    def _reserve(self, session: Session, document: Document, now: datetime) -> tuple[str, Document]:
        """Write a credential row with its index; return its id and what will be signed."""
        check_clock(session, now)
        check_listed(session, self.issuer, self._signer(), now)
        status_list, index = reserve_index(session, self.issuer, now)
        credential_id = str(uuid4())
        session.add(
            CredentialRow(
                id=credential_id,
                issuer_id=self.issuer.id,
                edition=Edition.FULL,
                sequence=1,
                credential_url=f"{self.issuer.base_url}/credentials/{credential_id}",
                status_list_id=status_list.id,
                status_index=index,
                state=CredentialState.RESERVED,
                reserved_at=now,
            )
        )
        session.flush()
        # a list that was just opened must be public before anything points to it
        publish_due(session, self.issuer, self.keystore, now)
        if not self.issuer.adds_status or not takes_entry(document):
            return credential_id, document
        return credential_id, document | {"credentialStatus": entry(status_list, index)}


def _policy(*, is_ours: bool) -> Policy:
    """Require that our own status entry holds; what others keep is not asked for."""
    return OWN_WORK if is_ours else OTHERS_STATUS


def _record(
    session: Session,
    credential_id: str,
    unsigned: Document,
    now: datetime,
    asked_by: str | None,
) -> None:
    row = session.get_one(CredentialRow, credential_id, with_for_update=True)
    row.unsigned_document = write_json(unsigned)
    row.unsigned_sha256 = document_hash(unsigned)
    row.state, row.recorded_at = CredentialState.LINTED, now
    note(
        session,
        Act.CREDENTIAL_RECORDED,
        row.credential_url,
        now=now,
        actor=asked_by or OPERATOR,
        issuer_id=row.issuer_id,
        details={"award": None, "unsignedSha256": row.unsigned_sha256},
    )


def _recorded(row: CredentialRow) -> Document:
    if row.unsigned_document is None:
        raise ConflictError(f"{row.credential_url} was reserved and never recorded")
    unsigned = parse_json_object(row.unsigned_document, what="the recorded document")
    if document_hash(unsigned) != row.unsigned_sha256:
        raise RefusedError("the recorded document is not the one that was to be signed")
    return unsigned


def _release(session: Session, credential_id: str, signed: bytes, now: datetime) -> bytes:
    row = session.get_one(CredentialRow, credential_id, with_for_update=True)
    if row.state is not CredentialState.LINTED:
        return row.json_bytes or b""  # someone else was faster; those bytes were released
    if session.get(RevocationRow, credential_id) is not None:
        raise ConflictError(f"{row.credential_url} was revoked before it was released")
    row.json_bytes, row.json_sha256 = signed, hashlib.sha256(signed).hexdigest()
    # (the client has it at once, so there is no hold)
    row.state, row.released_at, row.visible_from = CredentialState.SIGNED, now, now
    note(
        session,
        Act.CREDENTIAL_RELEASED,
        row.credential_url,
        now=now,
        issuer_id=row.issuer_id,
        details={"jsonSha256": row.json_sha256, "jwsSha256": None},
    )
    make_due(
        session, JobKind.PUBLISH_STATUS_LIST, row.status_list_id, issuer_id=row.issuer_id, now=now
    )
    return signed
