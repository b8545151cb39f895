"""A picture is a still, square drawing that refers to nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from badge_classes.findings import BadgeClassError
from badge_classes.picture import MAXIMUM_PICTURE_BYTES, check_picture
from tests.catalogues import PICTURE

NAME = "wiki-edit/v1.svg"


def refusal(data: str | bytes) -> str:
    with pytest.raises(BadgeClassError) as caught:
        check_picture(NAME, data if isinstance(data, bytes) else data.encode())
    return str(caught.value)


def drawing(inside: str = "", *, box: str = "0 0 64 64", more: str = "") -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" {more}>{inside}</svg>'


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(PICTURE, id="full"),
        pytest.param(drawing(), id="empty"),
        pytest.param(drawing(box="-1.5,-.5 , 3 3."), id="view-box-with-commas"),
        pytest.param(drawing(more='width="64" height="64"'), id="equal-sides"),
        pytest.param(
            drawing('<path id="image-1" d="M0 0" xml:space="preserve"/>'), id="plain-names"
        ),
        pytest.param(
            drawing(
                '<radialGradient id="b" xlink:href="#a" xmlns:xlink="http://www.w3.org/1999/xlink"/>'
                '<rect fill="url( \'#b\' )" stroke="URL(#a)"/>'
            ),
            id="local-references",
        ),
        pytest.param("\ufeff" + PICTURE, id="byte-order-mark"),
    ],
)
def test_a_plain_drawing_is_fine(picture: str) -> None:
    check_picture(NAME, picture.encode())


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        pytest.param("<script>alert(1)</script>", "element script", id="script"),
        pytest.param('<g onload="x()"/>', "event handler onload", id="event-handler"),
        pytest.param('<g ONLOAD="x()"/>', "event handler ONLOAD", id="shouted-handler"),
        pytest.param("<foreignObject/>", "element foreignObject", id="foreign-object"),
        pytest.param("<text>A</text>", "text is not allowed", id="text"),
        pytest.param("<style>@import 'x'</style>", "element style", id="style-element"),
        pytest.param('<g style="fill:red"/>', "style is not allowed", id="style"),
        pytest.param('<image href="data:image/png;base64,AA"/>', "element image", id="image"),
        pytest.param('<use href="#a"/>', "element use", id="use"),
        pytest.param('<a href="javascript:x()"/>', "element a ", id="link"),
        pytest.param('<set attributeName="href"/>', "element set", id="animation"),
        pytest.param("<g><svg/></g>", "svg inside the svg", id="svg-in-svg"),
        pytest.param('<linearGradient href="other.svg#a"/>', "point inside", id="file"),
        pytest.param('<linearGradient href="//evil.example#a"/>', "point inside", id="host"),
        pytest.param('<g fill="url(https://evil.example/#a)"/>', "inside the picture", id="url"),
        pytest.param('<g fill="url(#a) url(x)"/>', "inside the picture", id="second-url"),
        pytest.param('<g fill="url(x"/>', "inside the picture", id="open-url"),
        pytest.param('<g fill="u\\72l(x)"/>', "inside the picture", id="escaped-url"),
        pytest.param('<g cursor="image-set(&quot;x&quot; 1x)"/>', "inside the picture", id="set"),
        pytest.param('<g xml:base="https://evil.example/"/>', "none of SVG's", id="base"),
        pytest.param('<g xmlns:i="urn:i" i:label="x"/>', "none of SVG's", id="editor-attribute"),
        pytest.param('<g xmlns="urn:i"/>', "none of SVG's", id="editor-element"),
        pytest.param('<script xmlns="http://www.w3.org/1999/xhtml"/>', "none of SVG's", id="html"),
        pytest.param("<g>" * 40 + "</g>" * 40, "deeper than 32", id="deep"),
        pytest.param('<?xml-stylesheet href="x"?>', "begin with <?", id="instruction"),
        pytest.param("<g>", "not SVG", id="open"),
        pytest.param("&nbsp;", "not SVG", id="unknown-entity"),
    ],
)
def test_what_moves_refers_or_executes_is_refused(inside: str, words: str) -> None:
    assert words in refusal(drawing(inside))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(drawing(box="0 0 64 32"), "a picture is square", id="wide"),
        pytest.param(drawing(box="0 0 0 0"), "a picture is square", id="nothing"),
        pytest.param(drawing(box="0 0 64"), "a picture is square", id="three-numbers"),
        pytest.param(drawing(box="0 0 nan nan"), "a picture is square", id="nan"),
        pytest.param(drawing(more='width="64"'), "width and height", id="one-side"),
        pytest.param("<html/>", "first element must be svg", id="html"),
        pytest.param('<svg viewBox="0 0 1 1"/>', "SVG namespace", id="no-namespace"),
        pytest.param(f"<!DOCTYPE svg>{drawing()}", "DOCTYPE", id="doctype"),
        pytest.param(
            f'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/hostname">]>{drawing("&x;")}',
            "DOCTYPE",
            id="external-entity",
        ),
        pytest.param(
            f'<?xml version="1.0" encoding="UTF-7"?>{drawing()}', "UTF-8", id="other-encoding"
        ),
        pytest.param(drawing().encode("utf-16"), "not UTF-8", id="utf-16"),
        pytest.param(b"\x1f\x8b\x08", "not UTF-8", id="svgz"),
        pytest.param(b"\x89PNG\r\n", "not UTF-8", id="png"),
        pytest.param(b"", "not SVG", id="empty"),
        pytest.param(
            drawing("<!--" + "x" * MAXIMUM_PICTURE_BYTES + "-->"), "more than the 65536", id="large"
        ),
    ],
)
def test_what_is_no_square_svg_is_refused(data: str | bytes, words: str) -> None:
    assert words in refusal(data)


def test_all_reasons_are_told_once_each() -> None:
    message = refusal(drawing("<text/><text/><script/>", box="0 0 2 1"))

    assert len(message.splitlines()) == 3


@given(st.lists(st.sampled_from([*'<>/="& \x00#;?!', "svg", "g", "url(", "xmlns", "--"])))
def test_any_bytes_are_accepted_or_refused_in_words(parts: list[str]) -> None:
    with pytest.raises(BadgeClassError, match=NAME):
        check_picture(NAME, drawing("".join(parts) + "<use/>").encode())
