"""The cycle of issuing, in nine steps that `docs/issuance.md` explains.

(1) the award is permitted by policy
(2) the credential is composed from one immutable badge-class version
(3) a status index is reserved at random in a list, unique by constraint
(4) a twin signed with throwaway keys passes our own verifier
(5) what will be signed is recorded
(6) it is signed with the issuer's keys, in both forms
(7) the result is verified
(8) the signed bytes are stored and released in one transaction
(9) the status list is due, from an outbox

Steps 5 to 9 survive a crash at any arrow. Nothing leaves before it is stored, so a repeat may make
other bytes, and nobody has seen the first.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from issuer.award import Award
from issuer.badge_class_versions import import_version
from issuer.composition import compose, editions_of
from issuer.documents import write_json
from issuer.issuers import Issuer, did_document
from issuer.jobs import PUBLISH_STATUS_LIST, make_due
from issuer.lint import OWN_WORK, check_own_work, lint
from issuer.policy import HOLD, check_award
from issuer.publication import PublishedDocuments
from issuer.recipients import recipient_hash, seal
from issuer.signing import SignedForms, sign_forms
from issuer.status import entry, publish_due, reserve_index
from issuer.tables import (
    AwardRow,
    AwardState,
    CredentialRow,
    CredentialState,
    Edition,
    RevocationRow,
)
from keys import Keystore, Purpose
from openbadges.errors import ConflictError, MalformedError, RefusedError
from openbadges.signer import Signer
from openbadges.strict import Document, parse_json_object, whole_second
from storage import Database
from verifier import Verifier
from verifier.checks.issuance_log import document_hash

# An award that was interrupted before step 5 is nobody's any more after this time; one that runs
# takes seconds.
INTERRUPTED: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Issued:
    """One released credential of an award."""

    id: str  # the UUID
    url: str
    edition: Edition
    forms: SignedForms


@dataclass(frozen=True, slots=True)
class Issuance:
    """The cycle for one issuer, with the database and the keys it needs."""

    issuer: Issuer
    database: Database
    keystore: Keystore

    def issue(self, award: Award, *, now: datetime) -> tuple[Issued, ...]:
        """Take all nine steps and return the credentials of the award, the plain edition first.

        Raises:
            RefusedError, MissingError: step 1 or step 4 does not permit it, or a key is not there
                or does not sign; nothing was signed.
            MalformedError: step 4 found what others would read or sign differently.
            ConflictError: its badge-class version was taken over before with other bytes, or it
                was revoked before it was released.
            UnavailableError: the database does not answer.
        """
        # (1) permitted by policy, and there are keys that sign
        check_award(award)
        self._signers()
        # (2) composed, in each edition
        drafts = [self._compose(award, edition) for edition in editions_of(award)]
        # (3) an index reserved for each
        unsigned = self.database.transact(
            lambda session: self._reserve(session, award, drafts, now)
        )
        # (4) a twin of each passes our own verifier
        source = PublishedDocuments(self.database)
        listed = did_document(self.issuer, self.keystore)
        try:
            for document in unsigned.values():
                lint(document, issuer=self.issuer, did_document=listed, source=source, now=now)
        except (MalformedError, RefusedError):
            self.database.transact(lambda session: _forget(session, list(unsigned)))
            raise
        # (5) what will be signed is on record
        self.database.transact(lambda session: _record(session, unsigned, now))
        # (6) to (9) one credential after another
        return tuple(self.finish(credential_id, now=now) for credential_id in unsigned)

    def finish(self, credential_id: str, *, now: datetime) -> Issued:
        """Take steps 6 to 9 for a credential that was recorded; repeating it changes nothing.

        Raises:
            ConflictError: it was never recorded, so it is not known what to sign; or it was
                revoked before it was released, and never will be.
            RefusedError: the record was changed, the keys may not sign, or the result does not
                verify.
        """
        with self.database.read() as session:
            row = session.get_one(CredentialRow, credential_id)
        if row.state is CredentialState.SIGNED:
            return _issued(row)
        if row.unsigned_document is None:
            raise ConflictError(f"{row.credential_url} was reserved and never recorded")
        unsigned = parse_json_object(row.unsigned_document, what="the recorded document")
        if document_hash(unsigned) != row.unsigned_sha256:
            raise RefusedError("the recorded document is not the one that was to be signed")
        # (6) signed with the issuer's keys, in both forms
        proof, jws = self._signers()
        forms = sign_forms(unsigned, data_integrity=proof, jws=jws, created=whole_second(now))
        # (7) the result verified with what is published
        own = Verifier(PublishedDocuments(self.database), policy=OWN_WORK)
        check_own_work(forms, unsigned, verifier=own, now=now)
        # (8) stored and released, (9) its list made due
        return self.database.transact(lambda session: _release(session, credential_id, forms, now))

    def finish_recorded(self, *, now: datetime) -> int:
        """Finish what a crash left between steps 5 and 8; returns how many there were.

        What was revoked meanwhile stays as it is. Of awards that were interrupted before step 5
        what is sealed of the person is cleared.

        Raises:
            RefusedError: one cannot be finished; it is named, with the way out.
        """
        recorded = select(CredentialRow.id, CredentialRow.credential_url).where(
            CredentialRow.issuer_id == self.issuer.id,
            CredentialRow.state == CredentialState.LINTED,
            CredentialRow.id.not_in(select(RevocationRow.credential_id)),
        )
        interrupted = _interrupted(self.issuer.id, before=now - INTERRUPTED)
        with self.database.read() as session:
            left = session.execute(recorded).all()
            given_up = session.scalars(interrupted).all()
        if given_up:
            self.database.transact(lambda session: _forget(session, given_up))
        if left:  # after a long pause the lists are too old for step 7
            self.database.transact(
                lambda session: publish_due(session, self.issuer, self.keystore, now)
            )
        for credential_id, url in left:
            try:
                self.finish(credential_id, now=now)
            except (MalformedError, RefusedError) as error:
                raise RefusedError(
                    f"{url} is on record and cannot be finished: {error}; revoking it lets awards"
                    " go on"
                ) from error
        return len(left)

    def _signers(self) -> tuple[Signer, Signer]:
        """Return what signs the proof, and what signs the compact JWS."""
        return (
            self.issuer.signer(Purpose.CREDENTIAL, self.keystore),
            self.issuer.signer(Purpose.CREDENTIAL_JWS, self.keystore),
        )

    def _compose(self, award: Award, edition: Edition) -> "_Draft":
        identifier = str(uuid4())
        url = f"{self.issuer.base_url}/credentials/{identifier}"
        document = compose(
            award,
            edition=edition,
            credential_url=url,
            profile=self.issuer.profile(),
            base_url=self.issuer.base_url,
        )
        return _Draft(identifier, url, edition, document)

    def _reserve(
        self, session: Session, award: Award, drafts: list["_Draft"], now: datetime
    ) -> dict[str, Document]:
        """Write the award, and a credential row with its index for each edition."""
        import_version(session, award.badge_class, now)
        reserved = [reserve_index(session, self.issuer, now) for _ in drafts]
        award_id = str(uuid4())
        session.add(self._award_row(award, award_id, now))
        session.flush()
        unsigned = {}
        for draft, (status_list, index) in zip(drafts, reserved, strict=True):
            session.add(
                CredentialRow(
                    id=draft.id,
                    award_id=award_id,
                    issuer_id=self.issuer.id,
                    edition=draft.edition,
                    sequence=1,
                    credential_url=draft.url,
                    status_list_id=status_list.id,
                    status_index=index,
                    state=CredentialState.RESERVED,
                    reserved_at=now,
                )
            )
            unsigned[draft.id] = draft.document | {"credentialStatus": entry(status_list, index)}
        session.flush()
        # a list that was just opened must be public before anything points to it
        publish_due(session, self.issuer, self.keystore, now)
        return unsigned

    def _award_row(self, award: Award, award_id: str, now: datetime) -> AwardRow:
        details = [{"url": one.url, "narrative": one.narrative} for one in award.evidence]
        identifier = write_json(
            {"identifier": award.recipient.identifier, "wiki": award.recipient.wiki}
        )
        return AwardRow(
            id=award_id,
            issuer_id=self.issuer.id,
            badge_class=award.badge_class.slug,
            badge_class_version=award.badge_class.version,
            activity_id=award.activity_id,
            language=award.language,
            recipient_kind=award.recipient.kind,
            recipient_hash=recipient_hash(award.recipient, self.keystore),
            recipient_identifier=seal(identifier.decode(), self.keystore, bound_to=award_id),
            valid_from=award.valid_from,
            valid_until=award.valid_until,
            awarded_by=award.awarded_by,
            details=(
                seal(write_json({"evidence": details}).decode(), self.keystore, bound_to=award_id)
                if details
                else None
            ),
            state=AwardState.DECIDED,
            created_at=now,
        )


@dataclass(frozen=True, slots=True)
class _Draft:
    """A composed credential that has no status index yet."""

    id: str
    url: str
    edition: Edition
    document: Document


def _record(session: Session, unsigned: dict[str, Document], now: datetime) -> None:
    for credential_id, document in unsigned.items():
        row = session.get_one(CredentialRow, credential_id, with_for_update=True)
        row.unsigned_document = write_json(document)
        row.unsigned_sha256 = document_hash(document)
        row.state, row.recorded_at = CredentialState.LINTED, now


def _interrupted(issuer_id: str, *, before: datetime) -> Select[str]:
    """Select credentials that were reserved and not recorded, while the person is still known."""
    return (
        select(CredentialRow.id)
        .join(AwardRow, AwardRow.id == CredentialRow.award_id)
        .where(
            CredentialRow.issuer_id == issuer_id,
            CredentialRow.state == CredentialState.RESERVED,
            CredentialRow.reserved_at < before,
            AwardRow.recipient_identifier.is_not(None),
        )
    )


def _forget(session: Session, credential_ids: Sequence[str]) -> None:
    """Clear what is sealed of the person in the awards of credentials that were never recorded."""
    never_recorded = select(CredentialRow.award_id).where(
        CredentialRow.id.in_(credential_ids), CredentialRow.state == CredentialState.RESERVED
    )
    session.execute(
        update(AwardRow)
        .where(AwardRow.id.in_(never_recorded))
        .values(recipient_identifier=None, details=None)
    )


def _release(session: Session, credential_id: str, forms: SignedForms, now: datetime) -> Issued:
    row = session.get_one(CredentialRow, credential_id, with_for_update=True)
    if row.state is not CredentialState.LINTED:
        return _issued(row)  # someone else was faster; those bytes were released, ours never were
    if session.get(RevocationRow, credential_id) is not None:
        raise ConflictError(f"{row.credential_url} was revoked before it was released")
    row.json_bytes, row.json_sha256 = forms.json, hashlib.sha256(forms.json).hexdigest()
    row.jws_bytes, row.jws_sha256 = forms.compact_jws, hashlib.sha256(forms.compact_jws).hexdigest()
    row.state, row.released_at, row.visible_from = CredentialState.SIGNED, now, now + HOLD
    award = session.get_one(AwardRow, row.award_id)
    award.state = AwardState.ISSUED
    award.recipient_identifier = None  # nothing is due to the person any more
    make_due(session, PUBLISH_STATUS_LIST, row.status_list_id, issuer_id=row.issuer_id, now=now)
    return _issued(row)


def _issued(row: CredentialRow) -> Issued:
    forms = SignedForms(row.json_bytes or b"", row.jws_bytes or b"")
    return Issued(row.id, row.credential_url, row.edition, forms)
