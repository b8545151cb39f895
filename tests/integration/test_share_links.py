"""Share links: what an award's owner shows to others, for as long as they like."""

from datetime import timedelta
from uuid import uuid4

import pytest

from issuer import share_links
from issuer.issuance import Issued
from issuer.policy import MAXIMUM_SHARE_LINKS
from issuer.share_links import ShareLink, find_shared
from issuer.tables import Edition, ShareLinkRow
from issuer.undo import undo
from openbadges.errors import MissingError, RefusedError
from tests.handing import (
    AFTER,
    award_plainly,
    rows_of,
    share,
)
from tests.issuing import NOW, ON_SQLITE, House

UNKNOWN = "this link opens nothing"


def links_of(house: House, issued: Issued) -> tuple[ShareLink, ...]:
    with house.database.read() as session:
        return share_links.list_of(session, issued.award_id, house.keystore)


def opens(house: House, token: str) -> ShareLink:
    with house.database.read() as session:
        return find_shared(session, token, AFTER)


def test_a_share_link_shows_its_edition_until_it_is_withdrawn(house: House) -> None:
    issued = award_plainly(house)
    link = share(house, issued, name="Per a la feina «nova»")
    assert link.token is not None
    found = opens(house, link.token)
    assert (found.id, found.award_id, found.edition) == (link.id, issued.award_id, Edition.PLAIN)
    assert found.token is None
    for later in (AFTER, AFTER + timedelta(days=1)):
        with house.database.write() as session:
            share_links.withdraw(session, issued.award_id, link.id, later)
    with pytest.raises(MissingError, match=UNKNOWN):
        opens(house, link.token)
    (listed,) = links_of(house, issued)
    assert (listed.name, listed.withdrawn_at, listed.token) == (link.name, AFTER, None)


@ON_SQLITE
def test_the_owner_sees_every_link_again_the_newest_first(house: House) -> None:
    issued = award_plainly(house)
    names = ["first", "second", ""]
    made = {}
    for place, name in enumerate(names):
        with house.database.write() as session:
            made[name] = share_links.make(
                session,
                issued.award_id,
                edition=Edition.PLAIN,
                name=name,
                keystore=house.keystore,
                now=AFTER + timedelta(seconds=place),
            )
    assert links_of(house, issued) == tuple(made[name] for name in reversed(names))


@ON_SQLITE
def test_nobody_withdraws_or_sees_the_links_of_another_award(house: House) -> None:
    mine, other = award_plainly(house), award_plainly(house)
    link = share(house, mine)
    for award_id, link_id in ((other.award_id, link.id), (mine.award_id, str(uuid4()))):
        with (
            house.database.write() as session,
            pytest.raises(MissingError, match=r"^this badge has no such link$"),
        ):
            share_links.withdraw(session, award_id, link_id, AFTER)
    assert links_of(house, other) == ()
    assert opens(house, link.token or "").id == link.id


@ON_SQLITE
@pytest.mark.parametrize(
    ("name", "is_permitted"),
    [
        pytest.param("x" * 300, True, id="as long as it may be"),
        pytest.param("x" * 301, False, id="too long"),
        pytest.param("two\nlines", False, id="two lines"),
        pytest.param("a\x00b", False, id="NUL"),
        pytest.param("  ", False, id="blanks"),
    ],
)
def test_a_links_name_is_one_line(house: House, name: str, *, is_permitted: bool) -> None:
    issued = award_plainly(house)
    if is_permitted:
        assert share(house, issued, name=name).name == name
        return
    with pytest.raises(RefusedError, match=r"^the link's name must be one line"):
        share(house, issued, name=name)
    assert links_of(house, issued) == ()


@ON_SQLITE
def test_an_award_has_no_more_links_than_it_may_and_withdrawn_ones_make_room(house: House) -> None:
    issued, other = award_plainly(house), award_plainly(house)
    links = [share(house, issued) for _ in range(MAXIMUM_SHARE_LINKS)]
    with pytest.raises(RefusedError, match=r"has 50 links, .*; withdraw one first$"):
        share(house, issued)
    with house.database.write() as session:
        share_links.withdraw(session, issued.award_id, links[7].id, AFTER)
    share(house, issued)
    assert links[7].id not in {row.id for row in rows_of(house, ShareLinkRow)}
    assert len(rows_of(house, ShareLinkRow)) == MAXIMUM_SHARE_LINKS
    share(house, other)


@ON_SQLITE
def test_nothing_is_shared_that_is_not_there(house: House) -> None:
    issued, revoked = award_plainly(house), award_plainly(house)
    house.revoke(revoked.url)
    with pytest.raises(MissingError, match="there is no full edition of this badge to show"):
        share(house, issued, edition=Edition.FULL)
    with pytest.raises(RefusedError, match="was revoked, so no new link"):
        share(house, revoked)
    with house.database.write() as session, pytest.raises(MissingError, match="no plain edition"):
        share_links.make(  # in the hold
            session,
            issued.award_id,
            edition=Edition.PLAIN,
            name="",
            keystore=house.keystore,
            now=NOW,
        )
    assert rows_of(house, ShareLinkRow) == []


@ON_SQLITE
def test_a_share_link_opens_nothing_in_the_hold_or_of_what_was_undone(house: House) -> None:
    issued = award_plainly(house)
    token = share(house, issued).token or ""
    with house.database.read() as session, pytest.raises(MissingError, match=UNKNOWN):
        find_shared(session, token, NOW)
    house.database.transact(lambda session: undo(session, issued.award_id, now=NOW, undone_by=None))
    with pytest.raises(MissingError, match=UNKNOWN):
        opens(house, token)
