"""Section F of the threats: what an entry says of its list, and what a status means for a badge."""

from typing import Any

import pytest

from openbadges import status_list
from openbadges.errors import Code
from openbadges.strict import Document
from tests.credentials import STATUS_LIST, plain_credential, remove, replace, valid_credential
from tests.status_lists import ENTRY, INDEX, PLAIN_BITS, REVOKING, in_a_world_with, listed
from tests.world import (
    BADGES,
    Internet,
    address_of,
    assert_refused,
    assert_verified,
    honest_internet,
    status_list_document,
)
from verifier import Check, Verdict


@pytest.mark.parametrize(
    ("index", "code"),
    [
        pytest.param("-1", Code.RANGE, id="negative"),
        pytest.param("131072", Code.RANGE, id="one beyond"),
        pytest.param("1e3", Code.RANGE, id="an exponent"),
        pytest.param("\u0663", Code.RANGE, id="an Arabic digit"),
        pytest.param("9_4567", Code.RANGE, id="an underscore"),
        pytest.param(" 7\n", Code.RANGE, id="blanks"),
        pytest.param("007", Code.RANGE, id="leading zeros"),
        pytest.param("", Code.RANGE, id="empty"),
        pytest.param("1" + "0" * 30, Code.RANGE, id="huge"),
        pytest.param(True, Code.RANGE, id="true"),
        pytest.param(94567, Code.RANGE, id="a number"),
        pytest.param(94567.5, Code.RANGE, id="a fraction"),
        pytest.param(94567.0, Code.RANGE, id="a number with a point"),
        pytest.param(["94567", "94568"], Code.DATA_MODEL, id="two"),
        pytest.param([], Code.DATA_MODEL, id="none"),
        pytest.param(None, Code.DATA_MODEL, id="null"),
    ],
)
def test_f3_an_index_is_written_in_one_way(index: object, code: Code) -> None:
    signed = BADGES.sign(replace(valid_credential(), "credentialStatus.statusListIndex", index))
    report = in_a_world_with(listed(revoked=[7, INDEX])).verify(signed)
    assert_refused(report, Verdict.REJECTED, code)


@pytest.mark.parametrize("missing", ["statusListIndex", "statusListCredential", "statusPurpose"])
def test_f3_an_entry_without_what_it_needs_is_rejected(missing: str) -> None:
    signed = BADGES.sign(remove(valid_credential(), f"credentialStatus.{missing}"))
    report = in_a_world_with(listed(**REVOKING)).verify(signed)
    assert report.verdict is Verdict.REJECTED
    assert not any(finding.code is Code.OK for finding in report.of(Check.STATUS))


def test_f8_an_entry_for_two_purposes_is_rejected() -> None:
    both = ["revocation", "suspension"]
    signed = BADGES.sign(replace(valid_credential(), "credentialStatus.statusPurpose", both))
    assert honest_internet().verify(signed).verdict is Verdict.REJECTED


def test_a_suspended_badge_is_rejected() -> None:
    signed = BADGES.sign(
        replace(valid_credential(), "credentialStatus.statusPurpose", "suspension")
    )
    report = in_a_world_with(listed(purpose="suspension", **REVOKING)).verify(signed)
    assert_refused(report, Verdict.REJECTED, Code.SUSPENDED)


def with_purpose(purpose: str, **changes: Any) -> Document:  # noqa: ANN401 -- any JSON value
    """Give a signed badge whose status entry is for `purpose`, with members changed."""
    entry = ENTRY | {"statusPurpose": purpose} | changes
    return BADGES.sign(valid_credential(credentialStatus=entry))


@pytest.mark.parametrize(
    ("purpose", "told"), [("refresh", "refresh status is set"), ("message", "0x1; it is set")]
)
def test_a_message_and_a_refreshed_badge_are_told_and_reject_nothing(
    purpose: str, told: str
) -> None:
    signed = with_purpose(purpose)
    report = in_a_world_with(listed(purpose=purpose, **REVOKING)).verify(signed)
    assert_verified(report)
    assert told in report.of(Check.STATUS)[0].sentence
    unset = in_a_world_with(listed(purpose=purpose)).verify(signed)
    assert_verified(unset)
    assert told not in unset.of(Check.STATUS)[0].sentence


@pytest.mark.parametrize("purpose", ["Revocation", "revoked", "withdrawal", "x" * 1000])
def test_a_status_that_is_set_for_a_purpose_nobody_knows_leaves_it_open(purpose: str) -> None:
    signed = with_purpose(purpose)
    assert_verified(in_a_world_with(listed(purpose=purpose)).verify(signed))
    report = in_a_world_with(listed(purpose=purpose, **REVOKING)).verify(signed)
    assert_refused(report, Verdict.INCONCLUSIVE, Code.UNSUPPORTED_STATUS)
    assert len(report.of(Check.STATUS)[0].sentence) < 400


OTHER_LIST = f"{STATUS_LIST}0"
SUSPENSION: Document = {
    "id": f"{OTHER_LIST}#7",
    "type": "BitstringStatusListEntry",
    "statusPurpose": "suspension",
    "statusListIndex": "7",
    "statusListCredential": OTHER_LIST,
}


@pytest.mark.parametrize("entries", [[ENTRY, SUSPENSION], [SUSPENSION, ENTRY]], ids=["", "turned"])
@pytest.mark.parametrize(
    ("revoked", "suspended", "codes"),
    [
        pytest.param([], [], {Code.OK}, id="neither"),
        pytest.param([INDEX], [], {Code.OK, Code.REVOKED}, id="revoked"),
        pytest.param([], [7], {Code.OK, Code.SUSPENDED}, id="suspended"),
        pytest.param([INDEX], [7], {Code.REVOKED, Code.SUSPENDED}, id="both"),
    ],
)
def test_a25_each_of_several_entries_counts_in_any_order(
    entries: list[Document], revoked: list[int], suspended: list[int], codes: set[Code]
) -> None:
    """A credential may have several; of a badge, the Open Badges schema allows only one."""
    internet = in_a_world_with(listed(revoked=revoked))
    answer = listed(id=OTHER_LIST, purpose="suspension", revoked=suspended)
    internet.publish(OTHER_LIST, answer)
    report = internet.verify(BADGES.sign(plain_credential(credentialStatus=entries)))
    assert {finding.code for finding in report.of(Check.STATUS)} == codes
    expected = Verdict.VERIFIED if codes == {Code.OK} else Verdict.REJECTED
    assert report.verdict is expected


def test_a25_several_entries_of_one_list_fetch_it_once() -> None:
    other = ENTRY | {"id": f"{STATUS_LIST}#5", "statusListIndex": "5"}
    signed = BADGES.sign(plain_credential(credentialStatus=[ENTRY, other]))
    internet = in_a_world_with(listed(revoked=[5]))
    assert_refused(internet.verify(signed), Verdict.REJECTED, Code.REVOKED)
    assert internet.fetched[STATUS_LIST] == 1


def test_a25_an_entry_of_a_kind_nobody_knows_leaves_it_open_beside_one_that_passes() -> None:
    unknown = {"id": "https://badges.example/other", "type": "VerifiableCredential"}
    for entries in ([ENTRY, unknown], [unknown, ENTRY]):
        signed = BADGES.sign(plain_credential(credentialStatus=entries))
        report = honest_internet().verify(signed)
        assert_refused(report, Verdict.INCONCLUSIVE, Code.UNSUPPORTED_STATUS)
        revoked = in_a_world_with(listed(**REVOKING)).verify(signed)
        assert_refused(revoked, Verdict.REJECTED, Code.REVOKED)


WORDS = ("in order", "under review", "rejected", "undefined")
TWO_BITS: Document = {
    "statusSize": 2,
    "statusListIndex": "3",
    "statusMessage": [
        {"status": f"0x{value}", "message": message} for value, message in enumerate(WORDS)
    ],
}


def two_bits(purpose: str = "revocation", **changes: Any) -> Document:  # noqa: ANN401 -- any JSON value
    return with_purpose(purpose, **TWO_BITS | changes)


def with_bits(bits: bytes, purpose: str = "revocation") -> Internet:
    """Give a world with a list that begins with these bits, and is long enough for two an entry."""
    document = status_list_document(purpose=purpose)
    document["credentialSubject"]["encodedList"] = status_list.encode(bits + PLAIN_BITS * 2)
    return in_a_world_with(BADGES.sign(document))


@pytest.mark.parametrize(
    ("bits", "verdict"),
    [
        pytest.param(b"\x00", Verdict.VERIFIED, id="0"),
        pytest.param(b"\x01", Verdict.REJECTED, id="1"),
        pytest.param(b"\x02", Verdict.REJECTED, id="2"),
        pytest.param(b"\x10", Verdict.VERIFIED, id="of another entry"),
    ],
)
def test_f12_an_entry_of_two_bits_is_read_where_it_is(bits: bytes, verdict: Verdict) -> None:
    assert with_bits(bits).verify(two_bits()).verdict is verdict


@pytest.mark.parametrize("value", range(4))
@pytest.mark.parametrize("step", [1, -1])
def test_f12_a_message_is_found_by_its_status_and_not_by_its_place(value: int, step: int) -> None:
    signed = two_bits("message", statusMessage=TWO_BITS["statusMessage"][::step])
    report = with_bits(bytes([value]), "message").verify(signed)
    assert_verified(report)
    expected = f"status {value:#x}; the issuer calls this {WORDS[value]!r}"
    assert expected in report.of(Check.STATUS)[0].sentence


def test_f12_a_message_cannot_be_moved_to_another_status() -> None:
    signed = two_bits("message")
    messages = signed["credentialStatus"]["statusMessage"]
    moved = [{**message, "status": f"0x{3 - at}"} for at, message in enumerate(messages)]
    report = with_bits(b"\x02", "message").verify(
        replace(signed, "credentialStatus.statusMessage", moved)
    )
    assert report.verdict is Verdict.REJECTED


def test_f12_what_an_issuer_calls_a_status_is_quoted_and_cut() -> None:
    words = [{"status": f"0x{value}", "message": "VERIFIED.\n\u202e" * 99} for value in range(4)]
    report = with_bits(b"\x02", "message").verify(two_bits("message", statusMessage=words))
    sentence = report.of(Check.STATUS)[0].sentence
    assert sentence.isprintable()
    assert len(sentence) < 1000


@pytest.mark.parametrize(
    "messages",
    [
        pytest.param(TWO_BITS["statusMessage"][:3], id="three of four"),
        pytest.param(TWO_BITS["statusMessage"][:1] * 4, id="one four times"),
        pytest.param(
            [*TWO_BITS["statusMessage"], {"status": "0x4", "message": "more"}], id="five of four"
        ),
        pytest.param(
            [*TWO_BITS["statusMessage"][:3], {"status": "0x00", "message": "also"}],
            id="two for one status",
        ),
        pytest.param([], id="none"),
        pytest.param(None, id="null"),
        pytest.param([{"status": str(value), "message": "x"} for value in range(4)], id="decimal"),
        pytest.param([{"status": f"0x{value}"} for value in range(4)], id="without words"),
        pytest.param([{"status": value, "message": "x"} for value in range(4)], id="numbers"),
        pytest.param(["0x0", "0x1", "0x2", "0x3"], id="text"),
    ],
)
def test_f12_there_is_one_message_for_each_value_of_a_status(messages: object) -> None:
    report = with_bits(b"\x00", "message").verify(two_bits("message", statusMessage=messages))
    assert report.verdict is Verdict.REJECTED
    assert not any(finding.code is Code.OK for finding in report.of(Check.STATUS))


def test_f12_a_status_of_one_bit_may_have_two_messages() -> None:
    words = [{"status": "0x1", "message": "withdrawn"}, {"status": "0x0", "message": "good"}]
    signed = with_purpose("revocation", statusMessage=words)
    report = in_a_world_with(listed(**REVOKING)).verify(signed)
    assert_refused(report, Verdict.REJECTED, Code.REVOKED)
    assert "'withdrawn'" in report.of(Check.STATUS)[0].sentence
    assert_verified(in_a_world_with(listed()).verify(signed))


@pytest.mark.parametrize(
    "reference",
    ["https://badges.example/statuses", ["https://a.example/1", "https://a.example/2"]],
    ids=["one", "two"],
)
def test_f12_what_explains_a_status_is_never_fetched(reference: object) -> None:
    internet = in_a_world_with(listed(purpose="message"))
    assert_verified(internet.verify(with_purpose("message", statusReference=reference)))
    assert internet.fetched.keys() == {STATUS_LIST, address_of(BADGES)}


@pytest.mark.parametrize(
    ("size", "verdict", "code"),
    [
        pytest.param(0, Verdict.REJECTED, Code.DATA_MODEL, id="0"),
        pytest.param(-1, Verdict.REJECTED, Code.DATA_MODEL, id="-1"),
        pytest.param(9, Verdict.INCONCLUSIVE, Code.UNSUPPORTED_STATUS, id="9"),
        pytest.param(2**53 - 1, Verdict.INCONCLUSIVE, Code.UNSUPPORTED_STATUS, id="huge"),
        pytest.param("2", Verdict.REJECTED, Code.DATA_MODEL, id="text"),
        pytest.param(1.5, Verdict.REJECTED, Code.DATA_MODEL, id="a fraction"),
        pytest.param(True, Verdict.REJECTED, Code.DATA_MODEL, id="true"),
        pytest.param([1, 2], Verdict.REJECTED, Code.DATA_MODEL, id="two"),
    ],
)
def test_f12_another_size_is_never_valid(size: object, verdict: Verdict, code: Code) -> None:
    signed = BADGES.sign(valid_credential(credentialStatus=ENTRY | {"statusSize": size}))
    internet = honest_internet()
    assert_refused(internet.verify(signed), verdict, code)
    assert internet.fetched[STATUS_LIST] == 0


def test_f12_a_list_too_short_for_its_entries_is_rejected() -> None:
    report = honest_internet().verify(two_bits())
    assert_refused(report, Verdict.REJECTED, Code.STATUS_LIST_LENGTH)
