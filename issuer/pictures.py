"""The pictures of a credential: the badge with the credential baked in, and its QR code.

Pictures carry no text, since fonts differ between machines; the word TRIAL is drawn as strokes.
"""

import io
import re
from typing import Final

import qrcode
import resvg_py
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.svg import SvgPathImage

from openbadges.baking import png, svg

PNG_SIZE: Final = 512  # pixels of a side

_END_OF_SVG: Final = re.compile(rb"</svg\s*>\s*\Z")
_VIEW_BOX: Final = re.compile(
    rb"<svg[^>]*?\sviewBox\s*=\s*[\"']\s*([-0-9.eE]+)[\s,]+([-0-9.eE]+)[\s,]+([-0-9.eE]+)"
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
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, image_factory=SvgPathImage)
    code.add_data(url)
    file = io.BytesIO()
    code.make_image().save(file)
    return file.getvalue()


def mark_trial(picture: bytes) -> bytes:
    """Draw a ribbon with TRIAL across a badge, so that nobody takes it for a real one."""
    box = _VIEW_BOX.search(picture)
    left, top, side = (float(number) for number in box.groups()) if box else (0.0, 0.0, 512.0)
    width = sum(width for _, width in _LETTERS) + _LETTER_GAP * (len(_LETTERS) - 1)
    letters, at = "", -width / 2
    for path, letter_width in _LETTERS:
        letters += f'<path transform="translate({at} -6)" d="{path}"/>'
        at += letter_width + _LETTER_GAP
    ribbon = (
        f'<g transform="translate({left + side / 2} {top + side * 0.82}) scale({side / 128})">'
        '<rect x="-36" y="-11" width="72" height="22" rx="3" fill="#b00020" stroke="#ffffff"'
        ' stroke-width="2"/>'
        f'<g fill="none" stroke="#ffffff" stroke-width="2.2" stroke-linecap="round"'
        f' stroke-linejoin="round">{letters}</g></g>'
    )
    return _END_OF_SVG.sub(lambda end: ribbon.encode() + end.group(), picture)
