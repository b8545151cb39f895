"""A page is read for the credential in it, or for the one address that it links."""

import contextlib
import json
import time

import pytest

from openbadges.errors import Code, MalformedError
from tests.given import linking, page
from verifier.links import LINKED_TYPES, MAXIMUM_PAGE_BYTES, OnPage, is_link, is_page, read_page

HERE = "https://badges.example/learner/page?x=1"
CREDENTIAL = json.dumps({"type": ["VerifiableCredential"], "name": "</b> in it"})


def script(text: str, kind: str = "application/ld+json") -> str:
    return f'<script type="{kind}">{text}</script>'


def read(data: bytes) -> OnPage:
    return read_page(data, address=HERE)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://badges.example/1", True),
        ("HTTPS://BADGES.example", True),
        ("http://badges.example", True),  # one that is never followed, and is told so
        ("https://badges.example/1 and more", False),
        ("https://badges.example/\n{}", False),
        ("ftp://badges.example", False),
        ("//badges.example", False),
        ("https://" + "a" * 2000, False),
    ],
)
def test_a_link_is_one_address_and_nothing_else(text: str, *, is_one: bool) -> None:
    assert is_link(text) is is_one


@pytest.mark.parametrize(
    ("data", "is_one"),
    [
        (b"<!DOCTYPE html><p>", True),
        (b"<html lang='en'>", True),
        (b"<HEAD>", True),
        (b"<!-- a --> \n<!-- b --><!doctype HTML>", True),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "x">', True),
        (b"<svg><html/></svg>", False),
        (b"<!-- <html> --><svg/>", False),
        (b"<!doctype svg>", False),
        (b"<htmlx>", False),
        (b"{}", False),
        (b"text <html>", False),
        (b"<!--" * 1_000_000, False),
        (b"<!-- -->" * 500_000, False),
    ],
)
def test_a_page_is_known_by_how_it_begins(data: bytes, *, is_one: bool) -> None:
    assert is_page(data) is is_one


@pytest.mark.parametrize("kind", LINKED_TYPES)
def test_a_page_links_what_it_shows(kind: str) -> None:
    assert read(page(linking("https://x.example/1", kind))) == OnPage(link="https://x.example/1")


@pytest.mark.parametrize(
    ("href", "link"),
    [
        ("/s/1.json", "https://badges.example/s/1.json"),
        ("1.json", "https://badges.example/learner/1.json"),
        ("//other.example/1?a=1&amp;b=2", "https://other.example/1?a=1&b=2"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("https://[", "https://["),
    ],
)
def test_an_address_is_relative_to_the_page(href: str, link: str) -> None:
    assert read(page(linking(href))).link == link


def test_the_plainest_kind_counts_and_what_is_no_alternate_does_not() -> None:
    head = (
        linking("https://x.example/oembed", "application/json+oembed")
        + linking("https://x.example/manifest", "application/json", rel="manifest")
        + linking("https://x.example/feed", "application/rss+xml")
        + linking("https://x.example/any", "application/json")
        + linking("https://x.example/badge", "Application/VC ; charset=utf-8", rel="x ALTERNATE")
    )
    assert read(page(head)).link == "https://x.example/badge"


def test_the_first_of_an_attribute_counts_as_in_a_browser() -> None:
    twice = '<link rel="alternate" type="application/vc" href="https://a.example" href="https://b">'
    assert read(page(twice)).link == "https://a.example"


def test_a_credential_in_the_page_comes_before_a_link_and_other_data_is_passed_over() -> None:
    head = linking("https://x.example/1") + script('{"@type": "WebPage"}') + script("{broken")
    body = script("[]") + script('{"type": 1}') + f"<p>{script(CREDENTIAL)}</p>"
    found = read(page(head, body))
    assert found == OnPage(embedded=CREDENTIAL.encode())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(script(CREDENTIAL, "text/javascript"), id="a script that runs"),
        pytest.param(f"<!-- {script(CREDENTIAL)} -->", id="a comment"),
        pytest.param(f"<p>{CREDENTIAL}</p>", id="what a reader sees"),
        pytest.param(script(CREDENTIAL).removesuffix("</script>"), id="a script without an end"),
        pytest.param("x" * MAXIMUM_PAGE_BYTES + script(CREDENTIAL), id="what is too far down"),
        pytest.param(linking(""), id="a link to nowhere"),
        pytest.param('<a href="https://x.example/badge.json">badge</a>', id="any other link"),
        pytest.param("<link>" * 1000 + "<link rel=alternate>", id="links without a word"),
    ],
)
def test_nothing_else_of_a_page_is_a_credential(text: str) -> None:
    with pytest.raises(MalformedError) as caught:
        read(page("", text))
    assert caught.value.code is Code.NO_CREDENTIAL


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(linking("/1") + linking("/2"), id="two links"),
        pytest.param(script(CREDENTIAL) + script(CREDENTIAL[:-1] + " }"), id="two credentials"),
    ],
)
def test_a_page_of_several_credentials_is_not_chosen_from(text: str) -> None:
    with pytest.raises(MalformedError) as caught:
        read(page(text))
    assert caught.value.code is Code.AMBIGUOUS


def test_one_credential_that_is_linked_or_held_twice_is_one() -> None:
    assert read(page(linking("/1") * 2)).link == "https://badges.example/1"
    assert read(page(script(CREDENTIAL) * 2)).embedded == CREDENTIAL.encode()


HOSTILE = ["<!--", "<a ", "<![CDATA[", '<a x="', "<?", "&#", "<script>", "</", "<!a ", "<a x=1 y "]


@pytest.mark.parametrize("piece", [*HOSTILE, script("[" * 200), linking("/x"), "<title>"])
def test_no_page_takes_long(piece: str) -> None:
    data = page("", piece * (4 * MAXIMUM_PAGE_BYTES // len(piece)))
    started = time.process_time()
    with contextlib.suppress(MalformedError):
        read(data)
    assert time.process_time() - started < 2  # the budget of a verification


@pytest.mark.parametrize("section", ["<![0>", "<![foo>", "<![CDATA[", "<![", "<![CDATA[x]]>"])
def test_a_page_with_a_section_of_no_kind_is_read_like_any(section: str) -> None:
    link = '<link rel="alternate" type="application/ld+json" href="https://example.org/badge.json">'
    data = f"<!doctype html><p>{section}</p>{link}".encode()
    assert read(data).link == "https://example.org/badge.json"
