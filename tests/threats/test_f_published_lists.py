"""Section F of the threats, from the issuer's side: what our own lists are and never become.

Updates at once, indexes and full lists (F13 to F15, F17) are in `integration.test_status_lists`,
where every database takes its turn.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from issuer.award import parse_recipient
from issuer.policy import STATUS_LIST_ENTRIES, STATUS_LIST_RENEWAL
from issuer.status import publish_list
from issuer.tables import StatusListRow
from issuer.undo import undo
from openbadges import status_list
from openbadges.errors import RefusedError
from openbadges.strict import parse_json_object
from tests.issuing import NOW, ON_SQLITE, House
from verifier import Verdict

PUBLICATIONS = 25  # while others read


def list_urls(house: House) -> list[str]:
    with house.database.read() as session:
        return list(session.scalars(select(StatusListRow.url)))


def published_bits(house: House, url: str) -> bytes:
    document = parse_json_object(house.published(url), what="a status list")
    return status_list.decode(document["credentialSubject"]["encodedList"])


@ON_SQLITE
def test_f16_a_published_list_has_as_many_bits_as_its_row_says(house: House) -> None:
    (issued,) = house.issue()
    (url,) = list_urls(house)
    for revokes in (False, True):
        if revokes:
            house.revoke(issued.id)
        house.publish()
        bits = published_bits(house, url)
        assert len(bits) * 8 == STATUS_LIST_ENTRIES
        assert bits.count(0) == len(bits) - revokes  # of all bytes, those in which nothing is set


@ON_SQLITE
def test_f18_learners_share_a_list_whose_address_tells_nothing_of_them(house: House) -> None:
    other = parse_recipient("learner2@example.org")
    (first,), (second,) = house.issue(), house.issue(recipient=other)
    (url,) = list_urls(house)
    for issued in (first, second):
        entry = parse_json_object(issued.forms.json, what="it")["credentialStatus"]
        assert entry["statusListCredential"] == url
        assert issued.id.rpartition("/")[2] not in url
    assert STATUS_LIST_ENTRIES >= status_list.MINIMUM_ENTRIES


@ON_SQLITE
def test_f19_nothing_takes_a_revocation_back(house: House) -> None:
    (issued,) = house.issue()
    house.revoke(issued.id)
    house.publish()
    (url,) = list_urls(house)
    revoked = published_bits(house, url)
    assert any(revoked)

    house.revoke(issued.id, reason="the other way round", now=NOW + timedelta(hours=1))
    with pytest.raises(RefusedError, match="final"), house.database.write() as session:
        undo(session, issued.award_id or "", now=NOW, undone_by=None)
    house.issue()
    house.publish(now=NOW + STATUS_LIST_RENEWAL)
    assert published_bits(house, url) == revoked
    assert house.verify(issued.forms.json).verdict is Verdict.REJECTED


@ON_SQLITE
def test_f20_who_reads_while_a_list_is_published_reads_a_whole_one(house: House) -> None:
    (kept,), (revoked,) = house.issue(), house.issue()
    house.revoke(revoked.id)
    house.publish()
    done = False

    def read() -> set[tuple[Verdict, Verdict]]:
        seen = set()
        while not done:
            seen.add(
                (
                    house.verify(kept.forms.json).verdict,
                    house.verify(revoked.forms.json).verdict,
                )
            )
        return seen

    with ThreadPoolExecutor(2) as readers:
        reading = [readers.submit(read) for _ in range(2)]
        for _ in range(PUBLICATIONS):
            publish_once_more(house)
        done = True
    assert {verdicts for one in reading for verdicts in one.result()} == {
        (Verdict.VERIFIED, Verdict.REJECTED)
    }


def publish_once_more(house: House) -> None:
    with house.database.write() as session:
        row = session.scalars(select(StatusListRow)).one()
        publish_list(session, row, issuer=house.issuer, keystore=house.keystore, now=NOW)
