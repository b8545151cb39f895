"""The description of the doors says what there is, and the page says the same to people."""

import re

from werkzeug.exceptions import HTTPException

from openbadges.errors import Code
from openbadges.strict import Document, parse_json_object
from service.machine.doors import Door
from service.machine.openapi import DOORS
from service.machine.problem_codes import PROBLEM_CODES
from tests.site import Site

MACHINE_BLUEPRINTS = ("awards_api", "vc_api")
FILLED = {
    "id": "0d9d9a56-2f32-4a33-8f0c-9f4a5f0ed7c1",
    "slug": "wiki-friend",
    "version": "1",
    "language": "en",
    "token": "abcdefghijklmnopqrstuvwxyz",
}


def described(site: Site) -> Document:
    response = site.browser().get("/openapi.json", Accept="application/json")
    assert response.status_code == 200
    return parse_json_object(response.data, what="the description")


def test_every_door_that_is_described_is_where_it_is_said_to_be(site: Site) -> None:
    assert [found_at(site, door) for door in DOORS] == [door.endpoint for door in DOORS]


def found_at(site: Site, door: Door) -> object:
    path = re.sub(r"{(\w+)}", lambda match: FILLED[match[1]], door.path)
    try:
        return site.app.url_map.bind("").match(path, method=door.method)[0]
    except HTTPException as error:
        return error.code


def test_every_machine_door_is_described(site: Site) -> None:
    there_are = {
        (rule.endpoint, method, rule.rule)
        for rule in site.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint.partition(".")[0] in MACHINE_BLUEPRINTS
        and rule.endpoint != "vc_api.nothing_to_read"  # it answers 405
    }
    assert there_are
    assert there_are <= {(door.endpoint, door.method, door.path) for door in DOORS}


def test_the_description_names_the_public_address_and_is_the_same_each_time(site: Site) -> None:
    document = described(site)
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": site.base_url}]
    first, second = (site.browser().get("/openapi.json") for _ in range(2))
    assert first.data == second.data
    etag = first.headers["ETag"]
    assert site.browser().get("/openapi.json", If_None_Match=etag).status_code == 304
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in first.headers


def test_operations_have_names_of_their_own_and_every_reference_leads_somewhere(
    site: Site,
) -> None:
    document = described(site)
    names = [one["operationId"] for path in document["paths"].values() for one in path.values()]
    assert len(names) == len(set(names)) == len(DOORS)
    text = site.browser().get("/openapi.json").text
    references = set(re.findall(r'"#/components/schemas/(\w+)"', text))
    assert references <= set(document["components"]["schemas"])


def test_doors_that_sign_ask_for_a_token_and_no_other_does(site: Site) -> None:
    asking = {
        path
        for path, methods in described(site)["paths"].items()
        for operation in methods.values()
        if operation["security"]
    }
    assert asking == {"/api/awards", "/credentials/issue"}


def test_every_code_is_explained_on_the_page_that_problems_point_to(site: Site) -> None:
    assert {code.value for code in Code} <= set(PROBLEM_CODES)
    anchors = re.findall(r'id="problem-([A-Z0-9_]+)"', site.browser().get("/docs").text)
    assert sorted(anchors) == sorted(PROBLEM_CODES)


def test_the_page_has_every_door_with_its_members_and_a_call(site: Site) -> None:
    page = site.browser().get("/docs")
    assert page.status_code == 200
    for door in DOORS:
        assert f"<code>{door.method} {door.path}</code></h2>" in page.text
    for member in ("evidence[].narrative", "activity.startsOn", "options.checks"):
        assert f"<code>{member}</code>" in page.text
    assert f"curl {site.base_url}/api/awards" in page.text


def test_the_page_says_english_of_its_english_parts_in_any_language(site: Site) -> None:
    page = site.browser().get("/docs", Accept_Language="ar")
    assert '<html lang="ar" dir="rtl">' in page.text
    assert page.text.count('lang="en" dir="ltr"') > len(DOORS)


def test_nothing_on_the_page_is_from_elsewhere_and_no_cookie_is_set(site: Site) -> None:
    page = site.browser().get("/docs")
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page.text) == []
    assert "Set-Cookie" not in page.headers
