"""The pictures of a credential: the badge with the credential baked in, and its QR code.

Pictures carry no text, since fonts differ between machines; the word TRIAL is drawn as strokes.
"""

import io
import re
from typing import Final

import qrcode
import resvg_py
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.svg import SvgPathFillImage

from openbadges.baking import png, svg
from openbadges.errors import MalformedError

PNG_SIZE: Final = 512  # pixels of a side

# The pictures were vetted by `badge_classes`: one root with a square viewBox, maybe with a prefix.
_COMMENT: Final = re.compile(rb"<!--.*?-->", re.DOTALL)
_END_OF_SVG: Final = re.compile(rb"</(?:[^\s<>:]+:)?svg\s*>(?=(?:\s|<!--.*?-->)*\Z)", re.DOTALL)
_VIEW_BOX: Final = re.compile(
    rb"svg\s[^>]*?viewBox\s*=\s*[\"']\s*([-+.0-9]+)[\s,]+([-+.0-9]+)[\s,]+([.+0-9]+)"
)

# The strokes of TRIAL, 12 high, each letter from its own left edge and with its width.
_LETTERS: Final = (
    ("M0 0H8M4 0V12", 8),
    ("M0 12V0H4A3 3 0 0 1 4 6.4H0M4 6.4L7 12", 7),
    ("M0 0V12", 0),
    ("M0 12L4 0L8 12M1.5 8H6.5", 8),
    ("M0 0V12H6", 6),
)
_LETTER_GAP: Final = 4.5


def badge_svg(picture: bytes, credential: str, *, trial: bool) -> bytes:
    """Return the badge's SVG with a credential (JSON or compact JWS) baked in.

    Raises:
        MalformedError: the picture cannot be baked.
    """
    return svg.bake(mark_trial(picture) if trial else picture, credential)


def badge_png(picture: bytes, credential: str, *, trial: bool) -> bytes:
    """Return the badge drawn as a PNG of 512 pixels, with a credential baked in.

    Raises:
        MalformedError: the picture cannot be baked.
    """
    drawing = mark_trial(picture) if trial else picture
    drawn = resvg_py.svg_to_bytes(svg_string=drawing.decode(), width=PNG_SIZE, height=PNG_SIZE)
    return png.bake(bytes(drawn), credential)


def qr_svg(url: str) -> bytes:
    """Return a QR code of an address as an SVG, dark on white with its quiet zone."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, image_factory=SvgPathFillImage)
    code.add_data(url)
    file = io.BytesIO()
    code.make_image().save(file)
    return file.getvalue()


def mark_trial(picture: bytes) -> bytes:
    """Draw a ribbon with TRIAL across a badge, so that nobody takes it for a real one.

    Raises:
        MalformedError: there is no place for it; a trial badge never goes without.
    """
    box = _VIEW_BOX.search(_COMMENT.sub(b"", picture))
    end = _END_OF_SVG.search(picture)
    if box is None or end is None:
        raise MalformedError("a picture without a viewBox and an end tag cannot be marked TRIAL")
    left, top, side = (float(number) for number in box.groups())
    width = sum(width for _, width in _LETTERS) + _LETTER_GAP * (len(_LETTERS) - 1)
    letters, at = "", -width / 2
    for path, letter_width in _LETTERS:
        letters += f'<path transform="translate({at} -6)" d="{path}"/>'
        at += letter_width + _LETTER_GAP
    ribbon = (
        '<g xmlns="http://www.w3.org/2000/svg"'
        f' transform="translate({left + side / 2} {top + side * 0.82}) scale({side / 128})">'
        '<rect x="-36" y="-11" width="72" height="22" rx="3" fill="#b00020" stroke="#ffffff"'
        ' stroke-width="2"/>'
        f'<g fill="none" stroke="#ffffff" stroke-width="2.2" stroke-linecap="round"'
        f' stroke-linejoin="round">{letters}</g></g>'
    )
    return picture[: end.start()] + ribbon.encode() + picture[end.start() :]
