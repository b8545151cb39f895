"""A batch is carried out: row after row, each in transactions of its own that renew the lease.

What one worker left unfinished the next finishes, or drops and makes anew. A row that is refused
is passed over with its reason; trouble of the database or of the keys concerns all of them and ends
the turn, and so does somebody else who has the job by now.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from badge_classes.badge_class import BadgeClass
from issuer import jobs
from issuer.award import Award
from issuer.batches.lists import Terms
from issuer.batches.rows import bound, lock_batch, pieces, request_of, row_now, settle_row
from issuer.batches.undoing import undo_rows
from issuer.issuance import Issuance
from issuer.jobs import Job
from issuer.recipients import unseal_evidence, unseal_recipient
from issuer.requests import RequestKey
from issuer.tables import (
    AwardState,
    BatchRecipientRow,
    BatchRow,
    BatchRowState,
    BatchState,
    Edition,
)
from issuer.taking_over import take_over
from openbadges.errors import Code, ConflictError, MalformedError, RefusedError

MAXIMUM_REASON_CHARACTERS: Final = 500
TO_DO: Final = frozenset({BatchRowState.WAITING})

Told = Callable[[BatchRowState], object]


class _NotWantedError(ConflictError):
    """The row was undone before its award was begun."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    state: BatchRowState
    award_id: str | None = None
    reason: str | None = None


def run_batch(
    issuance: Issuance,
    job: Job,
    badge_class: BadgeClass,
    *,
    clock: Callable[[], datetime],
    told: Told = lambda _: None,
) -> None:
    """Award all that is still to be awarded of a job's batch, and say that the job is done.

    `badge_class` is the version that the batch was made for. The clock is read for each row, and
    `told` hears what became of it.

    Raises:
        LeaseLostError: somebody else has the job, or the batch was undone or repeated meanwhile.
        RefusedError, MissingError: the keys do not sign, or the clock cannot be right; no row is
            refused for that.
        ConflictError: the version was taken over with other bytes; or somebody is being awarded
            this badge by another request, and all others are done.
        UnavailableError: the database does not answer.
    """
    batch = issuance.database.transact(lambda session: _begin(session, job, clock()))
    if batch.state is BatchState.UNDONE:
        _finish_undoing(issuance, job, clock)
        return
    issuance.check_ready()
    _Run(issuance, job, batch, badge_class).through(clock, told)


@dataclass(frozen=True, slots=True)
class _Run:
    """One worker's turn at a batch."""

    issuance: Issuance
    job: Job
    batch: BatchRow
    badge_class: BadgeClass

    def through(self, clock: Callable[[], datetime], told: Told) -> None:
        """Go through the rows that wait, once, and end the job if none is left."""
        database, after = self.issuance.database, 0
        elsewhere: ConflictError | None = None
        while rows := self._next(after):
            after = rows[-1].number
            for row in rows:
                try:
                    told(self._do(row, clock()))
                except _NotWantedError:
                    continue
                except ConflictError as error:
                    if error.code is not Code.IN_FLIGHT:
                        raise
                    elsewhere = error
        if elsewhere is not None:
            raise elsewhere
        database.transact(lambda session: _end(session, self.job, clock()))

    def _next(self, after: int) -> list[BatchRecipientRow]:
        with self.issuance.database.read() as session:
            return pieces(session, self.batch.id, TO_DO, after=after)

    def _do(self, row: BatchRecipientRow, now: datetime) -> BatchRowState:
        """Award one row, and write what came of it."""
        request = request_of(self.batch.id, row.number)
        outcome = self._outcome(row, request, now)
        self.issuance.database.transact(
            lambda session: self._write(session, row.number, outcome, now)
        )
        return outcome.state

    def _outcome(self, row: BatchRecipientRow, request: RequestKey, now: datetime) -> _Outcome:
        try:
            return self._left(request, now) or self._made(row, request, now)
        except (RefusedError, MalformedError) as error:
            if error.code is Code.CANNOT_SIGN:
                raise
            self.issuance.check_ready()
            return _Outcome(BatchRowState.REFUSED, reason=str(error)[:MAXIMUM_REASON_CHARACTERS])
        except ConflictError as error:
            if error.code is not Code.ALREADY_AWARDED:
                raise
            return _Outcome(BatchRowState.ALREADY)

    def _left(self, request: RequestKey, now: datetime) -> _Outcome | None:
        """Return what came of an award that an earlier turn began; None if there is none."""
        award = take_over(self.issuance, request, now=now)
        if award is None:
            return None
        if award.state is AwardState.UNDONE:
            return _Outcome(BatchRowState.UNDONE, award.id)
        return _Outcome(BatchRowState.AWARDED, award.id)

    def _made(self, row: BatchRecipientRow, request: RequestKey, now: datetime) -> _Outcome:
        issued = self.issuance.issue(
            self._award(row),
            now=now,
            editions=(Edition.PLAIN,),
            request=request,
            again=self.batch.again,
            guard=lambda session: self._still_wanted(session, row.number, now),
        )
        return _Outcome(BatchRowState.AWARDED, issued[0].award_id)

    def _award(self, row: BatchRecipientRow) -> Award:
        if row.recipient_identifier is None:
            raise RefusedError("the recipient of this row is no longer kept")
        keystore, place = self.issuance.keystore, bound(self.batch.id, row.number)
        recipient = unseal_recipient(
            row.recipient_kind, row.recipient_identifier, keystore, bound_to=place
        )
        terms = Terms(
            badge_class=self.badge_class,
            language=self.batch.language,
            valid_from=self.batch.valid_from,
            valid_until=self.batch.valid_until,
            awarded_by=self.batch.awarded_by,
            activity_id=self.batch.activity_id,
        )
        return terms.award(recipient, unseal_evidence(row.details, keystore, bound_to=place))

    def _still_wanted(self, session: Session, number: int, now: datetime) -> None:
        jobs.hold(session, self.job, now)
        lock_batch(session, self.batch.id)
        if row_now(session, self.batch.id, number).state is not BatchRowState.WAITING:
            raise _NotWantedError("this row was undone meanwhile")

    def _write(self, session: Session, number: int, outcome: _Outcome, now: datetime) -> None:
        jobs.hold(session, self.job, now)
        lock_batch(session, self.batch.id)
        row = row_now(session, self.batch.id, number)
        if row.state is BatchRowState.WAITING:  # else it was undone, and its award with it
            settle_row(row, outcome.state, award_id=outcome.award_id, reason=outcome.reason)


def _begin(session: Session, job: Job, now: datetime) -> BatchRow:
    jobs.hold(session, job, now)
    batch = lock_batch(session, job.subject_id)
    if batch.state is not BatchState.UNDONE:
        batch.state = BatchState.RUNNING
    return batch


def _end(session: Session, job: Job, now: datetime) -> None:
    jobs.finish(session, job, now)
    batch = lock_batch(session, job.subject_id)
    if batch.state is BatchState.RUNNING:
        batch.state, batch.done_at = BatchState.DONE, now


def _finish_undoing(issuance: Issuance, job: Job, clock: Callable[[], datetime]) -> None:
    """Undo what is left of a batch, whose undoing may have been cut off as well."""
    undo_rows(issuance.database, job.subject_id, clock=clock, undone_by=None)
    issuance.database.transact(lambda session: _end(session, job, clock()))
