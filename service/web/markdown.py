"""Markdown of other people, as HTML that can do nothing.

Raw HTML is not read, images are not shown (each would tell a stranger that someone reads), and a
link leads to http(s) alone (H10 to H13).
"""

import re
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

MAXIMUM_CHARACTERS: Final = 10_000  # more is shown as it is written (H11)
MAXIMUM_NESTING: Final = 20  # of elements: each bracket is looked at as often as this (H11)
MAXIMUM_BRACKETS: Final = 500  # each is looked for to the end of the text, so time grows squared
MAXIMUM_MARKS: Final = 2_000  # of emphasis, which are paired with each other
MAXIMUM_PAGE_CHARACTERS: Final = 50_000  # on one page: a badge may hold a hundred texts

# Quotations within quotations cost the reader their depth for every line, and what is deeper than
# it goes is left out; so such a text is shown as it is written, too (H11).
_TOO_DEEP: Final = re.compile(
    r"^(?:[ \t]*(?:>|(?:[-+*]|[0-9]{1,9}[.)])[ \t])){7}|^[ \t>]{17}", re.ASCII | re.MULTILINE
)
_READER: Final = MarkdownIt(
    "js-default", {"html": False, "linkify": False, "maxNesting": MAXIMUM_NESTING}
).disable("image")
_TAGS: Final = frozenset(
    {"a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre"}
    | {"strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}
)
_CLEANER: Final = nh3.Cleaner(
    tags=set(_TAGS),
    attributes={"a": {"href"}},
    url_schemes={"http", "https"},
    url_relative="deny",
    link_rel="noopener nofollow ugc noreferrer",
)
# A text's headings stand below those of the page that shows it.
_HEADINGS: Final = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6"}


def render_markdown(text: str) -> Markup:
    """Return the HTML of a text; one that would cost too much is shown as it is written."""
    if _is_costly(text):
        return as_written(text)
    tokens = _READER.parse(text)
    for token in tokens:
        token.tag = _HEADINGS.get(token.tag, token.tag)
    html = _READER.renderer.render(tokens, _READER.options, {})
    return Markup(_CLEANER.clean(html))  # noqa: S704 -- cleaned in the line itself


def as_written(text: str) -> Markup:
    """Return a text with its marks, none of which means anything."""
    return Markup("<pre>{}</pre>").format(text)


def _is_costly(text: str) -> bool:
    return (
        len(text) > MAXIMUM_CHARACTERS
        or text.count("[") > MAXIMUM_BRACKETS
        or sum(map(text.count, "*_~")) > MAXIMUM_MARKS
        or _TOO_DEEP.search(text) is not None
    )
