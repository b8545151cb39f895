"""I1, I6, I19, I20, J4 and G11 of the threats: what every answer tells the browser and the caches.

The doors are the application's own list, and each is opened by whoever may.
"""

import re

import pytest
from werkzeug.test import TestResponse

from service.web.headers import PICTURE_POLICY
from tests.doors import CHANGES, Story

ERRORS = ["/no-such-page", "/claim/nobody", "/credentials/x", "/s/x", "/awards", "/static/x"]
SOMEBODYS = frozenset({"accounts", "new_award", "awards", "managing", "claiming"})


def looked_through(story: Story, accept: str = "text/html") -> dict[str, TestResponse]:
    """Open every door that can be looked through, and a few that lead nowhere."""
    found = {}
    for rule in story.rules(safe=True):
        found[f"{rule.endpoint} {rule.rule}"] = story.opener(rule).client.get(
            story.path(rule), base_url=story.site.base_url, headers={"Accept": accept}
        )
    for path in ERRORS:
        found[path] = story.site.browser().get(path, Accept=accept)
    for answer in found.values():
        _ = answer.data  # so that the file is closed
        answer.close()
    return found


def directives(answer: TestResponse) -> dict[str, str]:
    parts = (
        one.strip().partition(" ") for one in answer.headers["Content-Security-Policy"].split(";")
    )
    return {name: rest for name, _, rest in parts}


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_every_answer_lets_only_our_own_files_work_in_it(story: Story, accept: str) -> None:
    for door, answer in looked_through(story, accept).items():
        policy = directives(answer)
        assert policy["default-src"] == "'none'", door
        if not (answer.mimetype or "").startswith("image/"):
            assert policy["script-src"] == "'self'", door
            assert policy["style-src"] == "'self'", door
            assert policy["img-src"] == "'self' data:", door
            assert policy["form-action"] == "'self'", door
            assert policy["base-uri"] == "'none'", door
            assert policy["require-trusted-types-for"] == "'script'", door
            assert policy["frame-ancestors"] == "'none'", door
        assert answer.headers["X-Content-Type-Options"] == "nosniff", door
        assert answer.headers["Referrer-Policy"] == "no-referrer", door
        assert answer.headers["Strict-Transport-Security"].startswith("max-age="), door


def test_no_page_has_a_script_or_a_style_of_its_own(story: Story) -> None:
    for door, answer in looked_through(story).items():
        if answer.mimetype != "text/html":
            continue
        assert "<style" not in answer.text, door
        assert " style=" not in answer.text, door
        assert " onload=" not in answer.text, door
        scripts = answer.text.split("<script")[1:]
        assert all(re.match(r' src="/static/[a-z]+\.js\?v=', one) for one in scripts), door
        assert all("></script>" in one for one in scripts), door


def test_what_is_somebodys_is_kept_by_no_cache_and_listed_nowhere(story: Story) -> None:
    for door, answer in looked_through(story).items():
        if door.partition(".")[0] not in SOMEBODYS or answer.status_code != 200:
            continue
        assert answer.headers["Cache-Control"] == "no-store, private", door
        assert "Cookie" in answer.headers["Vary"], door
        if answer.mimetype == "text/html":
            assert answer.headers["X-Robots-Tag"] == "noindex", door


def test_whatever_was_made_with_a_session_is_kept_by_no_cache(story: Story) -> None:
    """Flask CVE-2023-30861 and CVE-2026-27205: a page of one person, given to the next."""
    for browser in (story.trainer, story.learner):
        for path in ("/", "/verify", "/sign-in", story.share, story.credential, "/no-such-page"):
            answer = browser.get(path)
            assert answer.headers["Cache-Control"] == "no-store, private", path
            assert "Cookie" in answer.headers["Vary"], path


def test_an_answer_that_gives_a_session_is_kept_by_no_cache(own_story: Story) -> None:
    for path in (own_story.sign_in, own_story.claim, f"{own_story.manage}/open"):
        answer = own_story.site.browser().send(path)
        assert "__Host-insignia=" in answer.headers["Set-Cookie"], path
        assert answer.headers["Cache-Control"] == "no-store, private", path
        assert "Cookie" in answer.headers["Vary"], path


def test_a_cookie_is_for_this_host_over_https_and_for_no_script(own_story: Story) -> None:
    cookie = own_story.site.browser().send(own_story.sign_in).headers["Set-Cookie"]
    assert cookie.startswith("__Host-insignia=")
    parts = set(cookie.split("; ")[1:])
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= parts
    assert not any(one.startswith("Domain") for one in parts)


def test_looking_gives_nobody_a_cookie(story: Story) -> None:
    for rule in story.rules(safe=True):
        if rule.endpoint == "claiming.look":  # which has one of its own
            continue
        answer = story.site.browser().client.get(
            story.path(rule), base_url=story.site.base_url, headers={"Accept": "text/html"}
        )
        assert "Set-Cookie" not in answer.headers, rule
        answer.close()


def test_nobody_else_can_plant_the_cookie_of_who_takes_a_badge(own_story: Story) -> None:
    claim = own_story.claim
    cookie = own_story.site.browser().get(claim).headers["Set-Cookie"]
    name, *parts = cookie.split("; ")
    assert re.fullmatch(r"__Host-insignia-claim=[\w-]{22}", name, re.ASCII)
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=86400"} <= set(parts)
    assert not any(one.startswith("Domain") for one in parts)


def test_verifying_gives_nobody_a_cookie(story: Story) -> None:
    answer = story.site.browser().send("/verify", {"text": "{}"})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_pages_of_others_read_only_what_is_the_same_for_everyone(story: Story) -> None:
    for rule in story.rules(safe=True):
        answer = story.opener(rule).client.get(
            story.path(rule),
            base_url=story.site.base_url,
            headers={"Accept": "application/json", "Origin": "https://evil.example"},
        )
        allowed = answer.headers.get("Access-Control-Allow-Origin")
        assert allowed in {None, "*"}, rule
        assert "Access-Control-Allow-Credentials" not in answer.headers, rule
        if rule.endpoint.partition(".")[0] in SOMEBODYS | {"signing_in", "front"}:
            assert allowed is None, rule
        answer.close()


@pytest.mark.parametrize("path", ["/credentials/verify", "/presentations/verify", "/verify"])
def test_a_page_of_another_site_may_have_a_credential_verified(story: Story, path: str) -> None:
    answer = story.site.browser().client.post(
        path,
        base_url=story.site.base_url,
        data="{}",
        content_type="application/json",
        headers={"Origin": "https://employer.example", "Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code in {200, 400}
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_no_page_of_another_site_may_ask_for_a_change(story: Story) -> None:
    for endpoint in CHANGES:
        rule = story.rule_of(endpoint)
        answer = story.opener(rule).client.options(
            story.path(rule),
            base_url=story.site.base_url,
            headers={
                "Origin": "https://evil.example",
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "content-type",
            },
        )
        assert not [name for name in answer.headers if name[0].startswith("Access-Control-Allow")]


def test_a_picture_opened_by_itself_may_do_nothing(story: Story) -> None:
    for path in (
        f"{story.share}.svg",
        "/badge-classes/wiki-friend/v1/badge.svg",
        "/static/icon.svg",
    ):
        answer = story.site.browser().get(path)
        assert answer.mimetype == "image/svg+xml"
        assert answer.headers["Content-Security-Policy"] == PICTURE_POLICY
        assert "sandbox" in PICTURE_POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        answer.close()


def test_no_search_engine_lists_a_badge(story: Story) -> None:
    stranger = story.site.browser()
    shared = stranger.get(story.share)
    assert shared.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in stranger.get(story.credential).text
    robots = stranger.get("/robots.txt").text
    for place in ("/claim/", "/manage/", "/s/", "/awards"):
        assert f"Disallow: {place}\n" in robots
