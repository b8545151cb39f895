"""A picture without a credential is looked at for the one QR code that leads to it."""

import contextlib
import itertools
import random
import time
import tracemalloc
import zlib

import pytest
from PIL import Image

from openbadges.errors import Code, MalformedError
from tests.given import SHARED, encoded, qr_image, qr_png
from verifier import qr_code
from verifier.jpeg import Scans, count_scans
from verifier.qr_code import read_qr_code

GREY = qr_image(SHARED)


def see_through(image: Image.Image) -> Image.Image:
    """Give the dark modules in black on nothing."""
    clear = Image.new("RGBA", image.size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=image.point(lambda value: 255 - value))
    return clear


def refusal(picture: bytes) -> Code:
    with pytest.raises(MalformedError) as caught:
        read_qr_code(picture)
    return caught.value.code


READABLE = [
    pytest.param(encoded(GREY), id="a grey PNG"),
    pytest.param(encoded(GREY.convert("1")), id="a black and white PNG"),
    pytest.param(encoded(GREY.convert("P")), id="a PNG with a palette"),
    pytest.param(encoded(GREY.convert("RGB")), id="a PNG in colours"),
    pytest.param(encoded(see_through(GREY)), id="black on nothing"),
    pytest.param(encoded(GREY.convert("LA")), id="grey with an opacity"),
    pytest.param(encoded(GREY.convert("RGB"), transparency=(1, 2, 3)), id="a clear colour"),
    pytest.param(encoded(GREY, "JPEG"), id="a grey JPEG"),
    pytest.param(encoded(GREY.convert("RGB"), "JPEG"), id="a JPEG"),
    pytest.param(encoded(GREY.convert("RGB"), "JPEG", progressive=True), id="a progressive JPEG"),
    pytest.param(encoded(GREY.convert("CMYK"), "JPEG"), id="a JPEG for print"),
    pytest.param(encoded(GREY.rotate(90)), id="turned"),
    pytest.param(encoded(GREY.point(lambda value: 255 - value)), id="light on dark"),
]


@pytest.mark.parametrize("picture", READABLE)
def test_a_qr_code_is_read(picture: bytes) -> None:
    assert read_qr_code(picture) == SHARED


def test_a_photograph_of_24_megapixels_is_read() -> None:
    photograph = Image.new("RGB", (5712, 4284), "white")
    photograph.paste(qr_image(SHARED, pixels=16), (900, 700))
    assert read_qr_code(encoded(photograph, "JPEG")) == SHARED


def test_two_codes_that_say_the_same_are_one_and_two_that_do_not_are_refused() -> None:
    def beside(other: str) -> bytes:
        wide = Image.new("L", (2 * GREY.width, GREY.height), 255)
        wide.paste(GREY, (0, 0))
        wide.paste(qr_image(other), (GREY.width, 0))
        return encoded(wide)

    assert read_qr_code(beside(SHARED)) == SHARED
    assert refusal(beside(SHARED.replace("a", "b"))) is Code.AMBIGUOUS


def with_height(picture: bytes, height: int) -> bytes:
    """Give a PNG that says it is so high."""
    header = picture[12:20] + height.to_bytes(4) + picture[24:29]
    return picture[:12] + header + zlib.crc32(header).to_bytes(4) + picture[33:]


REFUSED = [
    pytest.param(encoded(Image.new("L", (9, 9))), Code.NO_CREDENTIAL, id="no code"),
    pytest.param(b"GIF89a", Code.MALFORMED, id="another format"),
    pytest.param(b"", Code.MALFORMED, id="nothing"),
    pytest.param(with_height(qr_png(), 2**31 - 1), Code.TOO_LARGE, id="a bomb"),
    pytest.param(encoded(Image.new("1", (3200, 3200))), Code.TOO_LARGE, id="a large PNG"),
    pytest.param(encoded(Image.new("1", (32_768, 1))), Code.TOO_LARGE, id="a long PNG"),
    pytest.param(encoded(Image.new("L", (5001, 5001)), "JPEG"), Code.TOO_LARGE, id="a large JPEG"),
    pytest.param(
        encoded(Image.new("L", (4001, 4001)), "JPEG", progressive=True),
        Code.TOO_LARGE,
        id="a large progressive JPEG",
    ),
    pytest.param(
        encoded(Image.new("CMYK", (3465, 3465)), "JPEG", progressive=True),
        Code.TOO_LARGE,
        id="a progressive JPEG for print, which keeps more of each pixel",
    ),
    pytest.param(encoded(GREY, "JPEG")[:300], Code.MALFORMED, id="a JPEG cut short"),
    pytest.param(b"\xff\xd8\xff\xe0\x00\x00" * 9, Code.MALFORMED, id="segments of nothing"),
    pytest.param(b"\xff\xd8\xff", Code.MALFORMED, id="a JPEG's first bytes"),
]


@pytest.mark.parametrize(("picture", "code"), REFUSED)
def test_what_is_no_small_sound_picture_with_a_code_is_refused(picture: bytes, code: Code) -> None:
    assert refusal(picture) is code


def test_a_jpeg_of_many_scans_is_refused_before_it_is_decoded() -> None:
    progressive = encoded(GREY.convert("RGB"), "JPEG", progressive=True)
    last = progressive.rindex(b"\xff\xda")
    scans = progressive[last:-2] * 100
    assert refusal(progressive[:last] + scans + progressive[-2:]) is Code.TOO_LARGE


def test_the_scans_of_the_picture_are_counted_and_not_those_of_its_thumbnail() -> None:
    plain = encoded(GREY.convert("RGB"), "JPEG")
    thumbnail = b"\xff\xe1" + (len(plain) + 2).to_bytes(2) + plain
    assert count_scans(plain) == Scans(1, 3)
    assert count_scans(plain[:2] + thumbnail + plain[2:] + plain) == Scans(1, 3)
    assert count_scans(encoded(GREY, "JPEG")) == Scans(1, 1)
    assert count_scans(encoded(GREY.convert("RGB"), "JPEG", progressive=True)).number > 3


END, COMMENT = b"\xff\xd9", b"\xff\xfe"
HIDING = {
    "a comment": COMMENT,
    "an application's data": b"\xff\xe7",
    "fill bytes and a comment": b"\xff\xff\xff" + COMMENT,
    "a restart and a comment": b"\xff\xd0" + COMMENT,
    "stray bytes and a comment": b"stray\xff\x00" + COMMENT,
}


@pytest.mark.parametrize("before", HIDING.values(), ids=HIDING)
@pytest.mark.parametrize(
    "held", [END, b"\xff", b"\xff\xda\x00\x08\x01"], ids=["end", "half", "scan"]
)
def test_a_segment_after_a_scan_may_hold_any_bytes(before: bytes, held: bytes) -> None:
    picture = encoded(GREY, "JPEG", progressive=True)
    second = picture.index(b"\xff\xc4", picture.index(b"\xff\xda"))
    segment = before + (2 + len(held)).to_bytes(2) + held
    with_it = picture[:second] + segment + picture[second:]
    assert count_scans(with_it) == count_scans(picture)
    assert read_qr_code(with_it) == SHARED  # as its decoder reads it


def test_scans_after_the_end_are_not_counted_and_a_missing_end_is_the_files() -> None:
    picture = encoded(GREY, "JPEG", progressive=True)
    assert count_scans(picture + picture[2:]) == count_scans(picture)
    assert count_scans(picture[:-2]) == count_scans(picture)


LED_ASTRAY = [
    pytest.param(b"\xff\xd0", id="a restart"),
    pytest.param(b"\xff\x01", id="TEM"),
    pytest.param(b"\xff\xd8", id="a second beginning"),
    pytest.param(END, id="an end"),
    pytest.param(b"\xff\xf0\x00\x02", id="an extension"),
    pytest.param(COMMENT + b"\x00\x01", id="a length that is shorter than itself"),
    pytest.param(b"\x00", id="a stray byte"),
]


@pytest.mark.parametrize("odd", LED_ASTRAY)
def test_what_stands_oddly_before_the_first_scan_leads_to_none(odd: bytes) -> None:
    picture = encoded(GREY, "JPEG")
    with pytest.raises(MalformedError) as caught:
        count_scans(picture[:2] + odd + picture[2:])
    assert caught.value.code is Code.MALFORMED


def test_of_a_jpeg_only_so_many_segments_are_read() -> None:
    picture = encoded(GREY, "JPEG")
    segments = (COMMENT + b"\x00\x02") * 4096  # each as short as can be
    for many in (picture[:2] + segments + picture[2:], picture[:-2] + segments + END):
        with pytest.raises(MalformedError) as caught:
            count_scans(many)
        assert caught.value.code is Code.TOO_LARGE
    assert count_scans(picture[:2] + segments[:4000] + picture[2:]) == Scans(1, 1)


def test_a_picture_tiled_with_a_codes_corners_takes_less_than_two_seconds() -> None:
    corner = Image.new("L", (8, 8), 255)
    corner.paste(0, (0, 0, 7, 7))
    corner.paste(255, (1, 1, 6, 6))
    corner.paste(0, (2, 2, 5, 5))
    for side in (1224, 2400):
        tiled = Image.new("L", (side, side), 255)
        for place in itertools.product(range(0, side, 8), range(0, side, 8)):
            tiled.paste(corner, place)
        started = time.process_time()
        assert refusal(encoded(tiled)) is Code.NO_CREDENTIAL
        assert time.process_time() - started < 2


def test_no_text_of_a_picture_is_inflated() -> None:
    def chunk(body: bytes) -> bytes:
        return len(body).to_bytes(4) + b"zTXt" + body + zlib.crc32(b"zTXt" + body).to_bytes(4)

    plain = qr_png()
    bombs = chunk(b"Comment\0\0" + zlib.compress(bytes(60_000_000))) * 20
    picture = plain[:33] + bombs + plain[33:]
    tracemalloc.start()
    try:
        assert read_qr_code(picture) == SHARED
        assert tracemalloc.get_traced_memory()[1] < 16 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_a_damaged_picture_is_refused_and_nothing_else_happens() -> None:
    chance = random.Random(7)  # noqa: S311 -- the same damage every day
    for picture in (qr_png(), encoded(GREY, "JPEG"), encoded(see_through(GREY))):
        for _ in range(150):
            damaged = bytearray(picture)
            for _ in range(chance.choice((1, 3, 20))):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            with contextlib.suppress(MalformedError):
                read_qr_code(bytes(damaged))


def test_the_bounds_are_within_what_the_decoders_can_count() -> None:
    assert qr_code.MAXIMUM_SIDE_PIXELS < 65_536
