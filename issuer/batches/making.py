"""A batch is made: written with all its rows, and its job due, in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.audit import Act, note
from issuer.badge_class_versions import import_version
from issuer.batches.lists import Listed, Terms
from issuer.batches.rows import lock_batch, unknown_batch, write_row
from issuer.issuers import Issuer
from issuer.jobs import JobKind, make_due
from issuer.requests import RequestKey, key_reused
from issuer.tables import (
    BatchRecipientRow,
    BatchRow,
    BatchRowState,
    BatchState,
    IssuerRow,
)
from keys import Keystore
from openbadges.errors import RefusedError


def create_batch(  # noqa: PLR0913 -- what a batch is made of, each by name
    session: Session,
    terms: Terms,
    listed: Sequence[Listed],
    *,
    issuer: Issuer,
    keystore: Keystore,
    now: datetime,
    request: RequestKey | None = None,
) -> str:
    """Write a batch of what `check_list` gave, make its job due, and return its id.

    A `request` that made a batch before gets that one, and nothing is written.

    Raises:
        RefusedError: the request's key came before with something else (`KEY_REUSED`).
        ConflictError: the badge-class version was taken over before with other bytes.
    """
    # others that bring the same request wait here, and then find its batch
    session.get_one(IssuerRow, issuer.id, with_for_update=True)
    made = find_requested_batch(session, request) if request else None
    if made is not None:
        return made
    import_version(session, terms.badge_class, now)
    batch_id = str(uuid4())
    session.add(
        BatchRow(
            id=batch_id,
            issuer_id=issuer.id,
            badge_class=terms.badge_class.slug,
            badge_class_version=terms.badge_class.version,
            activity_id=terms.activity_id,
            language=terms.language,
            valid_from=terms.valid_from,
            valid_until=terms.valid_until,
            awarded_by=terms.awarded_by,
            again=terms.again,
            state=BatchState.WAITING,
            created_at=now,
            request_key=request.key if request else None,
            request_sha256=request.body if request else None,
        )
    )
    session.flush()
    session.add_all(write_row(batch_id, one, keystore) for one in listed)
    note(
        session,
        Act.BATCH_DECIDED,
        batch_id,
        now=now,
        actor=terms.awarded_by,
        issuer_id=issuer.id,
        details={"badgeClass": terms.badge_class.reference, "recipients": len(listed)},
    )
    make_due(session, JobKind.AWARD_BATCH, batch_id, issuer_id=issuer.id, now=now)
    return batch_id


def find_requested_batch(session: Session, request: RequestKey) -> str | None:
    """Return the id of the batch that this very request made before, or None if it is new.

    Raises:
        RefusedError: its key came before with something else (`KEY_REUSED`).
    """
    same = select(BatchRow).where(BatchRow.request_key == request.key)
    row = session.scalars(same).first()
    if row is None:
        return None
    if row.request_sha256 != request.body:
        raise key_reused()
    return row.id


def repeat_batch(session: Session, batch_id: str, *, now: datetime) -> int:
    """Make a batch due once more for what is not awarded; return how many rows those are.

    Rows that were refused are tried again, since what was in their way may be gone. Nobody is
    awarded twice, and who has the badge already stays without another.

    Raises:
        MissingError: there is no such batch.
        RefusedError: it was undone.
    """
    batch = session.get(BatchRow, batch_id)
    if batch is None:
        raise unknown_batch(batch_id)
    # the job before the batch, as everywhere
    make_due(session, JobKind.AWARD_BATCH, batch_id, issuer_id=batch.issuer_id, now=now)
    if lock_batch(session, batch_id).state is BatchState.UNDONE:
        raise RefusedError("this batch was undone, so nothing more of it is awarded")
    again = select(BatchRecipientRow).where(
        BatchRecipientRow.batch_id == batch_id,
        BatchRecipientRow.state.in_([BatchRowState.REFUSED, BatchRowState.WAITING]),
    )
    rows = session.scalars(again.execution_options(populate_existing=True)).all()
    for row in rows:
        row.state, row.reason = BatchRowState.WAITING, None
    batch.state, batch.done_at = BatchState.WAITING, None
    return len(rows)
