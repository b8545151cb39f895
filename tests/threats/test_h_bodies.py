"""H17, G16 and G17 of the threats: bodies that are deep, in many pieces, or not what they say.

Each is refused within a second of work.
"""

import time

import pytest

from openbadges.strict import parse_json_object
from tests.doors import Story

DEEP = [
    "[" * 100_000,
    '{"a":' * 100_000,
    '{"badgeClass":' + "[" * 100_000,
    "[" * 500_000 + "]" * 500_000,
]


@pytest.mark.parametrize("body", DEEP, ids=["arrays", "objects", "in a member", "balanced"])
@pytest.mark.parametrize("path", ["/credentials/verify", "/presentations/verify"])
def test_a_body_that_goes_too_deep_is_refused_at_once(story: Story, path: str, body: str) -> None:
    began = time.process_time()
    answer = story.site.browser().client.post(
        path, base_url=story.site.base_url, data=body, content_type="application/json"
    )
    assert answer.status_code in {400, 413}
    assert parse_json_object(answer.data, what="the problem")["code"] in {
        "TOO_DEEP",
        "TOO_LARGE",
        "MALFORMED",
    }
    assert time.process_time() - began < 1


@pytest.mark.parametrize("body", DEEP, ids=["arrays", "objects", "in a member", "balanced"])
def test_the_verify_page_reads_what_goes_too_deep_as_no_badge(story: Story, body: str) -> None:
    answer = story.site.browser().send("/verify", {"text": body})
    assert answer.status_code in {200, 413}
    assert "This credential is genuine and valid." not in answer.text


BOUNDARY = b"----0123456789"


def parts(count: int) -> bytes:
    one = b'--%b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n' % BOUNDARY
    return one * count + b"--%b--\r\n" % BOUNDARY


def one_part(data: bytes) -> bytes:
    return (
        b'--%b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n%b\r\n--%b--\r\n'
        % (BOUNDARY, data, BOUNDARY)
    )


MULTIPART = {
    "a hundred thousand parts": (parts(60_000), {413}),
    "more parts than a form may have": (parts(129), {413}),
    "a part that begins with CR": (one_part(b"\r" * 1_000_000 + b"x"), {200}),
    "lines that are almost the boundary": (one_part(b"\r\n--" + b"-" * 1_000_000), {200}),
    "no end": (parts(1)[:-20], {400, 422, 404, 413}),
    "headers without end": (b"--%b\r\nX: " % BOUNDARY + b"y" * 1_000_000, {400, 413, 422, 404}),
    "fields larger than a form's": (
        one_part(b"x" * 2_000_000).replace(b'; filename="f"', b""),
        {413},
    ),
    "more than a request may have": (one_part(b"x" * 6_000_000), {413}),
}


@pytest.mark.parametrize(("body", "statuses"), MULTIPART.values(), ids=MULTIPART)
def test_a_form_in_too_many_pieces_is_refused_within_a_second(
    story: Story, body: bytes, statuses: set[int]
) -> None:
    began = time.process_time()
    answer = story.site.browser().client.post(
        "/verify",
        base_url=story.site.base_url,
        data=body,
        content_type=f"multipart/form-data; boundary={BOUNDARY.decode()}",
        headers={"Accept": "text/html"},
    )
    assert answer.status_code in statuses
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "boundary", ["", "; boundary=", '; boundary="', f"; boundary={'x' * 5_000}", "; boundary=é"]
)
def test_a_form_without_a_boundary_is_refused(story: Story, boundary: str) -> None:
    answer = story.site.browser().client.post(
        "/verify",
        base_url=story.site.base_url,
        data=parts(3),
        content_type=f"multipart/form-data{boundary}",
        headers={"Accept": "text/html"},
    )
    assert 400 <= answer.status_code < 500


LIES = [
    pytest.param("json", "image/png", id="JSON as a PNG"),
    pytest.param("png", "application/json", id="a PNG as JSON"),
    pytest.param("svg", "image/png", id="an SVG as a PNG"),
    pytest.param("jws", "image/svg+xml", id="a JWS as an SVG"),
]


@pytest.mark.parametrize(("form", "content_type"), LIES)
def test_what_a_file_is_stands_in_it_and_not_beside_it(
    story: Story, form: str, content_type: str
) -> None:
    badge = story.learner.get(f"{story.manage}/plain.{form}").data
    answer = story.site.browser().client.post(
        "/verify",
        base_url=story.site.base_url,
        data=badge,
        content_type=content_type,
        headers={"Accept": "application/json"},
    )
    assert parse_json_object(answer.data, what="the report")["verdict"] == "VERIFIED"
