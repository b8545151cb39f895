"""Status lists: the bit order, the length, and compressed data that lies."""

import base64
import gzip
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbadges import status_list
from openbadges.errors import Code, MalformedError, UnsupportedError
from openbadges.strict import decode_base64url, encode_base64url

EMPTY = bytes(status_list.MINIMUM_ENTRIES // 8)
LAST = status_list.MINIMUM_ENTRIES - 1


def packed(data: bytes) -> str:
    return "u" + encode_base64url(data)


def refusal(encoded_list: str) -> Code:
    with pytest.raises(MalformedError) as caught:
        status_list.decode(encoded_list)
    return caught.value.code


def test_index_0_is_the_left_most_bit_of_the_first_byte() -> None:
    bits = status_list.with_set(EMPTY, [0, 10, LAST])
    assert (bits[0], bits[1], bits[-1]) == (0x80, 0x20, 0x01)
    entries = (status_list.read_status(bits, index) for index in range(LAST + 1))
    assert [index for index, entry in enumerate(entries) if entry] == [0, 10, LAST]


def test_setting_leaves_the_list_it_was_given_as_it_is() -> None:
    before = bytes(EMPTY)
    status_list.with_set(before, [3])
    assert before == EMPTY


@given(st.sets(st.integers(0, LAST), max_size=20))
def test_what_is_encoded_is_decoded(indexes: set[int]) -> None:
    bits = status_list.with_set(EMPTY, indexes)
    assert status_list.decode(status_list.encode(bits)) == bits


def test_an_encoded_list_is_multibase_and_gzip_without_time_or_system() -> None:
    encoded = status_list.encode(EMPTY)
    stream = decode_base64url(encoded.removeprefix("u"))
    assert encoded == packed(stream)
    assert stream[:10].hex() == "1f8b08000000000002ff"
    assert gzip.decompress(stream) == EMPTY


def test_an_empty_list_has_the_text_that_other_software_makes_and_reads() -> None:
    other = packed(gzip.compress(EMPTY, compresslevel=1, mtime=1_700_000_000))
    assert status_list.decode(other) == EMPTY


def test_the_older_form_has_no_letter_before_it() -> None:
    older = status_list.encode(EMPTY).removeprefix("u")
    assert status_list.decode(older, multibase=False) == EMPTY


@given(st.sets(st.integers(0, LAST), max_size=40))
def test_the_older_form_is_read_in_either_alphabet_of_base64(indexes: set[int]) -> None:
    bits = status_list.with_set(EMPTY, indexes)
    compressed = gzip.compress(bits)
    for text in (base64.b64encode(compressed), base64.urlsafe_b64encode(compressed)):
        for spelled in (text.decode(), text.decode().rstrip("=")):
            assert status_list.decode(spelled, multibase=False) == bits


def test_one_text_is_in_one_alphabet_of_base64() -> None:
    compressed = gzip.compress(status_list.with_set(EMPTY, range(1, 9000, 7)))
    text = base64.b64encode(compressed).decode()
    assert {"+", "/"} <= set(text)
    for mixed in (text.replace("+", "-"), text.replace("/", "_")):
        with pytest.raises(MalformedError, match="base64url"):
            status_list.decode(mixed, multibase=False)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + "=",
        lambda text: text + "====",
        lambda text: "=" + text[1:],
        lambda text: "-+" + text,
        lambda text: text + " ",
        lambda text: text[:-1],
        lambda _: "",
        lambda _: "====",
    ],
)
def test_the_older_form_has_one_reading_or_none(change: Callable[[str], str]) -> None:
    text = base64.b64encode(gzip.compress(EMPTY)).decode()
    with pytest.raises(MalformedError):
        status_list.decode(change(text), multibase=False)


@pytest.mark.parametrize(
    ("encoded_list", "code"),
    [
        pytest.param(packed(gzip.compress(EMPTY[:-1])), Code.STATUS_LIST_LENGTH, id="too short"),
        pytest.param(packed(gzip.compress(b"")), Code.STATUS_LIST_LENGTH, id="0 bytes inside"),
        pytest.param(
            packed(gzip.compress(EMPTY) + gzip.compress(EMPTY)), Code.MALFORMED, id="two members"
        ),
        pytest.param(packed(gzip.compress(EMPTY) + b"x"), Code.MALFORMED, id="junk behind"),
        pytest.param(packed(gzip.compress(EMPTY)[:-1]), Code.MALFORMED, id="cut short"),
        pytest.param(packed(gzip.compress(EMPTY)[:-8] + bytes(8)), Code.MALFORMED, id="checksum"),
        pytest.param(packed(zlib.compress(EMPTY)), Code.MALFORMED, id="zlib"),
        pytest.param(packed(zlib.compress(EMPTY, wbits=-15)), Code.MALFORMED, id="raw deflate"),
        pytest.param(packed(EMPTY), Code.MALFORMED, id="not compressed"),
        pytest.param("u", Code.MALFORMED, id="nothing"),
        pytest.param("", Code.MALFORMED, id="not even u"),
        pytest.param(status_list.encode(EMPTY)[1:], Code.MALFORMED, id="no u"),
        pytest.param("m" + status_list.encode(EMPTY)[1:], Code.MALFORMED, id="another multibase"),
        pytest.param(status_list.encode(EMPTY) + "=", Code.MALFORMED, id="padding"),
        pytest.param("u" + "A" * (4 * 2**20 + 4), Code.TOO_LARGE, id="a text of 4 MiB"),
    ],
)
def test_what_is_not_one_sound_list_is_refused(encoded_list: str, code: Code) -> None:
    assert refusal(encoded_list) is code


def test_a_gzip_bomb_is_left_at_the_limit() -> None:
    compressor = zlib.compressobj(level=9, wbits=-15)
    mebibyte = compressor.compress(bytes(2**20)) + compressor.flush(zlib.Z_FULL_FLUSH)
    bomb = packed(gzip.compress(b"")[:10] + mebibyte * 1024)
    started = time.process_time()
    assert refusal(bomb) is Code.LIST_TOO_LARGE
    assert time.process_time() - started < 2  # the budget of a verification


def test_a_list_at_the_limit_is_read() -> None:
    full = bytes(status_list.MAXIMUM_LIST_BYTES)
    assert status_list.decode(status_list.encode(full)) == full
    assert refusal(status_list.encode(full + b"\0")) is Code.LIST_TOO_LARGE


def test_a_list_that_is_too_short_is_not_encoded() -> None:
    with pytest.raises(ValueError, match="131072"):
        status_list.encode(EMPTY[:-1])


@pytest.mark.parametrize("index", [-1, LAST + 1, 10**30])
def test_there_is_no_entry_outside_the_list(index: int) -> None:
    with pytest.raises(MalformedError) as caught:
        status_list.read_status(EMPTY, index)
    assert caught.value.code is Code.RANGE
    with pytest.raises(ValueError, match="no entry"):
        status_list.with_set(EMPTY, [index])


@given(st.integers(1, 8), st.data())
def test_entries_of_several_bits_are_read_in_their_order(size: int, data: st.DataObject) -> None:
    index, value = data.draw(st.integers(0, LAST)), data.draw(st.integers(0, 2**size - 1))
    places = [index * size + place for place in range(size) if value >> (size - 1 - place) & 1]
    bits = status_list.with_set(bytes(len(EMPTY) * size), places)
    assert status_list.read_status(bits, index, size=size) == value
    assert status_list.read_status(bits, index ^ 1, size=size) == 0


def test_the_minimum_counts_entries_and_not_bits() -> None:
    with pytest.raises(MalformedError) as caught:
        status_list.read_status(EMPTY, 0, size=2)
    assert caught.value.code is Code.STATUS_LIST_LENGTH


@pytest.mark.parametrize(
    ("size", "error", "code"),
    [
        pytest.param(0, MalformedError, Code.DATA_MODEL, id="none"),
        pytest.param(-1, MalformedError, Code.DATA_MODEL, id="less than none"),
        pytest.param(9, UnsupportedError, Code.UNSUPPORTED_STATUS, id="more than a byte"),
    ],
)
def test_a_size_that_is_no_size_is_refused_and_a_large_one_unsupported(
    size: int, error: type[MalformedError | UnsupportedError], code: Code
) -> None:
    with pytest.raises(error) as caught:
        status_list.read_status(EMPTY * 16, 0, size=size)
    assert caught.value.code is code


def test_an_entry_names_its_list_and_its_index_in_decimal_digits() -> None:
    list_id = "https://badges.example.org/status/1"
    assert status_list.status_list_entry(list_id=list_id, index=94567) == {
        "id": "https://badges.example.org/status/1#94567",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "94567",
        "statusListCredential": list_id,
    }


def test_a_list_credential_says_what_it_is_and_how_long_it_holds() -> None:
    assert status_list.status_list_credential(
        id="https://badges.example.org/status/1",
        issuer="did:web:badges.example.org",
        encoded_list=status_list.encode(EMPTY),
        valid_from=datetime(2026, 3, 1, tzinfo=UTC),
        valid_until=datetime(2026, 3, 8, tzinfo=UTC),
        ttl_milliseconds=300_000,
    ) == {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "https://badges.example.org/status/1",
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": "did:web:badges.example.org",
        "validFrom": "2026-03-01T00:00:00Z",
        "validUntil": "2026-03-08T00:00:00Z",
        "credentialSubject": {
            "id": "https://badges.example.org/status/1#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "ttl": 300_000,
            "encodedList": status_list.encode(EMPTY),
        },
    }
