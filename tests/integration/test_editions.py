"""The full edition, made when the recipient asks for it and not before."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from issuer.award import Evidence, parse_recipient
from issuer.claims import release_now
from issuer.issuance import Issued
from issuer.issuers import list_issuers
from issuer.new_issuer import NewIssuer, create_issuer
from issuer.released import current_released, has_more_to_say
from issuer.reservation import Draft, reserve_edition
from issuer.revocation import revoke
from issuer.tables import (
    AwardRow,
    AwardState,
    ClaimRow,
    CredentialRow,
    CredentialState,
    DidMethod,
    Edition,
    RevocationRow,
)
from issuer.undo import undo
from openbadges.errors import Code, ConflictError, MalformedError, MissingError, RefusedError
from openbadges.identity import matches
from openbadges.strict import parse_json_object
from storage import Database
from tests.handing import (
    AFTER,
    a_little_later,
    all_at_once,
    award_plainly,
    award_row,
    credential_row,
    rows_of,
    take_it,
)
from tests.issuing import EVIDENCE, NOW, ON_SQLITE, House, award_of
from verifier import Outcome, Verdict

T = TypeVar("T")

LATER = AFTER + timedelta(days=170)
RECIPIENTS = [
    pytest.param("learner@example.org", "learner@example.org", id="e-mail"),
    pytest.param("user:Example@meta.wikimedia.org", "Example", id="user"),
]


def make_full(house: House, issued: Issued) -> Issued:
    badge_class = house.catalogue.find("wiki-friend@1")
    return house.cycle.issue_full(issued.award_id, badge_class, now=LATER)


@pytest.mark.parametrize(("recipient", "identifier"), RECIPIENTS)
def test_a_full_edition_says_what_was_decided_long_before(
    house: House, recipient: str, identifier: str
) -> None:
    plain = award_plainly(
        house,
        recipient=parse_recipient(recipient),
        language="es",
        valid_until=NOW + timedelta(days=500),
        evidence=(EVIDENCE, Evidence(None, "And «this», {too}.")),
    )
    full = make_full(house, plain)
    assert (full.edition, full.award_id) == (Edition.FULL, plain.award_id)
    said, document = (parse_json_object(one.forms.json, what="it") for one in (plain, full))
    assert [one.get("narrative") for one in document["evidence"]] == [
        EVIDENCE.narrative,
        "And «this», {too}.",
    ]
    assert "evidence" not in said
    for member in ("validFrom", "validUntil", "name", "issuer"):
        assert document[member] == said[member]
    subject, before = document["credentialSubject"], said["credentialSubject"]
    assert subject["achievement"] == before["achievement"]
    assert matches(subject["identifier"][0], identifier)
    for form in (full.forms.json, full.forms.compact_jws):
        assert house.verify(form, now=LATER).verdict is Verdict.VERIFIED


@ON_SQLITE
def test_editions_made_at_different_times_share_neither_id_nor_index_nor_salt(house: House) -> None:
    plain = award_plainly(house)
    documents = [
        parse_json_object(one.forms.json, what="it") for one in (plain, make_full(house, plain))
    ]
    for unlike in (
        {document["id"] for document in documents},
        {document["credentialStatus"]["id"] for document in documents},
        {document["credentialSubject"]["id"] for document in documents},
        {document["credentialSubject"]["identifier"][0]["salt"] for document in documents},
    ):
        assert len(unlike) == 2


def test_the_recipient_is_kept_sealed_only_until_the_full_edition_is_made(house: House) -> None:
    plain, bare = award_plainly(house), award_plainly(house, evidence=())
    waiting = award_row(house, plain.award_id)
    assert waiting.recipient_identifier is not None
    assert b"learner" not in waiting.recipient_identifier
    assert award_row(house, bare.award_id).recipient_identifier is None
    make_full(house, plain)
    assert award_row(house, plain.award_id).recipient_identifier is None
    with house.database.read() as session:
        assert not has_more_to_say(session, plain.award_id)


@ON_SQLITE
def test_a_revocation_clears_the_recipient_whose_full_edition_waited(house: House) -> None:
    plain = award_plainly(house)
    house.revoke(plain.url)
    assert award_row(house, plain.award_id).recipient_identifier is None


def test_asking_again_gives_the_one_that_there_is(house: House) -> None:
    plain = award_plainly(house)
    full = make_full(house, plain)
    assert make_full(house, plain) == full
    assert len(rows_of(house, CredentialRow)) == 2


def test_several_who_ask_at_once_get_the_same_one(house: House) -> None:
    plain = award_plainly(house)
    answers = all_at_once(4, lambda: make_full(house, plain))
    assert len({one.id for one in answers}) == len({one.forms.json for one in answers}) == 1
    states = [row.state for row in rows_of(house, CredentialRow)]
    assert states.count(CredentialState.SIGNED) == 2
    assert set(states) <= {CredentialState.SIGNED, CredentialState.RESERVED}


def test_a_full_edition_is_visible_with_the_plain_one(house: House) -> None:
    held, plain = award_plainly(house), award_plainly(house)
    badge_class = house.catalogue.find("wiki-friend@1")
    early = house.cycle.issue_full(held.award_id, badge_class, now=NOW)
    assert credential_row(house, early.id).visible_from == AFTER
    house.database.transact(lambda session: release_now(session, held.award_id, NOW))
    with house.database.read() as session:
        for edition in Edition:
            assert current_released(session, held.award_id, edition, NOW).edition is edition
    take_it(house, plain.award_id)
    assert credential_row(house, make_full(house, plain).id).visible_from == LATER


def test_an_edition_made_later_is_revoked_with_the_others(house: House) -> None:
    plain = award_plainly(house)
    full = make_full(house, plain)
    house.revoke(plain.url, now=LATER)
    house.publish(now=LATER)
    for one in (plain, full):
        report = house.verify(one.forms.json, now=LATER)
        assert [found.code for found in report.findings if found.outcome is Outcome.FAILED] == [
            Code.REVOKED
        ]


@ON_SQLITE
def test_no_full_edition_is_made_of_what_was_revoked_or_undone(house: House) -> None:
    revoked, made, undone = (award_plainly(house) for _ in range(3))
    make_full(house, made)
    for one in (revoked, made):
        house.revoke(one.url)
    house.database.transact(lambda session: undo(session, undone.award_id, now=NOW, undone_by=None))
    for one, state in ((revoked, "revoked"), (made, "revoked"), (undone, "undone")):
        with pytest.raises(RefusedError, match=rf"^another credential .*; this one is {state}$"):
            make_full(house, one)


@ON_SQLITE
def test_where_there_is_no_more_to_say_no_full_edition_is_made(house: House) -> None:
    bare = award_plainly(house, evidence=())
    with pytest.raises(RefusedError, match="so its plain edition says everything"):
        make_full(house, bare)
    assert len(rows_of(house, CredentialRow)) == 1


@ON_SQLITE
def test_whose_recipient_is_no_longer_kept_gets_no_full_edition(house: House) -> None:
    plain = award_plainly(house)
    with house.database.write() as session:
        session.get_one(AwardRow, plain.award_id).recipient_identifier = None
    with pytest.raises(RefusedError, match="is no longer kept, so no edition is made"):
        make_full(house, plain)


@ON_SQLITE
def test_another_badge_class_than_the_awarded_one_is_refused(house: House) -> None:
    plain = award_plainly(house)
    awarded = house.catalogue.find("wiki-friend@1")
    for other in (
        house.catalogue.find("brief"),
        replace(awarded, version=2),
        replace(awarded, definition=awarded.definition + b"\n"),
    ):
        with pytest.raises(RefusedError, match="is not what was awarded; expected wiki-friend@1"):
            house.cycle.issue_full(plain.award_id, other, now=LATER)
    assert len(rows_of(house, CredentialRow)) == 1


@ON_SQLITE
def test_an_issuer_makes_no_edition_of_anothers_award(house: House) -> None:
    plain = award_plainly(house)
    new = NewIssuer(method=DidMethod.KEY, base_url="http://localhost:8000", name="Another")
    create_issuer(new, database=house.database, keystore=house.keystore, now=NOW)
    with house.database.read() as session:
        other = next(one for one in list_issuers(session) if one.id != house.issuer.id)
    badge_class = house.catalogue.find("wiki-friend")
    for issuer, award_id in ((other, plain.award_id), (house.issuer, str(uuid4()))):
        with pytest.raises(MissingError, match=r"^there is no award"):
            replace(house.cycle, issuer=issuer).issue_full(award_id, badge_class, now=LATER)


@ON_SQLITE
def test_an_award_always_has_its_plain_edition(house: House) -> None:
    award = award_of(house.catalogue, evidence=(EVIDENCE,))
    for editions in ((), (Edition.FULL,)):
        with pytest.raises(ValueError, match="has its plain edition"):
            house.cycle.issue(award, now=NOW, editions=editions)


@ON_SQLITE
def test_evidence_that_cannot_be_signed_is_told_to_who_awards(house: House) -> None:
    with pytest.raises(MalformedError, match="has a control character in it"):
        award_plainly(house, evidence=(Evidence(None, "pasted\x0btext"),))
    (award,) = rows_of(house, AwardRow)
    assert (award.state, award.recipient_identifier) == (AwardState.DECIDED, None)
    assert rows_of(house, ClaimRow) == []


class InterruptedDatabase(Database):
    """A database in which something happens before one of its transactions, counted from 1."""

    happens_at = 0
    event: Callable[[], object] = staticmethod(lambda: None)

    def transact(self, work: Callable[[Session], T]) -> T:
        """Let the event happen first, when its turn has come."""
        self.happens_at -= 1
        if self.happens_at == 0:
            self.event()
        return super().transact(work)


class PowerCutError(Exception):
    """The process is gone."""


@pytest.fixture
def interrupted(database_url: str) -> Iterator[InterruptedDatabase]:
    """Another process's connection to the same database."""
    database = InterruptedDatabase.open(database_url)
    yield database
    database.close()


# A full edition has three transactions: reserve, record, release.
@pytest.mark.parametrize(
    ("at", "family", "sentence"),
    [
        pytest.param(1, RefusedError, "this one is revoked", id="before it is reserved"),
        pytest.param(2, RefusedError, "this one is revoked", id="before it is recorded"),
        pytest.param(3, ConflictError, "was revoked before it was released", id="at the release"),
    ],
)
def test_a_revocation_while_a_full_edition_is_made_covers_it(
    house: House,
    interrupted: InterruptedDatabase,
    at: int,
    family: type[Exception],
    sentence: str,
) -> None:
    plain = award_plainly(house)
    interrupted.happens_at = at
    interrupted.event = lambda: house.revoke(plain.url)
    badge_class = house.catalogue.find("wiki-friend")
    with pytest.raises(family, match=sentence):
        replace(house.cycle, database=interrupted).issue_full(plain.award_id, badge_class, now=NOW)
    credentials = rows_of(house, CredentialRow)
    assert [row.id for row in credentials if row.json_bytes is not None] == [plain.id]
    unrevoked = {row.id for row in credentials} - {
        row.credential_id for row in rows_of(house, RevocationRow)
    }
    assert unrevoked == set()
    assert award_row(house, plain.award_id).recipient_identifier is None


def test_a_revocation_waits_for_an_edition_that_is_being_reserved_and_covers_it(
    house: House,
) -> None:
    plain = award_plainly(house)
    award = award_of(house.catalogue, evidence=(EVIDENCE,))
    draft = Draft.of(award, Edition.FULL, house.issuer)
    own: dict[str, Any] = {"issuer": house.issuer, "keystore": house.keystore, "now": NOW}
    a_little_later(
        house,
        lambda session: reserve_edition(session, award, draft, plain.award_id, **own),
        lambda session: revoke(session, plain.id, reason="a mistake", now=NOW),
    )
    revoked = {row.credential_id for row in rows_of(house, RevocationRow)}
    assert revoked == {plain.id, draft.id}


@ON_SQLITE
@pytest.mark.parametrize(
    ("at", "finished"),
    [
        pytest.param(1, 0, id="before it is reserved"),
        pytest.param(2, 0, id="before it is recorded"),
        pytest.param(3, 1, id="before it is released"),
    ],
)
def test_a_crash_while_a_full_edition_is_made_loses_nothing(
    house: House, interrupted: InterruptedDatabase, at: int, finished: int
) -> None:
    def power_cut() -> None:
        raise PowerCutError

    plain = award_plainly(house)
    interrupted.happens_at, interrupted.event = at, power_cut
    badge_class = house.catalogue.find("wiki-friend")
    with pytest.raises(PowerCutError):
        replace(house.cycle, database=interrupted).issue_full(plain.award_id, badge_class, now=NOW)
    assert house.cycle.finish_recorded(now=LATER) == finished
    # an interrupted edition is not an interrupted award: its person is still known
    full = make_full(house, plain)
    assert house.verify(full.forms.json, now=LATER).verdict is Verdict.VERIFIED
    released = [row for row in rows_of(house, CredentialRow) if row.json_bytes is not None]
    assert len(released) == 2
