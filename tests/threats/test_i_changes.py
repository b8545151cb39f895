"""I4 of the threats: nobody else's page makes a browser change anything, and looking does not.

The doors are the application's own list, so one that comes later is held to the same.
"""

import json

import pytest

from service.web.csrf import EXEMPT
from tests.doors import (
    BEARERS,
    CHANGES,
    FOR_TRAINERS,
    NOTHING_CHANGES,
    Story,
    filled_form,
    rows_of,
)
from tests.site import token_in

WITH_TOKEN = sorted(CHANGES.keys() - EXEMPT)
FOREIGN = [
    pytest.param({"Origin": "https://evil.example"}, id="another origin"),
    pytest.param({"Origin": "https://badges.example.evil.example"}, id="a longer name"),
    pytest.param({"Origin": "https://badges.example:8443"}, id="another port"),
    pytest.param({"Sec_Fetch_Site": "cross-site"}, id="another site"),
    pytest.param({"Sec_Fetch_Site": "same-site"}, id="another host of the site"),
    pytest.param({"Origin": "null", "Sec_Fetch_Site": "cross-site"}, id="a sandboxed frame"),
]


def trainers_token(story: Story) -> str:
    return token_in(story.trainer.get("/account"))


def learners_token(story: Story) -> str:
    return token_in(story.learner.get(story.manage))


def own_token(story: Story, endpoint: str) -> str:
    return trainers_token(story) if is_trainers(story, endpoint) else learners_token(story)


def is_trainers(story: Story, endpoint: str) -> bool:
    return story.opener(story.rule_of(endpoint)) is story.trainer


def test_every_door_that_changes_something_is_known_here(story: Story) -> None:
    found = {rule.endpoint for rule in story.rules(safe=False)}
    assert found == CHANGES.keys() | NOTHING_CHANGES | BEARERS
    assert found >= EXEMPT.keys()


def test_what_asks_for_no_token_is_the_table_of_exemptions() -> None:
    """A secret in the address, a bearer token, or nothing that changes: no other reason."""
    assert EXEMPT.keys() == NOTHING_CHANGES | BEARERS | {
        "signing_in.use",
        "claiming.take_badge",
        "managing.open_",
    }


@pytest.mark.parametrize("endpoint", WITH_TOKEN)
def test_without_a_token_nothing_is_changed(story: Story, endpoint: str) -> None:
    own_token(story, endpoint)  # there is one
    before = rows_of(story.site)
    assert story.send(endpoint).status_code == 403
    assert story.send(endpoint, "").status_code == 403
    assert rows_of(story.site) == before


@pytest.mark.parametrize("endpoint", WITH_TOKEN)
def test_the_token_of_another_session_changes_nothing(story: Story, endpoint: str) -> None:
    other = learners_token if is_trainers(story, endpoint) else trainers_token
    before = rows_of(story.site)
    assert story.send(endpoint, other(story)).status_code == 403
    assert rows_of(story.site) == before


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_form_of_another_site_changes_nothing_even_with_the_token(
    story: Story, headers: dict[str, str]
) -> None:
    before = rows_of(story.site)
    statuses = {
        endpoint: story.send(endpoint, own_token(story, endpoint), **headers).status_code
        for endpoint in CHANGES
    }
    assert statuses == dict.fromkeys(CHANGES, 403)
    assert rows_of(story.site) == before


@pytest.mark.parametrize("endpoint", CHANGES)
def test_json_as_plain_text_is_no_form_and_changes_nothing(story: Story, endpoint: str) -> None:
    if endpoint in EXEMPT:
        pytest.skip("what opens it is in the address; another test sends it from another site")
    rule = story.rule_of(endpoint)
    token = own_token(story, endpoint)
    before = rows_of(story.site)
    browser = story.opener(rule)
    response = browser.client.post(
        story.path(rule),
        base_url=browser.base_url,
        data=json.dumps({"csrf_token": token, **CHANGES[endpoint]}),
        content_type="text/plain",
    )
    assert response.status_code == 403
    assert rows_of(story.site) == before


@pytest.mark.parametrize("endpoint", sorted(BEARERS))
@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded"])
def test_a_machine_door_knows_no_cookie(story: Story, endpoint: str, content_type: str) -> None:
    before = rows_of(story.site)
    body = {"badgeClass": "wiki-friend", "recipient": "third@example.org"}
    response = story.trainer.client.post(
        story.path(story.rule_of(endpoint)),
        base_url=story.site.base_url,
        data=json.dumps(body),
        content_type=content_type,
        headers={"Idempotency-Key": "first"},
    )
    assert response.status_code in {401, 404, 415}
    assert rows_of(story.site) == before


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_no_header_and_no_parameter_makes_another_method_of_a_get(story: Story, name: str) -> None:
    before = rows_of(story.site)
    for endpoint in CHANGES:
        path = story.path(story.rule_of(endpoint))
        browser = story.opener(story.rule_of(endpoint))
        answer = browser.get(f"{path}?_method=POST", **{name.replace("-", "_"): "POST"})
        assert answer.status_code in {200, 303, 404, 405}, path
    assert rows_of(story.site) == before


def test_looking_through_every_door_changes_nothing(story: Story) -> None:
    filled_form(story.site, story.trainer)  # the token that its forms carry is there by now
    learners_token(story)
    before = rows_of(story.site)
    statuses = {}
    for rule in story.rules(safe=True):
        path = story.path(rule)
        for method in rule.methods or ():
            answer = story.opener(rule).client.open(
                path, method=method, base_url=story.site.base_url, headers={"Accept": "text/html"}
            )
            statuses[f"{method} {path}"] = answer.status_code
            answer.close()
    refused = {one for one, found in statuses.items() if found not in {200, 303, 405}}
    # The first is there for another address, the second where there is a key for receipts, and the
    # third for a bearer token.
    nowhere = (
        "/did.json",
        f"{story.share}/receipt.jws",
        story.path(story.rule_of("batches_api.show")),
    )
    assert refused == {f"{method} {path}" for method in ("GET", "HEAD") for path in nowhere}
    assert rows_of(story.site) == before


def test_with_its_own_token_each_of_them_does_its_work(own_story: Story) -> None:
    """So the refusals above are refusals of what would have been done."""
    for endpoint in CHANGES:
        before = rows_of(own_story.site)
        token = None if endpoint in EXEMPT else own_token(own_story, endpoint)
        response = own_story.send(endpoint, token, Origin=own_story.site.base_url)
        assert response.status_code == 303, (endpoint, response.text)
        assert rows_of(own_story.site) != before, endpoint


def test_the_doors_for_trainers_are_shut_to_strangers(story: Story) -> None:
    for rule in story.site.app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] not in FOR_TRAINERS:
            continue
        methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        for method in methods:
            answer = story.site.browser().client.open(
                story.path(rule), method=method, base_url=story.site.base_url
            )
            assert (answer.status_code, answer.location) in {(303, "/sign-in"), (403, None)}
