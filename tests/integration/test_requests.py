"""A request that is sent twice makes one award, and one that was refused can be put right."""

from dataclasses import replace

import pytest

from issuer.award import Evidence, parse_recipient
from issuer.issuance import Issued
from issuer.requests import RequestKey, find_requested, request_key
from issuer.tables import AwardRow, AwardState, CredentialRow, CredentialState, Edition
from issuer.undo import undo
from openbadges.errors import Code, ConflictError, MalformedError, RefusedError
from tests.handing import all_at_once, award_plainly, award_row, credential_row, rows_of
from tests.issuing import NOW, ON_SQLITE, House, award_of

REQUEST = request_key("token:1", "a key", b"what is asked")
THREADS = 8


def test_the_same_request_gives_the_same_credentials_and_makes_nothing(house: House) -> None:
    first = award_plainly(house, request=REQUEST)
    assert award_plainly(house, request=REQUEST) == first
    assert len(rows_of(house, AwardRow)) == len(rows_of(house, CredentialRow)) == 1


def test_an_award_keeps_the_hashes_of_its_request_alone(house: House) -> None:
    issued = award_plainly(house, request=REQUEST)
    row = award_row(house, issued.award_id)
    assert (row.request_key, row.request_sha256) == (REQUEST.key, REQUEST.body)
    with house.database.read() as session:
        found = find_requested(session, REQUEST)
        assert found is not None
        assert found.id == issued.award_id
        assert find_requested(session, request_key("token:2", "a key", b"what is asked")) is None


def test_a_key_that_comes_with_another_content_is_refused(house: House) -> None:
    award_plainly(house, request=REQUEST)
    with pytest.raises(RefusedError, match=r"expected a new key$") as refusal:
        award_plainly(house, request=replace(REQUEST, body="0" * 64))
    assert refusal.value.code is Code.KEY_REUSED
    assert len(rows_of(house, AwardRow)) == 1


@ON_SQLITE
def test_awards_without_a_key_or_with_others_are_awards_of_their_own(house: House) -> None:
    others = [None, None, REQUEST, request_key("token:2", "a key", b"what is asked")]
    made = {award_plainly(house, request=request).id for request in others}
    assert len(made) == len(others)


def test_identical_requests_at_the_same_moment_make_one_award(house: House) -> None:
    house.issue()  # the list is open, and its first publication in nobody's way

    def ask() -> Issued | ConflictError:
        try:
            return award_plainly(house, request=REQUEST)
        except ConflictError as error:
            return error

    answers = all_at_once(THREADS, ask)
    made = [one for one in answers if isinstance(one, Issued)]
    refused = [one for one in answers if isinstance(one, ConflictError)]
    assert len({one.id for one in made}) == 1
    assert {one.code for one in refused} <= {Code.IN_FLIGHT}
    asked = [row for row in rows_of(house, AwardRow) if row.request_key == REQUEST.key]
    credentials = rows_of(house, CredentialRow)
    assert (len(asked), len(credentials)) == (1, 2)
    assert {row.state for row in credentials} == {CredentialState.SIGNED}
    assert award_plainly(house, request=REQUEST) == made[0]


def test_different_requests_for_one_person_at_the_same_moment_make_one_award(house: House) -> None:
    house.issue(recipient=parse_recipient("other@example.org"))
    keys = iter(range(THREADS))

    def ask() -> Code | None:
        award = award_of(house.catalogue)
        request = request_key("token:1", str(next(keys)), b"what is asked")
        try:
            house.cycle.issue(award, now=NOW, request=request, again=False)
        except ConflictError as error:
            return error.code
        return None

    answers = all_at_once(THREADS, ask)
    assert answers.count(None) == 1
    assert set(answers) <= {None, Code.ALREADY_AWARDED, Code.IN_FLIGHT}
    assert len(rows_of(house, AwardRow)) == 2


@ON_SQLITE
def test_who_has_a_badge_no_more_may_be_awarded_it_as_the_first_time(house: House) -> None:
    undone, revoked = award_plainly(house), award_plainly(house)
    house.database.transact(lambda session: undo(session, undone.award_id, now=NOW, undone_by=None))
    house.revoke(revoked.url)
    with pytest.raises(MalformedError):  # refused before anything was recorded
        award_plainly(house, evidence=(Evidence(None, "pasted\x0btext"),))
    first = house.cycle.issue(award_of(house.catalogue), now=NOW, again=False)
    with pytest.raises(ConflictError) as conflict:
        house.cycle.issue(award_of(house.catalogue), now=NOW, again=False)
    assert conflict.value.code is Code.ALREADY_AWARDED
    assert house.cycle.issue(award_of(house.catalogue), now=NOW) != first


@ON_SQLITE
def test_a_request_that_is_being_answered_is_told_to_wait(house: House) -> None:
    issued = award_plainly(house, request=REQUEST)
    with house.database.write() as session:  # as between steps 3 and 8
        session.get_one(AwardRow, issued.award_id).state = AwardState.DECIDED
    with pytest.raises(ConflictError, match=r"send it again in a moment$") as conflict:
        award_plainly(house, request=REQUEST)
    assert conflict.value.code is Code.IN_FLIGHT


def test_a_refused_request_can_be_put_right_under_the_same_key(house: House) -> None:
    with pytest.raises(MalformedError):
        award_plainly(house, request=REQUEST, evidence=(Evidence(None, "pasted\x0btext"),))
    corrected = replace(REQUEST, body="0" * 64)
    issued = award_plainly(house, request=corrected)
    assert award_row(house, issued.award_id).request_sha256 == corrected.body


@ON_SQLITE
def test_what_policy_refuses_leaves_no_key_behind(house: House) -> None:
    with pytest.raises(RefusedError):
        award_plainly(house, request=REQUEST, valid_until=NOW)
    award_plainly(house, request=replace(REQUEST, body="0" * 64))
    assert len(rows_of(house, AwardRow)) == 1


@ON_SQLITE
def test_the_request_of_an_award_that_was_taken_back_makes_no_other(house: House) -> None:
    undone = award_plainly(house, request=REQUEST)
    house.database.transact(lambda session: undo(session, undone.award_id, now=NOW, undone_by=None))
    with pytest.raises(ConflictError, match=r"was undone; award it anew$"):
        award_plainly(house, request=REQUEST)
    other = request_key("token:1", "another key", b"")
    revoked = award_plainly(house, request=other)
    house.revoke(revoked.url)
    assert award_plainly(house, request=other) == revoked


@ON_SQLITE
def test_the_request_of_an_award_that_was_never_released_is_told_so(house: House) -> None:
    issued = award_plainly(house, request=REQUEST)
    with house.database.write() as session:  # as after a revocation between steps 5 and 8
        session.get_one(AwardRow, issued.award_id).state = AwardState.REVOKED
        session.get_one(CredentialRow, issued.id).state = CredentialState.LINTED
    with pytest.raises(ConflictError, match=r"was revoked before it was released$"):
        award_plainly(house, request=REQUEST)
    assert credential_row(house, issued.id).edition is Edition.PLAIN


@ON_SQLITE
def test_a_repeated_request_gets_every_edition_that_was_made(house: House) -> None:
    def ask() -> tuple[Issued, ...]:
        award = award_of(house.catalogue, "first-edits", evidence=(Evidence(None, "Ten edits."),))
        return house.cycle.issue(award, now=NOW, request=RequestKey("1" * 64, "2" * 64))

    first = ask()
    assert [one.edition for one in first] == [Edition.PLAIN, Edition.FULL]
    assert ask() == first
