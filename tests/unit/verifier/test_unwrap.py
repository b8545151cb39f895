"""What is presented is known by its content alone."""

import json

import pytest

from openbadges.baking import png, svg
from openbadges.errors import Code, MalformedError, UnsupportedError
from openbadges.strict import encode_base64url
from tests.given import qr_png
from tests.presentations import enveloped
from verifier.report import Form
from verifier.unwrap import MAXIMUM_PRESENTED_BYTES, unwrap

CREDENTIAL = {"id": "urn:uuid:1"}
TEXT = json.dumps(CREDENTIAL)
JWS = "eyJhbGciOiJFZERTQSJ9.e30.AAAA"
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>'


@pytest.mark.parametrize(
    "presented",
    [
        pytest.param(TEXT.encode(), id="JSON"),
        pytest.param(b" \r\n\t" + TEXT.encode() + b"\n", id="blanks around it"),
        pytest.param(b"\xef\xbb\xbf" + TEXT.encode(), id="a byte order mark"),
    ],
)
def test_json_is_found(presented: bytes) -> None:
    found = unwrap(presented)
    assert (found.form, found.document, found.compact_jws) == (Form.JSON, CREDENTIAL, None)


def test_a_compact_jws_is_found() -> None:
    found = unwrap(f"{JWS}\n".encode())
    assert (found.form, found.document, found.compact_jws) == (Form.COMPACT_JWS, None, JWS)


@pytest.mark.parametrize("credential", [TEXT, JWS], ids=["JSON", "JWS"])
def test_what_a_picture_holds_is_found(credential: str) -> None:
    found = unwrap(b"\n" + svg.bake(DRAWING, credential))
    assert found.form is Form.SVG
    assert (found.document or found.compact_jws) == (CREDENTIAL if credential == TEXT else JWS)


@pytest.mark.parametrize(
    "presented",
    [
        pytest.param(json.dumps(enveloped(JWS)), id="an envelope"),
        pytest.param(f" data:application/vc+jwt,{JWS}\n", id="its data URL alone"),
        pytest.param(f"DATA:application/VC+JWT,{JWS}", id="in capitals"),
    ],
)
def test_a_jws_in_an_envelope_is_found(presented: str) -> None:
    found = unwrap(presented.encode())
    assert (found.form, found.compact_jws) == (Form.COMPACT_JWS, JWS)


def test_an_envelope_in_a_picture_is_found() -> None:
    found = unwrap(svg.bake(DRAWING, json.dumps(enveloped(JWS))))
    assert (found.form, found.compact_jws) == (Form.SVG, JWS)


OLDER = {"@context": "https://w3id.org/openbadges/v2", "type": "Assertion"}
OLDER_JWS = f"eyJhbGciOiJSUzI1NiJ9.{encode_base64url(json.dumps(OLDER).encode())}.AAAA"


@pytest.mark.parametrize(
    "presented",
    [
        pytest.param(json.dumps(OLDER).encode(), id="JSON"),
        pytest.param(
            json.dumps(OLDER | {"@context": [OLDER["@context"], {"x": "y"}]}).encode(),
            id="with an extension",
        ),
        pytest.param(b'{"@context": "https://w3id.org/openbadges/v1"}', id="version 1"),
        pytest.param(b'{"uid": "1", "recipient": {}, "badge": "x", "verify": {}}', id="without"),
        pytest.param(OLDER_JWS.encode(), id="signed"),
        pytest.param(png.bake(qr_png(), OLDER_JWS), id="in a PNG, by an odd tool"),
        pytest.param(
            b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="http://openbadges.org">'
            b'<openbadges:assertion verify="https://x.example/1"/></svg>',
            id="baked in an SVG",
        ),
    ],
)
def test_an_open_badge_2_is_recognised_and_is_neither_good_nor_bad(presented: bytes) -> None:
    with pytest.raises(UnsupportedError, match=r"this .* an Open Badges 2\.0 badge") as caught:
        unwrap(presented)
    assert caught.value.code is Code.OPEN_BADGES_2


@pytest.mark.parametrize(
    "presented",
    [
        pytest.param(b"data:application/vc+sd-jwt,eyJ", id="another kind of JWS"),
        pytest.param(b"data:text/html;base64,PGh0bWw+", id="any other data"),
        pytest.param(json.dumps(enveloped(JWS, "application/vc+cose")).encode(), id="COSE"),
    ],
)
def test_another_envelope_is_not_decided(presented: bytes) -> None:
    with pytest.raises(UnsupportedError):
        unwrap(presented)


@pytest.mark.parametrize(
    ("presented", "code"),
    [
        pytest.param(b"", Code.NO_CREDENTIAL, id="nothing"),
        pytest.param(b" \n", Code.NO_CREDENTIAL, id="blanks"),
        pytest.param(b"\xff\xd8\xff\xe0JFIF", Code.NO_CREDENTIAL, id="a JPEG"),
        pytest.param(b"GIF89a", Code.NO_CREDENTIAL, id="a GIF"),
        pytest.param(b"\x1f\x8b\x08", Code.NO_CREDENTIAL, id="a compressed SVG"),
        pytest.param(b"%PDF-1.7", Code.NO_CREDENTIAL, id="a PDF"),
        pytest.param(b"https://badges.example/x", Code.NO_CREDENTIAL, id="a URL"),
        pytest.param(b"[{}]", Code.NO_CREDENTIAL, id="an array"),
        pytest.param(b'"text"', Code.NO_CREDENTIAL, id="text"),
        pytest.param(b"\xfe\xff\x00{\x00}", Code.NO_CREDENTIAL, id="UTF-16"),
        pytest.param(DRAWING, Code.NO_CREDENTIAL, id="a picture without a credential"),
        pytest.param(b"{", Code.MALFORMED, id="half of JSON"),
        pytest.param(b"{}{}", Code.MALFORMED, id="two objects"),
        pytest.param(b" " * (MAXIMUM_PRESENTED_BYTES + 1), Code.TOO_LARGE, id="more than is read"),
    ],
)
def test_anything_else_is_refused(presented: bytes, code: Code) -> None:
    with pytest.raises(MalformedError) as caught:
        unwrap(presented)
    assert caught.value.code is code


def test_a_credential_within_a_picture_in_a_picture_is_not_looked_for() -> None:
    inner = svg.bake(DRAWING, TEXT).decode()
    with pytest.raises(MalformedError) as caught:
        unwrap(svg.bake(DRAWING, TEXT).replace(TEXT.encode(), inner.encode()))
    assert caught.value.code is not Code.OK
