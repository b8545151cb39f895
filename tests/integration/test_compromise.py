"""The drill of a compromised key (D14), and backdating with it (D15).

A thief has the private key from T on. What was signed before and logged stays valid; what comes
later, or is not in our log, does not.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from issuer.compromise import Compromised, compromise, signed_with
from issuer.issuance import Issued
from issuer.issuance_log import DatabaseIssuanceLog
from issuer.issuers import load_issuer
from issuer.publication import PublishedDocuments
from issuer.reissue import reissue
from issuer.rotation import Owner, Rotation
from issuer.signing import sign_json
from issuer.tables import StatusListRow
from keys import Purpose, State
from keys.rotation import OVERLAP
from openbadges.errors import Code, ConflictError, MissingError, RefusedError
from openbadges.public_key import Algorithm
from openbadges.signer import Signer
from openbadges.strict import Document, parse_json_object
from tests.amounts import amount
from tests.handing import rows_of
from tests.issuing import NOW, ON_SQLITE, House, award_of
from verifier import Outcome, Report, Verdict, Verifier

HOUR = timedelta(hours=1)
T = NOW + 10 * HOUR
NOTICED = NOW + 20 * HOUR
HALF = amount(10, 500)
METHOD_KEYS = (Purpose.CREDENTIAL, Purpose.CREDENTIAL_JWS, Purpose.STATUS_LIST)


def key_of(house: House, purpose: Purpose) -> str:
    with house.database.read() as session:
        issuer = load_issuer(session, house.issuer.id)
    return issuer.signing_key(purpose, house.keystore).key_id


def drill(
    house: House, key_id: str, *, since: datetime = T, now: datetime = NOTICED
) -> Compromised:
    rotation = Rotation(house.issuer.base_url, house.keystore)
    return compromise(house.database, rotation, key_id, since=since, now=now)


def award(house: House, now: datetime) -> Issued:
    (issued,) = house.cycle.issue(award_of(house.catalogue, valid_from=now), now=now)
    return issued


def with_log(house: House, presented: bytes, now: datetime = NOTICED) -> Report:
    log = DatabaseIssuanceLog(house.database)
    own = Verifier(PublishedDocuments(house.database), issuance_log=log)
    return own.verify(presented, now=now)


def codes(report: Report) -> set[Code]:
    return {one.code for one in report.findings if one.outcome is Outcome.FAILED}


def stolen_signer(house: House, key_id: str) -> Signer:
    """Give what the thief has: a signer that no keystore can stop any more."""
    held = house.keystore.signer(key_id, verification_method=f"{house.issuer.did}#{key_id}")
    held._check_permitted = bool  # type: ignore[attr-defined] # noqa: SLF001 -- stolen is stolen
    return held


def forged(house: House, genuine: Issued, signer: Signer, *, created: datetime) -> bytes:
    """Give a badge that was never awarded, with somebody's own id and a status index of ours."""
    document = parse_json_object(genuine.forms.json, what="a badge")
    del document["proof"]
    document["id"] = f"{house.issuer.base_url}/credentials/{uuid4()}"
    return sign_json(document, signer=signer, created=created)


def proofs_of_lists(house: House) -> Iterator[Document]:
    for row in rows_of(house, StatusListRow):
        yield parse_json_object(house.published(row.url), what="a list")["proof"]


def test_the_drill(house: House) -> None:
    stolen = key_of(house, Purpose.CREDENTIAL)
    before = [award(house, NOW + timedelta(seconds=one)) for one in range(HALF)]
    after = [award(house, T + timedelta(seconds=one)) for one in range(HALF)]
    thief = stolen_signer(house, stolen)
    house.publish(now=NOTICED)

    done = drill(house, stolen)
    assert done.key.state is State.COMPROMISED
    assert done.signs is not None
    assert done.signs.key_id == key_of(house, Purpose.CREDENTIAL) != stolen

    for one in before:  # by whoever has our log, and by whoever has not
        for report in (house.verify(one.forms.json, now=NOTICED), with_log(house, one.forms.json)):
            assert report.verdict is Verdict.VERIFIED, report.findings
    for one in after:
        for report in (house.verify(one.forms.json, now=NOTICED), with_log(house, one.forms.json)):
            assert (report.verdict, codes(report)) == (Verdict.REJECTED, {Code.KEY_REVOKED})
    # the other form was signed with another key, which nobody stole
    assert house.verify(after[0].forms.compact_jws, now=NOTICED).verdict is Verdict.VERIFIED

    late = forged(house, before[0], thief, created=NOTICED)
    assert Code.KEY_REVOKED in codes(house.verify(late, now=NOTICED))
    backdated = forged(house, before[0], thief, created=NOW)
    assert codes(with_log(house, backdated)) == {Code.NOT_IN_ISSUER_LOG}
    assert with_log(house, backdated).verdict is Verdict.REJECTED
    # what others cannot know: they have no log
    assert house.verify(backdated, now=NOTICED).verdict is Verdict.VERIFIED

    with house.database.read() as session:
        issuer = load_issuer(session, house.issuer.id)
        signed = list(signed_with(session, issuer, done.key))
    assert [one.url for one in signed if one.falls] == [one.url for one in after]
    assert [one.url for one in signed if not one.falls] == [one.url for one in before]

    mend_half_each(house, after)
    for one in before:
        assert with_log(house, one.forms.json, now=NOTICED + HOUR).verdict is Verdict.VERIFIED


def mend_half_each(house: House, after: Sequence[Issued]) -> None:
    """Revoke one half of what fell, and reissue the other."""
    revoked, replaced = after[: HALF // 2], after[HALF // 2 :]
    for one in revoked:
        house.revoke(one.id, reason="the key was stolen", now=NOTICED)
    new = [reissue(house.cycle, one.id, now=NOTICED) for one in replaced]
    house.publish(now=NOTICED + HOUR)
    later = NOTICED + HOUR
    for one in after:
        report = house.verify(one.forms.compact_jws, now=later)
        assert (report.verdict, codes(report)) == (Verdict.REJECTED, {Code.REVOKED})
    for one in new:
        for form in (one.forms.json, one.forms.compact_jws):
            assert with_log(house, form, now=later).verdict is Verdict.VERIFIED
            assert house.verify(form, now=later).verdict is Verdict.VERIFIED


@ON_SQLITE
def test_all_keys_at_once_and_the_lists_are_signed_anew(house: House) -> None:
    issued = award(house, NOW)
    house.publish(now=NOW)
    stolen = {purpose: key_of(house, purpose) for purpose in METHOD_KEYS}
    (old,) = proofs_of_lists(house)
    assert old["verificationMethod"].endswith(stolen[Purpose.STATUS_LIST])
    for key_id in stolen.values():
        drill(house, key_id)
    (new,) = proofs_of_lists(house)
    assert new["verificationMethod"].endswith(key_of(house, Purpose.STATUS_LIST))
    document = parse_json_object(
        house.published("https://badges.example/.well-known/did.json"), what="it"
    )
    revoked = {
        one["publicKeyMultibase"]: one["revoked"]
        for one in document["verificationMethod"]
        if "revoked" in one
    }
    assert revoked == dict.fromkeys(stolen.values(), "2026-03-01T22:00:00Z")
    for form in (issued.forms.json, issued.forms.compact_jws):
        assert house.verify(form, now=NOTICED).verdict is Verdict.VERIFIED
    keys = house.published("https://badges.example/.well-known/jwks.json")
    assert not [one for one in stolen.values() if one.encode() in keys]


@ON_SQLITE
def test_a_stolen_list_key_makes_no_list_that_is_believed(house: House) -> None:
    issued = award(house, NOW)
    stolen = key_of(house, Purpose.STATUS_LIST)
    thief = stolen_signer(house, stolen)
    drill(house, stolen)
    (row,) = rows_of(house, StatusListRow)
    document = parse_json_object(house.published(row.url), what="a list")
    del document["proof"]
    made = sign_json(document, signer=thief, created=NOTICED)

    class Hijacked(PublishedDocuments):
        """What is published, with the thief's list in the place of ours."""

        def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
            return made if url == row.url else super().fetch(url, maximum_bytes=maximum_bytes)

    report = Verifier(Hijacked(house.database)).verify(issued.forms.json, now=NOTICED)
    assert report.verdict is not Verdict.VERIFIED
    assert house.verify(issued.forms.json, now=NOTICED).verdict is Verdict.VERIFIED


@ON_SQLITE
def test_the_drill_again_changes_nothing_and_another_moment_is_refused(house: House) -> None:
    award(house, NOW)
    stolen = key_of(house, Purpose.CREDENTIAL)
    first = drill(house, stolen)
    records = house.keystore.list()
    assert drill(house, stolen, now=NOTICED + HOUR).signs == first.signs
    assert house.keystore.list() == records
    with pytest.raises(ConflictError, match="is marked compromised since 2026-03-01T22:00:00Z"):
        drill(house, stolen, since=T - HOUR)
    assert house.keystore.list() == records


@ON_SQLITE
def test_a_successor_that_waits_takes_over_and_no_other_is_made(house: House) -> None:
    stolen = key_of(house, Purpose.CREDENTIAL)
    with house.database.read() as session:
        owner_issuer = load_issuer(session, house.issuer.id)
    rotation = Rotation(house.issuer.base_url, house.keystore)
    house.database.transact(
        lambda session: rotation.list_successors(
            session, [Owner(owner_issuer, Purpose.CREDENTIAL)], NOW, overlap=OVERLAP
        )
    )
    (waiting,) = [one for one in house.keystore.list() if one.state is State.PENDING]
    done = drill(house, stolen)
    assert done.signs is not None
    assert done.signs.key_id == waiting.key_id
    assert len(house.keystore.listed(Purpose.CREDENTIAL)) == 2


@ON_SQLITE
def test_a_key_that_signs_no_more_can_be_compromised_and_what_it_signed_later_falls(
    house: House,
) -> None:
    (first, second) = award(house, NOW), award(house, T)
    old = key_of(house, Purpose.CREDENTIAL)
    house.keystore.retire(old, now=T + HOUR)
    new = house.keystore.generate(Algorithm.EDDSA, purpose=Purpose.CREDENTIAL, now=T + HOUR)
    done = drill(house, old)
    assert house.verify(first.forms.json, now=NOTICED).verdict is Verdict.VERIFIED
    assert codes(house.verify(second.forms.json, now=NOTICED)) == {Code.KEY_REVOKED}
    assert done.signs is None  # the other was nobody's
    assert drill(house, new.key_id, now=NOTICED).owner is None


@ON_SQLITE
def test_what_cannot_be_is_refused_before_anything_is_changed(house: House) -> None:
    records = house.keystore.list()
    with pytest.raises(RefusedError, match="is in the future"):
        drill(house, records[0].key_id, since=NOTICED + HOUR)
    with pytest.raises(MissingError, match="this keystore has no key z6MkNone"):
        drill(house, "z6MkNone")
    assert house.keystore.list() == records


@ON_SQLITE
def test_the_key_of_receipts_is_replaced_too(house: House) -> None:
    old = house.keystore.generate(Algorithm.EDDSA, purpose=Purpose.RECEIPT, now=NOW)
    done = drill(house, old.key_id)
    assert done.signs is not None
    assert done.signs.purpose is Purpose.RECEIPT
    keys = parse_json_object(
        house.published("https://badges.example/.well-known/jwks.json"), what="the key set"
    )["keys"]
    assert len([one for one in keys if one.get("use") == "insignia-receipt"]) == 1
