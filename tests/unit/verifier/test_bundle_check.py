"""A bundle years later: what it proves, on whose word, and that it never says more than that."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from openbadges.errors import Code
from openbadges.strict import Document, decode_base64url, parse_json_object
from tests.bundles import KEY_SET, bundle_of, check, key_set, knowing, sign
from tests.credentials import STATUS_LIST, remove, valid_credential
from tests.presentations import presented
from tests.proofs import enrol_all_keys
from tests.selective import derived
from tests.world import (
    BADGES,
    EVIL,
    NOW,
    Internet,
    address_of,
    as_bytes,
    ed25519_issuer,
    honest_internet,
    issued_by,
    status_list_document,
)
from verifier import Check, Outcome, PresentationReport, Report, Verdict, Verifier
from verifier.bundle import Bundle
from verifier.judging import AnyReport
from verifier.policy import POLICIES
from verifier.receipt import document_digests
from verifier.recording import judge_recorded
from verifier.sources import NoDocuments
from verifier.trust import KnownRegistry, TrustRegistry

YEARS_LATER = NOW + timedelta(days=700)  # the badge is valid for nearly three years
EXPIRED_BY_THEN = NOW + timedelta(days=2000)
IMPOSTOR = ed25519_issuer(BADGES.id, 99)


@pytest.fixture
def badge() -> Document:
    return BADGES.sign(valid_credential())


@pytest.fixture
def bundle(badge: Document) -> Bundle:
    """A bundle of a good badge, sealed by a service."""
    return bundle_of(honest_internet(), badge)


def standing(report: AnyReport) -> tuple[Outcome, Code]:
    first = report.findings[0]
    assert first.check is Check.UNWRAP
    return first.outcome, first.code


def codes(report: AnyReport) -> set[Code]:
    return {finding.code for finding in report.findings}


def test_a_sealed_bundle_is_verified_years_later_as_of_its_moment(bundle: Bundle) -> None:
    report = check(bundle, now=YEARS_LATER)
    assert report.verdict is Verdict.VERIFIED
    assert report.findings[0].sentence == (
        "what follows is as of 2026-03-01T12:00:00Z, when the bundle was made,"
        " by a receipt of https://verifier.example"
    )
    assert isinstance(report, Report)
    assert report.credential["name"] == "Citing sources"


def test_what_a_holder_may_have_left_out_is_told_years_later_too() -> None:
    internet = honest_internet()
    enrol_all_keys(internet)
    less = remove(remove(valid_credential(), "credentialStatus"), "validUntil")
    report = check(bundle_of(internet, derived(less)), now=YEARS_LATER)
    assert report.verdict is Verdict.VERIFIED
    told = [one.code for one in report.findings if one.check in (Check.VALIDITY, Check.STATUS)]
    assert told == [Code.NOT_DISCLOSED, Code.NOT_DISCLOSED]


def test_the_world_itself_would_not_decide_it_any_more(badge: Document) -> None:
    stale = honest_internet().verify(badge, now=YEARS_LATER)
    assert (stale.verdict, Code.STALE in codes(stale)) == (Verdict.INCONCLUSIVE, True)


def test_a_badge_that_expired_since_is_expired_whatever_the_moment_of_its_bundle(
    bundle: Bundle,
) -> None:
    for vouches in (False, True):
        report = check(bundle, now=EXPIRED_BY_THEN, vouches=vouches)
        assert (report.verdict, Code.EXPIRED in codes(report)) == (Verdict.REJECTED, True)


def test_a_policy_without_dates_still_has_none(bundle: Bundle) -> None:
    policy = POLICIES["default"].without([Check.VALIDITY])
    report = check(bundle, now=EXPIRED_BY_THEN, policy=policy)
    assert report.of(Check.VALIDITY)[0].code is Code.EXPIRED
    assert report.verdict is Verdict.VERIFIED


def test_a_badge_that_was_not_yet_valid_then_is_judged_by_the_clock_of_today() -> None:
    early = BADGES.sign(valid_credential(validFrom="2026-05-01T00:00:00Z"))
    bundle = replace(bundle_of(honest_internet(), early), receipt=None)
    assert check(bundle, vouches=True).verdict is Verdict.REJECTED
    assert check(bundle, now=YEARS_LATER, vouches=True).verdict is Verdict.VERIFIED


def test_a_revoked_badge_is_revoked_in_its_bundle(badge: Document) -> None:
    listed = valid_credential()["credentialStatus"]["statusListIndex"]
    bundle = bundle_of(honest_internet(revoked=[int(listed)]), badge)
    report = check(bundle, now=YEARS_LATER)
    assert (report.verdict, Code.REVOKED in codes(report)) == (Verdict.REJECTED, True)
    unsealed = check(replace(bundle, receipt=None), now=YEARS_LATER)
    assert (unsealed.verdict, Code.REVOKED in codes(unsealed)) == (Verdict.REJECTED, True)


def test_without_a_receipt_it_is_nobodys_word_but_the_suppliers(bundle: Bundle) -> None:
    report = check(replace(bundle, receipt=None), now=YEARS_LATER)
    assert report.verdict is Verdict.INCONCLUSIVE
    assert standing(report) == (Outcome.UNKNOWN, Code.UNSIGNED)
    assert all(one.outcome is Outcome.PASSED for one in report.of(Check.PROOF))


def test_whoever_made_and_kept_it_can_say_so(bundle: Bundle) -> None:
    kept = check(replace(bundle, receipt=None), now=YEARS_LATER, vouches=True)
    assert kept.verdict is Verdict.VERIFIED
    assert "your own word, who kept it" in kept.findings[0].sentence


def test_a_forged_document_of_an_issuer_makes_nobody_an_issuer() -> None:
    internet = honest_internet()
    internet.enrol(IMPOSTOR)
    internet.publish(STATUS_LIST, IMPOSTOR.sign(status_list_document()))
    forged = bundle_of(internet, IMPOSTOR.sign(valid_credential()), receipt=False)
    assert check(forged).verdict is Verdict.INCONCLUSIVE
    brought = {address_of(BADGES): as_bytes(BADGES.document())}
    assert check(forged, brought=brought).verdict is Verdict.REJECTED


def test_the_receipt_of_a_service_that_nobody_knows_seals_nothing(bundle: Bundle) -> None:
    report = check(bundle, known=NoDocuments())
    assert report.verdict is Verdict.INCONCLUSIVE
    assert standing(report) == (Outcome.UNKNOWN, Code.RETRIEVAL)
    # neither does a key set that came in the bundle
    inside = {**bundle.documents, KEY_SET: json.dumps(key_set()).encode()}
    assert check(replace(bundle, documents=inside), known=NoDocuments()).verdict is (
        Verdict.INCONCLUSIVE
    )
    assert check(bundle, known=NoDocuments(), vouches=True).verdict is Verdict.VERIFIED


def test_a_receipt_that_another_key_signed_rejects_its_bundle(bundle: Bundle) -> None:
    claims = _claims(bundle)
    forged = replace(bundle, receipt=sign(claims, seed=bytes(32)))
    for vouches in (False, True):
        report = check(forged, vouches=vouches)
        assert report.verdict is Verdict.REJECTED
        assert standing(report) == (Outcome.FAILED, Code.KEY_NOT_BOUND)


def _claims(bundle: Bundle, **changes: Any) -> Document:  # noqa: ANN401 -- any JSON value
    payload = decode_base64url((bundle.receipt or "").split(".")[1])
    return parse_json_object(payload, what="it") | changes


def changed_documents(bundle: Bundle) -> list[Bundle]:
    """Give the bundle with one document changed, left out, or too many."""
    documents = bundle.documents
    others = [
        {**documents, url: data.replace(b"did:web", b"did:wex")} for url, data in documents.items()
    ]
    others += [{**documents, url: data + b"\n"} for url, data in documents.items()]
    others += [{one: data for one, data in documents.items() if one != url} for url in documents]
    first, second = documents
    swapped = {first: documents[second], second: documents[first]}
    foreign = {**documents, "https://evil.example/": b"{}"}
    moved = {f"{first}/": documents[first], second: documents[second]}
    return [replace(bundle, documents=one) for one in (*others, swapped, foreign, moved)]


def test_a_change_to_any_document_of_a_sealed_bundle_is_found(bundle: Bundle) -> None:
    for changed in changed_documents(bundle):
        for vouches in (False, True):
            report = check(changed, vouches=vouches)
            assert (report.verdict, standing(report)) == (
                Verdict.REJECTED,
                (Outcome.FAILED, Code.PROOF),
            )


def test_a_change_to_the_credential_or_the_moment_is_found(bundle: Bundle) -> None:
    for changed in (
        replace(bundle, presented=bundle.presented + b" "),
        replace(bundle, presented=as_bytes(BADGES.sign(valid_credential(name="Another")))),
        replace(bundle, made=bundle.made - timedelta(seconds=1)),
        replace(bundle, made=bundle.made + timedelta(days=1)),
    ):
        report = check(changed, now=YEARS_LATER)
        assert (report.verdict, standing(report)) == (
            Verdict.REJECTED,
            (Outcome.FAILED, Code.PROOF),
        )


@pytest.mark.parametrize("left_out", [STATUS_LIST, address_of(BADGES)])
def test_what_is_missing_from_a_bundle_is_not_decided(bundle: Bundle, left_out: str) -> None:
    documents = {url: data for url, data in bundle.documents.items() if url != left_out}
    partial = replace(bundle, documents=documents, receipt=None)
    assert check(partial, vouches=True).verdict is Verdict.INCONCLUSIVE


def test_documents_that_the_checker_brings_come_first(bundle: Bundle) -> None:
    listed = int(valid_credential()["credentialStatus"]["statusListIndex"])
    revoked = BADGES.sign(status_list_document(revoked=[listed]))
    report = check(bundle, brought={STATUS_LIST: as_bytes(revoked)})
    assert (report.verdict, Code.REVOKED in codes(report)) == (Verdict.REJECTED, True)


def test_a_list_that_was_stale_then_is_stale_in_the_bundle(badge: Document) -> None:
    late = NOW + timedelta(days=30)
    bundle = bundle_of(honest_internet(), badge, made=late)
    report = check(bundle, now=YEARS_LATER)
    assert (report.verdict, Code.STALE in codes(report)) == (Verdict.INCONCLUSIVE, True)
    assert standing(report) == (Outcome.UNKNOWN, Code.UNSIGNED)
    assert "found it INCONCLUSIVE then" in report.findings[0].sentence


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [("REJECTED", Verdict.REJECTED), ("INCONCLUSIVE", Verdict.INCONCLUSIVE)],
)
def test_what_the_service_found_against_it_counts(
    bundle: Bundle, verdict: str, expected: Verdict
) -> None:
    """The service knows more than the file: its own issuers' log, for one."""
    other = replace(bundle, receipt=sign(_claims(bundle, verdict=verdict)))
    assert check(other).verdict is expected


@pytest.mark.parametrize(
    ("ahead", "verdict"),
    [(timedelta(minutes=4), Verdict.VERIFIED), (timedelta(days=1), Verdict.REJECTED)],
)
def test_a_bundle_of_the_future_is_refused(
    badge: Document, ahead: timedelta, verdict: Verdict
) -> None:
    bundle = bundle_of(honest_internet(), badge, made=NOW + ahead)
    report = check(bundle)
    assert report.verdict is verdict
    if verdict is Verdict.REJECTED:
        assert codes(report) == {Code.NOT_YET_VALID}


@pytest.mark.parametrize("data", [b"", b"{}", b"{", b"\x00", b"[" * 1000, b'{"version":1}'])
def test_what_is_no_bundle_gets_a_report(data: bytes) -> None:
    assert check(data).verdict is Verdict.REJECTED


def test_a_bundle_of_nothing_that_could_be_read_says_so() -> None:
    bundle = bundle_of(Internet(), b"hello")
    report = check(bundle)
    assert (report.verdict, Code.NO_CREDENTIAL in codes(report)) == (Verdict.REJECTED, True)


def test_a_link_in_a_bundle_leads_nowhere() -> None:
    report = check(Bundle(b"https://a.example/badge.json", {}, NOW), vouches=True)
    assert (report.verdict, Code.RETRIEVAL in codes(report)) == (Verdict.INCONCLUSIVE, True)


def test_what_a_bundle_within_a_bundle_holds_proves_nothing(bundle: Bundle) -> None:
    inner = json.dumps(bundle.as_json()).encode()
    for documents in ({}, bundle.documents):
        once, twice = Bundle(inner, documents, NOW), Bundle(bundle.presented, documents, NOW)
        found = [check(one, vouches=True).verdict for one in (once, twice)]
        assert found == [Verdict.VERIFIED if documents else Verdict.INCONCLUSIVE] * 2
    deeper = Bundle(json.dumps(Bundle(inner, {}, NOW).as_json()).encode(), {}, NOW)
    assert check(deeper, vouches=True).verdict is Verdict.REJECTED


def test_a_presentation_is_judged_with_each_credential(badge: Document) -> None:
    bundle = bundle_of(honest_internet(), presented(badge))
    report = check(bundle, now=YEARS_LATER)
    assert isinstance(report, PresentationReport)
    assert report.verdict is Verdict.VERIFIED
    expired = check(bundle, now=EXPIRED_BY_THEN)
    assert isinstance(expired, PresentationReport)
    assert expired.verdict is Verdict.REJECTED
    assert expired.credentials[0].verdict is Verdict.REJECTED
    unsealed = check(replace(bundle, receipt=None), now=YEARS_LATER)
    assert unsealed.verdict is Verdict.INCONCLUSIVE


def test_even_an_issuer_that_is_its_own_document_needs_a_reason() -> None:
    """The moment is the supplier's word too."""
    bundle = bundle_of(Internet(), EVIL.sign(issued_by(EVIL)), receipt=False)
    assert check(bundle).verdict is Verdict.INCONCLUSIVE


def test_whom_the_checker_knows_is_never_read_from_a_bundle(bundle: Bundle) -> None:
    url = "https://registry.example/known.json"
    registry = {"registry": {BADGES.id: {"name": "A friend of yours"}}}
    trust = TrustRegistry(registries=(KnownRegistry("Members", url),))
    internet = honest_internet()
    internet.publish(url, registry)
    recorded = judge_recorded(
        Verifier(internet, trust=trust), bundle.presented, NoDocuments(), now=NOW
    )
    assert recorded.report.findings[-1].outcome is Outcome.PASSED
    assert recorded.documents == bundle.documents
    planted = {**bundle.documents, url: as_bytes(registry)}
    claims = _claims(bundle, documents=list(document_digests(planted)))
    report = check(replace(bundle, documents=planted, receipt=sign(claims)), trust=trust)
    assert report.of(Check.TRUST)[0].outcome is Outcome.UNKNOWN
    brought = check(bundle, trust=trust, brought={url: as_bytes(registry)})
    assert brought.of(Check.TRUST)[0].outcome is Outcome.PASSED


def test_the_key_set_of_a_checker_is_read_with_care(bundle: Bundle) -> None:
    listed = key_set()["keys"][0]
    for keys, outcome in (
        ([{**listed, "use": "sig"}], Outcome.FAILED),
        ([{name: value for name, value in listed.items() if name != "use"}], Outcome.FAILED),
        ([{**listed, "kid": "https://other.example/.well-known/jwks.json#1"}], Outcome.FAILED),
        ([{**listed, "x": "AA"}], Outcome.UNKNOWN),
        ([{**listed, "d": "AA"}], Outcome.UNKNOWN),
        ([7, None, "x"], Outcome.FAILED),
    ):
        assert standing(check(bundle, known=knowing(*keys)))[0] is outcome


def test_a_clock_without_a_zone_is_a_mistake_of_the_program(bundle: Bundle) -> None:
    with pytest.raises(TypeError):
        check(bundle, now=datetime(2026, 3, 1))  # noqa: DTZ001 -- the mistake
