"""One field for everything, and many at once: each judged apart, within one budget."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from openbadges.baking import png
from openbadges.errors import Code, MalformedError, MissingError, UnavailableError
from openbadges.strict import Document
from tests.bundles import bundle_of
from tests.credentials import valid_credential
from tests.given import Web, encoded, linking, page, qr_image, qr_png
from tests.presentations import enveloped, presented, unsigned
from tests.world import BADGES, EVIL, NOW, as_bytes, honest_internet, issued_by
from verifier import Check, PresentationReport, Report, Verdict, Verifier
from verifier.judging import MAXIMUM_AT_ONCE, MAXIMUM_SECONDS_AT_ONCE, AnyReport, judge, judge_each
from verifier.ports import MAXIMUM_HOPS, MAXIMUM_REDIRECTS, Fetched, NotFetchedError
from verifier.recording import judge_recorded

LINK = "https://wallet.example/badge"


@pytest.fixture
def web() -> Web:
    """A world in which everyone answers truly."""
    return Web(dict(honest_internet().documents))


@pytest.fixture
def badge() -> Document:
    return BADGES.sign(valid_credential())


def judged(given: bytes, web: Web, **options: str) -> AnyReport:
    return judge(Verifier(web), given, web, now=NOW, **options)


def codes(report: AnyReport) -> set[Code]:
    return {finding.code for finding in report.findings}


def test_a_badge_is_judged_alike_in_every_form(web: Web, badge: Document) -> None:
    text = json.dumps(badge)
    jws = BADGES.sign_jws(valid_credential())
    held = f'<script type="application/ld+json">{text}</script>'
    web.publish(LINK, badge)
    web.publish("https://wallet.example/page", page(linking(LINK)))
    web.publish("https://wallet.example/picture", png.bake(encoded(qr_image("x")), text))
    for given in (
        text.encode(),
        jws.encode(),
        as_bytes(enveloped(jws)),
        f"data:application/vc+jwt,{jws}".encode(),
        png.bake(encoded(qr_image("https://evil.example")), text),
        LINK.encode(),
        b"https://wallet.example/page",
        b"https://wallet.example/picture",
        page(held),
        qr_png(LINK),
        encoded(qr_image("https://wallet.example/page"), "JPEG"),
    ):
        report = judged(given, web)
        assert isinstance(report, Report)
        assert report.verdict is Verdict.VERIFIED, report.findings
        assert report.credential["id"] == badge["id"]


def test_how_it_was_found_is_told_first_and_proves_nothing(web: Web, badge: Document) -> None:
    web.publish(LINK, badge | {"name": "forged"})
    report = judged(qr_png(LINK), web)
    assert [one.sentence for one in report.of(Check.UNWRAP)][:2] == [
        "a QR code was read in the picture",
        f"it was fetched from {LINK}",
    ]
    assert report.verdict is Verdict.REJECTED


def test_a_presentation_is_recognised_and_each_credential_in_it_is_judged(
    web: Web, badge: Document
) -> None:
    forged = BADGES.sign(valid_credential(id="urn:uuid:2")) | {"name": "forged"}
    report = judged(as_bytes(presented(badge, forged)), web)
    assert isinstance(report, PresentationReport)
    verdicts = [one.verdict for one in report.credentials]
    assert (report.verdict, verdicts) == (
        Verdict.REJECTED,
        [Verdict.VERIFIED, Verdict.REJECTED],
    )
    bare = judged(as_bytes(unsigned(badge)), web)
    assert isinstance(bare, PresentationReport)
    assert (bare.verdict, bare.credentials[0].verdict) == (Verdict.REJECTED, Verdict.VERIFIED)
    assert Code.UNSIGNED in codes(bare)


def test_the_expected_recipient_is_asked_of_each_credential_presented(
    web: Web, badge: Document
) -> None:
    report = judged(as_bytes(presented(badge)), web, expected_recipient="other@example.org")
    assert isinstance(report, PresentationReport)
    assert Code.RECIPIENT_MISMATCH in codes(report.credentials[0])


def test_what_says_that_it_is_both_is_neither(web: Web, badge: Document) -> None:
    both = badge | {"type": [*badge["type"], "VerifiablePresentation"]}
    report = judged(as_bytes(both), web)
    assert (report.verdict, codes(report)) == (Verdict.REJECTED, {Code.AMBIGUOUS})


@pytest.mark.parametrize(
    ("given", "verdict", "code"),
    [
        pytest.param(b"", Verdict.REJECTED, Code.NO_CREDENTIAL, id="nothing"),
        pytest.param(b"[]", Verdict.REJECTED, Code.NO_CREDENTIAL, id="a list"),
        pytest.param(b'{"type": 1}', Verdict.REJECTED, Code.DEPENDS_ON_PROOF, id="no type"),
        pytest.param(b'{"type', Verdict.REJECTED, Code.MALFORMED, id="half of JSON"),
        pytest.param(LINK.encode(), Verdict.INCONCLUSIVE, Code.RETRIEVAL, id="nothing there"),
        pytest.param(qr_png("hello"), Verdict.REJECTED, Code.NO_CREDENTIAL, id="a QR code"),
        pytest.param(
            b'{"type": "EnvelopedVerifiablePresentation"}',
            Verdict.REJECTED,
            Code.DATA_MODEL,
            id="an empty envelope",
        ),
        pytest.param(
            b'{"@context": "https://w3id.org/openbadges/v2"}',
            Verdict.INCONCLUSIVE,
            Code.OPEN_BADGES_2,
            id="Open Badges 2.0",
        ),
    ],
)
def test_nothing_that_anyone_gives_raises(
    web: Web, given: bytes, verdict: Verdict, code: Code
) -> None:
    report = judged(given, web)
    assert report.verdict is verdict
    assert code in codes(report)


def test_an_address_where_nothing_is_shown_is_no_fault_of_a_badge(web: Web) -> None:
    class Ours(Web):
        def fetch_presented(self, url: str, *, maximum_bytes: int) -> Fetched:
            del url, maximum_bytes
            raise MissingError("no badge is shown at this address")

    report = judge(Verifier(web), LINK.encode(), Ours(), now=NOW)
    assert (report.verdict, codes(report)) == (Verdict.INCONCLUSIVE, {Code.MISSING})


def each(given: list[bytes], web: Web, **options: object) -> list[AnyReport]:
    return list(judge_each(Verifier(web), given, web, now=NOW, **options))  # type: ignore[arg-type] # a clock


def test_many_are_judged_apart_in_their_order(web: Web, badge: Document) -> None:
    forged = as_bytes(badge | {"name": "forged"})
    good = as_bytes(badge)
    reports = each([good, forged, b"hello", as_bytes(presented(badge)), good], web)
    assert [report.verdict.value for report in reports] == [
        "VERIFIED",
        "REJECTED",
        "REJECTED",
        "VERIFIED",
        "VERIFIED",
    ]
    assert max(web.fetched.values()) == 1  # they ask for the issuer and its list together


def test_a_hundred_are_judged_at_once_and_no_more(web: Web) -> None:
    given = [b"hello %d" % number for number in range(MAXIMUM_AT_ONCE + 1)]
    assert len(each(given[1:], web)) == MAXIMUM_AT_ONCE
    with pytest.raises(MalformedError) as caught:
        each(given, web)
    assert caught.value.code is Code.TOO_LARGE
    assert each([], web) == []


def test_links_and_documents_share_one_budget_of_32(web: Web) -> None:
    """No link is followed any more where redirects of it could lead beyond."""
    followed = 32 - MAXIMUM_REDIRECTS
    links = [f"https://wallet.example/{number}" for number in range(60)]
    for number, link in enumerate(links):
        signed = EVIL.sign(issued_by(EVIL, id=f"urn:uuid:{number}"))
        web.publish(link, signed)
    reports = each([link.encode() for link in links], web)
    assert sum(web.fetched.values()) == followed
    assert [report.verdict for report in reports[:followed]] == [Verdict.VERIFIED] * followed
    left_out = reports[followed:]
    assert [codes(report) for report in left_out] == [{Code.FETCH_BUDGET}] * (60 - followed)
    assert {report.verdict for report in left_out} == {Verdict.INCONCLUSIVE}


class Winding(Web):
    """A world in which every link is redirected as often as is followed, and counts the hops."""

    hops = 0

    def fetch_presented(self, url: str, *, maximum_bytes: int) -> Fetched:
        """Answer as the guarded fetcher does at the end of a long way."""
        self.hops += MAXIMUM_HOPS
        try:
            return Fetched(url, self.fetch(url, maximum_bytes=maximum_bytes), hops=MAXIMUM_HOPS)
        except UnavailableError as error:
            raise NotFetchedError(str(error), hops=MAXIMUM_HOPS) from error


@pytest.mark.parametrize("leading", [0, 100], ids=["nowhere", "to badges"])
def test_e15_a_list_of_links_that_are_redirected_makes_no_more_requests(leading: int) -> None:
    web, links = Winding(), [f"https://wallet.example/{number}" for number in range(100)]
    for number, link in enumerate(links[:leading]):
        web.publish(link, EVIL.sign(issued_by(EVIL, id=f"urn:uuid:{number}")))
    reports = each([link.encode() for link in links], web)
    assert web.hops == 32
    assert [codes(report) for report in reports[8:]] == [{Code.FETCH_BUDGET}] * 92


def with_four_lists(number: int) -> Document:
    entries = [
        {
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "1",
            "statusListCredential": f"https://evil.example/{number}/{one}",
        }
        for one in range(4)
    ]
    return EVIL.sign(issued_by(EVIL, id=f"urn:uuid:{number}") | {"credentialStatus": entries})


@pytest.mark.parametrize("judging", [judge, judge_recorded], ids=["judged", "kept too"])
def test_e15_a_link_to_a_page_that_links_a_presentation_has_the_one_budget_of_a_request(
    judging: Callable[..., object],
) -> None:
    web = Winding()
    web.publish(LINK, page(linking("https://wallet.example/vp")))
    web.publish("https://wallet.example/vp", unsigned(*map(with_four_lists, range(9))))
    judging(Verifier(web), LINK.encode(), web, now=NOW)
    documents = sum(web.fetched[url] for url in web.fetched if url.startswith("https://evil"))
    assert (web.hops, web.hops + documents) == (2 * MAXIMUM_HOPS, 32)


def test_after_twenty_seconds_no_further_one_is_begun(web: Web, badge: Document) -> None:
    moments = iter([0.0, 1.0, MAXIMUM_SECONDS_AT_ONCE - 1, MAXIMUM_SECONDS_AT_ONCE])
    given = [as_bytes(badge | {"id": f"urn:uuid:{number}"}) for number in range(2)]
    reports = each([*given, as_bytes(badge)], web, clock=lambda: next(moments))
    assert codes(reports[2]) == {Code.FETCH_BUDGET}
    assert reports[2].verdict is Verdict.INCONCLUSIVE


def test_a_list_changes_no_policy(web: Web, badge: Document) -> None:
    verifier = replace(Verifier(web), controller_documents={})
    (report,) = judge_each(verifier, [as_bytes(badge)], web, now=NOW)
    assert report.verdict is Verdict.VERIFIED


def test_what_a_bundle_holds_is_judged_as_of_now_and_not_by_the_bundle(web: Web) -> None:
    short = BADGES.sign(valid_credential(validUntil="2026-03-02T00:00:00Z"))
    bundle = json.dumps(bundle_of(web, short).as_json()).encode()
    assert judged(bundle, web).verdict is Verdict.VERIFIED
    later = judge(Verifier(web), bundle, web, now=NOW + timedelta(days=7))
    assert (later.verdict, Code.EXPIRED in codes(later)) == (Verdict.REJECTED, True)
    silent = judge(Verifier(Web()), bundle, Web(), now=NOW)
    assert silent.verdict is Verdict.INCONCLUSIVE
    assert "it stands in a bundle of" in later.findings[0].sentence
