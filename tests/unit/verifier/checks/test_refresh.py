"""Whether the issuer has a newer version: asked once, of what is proven, told and not counted."""

from collections.abc import Callable
from typing import Any

import pytest

from openbadges.errors import Code
from openbadges.identity import identity_hash
from openbadges.strict import Document
from tests.credentials import (
    CONTEXTS,
    STATUS_LIST,
    plain_credential,
    remove,
    replace,
    valid_credential,
)
from tests.world import (
    BADGES,
    BANK,
    EVIL,
    NOW,
    Internet,
    address_of,
    as_bytes,
    assert_verified,
    honest_internet,
    issued_by,
    status_list_document,
)
from verifier import Check, Finding, Outcome, Report, Verdict, Verifier
from verifier.cached_documents import CachedDocuments
from verifier.checks.refresh import SERVICE_TYPE

EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
URL = "https://badges.example/credentials/1"
SERVICE: Document = {"id": URL, "type": SERVICE_TYPE}


def _badge(**changes: Any) -> Document:  # noqa: ANN401 -- any JSON value
    contexts = {"@context": [*CONTEXTS, EXTENSIONS]}
    return valid_credential(**(contexts | {"refreshService": SERVICE} | changes))


PRESENTED = BADGES.sign(_badge())
LATER = {"validFrom": "2026-02-20T00:00:00Z", "validUntil": "2031-02-01T12:00:00Z"}


def _verify(answer: Any, presented: Any = PRESENTED, **changes: Any) -> tuple[Report, Internet]:  # noqa: ANN401 -- any answer
    internet = honest_internet()
    if answer is not None:
        internet.publish(URL, answer.encode() if isinstance(answer, str) else answer)
    return internet.verify(presented, **changes), internet


def _told(report: Report) -> Finding:
    (finding,) = report.of(Check.REFRESH)
    return finding


def test_a_newer_version_is_told_with_its_dates_and_the_verdict_is_of_what_was_presented() -> None:
    report, internet = _verify(BADGES.sign(_badge(**LATER)))
    assert_verified(report)
    assert _told(report).outcome is Outcome.PASSED
    assert "newer version" in _told(report).sentence
    assert "until 2031-02-01" in _told(report).sentence
    assert report.credential["validUntil"] == "2029-02-01T12:00:00Z"
    assert report.newer_version is not None
    assert report.newer_version["validUntil"] == LATER["validUntil"]
    assert internet.fetched == {address_of(BADGES): 1, STATUS_LIST: 1, URL: 1}


def test_a_newer_version_does_not_make_an_expired_badge_good() -> None:
    expired = BADGES.sign(_badge(validUntil="2026-02-15T00:00:00Z"))
    report, _ = _verify(BADGES.sign(_badge(**LATER)), expired)
    assert report.verdict is Verdict.REJECTED
    assert _told(report).outcome is Outcome.PASSED


def test_a_newer_version_as_a_token_is_a_version_too() -> None:
    report, _ = _verify(BADGES.sign_jws(_badge(**LATER)))
    assert "newer version" in _told(report).sentence


@pytest.mark.parametrize("form", [BADGES.sign, BADGES.sign_jws], ids=["JSON", "a token"])
def test_the_same_version_is_no_newer_one_whatever_its_form(
    form: Callable[[Document], Document | str],
) -> None:
    report, _ = _verify(form(_badge()))
    assert _told(report).outcome is Outcome.PASSED
    assert "no newer version" in _told(report).sentence
    assert report.newer_version is None


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"validFrom": "2026-01-01T00:00:00Z"}, id="an earlier start"),
        pytest.param({"name": "Another name"}, id="the same start"),
    ],
)
def test_a_version_that_does_not_begin_later_is_no_newer_one(changes: Document) -> None:
    report, _ = _verify(BADGES.sign(_badge(**changes)))
    assert_verified(report)
    assert (_told(report).outcome, _told(report).code) == (Outcome.UNKNOWN, Code.STALE)
    assert report.newer_version is None


@pytest.mark.parametrize(
    ("newer", "code"),
    [
        pytest.param(
            BADGES.sign(_badge(**LATER | {"validUntil": "2026-02-25T00:00:00Z"})),
            Code.EXPIRED,
            id="expired",
        ),
        pytest.param(
            BADGES.sign(_badge(validFrom="2027-01-01T00:00:00Z")), Code.NOT_YET_VALID, id="not yet"
        ),
        pytest.param(
            BADGES.sign(replace(_badge(**LATER), "credentialStatus.statusListIndex", "7")),
            Code.REVOKED,
            id="revoked",
        ),
    ],
)
def test_a_newer_version_that_is_not_valid_is_told_and_not_offered(
    newer: Document, code: Code
) -> None:
    internet = honest_internet()
    internet.publish(STATUS_LIST, BADGES.sign(status_list_document(revoked=[7])))
    internet.publish(URL, newer)
    report = internet.verify(PRESENTED)
    assert_verified(report)
    assert (_told(report).outcome, _told(report).code) == (Outcome.FAILED, code)
    assert report.newer_version is None


def test_a_newer_version_whose_status_nobody_knows_is_told_and_not_offered() -> None:
    status = _badge()["credentialStatus"] | {
        "statusListCredential": "https://badges.example/gone",
        "id": "https://badges.example/gone#1",
    }
    report, _ = _verify(BADGES.sign(_badge(credentialStatus=status, **LATER)))
    assert _told(report).outcome is Outcome.UNKNOWN
    assert report.newer_version is None


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        pytest.param(BADGES.sign(_badge(id="urn:uuid:other", **LATER)), Code.DATA_MODEL, id="id"),
        pytest.param(BANK.sign(issued_by(BANK, id=PRESENTED["id"])), Code.ISSUER_MISMATCH, id="by"),
        pytest.param(EVIL.sign(_badge(**LATER)), Code.ISSUER_MISMATCH, id="an impostor's"),
        pytest.param(
            BADGES.sign(replace(_badge(**LATER), "credentialSubject.id", "did:key:zOther")),
            Code.RECIPIENT_MISMATCH,
            id="about somebody else",
        ),
        pytest.param(
            BADGES.sign(remove(_badge(**LATER), "credentialSubject.id")),
            Code.RECIPIENT_MISMATCH,
            id="about nobody by name",
        ),
        pytest.param(
            BADGES.sign(status_list_document(id=PRESENTED["id"])), Code.DATA_MODEL, id="a list"
        ),
        pytest.param(BADGES.sign(_badge()) | LATER, Code.PROOF, id="changed"),
        pytest.param(_badge(**LATER), Code.UNSIGNED, id="unsigned"),
    ],
)
def test_another_credential_or_a_forged_one_is_no_version(answer: Document, code: Code) -> None:
    report, _ = _verify(answer)
    assert_verified(report)
    assert (_told(report).outcome, _told(report).code) == (Outcome.FAILED, code)
    assert report.newer_version is None


ADDRESS = "a@example.com"
SOMEBODY_ELSE = {
    "type": "IdentityObject",
    "hashed": False,
    "identityHash": "b@example.com",
    "identityType": "emailAddress",
}


def test_a_version_is_of_the_recipient_whom_the_caller_expects() -> None:
    newer = _badge(**LATER)
    report, _ = _verify(BADGES.sign(newer), recipient=ADDRESS)
    assert report.newer_version is not None
    newer["credentialSubject"]["identifier"] = [SOMEBODY_ELSE]
    report, _ = _verify(BADGES.sign(newer), recipient=ADDRESS)
    assert_verified(report)
    assert (_told(report).outcome, _told(report).code) == (Outcome.FAILED, Code.RECIPIENT_MISMATCH)
    assert report.newer_version is None


def test_who_is_named_by_an_identifier_alone_is_told_by_it_or_by_whom_the_caller_expects() -> None:
    presented = BADGES.sign(remove(_badge(), "credentialSubject.id"))
    newer = remove(_badge(**LATER), "credentialSubject.id")
    newer["credentialSubject"]["achievement"]["name"] = "Another name"
    report, _ = _verify(BADGES.sign(newer), presented)
    assert report.newer_version is not None
    salted = {"identityHash": identity_hash(ADDRESS, "another salt"), "salt": "another salt"}
    newer["credentialSubject"]["identifier"] = [SOMEBODY_ELSE | {"hashed": True} | salted]
    report, _ = _verify(BADGES.sign(newer), presented)
    assert (_told(report).outcome, _told(report).code) == (Outcome.UNKNOWN, Code.RECIPIENT_MISMATCH)
    assert report.newer_version is None
    report, _ = _verify(BADGES.sign(newer), presented, recipient=ADDRESS)
    assert report.newer_version is not None


def test_the_two_names_of_the_class_of_badges_are_one() -> None:
    newer = _badge(type=["VerifiableCredential", "AchievementCredential"], **LATER)
    report, _ = _verify(BADGES.sign(newer))
    assert report.newer_version is not None


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(None, id="nothing"),
        pytest.param(b"<html>SECRET", id="a page"),
        pytest.param(b"", id="no bytes"),
        pytest.param(b"{", id="half a document"),
        pytest.param(b'"x"', id="a text"),
    ],
)
def test_a_service_that_does_not_answer_leaves_it_open_and_changes_nothing(answer: Any) -> None:  # noqa: ANN401 -- any answer
    report, _ = _verify(answer)
    assert_verified(report)
    assert (_told(report).outcome, _told(report).code) == (Outcome.UNKNOWN, Code.RETRIEVAL)
    assert "SECRET" not in _told(report).sentence


@pytest.mark.parametrize(
    "url", ["http://badges.example/1", "https://127.0.0.1/", "urn:uuid:1", "file:///etc/passwd"]
)
def test_e1_a_service_at_an_address_that_is_never_fetched_is_told(url: str) -> None:
    report, _ = _verify(None, BADGES.sign(_badge(refreshService=SERVICE | {"id": url})))
    assert_verified(report)
    assert _told(report).outcome is Outcome.UNKNOWN


def test_a_service_without_an_address_is_told() -> None:
    document = plain_credential(
        **{"@context": [CONTEXTS[0], EXTENSIONS]},
        issuer=EVIL.id,
        refreshService={"type": SERVICE_TYPE},
    )
    report = Internet().verify(EVIL.sign(document))
    assert_verified(report)
    assert (_told(report).outcome, _told(report).code) == (Outcome.FAILED, Code.DATA_MODEL)


def test_a_version_is_not_refreshed_again() -> None:
    third = "https://badges.example/credentials/2"
    newer = BADGES.sign(_badge(refreshService=SERVICE | {"id": third}, **LATER))
    report, internet = _verify(newer)
    assert "newer version" in _told(report).sentence
    assert third not in internet.fetched


def test_one_service_is_asked_of_several() -> None:
    services = [SERVICE, SERVICE | {"id": f"{URL}/2"}]
    document = plain_credential(
        **{"@context": [CONTEXTS[0], EXTENSIONS]}, issuer=EVIL.id, refreshService=services
    )
    report, internet = _verify(None, EVIL.sign(document))
    assert_verified(report)
    assert len(report.of(Check.REFRESH)) == 1
    assert sum(internet.fetched[str(service["id"])] for service in services) == 1


@pytest.mark.parametrize(
    "presented",
    [
        pytest.param(PRESENTED | {"name": "Changed"}, id="changed"),
        pytest.param(_badge(), id="unsigned"),
        pytest.param(EVIL.sign(_badge()), id="an impostor's"),
    ],
)
def test_no_service_is_asked_for_what_nobody_proved(presented: Document) -> None:
    report, internet = _verify(PRESENTED, presented)
    assert report.verdict is Verdict.REJECTED
    assert not report.of(Check.REFRESH)
    assert URL not in internet.fetched


def test_a_caller_can_keep_the_issuer_from_learning_that_a_badge_is_checked() -> None:
    report, internet = _verify(PRESENTED, refreshes=False)
    assert_verified(report)
    assert not report.of(Check.REFRESH)
    assert URL not in internet.fetched


def test_j8_a_service_that_was_asked_is_not_told_of_the_next_check() -> None:
    internet = honest_internet()
    internet.publish(URL, PRESENTED)
    verifier = Verifier(CachedDocuments(internet))
    for _ in range(3):
        assert_verified(verifier.verify(as_bytes(PRESENTED), now=NOW))
    assert internet.fetched[URL] == 1


def test_a_badge_that_names_no_service_has_no_finding_on_it() -> None:
    report, _ = _verify(None, BADGES.sign(valid_credential()))
    assert not report.of(Check.REFRESH)
