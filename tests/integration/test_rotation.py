"""Rotation: a successor is published before it signs, and what was signed before stays valid (D13).

Each step may be the last thing that a process does; the next one goes on.
"""

import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.issuance import Issued
from issuer.issuers import Issuer, load_issuer
from issuer.rotation import Owner, Rotation, Succession, find_owners
from issuer.rotation import rotate as start
from issuer.tables import AuditEntryRow, DidMethod
from keys import KeyRecord, Keystore, Passphrase, Purpose, State
from keys.encryption import InsecureCostWarning
from keys.rotation import GRACE, OVERLAP
from openbadges.errors import MissingError, RefusedError
from openbadges.public_key import Algorithm
from openbadges.strict import parse_json_object
from storage import Database
from tests.amounts import amount
from tests.issuing import NOW, ON_SQLITE, House, award_of
from verifier import Verdict

DAY = timedelta(days=1)
BASE_URL = "https://badges.example"
PURPOSES = (Purpose.CREDENTIAL, Purpose.CREDENTIAL_JWS, Purpose.STATUS_LIST)


def rotation_of(house: House) -> Rotation:
    return Rotation(house.issuer.base_url, house.keystore)


def turn(house: House, now: datetime, lifetime: timedelta | None = None) -> None:
    house.database.transact(
        lambda session: rotation_of(house).turn(session, now, lifetime=lifetime)
    )


def rotate(
    house: House, *purposes: Purpose, now: datetime = NOW, overlap: timedelta = OVERLAP
) -> tuple[Succession, ...]:
    with house.database.read() as session:
        owners = find_owners(session, house.issuer.did, purposes)
    return start(house.database, rotation_of(house), owners, now=now, overlap=overlap)


def again(house: House) -> Issuer:
    with house.database.read() as session:
        return load_issuer(session, house.issuer.id)


def states(house: House, purpose: Purpose) -> list[State]:
    return [record.state for record in again(house).records(house.keystore, purpose)]


def listed(house: House) -> list[str]:
    document = parse_json_object(house.published(f"{BASE_URL}/.well-known/did.json"), what="it")
    assert document["assertionMethod"] == [one["id"] for one in document["verificationMethod"]]
    return [one.partition("#")[2] for one in document["assertionMethod"]]


def signer_of(document: bytes) -> str:
    proof = parse_json_object(document, what="a credential")["proof"]
    return str(proof["verificationMethod"]).partition("#")[2]


def test_a_successor_is_published_at_once_signs_after_the_overlap_and_the_old_one_stays_listed(
    house: House,
) -> None:
    (before,) = house.issue()
    old = signer_of(before.forms.json)
    (made,) = rotate(house, Purpose.CREDENTIAL)
    assert made.next is not None
    new = made.next.key_id
    assert (made.signing and made.signing.key_id, made.next.due) == (old, NOW + OVERLAP)
    assert {old, new} <= set(listed(house))
    # while it is pending the newest key of the issuer does not sign
    assert signer_of(house.issue()[0].forms.json) == old

    turn(house, NOW + OVERLAP - timedelta(seconds=1))
    assert states(house, Purpose.CREDENTIAL) == [State.ACTIVE, State.PENDING]
    turn(house, NOW + OVERLAP)
    assert states(house, Purpose.CREDENTIAL) == [State.ACTIVE, State.ACTIVE]
    (after,) = house.issue(now=NOW + OVERLAP)
    assert signer_of(after.forms.json) == new
    turn(house, NOW + OVERLAP + GRACE)
    assert states(house, Purpose.CREDENTIAL) == [State.RETIRED, State.ACTIVE]
    assert {old, new} <= set(listed(house))
    later = NOW + OVERLAP + GRACE
    for one in (before, after):
        for form in (one.forms.json, one.forms.compact_jws):
            assert house.verify(form, now=later).verdict is Verdict.VERIFIED


def test_every_change_is_in_the_audit_log_once(house: House) -> None:
    (made,) = rotate(house, Purpose.CREDENTIAL)
    assert made.next is not None
    assert made.signing is not None
    for moment in (NOW + OVERLAP, NOW + OVERLAP + GRACE, NOW + OVERLAP + GRACE + DAY):
        turn(house, moment)
    with house.database.read() as session:
        entries = session.execute(
            select(AuditEntryRow.subject, AuditEntryRow.act).order_by(AuditEntryRow.sequence)
        ).all()
    acts = [
        (subject, act)
        for subject, act in entries
        if subject in {made.next.key_id, made.signing.key_id}
    ]
    assert acts == [
        (made.signing.key_id, "key-active"),
        (made.next.key_id, "key-pending"),
        (made.next.key_id, "key-active"),
        (made.signing.key_id, "key-retired"),
    ]


@ON_SQLITE
def test_rotating_again_before_the_overlap_is_over_makes_no_second_successor(house: House) -> None:
    first = rotate(house)
    assert {one.owner.purpose for one in first} == set(PURPOSES)
    second = rotate(house, now=NOW + DAY / 2)
    assert {one.owner.id: one.next for one in second} == {one.owner.id: one.next for one in first}
    assert len(house.keystore.list()) == 2 * len(PURPOSES)


@ON_SQLITE
def test_without_an_overlap_the_successor_signs_at_once_and_the_old_one_no_more(
    house: House,
) -> None:
    for purpose in PURPOSES:
        rotate(house, purpose)  # a successor that waits is taken, and no other made
    made = rotate(house, overlap=timedelta(0))
    for one in made:
        assert one.next is None
        assert states(house, one.owner.purpose) == [State.RETIRED, State.ACTIVE]
    (issued,) = house.issue()  # by a process that knew the issuer before
    (signing,) = [one.signing for one in made if one.owner.purpose is Purpose.CREDENTIAL]
    assert signing is not None
    assert signer_of(issued.forms.json) == signing.key_id
    assert house.verify(issued.forms.compact_jws).verdict is Verdict.VERIFIED


@ON_SQLITE
def test_keys_that_grew_old_are_rotated_by_themselves_and_only_where_days_are_set(
    house: House,
) -> None:
    turn(house, NOW + 400 * DAY)
    assert {record.state for record in house.keystore.list()} == {State.ACTIVE}
    lifetime = 365 * DAY
    turn(house, NOW + lifetime - DAY, lifetime)
    assert len(house.keystore.list()) == len(PURPOSES)
    begun = NOW + lifetime
    turn(house, begun, lifetime)
    turn(house, begun + DAY / 2, lifetime)
    assert all(states(house, one) == [State.ACTIVE, State.PENDING] for one in PURPOSES)
    turn(house, begun + OVERLAP, lifetime)
    turn(house, begun + OVERLAP + GRACE, lifetime)
    assert all(states(house, one) == [State.RETIRED, State.ACTIVE] for one in PURPOSES)
    turn(house, begun + OVERLAP + lifetime - DAY, lifetime)  # the new ones are young
    assert len(house.keystore.list()) == 2 * len(PURPOSES)


@ON_SQLITE
def test_the_services_own_keys_rotate_too_and_are_never_in_a_did_document(house: House) -> None:
    old = house.keystore.generate(Algorithm.EDDSA, purpose=Purpose.RECEIPT, now=NOW)
    (made,) = rotate(house, Purpose.RECEIPT)
    assert made.owner == Owner(None, Purpose.RECEIPT)
    assert made.next is not None
    keys = parse_json_object(house.published(f"{BASE_URL}/.well-known/jwks.json"), what="it")[
        "keys"
    ]
    assert len([key for key in keys if key.get("use") == "insignia-receipt"]) == 2
    turn(house, NOW + OVERLAP)
    turn(house, NOW + OVERLAP + GRACE)
    (old, new) = house.keystore.listed(Purpose.RECEIPT)
    assert (old.state, new.state) == (State.RETIRED, State.ACTIVE)
    assert not {old.key_id, new.key_id} & set(listed(house))


@ON_SQLITE
def test_a_did_key_is_not_rotated_and_says_why(make_house: Callable[..., House]) -> None:
    house = make_house(DidMethod.KEY)
    with pytest.raises(RefusedError, match="is a did:key: its key is its name, so no other can"):
        rotate(house)
    turn(house, NOW + 4000 * DAY, DAY)
    assert len(house.keystore.list()) == 1


@ON_SQLITE
def test_a_purpose_without_a_key_has_no_successor(house: House) -> None:
    with pytest.raises(MissingError, match="there is no key for receipt yet"):
        rotate(house, Purpose.RECEIPT)
    assert len(house.keystore.list()) == len(PURPOSES)


class PowerCutError(Exception):
    """The process is gone."""


class DyingKeystore(Keystore):
    """A keystore whose process ends right after one of its changes, counted from 1."""

    dies_at = 0

    def generate(self, *arguments: Any, **named: Any) -> KeyRecord:  # noqa: ANN401 -- as Keystore's
        """Make a key."""
        return self._done(super().generate(*arguments, **named))

    def activate(self, *arguments: Any, **named: Any) -> KeyRecord:  # noqa: ANN401 -- as Keystore's
        """Activate one."""
        return self._done(super().activate(*arguments, **named))

    def retire(self, *arguments: Any, **named: Any) -> KeyRecord:  # noqa: ANN401 -- as Keystore's
        """Retire one."""
        return self._done(super().retire(*arguments, **named))

    def mark_compromised(self, *arguments: Any, **named: Any) -> KeyRecord:  # noqa: ANN401 -- as Keystore's
        """Mark one."""
        return self._done(super().mark_compromised(*arguments, **named))

    def _done(self, record: KeyRecord) -> KeyRecord:
        self.dies_at -= 1
        if self.dies_at == 0:
            raise PowerCutError
        return record


class DyingDatabase(Database):
    """A database whose process ends when a transaction is written and not committed."""

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Write, and never commit."""
        with super().write() as session:
            yield session
            session.flush()
            raise PowerCutError


@pytest.fixture
def dying_keystore(house: House, tmp_path: Path) -> DyingKeystore:
    """Give the keystore of the house, as another process has it open."""
    assert house.keystore.list()
    with warnings.catch_warnings(action="ignore", category=InsecureCostWarning):
        return DyingKeystore.open(tmp_path / "keys", Passphrase("for tests only"))


def check_whole(house: House, rotated: int) -> None:
    """Compare what the keystore says with what is published, noted, and signed with."""
    records = again(house).records(house.keystore)
    assert [record.state for record in records].count(State.ACTIVE) == len(PURPOSES)
    assert len(records) == len(PURPOSES) + rotated
    assert sorted(listed(house)) == sorted(record.key_id for record in records)
    later = NOW + OVERLAP + GRACE
    (issued,) = house.issue(now=later)
    for form in (issued.forms.json, issued.forms.compact_jws):
        assert house.verify(form, now=later).verdict is Verdict.VERIFIED
    with house.database.read() as session:
        noted = session.execute(
            select(AuditEntryRow.subject, AuditEntryRow.act).where(
                AuditEntryRow.act.startswith("key-")
            )
        ).all()
    assert sorted(tuple(one) for one in noted) == sorted(
        (record.key_id, f"key-{change.state}") for record in records for change in record.history
    )
    # what nobody has is what an interrupted rotation left, and never signs
    others = [record for record in house.keystore.list() if record not in records]
    assert {record.state for record in others} <= {State.RETIRED, State.PENDING}


@ON_SQLITE
@pytest.mark.parametrize("dies_at", range(1, 10))
def test_a_rotation_that_is_cut_off_after_any_change_of_the_keystore_is_ended_by_the_next(
    house: House, dying_keystore: DyingKeystore, dies_at: int
) -> None:
    dying_keystore.dies_at = dies_at  # three are made, three activated, three retired
    with pytest.raises(PowerCutError):
        rotate(replace(house, keystore=dying_keystore), overlap=timedelta(0))
    if dies_at <= len(PURPOSES):  # before the first transaction was committed
        rotate(house, overlap=timedelta(0))
    turn(house, NOW)
    turn(house, NOW + GRACE)
    check_whole(house, rotated=len(PURPOSES))


@ON_SQLITE
@pytest.mark.parametrize("overlap", [timedelta(0), OVERLAP], ids=["at once", "with an overlap"])
def test_a_rotation_that_is_never_committed_is_begun_anew(
    house: House, database_url: str, overlap: timedelta
) -> None:
    with closing(DyingDatabase.open(database_url)) as database, pytest.raises(PowerCutError):
        rotate(replace(house, database=database), overlap=overlap)
    turn(house, NOW)
    rotate(house, overlap=overlap)
    turn(house, NOW + OVERLAP)
    turn(house, NOW + OVERLAP + GRACE)
    check_whole(house, rotated=len(PURPOSES))


@ON_SQLITE
def test_a_step_that_is_never_committed_is_published_and_noted_by_the_next_turn(
    house: House, database_url: str
) -> None:
    rotate(house)
    for moment in (NOW + OVERLAP, NOW + OVERLAP + GRACE):
        with closing(DyingDatabase.open(database_url)) as database, pytest.raises(PowerCutError):
            turn(replace(house, database=database), moment)
    turn(house, NOW + OVERLAP + GRACE)
    check_whole(house, rotated=len(PURPOSES))


def test_two_that_rotate_at_once_make_one_successor(house: House, database_url: str) -> None:
    found: list[Succession] = []
    barrier = Barrier(2)

    def work() -> None:
        with closing(Database.open(database_url)) as database:
            barrier.wait()
            found.extend(rotate(replace(house, database=database), Purpose.CREDENTIAL))

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert found[0].next == found[1].next
    assert states(house, Purpose.CREDENTIAL) == [State.ACTIVE, State.PENDING]


@ON_SQLITE
def test_old_badges_stay_valid_through_several_rotations(house: House) -> None:
    moment, signed = NOW, []
    count = amount(48, 10_000)
    for generation in range(4):
        for _ in range(count // 4):
            award = award_of(house.catalogue)
            signed += [form for one in house.cycle.issue(award, now=moment) for form in forms(one)]
        rotate(house, now=moment)
        moment += OVERLAP
        turn(house, moment)
        turn(house, moment + GRACE)
        assert len(listed(house)) == (generation + 2) * len(PURPOSES)
    house.publish(now=moment)
    assert len({signer_of(one) for one in signed if one.startswith(b"{")}) == 4
    assert {house.verify(one, now=moment).verdict for one in signed} == {Verdict.VERIFIED}
    # a private key that signs no more is needed for nothing
    assert states(house, Purpose.CREDENTIAL)[:-1] == [State.RETIRED] * 4


def forms(issued: Issued) -> tuple[bytes, bytes]:
    return issued.forms.json, issued.forms.compact_jws
