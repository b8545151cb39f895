"""What a review found by trying, each as somebody would do it to us."""

import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace as replace_in
from urllib.parse import quote

import pytest

from openbadges.errors import Code, UnavailableError
from openbadges.strict import Document
from service.app import create_app
from service.publishing.own_documents import one_spelling
from service.verifying.bulkhead import THREADS_KEPT, Bulkhead, FewAtOnce
from service.web.markdown import MAXIMUM_PAGE_CHARACTERS
from tests.credentials import replace
from tests.shell import Shell
from tests.site import Site, find_no_name
from tests.world import EVIL, Internet, as_bytes, issued_by
from verifier.cached_documents import CachedDocuments
from verifier.fetcher import GuardedFetcher

RESULTS = "credentialSubject.achievement.resultDescription"
VERIFIED = "This credential is genuine and valid."


def verified(site: Site, document: Document) -> str:
    """Let the page verify a stranger's badge, and return the page."""
    answer = site.browser().send("/verify", {"text": as_bytes(EVIL.sign(document)).decode()})
    assert answer.status_code == 200
    assert VERIFIED in answer.text
    return answer.text


def evidence(count: int, narrative: str) -> list[Document]:
    """Give as many pieces of evidence."""
    return [
        {"id": f"urn:uuid:6b2e9bd1-7f0f-4c5c-9b2c-{one:012d}", "type": ["Evidence"]}
        | {"narrative": narrative + str(one)}
        for one in range(count)
    ]


@pytest.mark.parametrize(
    "narrative", ["[" * 9_990, "*a_" * 3_330, "[a](/b " * 70, "**a** b" * 1_400]
)
def test_a_badge_full_of_costly_texts_is_shown_within_seconds(site: Site, narrative: str) -> None:
    count = min(90, 900_000 // len(narrative))
    began = time.process_time()
    page = verified(site, issued_by(EVIL) | {"evidence": evidence(count, narrative)})
    assert time.process_time() - began < 2
    assert (
        page.count("<pre>") >= count - MAXIMUM_PAGE_CHARACTERS // len(narrative) - 1 or count < 50
    )


def test_a_rubric_whose_steps_have_no_level_is_shown(site: Site) -> None:
    steps: list[Document] = [
        {"id": f"urn:uuid:6b2e9bd1-7f0f-4c5c-9b2c-00000000000{place}", "name": name}
        | {"type": ["RubricCriterionLevel"], **({"level": level} if level else {})}
        for place, (name, level) in enumerate([("Second", "2"), ("Nothing", ""), ("First", "1")])
    ]
    rubric: Document = {
        "id": "urn:uuid:6b2e9bd1-7f0f-4c5c-9b2c-30c5fe2f0e99",
        "type": ["ResultDescription"],
    }
    rubric |= {"name": "x", "resultType": "RubricCriterionLevel", "rubricCriterionLevel": steps}
    page = verified(site, replace(issued_by(EVIL), RESULTS, [rubric]))
    assert page.index("Nothing") < page.index("First") < page.index("Second")


def test_a_picture_at_our_address_leads_to_no_other_host(site: Site) -> None:
    picture = f"{site.base_url}//evil.example/x.png"
    document = replace(issued_by(EVIL), "credentialSubject.achievement.image.id", picture)
    assert 'src="//' not in verified(site, document)


@pytest.mark.parametrize(
    "path", ["/claim/a\r\nb", "/badge-classes/a\nX", "/claim/a?b", "/s/a#b", "/s/a%b"]
)
def test_the_choice_of_a_language_leads_back_to_the_same_address(site: Site, path: str) -> None:
    answer = site.browser().get(f"{quote(path)}?lang=ca")
    assert (answer.status_code, answer.location) == (303, quote(path))


@pytest.mark.parametrize("kind", ["", "nobody", "EMAIL"])
def test_a_kind_of_recipient_that_there_is_not_is_told(site: Site, kind: str) -> None:
    answer = site.ask_for_award(site.trainer(), step="preview", recipient_kind=kind)
    assert answer.status_code == 422


def test_a_link_to_a_private_badge_is_answered_like_one_to_none(site: Site) -> None:
    learner, manage = site.claimed()
    private = re.search(rf"{site.base_url}/credentials/([0-9a-f-]+)", learner.get(manage).text)
    assert private is not None
    ids = [private[1], "2a5c9a2e-8f0b-4a9e-8c64-0a7d3b1f6c11", "x", "x#1", "x\x00"]
    told = [ask_about(site, f"{site.base_url}/credentials/{one}") for one in ids]
    assert set(told) == {(404, "No badge is shown at this address.")}


def ask_about(site: Site, link: str) -> tuple[int, str]:
    answer = site.browser().send("/verify", {"text": link})
    found = re.search(r'class="mistake"[^>]*>([^<]*)', answer.text)
    assert found is not None
    return answer.status_code, found[1]


@pytest.mark.parametrize("base", ["HTTPS://badges.example", "https://Badges.Example:443"])
def test_our_own_pages_are_not_asked_for_over_the_network(site: Site, base: str) -> None:
    learner, manage = site.claimed()
    share = site.shared(learner, manage)
    answer = site.browser().send("/verify", {"text": f"{base}{share}"})
    assert VERIFIED in answer.text


@pytest.mark.parametrize(
    ("url", "one"),
    [
        ("HTTP://A.example:80/B", "http://a.example/B"),
        ("https://a.example:80/", "https://a.example:80/"),
        ("https://A.example:443?X", "https://a.example?X"),
        ("https://U@A.example/", "https://u@a.example/"),
        ("did:web:A.example", "did:web:A.example"),
    ],
)
def test_an_address_has_one_spelling(url: str, one: str) -> None:
    assert one_spelling(url) == one


@pytest.mark.parametrize("authorization", ["Basic eDp5", "Bearer x", "x"])
def test_credentials_of_a_browser_open_no_door_for_another_site(
    site: Site, authorization: str
) -> None:
    link = site.sign_in_link()
    sent = site.browser().send(
        link,
        Origin="https://evil.example",
        Sec_Fetch_Site="cross-site",
        Authorization=authorization,
    )
    assert sent.status_code == 403


@contextmanager
def outage(site: Site) -> Iterator[Callable[[], None]]:
    """Let the database be away from when what is given is called until the block ends."""
    database = site.installation.settings.data / "insignia.sqlite3"
    away = database.with_suffix(".away")

    def begin() -> None:
        site.installation.close()
        database.rename(away)
        database.mkdir()  # which no database can be

    yield begin
    database.rmdir()
    away.rename(database)


def test_a_session_that_cannot_be_read_is_told_without_its_address(
    site: Site, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    learner, manage = site.claimed()
    with outage(site) as begin:
        begin()
        answer = learner.get(manage)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert manage.rpartition("/")[2] not in "".join((*capfd.readouterr(), caplog.text))
    assert learner.get(manage).status_code == 200


def test_a_session_that_cannot_be_kept_is_told_without_its_address(
    site: Site, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    link = site.sign_in_link()
    with sqlite3.connect(site.installation.settings.data / "insignia.sqlite3") as database:
        database.execute(
            "CREATE TRIGGER full BEFORE INSERT ON sessions BEGIN SELECT RAISE(FAIL, 'no'); END"
        )
    database.close()
    answer = site.browser().send(link)
    assert answer.status_code >= 500
    assert "Set-Cookie" not in answer.headers
    assert link.rpartition("/")[2] not in "".join((*capfd.readouterr(), caplog.text))


def test_a_revocation_whose_list_cannot_be_published_is_told_by_our_own_page(site: Site) -> None:
    trainer = site.trainer()
    learner, manage = site.claimed(trainer)
    share = site.shared(learner, manage)
    (award,) = site.awards_of(trainer)
    trainer.submit(award, f"{award}/revoke", reason="a mistake", sure="yes")
    site.clock.move(minutes=3)
    link = {"text": f"{site.base_url}{share}"}
    verified_by_link = site.browser().send("/verify", link).text
    for page in (site.browser().get(share).text, learner.get(manage).text, verified_by_link):
        assert "The issuer has revoked it." in page
        assert VERIFIED not in page


def test_opening_a_badge_that_was_taken_uses_up_nobodys_guesses(site: Site) -> None:
    trainer = site.trainer()
    award = site.award(trainer)
    trainer.submit(award, f"{award}/release")
    claim = site.claim_path(trainer, award)
    site.browser().send(claim)
    most = site.installation.settings.limits.rate_secrets
    assert {site.browser().get(claim).status_code for _ in range(most + 2)} == {410}


def test_those_who_wait_for_the_world_leave_threads_to_others() -> None:
    world = Internet()
    world.publish("https://a.example/1", b"1")
    world.publish("https://a.example/2", b"2")
    bulkhead = Bulkhead.of(THREADS_KEPT + 1)
    source = FewAtOnce(bulkhead, CachedDocuments(world))
    assert source.fetch("https://a.example/1", maximum_bytes=9) == b"1"
    with bulkhead.place():
        assert source.fetch("https://a.example/1", maximum_bytes=9) == b"1"  # it is kept
        with pytest.raises(UnavailableError, match="too many") as busy:
            source.fetch("https://a.example/2", maximum_bytes=9)
    assert busy.value.code is Code.BUSY
    with pytest.raises(UnavailableError):
        source.fetch("https://a.example/3", maximum_bytes=9)
    assert source.fetch("https://a.example/2", maximum_bytes=9) == b"2"


def test_who_finds_all_places_taken_is_told_to_come_back(
    shell: Shell, open_site: Callable[..., Site]
) -> None:
    site = open_site(shell, THREADS="1")
    asked, answered = threading.Event(), threading.Event()

    def look_up_slowly(host: str, port: int) -> list[str]:
        asked.set()
        answered.wait(timeout=20)
        return find_no_name(host, port)

    fetcher = GuardedFetcher(lookup=look_up_slowly)
    slow = replace_in(site, app=create_app(site.installation, clock=site.clock, fetcher=fetcher))
    link = {"text": "https://a.example/"}
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(slow.browser().send, "/verify", link)
        try:
            assert asked.wait(timeout=20)
            second = slow.browser().send("/verify", link)
        finally:
            answered.set()
        assert first.result().status_code == 502
    assert (second.status_code, "Retry-After" in second.headers) == (503, True)
    assert "Too many checks wait for other servers" in second.text


def test_a_machine_that_others_use_forgets_the_claim_too(site: Site) -> None:
    trainer = site.trainer()
    award = site.award(trainer)
    trainer.submit(award, f"{award}/release")
    claim, learner = site.claim_path(trainer, award), site.browser()
    learner.get(claim)
    manage = learner.send(claim).location
    assert learner.get(claim).status_code == 200
    learner.submit(manage, f"{manage}/close")
    assert learner.get(claim).status_code == 410
    assert learner.send(claim).status_code == 409


@pytest.mark.parametrize("path", ["/", "/awards", "/docs", "/badge-classes/wiki-friend", "/no"])
def test_an_outage_in_the_middle_of_a_request_is_told(site: Site, path: str) -> None:
    trainer = site.trainer()
    with outage(site) as begin:  # after the session was read
        site.app.before_request_funcs[None].append(begin)
        answer = trainer.get(path)
    assert answer.status_code in {404, 503}
    assert "X-Content-Type-Options" in answer.headers


def test_the_pages_keep_their_looks_in_an_outage(site: Site) -> None:
    trainer = site.trainer()
    style = re.search(r'href="(/static/style.css[^"]*)"', trainer.get("/").text)
    assert style is not None
    with outage(site) as begin:
        begin()
        with trainer.get(style[1]) as file:
            assert file.status_code == 200
        assert trainer.get("/healthz").status_code == 200


def test_a_page_without_tls_is_not_one_of_ours(site: Site) -> None:
    sent = site.browser().send(site.sign_in_link(), Origin="http://badges.example")
    assert sent.status_code == 403
