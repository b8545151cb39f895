"""The main job on every database: award, store, verify, revoke, publish, verify again."""

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from issuer.award import Evidence, parse_recipient
from issuer.issuance_log import DatabaseIssuanceLog
from issuer.policy import HOLD
from issuer.publication import PublishedDocuments
from issuer.recipients import unseal
from issuer.revocation import revoke
from issuer.signing import sign_forms
from issuer.standing import earlier_awards
from issuer.tables import (
    AwardRow,
    AwardState,
    CredentialRow,
    CredentialState,
    DidMethod,
    Edition,
    RevocationRow,
)
from keys import Purpose
from openbadges.errors import Code, MalformedError, MissingError, RefusedError
from openbadges.jose import parse_compact_jws
from openbadges.jsonld import canonicalize
from openbadges.strict import parse_json_object
from storage.columns import Row
from tests.issuing import EVIDENCE, NOW, ON_SQLITE, House
from verifier import Check, OnRecord, Outcome, Report, Verdict, Verifier

METHODS = list(DidMethod)
FULL: dict[str, Any] = {"evidence": (EVIDENCE,)}


def credentials(house: House) -> Sequence[CredentialRow]:
    with house.database.read() as session:
        return session.scalars(select(CredentialRow).order_by(CredentialRow.edition)).all()


def count(house: House, table: type[Row]) -> int:
    with house.database.read() as session:
        return len(session.scalars(select(table)).all())


def codes(report: Report) -> Collection[Code]:
    return {finding.code for finding in report.findings if finding.outcome is Outcome.FAILED}


@pytest.mark.parametrize("method", METHODS)
def test_both_forms_of_every_edition_verify_with_what_is_published(
    make_house: Callable[..., House], method: DidMethod
) -> None:
    house = make_house(method)
    issued = house.issue(**FULL)
    assert [one.edition for one in issued] == [Edition.PLAIN, Edition.FULL]
    for one in issued:
        proof, jws = (house.verify(form) for form in (one.forms.json, one.forms.compact_jws))
        assert (proof.verdict, jws.verdict) == (Verdict.VERIFIED, Verdict.VERIFIED)
        assert canonicalize(proof.credential) == canonicalize(jws.credential)
        assert proof.credential["id"] == one.url


@ON_SQLITE
@pytest.mark.parametrize("method", METHODS)
def test_a_status_entry_is_one_object_with_an_id(
    make_house: Callable[..., House], method: DidMethod
) -> None:
    house = make_house(method)
    (issued,) = house.issue()
    entry = parse_json_object(issued.forms.json, what="it")["credentialStatus"]
    (row,) = credentials(house)
    url = entry["statusListCredential"]
    assert entry == {
        "id": f"{url}#{row.status_index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(row.status_index),
        "statusListCredential": url,
    }
    assert url.startswith(house.issuer.base_url)


def test_the_rows_hold_what_was_released_and_nothing_of_the_person_in_clear(house: House) -> None:
    plain, full = house.issue(**FULL, recipient=parse_recipient("learner@example.org"))
    rows = {row.edition: row for row in credentials(house)}
    for one in (plain, full):
        row = rows[one.edition]
        assert (row.id, row.credential_url) == (one.id, one.url)
        assert (row.json_bytes, row.jws_bytes) == (one.forms.json, one.forms.compact_jws)
        assert row.state is CredentialState.SIGNED
        assert (row.reserved_at, row.recorded_at, row.released_at) == (NOW, NOW, NOW)
        assert row.visible_from == NOW + HOLD
    with house.database.read() as session:
        award = session.scalars(select(AwardRow)).one()
    assert award.state is AwardState.ISSUED
    assert award.recipient_identifier is None  # nothing is due any more
    assert award.details is not None
    assert b"wikimedia" not in award.details
    details = unseal(award.details, house.keystore, bound_to=award.id)
    assert str(EVIDENCE.url) in details


@ON_SQLITE
def test_editions_of_one_award_share_neither_id_nor_index_nor_subject(house: House) -> None:
    documents = [parse_json_object(one.forms.json, what="it") for one in house.issue(**FULL)]
    for unlike in (
        {document["id"] for document in documents},
        {document["credentialStatus"]["id"] for document in documents},
        {document["credentialSubject"]["id"] for document in documents},
        {document["credentialSubject"]["identifier"][0]["salt"] for document in documents},
    ):
        assert len(unlike) == len(documents) == 2


@ON_SQLITE
def test_a_did_web_issuer_signs_its_jws_with_its_p256_key_and_its_list_with_a_third(
    house: House,
) -> None:
    (issued,) = house.issue()
    document = parse_json_object(issued.forms.json, what="it")
    header = parse_compact_jws(issued.forms.compact_jws.decode()).header
    status_list = house.published(document["credentialStatus"]["statusListCredential"])
    methods = {
        Purpose.CREDENTIAL: document["proof"]["verificationMethod"],
        Purpose.CREDENTIAL_JWS: header["kid"],
        Purpose.STATUS_LIST: parse_json_object(status_list, what="it")["proof"][
            "verificationMethod"
        ],
    }
    assert header["alg"] == "ES256"
    assert methods == {key.purpose: key.method for key in house.issuer.keys}
    assert len(set(methods.values())) == 3


@ON_SQLITE
def test_a_did_key_issuer_signs_everything_with_its_one_key(
    make_house: Callable[..., House],
) -> None:
    house = make_house(DidMethod.KEY)
    (issued,) = house.issue()
    document = parse_json_object(issued.forms.json, what="it")
    header = parse_compact_jws(issued.forms.compact_jws.decode()).header
    status_list = house.published(document["credentialStatus"]["statusListCredential"])
    assert header["alg"] == "EdDSA"
    assert (
        header["kid"]
        == document["proof"]["verificationMethod"]
        == parse_json_object(status_list, what="it")["proof"]["verificationMethod"]
    )


def test_a_revocation_is_seen_when_it_is_published_and_not_before(house: House) -> None:
    (issued,), (other,) = house.issue(), house.issue()
    house.revoke(issued.url)
    assert house.verify(issued.forms.json).verdict is Verdict.VERIFIED
    assert house.publish() == 1
    for form in (issued.forms.json, issued.forms.compact_jws):
        report = house.verify(form)
        assert (report.verdict, codes(report)) == (Verdict.REJECTED, {Code.REVOKED})
    assert house.verify(other.forms.json).verdict is Verdict.VERIFIED


def test_all_editions_of_an_award_are_revoked_together(house: House) -> None:
    plain, full = house.issue(**FULL)
    house.revoke(full.id)
    house.publish()
    for one in (plain, full):
        assert codes(house.verify(one.forms.json)) == {Code.REVOKED}
    with house.database.read() as session:
        assert session.scalars(select(AwardRow)).one().state is AwardState.REVOKED


def test_revoking_again_changes_nothing(house: House) -> None:
    (issued,) = house.issue()
    house.revoke(issued.url, reason="the first")
    house.publish()
    house.revoke(issued.id, reason="the second", now=NOW + timedelta(hours=1))
    assert house.publish(now=NOW + timedelta(hours=1)) == 0
    with house.database.read() as session:
        row = session.scalars(select(RevocationRow)).one()
    assert (row.reason, row.revoked_at, row.published_at) == ("the first", NOW, NOW)


@ON_SQLITE
@pytest.mark.parametrize(
    "reference",
    [
        pytest.param("nonsense", id="no id at all"),
        pytest.param("00000000-0000-4000-8000-000000000000", id="an unknown UUID"),
        pytest.param("https://badges.example/credentials/1", id="an unknown address"),
        pytest.param("https://elsewhere.example/1", id="another issuer's"),
    ],
)
def test_what_was_not_issued_here_cannot_be_revoked(house: House, reference: str) -> None:
    house.issue()
    with pytest.raises(MissingError):
        house.revoke(reference)
    assert count(house, RevocationRow) == 0


@ON_SQLITE
@pytest.mark.parametrize(
    ("reason", "complaint"),
    [
        pytest.param("", "1 to 500 characters; found 0", id="nothing"),
        pytest.param("  ", "1 to 500 characters; found 2", id="blanks"),
        pytest.param("x" * 501, "1 to 500 characters; found 501", id="too long"),
        pytest.param("a\x0bb", "has a control character in it", id="a control"),
    ],
)
def test_a_revocation_needs_a_reason(house: House, reason: str, complaint: str) -> None:
    (issued,) = house.issue()
    with pytest.raises(RefusedError, match=complaint):
        house.revoke(issued.url, reason=reason)
    assert count(house, RevocationRow) == 0


@ON_SQLITE
def test_who_revoked_and_why_stays_in_the_record_alone(house: House) -> None:
    (issued,) = house.issue()
    with house.database.write() as session:
        revoke(session, issued.id, reason="a private matter", now=NOW, revoked_by="the trainer")
    house.publish()
    entry = parse_json_object(issued.forms.json, what="it")["credentialStatus"]
    assert b"private" not in house.published(entry["statusListCredential"])
    with house.database.read() as session:
        assert session.scalars(select(RevocationRow)).one().revoked_by == "the trainer"


def test_an_award_that_is_not_permitted_leaves_nothing_behind(house: House) -> None:
    for reference, changes in (
        ("draft", {}),
        ("first-edits", {}),
        ("wiki-friend", {"valid_until": NOW}),
        ("wiki-friend", {"language": "pt"}),
    ):
        with pytest.raises((RefusedError, MissingError)):
            house.issue(reference, **changes)
    assert count(house, AwardRow) == count(house, CredentialRow) == 0


@ON_SQLITE
def test_nothing_is_signed_that_fails_the_lint(house: House) -> None:
    with pytest.raises(MalformedError, match="has a control character in it"):
        house.issue(evidence=(Evidence(None, "pasted\x0btext"),))
    for row in credentials(house):
        assert row.state is CredentialState.RESERVED
        assert row.unsigned_document is row.json_bytes is row.jws_bytes is None
    assert house.cycle.finish_recorded(now=NOW) == 0


def test_an_award_that_the_lint_refuses_keeps_nothing_of_the_person(house: House) -> None:
    with pytest.raises(MalformedError, match="has a control character in it"):
        house.issue(evidence=(Evidence(None, "pasted\x0btext"),))
    with house.database.read() as session:
        award = session.scalars(select(AwardRow)).one()
    assert award.recipient_identifier is award.details is None


@ON_SQLITE
def test_a_key_that_stopped_signing_awards_nothing_and_reserves_nothing(house: House) -> None:
    house.issue()
    key_id = house.issuer.signing_key(Purpose.CREDENTIAL_JWS, house.keystore).key_id
    house.keystore.retire(key_id, now=NOW)
    with pytest.raises(RefusedError, match="is retired, and only an active key signs"):
        house.issue()
    assert count(house, CredentialRow) == 1


@ON_SQLITE
def test_a_badge_of_tomorrow_is_issued_and_not_yet_valid(house: House) -> None:
    tomorrow = NOW + timedelta(days=1)
    (issued,) = house.issue(valid_from=tomorrow, valid_until=tomorrow + timedelta(days=1))
    assert codes(house.verify(issued.forms.json)) == {Code.NOT_YET_VALID}
    assert house.verify(issued.forms.json, now=tomorrow).verdict is Verdict.VERIFIED
    assert codes(house.verify(issued.forms.json, now=tomorrow + timedelta(days=2))) == {
        Code.EXPIRED
    }


@ON_SQLITE
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_badge_is_issued_in_the_language_of_the_award(house: House, language: str) -> None:
    (issued,) = house.issue(language=language)
    credential = house.verify(issued.forms.json).credential
    assert credential["credentialSubject"]["achievement"]["inLanguage"] == language


@ON_SQLITE
def test_the_recipient_is_found_in_the_badge_by_who_knows_the_identifier(house: House) -> None:
    (issued,) = house.issue(recipient=parse_recipient("Learner@Example.org"))
    verifier = Verifier(PublishedDocuments(house.database))
    for expected, verdict in (
        ("learner@example.org", Verdict.VERIFIED),
        ("other@example.org", Verdict.REJECTED),
    ):
        report = verifier.verify(issued.forms.json, now=NOW, expected_recipient=expected)
        assert report.verdict is verdict


@ON_SQLITE
def test_the_log_knows_what_we_signed_and_a_stolen_key_cannot_write_in_it(house: House) -> None:
    (issued,) = house.issue()
    log = DatabaseIssuanceLog(house.database)
    verifier = Verifier(PublishedDocuments(house.database), issuance_log=log)
    for form in (issued.forms.json, issued.forms.compact_jws):
        report = verifier.verify(form, now=NOW)
        assert report.verdict is Verdict.VERIFIED
        assert report.of(Check.ISSUANCE_LOG)
    unsigned = parse_json_object(issued.forms.json, what="it")
    del unsigned["proof"]
    signer = house.issuer.signer(Purpose.CREDENTIAL, house.keystore)
    for forged in (
        unsigned | {"name": "Something better"},
        unsigned | {"id": "https://badges.example/credentials/another"},
    ):
        forms = sign_forms(forged, data_integrity=signer, jws=signer, created=NOW)
        report = verifier.verify(forms.json, now=NOW)
        assert (report.verdict, codes(report)) == (Verdict.REJECTED, {Code.NOT_IN_ISSUER_LOG})
        assert house.verify(forms.json).verdict is Verdict.VERIFIED


def test_the_log_speaks_for_our_own_issuers_alone(house: House) -> None:
    (issued,) = house.issue()
    log = DatabaseIssuanceLog(house.database)
    (row,) = credentials(house)
    recorded = OnRecord(frozenset({row.unsigned_sha256 or ""}))
    assert log.issued(house.issuer.did, issued.url) == recorded
    assert log.issued(house.issuer.did, "urn:uuid:unknown") == OnRecord()
    assert log.issued("did:web:elsewhere.example", issued.url) is None


def test_what_a_person_was_awarded_before_is_found_without_what_was_revoked(house: House) -> None:
    learner = parse_recipient("learner@example.org")
    for day in (2, 1, 3):
        house.issue(recipient=learner, valid_from=NOW - timedelta(days=day))
    house.issue(recipient=parse_recipient("other@example.org"))
    house.issue("brief", recipient=learner)
    with house.database.read() as session:
        awards = session.scalars(select(AwardRow).where(AwardRow.badge_class == "wiki-friend"))
        oldest = min(awards, key=lambda award: award.valid_from)
        hashed = oldest.recipient_hash
        query = select(CredentialRow.id).where(CredentialRow.award_id == oldest.id)
        credential_id = session.scalars(query).one()
    house.revoke(credential_id)
    with house.database.read() as session:
        earlier = earlier_awards(session, house.issuer.id, "wiki-friend", hashed)
    assert earlier == (NOW - timedelta(days=2), NOW - timedelta(days=1))
