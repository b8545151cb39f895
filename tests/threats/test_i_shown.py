"""I1, I2, I22, I23, H12 to H14 of the threats: what a stranger's words can make our pages say.

A browser tries the same in `tests/browser`; here it is what the HTML holds, read by a parser.
"""

from html.parser import HTMLParser
from typing import Any

import pytest

from openbadges.strict import Document
from tests.credentials import replace
from tests.doors import Story
from tests.site import Site
from tests.world import EVIL, as_bytes, issued_by

pytestmark = pytest.mark.thorough

SCRIPTS = [
    *("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'><svg onload=alert(1)>"),
    *(
        "</script><!--<script>alert(1)",
        "</title><script>alert(1)</script>",
        "--><script>alert(1)</script>",
    ),
    *("</textarea><script>alert(1)</script>", "</bdi></p></main><iframe src=//evil.example>"),
    *(
        "<a href=javascript:alert(1)>x</a>",
        "<form action=//evil.example><button>",
        "<base href=//evil>",
    ),
    *("<meta http-equiv=refresh content='0;//evil.example'>", "<style>*{display:none}</style>"),
    *(
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "<!--",
        "]]><script>",
        "\u2028<script>\u2029",
        "<math><mi//xlink",
    ),
]
WORDS = [
    *(
        "{{7919*7907}}",
        "{% raw %}",
        "${7919*7907}",
        "%s%n",
        "%(x)s",
        "{0.__class__}",
        "#{7919*7907}",
        "<%= 7919*7907 %>",
    ),
    "{{config.__class__.__init__.__globals__}}",
]
PRODUCT = "62615533"  # of what WORDS would have a template work out
PLACES = [
    *("credentialSubject.achievement.name", "credentialSubject.achievement.description"),
    *("credentialSubject.achievement.criteria.narrative", "credentialSubject.achievement.version"),
    *(
        "credentialSubject.achievement.tag.0",
        "credentialSubject.achievement.alignment.0.targetName",
    ),
    *(
        "credentialSubject.achievement.alignment.0.targetFramework",
        "issuer.name",
        "evidence.0.name",
    ),
    *("credentialSubject.achievement.resultDescription.0.name", "evidence.0.narrative"),
    *("credentialSubject.achievement.image.caption", "name", "credentialSubject.narrative"),
]
LINKS = ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "JAVASCRIPT:alert(1)", "urn:x:y"]
LINKED = ["evidence.0.id", "credentialSubject.achievement.alignment.0.targetUrl", "issuer.url"]
LINKED += ["credentialSubject.achievement.image.id", "credentialSubject.achievement.id"]
VERIFIED = "This credential is genuine and valid."
OUR_TAGS = {
    *("html", "head", "meta", "title", "link", "script", "body", "header", "nav", "main", "footer"),
    *("section", "article", "div", "details", "summary", "h1", "h2", "h3", "h4", "h5", "h6", "p"),
    *("a", "bdi", "strong", "em", "span", "code", "pre", "blockquote", "br", "hr", "img", "small"),
    *("ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td"),
    *("form", "fieldset", "legend", "label", "input", "textarea", "select", "option", "button"),
}


class Page(HTMLParser):
    """What a browser would find in a page: its elements with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self.text += data

    def all(self, tag: str, attribute: str) -> list[str]:
        """Return an attribute of every element of a kind."""
        return [found.get(attribute) or "" for name, found in self.elements if name == tag]


def assert_harmless(page: Page) -> None:
    """Check that nothing in a page is anyone's but ours."""
    assert {tag for tag, _ in page.elements} <= OUR_TAGS
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action", "formaction"):
            address = (attributes.get(name) or "").strip().lower()
            assert not address.startswith(("javascript:", "vbscript:", "data:text", "//")), address
        if tag in {"form", "script", "link"}:
            own = attributes.get("action") or attributes.get("src") or attributes.get("href")
            assert (own or "/").startswith("/")
        if tag == "img":
            assert (attributes["src"] or "").startswith(("/", "data:image/"))
    assert len(page.all("script", "src")) == 1


def verified(site: Site, document: Document) -> Page:
    """Let the page verify a stranger's badge."""
    signed = EVIL.sign(document)
    answer = site.browser().send("/verify", {"text": as_bytes(signed).decode()})
    assert answer.status_code == 200
    return Page(answer.text)


def with_words(words: str) -> Document:
    """Give a stranger's badge that has the same words wherever there may be words."""
    document = issued_by(EVIL)
    for place in PLACES:
        document = replace(document, place, words)
    return document


@pytest.mark.parametrize("words", [*SCRIPTS, *WORDS])
def test_whatever_a_strangers_badge_says_is_text(story: Story, words: str) -> None:
    page = verified(story.site, with_words(words))
    assert_harmless(page)
    assert VERIFIED in page.text
    if words in WORDS:
        assert page.text.count(words) >= 5
    assert PRODUCT not in page.text


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("place", LINKED)
def test_only_links_of_the_web_can_be_followed(story: Story, place: str, link: str) -> None:
    page = verified(story.site, replace(issued_by(EVIL), place, link))
    assert_harmless(page)
    assert link not in page.all("a", "href")


def test_a_link_of_a_stranger_is_told_to_nobody(story: Story) -> None:
    document = replace(issued_by(EVIL), "evidence.0.id", "https://tracker.example/1")
    document = replace(
        document,
        "credentialSubject.achievement.criteria.narrative",
        "[one](https://tracker.example/2) ![two](https://tracker.example/3.png) <https://tracker.example/4>",
    )
    page = verified(story.site, document)
    links = {
        found["href"]: set((found.get("rel") or "").split())
        for tag, found in page.elements
        if tag == "a" and "tracker.example" in (found.get("href") or "")
    }
    assert {"https://tracker.example/1", "https://tracker.example/2"} <= links.keys()
    for rel in links.values():
        assert {"noopener", "noreferrer", "nofollow", "ugc"} <= rel
    assert not [one for one in page.all("img", "src") if "tracker" in one]


@pytest.mark.parametrize(
    "picture", ["https://badges.example/static/icon.svg", "https://evil.example/a.png"]
)
def test_a_picture_that_is_elsewhere_is_not_fetched(story: Story, picture: str) -> None:
    document = replace(issued_by(EVIL), "credentialSubject.achievement.image.id", picture)
    page = verified(story.site, document)
    assert not [one for one in page.all("img", "src") if "evil.example" in one]
    assert_harmless(page)


PRETENDERS: list[dict[str, Any]] = [
    {"issuer.name": "Example Learning Circle"},
    {"issuer.name": "✔ Verified", "name": "✔ Verified"},
    {"issuer.name": VERIFIED, "issuer.url": "https://badges.example"},
    {"credentialSubject.achievement.image.id": "https://badges.example/static/icon.svg"},
]


@pytest.mark.parametrize("changes", PRETENDERS)
def test_what_a_badge_says_of_its_issuer_is_not_what_was_proven(
    story: Story, changes: dict[str, Any]
) -> None:
    document = issued_by(EVIL)
    for place, value in changes.items():
        document = replace(document, place, value)
    signed = as_bytes(EVIL.sign(document)).decode()
    text = story.site.browser().send("/verify", {"text": signed}).text
    ours, _, says = text.partition("The credential says")
    assert "The signature proves that it comes from" in ours
    assert EVIL.id in ours
    assert str(changes.get("issuer.name", "Example User Group")) not in ours.replace(VERIFIED, "")
    assert ours.count(VERIFIED) == 2  # the title and the verdict
    assert "The issuer is not on the list kept here." in ours
    assert 'class="mark"' not in says.partition("</main>")[0]
    assert 'class="verdict' not in says


@pytest.mark.parametrize("break_", ["credentialSubject.achievement.name", "issuer.name"])
def test_words_that_nobody_is_proven_to_have_said_are_not_shown(story: Story, break_: str) -> None:
    forged = replace(EVIL.sign(issued_by(EVIL)), break_, "✔ Verified by Example Learning Circle")
    text = story.site.browser().send("/verify", {"text": as_bytes(forged).decode()}).text
    assert "This credential is not valid." in text
    assert "✔ Verified" not in text


def test_a_badge_is_never_said_to_be_of_who_shows_it(site: Site) -> None:
    learner, manage = site.claimed()
    shared = site.browser().get(site.shared(learner, manage)).text
    assert "it does not say that whoever shows it is that person" in shared
    page = verified(site, issued_by(EVIL))
    assert "hidden in a hash" in page.text
    assert "owner" not in page.text.lower()


@pytest.mark.parametrize("words", [*SCRIPTS[:6], *WORDS])
def test_whatever_a_trainer_writes_is_text_on_every_page_of_it(site: Site, words: str) -> None:
    trainer = site.trainer(words.replace("\u2028", "").replace("\u2029", "")[:100])
    fields = {"narrative": words, "evidence": "https://a.example/1"}
    preview = site.ask_for_award(
        trainer, step="preview", activity="new", activity_title=words, **fields
    )
    assert preview.status_code == 200
    learner, manage = site.claimed(trainer, activity="new", activity_title=words, **fields)
    learner.submit(manage, f"{manage}/full")
    learner.submit(manage, f"{manage}/links", edition="full", name=words)
    pages = [
        *(
            preview,
            trainer.get("/awards"),
            trainer.get("/account"),
            trainer.get("/awards/new/brief"),
        ),
        *(trainer.get(site.awards_of(trainer)[0]), learner.get(manage)),
        *(
            trainer.send("/awards/new/wiki-friend", {"recipient": words}),
            learner.get(f"/no/{words}"),
        ),
    ]
    for page in pages:
        assert_harmless(Page(page.text))
        assert PRODUCT not in Page(page.text).text
