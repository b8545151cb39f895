"""The pictures of a credential: what is baked comes out again, and a trial badge says so."""

import io
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from PIL import Image

from badge_classes.loader import default_folder, load_catalogue
from badge_classes.picture import check_picture
from issuer.pictures import PNG_SIZE, badge_png, badge_svg, mark_trial, qr_svg
from openbadges.baking import png, svg
from openbadges.errors import MalformedError

CREDENTIAL = '{"id":"https://badges.example/credentials/1","name":"«ñ» 🎓 ]]> \\u007b"}'
COMPACT_JWS = "eyJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl"
RED = (0xB0, 0x00, 0x20)
SQUARE = '<rect width="64" height="64" fill="#ffffff"/>'
NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'
PLAIN = f'<svg {NAMESPACE} viewBox="0 0 64 64">{SQUARE}</svg>'

# Pictures that `badge_classes` accepts, each drawn in a way that could hide the ribbon.
PICTURES = [
    pytest.param(PLAIN, id="plain"),
    pytest.param(f'<?xml version="1.0"?>\n{PLAIN}\n', id="with a declaration"),
    pytest.param(f"{PLAIN}\n<!-- the end </svg> -->\n", id="a comment after it"),
    pytest.param(f'<!-- <svg viewBox="900 900 1 1"> -->{PLAIN}', id="a comment that looks like it"),
    pytest.param(PLAIN.replace("</svg>", "</svg\n>"), id="a broken end tag"),
    pytest.param(PLAIN.replace('"0 0 64 64"', "' 0,0 , 64 64 '"), id="another spelling of viewBox"),
    pytest.param(PLAIN.replace('"0 0 64 64"', '"+0 -0.0 64. 64"'), id="signs and points"),
    pytest.param(
        PLAIN.replace('"0 0 64 64"', '"-32 -32 64 64"').replace("<rect", '<rect x="-32" y="-32"'),
        id="around the origin",
    ),
    pytest.param(
        '<s:svg xmlns:s="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><s:rect width="64"'
        ' height="64" fill="#ffffff"/></s:svg>',
        id="a prefix",
    ),
    pytest.param("\ufeff" + PLAIN, id="a byte order mark"),
]


def pixels(picture: bytes) -> Image.Image:
    return Image.open(io.BytesIO(picture)).convert("RGB")


def share_of_red(picture: bytes) -> float:
    counted = pixels(picture).getcolors(PNG_SIZE * PNG_SIZE) or []
    return sum(count for count, colour in counted if colour == RED) / PNG_SIZE**2


def parse(picture: bytes) -> Element:
    root: Element = fromstring(picture.decode("utf-8-sig"))
    return root


@pytest.mark.parametrize("credential", [CREDENTIAL, COMPACT_JWS], ids=["json", "jws"])
@pytest.mark.parametrize("trial", [True, False], ids=["trial", "real"])
def test_what_was_baked_comes_out_again(credential: str, trial: bool) -> None:  # noqa: FBT001 -- a table's column
    picture = PLAIN.encode()
    assert svg.unbake(badge_svg(picture, credential, trial=trial)) == credential
    assert png.unbake(badge_png(picture, credential, trial=trial)) == credential


@pytest.mark.parametrize("picture", PICTURES)
def test_a_trial_badge_says_so_however_its_picture_is_written(picture: str) -> None:
    drawing = picture.encode()
    check_picture("picture.svg", drawing)
    trial = badge_png(drawing, CREDENTIAL, trial=True)
    real = badge_png(drawing, CREDENTIAL, trial=False)
    assert share_of_red(real) == 0
    assert share_of_red(trial) > 0.03
    assert len(parse(badge_svg(drawing, CREDENTIAL, trial=True)).findall(".//{*}path")) == 5
    assert not parse(badge_svg(drawing, CREDENTIAL, trial=False)).findall(".//{*}path")


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(f"<svg {NAMESPACE}>{SQUARE}</svg>", id="no viewBox"),
        pytest.param(f'<svg {NAMESPACE} viewBox="0 0 64 64"/>', id="no end tag"),
    ],
)
def test_a_picture_with_no_place_for_the_ribbon_is_refused(picture: str) -> None:
    with pytest.raises(MalformedError, match="cannot be marked TRIAL"):
        mark_trial(picture.encode())


def test_the_picture_is_drawn_in_its_size() -> None:
    assert pixels(badge_png(PLAIN.encode(), CREDENTIAL, trial=False)).size == (PNG_SIZE, PNG_SIZE)


def test_every_badge_class_that_comes_along_can_be_drawn_and_marked() -> None:
    catalogue = load_catalogue(default_folder())
    assert len(catalogue) >= 12
    for badge_class in catalogue:
        trial, real = (
            badge_png(badge_class.picture.data, CREDENTIAL, trial=trial) for trial in (True, False)
        )
        assert share_of_red(trial) > share_of_red(real) + 0.03, badge_class.reference
        assert len(pixels(real).getcolors(PNG_SIZE**2) or []) > 3, badge_class.reference


def test_a_qr_code_is_a_drawing_dark_on_white_for_its_own_address() -> None:
    code, other = qr_svg("https://badges.example/s/1"), qr_svg("https://badges.example/s/2")
    root = parse(code)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.find("{*}path") is not None
    assert code != other
    assert code == qr_svg("https://badges.example/s/1")
