"""A bundle is read strictly, within bounds, and gives back the bytes that went in."""

import json
import tracemalloc
from datetime import UTC, datetime
from typing import Any

import pytest

from openbadges.errors import Code, ExplainedError, MalformedError, UnavailableError
from openbadges.strict import Document, encode_base64url
from tests.bundles import bundle_of
from tests.credentials import STATUS_LIST, valid_credential
from tests.world import BADGES, NOW, Internet, address_of, as_bytes, honest_internet
from verifier.bundle import (
    MAXIMUM_BUNDLE_BYTES,
    MAXIMUM_COMMAS,
    MAXIMUM_DOCUMENTS,
    MAXIMUM_URL_CHARACTERS,
    Bundle,
    read_bundle,
)
from verifier.recording import RecordingDocuments

SMALL = Bundle(b"\x89PNG\x00\xff", {"https://a.example/": b"\r\n{}", "http://b.example": b""}, NOW)


def written(**changes: Any) -> bytes:  # noqa: ANN401 -- any JSON value
    document = {**SMALL.as_json(), **changes}
    return json.dumps({name: value for name, value in document.items() if value != ...}).encode()


def test_the_bytes_come_back_as_they_went_in() -> None:
    assert read_bundle(json.dumps(SMALL.as_json()).encode()) == SMALL
    sealed = Bundle(b"", {}, NOW, "ey.ey.ey")
    assert read_bundle(json.dumps(sealed.as_json()).encode()) == sealed


def test_a_bundle_holds_the_credential_and_everything_that_was_read() -> None:
    badge = BADGES.sign(valid_credential())
    bundle = bundle_of(honest_internet(), badge)
    assert bundle.presented == as_bytes(badge)
    assert set(bundle.documents) == {address_of(BADGES), STATUS_LIST}
    assert list(bundle.as_json()["documents"]) == sorted(bundle.documents)


def test_what_could_not_be_had_is_not_in_it() -> None:
    internet = honest_internet()
    internet.take_down(STATUS_LIST)
    bundle = bundle_of(internet, BADGES.sign(valid_credential()))
    assert set(bundle.documents) == {address_of(BADGES)}


def test_what_cannot_stand_in_a_bundle_is_read_and_left_out() -> None:
    urls = ["https://a.example/é", "ftp://a.example", "https://a.example/ b"]
    recording = RecordingDocuments(Internet(dict.fromkeys(urls, b"{}")))
    for url in urls:
        assert recording.fetch(url, maximum_bytes=9) == b"{}"
    assert recording.read == {}
    with pytest.raises(UnavailableError):
        recording.fetch("https://nowhere.example", maximum_bytes=9)


FORMS = [
    pytest.param({"version": 2}, Code.MALFORMED, id="a later version"),
    pytest.param({"version": True}, Code.MALFORMED, id="a version that is true"),
    pytest.param({"version": "1"}, Code.MALFORMED, id="a version in writing"),
    pytest.param({"version": ...}, Code.MALFORMED, id="no version"),
    pytest.param({"made": ...}, Code.MALFORMED, id="no moment"),
    pytest.param({"made": "2026-03-01"}, Code.DATA_MODEL, id="a day"),
    pytest.param({"made": 5}, Code.DATA_MODEL, id="a number for a moment"),
    pytest.param({"presented": ...}, Code.MALFORMED, id="nothing presented"),
    pytest.param({"presented": {}}, Code.MALFORMED, id="an object presented"),
    pytest.param({"presented": "YQ=="}, Code.MALFORMED, id="padding"),
    pytest.param({"documents": []}, Code.MALFORMED, id="a list of documents"),
    pytest.param({"documents": {"https://a.example": None}}, Code.MALFORMED, id="a null document"),
    pytest.param({"documents": {"https://a.example": "é"}}, Code.MALFORMED, id="not base64url"),
    pytest.param({"documents": {"file:///etc/hosts": ""}}, Code.URL_NOT_ALLOWED, id="a file"),
    pytest.param({"documents": {"": ""}}, Code.URL_NOT_ALLOWED, id="no address"),
    pytest.param({"documents": {"https://a.example/\n": ""}}, Code.URL_NOT_ALLOWED, id="two lines"),
    pytest.param(
        {"documents": {"https://a.example/" + MAXIMUM_URL_CHARACTERS * "a": ""}},
        Code.URL_NOT_ALLOWED,
        id="a long address",
    ),
    pytest.param(
        {"documents": {f"https://a.example/{n}": "" for n in range(MAXIMUM_DOCUMENTS + 1)}},
        Code.TOO_LARGE,
        id="too many",
    ),
    pytest.param(
        {"documents": {"https://a.example": encode_base64url(bytes(1_200_000))}},
        Code.TOO_LARGE,
        id="a document longer than any that is read",
    ),
    pytest.param({"receipt": 5}, Code.MALFORMED, id="a receipt that is a number"),
    pytest.param({"receipt": "e" * 70_000}, Code.MALFORMED, id="an endless receipt"),
    pytest.param({"policy": "none"}, Code.MALFORMED, id="a member that nobody knows"),
]


@pytest.mark.parametrize(("changes", "code"), FORMS)
def test_what_is_no_bundle_is_refused(changes: Document, code: Code) -> None:
    with pytest.raises(ExplainedError) as refused:
        read_bundle(written(**changes))
    assert refused.value.code is code


def test_a_later_version_is_not_said_to_be_bad() -> None:
    with pytest.raises(UnavailableError, match="of version 2; only 1 is read"):
        read_bundle(written(version=2))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", Code.MALFORMED, id="nothing"),
        pytest.param(b"[]", Code.MALFORMED, id="a list"),
        pytest.param(written()[:-9], Code.MALFORMED, id="cut short"),
        pytest.param(b" " * (MAXIMUM_BUNDLE_BYTES + 1), Code.TOO_LARGE, id="too large"),
        pytest.param(
            b'{"made":[' + b"0," * MAXIMUM_COMMAS + b"0,0]}", Code.TOO_LARGE, id="a long list"
        ),
        pytest.param(
            b'{"documents":{"https://a.example":"","https://a.example":""}}',
            Code.DUPLICATE_KEY,
            id="one address twice",
        ),
    ],
)
def test_what_is_no_json_of_a_bundle_is_refused(data: bytes, code: Code) -> None:
    with pytest.raises(MalformedError) as refused:
        read_bundle(data)
    assert refused.value.code is code


@pytest.mark.parametrize(
    "bundle",
    [
        pytest.param(Bundle(bytes(7_000_000), {}, NOW), id="presented"),
        pytest.param(
            Bundle(b"", {f"https://a.example/{n}": bytes(2**20) for n in range(13)}, NOW),
            id="all together",
        ),
        pytest.param(
            Bundle(b"", {f"https://a.example/{n}": b"" for n in range(65)}, NOW), id="documents"
        ),
    ],
)
def test_nothing_is_written_that_would_not_be_read(bundle: Bundle) -> None:
    with pytest.raises(MalformedError) as refused:
        bundle.as_json()
    assert refused.value.code is Code.TOO_LARGE


def test_e7_what_would_be_too_large_is_refused_before_it_is_encoded() -> None:
    documents = {f"https://a.example/{n}": bytes(2**20) for n in range(32)}
    tracemalloc.start()
    try:
        with pytest.raises(MalformedError) as refused:
            Bundle(b"", documents, NOW).as_json()
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()
    assert refused.value.code is Code.TOO_LARGE


def test_the_moment_is_written_in_utc() -> None:
    made = datetime.fromisoformat("2026-03-01T14:00:00+02:00")
    again = read_bundle(json.dumps(Bundle(b"", {}, made).as_json()).encode())
    assert again.made == datetime(2026, 3, 1, 12, tzinfo=UTC)
