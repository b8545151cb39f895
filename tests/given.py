"""What people give to be verified besides files: pictures of QR codes, links and pages."""

import io
from typing import Any

import qrcode
from PIL import Image

from tests.world import Internet
from verifier.ports import Fetched

SHARED = "https://badges.example/s/abcdefghijklmnop"


class Web(Internet):
    """The in-memory Internet, in which links are followed too."""

    def fetch_presented(self, url: str, *, maximum_bytes: int) -> Fetched:
        """Answer as the guarded fetcher does."""
        return Fetched(url, self.fetch(url, maximum_bytes=maximum_bytes))


def qr_image(text: str, *, pixels: int = 4) -> Image.Image:
    """Draw a QR code in grey, with so many pixels a module."""
    code = qrcode.QRCode(border=4)
    code.add_data(text)
    code.make()
    rows = code.get_matrix()
    image = Image.new("L", (len(rows), len(rows)), 255)
    image.putdata([0 if dark else 255 for row in rows for dark in row])
    side = len(rows) * pixels
    return image.resize((side, side), Image.Resampling.NEAREST)


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:  # noqa: ANN401 -- Pillow's own
    """Give a picture as the bytes of a file."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def qr_png(text: str = SHARED) -> bytes:
    """Give a PNG of a QR code."""
    return encoded(qr_image(text))


def page(head: str, body: str = "<p>A badge</p>") -> bytes:
    """Give a web page."""
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode()


def linking(href: str, kind: str = "application/vc", rel: str = "alternate") -> str:
    """Give the element with which a page links what it shows."""
    return f'<link rel="{rel}" type="{kind}" href="{href}">'
