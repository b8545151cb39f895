"""A notice is due once, at the end of the hold, and what is kept of the person goes with it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from issuer.award import parse_recipient
from issuer.claims import release_now
from issuer.issuance import Issued
from issuer.jobs import LEASE, Job, JobKind, LeaseLostError, take
from issuer.notices import (
    UNKNOWN_END,
    Notice,
    begin_sending,
    look_at_notice,
    note_not_sent,
    note_sent,
)
from issuer.revocation import revoke
from issuer.tables import DidMethod, Edition, NoticeRow, NoticeState
from issuer.undo import undo
from tests.handing import AFTER, all_at_once, award_row, rows_of, take_it
from tests.issuing import EVIDENCE, NOW, House, award_of

LATER = AFTER + LEASE


def award(house: House, **changes: Any) -> Issued:  # noqa: ANN401 -- the fields of Award
    """Award where recipients are written to."""
    cycle = replace(house.cycle, notify=True)
    return cycle.issue(award_of(house.catalogue, **changes), now=NOW, editions=(Edition.PLAIN,))[0]


def take_notice(house: House, now: datetime = AFTER) -> Job | None:
    return house.database.transact(lambda session: take(session, now, kinds=[JobKind.SEND_NOTICE]))


def begin(house: House, now: datetime = AFTER) -> tuple[Job, Notice | None]:
    """Take the notice that is due, and begin to send it."""
    job = take_notice(house, now)
    assert job is not None
    return job, house.database.transact(
        lambda session: begin_sending(session, job, house.keystore, now)
    )


def state(house: House, issued: Issued) -> NoticeState | None:
    with house.database.read() as session:
        found = look_at_notice(session, issued.award_id)
    return None if found is None else found.state


def is_known(house: House, issued: Issued) -> bool:
    return award_row(house, issued.award_id).recipient_identifier is not None


def test_a_notice_is_due_when_the_hold_ends_and_the_address_goes_with_it(house: House) -> None:
    issued = award(house)
    assert take_notice(house, NOW) is None
    assert is_known(house, issued)
    job, notice = begin(house)
    assert notice is not None
    assert (notice.address, notice.badge_class) == ("learner@example.org", "wiki-friend@1")
    assert state(house, issued) is NoticeState.SENDING
    house.database.transact(lambda session: note_sent(session, job, AFTER))
    assert (state(house, issued), is_known(house, issued)) == (NoticeState.SENT, False)
    assert take_notice(house, LATER) is None


def test_what_a_full_edition_needs_stays_when_the_notice_was_sent(house: House) -> None:
    issued = award(house, evidence=(EVIDENCE,))
    job, _ = begin(house)
    house.database.transact(lambda session: note_sent(session, job, AFTER))
    assert is_known(house, issued)


@pytest.mark.parametrize("recipient", ["user:Example@meta.wikimedia.org", "did:web:a.example"])
def test_who_has_no_address_is_not_written_to(house: House, recipient: str) -> None:
    issued = award(house, recipient=parse_recipient(recipient))
    assert (state(house, issued), is_known(house, issued)) == (None, False)


def test_no_notice_is_made_on_trial_or_where_no_mail_is_set(
    make_house: Callable[..., House],
) -> None:
    trial = make_house(DidMethod.KEY)
    award(trial)
    trial.issue()
    assert rows_of(trial, NoticeRow) == []


def test_a_release_brings_a_notice_forward(house: House) -> None:
    issued = award(house)
    house.database.transact(lambda session: release_now(session, issued.award_id, NOW))
    assert take_notice(house, NOW) is not None


@pytest.mark.parametrize("end", ["undone", "revoked", "taken"])
def test_a_notice_is_dropped_when_it_is_of_no_use_any_more(house: House, end: str) -> None:
    issued = award(house)
    if end == "undone":
        house.database.transact(
            lambda session: undo(session, issued.award_id, now=NOW, undone_by=None)
        )
    elif end == "revoked":
        house.database.transact(lambda session: revoke(session, issued.url, reason="x", now=NOW))
    else:
        take_it(house, issued.award_id)
    _, notice = begin(house)
    assert notice is None
    assert (state(house, issued), is_known(house, issued)) == (NoticeState.DROPPED, False)
    assert take_notice(house, LATER) is None


def test_a_message_whose_end_nobody_knows_is_sent_once_more_and_then_left(house: House) -> None:
    issued = award(house)
    moment = AFTER
    for _ in range(2):  # each worker dies while it sends
        assert begin(house, moment)[1] is not None
        moment += LEASE
    assert begin(house, moment)[1] is None
    (row,) = rows_of(house, NoticeRow)
    assert (row.state, row.reason, row.transmissions) == (NoticeState.REFUSED, UNKNOWN_END, 2)
    assert not is_known(house, issued)


def test_what_nobody_took_is_tried_as_if_it_never_was(house: House) -> None:
    issued = award(house)
    moment = AFTER
    for _ in range(5):
        job, notice = begin(house, moment)
        assert notice is not None
        house.database.transact(partial(note_not_sent, job=job, now=moment))
        assert state(house, issued) is NoticeState.WAITING
        moment += LEASE


def test_who_was_thought_dead_and_comes_back_writes_nothing_of_a_notice(house: House) -> None:
    issued = award(house)
    late, _ = begin(house)
    begin(house, LATER)
    with pytest.raises(LeaseLostError):
        house.database.transact(lambda session: note_sent(session, late, LATER))
    assert state(house, issued) is NoticeState.SENDING


def test_of_many_workers_that_take_one_job_at_once_one_has_it(house: House) -> None:
    award(house)
    taken = all_at_once(6, lambda: take_notice(house))
    assert sum(one is not None for one in taken) == 1
