"""What is published: exact stored bytes for everyone, and pages that say the same to people."""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Final

import pytest
from werkzeug.test import TestResponse

from badge_classes.loader import lock
from issuer.issuers import Issuer, list_issuers
from issuer.publication import Published, find_published, publish
from openbadges.errors import UnavailableError
from openbadges.strict import parse_json_object
from service.publishing.everything import publish_everything
from tests.catalogues import small_definition, write_version
from tests.issuing import write_catalogue
from tests.shell import AWARD, Shell
from tests.site import Browser, Site
from verifier import Verdict, Verifier

BADGE: Final = "/badge-classes/wiki-friend/v1"
LD_JSON: Final = "application/ld+json"
PROGRAM: Final = {"Accept": LD_JSON}

ARABIC: Final = small_definition(
    name="صديق الويكي " + "و" * 60,
    description=("ساعد " * 60).strip(),
    language="ar",
    criteria='"<script>alert(1)</script> **ساعد** [x](javascript:alert(1))"',
)
BASQUE: Final = "name: Laguna\ndescription: Lagundu du.\ncriteria: Lagundu.\ncaption: Bi esku\n"


@pytest.fixture
def published(site: Site) -> Site:
    """A site that has started: all is published that needs no award."""
    publish_everything(site.installation, now=site.clock())
    return site


def issuers_of(site: Site) -> tuple[Issuer, ...]:
    with site.installation.database.read() as session:
        return list_issuers(session)


def stored(site: Site, path: str) -> Published:
    """Give what the database has for a path."""
    with site.installation.database.read() as session:
        found = find_published(session, site.base_url + path)
    assert found is not None, path
    return found


@dataclass
class Awarded:
    """A badge in its file, and the path of its status list."""

    document: bytes
    status_list: str
    url: str


@pytest.fixture
def awarded(published: Site, tmp_path: Path) -> Awarded:
    """A badge that was awarded here."""
    published.shell.json(*AWARD, "--out", str(tmp_path / "out"))
    document = (tmp_path / "out" / "credential.json").read_bytes()
    credential = parse_json_object(document, what="the credential")
    status_list = credential["credentialStatus"]["statusListCredential"]
    return Awarded(document, status_list.removeprefix(published.base_url), credential["id"])


def path_of(site: Site, name: str) -> str:
    """Give the path of one of the documents that the table below names."""
    return {"profile": f"/issuers/{issuers_of(site)[0].id}"}.get(name, name)


DOCUMENTS: Final = [
    pytest.param("/.well-known/did.json", "application/did+json", 300, id="DID document"),
    pytest.param("/.well-known/jwks.json", "application/jwk-set+json", 300, id="key set"),
    pytest.param("profile", LD_JSON, 3600, id="profile"),
    pytest.param(f"{BADGE}/en", LD_JSON, 3600, id="achievement"),
    pytest.param(f"{BADGE}/es", LD_JSON, 3600, id="translated achievement"),
    pytest.param(f"{BADGE}/badge.svg", "image/svg+xml", 3600, id="picture"),
]


@pytest.mark.parametrize(("name", "media_type", "seconds"), DOCUMENTS)
def test_a_document_is_the_bytes_in_the_database_for_any_page_and_any_cache(
    published: Site, name: str, media_type: str, seconds: int
) -> None:
    path = path_of(published, name)
    answer = published.browser().get(path, **PROGRAM)
    row = stored(published, path)
    assert (answer.status_code, answer.data, answer.content_type) == (200, row.body, media_type)
    assert answer.headers["ETag"] == f'"{hashlib.sha256(row.body).hexdigest()}"'
    assert answer.headers["Last-Modified"] == format_datetime(row.published_at, usegmt=True)
    assert answer.headers["Cache-Control"] == f"public, max-age={seconds}"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert_open_to_all(answer)


def assert_open_to_all(answer: TestResponse) -> None:
    """Pages of others may read it, and it knows nobody."""
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(("name", "media_type", "seconds"), DOCUMENTS)
def test_who_has_the_newest_bytes_gets_none(
    published: Site, name: str, media_type: str, seconds: int
) -> None:
    del media_type
    path, browser = path_of(published, name), published.browser()
    first = browser.get(path, **PROGRAM)
    for condition in (
        {"If_None_Match": first.headers["ETag"]},
        {"If_None_Match": f'"another", {first.headers["ETag"]}'},
        {"If_Modified_Since": first.headers["Last-Modified"]},
    ):
        again = browser.get(path, **PROGRAM, **condition)
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert again.headers["Cache-Control"] == f"public, max-age={seconds}"
        assert_open_to_all(again)
    other = browser.get(path, **PROGRAM, If_None_Match='"another"')
    assert (other.status_code, other.data) == (200, first.data)


@pytest.mark.parametrize(("name", "media_type", "seconds"), DOCUMENTS)
def test_who_asks_for_the_head_gets_the_same_without_the_bytes(
    published: Site, name: str, media_type: str, seconds: int
) -> None:
    del seconds
    path = path_of(published, name)
    client = published.app.test_client()
    answer = client.head(path, base_url=published.base_url, headers=PROGRAM)
    row = stored(published, path)
    assert (answer.status_code, answer.data, answer.content_type) == (200, b"", media_type)
    assert answer.headers["ETag"] == f'"{row.sha256}"'
    assert answer.content_length == len(row.body)


@pytest.mark.parametrize("page", [f"{BADGE}/en", "profile"])
@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (LD_JSON, LD_JSON),
        ("application/json", LD_JSON),
        ("*/*", LD_JSON),
        ("text/turtle", LD_JSON),
        ("application/json, text/html;q=0.9", LD_JSON),
        ("text/html", "text/html; charset=utf-8"),
        ("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"),
        ("application/ld+json;q=0.5, text/html", "text/html; charset=utf-8"),
    ],
)
def test_programs_get_the_document_and_browsers_a_page(
    published: Site, page: str, accept: str, media_type: str
) -> None:
    path, browser = path_of(published, page), published.browser()
    answer = browser.get(path, Accept=accept)
    assert (answer.status_code, answer.content_type) == (200, media_type)
    assert (answer.data == stored(published, path).body) == (media_type == LD_JSON)
    assert "Accept" in answer.vary
    assert "Set-Cookie" not in answer.headers
    forced = browser.get(f"{path}.json", Accept=accept)
    assert forced.data == stored(published, path).body


def test_a_picture_opened_by_itself_can_do_nothing(published: Site) -> None:
    answer = published.browser().get(f"{BADGE}/badge.svg")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/.well-known/security.txt",
        "/.well-known/DID.json",
        "/did.json",
        "/status-lists/1",
        "/status-lists/%00",
        "/status-lists/%F0%9F%8E%93",
        "/status-lists/%ff",
        f"/status-lists/{'9' * 5000}",
        "/issuers/1",
        "/issuers/1.json",
        "/issuers/%3Cscript%3E",
        "/badge-classes/unknown",
        "/badge-classes/draft",
        "/badge-classes/draft/v1",
        "/badge-classes/draft/v1/en",
        "/badge-classes/draft/v1/badge.svg",
        "/badge-classes/wiki-friend/v2",
        "/badge-classes/wiki-friend/v2/badge.svg",
        f"/badge-classes/wiki-friend/v{'9' * 5000}",
        f"/badge-classes/wiki-friend/v{'9' * 5000}/badge.svg",
        f"/badge-classes/wiki-friend/v{'9' * 5000}/en",
        "/badge-classes/wiki-friend/v01/en",
        "/badge-classes/wiki-friend/v%D9%A1/en",
        f"{BADGE}/fr",
        f"{BADGE}/EN",
        f"{BADGE}/en/",
        f"{BADGE}/en.xml",
        f"{BADGE}/en.json.json",
        f"{BADGE}/%2e%2e/v1/en",
        f"{BADGE}//en",
    ],
)
def test_where_nothing_is_published_there_is_a_problem(published: Site, path: str) -> None:
    browser = published.browser()
    answer = browser.get(path, Accept=LD_JSON)
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert answer.headers["Cache-Control"] == "no-store"
    assert browser.get(path).status_code == 404


@dataclass
class OverTheWeb:
    """The service as any stranger's verifier reaches it."""

    browser: Browser

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
        """Ask the service, and no one else."""
        path = url.removeprefix(self.browser.base_url)
        answer = self.browser.get(path, Accept="application/json")
        if path == url or answer.status_code != 200 or len(answer.data) > maximum_bytes:
            raise UnavailableError(f"nothing at {url}")
        body: bytes = answer.data
        return body


def test_anyone_can_verify_a_badge_with_what_is_served(published: Site, awarded: Awarded) -> None:
    verifier = Verifier(OverTheWeb(published.browser()))
    report = verifier.verify(awarded.document, now=published.clock())
    assert report.verdict is Verdict.VERIFIED, report
    published.shell.does("revoke", awarded.url, "--reason", "a mistake")
    published.shell.does("status", "publish")
    report = verifier.verify(awarded.document, now=published.clock())
    assert report.verdict is Verdict.REJECTED


def test_a_status_list_has_another_etag_once_something_is_revoked(
    published: Site, awarded: Awarded
) -> None:
    browser = published.browser()
    before = browser.get(awarded.status_list)
    assert before.data == stored(published, awarded.status_list).body
    assert before.content_type == "application/vc"
    assert before.headers["Cache-Control"] == "public, max-age=60"
    assert_open_to_all(before)
    etag = before.headers["ETag"]
    assert browser.get(awarded.status_list, If_None_Match=etag).status_code == 304
    published.shell.does("revoke", awarded.url, "--reason", "a mistake")
    assert browser.get(awarded.status_list, If_None_Match=etag).status_code == 304
    published.shell.does("status", "publish")
    after = browser.get(awarded.status_list, If_None_Match=etag)
    assert (after.status_code, after.data) == (200, stored(published, awarded.status_list).body)
    assert after.data != before.data
    assert after.headers["ETag"] != etag


def test_a_status_list_is_json_to_who_asks_for_json(published: Site, awarded: Awarded) -> None:
    for accept, given in (
        ("application/json", "application/json"),
        ("application/ld+json, application/json;q=0.9", "application/ld+json"),
        ("*/*", "application/vc"),
        ("image/png", "application/vc"),
    ):
        answer = published.browser().get(awarded.status_list, Accept=accept)
        assert (answer.status_code, answer.content_type) == (200, given)
        assert answer.data == stored(published, awarded.status_list).body
        assert "Accept" in answer.headers["Vary"]


@pytest.fixture
def reader() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as workers:
        yield workers


def test_no_answer_is_half_of_one_publication_and_half_of_the_next(
    published: Site, reader: ThreadPoolExecutor
) -> None:
    bodies = [bytes([letter]) * length for letter, length in ((97, 9), (98, 200_000), (99, 70_000))]
    url = f"{published.base_url}/status-lists/busy"
    database, now = published.installation.database, published.clock()

    def put(number: int) -> None:
        with database.write() as session:
            moment = now + timedelta(seconds=number)
            body = bodies[number % len(bodies)]
            publish(session, url, body, media_type="application/vc", now=moment)

    def read() -> tuple[bytes, str, str, int | None]:
        answer = published.browser().get("/status-lists/busy")
        tags = answer.headers["ETag"], answer.headers["Last-Modified"]
        return answer.data, *tags, answer.content_length

    put(0)
    reading = reader.submit(lambda: [read() for _ in range(60)])
    number = 1
    while not reading.done():
        put(number)
        number += 1
    answers = reading.result()
    right = {
        (
            bodies[each % len(bodies)],
            f'"{hashlib.sha256(bodies[each % len(bodies)]).hexdigest()}"',
            format_datetime(now + timedelta(seconds=each), usegmt=True),
            len(bodies[each % len(bodies)]),
        )
        for each in range(number)
    }
    assert set(answers) <= right
    assert len(set(answers)) > 1  # it was published meanwhile


@pytest.fixture
def in_many_languages(shell: Shell, tmp_path: Path, open_site: Callable[..., Site]) -> Site:
    """A site with a second version, and a badge in Arabic whose texts are long."""
    folder = write_catalogue(tmp_path / "classes")
    write_version(folder, "wiki-friend/v2", definition=small_definition(name="Wiki friend, again"))
    write_version(folder, "long/v1", definition=ARABIC, translations={"eu": BASQUE})
    lock(folder)
    write_version(folder, "wiki-friend/v3", definition=small_definition(name="Not out yet"))
    site = open_site(shell, BADGE_CLASSES=str(folder))
    publish_everything(site.installation, now=site.clock())
    return site


@pytest.mark.parametrize(
    ("path", "language", "leads_to"),
    [
        ("/badge-classes/wiki-friend/v1", "es,en;q=0.5", f"{BADGE}/es"),
        ("/badge-classes/wiki-friend/v1", "en", f"{BADGE}/en"),
        ("/badge-classes/wiki-friend/v1", "eu", f"{BADGE}/en"),
        ("/badge-classes/wiki-friend", "es", "/badge-classes/wiki-friend/v2/en"),
        ("/badge-classes/long", "ca", "/badge-classes/long/v1/ar"),
        pytest.param("/badge-classes/long", "eu", "/badge-classes/long/v1/eu", id="no page's"),
    ],
)
def test_an_address_without_a_language_leads_to_the_readers_or_the_source(
    in_many_languages: Site, path: str, language: str, leads_to: str
) -> None:
    browser = in_many_languages.browser()
    answer = browser.get(path, Accept_Language=language)
    assert (answer.status_code, answer.location) == (303, leads_to)
    assert "Accept-Language" in answer.vary
    assert browser.get(leads_to).status_code == 200


def test_the_language_that_was_chosen_for_the_pages_comes_before_the_browsers(
    published: Site,
) -> None:
    browser = published.browser()
    browser.get("/badge-classes?lang=es")
    answer = browser.get("/badge-classes/wiki-friend", Accept_Language="en")
    assert answer.location == f"{BADGE}/es"


def test_a_page_shows_its_text_in_its_own_language_and_direction(in_many_languages: Site) -> None:
    text = in_many_languages.browser().get("/badge-classes/long/v1/ar").text
    assert '<html lang="en" dir="ltr">' in text
    assert f'<h1 class="name" lang="ar" dir="rtl">صديق الويكي {"و" * 60}</h1>' in text
    assert "<strong>ساعد</strong>" in text
    assert "<script>" not in text
    assert 'href="javascript:' not in text
    assert text.count("<h1") == 1


def test_a_page_shows_criteria_rubric_skills_and_keywords(published: Site) -> None:
    text = published.browser().get("/badge-classes/first-edits/v1/es").text
    for said in (
        "Primeras ediciones",
        "Hizo diez ediciones que se quedaron.",
        'alt="Un libro abierto con un lápiz"',
        "Diez ediciones en el espacio principal.",
        "Con cuánta autonomía se hizo",
        "<strong>Con ayuda</strong>: Alguien se sentó al lado",
        "Puntuación del cuestionario",
        '<a href="https://www.wikidata.org/entity/Q901"',
        "<bdi>Q901</bdi>",
        "edición</li>",
        'src="/badge-classes/first-edits/v1/badge.svg"',
        'href="/badge-classes/first-edits/v1/en"',
    ):
        assert said in text, said


def test_an_older_version_says_that_there_is_a_newer_one_and_a_draft_is_none(
    in_many_languages: Site,
) -> None:
    browser = in_many_languages.browser()
    newer = 'href="/badge-classes/wiki-friend"'
    assert newer in browser.get("/badge-classes/wiki-friend/v1/en").text
    assert newer not in browser.get("/badge-classes/wiki-friend/v2/en").text


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("", ["brief", "first-edits", "wiki-friend", "long"]),
        ("?method=training", ["first-edits"]),
        ("?method=peer-support&badge_language=es", ["wiki-friend"]),
        ("?badge_language=ar", ["long"]),
        ("?method=mentoring", []),
        ("?method=%00&badge_language=%F0%9F%8E%93", []),
    ],
)
def test_badges_are_listed_by_method_and_language_for_people_and_for_programs(
    open_site: Callable[..., Site], shell: Shell, tmp_path: Path, query: str, slugs: list[str]
) -> None:
    folder = write_catalogue(tmp_path / "classes")
    write_version(folder, "long/v1", definition=ARABIC)
    lock(folder)
    write_version(folder, "other/v1", definition=small_definition(name="Draft"))
    site = open_site(shell, BADGE_CLASSES=str(folder))
    publish_everything(site.installation, now=site.clock())
    browser = site.browser()
    page = browser.get(f"/badge-classes{query}")
    known = ["brief", "draft", "first-edits", "long", "other", "wiki-friend"]
    shown = [slug for slug in known if f'src="/badge-classes/{slug}/v1/badge.svg"' in page.text]
    if not query:
        slugs = [*slugs, "draft"]  # `lock` has published it by now
    assert (page.status_code, set(shown)) == (200, set(slugs))
    for listed in (
        browser.get(f"/badge-classes{query}", Accept="application/json"),
        browser.get(f"/badge-classes.json{query}"),
    ):
        entries = parse_json_object(listed.data, what="the list")["badgeClasses"]
        assert {entry["slug"] for entry in entries} == set(slugs)
        assert_open_to_all(listed)
        for entry in entries:
            for achievement in entry["achievements"]:
                path = achievement["id"].removeprefix(site.base_url)
                found = parse_json_object(browser.get(f"{path}.json").data, what=path)
                assert found["name"] == achievement["name"]
            assert browser.get(entry["picture"].removeprefix(site.base_url)).status_code == 200


def test_an_unknown_choice_shows_a_way_back(published: Site) -> None:
    page = published.browser().get("/badge-classes?method=mentoring")
    assert "No badge of this kind is awarded here." in page.text


def test_a_picture_is_there_before_anything_was_taken_over(site: Site) -> None:
    answer = site.browser().get(f"{BADGE}/badge.svg")
    picture = site.installation.catalogue.find("wiki-friend").picture
    assert (answer.status_code, answer.data) == (200, picture.data)
    assert answer.headers["ETag"] == f'"{hashlib.sha256(picture.data).hexdigest()}"'


def test_an_issuers_page_names_its_did_its_keys_and_its_badges(published: Site) -> None:
    (issuer,) = issuers_of(published)
    text = published.browser().get(f"/issuers/{issuer.id}").text
    assert issuer.did in text
    for method in (key.method for key in issuer.keys):
        assert f'<bdi class="code">{method}</bdi>' in text
    assert "It awards 3 badges." in text
    assert "trial issuer" not in text


def test_an_issuer_on_trial_says_so_and_so_does_a_generic_one(
    keyless: Shell, open_site: Callable[..., Site]
) -> None:
    keyless.does("issuer", "create")
    keyless.does("issuer", "create", "--profile", "generic", "--name", "مُصدِر <b>")
    site = open_site(keyless)
    pages = [site.browser().get(f"/issuers/{one.id}").text for one in issuers_of(site)]
    assert sum("It awards 3 badges." in page for page in pages) == 1
    assert sum("awards no badges" in page for page in pages) == 1
    assert sum("مُصدِر &lt;b&gt;</h1>" in page for page in pages) == 1
    assert all("This is a trial issuer" in page for page in pages)


def test_below_a_path_the_did_document_lies_beside_everything_else(
    newcomer: Shell, open_site: Callable[..., Site]
) -> None:
    newcomer.does("init", "--organisation", "Example", "--address", "https://org.example/badges")
    newcomer.does("issuer", "create")
    client = open_site(newcomer).app.test_client()

    def get(path: str) -> TestResponse:
        return client.get(path, base_url="https://org.example")

    answer = get("/badges/did.json")
    assert parse_json_object(answer.data, what="it")["id"] == "did:web:org.example:badges"
    assert get("/badges/.well-known/jwks.json").status_code == 200
    assert get("/badges/.well-known/did.json").status_code == 404


def test_starting_again_publishes_nothing_new(published: Site) -> None:
    before = stored(published, f"{BADGE}/en")
    published.clock.move(days=1)
    publish_everything(published.installation, now=published.clock())
    assert stored(published, f"{BADGE}/en") == before
    exported = published.installation.public.read(f"{published.base_url}{BADGE}/en")
    assert exported == before.body
