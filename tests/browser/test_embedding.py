"""A shared badge on somebody else's page: a link, and with our script a card that tells the truth.

That page allows nothing inline and nothing that is not ours; the spy fails a test in which its
policy refuses something, a dialog opens, or anybody else is asked.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from service.sharing.embedding import embed_html
from service.web.credential_view import CredentialView
from tests.browser.axe import violations
from tests.browser.foreign import Foreign, foreign_site
from tests.browser.payloads import PAYLOADS
from tests.browser.people import Learner, Trainer
from tests.browser.served import Served
from tests.browser.windows import PHONE, Windows

BADGE: Final = "finding-your-feet"
NAME: Final = "Finding your feet"
ISSUER: Final = "Example Learning Circle"
SIX_MINUTES: Final = "06:00"
NOTHING_ELSE: Final[Any] = {
    **dict.fromkeys(("id", "language", "description", "criteria", "criteria_url", "picture")),
    **dict.fromkeys(("issuer_url", "valid_from", "valid_until")),
    "caption": "",
    "issuer_id": "did:example:x",
    "recipients": (),
}


@pytest.fixture
def foreign(served: Served, windows: Windows) -> Iterator[Foreign]:
    """Somebody's page, which this test's windows may open."""
    with foreign_site(served.base_url) as site:
        windows.spy.allow(site.base_url)
        yield site


@pytest.fixture
def trainer(windows: Windows, served: Served, request: pytest.FixtureRequest) -> Trainer:
    """A trainer of the test's own."""
    one = Trainer(windows.open())
    one.sign_in(served.sign_in_link(request.node.name))
    return one


@pytest.fixture
def learner(windows: Windows, trainer: Trainer) -> Learner:
    """Who took a badge, and shares it."""
    one = Learner(windows.open())
    one.take(trainer.award(BADGE, f"{id(one)}@example.org"))
    one.share("For my page")
    return one


@pytest.fixture(scope="module")
def html(chromium: Browser, served: Served) -> Iterator[str]:
    """The HTML of a badge that is valid as long as the tests of this module run."""
    windows = Windows(chromium, served.base_url)
    trainer, learner = Trainer(windows.open()), Learner(windows.open())
    trainer.sign_in(served.sign_in_link("Who awards what is embedded"))
    learner.take(trainer.award(BADGE, "embedded@example.org"))
    learner.share("For my page")
    found = copied(learner)
    windows.close()
    yield found
    assert windows.spy.troubles == []


def copied(learner: Learner) -> str:
    """Return the HTML that the owner's page offers."""
    learner.shared("For my page").get_by_text("Put it on a web page").click()
    return learner.page.get_by_label("HTML to copy").input_value()


def without_script(html: str) -> str:
    return html.partition("<script")[0]


def card(page: Page) -> Locator:
    return page.locator("main a.card")


def opened(windows: Windows, foreign: Foreign, **options: Any) -> Page:  # noqa: ANN401 -- the browser's own options
    page = windows.open(**options)
    page.goto(foreign.base_url)
    return page


def test_the_html_is_copied_by_a_button(windows: Windows, learner: Learner) -> None:
    learner.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    html = copied(learner)
    learner.shared("For my page").get_by_role("button", name="Copy").nth(1).click()
    assert learner.page.evaluate("navigator.clipboard.readText()") == html
    assert violations(learner.page) == []
    assert windows.spy.troubles == []


@pytest.mark.parametrize("scripts", [True, False], ids=["no script tag", "no JavaScript"])
def test_without_the_script_it_is_a_link_and_nobody_is_told(
    windows: Windows, foreign: Foreign, html: str, *, scripts: bool
) -> None:
    foreign.html = without_script(html) if scripts else html
    page = windows.open(scripts=scripts)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(foreign.base_url)
    link = page.get_by_role("link", name=f"{NAME} · {ISSUER}")
    expect(link).to_be_visible()
    assert asked == [f"{foreign.base_url}/"]
    link.click()
    expect(page.get_by_text("This credential is genuine and valid.")).to_be_visible()


def test_with_the_script_it_is_a_card_with_what_was_signed(
    windows: Windows, foreign: Foreign, html: str, served: Served
) -> None:
    foreign.html = html.replace(NAME, "Nobel Prize ✔ Verified")
    page = windows.open()
    asked: dict[str, dict[str, str]] = {}
    page.on("request", lambda one: asked.update({one.url: one.all_headers()}))
    page.goto(foreign.base_url)
    shown = card(page)
    expect(shown).to_contain_text(NAME)
    expect(shown).to_contain_text(ISSUER)
    expect(shown.locator(".proven")).to_contain_text("did:key:z")
    expect(shown.locator(".verdict")).to_contain_text("✔ Verified")
    expect(shown.locator(".verdict")).to_contain_text("TRIAL")
    expect(page.locator("main")).not_to_contain_text("Nobel")
    picture = shown.locator("img")
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("one => one.naturalWidth") > 0
    assert violations(page) == []
    ours = {url: one for url, one in asked.items() if url.startswith(served.base_url)}
    assert len(ours) == 3  # the script, the report, the picture
    assert not any("cookie" in one or "referer" in one for one in ours.values())
    shown.click()
    expect(page.get_by_text("This credential is genuine and valid.")).to_be_visible()


def test_a_revoked_badge_turns_red_while_the_page_is_open(
    windows: Windows, foreign: Foreign, trainer: Trainer, learner: Learner, served: Served
) -> None:
    foreign.html = f'<form name="visibilityState"></form>{copied(learner)}'
    page = windows.open()
    page.clock.install()
    page.goto(foreign.base_url)
    expect(card(page)).to_have_class("card VERIFIED")
    green = mark_colour(page)
    card(page).focus()
    trainer.revoke("Given to the wrong person.")
    served.publish_status()
    page.clock.fast_forward(SIX_MINUTES)
    expect(card(page)).to_have_class("card REJECTED")
    expect(card(page).locator(".verdict")).to_contain_text(
        "✖ Not valid · The issuer has revoked it."
    )
    expect(card(page)).to_be_focused()
    assert mark_colour(page) not in {green, ""}
    assert violations(page) == []


def mark_colour(page: Page) -> str:
    colour: str = card(page).locator(".verdict").evaluate("one => getComputedStyle(one).color")
    return colour


def test_a_withdrawn_link_becomes_the_plain_link_again(
    windows: Windows, foreign: Foreign, learner: Learner
) -> None:
    foreign.html = copied(learner)
    page = windows.open()
    page.clock.install()
    page.goto(foreign.base_url)
    card(page).focus()
    learner.withdraw("For my page")
    page.clock.fast_forward(SIX_MINUTES)
    link = page.get_by_role("link", name=f"{NAME} · {ISSUER}")
    expect(link).to_be_focused()
    expect(card(page)).to_have_count(0)
    (trouble,) = windows.spy.troubles
    assert trouble.startswith("404 for ")
    assert trouble.endswith("/report.json")
    windows.spy.troubles.clear()


def answered(route: Route, report: object, status: int = 200) -> None:
    route.fulfill(
        status=status,
        headers={
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
        },
        content_type="application/json",
        body=json.dumps(report),
    )


def reported(page: Page, report: object) -> None:
    """Let the service answer so, whatever the link."""
    page.route("**/report.json", lambda route: answered(route, report))


def display(**members: object) -> dict[str, object]:
    named = {"name": "A name", "language": "en", "issuerName": "Somebody", "picture": None}
    return {**named, **members}


@pytest.mark.parametrize(
    "report",
    [
        pytest.param({}, id="nothing"),
        pytest.param(None, id="null"),
        pytest.param([], id="a list"),
        pytest.param({"verdict": "verified", "display": display()}, id="another word"),
        pytest.param({"verdict": "constructor", "display": display()}, id="constructor"),
        pytest.param({"verdict": ["VERIFIED"], "display": display()}, id="a list of one"),
        pytest.param({"verdict": "VERIFIED"}, id="nothing to show"),
        pytest.param({"verdict": "VERIFIED", "display": display(name={})}, id="no name"),
        pytest.param({"verdict": "VERIFIED", "display": display(name=" ")}, id="a blank"),
    ],
)
def test_an_answer_that_is_no_report_leaves_the_link(
    windows: Windows, foreign: Foreign, html: str, report: object
) -> None:
    foreign.html = html
    page = windows.open()
    reported(page, report)
    with page.expect_response("**/report.json"):
        page.goto(foreign.base_url)
    page.wait_for_timeout(100)
    expect(page.get_by_role("link", name=f"{NAME} · {ISSUER}")).to_be_visible()
    expect(card(page)).to_have_count(0)


def test_whatever_a_badge_is_called_is_text_and_no_mark(
    windows: Windows, foreign: Foreign, served: Served, html: str
) -> None:
    address = without_script(html).partition('href="')[2].partition('"')[0]
    for start in range(0, len(PAYLOADS), 8):
        name = " ".join(PAYLOADS[start : start + 8])[:290] + " ✔ Verified"
        view = CredentialView(name=name, issuer_name=name, **NOTHING_ELSE)
        foreign.html = embed_html(address, view, base_url=served.base_url)
        page = windows.open()
        said = display(
            name=name,
            issuerName=name,
            language=name,
            picture=f"javascript:alert(1)//{name}",
        )
        report = {"verdict": "REJECTED", "findings": [{"code": name}], "issuer": {"id": name}}
        reported(page, {**report, "display": said})
        page.goto(foreign.base_url)
        expect(card(page)).to_have_class("card REJECTED")
        expect(card(page).locator(".verdict")).to_have_text("✖ Not valid")
        expect(card(page).locator(".name")).to_have_text(name[:300])
        expect(card(page).locator("> *, > .text > *")).to_have_count(5)
        foreign.html = without_script(foreign.html)
        page.goto(foreign.base_url)
        expect(page.locator("main > a > bdi").first).to_have_text(name)
        expect(page.locator("main *")).to_have_count(5)
        page.close()


@pytest.mark.parametrize(
    "picture",
    ["https://tracker.example/x.png", "//tracker.example/x.png", "data:image/svg+xml,<svg/>"],
)
def test_no_picture_is_asked_of_others(
    windows: Windows, foreign: Foreign, html: str, picture: str
) -> None:
    foreign.html = html
    page = windows.open()
    reported(page, {"verdict": "INCONCLUSIVE", "display": display(picture=picture)})
    page.goto(foreign.base_url)
    expect(card(page)).to_contain_text("? Could not be decided")
    expect(card(page).locator("img")).to_have_count(0)


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/s/{token}",
        "http://localhost:1/s/{token}",
        "{service}/verify",
        "{service}/s/{token}.json",
        "{service}/s/{token}/x",
        "{service}/s/../s",
        "{service}.evil.example/s/{token}",
        "javascript:alert(1)//{service}/s/{token}",
    ],
)
def test_a_link_that_is_no_share_link_of_ours_is_left_alone(
    windows: Windows, foreign: Foreign, served: Served, address: str
) -> None:
    href = address.format(service=served.base_url, token="a" * 26)
    foreign.html = (
        f'<a class="insignia-badge" href="{href}">A link</a>'
        f'<script async src="{served.base_url}/static/embed.js"></script>'
    )
    page = windows.open()
    with page.expect_response("**/embed.js"):
        page.goto(foreign.base_url)
    page.wait_for_timeout(100)
    expect(page.get_by_text("A link")).to_be_visible()
    expect(card(page)).to_have_count(0)


@pytest.mark.parametrize(
    ("language", "direction", "words"),
    [
        ("ca-ES", "ltr", "✔ Verificada"),
        ("es", "ltr", "✔ Verificada"),
        ("fr-CA", "ltr", "✔ Vérifié"),
        ("ar", "rtl", "✔ تم التحقق منها"),
        ("he", "rtl", "✔ Verified"),
        ("", "ltr", "✔ Verified"),
    ],
)
def test_it_speaks_the_language_of_the_page_and_stands_as_its_lines_do(  # noqa: PLR0913 -- fixtures
    windows: Windows,
    foreign: Foreign,
    html: str,
    *,
    language: str,
    direction: str,
    words: str,
) -> None:
    foreign.html, foreign.language, foreign.direction = html, language, direction
    page = opened(windows, foreign, device=PHONE)
    expect(card(page).locator(".verdict")).to_contain_text(words)
    boxes = [card(page).locator(one).bounding_box() for one in ("img", ".text")]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert (boxes[0]["x"] < boxes[1]["x"]) is (direction == "ltr")
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    if language:
        assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("forced", ["none", "active"])
@pytest.mark.parametrize("verdict", ["VERIFIED", "REJECTED", "INCONCLUSIVE"])
def test_it_is_read_in_light_in_the_dark_and_in_high_contrast(  # noqa: PLR0913 -- fixtures
    windows: Windows,
    foreign: Foreign,
    html: str,
    *,
    scheme: str,
    forced: str,
    verdict: str,
) -> None:
    foreign.html = html
    page = windows.open(color_scheme=scheme, forced_colors=forced)
    report = {"verdict": verdict, "issuer": {"id": "did:example:x"}, "trial": True}
    reported(page, {**report, "display": display()})
    page.goto(foreign.base_url)
    expect(card(page)).to_have_class(f"card {verdict}")
    page.keyboard.press("Tab")
    expect(card(page)).to_be_focused()
    width = card(page).evaluate("one => getComputedStyle(one).outlineWidth")
    assert width == "3px"
    assert violations(page) == []


def test_two_badges_bring_the_script_twice_and_each_becomes_one_card(
    windows: Windows, foreign: Foreign, html: str
) -> None:
    foreign.html = html * 2
    page = windows.open()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.goto(foreign.base_url)
    expect(card(page)).to_have_count(2)
    page.wait_for_timeout(300)
    expect(card(page)).to_have_count(2)
    expect(page.locator("main a.insignia-badge")).to_have_count(0)
    assert len([one for one in asked if one.endswith("/report.json")]) == 2


def test_no_form_of_the_page_stands_in_its_way(
    windows: Windows, foreign: Foreign, html: str
) -> None:
    foreign.html = f'<form name="currentScript"></form>{html}'
    page = opened(windows, foreign)
    expect(card(page)).to_have_class("card VERIFIED")


def test_the_pages_own_styles_stay_outside(
    windows: Windows, foreign: Foreign, served: Served, html: str
) -> None:
    foreign.html = f'<link rel="stylesheet" href="{served.base_url}/of-the-page.css">{html}'
    foreign.policy += f"; style-src {served.base_url}"
    page = windows.open()
    css = "a, span, img { display: none; color: red } main { font-size: 1px; color: red }"
    page.route(
        "**/of-the-page.css",
        lambda route: route.fulfill(
            headers={"Cross-Origin-Resource-Policy": "cross-origin"},
            content_type="text/css",
            body=css,
        ),
    )
    page.goto(foreign.base_url)
    name = card(page).locator(".name")
    expect(name).to_have_text(NAME)
    expect(name).to_be_visible()
    assert name.evaluate("one => getComputedStyle(one).fontSize") == "16px"
    assert name.evaluate("one => getComputedStyle(one).color") != "rgb(255, 0, 0)"
