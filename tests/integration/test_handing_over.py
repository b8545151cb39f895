"""An award handed over: its claim, taken once, and its owner's own way back to it."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from issuer import manage_links
from issuer.claims import (
    ClaimState,
    claim_code,
    hand_over,
    look_at_claim,
    release_now,
    take,
)
from issuer.issuance import Issued
from issuer.link_tokens import LinkKind, link_token
from issuer.manage_links import find_managed
from issuer.revocation import revoke
from issuer.share_links import find_shared
from issuer.tables import AwardRow, AwardState, ClaimRow, ManageLinkRow, ShareLinkRow
from issuer.undo import undo
from openbadges.errors import ConflictError, MissingError, RefusedError
from tests.handing import (
    AFTER,
    a_little_later,
    award_plainly,
    award_row,
    credential_row,
    rows_of,
    share,
    take_it,
)
from tests.issuing import NOW, ON_SQLITE, House, award_of

UNKNOWN = "this link opens nothing"
NOBODYS = "a" * 26


def state_of(house: House, issued: Issued, *, now: datetime = AFTER) -> ClaimState:
    code = claim_code(issued.award_id, house.keystore)
    with house.database.read() as session:
        return look_at_claim(session, code, now).state


def test_a_badge_is_taken_once_after_its_hold(house: House) -> None:
    issued = award_plainly(house)
    assert state_of(house, issued, now=AFTER - timedelta(microseconds=1)) is ClaimState.HELD
    assert state_of(house, issued) is ClaimState.READY
    token = take_it(house, issued.award_id)
    assert state_of(house, issued) is ClaimState.TAKEN
    with house.database.read() as session:
        assert find_managed(session, token) == issued.award_id
    with pytest.raises(ConflictError, match=r"was already taken; its owner's own link opens it$"):
        take_it(house, issued.award_id)
    assert len(rows_of(house, ManageLinkRow)) == 1


def test_looking_at_a_claim_tells_what_waits_and_changes_nothing(house: House) -> None:
    issued = award_plainly(house)
    code = claim_code(issued.award_id, house.keystore)
    for _ in range(2):
        with house.database.read() as session:
            claim = look_at_claim(session, code.upper(), AFTER)
        assert (claim.award_id, claim.opens_at, claim.taken_at, claim.credential_url) == (
            issued.award_id,
            AFTER,
            None,
            issued.url,
        )


def test_of_two_that_take_a_badge_at_the_same_moment_one_has_it(house: House) -> None:
    issued = award_plainly(house)
    code = claim_code(issued.award_id, house.keystore)
    with pytest.raises(ConflictError, match="already taken"):
        a_little_later(
            house,
            lambda session: take(session, code, house.keystore, AFTER),
            lambda session: take(session, code, house.keystore, AFTER),
        )
    assert len(rows_of(house, ManageLinkRow)) == 1


@ON_SQLITE
@pytest.mark.parametrize(
    ("seconds", "minute"),
    [
        pytest.param(0, "2026-03-01 12:10", id="a full minute"),
        pytest.param(1, "2026-03-01 12:11", id="a second later"),
    ],
)
def test_a_badge_that_is_held_says_from_which_minute_it_can_be_taken(
    house: House, seconds: int, minute: str
) -> None:
    issued = award_plainly(house, now=NOW + timedelta(seconds=seconds))
    with pytest.raises(ConflictError, match=rf"can be taken from {minute} UTC on$"):
        take_it(house, issued.award_id, now=NOW)
    assert rows_of(house, ManageLinkRow) == []


@ON_SQLITE
@pytest.mark.parametrize("code", [NOBODYS, "", "A claim code"])
def test_a_code_that_nobody_was_given_opens_nothing(house: House, code: str) -> None:
    award_plainly(house)
    with house.database.read() as session, pytest.raises(MissingError, match=UNKNOWN):
        look_at_claim(session, code, AFTER)
    with house.database.write() as session, pytest.raises(MissingError, match=UNKNOWN):
        take(session, code, house.keystore, AFTER)


@ON_SQLITE
def test_the_database_alone_opens_nothing(house: House) -> None:
    issued = award_plainly(house)
    tokens = [
        claim_code(issued.award_id, house.keystore),
        take_it(house, issued.award_id),
        share(house, issued).token or "",
    ]
    kept = [
        *(row.code_sha256 for row in rows_of(house, ClaimRow)),
        *(row.token_sha256 for row in rows_of(house, ManageLinkRow)),
        *(row.token_sha256 for row in rows_of(house, ShareLinkRow)),
    ]
    assert len(kept) == len(tokens)
    assert not any(token in text for token in tokens for text in kept)


def test_a_revoked_badge_cannot_be_taken(house: House) -> None:
    issued = award_plainly(house)
    house.revoke(issued.url)
    assert state_of(house, issued) is ClaimState.CLOSED
    with pytest.raises(RefusedError, match=r"so it cannot be taken$"):
        take_it(house, issued.award_id)


def test_of_a_taking_and_a_revocation_at_once_both_hold(house: House) -> None:
    issued = award_plainly(house)
    code = claim_code(issued.award_id, house.keystore)
    a_little_later(
        house,
        lambda session: take(session, code, house.keystore, AFTER),
        lambda session: revoke(session, issued.id, reason="a mistake", now=AFTER),
    )
    assert award_row(house, issued.award_id).state is AwardState.REVOKED
    assert state_of(house, issued) is ClaimState.CLOSED


def test_an_award_for_people_in_the_room_is_released_at_once(house: House) -> None:
    issued = award_plainly(house)
    house.database.transact(lambda session: release_now(session, issued.award_id, NOW))
    assert state_of(house, issued, now=NOW) is ClaimState.READY
    assert take_it(house, issued.award_id, now=NOW)
    house.database.transact(lambda session: release_now(session, issued.award_id, AFTER))
    assert credential_row(house, issued.id).visible_from == NOW  # it never becomes later


@ON_SQLITE
def test_what_was_revoked_or_undone_or_never_was_is_not_released(house: House) -> None:
    revoked, undone = award_plainly(house), award_plainly(house)
    house.revoke(revoked.url)
    house.database.transact(lambda session: undo(session, undone.award_id, now=NOW, undone_by=None))
    for award_id, family, sentence in (
        (revoked.award_id, RefusedError, "was revoked, so there is nothing to release"),
        (undone.award_id, RefusedError, "was undone, so there is nothing to release"),
        (str(uuid4()), MissingError, "there is no award"),
    ):
        with house.database.write() as session, pytest.raises(family, match=sentence):
            release_now(session, award_id, NOW)


def test_whoever_is_given_the_files_ends_the_hold(house: House) -> None:
    issued = award_plainly(house)
    released = house.database.transact(lambda session: hand_over(session, issued.url, NOW))
    assert released.forms == issued.forms
    assert released.visible_from == NOW
    with house.database.write() as session, pytest.raises(RefusedError, match="revoke it instead"):
        undo(session, issued.award_id, now=NOW, undone_by=None)


@ON_SQLITE
def test_the_files_of_a_revoked_badge_are_still_given(house: House) -> None:
    issued = award_plainly(house)
    house.revoke(issued.url)
    with house.database.write() as session:
        released = hand_over(session, issued.id, NOW)
    assert (released.revoked_at, released.revocation_reason) == (NOW, "a mistake")


@ON_SQLITE
@pytest.mark.parametrize("hold", [timedelta(0), timedelta(hours=3)])
def test_the_hold_is_as_long_as_it_is_set(house: House, hold: timedelta) -> None:
    cycle = replace(house.cycle, hold=hold)
    (issued,) = cycle.issue(award_of(house.catalogue), now=NOW)
    assert credential_row(house, issued.id).visible_from == NOW + hold
    assert state_of(house, issued, now=NOW + hold) is ClaimState.READY


def test_every_award_has_a_claim_the_command_lines_too(house: House) -> None:
    house.issue()
    award_plainly(house)
    claimed = {row.award_id for row in rows_of(house, ClaimRow)}
    assert claimed == {row.id for row in rows_of(house, AwardRow)}
    assert len(claimed) == 2


def test_a_replaced_manage_link_opens_nothing_and_the_new_one_does(house: House) -> None:
    issued = award_plainly(house)
    old = take_it(house, issued.award_id)
    new = house.database.transact(
        lambda session: manage_links.replace(session, issued.award_id, house.keystore, AFTER)
    )
    with house.database.read() as session:
        assert find_managed(session, new) == issued.award_id
        assert manage_links.current(session, issued.award_id, house.keystore) == new
        with pytest.raises(MissingError, match=UNKNOWN):
            find_managed(session, old)


def test_a_manage_link_replaced_twice_at_once_leaves_one_that_opens(house: House) -> None:
    issued = award_plainly(house)
    take_it(house, issued.award_id)

    def work(session: Session) -> str:
        return manage_links.replace(session, issued.award_id, house.keystore, AFTER)

    newest = a_little_later(house, work, work)
    with house.database.read() as session:
        assert manage_links.current(session, issued.award_id, house.keystore) == newest
    live = [row for row in rows_of(house, ManageLinkRow) if row.replaced_at is None]
    assert len(live) == 1


@ON_SQLITE
def test_nobody_manages_what_nobody_took(house: House) -> None:
    issued = award_plainly(house)
    with house.database.write() as session:
        with pytest.raises(MissingError, match="was not taken yet"):
            manage_links.current(session, issued.award_id, house.keystore)
        with pytest.raises(MissingError, match="was not taken yet"):
            manage_links.replace(session, issued.award_id, house.keystore, AFTER)


@ON_SQLITE
def test_a_token_of_one_kind_opens_nothing_of_another(house: House) -> None:
    issued = award_plainly(house)
    manage = take_it(house, issued.award_id)
    shared = share(house, issued).token or ""
    code = claim_code(issued.award_id, house.keystore)
    with house.database.read() as session:
        for token in (code, shared, link_token(LinkKind.MANAGE, issued.award_id, house.keystore)):
            with pytest.raises(MissingError, match=UNKNOWN):
                find_managed(session, token)
        for token in (code, manage):
            with pytest.raises(MissingError, match=UNKNOWN):
                find_shared(session, token, AFTER)
        for token in (manage, shared):
            with pytest.raises(MissingError, match=UNKNOWN):
                look_at_claim(session, token, AFTER)


@ON_SQLITE
def test_the_owner_of_a_revoked_badge_still_finds_it(house: House) -> None:
    issued = award_plainly(house)
    token, shared = take_it(house, issued.award_id), share(house, issued).token or ""
    house.revoke(issued.url)
    with house.database.read() as session:
        assert find_managed(session, token) == issued.award_id
        assert find_shared(session, shared, AFTER).award_id == issued.award_id
