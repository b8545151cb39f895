"""H10 to H13 of the threats: the Markdown of other people does nothing but read well."""

import time
from html.parser import HTMLParser

import pytest

from service.web.markdown import MAXIMUM_CHARACTERS, render_markdown

TAGS = {"a", "p", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "br", "hr"}
TAGS |= {"h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"}


class Found(HTMLParser):
    """The elements that a browser would find, with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(render_markdown(text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.elements.append((tag, dict(attrs)))

    @property
    def links(self) -> list[str]:
        """Where its links lead."""
        return [found["href"] or "" for tag, found in self.elements if "href" in found]


SCHEMES = [
    *(
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "java&#9;script:alert(1)",
    ),
    *(
        "&#106;avascript:alert(1)",
        "javascript&colon;alert(1)",
        "\x01javascript:alert(1)",
        "javascript&#58;x",
    ),
    *(
        "data:text/html,<script>alert(1)</script>",
        "vbscript:msgbox(1)",
        "file:///etc/passwd",
        "blob:x",
    ),
    *(
        "//evil.example",
        "/relative",
        "mailto:learner@example.org",
        "urn:x:y",
        "x-custom:y",
        "%6aavascript:x",
    ),
]
SYNTAX = [
    "[x]({})",
    "[x](<{}>)",
    "<{}>",
    "[x][1]\n\n[1]: {}",
    '[x]({} "title")',
    "[![a](https://a.example/b)]({})",
    "![x]({})",
]


@pytest.mark.parametrize("syntax", SYNTAX)
@pytest.mark.parametrize("link", SCHEMES)
def test_a_link_leads_to_the_web_or_nowhere(link: str, syntax: str) -> None:
    found = Found(syntax.format(link))
    assert all(one.startswith(("https://", "http://")) for one in found.links), found.links


@pytest.mark.parametrize("syntax", SYNTAX[:5])
def test_a_link_to_the_web_is_one_and_tells_nobody_where_it_was_followed(syntax: str) -> None:
    found = Found(syntax.format("https://a.example/b"))
    assert found.links == ["https://a.example/b"]
    (rel,) = (one["rel"] for tag, one in found.elements if tag == "a")
    assert set((rel or "").split()) == {"noopener", "nofollow", "ugc", "noreferrer"}


RAW = [
    *(
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<b>x</b>",
    ),
    *(
        "<a href=javascript:alert(1)>x</a>",
        "<iframe src=//evil>",
        "<!-- x -->",
        "<![CDATA[x]]>",
        "<?php x ?>",
    ),
    *(
        "<style>*{}</style>",
        "<form action=//evil>",
        "<div\nonclick=alert(1)>",
        "a<script\n>b",
        "<x-y>",
    ),
    *(
        "`<script>`",
        "```<script>\n<script>\n```",
        '```"><script>\nx\n```',
        "    <script>",
        "[<script>](https://a.example)",
    ),
    *(
        "&lt;script&gt;",
        "&#60;script&#62;",
        "\\<script>",
        "<scr<script>ipt>",
        "|a|\n|-|\n|<script>|",
    ),
]


@pytest.mark.parametrize("text", RAW)
def test_html_is_read_as_text(text: str) -> None:
    found = Found(text)
    assert {tag for tag, _ in found.elements} <= TAGS
    for tag, attributes in found.elements:
        assert set(attributes) <= ({"href", "rel"} if tag == "a" else set()), attributes
    assert "<script" not in render_markdown(text)
    assert "<b>" not in render_markdown(text)


@pytest.mark.parametrize(
    "text", ["![x](https://a.example/x.png)", "![x][1]\n\n[1]: https://a.example/x.png"]
)
def test_a_picture_is_not_shown(text: str) -> None:
    found = Found(text)
    assert "img" not in {tag for tag, _ in found.elements}


ENDLESS = {
    "brackets": "[" * 20_000,
    "as many brackets as are read": "[" * MAXIMUM_CHARACTERS,
    "pictures that never end": "![a" * (MAXIMUM_CHARACTERS // 3),
    "code marks": "`" * 2_000,
    "code marks of every length": "".join("`" * length + "a" for length in range(140)),
    "quotations": ">" * 50_000,
    "quotations on many lines": "> " * 30 + "a\n" * 4_900,
    "as many quotations as are read": "> " * 6 + "a\n" * 4_900,
    "unclosed links": '[]( "' * 800,
    "emphasis": "*a_" * 3_333,
    "tables": "|a" * 2_000 + "\n" + "|-" * 2_000,
    "lists": "".join("  " * depth + "- a\n" for depth in range(95)),
    "references": "".join(f"[{one}]: x\n" for one in range(900)),
    "entities": "&#" * 5_000,
    "just too long": "a" * (MAXIMUM_CHARACTERS + 1),
}


def seconds_for(text: str) -> float:
    began = time.process_time()
    render_markdown(text)
    return time.process_time() - began


@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS)
def test_no_text_takes_long(text: str) -> None:
    assert min(seconds_for(text) for _ in range(3)) < 2


def test_a_text_that_is_too_long_is_shown_as_it_is_written() -> None:
    text = "**a** <script>" + "b" * MAXIMUM_CHARACTERS
    html = render_markdown(text)
    assert html.startswith("<pre>**a** &lt;script&gt;")
    assert "<strong>" not in html


NESTED = {
    "quotations": "> " * 12 + "deep",
    "quotations without blanks": ">" * 25 + "deep",
    "lists": "".join("  " * depth + f"- {depth} deep\n" for depth in range(25)),
    "numbers": "1. " * 12 + "deep",
}


@pytest.mark.parametrize("text", NESTED.values(), ids=NESTED)
def test_nothing_is_left_out_however_deep_it_is(text: str) -> None:
    html = render_markdown(text)
    assert html.count("deep") == text.count("deep")


def test_what_it_is_for_works() -> None:
    html = render_markdown(
        "# Ten *edits*\n\n- one\n- **two**\n\n> said `so`\n\n|a|b|\n|-|-|\n|1|2|"
    )
    for piece in (
        "<h3>Ten <em>edits</em></h3>",
        "<li>one</li>",
        "<strong>two</strong>",
        "<td>1</td>",
    ):
        assert piece in html
    assert "<h1>" not in html
