"""I3, I8, I13, I17, I21, I24 and I25 of the threats: what an address can be made to say or do."""

from urllib.parse import unquote, urlsplit

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Response

from issuer.tables import CredentialRow
from openbadges.strict import parse_json_object
from tests.doors import SAFE, Story
from tests.site import Site, hidden_fields

SCRIPT = "<img src=x onerror=alert(1)>"
REFLECTING = ["/{}", "/credentials/{}", "/s/{}", "/claim/{}", "/sign-in/{}", "/issuers/{}"]
REFLECTING += ["/badge-classes/{}", "/badge-classes/{}/v1/en", "/static/{}", "/manage/{}"]
REFLECTING += ["/status-lists/{}", "/.well-known/{}", "/?lang={}", "/badge-classes?method={}"]


@pytest.mark.parametrize("accept", ["text/html", "application/json", "*/*"])
@pytest.mark.parametrize("path", REFLECTING)
def test_an_error_repeats_nothing_that_could_run(story: Story, path: str, accept: str) -> None:
    answer = story.site.browser().get(path.format(SCRIPT), Accept=accept)
    assert answer.status_code < 500
    if answer.mimetype == "text/html":
        assert "<img src=x" not in answer.text
    else:
        assert answer.mimetype in {"application/problem+json", "application/json"}
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


EVIL = [
    *(
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%2f%2fevil.example",
    ),
    *("/%5cevil.example", "/%09/evil.example", "https:evil.example", "https://evil.example"),
    *("/..//evil.example", "/%0d%0aLocation:%20https://evil.example", "javascript:alert(1)"),
    *("/.evil.example", "/@evil.example", "//evil.example@badges.example"),
]


def ask_raw(site: Site, path: str, query: str = "") -> Response:
    """Send a path to the application as a server would, with no client that tidies it up."""
    environ = EnvironBuilder(base_url=site.base_url, query_string=query).get_environ()
    environ.update(PATH_INFO=path, RAW_URI=path, REQUEST_URI=path, HTTP_ACCEPT="text/html")
    body, status, headers = run_wsgi_app(site.app, environ, buffered=True)
    return Response(body, status, headers)


@pytest.mark.parametrize("path", EVIL)
def test_choosing_a_language_leads_to_our_own_pages_alone(story: Story, path: str) -> None:
    for raw in (path, unquote(path)):
        location = ask_raw(story.site, raw, "lang=es").headers.get("Location", "/")
        found = urlsplit(location)
        assert (found.scheme, found.netloc) == ("", "")
        assert location.startswith("/")
        assert not location.startswith(("//", "/\\"))


@pytest.mark.parametrize("name", ["next", "url", "return", "continue", "redirect_uri"])
def test_no_parameter_says_where_one_is_led_to(own_story: Story, name: str) -> None:
    browser = own_story.site.browser()
    answer = browser.send(f"{own_story.sign_in}?{name}=//evil.example", {name: "//evil.example"})
    assert answer.location == "/awards"
    assert browser.get(f"/sign-in?{name}=//evil.example").location == "/awards"


HOSTS = [
    *("evil.example", "badges.example.evil.example", "badges.example:8443", "evil@badges.example"),
    *(
        "badges.example@evil.example",
        "BADGES.EXAMPLE.",
        "",
        "127.0.0.1",
        "badges.example/x",
        "[::1",
    ),
]


@pytest.mark.parametrize("host", HOSTS)
def test_a_request_for_another_host_is_refused(story: Story, host: str) -> None:
    for path in ("/", story.share, "/verify", "/no-such-page"):
        answer = story.site.app.test_client().get(path, headers={"Host": host})
        assert answer.status_code == 400
        assert "evil" not in answer.text


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-URL"])
def test_no_header_changes_what_our_links_are_made_of(story: Story, header: str) -> None:
    answer = story.trainer.client.get(
        story.awards["awards.release"],
        base_url=story.site.base_url,
        headers={header: "host=evil.example", "Accept": "text/html"},
    )
    assert f"{story.site.base_url}/claim/" in answer.text
    assert "evil.example" not in answer.text


def test_whether_it_lives_is_told_to_whoever_asks_by_any_name(story: Story) -> None:
    client = story.site.app.test_client()
    assert client.get("/healthz", headers={"Host": "10.0.0.7:8000"}).status_code == 200
    assert client.get("/readyz", headers={"Host": "10.0.0.7:8000"}).status_code == 200


TRICKS = [
    *("/verify//", "/./verify", "/verify/.", "/verify/..", "/static/../settings.py", "/verify;x=1"),
    *("/static/..%2f..%2fsettings.py", "/static/%2e%2e/settings.py", "/static/....//app.py"),
    *(
        "/static//etc/passwd",
        "/static/style.css.",
        "/static/style.css%00.svg",
        "/VERIFY",
        "/verify.",
    ),
    *(
        "/.well-known/../did.json",
        "/.well-known/%2e%2e",
        "/badge-classes/../verify",
        "/%2e%2e/verify",
    ),
]


@pytest.mark.parametrize("path", TRICKS)
def test_another_spelling_of_an_address_is_not_found(story: Story, path: str) -> None:
    assert ask_raw(story.site, unquote(path)).status_code == 404


@pytest.mark.parametrize(
    "ending", ["/..", "/../x", ".json/..", ".json.", "..json", ".JSON", ".exe", ";json"]
)
def test_another_spelling_of_a_badges_address_shows_nothing(story: Story, ending: str) -> None:
    for path in (story.credential, story.share):
        answer = story.site.browser().get(path + ending, Accept="application/json")
        assert answer.status_code == 404, path
        assert "Wiki friend" not in answer.text


NOT_HERE = [
    *(
        "/console",
        "/?__debugger__=yes&cmd=resource&f=debugger.js",
        "/metrics",
        "/.env",
        "/.git/HEAD",
    ),
    *("/admin", "/debug", "/insignia.sqlite3", "/keys/index.json", "/passphrase", "/server-status"),
    *(
        "/installation.json",
        "/static/",
        "/static/../../pyproject.toml",
        "/phpinfo.php",
        "/wp-login.php",
    ),
]


@pytest.mark.parametrize("path", NOT_HERE)
def test_there_is_nothing_for_those_who_look_for_doors_left_open(story: Story, path: str) -> None:
    answer = story.site.browser().get(path)
    assert answer.status_code == (200 if path.startswith("/?") else 404)
    assert "werkzeug" not in answer.text.lower()


def test_debugging_is_off(story: Story) -> None:
    assert not story.site.app.debug
    assert not story.site.app.testing


@pytest.mark.parametrize(
    "method", ["TRACE", "PUT", "DELETE", "PATCH", "CONNECT", "PROPFIND", "FOO"]
)
def test_a_method_that_no_door_has_is_refused(story: Story, method: str) -> None:
    for rule in story.site.app.url_map.iter_rules():
        answer = story.site.browser().client.open(
            story.path(rule), method=method, base_url=story.site.base_url
        )
        assert answer.status_code == 405, rule
        allowed = set(answer.headers["Allow"].split(", "))
        assert (rule.methods or set()) <= allowed | SAFE
        assert method not in allowed


@pytest.mark.parametrize(
    "content_type", ["", "text/html", "application/xml", "x", "application/json;;"]
)
@pytest.mark.parametrize("path", ["/credentials/verify", "/presentations/verify"])
def test_a_body_of_another_kind_is_not_read(story: Story, path: str, content_type: str) -> None:
    answer = story.site.browser().client.post(
        path,
        base_url=story.site.base_url,
        data="{}",
        headers={"Content-Type": content_type} if content_type else {},
    )
    is_json = content_type.startswith("application/json")
    assert answer.status_code == (400 if is_json else 415)


def test_unknown_private_and_undone_say_the_same(own_story: Story) -> None:
    """So an id that was guessed, or seen elsewhere, tells nobody that there is a badge (I13)."""
    site, stranger = own_story.site, own_story.site.browser()
    undone = own_story.awards["awards.undo"]
    own_story.trainer.submit(undone, f"{undone}/undo")
    with site.installation.database.read() as session:
        award_id = undone.rpartition("/")[2]
        row = session.query(CredentialRow).filter_by(award_id=award_id).one()
        path = f"/credentials/{row.id}"
    own_story.learner.submit(
        own_story.manage, f"{own_story.manage}/public", edition="plain", public="no"
    )
    paths = [
        path,
        own_story.credential,
        "/credentials/" + "0" * 36,
        "/credentials/x",
        "/credentials/1",
    ]
    for accept in ("text/html", "application/json", "image/png"):
        answers = {
            (answer.status_code, answer.text, answer.mimetype)
            for answer in (stranger.get(one, Accept=accept) for one in paths)
        }
        assert len(answers) == 1
        assert next(iter(answers))[0] == 404


def test_wrong_withdrawn_replaced_and_used_links_say_the_same(own_story: Story) -> None:
    site, learner = own_story.site, own_story.learner
    learner.send(own_story.withdraw, own_token(own_story))
    replaced = learner.submit(own_story.manage, f"{own_story.manage}/replace")
    assert replaced.status_code == 303
    nobody = "a" * len(own_story.share.rpartition("/")[2])
    for accept in ("text/html", "application/json"):
        answers = {
            (answer.status_code, answer.text)
            for answer in (
                site.browser().get(path, Accept=accept)
                for path in (
                    own_story.share,
                    f"/s/{nobody}",
                    "/s/x",
                    own_story.manage,
                    f"/manage/{nobody}",
                )
            )
        }
        assert len(answers) == 1
        assert next(iter(answers))[0] == 404


def own_token(story: Story) -> dict[str, str]:
    return hidden_fields(story.learner.get(story.manage))


def test_ids_and_links_cannot_be_guessed(story: Story) -> None:
    badge = story.credential.rpartition("/")[2]
    assert badge[14] == "4"  # a random UUID, 122 bits of it
    for path in (story.share, story.manage, story.claim, story.sign_in):
        token = path.rpartition("/")[2]
        assert len(token) * 5 >= 128
        assert set(token) <= set("abcdefghijklmnopqrstuvwxyz234567")


def test_a_problem_document_is_typed_and_says_no_more_than_its_sentence(story: Story) -> None:
    answer = story.site.browser().get("/no-such-page", Accept="application/json")
    document = parse_json_object(answer.data, what="the problem")
    assert set(document) == {"type", "title", "status", "detail", "code"}
    assert document["type"] == f"{story.site.base_url}/docs#problem-MISSING"
    assert 'id="problem-MISSING"' in story.site.browser().get("/docs").text
