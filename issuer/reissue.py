"""Reissue: another credential takes the place of one that was released, for the same award.

It says the same, from the document that was recorded, but for what is changed: the same recipient
under the same salt, the same dates, and an id and a status index of its own. It is the next of its
edition, takes the nine steps of `issuance`, and the one before is revoked in the transaction that
releases it, so that there is never a moment with two of them or with none.

Links show the current one. Whoever asks again, or goes on after a crash, gets the one that there
is.
"""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.award_rows import lock_award
from issuer.issuance import Issuance, Issued
from issuer.released import find_credential
from issuer.reservation import Draft, check_issued, record, reserve_next
from issuer.tables import CredentialRow, CredentialState
from openbadges.errors import ConflictError, RefusedError
from openbadges.strict import Document, parse_json_object


def reissue(
    cycle: Issuance, reference: str, *, now: datetime, changes: Document | None = None
) -> Issued:
    """Put another credential in the place of this one, given by its id or UUID.

    `changes` are members of the document that stand there instead; a member that is None goes.

    Raises:
        MissingError: no such credential was issued here.
        ConflictError: it is not released yet.
        RefusedError: it was signed for a client, or its award was revoked or undone; or as the
            cycle of issuing.
        MalformedError, UnavailableError: as the cycle of issuing.
    """
    with cycle.database.read() as session:
        replaced = _find(session, reference)
        next_id = _next_on_record(session, replaced)
    return cycle.finish(next_id or _record_next(cycle, replaced, now, changes or {}), now=now)


def _record_next(cycle: Issuance, replaced: CredentialRow, now: datetime, changes: Document) -> str:
    """Take steps 1 to 5; return the id of the credential to finish."""
    # (1) what was permitted is, and there are keys that sign
    cycle.check_ready()
    # (2) composed of what was recorded
    draft = _draft(replaced, cycle.issuer.base_url, changes)
    # (3) an index reserved
    unsigned = cycle.database.transact(
        lambda session: reserve_next(
            session,
            draft,
            _award_of(replaced),
            issuer=cycle.issuer,
            keystore=cycle.keystore,
            now=now,
        )
    )
    # (4) a twin passes our own verifier
    cycle.lint(unsigned.values(), now)
    # (5) what will be signed is on record
    return cycle.database.transact(lambda session: _record(session, replaced, unsigned, now))


def _find(session: Session, reference: str) -> CredentialRow:
    row = find_credential(session, reference)
    if row.award_id is None:
        raise RefusedError(
            f"{row.credential_url} was signed for a client, who alone can ask for another"
        )
    if row.state is not CredentialState.SIGNED:
        raise ConflictError(f"{row.credential_url} is not released yet, so nothing replaces it")
    return row


def _next_on_record(session: Session, replaced: CredentialRow) -> str | None:
    """Return the id of the newest that came after it and is on record, released or not."""
    after = (
        select(CredentialRow.id)
        .where(
            CredentialRow.award_id == replaced.award_id,
            CredentialRow.edition == replaced.edition,
            CredentialRow.sequence > replaced.sequence,
            CredentialRow.state != CredentialState.RESERVED,
        )
        .order_by(CredentialRow.sequence.desc())
    )
    return session.scalars(after.limit(1)).first()


def _draft(replaced: CredentialRow, base_url: str, changes: Document) -> Draft:
    if replaced.unsigned_document is None:
        raise RefusedError(f"the award of {replaced.credential_url} was undone")
    document = parse_json_object(replaced.unsigned_document, what="the recorded document")
    identifier = str(uuid4())
    url = f"{base_url}/credentials/{identifier}"
    said = document | changes | {"id": url, "credentialStatus": None}
    kept = {name: value for name, value in said.items() if value is not None}
    return Draft(identifier, url, replaced.edition, kept)


def _record(
    session: Session, replaced: CredentialRow, unsigned: dict[str, Document], now: datetime
) -> str:
    """Put it on record, unless somebody was faster; the index of the other is burnt then."""
    check_issued(lock_award(session, _award_of(replaced)))
    faster = _next_on_record(session, replaced)
    if faster is not None:
        return faster
    record(session, unsigned, now)
    return next(iter(unsigned))


def _award_of(row: CredentialRow) -> str:
    if row.award_id is None:
        raise ValueError(f"{row.id} belongs to no award")
    return row.award_id
