"""Section F of the threats: lists that are not the issuer's, not this one, not now, or not a list.

A list that cannot be had or relied on must never make a revoked badge valid.
"""

import gzip
import json
import zlib
from datetime import timedelta
from time import process_time

import pytest

from openbadges import status_list
from openbadges.errors import Code
from openbadges.strict import Document, encode_base64url, format_timestamp
from tests.credentials import (
    CONTEXTS,
    ISSUER,
    STATUS_LIST,
    plain_credential,
    remove,
    replace,
    valid_credential,
)
from tests.status_lists import ENTRY, INDEX, PLAIN_BITS, REVOKING, SIGNED, in_a_world_with, listed
from tests.world import (
    BADGES,
    BANK,
    EVIL,
    NOW,
    Internet,
    assert_refused,
    assert_verified,
    honest_internet,
    status_list_document,
)
from verifier import Verdict
from verifier.list_memory import YoungestLists


def with_list(encoded: str) -> Internet:
    document = replace(status_list_document(), "credentialSubject.encodedList", encoded)
    return in_a_world_with(BADGES.sign(document))


def test_a_badge_is_revoked_and_not_revoked() -> None:
    assert_verified(in_a_world_with(listed(revoked=[INDEX - 1, INDEX + 1])).verify(SIGNED))
    report = in_a_world_with(listed(revoked=[INDEX])).verify(SIGNED)
    assert_refused(report, Verdict.REJECTED, Code.REVOKED)


def test_a_list_is_asked_for_once_and_only_after_the_proof_holds() -> None:
    internet = honest_internet()
    internet.verify(SIGNED)
    assert internet.fetched[STATUS_LIST] == 1
    internet.verify(SIGNED | {"name": "Changed"})
    assert internet.fetched[STATUS_LIST] == 1


def bomb() -> str:
    """Give half a gibibyte of zeros in an `encodedList` of 0.7 megabytes."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = compressor.compress(bytes(2**20)) + compressor.flush(zlib.Z_FULL_FLUSH)
    header = gzip.compress(b"")[:10]
    return "u" + encode_base64url(header + block * 512)


def test_f1_a_gzip_bomb_is_not_inflated() -> None:
    internet = with_list(bomb())
    internet.verify(valid_credential())
    begun = process_time()
    report = internet.verify(SIGNED)
    assert process_time() - begun < 2  # the budget of a verification; measured: 0.06
    assert_refused(report, Verdict.REJECTED, Code.LIST_TOO_LARGE)


def packed(data: bytes) -> str:
    return "u" + encode_base64url(data)


@pytest.mark.parametrize(
    ("encoded", "code"),
    [
        pytest.param(
            packed(gzip.compress(PLAIN_BITS[:-1])), Code.STATUS_LIST_LENGTH, id="F2 a byte short"
        ),
        pytest.param(packed(gzip.compress(b"")), Code.STATUS_LIST_LENGTH, id="F2 empty"),
        pytest.param(
            packed(gzip.compress(PLAIN_BITS) + gzip.compress(PLAIN_BITS)),
            Code.MALFORMED,
            id="F5 two members",
        ),
        pytest.param(packed(gzip.compress(PLAIN_BITS) + b"junk"), Code.MALFORMED, id="F5 junk"),
        pytest.param(packed(gzip.compress(PLAIN_BITS)[:-9]), Code.MALFORMED, id="F5 truncated"),
        pytest.param(packed(zlib.compress(PLAIN_BITS)), Code.MALFORMED, id="F5 zlib"),
        pytest.param(packed(zlib.compress(PLAIN_BITS)[2:-4]), Code.MALFORMED, id="F5 raw deflate"),
        pytest.param(packed(PLAIN_BITS), Code.MALFORMED, id="F5 not compressed"),
        pytest.param(
            status_list.encode(PLAIN_BITS)[1:], Code.MALFORMED, id="F6 without the prefix"
        ),
        pytest.param(status_list.encode(PLAIN_BITS) + "=", Code.MALFORMED, id="F6 padding"),
        pytest.param(
            "m" + status_list.encode(PLAIN_BITS)[1:], Code.MALFORMED, id="F6 another multibase"
        ),
        pytest.param("u" + "+/" * 8, Code.MALFORMED, id="F6 standard base64"),
        pytest.param("", Code.MALFORMED, id="F6 nothing"),
    ],
)
def test_a_list_that_is_not_encoded_as_it_must_be_is_rejected(encoded: str, code: Code) -> None:
    assert_refused(with_list(encoded).verify(SIGNED), Verdict.REJECTED, code)


@pytest.mark.parametrize(("byte", "revoked"), [(0x80, True), (0x01, False)])
def test_f4_index_0_is_the_left_most_bit(byte: int, *, revoked: bool) -> None:
    signed = BADGES.sign(replace(valid_credential(), "credentialStatus.statusListIndex", "0"))
    report = with_list(status_list.encode(bytes([byte]) + PLAIN_BITS[1:])).verify(signed)
    assert (report.verdict is Verdict.REJECTED) == revoked


def of_type(document: Document, *types: str) -> Document:
    return document | {"type": ["VerifiableCredential", *types]}


def with_another_subject(document: Document) -> Document:
    """Give a list that says two things: of its own bits, and of bits that are all unset."""
    other = document["credentialSubject"] | {"id": f"{STATUS_LIST}#other"}
    return document | {"credentialSubject": [document["credentialSubject"], other]}


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(listed(EVIL, issuer=EVIL.id), id="another issuer's"),
        pytest.param(listed(BANK, issuer=BANK.id), id="another known issuer's"),
        pytest.param(listed(EVIL), id="signed by someone else in the issuer's name"),
        pytest.param(status_list_document(), id="signed by nobody"),
        pytest.param(listed() | {"validUntil": "2099-01-01T00:00:00Z"}, id="changed afterwards"),
        pytest.param(listed(id=f"{STATUS_LIST}0"), id="another list"),
        pytest.param(BADGES.sign(of_type(status_list_document())), id="another type"),
        pytest.param(BADGES.sign(plain_credential()), id="another credential"),
        pytest.param(SIGNED, id="the badge itself"),
        pytest.param(
            BADGES.sign(remove(status_list_document(), "credentialSubject.encodedList")),
            id="without a list",
        ),
        pytest.param(
            BADGES.sign(
                replace(status_list_document(), "credentialSubject.encodedList", ["uA", "uB"])
            ),
            id="two lists in one",
        ),
        pytest.param(
            BADGES.sign_jws(
                replace(status_list_document(), "credentialSubject.type", "Other")
            ).encode(),
            id="a subject that is no list",
        ),
        pytest.param(BADGES.sign(with_another_subject(status_list_document())), id="two subjects"),
        pytest.param(listed(purpose="suspension"), id="F8 another purpose"),
        pytest.param(
            listed() | {"@context": [*CONTEXTS[:1], {"x": "https://e.example/#"}]},
            id="an inline context",
        ),
    ],
)
def test_f7_a_list_that_is_not_the_one_named_is_rejected(answer: Document | bytes) -> None:
    report = in_a_world_with(answer).verify(SIGNED)
    assert_refused(report, Verdict.REJECTED, Code.STATUS_VERIFICATION)


def test_f7_a_list_need_not_repeat_its_address() -> None:
    # The standard lets a list go without an id (its row asks for one): the issuer signed it either
    # way, and whoever could exchange two lists of one issuer serves that issuer's address.
    document = {key: value for key, value in status_list_document().items() if key != "id"}
    assert_verified(in_a_world_with(BADGES.sign(document)).verify(SIGNED))


def test_f7_a_list_may_be_a_jws() -> None:
    document = status_list_document(**REVOKING)
    token = BADGES.sign_jws(document).encode()
    assert_refused(in_a_world_with(token).verify(SIGNED), Verdict.REJECTED, Code.REVOKED)


def test_f7_a_list_in_a_jws_may_not_bring_a_context_of_its_own() -> None:
    contexts = [*CONTEXTS[:1], {"x": "https://e.example/#"}]
    token = BADGES.sign_jws(status_list_document() | {"@context": contexts}).encode()
    report = in_a_world_with(token).verify(SIGNED)
    assert_refused(report, Verdict.REJECTED, Code.STATUS_VERIFICATION)


@pytest.mark.parametrize(
    ("purposes", "verdict"),
    [
        pytest.param(["revocation", "suspension"], Verdict.REJECTED, id="among several"),
        pytest.param(["suspension", "message"], Verdict.REJECTED, id="not among several"),
    ],
)
def test_f8_a_list_may_have_several_purposes(purposes: list[str], verdict: Verdict) -> None:
    document = replace(
        status_list_document(**REVOKING), "credentialSubject.statusPurpose", purposes
    )
    report = in_a_world_with(BADGES.sign(document)).verify(SIGNED)
    expected = Code.REVOKED if "revocation" in purposes else Code.STATUS_VERIFICATION
    assert_refused(report, verdict, expected)


def moment(**distance: float) -> str:
    return format_timestamp(NOW + timedelta(**distance))


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"validUntil": moment(seconds=-1)}, id="F9 an old list, replayed"),
        pytest.param({"validFrom": moment(seconds=301)}, id="not yet valid"),
    ],
)
def test_f9_a_list_of_another_time_leaves_it_open(changes: Document) -> None:
    report = in_a_world_with(listed(**changes)).verify(SIGNED)
    assert_refused(report, Verdict.INCONCLUSIVE, Code.STALE)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"validUntil": moment()}, id="ends now"),
        pytest.param({"validFrom": moment(seconds=300)}, id="by a clock that is ahead"),
        # `ttl` says how long a cache may keep it, from when it was fetched: our source keeps none.
        pytest.param({"validFrom": moment(days=-6)}, id="older than its ttl"),
    ],
)
def test_f9_a_list_within_its_time_is_read(changes: Document) -> None:
    assert_verified(in_a_world_with(listed(**changes)).verify(SIGNED))
    report = in_a_world_with(listed(**REVOKING, **changes)).verify(SIGNED)
    assert_refused(report, Verdict.REJECTED, Code.REVOKED)


def test_f9_a_list_from_before_a_revocation_is_not_believed_once_a_younger_one_was_seen() -> None:
    before, after = listed(), listed(**REVOKING, validFrom=moment(minutes=1))
    lists, later = YoungestLists(), NOW + timedelta(hours=1)
    assert_verified(in_a_world_with(before).verify(SIGNED, lists=lists))
    report = in_a_world_with(after).verify(SIGNED, lists=lists)
    assert_refused(report, Verdict.REJECTED, Code.REVOKED)
    replayed = in_a_world_with(before).verify(SIGNED, lists=lists, now=later)
    assert_refused(replayed, Verdict.INCONCLUSIVE, Code.STALE)
    again = in_a_world_with(after).verify(SIGNED, lists=lists, now=later)
    assert_refused(again, Verdict.REJECTED, Code.REVOKED)


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param(listed(EVIL, validFrom=moment(minutes=1)), id="by someone else"),
        pytest.param(listed(id=f"{STATUS_LIST}0", validFrom=moment(minutes=1)), id="another list"),
        pytest.param(listed() | {"validFrom": moment(minutes=1)}, id="changed afterwards"),
        pytest.param(listed(validFrom=moment(days=1)), id="of tomorrow"),
    ],
)
def test_f9_what_its_issuer_did_not_prove_makes_no_list_old(forged: Document) -> None:
    lists, later = YoungestLists(), NOW + timedelta(hours=1)
    assert in_a_world_with(forged).verify(SIGNED, lists=lists).verdict is not Verdict.VERIFIED
    assert_verified(in_a_world_with(listed()).verify(SIGNED, lists=lists, now=later))


def hidden_end() -> Document:
    """Give a list that has ended, whose end is said where no reader looks."""
    signed = listed(validUntil=moment(days=-1))
    aside = {"id": STATUS_LIST, "type": "VerifiableCredential", "validUntil": signed["validUntil"]}
    kept = {key: value for key, value in signed.items() if key != "validUntil"}
    return kept | {"@included": [aside]}


def test_f9_an_old_list_cannot_hide_that_it_has_ended() -> None:
    report = in_a_world_with(hidden_end()).verify(SIGNED)
    assert_refused(report, Verdict.REJECTED, Code.STATUS_VERIFICATION)


@pytest.mark.parametrize(
    ("answer", "verdict", "code"),
    [
        pytest.param(
            b"<!DOCTYPE html><title>404</title>",
            Verdict.INCONCLUSIVE,
            Code.STATUS_RETRIEVAL,
            id="HTML",
        ),
        pytest.param(b"", Verdict.INCONCLUSIVE, Code.STATUS_RETRIEVAL, id="nothing"),
        pytest.param(b"\xff\xfe", Verdict.INCONCLUSIVE, Code.STATUS_RETRIEVAL, id="no text"),
        pytest.param(b"{}", Verdict.REJECTED, Code.STATUS_VERIFICATION, id="an empty object"),
        pytest.param(b"[]", Verdict.INCONCLUSIVE, Code.STATUS_RETRIEVAL, id="an array"),
        pytest.param(
            b" " * (5 * 2**20), Verdict.INCONCLUSIVE, Code.STATUS_RETRIEVAL, id="too large"
        ),
        pytest.param(
            listed() | {"@context": [*CONTEXTS[:1], "https://x.example/c"]},
            Verdict.INCONCLUSIVE,
            Code.STATUS_RETRIEVAL,
            id="a context that we do not carry",
        ),
        pytest.param(
            listed() | {"proof": listed()["proof"] | {"cryptosuite": "bbs-2023"}},
            Verdict.INCONCLUSIVE,
            Code.STATUS_RETRIEVAL,
            id="a suite that we do not carry",
        ),
    ],
)
def test_f10_an_answer_that_is_no_list_never_means_not_revoked(
    answer: Document | bytes, verdict: Verdict, code: Code
) -> None:
    assert_refused(in_a_world_with(answer).verify(SIGNED), verdict, code)


def test_f10_a_list_that_is_down_leaves_it_open() -> None:
    internet = honest_internet()
    internet.take_down(STATUS_LIST)
    report = internet.verify(SIGNED)
    assert_refused(report, Verdict.INCONCLUSIVE, Code.STATUS_RETRIEVAL)


def test_f11_the_status_of_a_list_is_not_followed() -> None:
    internet = in_a_world_with(listed(credentialStatus=ENTRY))
    assert_verified(internet.verify(SIGNED))
    assert internet.fetched[STATUS_LIST] == 1


@pytest.mark.parametrize(
    ("ttl", "is_verified"),
    [
        pytest.param(0, True, id="0"),
        pytest.param(300_000, True, id="five minutes"),
        pytest.param(-1, False, id="negative"),
        pytest.param("300000", False, id="text"),
        pytest.param(1.5, False, id="a fraction"),
        pytest.param([1, 2], False, id="two"),
    ],
)
def test_f9_a_ttl_is_a_whole_number_of_milliseconds(ttl: object, *, is_verified: bool) -> None:
    document = replace(status_list_document(), "credentialSubject.ttl", ttl)
    report = in_a_world_with(BADGES.sign(document)).verify(SIGNED)
    assert (report.verdict is Verdict.VERIFIED) == is_verified


def test_a_list_is_signed_on_demand_with_whatever_holds_then() -> None:
    revoked: list[int] = []

    def now_listed() -> bytes:
        return json.dumps(listed(revoked=list(revoked))).encode()

    internet = in_a_world_with(now_listed)
    assert_verified(internet.verify(SIGNED))
    revoked.append(INDEX)
    assert_refused(internet.verify(SIGNED), Verdict.REJECTED, Code.REVOKED)


def test_the_list_of_an_issuer_who_uses_a_bare_id_is_read() -> None:
    assert BADGES.id == ISSUER
    document = status_list_document() | {"issuer": {"id": ISSUER, "name": "Example User Group"}}
    assert_verified(in_a_world_with(BADGES.sign(document)).verify(SIGNED))
