"""PNG baking: what is put in is read out; what readers could read differently is not."""

import io
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from openbadges.baking import png
from openbadges.errors import Code, ExplainedError, MalformedError

CREDENTIAL = '{"name": "Wikidata für alle 🌍", "note": "braces } and ]]> stay"}'
JWS = "eyJhbGciOiJFZERTQSJ9.eyJpZCI6InVybjp1dWlkOjEifQ.c2lnbmF0dXJl"
HEADER = (2).to_bytes(4) + (1).to_bytes(4) + bytes([8, 2, 0, 0, 0])


def chunk(name: bytes, body: bytes = b"") -> bytes:
    return len(body).to_bytes(4) + name + body + zlib.crc32(name + body).to_bytes(4)


IHDR = chunk(b"IHDR", HEADER)
IDAT = chunk(b"IDAT", zlib.compress(b"\0\xff\0\0\0\xff\0"))
IEND = chunk(b"IEND")


def picture(*between: bytes) -> bytes:
    return png.SIGNATURE + IHDR + b"".join(between) + IDAT + IEND


def itxt(text: bytes, keyword: bytes = png.KEYWORD, fields: bytes = b"\0\0\0\0") -> bytes:
    return chunk(b"iTXt", keyword + b"\0" + fields + text)


PICTURE = picture()


@pytest.mark.parametrize("credential", [CREDENTIAL, JWS])
def test_what_is_baked_is_read_out(credential: str) -> None:
    assert png.unbake(png.bake(PICTURE, credential)) == credential


def test_the_credential_comes_after_the_header_and_every_other_byte_stays() -> None:
    baked = png.bake(PICTURE, JWS)
    before = png.SIGNATURE + IHDR
    added = itxt(JWS.encode())
    assert baked == before + added + PICTURE[len(before) :]


def test_a_real_picture_keeps_its_pixels_and_its_other_texts() -> None:
    drawn = io.BytesIO()
    original = Image.linear_gradient("L")
    original.save(drawn, format="PNG")
    with Image.open(io.BytesIO(png.bake(drawn.getvalue(), CREDENTIAL))) as baked:
        assert baked.tobytes() == original.tobytes()
        assert baked.info["openbadgecredential"] == CREDENTIAL


@pytest.mark.parametrize(
    "earlier",
    [
        pytest.param([itxt(b"{}")], id="one credential"),
        pytest.param([itxt(b"{}"), itxt(JWS.encode())], id="two credentials"),
        pytest.param([chunk(b"tEXt", b"openbadges\0https://example.org/1")], id="Open Badges 2"),
        pytest.param([itxt(b"{}", b"openbadges")], id="Open Badges 2 in iTXt"),
        pytest.param([itxt(zlib.compress(b"{}"), fields=b"\1\0\0\0")], id="a compressed one"),
        pytest.param([chunk(b"zTXt", b"openbadgecredential\0\0x")], id="a compressed latin one"),
    ],
)
def test_baking_again_replaces_every_earlier_badge(earlier: list[bytes]) -> None:
    other = chunk(b"tEXt", b"Title\0Mentor")
    baked = png.bake(picture(other, *earlier), CREDENTIAL)
    assert baked == png.bake(picture(other), CREDENTIAL)
    assert other in baked


def test_a_compressed_chunk_is_never_inflated() -> None:
    bomb = zlib.compress(bytes(2**20))
    assert refusal(picture(itxt(bomb, fields=b"\1\0\0\0"))) is Code.COMPRESSED_CHUNK


@pytest.mark.parametrize(
    ("damaged", "code"),
    [
        pytest.param(PICTURE, Code.NO_CREDENTIAL, id="no badge"),
        pytest.param(picture(itxt(b"  ")), Code.NO_CREDENTIAL, id="an empty credential"),
        pytest.param(
            picture(chunk(b"tEXt", b"openbadges\0{}")), Code.OPEN_BADGES_2, id="Open Badges 2"
        ),
        pytest.param(picture(itxt(b"{}"), itxt(b"{}")), Code.AMBIGUOUS, id="two credentials"),
        pytest.param(
            picture(itxt(b"{}"), chunk(b"tEXt", b"openbadges\0{}")),
            Code.AMBIGUOUS,
            id="Open Badges 3 and 2",
        ),
        pytest.param(
            picture(itxt(b"{}"), chunk(b"tEXt", b"openbadgecredential\0{}")),
            Code.AMBIGUOUS,
            id="iTXt and tEXt",
        ),
        pytest.param(
            picture(chunk(b"zTXt", b"openbadgecredential\0\0x")),
            Code.COMPRESSED_CHUNK,
            id="zTXt",
        ),
        pytest.param(
            picture(chunk(b"tEXt", b"openbadgecredential\0{}")), Code.MALFORMED, id="tEXt"
        ),
        pytest.param(picture(itxt(b"\xff")), Code.MALFORMED, id="not UTF-8"),
        pytest.param(picture(itxt(b"a\0b")), Code.UNICODE, id="NUL in the text"),
        pytest.param(
            picture(itxt(b"{}", fields=b"\2\0\0\0")), Code.MALFORMED, id="an unknown flag"
        ),
        pytest.param(
            picture(itxt(b"{}", fields=b"\0\1\0\0")), Code.MALFORMED, id="an unknown method"
        ),
        pytest.param(picture(itxt(b"", fields=b"\0\0\0")), Code.MALFORMED, id="missing fields"),
        pytest.param(picture(itxt(bytes([32]) * (2**20) + b"{}")), Code.TOO_LARGE, id="1 MiB"),
        pytest.param(PICTURE + bytes(4 * 2**20), Code.TOO_LARGE, id="4 MiB"),
        pytest.param(picture(*[chunk(b"teSt")] * 5000), Code.TOO_LARGE, id="5000 chunks"),
        pytest.param(b"GIF89a" + PICTURE, Code.MALFORMED, id="a GIF's beginning"),
        pytest.param(b"\x1f\x8b" + PICTURE, Code.MALFORMED, id="a gzip's beginning"),
        pytest.param(b"", Code.MALFORMED, id="nothing"),
        pytest.param(png.SIGNATURE, Code.MALFORMED, id="the signature alone"),
        pytest.param(PICTURE + b"PK\3\4", Code.MALFORMED, id="a ZIP behind the picture"),
        pytest.param(PICTURE + IEND, Code.MALFORMED, id="two ends"),
        pytest.param(PICTURE + chunk(b"tEXt", b"a\0b"), Code.MALFORMED, id="a chunk behind IEND"),
        pytest.param(PICTURE[:-12], Code.MALFORMED, id="no end"),
        pytest.param(PICTURE[:-1], Code.MALFORMED, id="cut short"),
        pytest.param(PICTURE[:-8], Code.MALFORMED, id="a type cut off"),
        pytest.param(
            png.SIGNATURE + IHDR + IDAT + chunk(b"IEND", b"x"), Code.MALFORMED, id="a full end"
        ),
        pytest.param(png.SIGNATURE + IDAT + IHDR + IEND, Code.MALFORMED, id="IHDR not first"),
        pytest.param(png.SIGNATURE + IHDR + IHDR + IDAT + IEND, Code.MALFORMED, id="two IHDR"),
        pytest.param(
            png.SIGNATURE + chunk(b"IHDR", HEADER + b"x") + IDAT + IEND,
            Code.MALFORMED,
            id="a long IHDR",
        ),
        pytest.param(png.SIGNATURE + IHDR + IEND, Code.MALFORMED, id="no pixels"),
        pytest.param(picture(chunk(b"acTL", bytes(8))), Code.MALFORMED, id="an animation"),
        pytest.param(picture(chunk(b"PWND")), Code.MALFORMED, id="an unknown critical chunk"),
        pytest.param(picture(chunk(b"te\0t")), Code.MALFORMED, id="a type with NUL"),
        pytest.param(
            png.SIGNATURE + IHDR + b"\xff\xff\xff\xff" + IDAT[4:] + IEND,
            Code.MALFORMED,
            id="a length of 4 GiB",
        ),
        pytest.param(
            PICTURE.replace(IDAT, IDAT[:-1] + bytes([IDAT[-1] ^ 1])),
            Code.MALFORMED,
            id="a wrong checksum",
        ),
    ],
)
def test_what_is_not_one_sound_picture_with_one_credential_is_refused(
    damaged: bytes, code: Code
) -> None:
    assert refusal(damaged) is code


def refusal(damaged: bytes) -> Code:
    with pytest.raises(ExplainedError) as caught:
        png.unbake(damaged)
    return caught.value.code


@pytest.mark.parametrize(
    ("width", "height"),
    [(0, 1), (1, 0), (65535, 65535), (png.MAXIMUM_SIDE_PIXELS + 1, 1)],
)
def test_a_picture_of_impossible_size_is_not_baked(width: int, height: int) -> None:
    header = chunk(b"IHDR", width.to_bytes(4) + height.to_bytes(4) + HEADER[8:])
    with pytest.raises(MalformedError, match="pixels"):
        png.bake(PICTURE.replace(IHDR, header), CREDENTIAL)


@pytest.mark.parametrize("credential", ["", " \n", "{\x00}", "{\ud800}", "a" * (2**20 + 1)])
def test_a_text_that_no_reader_would_take_is_not_baked(credential: str) -> None:
    with pytest.raises(MalformedError):
        png.bake(PICTURE, credential)


def test_a_picture_that_the_credential_makes_too_large_is_not_baked() -> None:
    full = picture(chunk(b"teSt", bytes(png.MAXIMUM_PICTURE_BYTES - len(PICTURE) - 12)))
    with pytest.raises(MalformedError) as caught:
        png.bake(full, JWS)
    assert caught.value.code is Code.TOO_LARGE


@given(st.data())
def test_a_damaged_picture_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    baked = bytearray(png.bake(PICTURE, JWS))
    position = data.draw(st.integers(0, len(baked) - 1))
    baked[position] ^= data.draw(st.integers(1, 255))
    with pytest.raises(MalformedError):
        png.unbake(bytes(baked))
