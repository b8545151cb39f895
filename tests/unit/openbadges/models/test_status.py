"""One position in a status list."""

import pytest

from openbadges.errors import Code, MalformedError
from openbadges.models.status import StatusList2021Entry, StatusListEntry
from openbadges.status_list import MAXIMUM_STATUS_SIZE
from openbadges.strict import Document
from tests.credentials import STATUS_LIST, valid_credential

ENTRY: Document = valid_credential()["credentialStatus"]

MESSAGES: list[Document] = [
    {"status": "0x0", "message": "in order"},
    {"status": "0x1", "message": "withdrawn"},
]


def test_an_entry_says_which_list_which_index_and_what_for() -> None:
    entry = StatusListEntry.parse(ENTRY)
    assert entry.status_list_credential == STATUS_LIST
    assert entry.status_list_index == 94567
    assert entry.status_purpose == "revocation"
    assert (entry.size, entry.messages) == (1, {})


@pytest.mark.parametrize("step", [1, -1])
def test_each_value_of_a_status_has_its_message_wherever_that_stands(step: int) -> None:
    words = [{"status": f"0x{value:02X}", "message": f"word {value}"} for value in range(16)]
    entry = StatusListEntry.parse(ENTRY | {"statusSize": 4, "statusMessage": words[::step]})
    assert entry.size == 4
    assert entry.messages == {value: f"word {value}" for value in range(16)}


def test_a_status_of_more_bits_than_are_read_is_not_broken() -> None:
    entry = StatusListEntry.parse(ENTRY | {"statusSize": 2**53 - 1})
    assert entry.size > MAXIMUM_STATUS_SIZE


def test_an_entry_of_2021_is_read_by_its_own_type() -> None:
    entry = StatusList2021Entry.parse(ENTRY | {"type": "StatusList2021Entry"})
    assert (entry.status_list_index, entry.status_purpose) == (94567, "revocation")
    with pytest.raises(MalformedError):
        StatusList2021Entry.parse(ENTRY)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param({"statusListIndex": "-1"}, Code.RANGE, id="a negative index"),
        pytest.param({"statusListIndex": "٣"}, Code.RANGE, id="Arabic digits"),
        pytest.param({"statusListIndex": "9_4567"}, Code.RANGE, id="an underscore"),
        pytest.param({"statusListIndex": " 7\n"}, Code.RANGE, id="blanks"),
        pytest.param({"statusListIndex": 94567}, Code.RANGE, id="a number"),
        pytest.param({"statusListIndex": True}, Code.RANGE, id="true"),
        pytest.param({"statusListIndex": None}, Code.DATA_MODEL, id="no index"),
        pytest.param({"statusListIndex": ["1", "2"]}, Code.DATA_MODEL, id="two indexes"),
        pytest.param({"statusPurpose": None}, Code.DATA_MODEL, id="no purpose"),
        pytest.param({"statusListCredential": "/status/1"}, Code.RELATIVE_IRI, id="relative"),
        pytest.param({"statusSize": "2"}, Code.DATA_MODEL, id="a size as text"),
        pytest.param({"statusSize": 0}, Code.DATA_MODEL, id="no size at all"),
        pytest.param({"statusSize": 2}, Code.DATA_MODEL, id="a size without messages"),
        pytest.param({"statusMessage": MESSAGES[:1]}, Code.DATA_MODEL, id="one message of two"),
        pytest.param({"statusMessage": MESSAGES[:1] * 2}, Code.DATA_MODEL, id="one twice"),
        pytest.param(
            {"statusMessage": [*MESSAGES[:1], {"status": "0x2", "message": "x"}]},
            Code.DATA_MODEL,
            id="one beyond",
        ),
        pytest.param(
            {"statusMessage": [*MESSAGES[:1], {"status": "1", "message": "x"}]},
            Code.DATA_MODEL,
            id="a status in decimal digits",
        ),
        pytest.param(
            {"statusMessage": [*MESSAGES[:1], {"status": "0x" + "0" * 99 + "1", "message": "x"}]},
            Code.DATA_MODEL,
            id="a status of many digits",
        ),
        pytest.param({"statusReference": "/statuses"}, Code.RELATIVE_IRI, id="a relative one"),
        pytest.param({"type": "StatusList2021Entry"}, Code.DATA_MODEL, id="another type"),
    ],
)
def test_a_broken_entry_is_refused(change: Document, code: Code) -> None:
    with pytest.raises(MalformedError) as refusal:
        StatusListEntry.parse(ENTRY | change)
    assert refusal.value.code == code
