"""The text of the one QR code in a picture: the only door to Pillow and to zxing-cpp.

https://www.iso.org/standard/83389.html (QR Code). A picture that carries no credential may be a
photograph or a scan of a code that leads to one. Pixels are decoded here and nowhere else, of PNG
and JPEG alone, after the picture's size was read and found small enough. What the text is worth is
decided in `given`.
"""

import io
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import zxingcpp
from PIL import Image
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from openbadges.baking import png
from openbadges.errors import Code, MalformedError
from openbadges.strict import check_text
from verifier import jpeg

# All within the 128 MiB that one verification may take (G3). A photograph is read at a byte a
# pixel; one in many scans keeps two for each of its components, and a PNG up to eleven for its
# transparency.
MAXIMUM_JPEG_PIXELS = 25_000_000
MAXIMUM_PROGRESSIVE_PIXELS = 16_000_000  # of three components; of four, fewer
MAXIMUM_PNG_PIXELS = 10_000_000
# A larger picture is searched at a smaller scale: the search costs the square of the marks that
# look like a code's corners, and a picture tiled with them would hold a thread for half a minute.
MAXIMUM_SEARCHED_PIXELS = 1_500_000
MAXIMUM_SIDE_PIXELS = 32_767  # zxing-cpp counts to 65535
_COLOURS: Final = 3  # components of a picture that is not for print
MAXIMUM_SCANS = 32  # honest progressive ones have about ten; each goes over all pixels again


@dataclass(frozen=True, slots=True)
class _Format:
    """How one format is opened, without the guesses and plug-ins of Pillow's own `open`."""

    signature: bytes
    name: str
    open: Callable[[bytes], ImageFile]


def _open_png(picture: bytes) -> ImageFile:
    image = PngImageFile(io.BytesIO(png.pixels_alone(picture)))
    _check_pixels(image, MAXIMUM_PNG_PIXELS)
    return image


def _open_jpeg(picture: bytes) -> ImageFile:
    scans = jpeg.count_scans(picture)
    if scans.number > MAXIMUM_SCANS:
        raise MalformedError(
            f"a JPEG of {scans.number} scans, more than the {MAXIMUM_SCANS} that are decoded",
            code=Code.TOO_LARGE,
        )
    image = JpegImageFile(io.BytesIO(picture))
    in_rows = scans == jpeg.Scans(1, image.layers) and "progressive" not in image.info
    kept_whole = MAXIMUM_PROGRESSIVE_PIXELS * _COLOURS // max(_COLOURS, image.layers)
    _check_pixels(image, MAXIMUM_JPEG_PIXELS if in_rows else kept_whole)
    image.draft("L", _searched_size(image))  # at a half, a quarter or an eighth, never below it
    return image


def _check_pixels(image: ImageFile, maximum: int) -> None:
    is_long = max(image.width, image.height) > MAXIMUM_SIDE_PIXELS
    if is_long or image.width * image.height > maximum:
        raise MalformedError(
            f"a picture of {image.width} by {image.height} pixels, more than the {maximum} that"
            " are decoded of its kind",
            code=Code.TOO_LARGE,
        )


_FORMATS: Final = (
    _Format(png.SIGNATURE, "PNG", _open_png),
    _Format(jpeg.SIGNATURE, "JPEG", _open_jpeg),
)


_QR_CODE: Final = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


def read_qr_code(picture: bytes) -> str:
    """Return what the one QR code in a PNG or JPEG says.

    Raises:
        MalformedError: it is no such picture, or a broken one (MALFORMED); it has more pixels than
            are decoded (TOO_LARGE), no QR code (NO_CREDENTIAL), or several that say different
            things (AMBIGUOUS).
    """
    grey = _grey(picture)
    found = zxingcpp.read_barcodes(_small(grey), formats=_QR_CODE)
    texts = sorted({one.text for one in found if one.valid})
    if not texts:
        raise MalformedError(
            "this picture carries no credential, and no QR code can be read in it",
            code=Code.NO_CREDENTIAL,
        )
    if len(texts) > 1:
        raise MalformedError(
            f"this picture shows {len(texts)} QR codes that say different things; expected one",
            code=Code.AMBIGUOUS,
        )
    return check_text(texts[0], what="the QR code")


def _format_of(data: bytes) -> _Format | None:
    return next((one for one in _FORMATS if data.startswith(one.signature)), None)


def _grey(picture: bytes) -> Image.Image:
    """Decode a picture into one byte a pixel."""
    kind = _format_of(picture)
    if kind is None:
        raise MalformedError("a QR code is read in a PNG or JPEG picture")
    try:
        with kind.open(picture) as image:
            return _flattened(image)
    # what Pillow's decoders raise of broken files, a SyntaxError of its own among it
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError) as error:
        raise MalformedError(f"this {kind.name} is broken: its pixels cannot be read") from error


def _searched_size(image: Image.Image) -> tuple[int, int]:
    scale = min(1.0, math.sqrt(MAXIMUM_SEARCHED_PIXELS / (image.width * image.height)))
    return max(1, int(image.width * scale)), max(1, int(image.height * scale))


def _small(grey: Image.Image) -> Image.Image:
    size = _searched_size(grey)
    return grey if size == grey.size else grey.resize(size, Image.Resampling.BILINEAR)


def _flattened(image: Image.Image) -> Image.Image:
    """Return the picture in grey on white: a code may be black on nothing."""
    if "transparency" not in image.info and "A" not in image.getbands():
        return image.convert("L")
    transparent = image if image.mode in {"LA", "RGBA"} else image.convert("RGBA")
    flat = Image.new("L", image.size, 255)
    flat.paste(transparent.convert("L"), mask=transparent.getchannel("A"))
    return flat
