"""Whatever is asked of whichever door, in whatever words: never an error of ours, never a hang.

A29, I25 and all of H at once; hypothesis takes the same examples every day.
"""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.routing import Rule

from tests.doors import CHANGES, Story
from tests.site import Browser, token_in

pytestmark = pytest.mark.thorough

WORDS = st.one_of(
    st.text(max_size=40),
    st.binary(max_size=40).map(lambda data: data.decode("latin-1")),
    st.sampled_from(
        [
            *(
                "",
                "0",
                "-1",
                "9" * 30,
                "null",
                "true",
                "[]",
                "{}",
                "..",
                "/",
                "\\",
                "%",
                "%00",
                "'",
                '"',
            ),
            *(
                "did:web:a.example",
                "did:key:z",
                "https://badges.example/s/x",
                "http://127.0.0.1/",
                "ey.J.x",
            ),
            *(
                "user:A@b.example",
                "a@b.example",
                "2026-02-30",
                "0001-01-01",
                "9999-12-31",
                "new",
                "plain",
            ),
            *(
                "wiki-friend",
                "wiki-friend@1",
                "wiki-friend@99",
                "draft",
                "full",
                "json",
                "png",
                "en",
                "x-y",
            ),
        ]
    ),
)
NAMES = st.one_of(
    st.sampled_from(
        [
            *(
                "recipient",
                "recipient_kind",
                "wiki",
                "valid_from",
                "valid_until",
                "language",
                "issuer",
            ),
            *(
                "activity",
                "activity_title",
                "activity_day",
                "evidence",
                "narrative",
                "again",
                "step",
            ),
            *(
                "request_key",
                "reason",
                "sure",
                "edition",
                "public",
                "name",
                "text",
                "file",
                "before",
                "lang",
            ),
        ]
    ),
    st.text(max_size=10),
)
PLAIN = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=30)
HEADERS = st.dictionaries(
    st.sampled_from(
        [
            *(
                "Accept",
                "Accept-Language",
                "Authorization",
                "Cookie",
                "Content-Type",
                "Idempotency-Key",
            ),
            *("If-None-Match", "If-Modified-Since", "Range", "X-Forwarded-For", "Content-Encoding"),
        ]
    ),
    st.one_of(
        PLAIN,
        st.sampled_from(
            [
                *(
                    "*/*",
                    "text/html",
                    "application/json",
                    "image/png;q=x",
                    "multipart/form-data",
                    "en;q=9",
                ),
                *(
                    "Bearer x",
                    "Bearer",
                    "Basic eA==",
                    "__Host-insignia=x",
                    "bytes=0-",
                    "bytes=9-1",
                    "*",
                ),
            ]
        ),
    ),
    max_size=4,
)
METHODS = st.sampled_from(
    ["GET", "GET", "HEAD", "OPTIONS", "POST", "POST", "POST", "PUT", "DELETE"]
)
BODIES = st.one_of(
    st.dictionaries(NAMES, WORDS, max_size=8),
    st.binary(max_size=200),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
        max_leaves=8,
    ).map(repr),
)


def doors(story: Story) -> list[Rule]:
    rules = story.site.app.url_map.iter_rules()
    return sorted(rules, key=lambda rule: (rule.rule, rule.endpoint))


def ask(browser: Browser, path: str, method: str, **how: Any) -> int:  # noqa: ANN401 -- what a client sends
    try:
        answer = browser.client.open(path, method=method, base_url=browser.base_url, **how)
    except (UnicodeError, ValueError):  # the client itself cannot write it
        return 0
    answer.close()
    return answer.status_code


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_garbage_at_every_door_breaks_nothing(story: Story, data: st.DataObject) -> None:
    method, headers, body = data.draw(METHODS), data.draw(HEADERS), data.draw(BODIES)
    word = data.draw(WORDS)
    for rule in doors(story):
        path = story.path(rule) if data.draw(st.booleans()) else rule.rule
        for argument in rule.arguments:
            path = path.replace(f"<{argument}>", word).replace(f"<uuid:{argument}>", word)
        how: dict[str, Any] = {"headers": headers, "query_string": {data.draw(NAMES): word}}
        if method == "POST":
            how["data"] = body
        assert ask(story.site.browser(), path, method, **how) < 500, (method, path, how)


@pytest.fixture(scope="module")
def tokens(story: Story) -> dict[str, dict[str, str]]:
    """What the forms of each person carry besides their fields."""
    return {
        "trainer": {"csrf_token": token_in(story.trainer.get("/account"))},
        "learner": {"csrf_token": token_in(story.learner.get(story.manage))},
    }


@pytest.mark.parametrize("endpoint", [*CHANGES, "verifying.verify"])
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(fields=st.dictionaries(NAMES, WORDS, max_size=10))
def test_garbage_in_a_form_breaks_nothing(
    story: Story, tokens: dict[str, dict[str, str]], endpoint: str, fields: dict[str, str]
) -> None:
    if endpoint in {"signing_in.sign_out", "managing.close", "managing.replace_link"}:
        pytest.skip("it takes no field, and ends what the others need")
    rule = story.rule_of(endpoint)
    browser = story.opener(rule)
    person = {id(story.trainer): "trainer", id(story.learner): "learner"}.get(id(browser), "")
    sent = {**fields, **tokens.get(person, {})}
    assert ask(browser, story.path(rule), "POST", data=sent) < 500, fields
