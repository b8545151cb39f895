"""What was released, as pages and files find it again."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from issuer.released import (
    current_released,
    find_credential,
    has_more_to_say,
    load_released,
    set_public,
)
from issuer.tables import Edition
from openbadges.errors import MissingError
from tests.handing import (
    AFTER,
    award_plainly,
    credential_row,
)
from tests.issuing import EVIDENCE, NOW, ON_SQLITE, House
from verifier import Verdict


def test_the_current_credential_is_found_with_what_its_page_says(house: House) -> None:
    issued = award_plainly(house, language="es")
    with house.database.read() as session:
        released = current_released(session, issued.award_id, Edition.PLAIN, AFTER)
        assert load_released(session, issued.url) == released
    assert (released.id, released.award_id, released.url) == (
        issued.id,
        issued.award_id,
        issued.url,
    )
    assert (released.badge_class, released.badge_class_version) == ("wiki-friend", 1)
    assert (released.edition, released.language) == (Edition.PLAIN, "es")
    assert (released.issuer_did, released.trial) == (house.issuer.did, False)
    assert (released.visible_from, released.public_since) == (AFTER, None)
    assert (released.revoked_at, released.revocation_reason) == (None, None)
    assert house.verify(released.forms.json).verdict is Verdict.VERIFIED


@ON_SQLITE
def test_nothing_is_current_in_the_hold_or_of_an_edition_that_was_not_made(house: House) -> None:
    issued = award_plainly(house)
    for edition, now in ((Edition.PLAIN, NOW), (Edition.FULL, AFTER)):
        with (
            house.database.read() as session,
            pytest.raises(MissingError, match=f"^there is no {edition} edition of this badge"),
        ):
            current_released(session, issued.award_id, edition, now)


def test_the_credential_of_the_highest_sequence_is_the_current_one(house: House) -> None:
    first, second = award_plainly(house), award_plainly(house)
    with house.database.write() as session:  # as a reissue will be
        row = find_credential(session, second.id)
        row.award_id, row.sequence = first.award_id, 2
    with house.database.read() as session:
        released = current_released(session, first.award_id, Edition.PLAIN, AFTER)
    assert released.id == second.id


def test_a_credential_becomes_public_and_private_again_at_its_own_address(house: House) -> None:
    issued = award_plainly(house)

    def make_public(*, public: bool, now: datetime) -> None:
        house.database.transact(
            lambda session: set_public(
                session, issued.award_id, Edition.PLAIN, public=public, now=now
            )
        )

    for later in (AFTER, AFTER + timedelta(days=1)):
        make_public(public=True, now=later)
        assert credential_row(house, issued.id).public_since == AFTER
    make_public(public=False, now=AFTER)
    assert credential_row(house, issued.id).public_since is None


@ON_SQLITE
def test_nothing_is_made_public_that_cannot_be_shown(house: House) -> None:
    issued = award_plainly(house)
    for award_id, edition, now in (
        (issued.award_id, Edition.PLAIN, NOW),
        (issued.award_id, Edition.FULL, AFTER),
        (str(uuid4()), Edition.PLAIN, AFTER),
    ):
        with house.database.write() as session, pytest.raises(MissingError):
            set_public(session, award_id, edition, public=True, now=now)
    assert credential_row(house, issued.id).public_since is None


@ON_SQLITE
def test_there_is_more_to_say_until_the_full_edition_is_made(house: House) -> None:
    issued, bare = award_plainly(house), award_plainly(house, evidence=())
    (full_and_plain, _) = house.issue(evidence=(EVIDENCE,))
    revoked = award_plainly(house)
    house.revoke(revoked.url)
    with house.database.read() as session:
        told = [
            has_more_to_say(session, one.award_id)
            for one in (issued, bare, full_and_plain, revoked)
        ]
        assert told == [True, False, False, False]
        assert not has_more_to_say(session, str(uuid4()))
