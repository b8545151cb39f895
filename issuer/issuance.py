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

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from badge_classes.badge_class import BadgeClass
from issuer.award import Award
from issuer.award_rows import read_award
from issuer.clock import check_clock
from issuer.composition import editions_of
from issuer.issuers import Issuer, check_signs, did_document, load_issuer
from issuer.key_check import check_listed
from issuer.lint import OWN_WORK, check_own_work, lint
from issuer.policy import HOLD, check_award
from issuer.publication import judged_by_published
from issuer.recipients import recipient_hash
from issuer.release import Issued, issued, issued_of, release
from issuer.requests import RequestKey, check_repeat
from issuer.reservation import (
    Draft,
    check_issued,
    forget,
    interrupted,
    record,
    record_edition,
    recorded_edition,
    reserve_award,
    reserve_edition,
)
from issuer.signing import sign_forms
from issuer.standing import check_first
from issuer.status import publish_due
from issuer.tables import (
    AwardRow,
    CredentialRow,
    CredentialState,
    Edition,
    IssuerRow,
    Profile,
    RevocationRow,
)
from keys import Keystore, Purpose
from openbadges.errors import (
    ConflictError,
    MalformedError,
    MissingError,
    RefusedError,
    UnavailableError,
)
from openbadges.signer import Signer
from openbadges.strict import Document, parse_json_object, whole_second
from storage import Database
from verifier import Verifier
from verifier.checks.issuance_log import document_hash

__all__ = ["INTERRUPTED", "Issuance", "Issued"]

# An award that was interrupted before step 5 is nobody's any more after this time; one that runs
# takes seconds.
INTERRUPTED: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Issuance:
    """The cycle for one issuer, with the database and the keys it needs.

    `hold` is how long a new award stays closed, so that it can be undone. Who hands its files over
    ends it (`claims.hand_over`). `notify` tells whether recipients are written to.
    """

    issuer: Issuer
    database: Database
    keystore: Keystore
    hold: timedelta = HOLD
    notify: bool = False

    def issue(  # noqa: PLR0913 -- what may be said of an award, each by name
        self,
        award: Award,
        *,
        now: datetime,
        editions: Sequence[Edition] | None = None,
        request: RequestKey | None = None,
        again: bool = True,
        guard: Callable[[Session], object] | None = None,
    ) -> tuple[Issued, ...]:
        """Take all nine steps and return the credentials of the award, the plain edition first.

        `editions` are those that are made now, all that the award has unless given: a full one that
        is left out is made when the recipient asks (`issue_full`). A `request` that was answered
        before gets the same credentials again, and nothing is made. Without `again` a person who
        has this badge does not get it once more. A `guard` runs first in the transaction that
        reserves, and stops the award by what it raises.

        Raises:
            RefusedError, MissingError: step 1 or step 4 does not permit it, or a key is not there
                or does not sign; nothing was signed. `KEY_REUSED`: the request's key came before
                with something else.
            MalformedError: step 4 found what others would read or sign differently.
            ConflictError: its badge-class version was taken over before with other bytes, or it
                was revoked before it was released, or given up as too slow. `IN_FLIGHT`: the
                request is being answered. `ALREADY_AWARDED`: the person has this badge.
            UnavailableError: the database does not answer.
        """
        if editions is not None and Edition.PLAIN not in editions:
            raise ValueError("an award has its plain edition, whatever else is made of it")
        # (1) permitted by policy, and there are keys that sign
        self.check_ready()
        check_award(award)
        # (2) composed, in each edition
        drafts = {edition: Draft.of(award, edition, self.issuer) for edition in editions_of(award)}
        chosen = [drafts[edition] for edition in drafts if edition in (editions or drafts)]
        # (3) an index reserved for each
        made, unsigned = self.database.transact(
            lambda session: self._reserve(
                session, award, chosen, now=now, request=request, again=again, guard=guard
            )
        )
        if made:
            return made
        # (4) a twin of each passes our own verifier, and of what may be asked for later
        later = [draft for draft in drafts.values() if draft not in chosen]
        try:
            self.lint([*unsigned.values(), *_as_if_reserved(later, unsigned)], now)
        except (MalformedError, RefusedError):
            self._forget(unsigned, now)
            raise
        except UnavailableError:
            with suppress(UnavailableError):  # or `finish_recorded` does it later
                self._forget(unsigned, now)
            raise
        # (5) what will be signed is on record
        self.database.transact(lambda session: record(session, unsigned, now))
        # (6) to (9) one credential after another
        return tuple(self.finish(credential_id, now=now) for credential_id in unsigned)

    def issue_full(self, award_id: str, badge_class: BadgeClass, *, now: datetime) -> Issued:
        """Take the nine steps for the full edition of a released award, which its recipient wants.

        `badge_class` is the version that was awarded. Repeating it returns the one that there is.

        Raises:
            MissingError: this issuer made no such award.
            RefusedError: the award has no evidence, or was revoked or undone, or `badge_class` is
                not what was awarded; or as `issue`.
            MalformedError, ConflictError, UnavailableError: as `issue`.
        """
        found = self._find_full(award_id, badge_class)
        credential_id = found if isinstance(found, str) else self._record_full(found, award_id, now)
        return self.finish(credential_id, now=now)

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
            if row.state is not CredentialState.SIGNED:
                check_clock(session, now)
        if row.state is CredentialState.SIGNED:
            return issued(row)
        if row.unsigned_document is None:
            raise ConflictError(f"{row.credential_url} was reserved and never recorded")
        unsigned = parse_json_object(row.unsigned_document, what="the recorded document")
        if document_hash(unsigned) != row.unsigned_sha256:
            raise RefusedError("the recorded document is not the one that was to be signed")
        # (6) signed with the issuer's keys, in both forms
        proof, jws = self._signers()
        forms = sign_forms(unsigned, data_integrity=proof, jws=jws, created=whole_second(now))
        # (7) the result verified with what is published
        with judged_by_published(self.database) as source:
            own = Verifier(source, policy=OWN_WORK)
            check_own_work(forms, unsigned, verifier=own, now=now)
        # (8) stored and released, (9) its list made due
        return self.database.transact(
            lambda session: release(
                session,
                credential_id,
                forms,
                hold=self.hold,
                now=now,
                notify=self.notify and not self.issuer.trial,
            )
        )

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
            # what was to be signed for a client is left: its answer was promised to nobody
            CredentialRow.award_id.is_not(None),
            CredentialRow.id.not_in(select(RevocationRow.credential_id)),
        )
        given_up_before = interrupted(self.issuer.id, before=now - INTERRUPTED)
        with self.database.read() as session:
            left = session.execute(recorded).all()
            given_up = session.scalars(given_up_before).all()
        if given_up:
            self.database.transact(lambda session: forget(session, given_up, now))
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

    def check_ready(self) -> None:
        """Return if this issuer awards badges and its keys sign.

        Raises:
            RefusedError, MissingError: it does not, or they do not.
        """
        check_signs(self.issuer, Profile.BADGES)
        self._signers()

    def _issuer_now(self) -> Issuer:
        """Return the issuer with the keys that it has by now: another may have followed."""
        with self.database.read() as session:
            return load_issuer(session, self.issuer.id)

    def _signers(self) -> tuple[Signer, Signer]:
        """Return what signs the proof, and what signs the compact JWS."""
        issuer = self._issuer_now()
        return (
            issuer.signer(Purpose.CREDENTIAL, self.keystore),
            issuer.signer(Purpose.CREDENTIAL_JWS, self.keystore),
        )

    def _find_full(self, award_id: str, badge_class: BadgeClass) -> str | Award:
        """Return the id of the full edition on record, or else what it will be made of."""
        with self.database.read() as session:
            row = session.get(AwardRow, award_id)
            if row is None or row.issuer_id != self.issuer.id:
                raise MissingError(f"there is no award {award_id!r:.60} here")
            check_issued(row)
            recorded = recorded_edition(session, award_id, Edition.FULL)
            return recorded or read_award(session, row, badge_class, self.keystore)

    def _record_full(self, award: Award, award_id: str, now: datetime) -> str:
        """Take steps 1 to 5 for a full edition; return the id of the credential to finish."""
        # (1) permitted by policy, and there are keys that sign
        check_award(award)
        self.check_ready()
        # (2) composed
        draft = Draft.of(award, Edition.FULL, self.issuer)

        # (3) an index reserved
        def reserve(session: Session) -> dict[str, Document]:
            check_clock(session, now)
            return reserve_edition(
                session, award, draft, award_id, issuer=self.issuer, keystore=self.keystore, now=now
            )

        unsigned = self.database.transact(reserve)
        # (4) a twin passes our own verifier
        self.lint(unsigned.values(), now)
        # (5) what will be signed is on record
        return self.database.transact(
            lambda session: record_edition(session, award_id, unsigned, now)
        )

    def _reserve(  # noqa: PLR0913 -- as `issue`
        self,
        session: Session,
        award: Award,
        drafts: Sequence[Draft],
        *,
        now: datetime,
        request: RequestKey | None,
        again: bool,
        guard: Callable[[Session], object] | None,
    ) -> tuple[tuple[Issued, ...], dict[str, Document]]:
        """Return what this request made before, or else what will be signed, newly reserved."""
        if guard is not None:
            guard(session)
        check_clock(session, now)
        for signer in self._signers():
            check_listed(session, self.issuer, signer, now)
        # others that bring the same request or person wait here, and then find their award
        session.get_one(IssuerRow, self.issuer.id, with_for_update=True)
        repeated = check_repeat(session, request) if request else None
        if repeated is not None:
            return issued_of(session, repeated.id), {}
        if not again:
            hashed = recipient_hash(award.recipient, self.keystore)
            check_first(session, self.issuer.id, award.badge_class.slug, hashed)
        return (), reserve_award(
            session,
            award,
            drafts,
            issuer=self.issuer,
            keystore=self.keystore,
            now=now,
            request=request,
        )

    def _forget(self, credential_ids: Iterable[str], now: datetime) -> None:
        self.database.transact(lambda session: forget(session, list(credential_ids), now))

    def lint(self, documents: Iterable[Document], now: datetime) -> None:
        """Take step 4 for documents that are to be signed.

        Raises:
            MalformedError, RefusedError: as `issue`.
        """
        listed = did_document(self._issuer_now(), self.keystore)
        with judged_by_published(self.database) as source:
            for document in documents:
                lint(document, issuer=self.issuer, did_document=listed, source=source, now=now)


def _as_if_reserved(drafts: Sequence[Draft], unsigned: Mapping[str, Document]) -> list[Document]:
    """Give what may be asked for later the index of what is made now, so that it can be judged.

    Whoever awards learns of its faults, and not the recipient.
    """
    status = next(iter(unsigned.values()))["credentialStatus"]
    return [draft.document | {"credentialStatus": status} for draft in drafts]
