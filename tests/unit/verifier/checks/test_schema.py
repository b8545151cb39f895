"""The schemas that a credential names are applied once its issuer is proven."""

import json
from typing import Any

import pytest

from openbadges.errors import Code
from openbadges.schemas.named import CARRIED
from openbadges.strict import Document
from tests.credentials import CONTEXTS, ISSUER, STATUS_LIST, plain_credential, valid_credential
from tests.world import (
    BADGES,
    EVIL,
    NOW,
    Internet,
    address_of,
    assert_refused,
    assert_verified,
    honest_internet,
)
from verifier import Check, Outcome, Report, Verdict, Verifier
from verifier.checks.schema import MAXIMUM_SCHEMA_BYTES, MAXIMUM_SCHEMAS, SCHEMA_TYPE
from verifier.policy import DEFAULT_POLICY

EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
URL = "https://schemas.example/badge.json"
ASKS_FOR_A_NAME: Document = {"required": ["name", "proof"]}
ASKS_FOR_A_GRADE: Document = {"properties": {"credentialSubject": {"required": ["grade"]}}}
ACHIEVEMENT, PROFILE = sorted(CARRIED)


def _named(*urls: str, of_type: str = SCHEMA_TYPE) -> Document:
    return valid_credential(
        **{"@context": [*CONTEXTS, EXTENSIONS]},
        credentialSchema=[{"id": url, "type": of_type} for url in urls],
    )


def _verify(schema: Any, *urls: str, **changes: Any) -> tuple[Report, Internet]:  # noqa: ANN401 -- any JSON value
    internet = honest_internet()
    if schema is not None:
        internet.publish(URL, schema)
    return internet.verify(BADGES.sign(_named(*urls or (URL,))), **changes), internet


def test_a_badge_as_its_schema_asks_is_verified() -> None:
    report, internet = _verify(ASKS_FOR_A_NAME)
    assert_verified(report)
    assert [finding.outcome for finding in report.of(Check.SCHEMA)] == [Outcome.PASSED]
    assert internet.fetched[URL] == 1


def test_a_badge_that_its_schema_refuses_is_rejected() -> None:
    report, _ = _verify(ASKS_FOR_A_GRADE)
    assert_refused(report, Verdict.REJECTED, Code.SCHEMA)
    assert "refuses it" in report.of(Check.SCHEMA)[0].sentence


def test_the_published_schemas_are_applied_without_being_fetched() -> None:
    report, internet = _verify(None, ACHIEVEMENT)
    assert_verified(report)
    assert report.of(Check.SCHEMA)[0].outcome is Outcome.PASSED
    assert internet.fetched == {address_of(BADGES): 1, STATUS_LIST: 1}


def test_a_badge_is_no_profile_and_a_schema_that_says_so_rejects_it() -> None:
    report, _ = _verify(None, PROFILE)
    assert_refused(report, Verdict.REJECTED, Code.SCHEMA)


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param(None, id="nothing answers"),
        pytest.param(b"<html>", id="a page"),
        pytest.param(b"true", id="no object"),
        pytest.param(b'{"required": ["x"], "required": []}', id="one key twice"),
        pytest.param(b'{"x": "' + b"x" * MAXIMUM_SCHEMA_BYTES + b'"}', id="too much"),
        pytest.param({"$ref": "https://evil.example/s"}, id="a reference elsewhere"),
        pytest.param({"type": "badge"}, id="no schema"),
        pytest.param({"$ref": "#"}, id="itself"),
        pytest.param({"properties": {"x": {"unevaluatedItems": False}}}, id="what is left"),
    ],
)
def test_a_schema_that_cannot_be_applied_is_told_and_decides_nothing(schema: Any) -> None:  # noqa: ANN401 -- any answer
    report, internet = _verify(schema)
    assert_verified(report)
    assert report.of(Check.SCHEMA)[0].outcome is Outcome.UNKNOWN
    assert internet.fetched == {address_of(BADGES): 1, STATUS_LIST: 1, URL: 1}


@pytest.mark.parametrize("url", ["http://schemas.example/s", "file:///etc/passwd", "urn:x:y"])
def test_e1_a_schema_at_an_address_that_is_never_fetched_is_told(url: str) -> None:
    report = honest_internet().verify(BADGES.sign(_named(url)))
    assert_verified(report)
    assert report.of(Check.SCHEMA)[0].outcome is Outcome.UNKNOWN


def test_a_schema_of_another_type_is_told_and_not_asked_for() -> None:
    document = plain_credential(issuer=EVIL.id, credentialSchema={"id": URL, "type": "JsonSchema"})
    internet = Internet()
    report = internet.verify(EVIL.sign(document))
    assert_verified(report)
    assert report.of(Check.SCHEMA)[0].outcome is Outcome.UNKNOWN
    assert not internet.fetched


def test_one_schema_that_refuses_weighs_more_than_one_that_accepts() -> None:
    internet = honest_internet()
    internet.publish(URL, ASKS_FOR_A_NAME)
    internet.publish(URL + "2", ASKS_FOR_A_GRADE)
    report = internet.verify(BADGES.sign(_named(URL, URL + "2")))
    assert_refused(report, Verdict.REJECTED, Code.SCHEMA)


def test_e15_more_schemas_than_any_honest_badge_names_are_not_asked_for() -> None:
    urls = [f"{URL}?{number}" for number in range(MAXIMUM_SCHEMAS + 1)]
    report, internet = _verify(None, *urls)
    assert_verified(report)
    assert len(report.of(Check.SCHEMA)) == 1
    assert internet.fetched == {address_of(BADGES): 1, STATUS_LIST: 1}


def test_no_schema_is_fetched_for_what_nobody_proved() -> None:
    internet = honest_internet()
    internet.publish(URL, ASKS_FOR_A_NAME)
    report = internet.verify(BADGES.sign(_named(URL)) | {"name": "Changed"})
    assert report.verdict is Verdict.REJECTED
    assert URL not in internet.fetched


def test_no_schema_is_fetched_for_an_impostor() -> None:
    internet = honest_internet()
    report = internet.verify(EVIL.sign(_named(URL)))
    assert_refused(report, Verdict.REJECTED, Code.ISSUER_MISMATCH)
    assert URL not in internet.fetched


def test_a_token_is_judged_by_what_it_carries() -> None:
    internet = honest_internet()
    internet.publish(URL, {"required": ["credentialSubject"], "properties": {"proof": False}})
    assert_verified(internet.verify(BADGES.sign_jws(_named(URL))))
    internet.publish(URL, ASKS_FOR_A_GRADE)
    report = internet.verify(BADGES.sign_jws(_named(URL)))
    assert_refused(report, Verdict.REJECTED, Code.SCHEMA)


def test_a_policy_without_conformance_does_not_ask_for_schemas_either() -> None:
    policy = DEFAULT_POLICY.without([Check.CONFORMANCE])
    report, _ = _verify(ASKS_FOR_A_GRADE, policy=policy)
    assert report.verdict is Verdict.VERIFIED


def test_what_stands_in_a_document_is_not_repeated_by_the_refusal() -> None:
    internet = honest_internet()
    internet.publish(URL, {"properties": {"name": {"const": "SECRET"}}})
    report = Verifier(internet).verify(
        json.dumps(BADGES.sign(_named(URL) | {"name": "<script>"})).encode(), now=NOW
    )
    told = report.of(Check.SCHEMA)[0].sentence
    assert "SECRET" not in told
    assert "script" not in told
    assert ISSUER not in told
