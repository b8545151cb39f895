"""The lists of those who award: newest first, page by page, and each one's own."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from issuer.award import Evidence, parse_recipient
from issuer.awards import AwardSummary, list_awards, load_award
from issuer.claims import ClaimState
from issuer.tables import AwardState, CredentialRow, CredentialState, Edition, RecipientKind
from issuer.undo import undo
from openbadges.errors import MalformedError, MissingError
from tests.handing import AFTER, award_plainly, take_it
from tests.issuing import EVIDENCE, NOW, ON_SQLITE, House

ME = "account:00000000-0000-4000-8000-000000000001"


def listed(house: House, **changes: Any) -> list[AwardSummary]:  # noqa: ANN401 -- the arguments
    with house.database.read() as session:
        return list(list_awards(session, **{"issuer_ids": [house.issuer.id]} | changes))


def test_an_award_is_listed_with_what_its_giver_needs(house: House) -> None:
    issued = award_plainly(
        house, language="es", awarded_by=ME, recipient=parse_recipient("user:Example@meta.example")
    )
    (summary,) = listed(house)
    assert summary == AwardSummary(
        award_id=issued.award_id,
        issuer_id=house.issuer.id,
        badge_class="wiki-friend",
        badge_class_version=1,
        activity_id=None,
        language="es",
        recipient_kind=RecipientKind.USER_NAME,
        awarded_by=ME,
        created_at=NOW,
        state=AwardState.ISSUED,
        visible_from=AFTER,
        claimed_at=None,
        credential_url=issued.url,
    )
    assert (summary.claim(NOW), summary.claim(AFTER)) == (ClaimState.HELD, ClaimState.READY)
    with house.database.read() as session:
        assert load_award(session, issued.award_id) == summary


def test_an_award_tells_what_became_of_it(house: House) -> None:
    taken, revoked, undone = (award_plainly(house) for _ in range(3))
    take_it(house, taken.award_id)
    house.revoke(revoked.url)
    house.database.transact(lambda session: undo(session, undone.award_id, now=NOW, undone_by=ME))
    told = {one.award_id: (one.state, one.claim(AFTER)) for one in listed(house)}
    assert told == {
        taken.award_id: (AwardState.ISSUED, ClaimState.TAKEN),
        revoked.award_id: (AwardState.REVOKED, ClaimState.CLOSED),
        undone.award_id: (AwardState.UNDONE, ClaimState.CLOSED),
    }
    assert {one.claimed_at for one in listed(house)} == {None, AFTER}


def test_pages_follow_each_other_without_a_gap_also_within_one_moment(house: House) -> None:
    made = [
        award_plainly(house, now=NOW + timedelta(microseconds=moment)).award_id
        for moment in (0, 1, 1, 1, 2)
    ]
    found: list[str] = []
    while page := listed(house, limit=2, before=found[-1] if found else None):
        assert len(page) <= 2
        found += [one.award_id for one in page]
    assert (found[0], found[-1]) == (made[-1], made[0])
    assert len(found) == len(made) == len(set(found))


def test_each_sees_their_own_and_those_of_named_issuers_alone(house: House) -> None:
    mine, others = award_plainly(house, awarded_by=ME), award_plainly(house)
    assert [one.award_id for one in listed(house, awarded_by=ME)] == [mine.award_id]
    assert {one.award_id for one in listed(house)} == {mine.award_id, others.award_id}
    assert listed(house, issuer_ids=[str(uuid4())]) == listed(house, issuer_ids=[]) == []
    assert listed(house, awarded_by="account:nobody") == []
    assert listed(house, before=str(uuid4())) == []


def test_an_award_with_two_editions_is_listed_once_by_its_newest_plain_one(house: House) -> None:
    plain, _ = house.issue(evidence=(EVIDENCE,))
    second = award_plainly(house)
    assert {one.credential_url for one in listed(house)} == {plain.url, second.url}
    with house.database.write() as session:  # as a reissue will be
        row = session.get_one(CredentialRow, second.id)
        row.award_id, row.sequence = plain.award_id, 2
    assert [one.credential_url for one in listed(house)] == [second.url]
    with house.database.write() as session:  # as one that was interrupted
        session.get_one(CredentialRow, second.id).state = CredentialState.RESERVED
    assert [one.credential_url for one in listed(house)] == [plain.url]
    assert plain.edition is Edition.PLAIN


@ON_SQLITE
def test_what_was_refused_is_no_award(house: House) -> None:
    with pytest.raises(MalformedError):
        award_plainly(house, evidence=(Evidence(None, "pasted\x0btext"),))
    assert listed(house) == []


@ON_SQLITE
def test_an_award_that_is_not_there_is_not_loaded(house: House) -> None:
    with house.database.read() as session, pytest.raises(MissingError, match="there is no award"):
        load_award(session, str(uuid4()))
