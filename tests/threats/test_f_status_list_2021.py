"""Section F of the threats for StatusList2021, which is read as strictly as its successor."""

import base64
import gzip
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from openbadges import status_list
from openbadges.errors import Code
from openbadges.strict import Document, format_timestamp
from tests.credentials import (
    CONTEXTS,
    CONTEXTS_OF_VERSION_1,
    STATUS_LIST,
    valid_credential,
)
from tests.status_lists import (
    DATA_INTEGRITY,
    INDEX,
    PLAIN_BITS,
    badge_of_version_1,
    in_a_world_with,
)
from tests.world import (
    BADGES,
    BANK,
    EVIL,
    NOW,
    Issuer,
    assert_refused,
    assert_verified,
    honest_internet,
)
from verifier import Verdict

STATUS_LIST_2021 = "https://w3id.org/vc/status-list/2021/v1"


def entry_2021(**changes: Any) -> Document:  # noqa: ANN401 -- any JSON value
    return {
        "id": f"{STATUS_LIST}#{INDEX}",
        "type": "StatusList2021Entry",
        "statusPurpose": "revocation",
        "statusListIndex": str(INDEX),
        "statusListCredential": STATUS_LIST,
    } | changes


def badge_2021(**changes: Any) -> Document:  # noqa: ANN401 -- any JSON value
    """Give a signed badge of version 1.1 with such an entry; `changes` are the entry's."""
    return badge_of_version_1(STATUS_LIST_2021, entry_2021(**changes))


def list_2021(
    *,
    revoked: tuple[int, ...] = (),
    purpose: object = "revocation",
    encode: Callable[[bytes], str] | None = None,
    **changes: Any,  # noqa: ANN401 -- any JSON value
) -> Document:
    """Give an unsigned list as the draft's own example has it: VCDM 1.1, with its context."""
    bits = status_list.with_set(PLAIN_BITS, revoked)
    encoded = encode(bits) if encode else status_list.encode(bits).removeprefix("u")
    return {
        "@context": [CONTEXTS_OF_VERSION_1[0], STATUS_LIST_2021, DATA_INTEGRITY],
        "id": STATUS_LIST,
        "type": ["VerifiableCredential", "StatusList2021Credential"],
        "issuer": BADGES.id,
        "issuanceDate": format_timestamp(NOW - timedelta(hours=1)),
        "credentialSubject": {
            "id": f"{STATUS_LIST}#list",
            "type": "StatusList2021",
            "statusPurpose": purpose,
            "encodedList": encoded,
        },
    } | changes


def in_json(document: Document) -> Document:
    return BADGES.sign(document)


def in_a_jws(document: Document) -> bytes:
    return BADGES.sign_jws(document).encode()


def in_a_jws_of_version_2(document: Document) -> bytes:
    """Give the list as version 2, which the draft's context allows only where nobody expands it.

    In JSON-LD it would redefine the protected `name` of version 2.
    """
    document = document | {"@context": [CONTEXTS[0], STATUS_LIST_2021]}
    document["validFrom"] = document.pop("issuanceDate")
    return in_a_jws(document)


@pytest.mark.parametrize("publish", [in_json, in_a_jws, in_a_jws_of_version_2])
def test_a_list_of_2021_revokes_and_does_not(
    publish: Callable[[Document], Document | bytes],
) -> None:
    other = publish(list_2021(revoked=(INDEX - 1, INDEX + 1)))
    assert_verified(in_a_world_with(other).verify(SIGNED_2021))
    report = in_a_world_with(publish(list_2021(revoked=(INDEX,)))).verify(SIGNED_2021)
    assert_refused(report, Verdict.REJECTED, Code.REVOKED)


def test_a_badge_of_version_2_may_have_a_status_of_2021() -> None:
    badge = valid_credential(
        **{"@context": [*CONTEXTS, STATUS_LIST_2021]}, credentialStatus=entry_2021()
    )
    assert_verified(in_a_world_with(BADGES.sign(list_2021())).verify(BADGES.sign(badge)))
    report = in_a_world_with(BADGES.sign(list_2021(revoked=(INDEX,)))).verify(BADGES.sign(badge))
    assert_refused(report, Verdict.REJECTED, Code.REVOKED)


def test_a_list_of_2021_suspends() -> None:
    badge = badge_2021(statusPurpose="suspension")
    answer = BADGES.sign(list_2021(purpose=["revocation", "suspension"], revoked=(INDEX,)))
    assert_refused(in_a_world_with(answer).verify(badge), Verdict.REJECTED, Code.SUSPENDED)


def in_base64(bits: bytes) -> str:
    return base64.b64encode(gzip.compress(bits)).decode()


def in_padded_base64url(bits: bytes) -> str:
    return base64.urlsafe_b64encode(gzip.compress(bits)).decode()


def with_a_letter_of_each_alphabet(bits: bytes) -> str:
    return in_base64(bits).rstrip("=") + "-+"


def scattered(*, also: int) -> tuple[int, ...]:
    """Give many indexes, so that both letters in which the alphabets differ are used."""
    return (*range(1, 9000, 7), also)


@pytest.mark.parametrize("encode", [in_base64, in_padded_base64url])
def test_f6_a_list_of_2021_is_in_base64_of_either_alphabet(encode: Callable[[bytes], str]) -> None:
    text = encode(status_list.with_set(PLAIN_BITS, scattered(also=1)))
    assert {"+", "/"} & set(text) or {"-", "_"} & set(text)
    for index, verdict in ((INDEX, Verdict.REJECTED), (INDEX + 1, Verdict.VERIFIED)):
        answer = BADGES.sign(list_2021(revoked=scattered(also=index), encode=encode))
        assert in_a_world_with(answer).verify(SIGNED_2021).verdict is verdict


@pytest.mark.parametrize(
    ("encode", "code"),
    [
        pytest.param(status_list.encode, Code.MALFORMED, id="F6 with the prefix"),
        pytest.param(with_a_letter_of_each_alphabet, Code.MALFORMED, id="F6 mixed alphabets"),
        pytest.param(lambda bits: in_base64(bits) + "=", Code.MALFORMED, id="F6 padding"),
        pytest.param(lambda bits: in_base64(bits) + "====", Code.MALFORMED, id="F6 more padding"),
        pytest.param(
            lambda bits: "=" + in_base64(bits)[1:], Code.MALFORMED, id="F6 padding before"
        ),
        pytest.param(lambda bits: in_base64(bits[:-1]), Code.STATUS_LIST_LENGTH, id="F2 short"),
        pytest.param(lambda bits: in_base64(bits + gzip.compress(bits)), None, id="long"),
        pytest.param(
            lambda bits: base64.b64encode(gzip.compress(bits) + gzip.compress(bits)).decode(),
            Code.MALFORMED,
            id="F5 two members",
        ),
        pytest.param(
            lambda _: in_base64(bytes(9 * 2**20)), Code.LIST_TOO_LARGE, id="F1 beyond the limit"
        ),
        pytest.param(lambda _: "", Code.MALFORMED, id="nothing"),
    ],
)
def test_a_list_of_2021_that_is_not_encoded_as_it_must_be_is_rejected(
    encode: Callable[[bytes], str], code: Code | None
) -> None:
    report = in_a_world_with(BADGES.sign(list_2021(encode=encode))).verify(SIGNED_2021)
    if code is None:
        assert_verified(report)
    else:
        assert_refused(report, Verdict.REJECTED, code)


def successor() -> Document:
    """Give a Bitstring Status List, signed, fresh, for this purpose: and another kind."""
    return status_list.status_list_credential(
        id=STATUS_LIST,
        issuer=BADGES.id,
        encoded_list=status_list.encode(PLAIN_BITS),
        valid_from=NOW,
        valid_until=NOW + timedelta(days=1),
        ttl_milliseconds=0,
    )


def signed_list(by: Issuer = BADGES, **changes: Any) -> Document:  # noqa: ANN401 -- any JSON value
    return by.sign(list_2021(**changes))


@pytest.mark.parametrize(
    ("answer", "verdict", "code"),
    [
        pytest.param(signed_list(EVIL), Verdict.REJECTED, Code.STATUS_VERIFICATION, id="F7 forged"),
        pytest.param(
            signed_list(BANK, issuer=BANK.id),
            Verdict.REJECTED,
            Code.STATUS_VERIFICATION,
            id="F7 another known issuer's",
        ),
        pytest.param(list_2021(), Verdict.REJECTED, Code.STATUS_VERIFICATION, id="F7 unsigned"),
        pytest.param(
            signed_list(id=f"{STATUS_LIST}0"),
            Verdict.REJECTED,
            Code.STATUS_VERIFICATION,
            id="F7 another list",
        ),
        pytest.param(
            BADGES.sign(successor()),
            Verdict.REJECTED,
            Code.STATUS_VERIFICATION,
            id="F7 a list of another kind",
        ),
        pytest.param(
            signed_list(purpose="suspension"),
            Verdict.REJECTED,
            Code.STATUS_VERIFICATION,
            id="F8 another purpose",
        ),
        pytest.param(
            signed_list(expirationDate=format_timestamp(NOW - timedelta(seconds=1))),
            Verdict.INCONCLUSIVE,
            Code.STALE,
            id="F9 an old list, replayed",
        ),
        pytest.param(
            signed_list(issuanceDate=format_timestamp(NOW + timedelta(seconds=301))),
            Verdict.INCONCLUSIVE,
            Code.STALE,
            id="F9 not yet valid",
        ),
        pytest.param(b"<html>", Verdict.INCONCLUSIVE, Code.STATUS_RETRIEVAL, id="F10 HTML"),
    ],
)
def test_f7_to_f10_hold_for_a_list_of_2021(
    answer: Document | bytes, verdict: Verdict, code: Code
) -> None:
    assert_refused(in_a_world_with(answer).verify(SIGNED_2021), verdict, code)


def test_f9_a_jws_cannot_hide_that_its_list_of_2021_has_ended() -> None:
    ended = list_2021(expirationDate=format_timestamp(NOW - timedelta(seconds=1)))
    report = in_a_world_with(BADGES.sign_jws(ended).encode()).verify(SIGNED_2021)
    assert_refused(report, Verdict.INCONCLUSIVE, Code.STALE)


def test_f10_a_list_of_2021_that_is_down_leaves_it_open() -> None:
    internet = honest_internet()
    internet.take_down(STATUS_LIST)
    assert_refused(internet.verify(SIGNED_2021), Verdict.INCONCLUSIVE, Code.STATUS_RETRIEVAL)


@pytest.mark.parametrize(
    "index", ["-1", "131072", "1e3", "\u0663", "007", "", "1" + "0" * 30, 94567, 94567.5]
)
def test_f3_an_index_of_2021_is_written_in_one_way(index: object) -> None:
    report = in_a_world_with(signed_list()).verify(badge_2021(statusListIndex=index))
    assert_refused(report, Verdict.REJECTED, Code.RANGE)


SIGNED_2021 = badge_2021()
