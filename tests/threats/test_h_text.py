"""A29, H16, H18 and H19 of the threats: what can be put into fields and addresses.

Whatever it is, the answer is a page or a problem document below 500, soon, and the logs stay ours.
"""

from collections.abc import Iterator
from contextlib import closing, redirect_stderr
from io import StringIO
from urllib.parse import quote

import pytest
import structlog

from openbadges.strict import parse_json_object
from service.web import logs
from tests.databases import SERVERS, Server
from tests.doors import CHANGES, NO_LIMITS, Story, rows_of, tell_story
from tests.shell import Shell
from tests.site import Browser, hidden_fields, make_site, token_in

pytestmark = pytest.mark.thorough

NASTY = {
    "NUL": "a\x00b",
    "half a pair": "a\ud800b",
    "escapes": "a\x1b[31m\x07b",
    "a line": "a\r\n[INFO] revoked",
    "right to left": "a\u202eb",
    "nothing to see": "\u200b\u200d\ufeff",
    "noncharacter": "a\ufffeb\U0010ffff",
    "255 emoji": "🎓" * 255,
    "quotes": "' OR 1=1 --\\'\"",
    "wildcards": "%_'\";--",
    "long": "x" * 100_000,
    "a word of code": "{0.__class__}%s${7*7}",
}
FIELDS = ["recipient", "wiki", "valid_from", "activity", "activity_title", "evidence", "narrative"]
FIELDS += ["request_key", "issuer", "language", "recipient_kind", "step", "again", "activity_day"]


def encoded(text: str) -> bytes:
    """Write a form's value as bytes, half a surrogate pair as what a careless client sends."""
    return text.encode("utf-8", "surrogatepass")


def form(fields: dict[str, str]) -> bytes:
    """Write a form as a browser does, whatever is in it."""
    return b"&".join(
        name.encode() + b"=" + b"".join(b"%%%02x" % byte for byte in encoded(value))
        for name, value in fields.items()
    )


def send(browser: Browser, path: str, fields: dict[str, str]) -> int:
    answer = browser.client.post(
        path,
        base_url=browser.base_url,
        data=form(fields),
        content_type="application/x-www-form-urlencoded",
        headers={"Accept": "text/html"},
    )
    return answer.status_code


def fill_every_field(story: Story, text: str) -> dict[str, int]:
    """Put a text into each field of the award form in turn; returns how it was answered."""
    page = "/awards/new/wiki-friend"
    filled = {
        **hidden_fields(story.trainer.get(page)),
        "step": "award",
        "language": "en",
        "recipient_kind": "email",
        "activity": "new",
        "recipient": "learner@example.org",
        "valid_from": f"{story.site.clock():%Y-%m-%d}",
    }
    return {name: send(story.trainer, page, {**filled, name: text}) for name in FIELDS}


def open_every_door(story: Story, odd: str) -> dict[str, int]:
    """Put odd bytes into each address in turn; returns how it was answered."""
    found = {}
    for rule in story.site.app.url_map.iter_rules():
        path, browser = story.path(rule), story.opener(rule)
        query = f"?before={odd}&method={odd}&badge_language={odd}"
        for asked in (path + odd, path[:-1] + odd, path + query):
            for accept in ("text/html", "application/json"):
                answer = browser.client.get(
                    asked, base_url=browser.base_url, headers={"Accept": accept}
                )
                found[f"{asked} {accept}"] = answer.status_code
                answer.close()
    return found


def broken(found: dict[str, int]) -> dict[str, int]:
    return {name: status for name, status in found.items() if status >= 500}


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_no_field_of_the_award_form_breaks_the_service(story: Story, text: str) -> None:
    found = fill_every_field(story, text)
    assert set(found.values()) <= {200, 303, 400, 409, 413, 422}, found


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_no_field_of_another_form_breaks_the_service(own_story: Story, text: str) -> None:
    fields = ["reason", "sure", "edition", "name", "public", "language", "text", "recipient"]
    for endpoint in (*CHANGES, "verifying.verify"):
        rule = own_story.rule_of(endpoint)
        if endpoint in {"managing.replace_link", "signing_in.sign_out", "managing.close"}:
            continue  # which take no field, and end what the others need
        browser = own_story.opener(rule)
        page = "/account" if browser is own_story.trainer else own_story.manage
        token = {} if "signing" in endpoint or "verify" in endpoint else _token(browser, page)
        sent = send(browser, own_story.path(rule), {**token, **dict.fromkeys(fields, text)})
        assert sent < 500, endpoint


def _token(browser: Browser, page: str) -> dict[str, str]:
    found = browser.get(page)
    return {"csrf_token": token_in(found)} if "csrf_token" in found.text else {}


ODD_BYTES = [
    "%00",
    "%ed%a0%80",
    "%ff",
    "%f4%90%80%80",
    "%e2%80%ae",
    "%0d%0a",
    "%27",
    "%25",
    "%5c",
    "%F0%9F%8E%93",
]


@pytest.mark.parametrize("odd", ODD_BYTES)
def test_no_address_breaks_the_service(story: Story, odd: str) -> None:
    assert broken(open_every_door(story, odd)) == {}


@pytest.mark.parametrize("server", SERVERS, indirect=True)
def test_neither_does_it_on_a_database_that_does_not_take_every_text(
    keyless: Shell, server: Server
) -> None:
    with server.empty() as url:
        shell = keyless.having(DATABASE_URL=url)
        shell.does("db", "upgrade")
        shell.does("issuer", "create")
        site = make_site(shell, **NO_LIMITS)
        with closing(site.installation):
            story = tell_story(site)
            found = [fill_every_field(story, text) for text in list(NASTY.values())[:7]]
            found += [open_every_door(story, odd) for odd in ODD_BYTES[:4]]
            assert [broken(one) for one in found if broken(one)] == []


@pytest.fixture
def written() -> Iterator[StringIO]:
    """What the service writes while it serves."""
    with redirect_stderr(StringIO()) as lines:
        logs.configure()
    yield lines
    structlog.reset_defaults()


def test_the_logs_are_lines_of_ours_whatever_was_sent(own_story: Story, written: StringIO) -> None:
    trainer, site = own_story.trainer, own_story.site
    evil = "x\n[INFO] revoked\x1b[2J\u2028"
    for place in ("", "s/", "claim/", "awards/new/"):
        path = f"/{place}{quote(evil)}"
        trainer.client.get(path, base_url=site.base_url, headers={"User-Agent": "\x1b[2J"})
    site.ask_for_award(
        trainer, step="award", narrative=evil, activity="new", activity_title=evil, recipient=evil
    )
    trainer.client.open("/", method="EVIL", base_url=site.base_url)
    text = written.getvalue()
    assert text
    for line in text.splitlines():
        event = parse_json_object(line, what="a line")
        assert {"event", "level", "timestamp"} <= event.keys()
    assert "\x1b" not in text
    assert "revoked" not in text


SEARCHES = ["%_'\";--", "' OR '1'='1", "1; DROP TABLE awards", "before=x", "\\", "%%", "_" * 36]


@pytest.mark.parametrize("search", SEARCHES)
def test_no_search_finds_more_than_it_should_or_breaks_anything(story: Story, search: str) -> None:
    before = rows_of(story.site)
    other = story.site.trainer(f"Another {search}")
    after = rows_of(story.site)
    listed = other.client.get(
        "/awards",
        base_url=story.site.base_url,
        query_string={"before": search, "order_by": search, "sort": search, "limit": search},
        headers={"Accept": "text/html"},
    )
    assert listed.status_code == 200
    assert "wiki-friend" not in listed.text
    for prefix in ("/credentials/", "/s/", "/manage/", "/claim/", "/issuers/", "/badge-classes/"):
        assert other.client.get(prefix + search, base_url=story.site.base_url).status_code == 404
    assert before.keys() == after.keys()


@pytest.mark.parametrize(("characters", "status"), [(300, 303), (301, 422)])
def test_the_name_of_a_link_is_as_long_in_emoji_as_in_letters(
    own_story: Story, characters: int, status: int
) -> None:
    learner, manage = own_story.learner, own_story.manage
    made = learner.submit(manage, f"{manage}/links", edition="plain", name="🎓" * characters)
    assert made.status_code == status
    assert ("🎓" * characters in learner.get(manage).text) is (status == 303)
