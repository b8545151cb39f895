"""G: pictures, QR codes, pages and lists that strangers send, at the door that takes them.

Each row's own units are tested where they are read: `unit/openbadges/baking`, `unit/verifier`.
"""

import io
import json
import time
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from openbadges.baking import png, svg
from openbadges.errors import Code
from openbadges.strict import Document
from tests.credentials import valid_credential
from tests.given import Web, encoded, linking, page, qr_image, qr_png
from tests.world import BADGES, NOW, as_bytes, honest_internet
from verifier import Check, Verdict, Verifier
from verifier.judging import AnyReport, judge, judge_each

NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"'
SIGNED: Document = BADGES.sign(valid_credential())
TEXT = json.dumps(SIGNED)
ART = encoded(Image.new("RGB", (9, 9), "white"))
IHDR_END = 33


def chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)


def with_chunks(*chunks: bytes) -> bytes:
    return ART[:IHDR_END] + b"".join(chunks) + ART[IHDR_END:]


def itxt(text: bytes, *, flag: bytes = b"\0", keyword: bytes = b"openbadgecredential") -> bytes:
    return chunk(b"iTXt", keyword + b"\0" + flag + b"\0\0\0" + text)


def drawing(inside: str) -> bytes:
    return f"<svg {NS}>{inside}<g/></svg>".encode()


def judged(given: bytes, web: Web | None = None) -> AnyReport:
    web = web or Web(dict(honest_internet().documents))
    return judge(Verifier(web), given, web, now=NOW)


GOOD = png.bake(ART, TEXT)
OLDER = chunk(b"tEXt", b"openbadges\0{}")
HUGE = ART[:16] + (65_535).to_bytes(4) * 2 + ART[24:29]
HUGE += zlib.crc32(HUGE[12:29]).to_bytes(4) + ART[IHDR_END:]
ELEMENT = f"<openbadges:credential><![CDATA[{TEXT}]]></openbadges:credential>"

ROWS = [
    pytest.param(
        with_chunks(itxt(zlib.compress(TEXT.encode()), flag=b"\1")),
        Code.COMPRESSED_CHUNK,
        id="G1 a compressed credential",
    ),
    pytest.param(
        with_chunks(itxt(TEXT.encode()), itxt(b"{}")), Code.AMBIGUOUS, id="G2 two credentials"
    ),
    pytest.param(with_chunks(itxt(TEXT.encode()), OLDER), Code.AMBIGUOUS, id="G2 and an older one"),
    pytest.param(HUGE, Code.TOO_LARGE, id="G3 a bomb of pixels"),
    pytest.param(GOOD + b"PK\3\4", Code.MALFORMED, id="G5 a ZIP behind it"),
    pytest.param(GOOD + page(linking("https://evil.example/")), Code.MALFORMED, id="G5 a page"),
    pytest.param(b"GIF89a" + GOOD, Code.NO_CREDENTIAL, id="G5 a GIF's first bytes"),
    pytest.param(b"\x1f\x8b" + GOOD, Code.NO_CREDENTIAL, id="G5 a compressed SVG's"),
    pytest.param(
        b"<!DOCTYPE html>" + drawing(ELEMENT), Code.NO_CREDENTIAL, id="G5 an SVG in a page"
    ),
    pytest.param(
        b'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + drawing(ELEMENT),
        Code.DTD_FORBIDDEN,
        id="G6 an entity",
    ),
    pytest.param(
        b'<!DOCTYPE svg SYSTEM "https://evil.example/x.dtd">' + drawing(ELEMENT),
        Code.DTD_FORBIDDEN,
        id="G8 a document type elsewhere",
    ),
    pytest.param(drawing("<g>" * 300 + "</g>" * 300), Code.TOO_DEEP, id="G9 deep"),
    pytest.param(drawing(ELEMENT * 2), Code.AMBIGUOUS, id="G10 two elements"),
]


@pytest.mark.parametrize(("given", "code"), ROWS)
def test_a_picture_that_two_readers_would_read_differently_is_never_verified(
    given: bytes, code: Code
) -> None:
    web = Web(dict(honest_internet().documents))
    report = judged(given, web)
    assert report.verdict is Verdict.REJECTED
    assert [finding.code for finding in report.of(Check.UNWRAP)] == [code]
    assert not web.fetched


def test_the_same_pictures_with_one_credential_are_verified() -> None:
    for good in (
        GOOD,
        drawing(ELEMENT),
        svg.bake(drawing(""), BADGES.sign_jws(valid_credential())),
    ):
        assert judged(good).verdict is Verdict.VERIFIED


def test_a_qr_code_on_a_badge_leads_nowhere_while_the_badge_has_a_credential() -> None:
    web = Web(dict(honest_internet().documents))
    baked = png.bake(qr_png("https://evil.example/"), json.dumps(SIGNED | {"name": "forged"}))
    assert judged(baked, web).verdict is Verdict.REJECTED
    compressed = qr_png("https://evil.example/")
    compressed = compressed[:IHDR_END] + itxt(b"x", flag=b"\1") + compressed[IHDR_END:]
    assert judged(compressed, web).verdict is Verdict.REJECTED
    older = qr_png("https://evil.example/")
    older = older[:IHDR_END] + OLDER + older[IHDR_END:]
    assert judged(older, web).verdict is Verdict.INCONCLUSIVE
    assert not any("evil" in url for url in web.fetched)


LEADING: list[Callable[[str], bytes]] = [
    str.encode,
    qr_png,
    lambda link: encoded(qr_image(link), "JPEG"),
    lambda link: page(linking(link)),
]


@pytest.mark.parametrize("leading", LEADING, ids=["link", "PNG", "JPEG", "page"])
@pytest.mark.parametrize(
    "link",
    [
        "http://badges.example/x",
        "https://169.254.169.254/latest/",
        "https://127.0.0.1:5432/",
        "https://localhost/",
        "https://user@badges.example/",
    ],
)
def test_no_way_of_giving_a_link_leads_inside(leading: Callable[[str], bytes], link: str) -> None:
    from verifier import verify  # noqa: PLC0415 -- with the real fetcher

    report = verify(leading(link), now=NOW)
    assert report.verdict is Verdict.REJECTED
    assert {finding.code for finding in report.findings} - {Code.OK} == {Code.URL_NOT_ALLOWED}


def test_what_a_page_says_around_a_credential_is_neither_shown_nor_believed() -> None:
    around = '<script type="application/ld+json">{"type": "VerifiableCredential"}</script>'
    report = judged(page("<title>Verified!</title>" + around))
    assert report.verdict is Verdict.REJECTED
    assert "Verified!" not in json.dumps(report.as_json())


def test_a_page_that_leads_round_in_a_circle_ends() -> None:
    web = Web()
    for one, other in (("a", "b"), ("b", "a")):
        web.publish(f"https://{one}.example/", page(linking(f"https://{other}.example/")))
    report = judged(b"https://a.example/", web)
    assert report.verdict is Verdict.REJECTED
    assert sum(web.fetched.values()) == 2


def test_a_list_of_large_pictures_is_answered_soon() -> None:
    web = Web()
    bombs = []
    for number in range(30):
        large = Image.new("1", (3100, 3100))
        large.putpixel((number, 0), 1)
        bombs.append(encoded(large))
    started = time.process_time()
    reports = judge_each(Verifier(web), bombs, web, now=NOW)
    assert time.process_time() - started < 6
    assert {report.verdict for report in reports} == {Verdict.REJECTED}


def test_a_file_is_known_by_its_content_and_never_by_its_name(site: Any) -> None:  # noqa: ANN401 -- the fixture
    for name in ("badge.png", "../../etc/passwd", "CON.png", "x" * 300, "badge.json\u202egnp"):
        data = {"file": (io.BytesIO(as_bytes(SIGNED)), name)}
        answer = site.app.test_client().post("/verify", base_url=site.base_url, data=data)
        assert (answer.status_code, answer.get_json()["form"]) == (200, "json")
        assert name not in answer.text
