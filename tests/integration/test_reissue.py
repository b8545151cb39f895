"""Reissue: the next credential takes the place of the one before, once, whatever happens."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.awards import load_award
from issuer.issuance import Issued
from issuer.reissue import reissue
from issuer.release import REPLACED, issued_of
from issuer.released import current_released, load_released, set_public
from issuer.share_links import find_shared
from issuer.tables import (
    AuditEntryRow,
    AwardState,
    CredentialRow,
    CredentialState,
    Edition,
    RevocationRow,
)
from openbadges.errors import ConflictError, MissingError, RefusedError
from openbadges.strict import Document, parse_json_object
from storage import Database
from tests.handing import AFTER, all_at_once, award_plainly, award_row, rows_of, share
from tests.issuing import EVIDENCE, NOW, ON_SQLITE, House, award_of
from verifier import Outcome, Report, Verdict

LATER = NOW + timedelta(days=3)


def said(issued: Issued) -> Document:
    """Give what a badge says, without what makes it this very one."""
    document = parse_json_object(issued.forms.json, what="a badge")
    return {
        name: value
        for name, value in document.items()
        if name not in {"id", "credentialStatus", "proof"}
    }


def failed(report: Report) -> list[str]:
    return [one.code.value for one in report.findings if one.outcome is Outcome.FAILED]


def sequences(house: House) -> list[tuple[Edition, int, CredentialState]]:
    rows = rows_of(house, CredentialRow)
    return sorted((row.edition, row.sequence, row.state) for row in rows)


def test_the_next_one_says_the_same_and_the_one_before_is_revoked(house: House) -> None:
    old = award_plainly(house)
    link = share(house, old)
    new = reissue(house.cycle, old.url, now=LATER)
    assert said(new) == said(old)
    assert (new.award_id, new.edition) == (old.award_id, old.edition)
    assert new.url != old.url
    old_row, new_row = (
        next(row for row in rows_of(house, CredentialRow) if row.id == one.id) for one in (old, new)
    )
    assert (old_row.sequence, new_row.sequence) == (1, 2)
    assert old_row.status_index != new_row.status_index
    assert award_row(house, old.award_id).state is AwardState.ISSUED
    house.publish(now=LATER)
    for form in (new.forms.json, new.forms.compact_jws):
        assert house.verify(form, now=LATER).verdict is Verdict.VERIFIED
    for form in (old.forms.json, old.forms.compact_jws):
        assert failed(house.verify(form, now=LATER)) == ["REVOKED"]
    (revocation,) = rows_of(house, RevocationRow)
    assert (revocation.credential_id, revocation.reason) == (old.id, REPLACED)
    with house.database.read() as session:
        found = find_shared(session, link.token or "", LATER)
        assert current_released(session, found.award_id, found.edition, LATER).url == new.url
        assert load_award(session, old.award_id).credential_url == new.url
        assert issued_of(session, old.award_id) == (new,)
        assert (
            load_released(session, old.id).replaced,
            load_released(session, new.id).replaced,
        ) == (
            True,
            False,
        )
        acts = session.scalars(select(AuditEntryRow.act).where(AuditEntryRow.subject == old.url))
        assert "credential-replaced" in set(acts)


@ON_SQLITE
def test_asking_again_for_the_one_before_gives_the_same_and_for_the_next_another(
    house: House,
) -> None:
    first = award_plainly(house)
    second = reissue(house.cycle, first.id, now=LATER)
    assert reissue(house.cycle, first.id, now=LATER + timedelta(hours=1)) == second
    third = reissue(house.cycle, second.id, now=LATER)
    assert reissue(house.cycle, first.id, now=LATER) == third
    assert sequences(house) == [
        (Edition.PLAIN, number, CredentialState.SIGNED) for number in (1, 2, 3)
    ]


@ON_SQLITE
def test_each_edition_is_replaced_for_itself(house: House) -> None:
    plain, full = house.issue(evidence=(EVIDENCE,))
    new = reissue(house.cycle, full.id, now=LATER)
    assert said(new) == said(full)
    house.publish(now=LATER)
    assert house.verify(plain.forms.json, now=LATER).verdict is Verdict.VERIFIED
    with house.database.read() as session:
        assert issued_of(session, plain.award_id) == (plain, new)


@ON_SQLITE
def test_members_can_be_changed_or_left_out(house: House) -> None:
    old = award_plainly(house, valid_until=NOW + timedelta(days=30))
    changed = reissue(
        house.cycle, old.id, now=LATER, changes={"validUntil": "2030-01-01T00:00:00Z"}
    )
    assert said(changed) == said(old) | {"validUntil": "2030-01-01T00:00:00Z"}
    endless = reissue(house.cycle, changed.id, now=LATER, changes={"validUntil": None})
    assert "validUntil" not in said(endless)


@ON_SQLITE
def test_a_change_that_we_would_not_believe_is_refused_and_nothing_is_replaced(
    house: House,
) -> None:
    old = award_plainly(house)
    with pytest.raises(RefusedError, match="this would not be believed, so it is not signed"):
        reissue(house.cycle, old.id, now=LATER, changes={"issuer": "did:web:other.example"})
    house.publish(now=LATER)
    assert house.verify(old.forms.json, now=LATER).verdict is Verdict.VERIFIED
    assert reissue(house.cycle, old.id, now=LATER).url != old.url


@ON_SQLITE
def test_a_revoked_or_unknown_badge_is_not_reissued(house: House) -> None:
    old = award_plainly(house)
    house.revoke(old.id)
    with pytest.raises(RefusedError, match="of an award that is issued; this one is revoked"):
        reissue(house.cycle, old.id, now=LATER)
    with pytest.raises(MissingError):
        reissue(house.cycle, "https://badges.example/credentials/none", now=LATER)
    assert len(rows_of(house, CredentialRow)) == 1


@ON_SQLITE
def test_a_revocation_of_the_award_covers_what_replaced_too(house: House) -> None:
    old = award_plainly(house)
    new = reissue(house.cycle, old.id, now=LATER)
    house.revoke(old.url)
    house.publish(now=LATER)
    assert failed(house.verify(new.forms.json, now=LATER)) == ["REVOKED"]


@ON_SQLITE
def test_what_everyone_saw_everyone_sees_in_its_next_form(house: House) -> None:
    old = award_plainly(house)
    house.database.transact(
        lambda session: set_public(session, old.award_id, Edition.PLAIN, public=True, now=AFTER)
    )
    new = reissue(house.cycle, old.id, now=LATER)
    with house.database.read() as session:
        assert load_released(session, new.id).public_since == AFTER
    house.database.transact(
        lambda session: set_public(session, old.award_id, Edition.PLAIN, public=False, now=LATER)
    )
    assert {row.public_since for row in rows_of(house, CredentialRow)} == {None}


class PowerCutError(Exception):
    """The process is gone."""


class DyingDatabase(Database):
    """A database whose process ends after so many transactions, the last one committed or not."""

    dies_at = 0
    committed = False

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Write, unless the process is gone by then."""
        self.dies_at -= 1
        with super().write() as session:
            yield session
            session.flush()
            if self.dies_at == 0 and not self.committed:
                raise PowerCutError
        if self.dies_at == 0:
            raise PowerCutError


@ON_SQLITE
@pytest.mark.parametrize("committed", [False, True])
@pytest.mark.parametrize("dies_at", [1, 2, 3], ids=["reserve", "record", "release"])
@pytest.mark.parametrize("by", ["asking again", "the next start"])
def test_cut_off_anywhere_there_is_one_badge_that_is_valid_and_then_the_next(
    house: House, database_url: str, *, dies_at: int, committed: bool, by: str
) -> None:
    old = award_plainly(house)
    with closing(DyingDatabase.open(database_url)) as database:
        database.dies_at, database.committed = dies_at, committed
        with pytest.raises(PowerCutError):
            reissue(replace(house.cycle, database=database), old.id, now=LATER)
    house.publish(now=LATER)
    valid_at_once(house, 1)
    if by == "the next start":
        house.cycle.finish_recorded(now=LATER)
        house.publish(now=LATER)
        valid_at_once(house, 1)
    new = reissue(house.cycle, old.id, now=LATER)
    assert new.url != old.url
    house.publish(now=LATER)
    valid_at_once(house, 1)
    assert failed(house.verify(old.forms.json, now=LATER)) == ["REVOKED"]
    assert said(new) == said(old)


def valid_at_once(house: House, count: int) -> None:
    bodies = [row.json_bytes for row in rows_of(house, CredentialRow) if row.json_bytes]
    verdicts = [house.verify(body, now=LATER).verdict for body in bodies]
    assert verdicts.count(Verdict.VERIFIED) == count


def test_of_several_that_ask_at_once_all_get_the_same(house: House) -> None:
    old = award_plainly(house)
    found = all_at_once(4, lambda: reissue(house.cycle, old.id, now=LATER))
    assert len({one.url for one in found}) == 1
    states = [row.state for row in rows_of(house, CredentialRow)]
    assert states.count(CredentialState.SIGNED) == 2
    assert len(rows_of(house, RevocationRow)) == 1


@ON_SQLITE
def test_what_is_not_released_is_not_replaced(house: House, database_url: str) -> None:
    with closing(DyingDatabase.open(database_url)) as database:
        database.dies_at, database.committed = 2, True
        with pytest.raises(PowerCutError):
            replace(house.cycle, database=database).issue(award_of(house.catalogue), now=NOW)
    (row,) = rows_of(house, CredentialRow)
    with pytest.raises(ConflictError, match="is not released yet, so nothing replaces it"):
        reissue(house.cycle, row.id, now=NOW)
