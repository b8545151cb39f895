"""The rows of an award on its way out, up to the record of what will be signed (steps 3 and 5).

What may be reserved and recorded is decided by `issuance`; what is released is in `release`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import uuid4

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from issuer.audit import OPERATOR, RECIPIENT, Act, note
from issuer.award import Award
from issuer.award_rows import credentials_of, lock_award, write_award
from issuer.badge_class_versions import import_version
from issuer.claims import claim_code
from issuer.composition import compose
from issuer.documents import write_json
from issuer.issuers import Issuer
from issuer.link_tokens import token_hash
from issuer.requests import RequestKey
from issuer.status import entry, publish_due, reserve_index, status_place
from issuer.tables import AwardRow, AwardState, ClaimRow, CredentialRow, CredentialState, Edition
from keys import Keystore
from openbadges.errors import ConflictError, RefusedError
from openbadges.strict import Document
from verifier.checks.issuance_log import document_hash


@dataclass(frozen=True, slots=True)
class Draft:
    """A composed credential that has no status index yet."""

    id: str
    url: str
    edition: Edition
    document: Document

    @classmethod
    def of(cls, award: Award, edition: Edition, issuer: Issuer) -> Self:
        """Compose one edition of an award under a new id."""
        identifier = str(uuid4())
        url = f"{issuer.base_url}/credentials/{identifier}"
        document = compose(
            award,
            edition=edition,
            credential_url=url,
            profile=issuer.profile(),
            base_url=issuer.base_url,
        )
        return cls(identifier, url, edition, document)


def reserve_award(  # noqa: PLR0913 -- what an award's rows are made of, each by name
    session: Session,
    award: Award,
    drafts: Sequence[Draft],
    *,
    issuer: Issuer,
    keystore: Keystore,
    now: datetime,
    request: RequestKey | None = None,
) -> dict[str, Document]:
    """Write an award with its claim and its credentials, each with a status index of its own.

    Returns what will be signed, by the credentials' UUIDs.
    """
    import_version(session, award.badge_class, now)
    row = write_award(award, issuer_id=issuer.id, keystore=keystore, now=now, request=request)
    session.add(row)
    session.flush()
    note(
        session,
        Act.AWARD_DECIDED,
        row.id,
        now=now,
        actor=award.awarded_by or OPERATOR,
        issuer_id=issuer.id,
        details={
            "badgeClass": award.badge_class.reference,
            **({"request": request.key} if request else {}),
        },
        person=award.recipient.key,
    )
    code = claim_code(row.id, keystore)
    session.add(ClaimRow(award_id=row.id, code_sha256=token_hash(code), created_at=now))
    return _reserve(session, drafts, row.id, issuer=issuer, keystore=keystore, now=now)


def reserve_edition(  # noqa: PLR0913 -- as `reserve_award`
    session: Session,
    award: Award,
    draft: Draft,
    award_id: str,
    *,
    issuer: Issuer,
    keystore: Keystore,
    now: datetime,
) -> dict[str, Document]:
    """Write another credential of a released award; return what will be signed, as above.

    Raises:
        RefusedError: the award was revoked or undone meanwhile.
    """
    unsigned = reserve_next(session, draft, award_id, issuer=issuer, keystore=keystore, now=now)
    import_version(session, award.badge_class, now)
    return unsigned


def reserve_next(  # noqa: PLR0913 -- as `reserve_award`
    session: Session,
    draft: Draft,
    award_id: str,
    *,
    issuer: Issuer,
    keystore: Keystore,
    now: datetime,
) -> dict[str, Document]:
    """Write the next credential of an edition of a released award; return what will be signed.

    Raises:
        RefusedError: the award was revoked or undone meanwhile.
    """
    check_issued(lock_award(session, award_id))
    return _reserve(session, [draft], award_id, issuer=issuer, keystore=keystore, now=now)


def check_issued(award: AwardRow) -> None:
    """Return if another credential of an award may be made.

    Raises:
        RefusedError: it was revoked or undone, or is not released.
    """
    if award.state is not AwardState.ISSUED:
        raise RefusedError(
            "another credential is made of an award that is issued; this one is"
            f" {award.state.lower()}"
        )


def record(session: Session, unsigned: Mapping[str, Document], now: datetime) -> None:
    """Put on record what will be signed.

    Raises:
        ConflictError: the award was given up meanwhile (`forget`), since who made it was thought
            dead; another may be made of the same request by now.
    """
    for credential_id, document in unsigned.items():
        _check_kept(session, credential_id)
        row = session.get_one(CredentialRow, credential_id, with_for_update=True)
        row.unsigned_document = write_json(document)
        row.unsigned_sha256 = document_hash(document)
        row.state, row.recorded_at = CredentialState.LINTED, now
        note(
            session,
            Act.CREDENTIAL_RECORDED,
            row.credential_url,
            now=now,
            issuer_id=row.issuer_id,
            details={
                "award": row.award_id,
                "unsignedSha256": row.unsigned_sha256,
                **status_place(row),
            },
        )


def recorded_edition(session: Session, award_id: str, edition: Edition) -> str | None:
    """Return the id of the newest credential of an edition that is on record, released or not."""
    newest = (
        select(CredentialRow.id)
        .where(
            CredentialRow.award_id == award_id,
            CredentialRow.edition == edition,
            CredentialRow.state != CredentialState.RESERVED,
        )
        .order_by(CredentialRow.sequence.desc())
    )
    return session.scalars(newest.limit(1)).first()


def record_edition(
    session: Session, award_id: str, unsigned: Mapping[str, Document], now: datetime
) -> str:
    """Put another edition of a released award on record, unless somebody was faster.

    Returns the id of the one to finish; the index of the other is burnt.

    Raises:
        RefusedError: the award was revoked or undone meanwhile.
    """
    check_issued(lock_award(session, award_id))
    ((credential_id, _),) = unsigned.items()
    row = session.get_one(CredentialRow, credential_id)
    faster = recorded_edition(session, award_id, row.edition)
    if faster is not None:
        return faster
    note(
        session,
        Act.FULL_EDITION_ASKED,
        award_id,
        now=now,
        actor=RECIPIENT,
        issuer_id=row.issuer_id,
    )
    record(session, unsigned, now)
    return credential_id


def interrupted(issuer_id: str, *, before: datetime) -> Select[str]:
    """Select credentials that were reserved and not recorded, while the person is still known.

    Those of an award that has a released edition are left: its person is known for that.
    """
    return (
        select(CredentialRow.id)
        .join(AwardRow, AwardRow.id == CredentialRow.award_id)
        .where(
            CredentialRow.issuer_id == issuer_id,
            CredentialRow.state == CredentialState.RESERVED,
            CredentialRow.reserved_at < before,
            AwardRow.state == AwardState.DECIDED,
            AwardRow.recipient_identifier.is_not(None),
        )
    )


def forget(session: Session, credential_ids: Sequence[str], now: datetime) -> None:
    """Clear new awards, given by their credentials, of which nothing was ever recorded.

    What is sealed of the person goes, and so do the claim and the key of the request, which may
    come again with what was wrong put right. What was recorded meanwhile is left.
    """
    named = select(CredentialRow.award_id).where(CredentialRow.id.in_(credential_ids))
    for award_id in sorted({one for one in session.scalars(named) if one is not None}):
        award = lock_award(session, award_id)
        if is_dropped(award) or not _is_unrecorded(session, award):
            continue
        session.execute(delete(ClaimRow).where(ClaimRow.award_id == award_id))
        award.recipient_identifier = award.details = None
        award.request_key = award.request_sha256 = None
        note(session, Act.AWARD_DROPPED, award_id, now=now)


def is_dropped(award: AwardRow) -> bool:
    """Tell whether an award was given up before anything of it was recorded."""
    return award.state is AwardState.DECIDED and award.recipient_identifier is None


def _is_unrecorded(session: Session, award: AwardRow) -> bool:
    credentials = credentials_of(session, award.id)
    return award.state is AwardState.DECIDED and all(
        one.state is CredentialState.RESERVED for one in credentials
    )


def _check_kept(session: Session, credential_id: str) -> None:
    award_id = session.get_one(CredentialRow, credential_id).award_id
    if award_id is not None and is_dropped(lock_award(session, award_id)):
        raise ConflictError("this award was given up meanwhile, because it took too long")


def _reserve(  # noqa: PLR0913 -- as `reserve_award`
    session: Session,
    drafts: Sequence[Draft],
    award_id: str,
    *,
    issuer: Issuer,
    keystore: Keystore,
    now: datetime,
) -> dict[str, Document]:
    """Reserve an index for each; a list just opened is public before anything points to it."""
    unsigned = {}
    for draft in drafts:
        status_list, index = reserve_index(session, issuer, now)
        session.add(
            CredentialRow(
                id=draft.id,
                award_id=award_id,
                issuer_id=issuer.id,
                edition=draft.edition,
                sequence=_next_sequence(session, award_id, draft.edition),
                credential_url=draft.url,
                status_list_id=status_list.id,
                status_index=index,
                state=CredentialState.RESERVED,
                reserved_at=now,
            )
        )
        session.flush()
        unsigned[draft.id] = draft.document | {"credentialStatus": entry(status_list, index)}
    publish_due(session, issuer, keystore, now)
    return unsigned


def _next_sequence(session: Session, award_id: str, edition: Edition) -> int:
    last = select(func.max(CredentialRow.sequence)).where(
        CredentialRow.award_id == award_id, CredentialRow.edition == edition
    )
    return (session.scalar(last) or 0) + 1
