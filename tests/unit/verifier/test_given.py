"""What people give is followed to the credential: a link, a page, a QR code, each a step."""

import pytest

from openbadges.baking import png, svg
from openbadges.errors import Code, ExplainedError
from tests.given import Web, encoded, linking, page, qr_image, qr_png
from verifier.given import Found, find
from verifier.sources import NoDocuments

A, B, C = (f"https://{name}.example/x" for name in "abc")
JSON = b'{"id": "urn:uuid:1"}'
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>'
JPEG = encoded(qr_image(A), "JPEG")


def told(found: Found) -> list[str]:
    return [step.sentence for step in found.steps]


def refusal(given: bytes, web: Web) -> Code:
    with pytest.raises(ExplainedError) as caught:
        find(given, web)
    return caught.value.code


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(JSON, id="JSON"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff\xfe", id="no text"),
        pytest.param(b"hello", id="a word"),
        pytest.param(DRAWING, id="an SVG without a credential"),
        pytest.param(svg.bake(DRAWING, JSON.decode()), id="a baked SVG"),
        pytest.param(png.bake(qr_png(A), JSON.decode()), id="a baked PNG with a QR code too"),
        pytest.param(png.SIGNATURE + b"x", id="a broken PNG"),
    ],
)
def test_what_leads_nowhere_else_is_taken_as_it_is(given: bytes) -> None:
    assert find(given, NoDocuments()) == Found(given)


@pytest.mark.parametrize("given", [A.encode(), f"\ufeff {A}\r\n".encode(), qr_png(A), JPEG])
def test_a_link_and_a_qr_code_of_it_lead_to_what_is_there(given: bytes) -> None:
    web = Web({A: JSON})
    found = find(given, web)
    assert (found.data, told(found)[-1]) == (JSON, f"it was fetched from {A}")
    assert web.fetched == {A: 1}


def test_a_qr_code_may_hold_the_credential_itself() -> None:
    found = find(qr_png("eyJhbGciOiJFZERTQSJ9.e30.AAAA"), NoDocuments())
    assert found.data == b"eyJhbGciOiJFZERTQSJ9.e30.AAAA"
    assert told(found) == ["a QR code was read in the picture"]


def test_the_whole_way_is_a_picture_a_link_a_page_and_what_it_links() -> None:
    web = Web({A: page(linking("/y")), "https://a.example/y": JSON})
    found = find(qr_png(A), web)
    assert found.data == JSON
    assert told(found) == [
        "a QR code was read in the picture",
        f"it was fetched from {A}",
        "a web page links https://a.example/y",
        "it was fetched from https://a.example/y",
    ]


def test_a_page_that_is_given_itself_is_read_too() -> None:
    assert find(page(linking(A)), Web({A: JSON})).data == JSON
    held = '<script type="application/vc">{"type": "VerifiableCredential"}</script>'
    assert find(page(held), NoDocuments()).data == b'{"type": "VerifiableCredential"}'


@pytest.mark.parametrize(
    ("given", "documents", "code"),
    [
        pytest.param(b"http://a.example/x", {}, Code.RETRIEVAL, id="nothing there"),
        pytest.param(A.encode(), {A: B.encode(), B: C.encode()}, Code.NO_CREDENTIAL, id="links"),
        pytest.param(A.encode(), {A: A.encode()}, Code.NO_CREDENTIAL, id="a link to itself"),
        pytest.param(A.encode(), {A: page(linking(A))}, Code.NO_CREDENTIAL, id="a page to itself"),
        pytest.param(
            page(linking(A)),
            {A: page(linking(B)), B: JSON},
            Code.NO_CREDENTIAL,
            id="a page to a page",
        ),
        pytest.param(A.encode(), {A: page("")}, Code.NO_CREDENTIAL, id="a page without any"),
        pytest.param(page(linking("/y")), {}, Code.URL_NOT_ALLOWED, id="relative to nothing"),
        pytest.param(page(linking("javascript:alert(1)")), {}, Code.URL_NOT_ALLOWED, id="a script"),
        pytest.param(
            page(linking("data:application/vc+jwt,eyJ")), {}, Code.URL_NOT_ALLOWED, id="data"
        ),
        pytest.param(qr_png("hello"), {}, Code.NO_CREDENTIAL, id="a QR code of a word"),
        pytest.param(qr_png("<html>"), {}, Code.NO_CREDENTIAL, id="a QR code of a page"),
        pytest.param(qr_png("openid-credential-offer://?x"), {}, Code.NO_CREDENTIAL, id="an offer"),
        pytest.param(qr_png("VP1-ABC"), {}, Code.UNSUPPORTED_SUITE, id="CBOR-LD"),
        pytest.param(b"x" * (4 * 1024 * 1024 + 1), {}, Code.TOO_LARGE, id="too much"),
    ],
)
def test_what_leads_to_no_credential_says_so(
    given: bytes, documents: dict[str, bytes], code: Code
) -> None:
    web = Web(dict(documents))
    assert refusal(given, web) is code
    assert sum(web.fetched.values()) <= 2


def test_a_picture_behind_a_qr_code_is_not_read_for_another_one() -> None:
    found = find(qr_png(A), Web({A: qr_png(B)}))
    assert found.data == qr_png(B)  # which carries no credential, as the verifier says
