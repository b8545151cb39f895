"""What is presented is known by its content alone."""

import json

import pytest

from openbadges.baking import svg
from openbadges.errors import Code, MalformedError
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
