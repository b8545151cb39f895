"""Who the issuer is: known by name here, known to a registry, or not known."""

import json

import pytest

from openbadges.errors import Code
from tests.credentials import valid_credential
from tests.world import (
    BADGES,
    EVIL,
    NOW,
    Internet,
    assert_verified,
    honest_internet,
    issued_by,
)
from verifier import Check, Finding, Outcome, Verdict
from verifier.checks.trust import check_trust
from verifier.known_issuers import MAXIMUM_REGISTRY_BYTES
from verifier.resolver import WorldResolver
from verifier.trust import KnownIssuer, KnownRegistry, TrustRegistry
from verifier.world import World

FIRST = KnownRegistry("Consortium", "https://registry.example/registry.json", "#336699")
SECOND = KnownRegistry("Sandbox", "https://sandbox.example/registry.json")
ENTRY = {"name": "A school", "location": "Somewhere", "url": "https://school.example"}
HERE = {BADGES.id: KnownIssuer("Example User Group", "#00aa00")}


def _registry(**entries: object) -> dict[str, object]:
    return {"meta": {"created": "2020-12-02T02:32:16+0000"}, "registry": entries}


def _ask(
    issuer: object, internet: Internet, *registries: KnownRegistry, **here: KnownIssuer
) -> tuple[Finding, KnownIssuer | None]:
    trust = TrustRegistry(here, registries)
    world = World(now=NOW, source=internet, resolver=WorldResolver(internet), trust=trust)
    return check_trust({"issuer": issuer}, world)


def test_a_known_issuer_is_told_by_the_name_that_we_know() -> None:
    internet = Internet()
    finding, known = _ask({"id": BADGES.id, "name": "Me"}, internet, FIRST, **HERE)
    assert finding.outcome is Outcome.PASSED
    assert finding.sentence == "the issuer is known here as Example User Group"
    assert known == HERE[BADGES.id]
    assert not internet.fetched


@pytest.mark.parametrize("issuer", ["did:web:other.example", {"name": "Example User Group"}, None])
def test_an_unknown_issuer_is_unknown_and_not_wrong(issuer: object) -> None:
    finding, known = _ask(issuer, Internet(), **HERE)
    assert (finding.outcome, finding.code) == (Outcome.UNKNOWN, Code.ISSUER_UNKNOWN)
    assert known is None


def test_an_issuer_that_a_registry_knows_is_told_with_the_registry() -> None:
    internet = Internet()
    internet.publish(FIRST.url, _registry(**{EVIL.id: ENTRY}))
    finding, known = _ask(EVIL.id, internet, FIRST, **HERE)
    assert finding.sentence == "the issuer is known to the registry Consortium as A school"
    assert known == KnownIssuer("A school", "#336699", registry="Consortium")


def test_the_first_registry_that_knows_an_issuer_names_it() -> None:
    internet = Internet()
    internet.publish(FIRST.url, _registry(**{BADGES.id: ENTRY}))
    internet.publish(SECOND.url, _registry(**{EVIL.id: ENTRY, BADGES.id: {"name": "Other"}}))
    assert "Consortium" in _ask(BADGES.id, internet, FIRST, SECOND)[0].sentence
    assert internet.fetched == {FIRST.url: 1}
    assert "Sandbox" in _ask(EVIL.id, internet, FIRST, SECOND)[0].sentence


def test_an_issuer_that_no_registry_knows_is_unknown() -> None:
    internet = Internet()
    internet.publish(FIRST.url, _registry(**{BADGES.id: ENTRY}))
    finding, _ = _ask(EVIL.id, internet, FIRST)
    assert (finding.outcome, finding.code) == (Outcome.UNKNOWN, Code.ISSUER_UNKNOWN)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(None, id="nothing"),
        pytest.param(b"<html>", id="a page"),
        pytest.param(b"[]", id="an array"),
        pytest.param(b'{"registry": ["did:key:z"]}', id="a list"),
        pytest.param(b'{"registry": {}, "registry": {}}', id="one key twice"),
        pytest.param(b'{"registry": {"%s": "A school"}}', id="a name alone"),
        pytest.param(b'{"registry": {"%s": {}}}', id="no name"),
        pytest.param(b'{"registry": {"%s": {"name": "a\\nb"}}}', id="two lines"),
        pytest.param(b'{"registry": {"%s": {"name": "a\\u202eb"}}}', id="letters turned round"),
        pytest.param(b'{"registry": {}, "x": "' + b"x" * MAXIMUM_REGISTRY_BYTES, id="too much"),
    ],
)
def test_a_registry_that_cannot_be_read_leaves_it_open_and_rejects_nobody(
    answer: bytes | None,
) -> None:
    internet = Internet()
    if answer is not None:
        internet.publish(FIRST.url, answer.replace(b"%s", EVIL.id.encode()))
    finding, known = _ask(EVIL.id, internet, FIRST)
    assert (finding.outcome, finding.code) == (Outcome.UNKNOWN, Code.RETRIEVAL)
    assert known is None


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("\u202eloohcs A", id="turned round"),
        pytest.param("A\u200bschool", id="a blank of no width"),
        pytest.param("A sch\u200dool", id="a joiner in Latin letters"),
        pytest.param("A sch\u200cool", id="a non-joiner in Latin letters"),
        pytest.param("A school\u200c", id="a joiner at the end"),
        pytest.param("\u200d\u0915", id="a joiner at the start"),
        pytest.param("\u0648\u200d\u067e", id="a joiner that joins nothing"),
        pytest.param("\u061cA school", id="an Arabic mark"),
        pytest.param("A\u00adschool", id="a soft hyphen"),
        pytest.param("A school\U000e0041", id="a tag"),
        pytest.param("A school\ue000", id="private"),
        pytest.param("A \x85school", id="a control"),
        pytest.param("A\u3164school", id="a blank letter"),
        pytest.param("\u2800", id="a blank pattern"),
        pytest.param("\u2800 -\u00b7", id="no letter"),
        pytest.param("\u0301", id="an accent alone"),
    ],
)
def test_a_name_that_nobody_sees_as_it_is_is_not_repeated(name: str) -> None:
    internet = Internet()
    internet.publish(FIRST.url, _registry(**{EVIL.id: {"name": name}}))
    finding, known = _ask(EVIL.id, internet, FIRST)
    assert (finding.outcome, finding.code) == (Outcome.UNKNOWN, Code.RETRIEVAL)
    assert name not in finding.sentence
    assert known is None


@pytest.mark.parametrize(
    "name",
    [
        "Caf\u00e9 \u2014 Universit\u00e4t",
        "\u7ef4\u57fa\u5a92\u4f53",
        "\u0648\u06cc\u06a9\u06cc\u200c\u067e\u062f\u06cc\u0627",
        "\u0936\u094d\u200d\u0930\u0940",
        "42",
    ],
    ids=["accents", "Chinese", "Persian", "Hindi", "digits"],
)
def test_a_name_in_any_script_is_repeated(name: str) -> None:
    internet = Internet()
    internet.publish(FIRST.url, _registry(**{EVIL.id: {"name": name}}))
    assert _ask(EVIL.id, internet, FIRST)[1] == KnownIssuer(name, "#336699", registry="Consortium")


def test_a_silent_registry_does_not_hide_what_the_next_one_knows() -> None:
    internet = Internet()
    internet.publish(SECOND.url, _registry(**{EVIL.id: ENTRY}))
    assert _ask(EVIL.id, internet, FIRST, SECOND)[0].outcome is Outcome.PASSED
    finding, _ = _ask(BADGES.id, internet, FIRST, SECOND)
    assert "Consortium" in finding.sentence


def test_a_registry_of_thousands_is_read() -> None:
    internet = Internet()
    many = {f"did:web:{number}.example": ENTRY for number in range(3000)}
    internet.publish(FIRST.url, _registry(**many))
    assert _ask("did:web:2999.example", internet, FIRST)[0].outcome is Outcome.PASSED


def test_the_verdict_is_the_same_whatever_a_registry_says() -> None:
    badge = BADGES.sign(valid_credential())
    for answer in (b"<html>", json.dumps(_registry()).encode()):
        internet = honest_internet()
        internet.publish(FIRST.url, answer)
        assert_verified(internet.verify(badge, trust=TrustRegistry({}, (FIRST,))))


def test_the_report_tells_what_is_known_of_the_issuer() -> None:
    internet = honest_internet()
    report = internet.verify(BADGES.sign(valid_credential()), trust=TrustRegistry(HERE))
    assert report.known_as == HERE[BADGES.id]
    assert internet.verify(EVIL.sign(issued_by(EVIL)), trust=TrustRegistry(HERE)).known_as is None


def test_a_registry_is_not_asked_about_what_nobody_proved() -> None:
    internet = honest_internet()
    forged = BADGES.sign(valid_credential()) | {"name": "Changed"}
    report = internet.verify(forged, trust=TrustRegistry({}, (FIRST,)))
    assert report.verdict is Verdict.REJECTED
    assert report.of(Check.TRUST)[0].code is Code.DEPENDS_ON_PROOF
    assert FIRST.url not in internet.fetched


def test_an_impostor_is_not_known_by_the_name_of_the_issuer_that_it_claims() -> None:
    internet = honest_internet()
    internet.publish(FIRST.url, _registry(**{BADGES.id: ENTRY}))
    for trust in (TrustRegistry(HERE), TrustRegistry({}, (FIRST,))):
        report = internet.verify(EVIL.sign(valid_credential()), trust=trust)
        assert report.verdict is Verdict.REJECTED
        assert report.of(Check.TRUST)[0].code is Code.DEPENDS_ON_PROOF
        assert report.known_as is None
    assert FIRST.url not in internet.fetched
