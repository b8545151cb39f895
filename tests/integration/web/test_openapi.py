"""The description of the doors says what there is, and the page says the same to people."""

import json
import re
import subprocess
from pathlib import Path
from typing import Final

import pytest
from jsonschema import Draft202012Validator
from werkzeug.exceptions import HTTPException

from openbadges.errors import Code
from openbadges.strict import Document, parse_json_object
from service.machine.doors import Door
from service.machine.openapi import DOORS
from service.machine.problem_codes import PROBLEM_CODES
from service.machine.readable import readable_doors
from tests.presentations import presented
from tests.programs import answered, program
from tests.site import Site
from tests.world import did_key_issuer, issued_by

MACHINE_BLUEPRINTS = ("awards_api", "batches_api", "vc_api")
FILLED = {
    "id": "0d9d9a56-2f32-4a33-8f0c-9f4a5f0ed7c1",
    "batch_id": "0d9d9a56-2f32-4a33-8f0c-9f4a5f0ed7c1",
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
        (rule.endpoint, method, re.sub(r"<(\w+)>", r"{\1}", rule.rule))
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
    assert asking == {
        "/api/awards",
        "/api/batches",
        "/api/batches/{batch_id}",
        "/api/batches/{batch_id}/undo",
        "/credentials/issue",
    }


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


SOMEBODY = did_key_issuer(5)
BADGE: Final[Document] = SOMEBODY.sign(issued_by(SOMEBODY))


def has_the_shape(site: Site, name: str, found: Document) -> None:
    """Hold an answer to one schema of the description, and to all that it asks for."""
    components = described(site)["components"]
    schema = {"$ref": f"#/components/schemas/{name}", "components": components}
    Draft202012Validator(schema).validate(found)


@pytest.mark.parametrize(
    ("path", "member", "signed", "schema"),
    [
        ("/credentials/verify", "verifiableCredential", BADGE, "Verified"),
        (
            "/presentations/verify",
            "verifiablePresentation",
            presented(BADGE),
            "VerifiedPresentation",
        ),
    ],
)
def test_what_does_not_verify_has_a_shape_of_its_own(
    site: Site, path: str, member: str, signed: Document, schema: str
) -> None:
    sending = program(site)
    has_the_shape(site, schema, answered(sending.send(path, {member: signed}), 200))
    forged = signed | {"id": "urn:example:another"}
    has_the_shape(site, f"Not{schema}", answered(sending.send(path, {member: forged}), 400))
    unread = answered(sending.send(path, {member: 7}), 400)
    has_the_shape(site, "Problem", unread)
    assert "verified" not in unread


def test_every_member_of_a_report_is_described(site: Site) -> None:
    report = answered(program(site).send("/verify", BADGE), 200)
    has_the_shape(site, "Report", report)
    schemas = described(site)["components"]["schemas"]
    members = schemas["Report"]["properties"]
    assert report.keys() <= members.keys()
    assert report["display"].keys() == members["display"]["properties"].keys()


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/credentials/verify", BADGE),
        ("/presentations/verify", presented(BADGE)),
        ("/verify", BADGE),
    ],
)
def test_the_calls_on_the_page_verify_a_file(
    site: Site, tmp_path: Path, path: str, sent: Document
) -> None:
    (tmp_path / "badge.json").write_text(json.dumps(sent, indent=1))
    doors = {(one.method, one.path): one for one in readable_doors(site.base_url)}
    call = doors["POST", path].example.replace("FILE", "badge.json")
    # in place of curl: its last argument is @ and a file, or @- and what the shell gives it
    script = f'curl() {{ for last; do :; done; cat "${{last#@}}"; }}\n{call}\n'
    run = subprocess.run(  # noqa: S603 -- our own words
        ["/bin/sh", "-c", script], cwd=tmp_path, capture_output=True, check=True
    )
    media_type = re.findall("Content-Type: ([a-z/-]+)", call)[0]
    answer = answered(program(site).send(path, run.stdout, Content_Type=media_type), 200)
    assert answer["verdict"] == "VERIFIED"


def test_nothing_on_the_page_is_from_elsewhere_and_no_cookie_is_set(site: Site) -> None:
    page = site.browser().get("/docs")
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page.text) == []
    assert "Set-Cookie" not in page.headers
