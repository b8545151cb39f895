"""One position in a status list."""

import pytest

from openbadges.errors import Code, MalformedError
from openbadges.models.status import StatusListEntry
from openbadges.strict import Document
from tests.credentials import STATUS_LIST, valid_credential

ENTRY: Document = valid_credential()["credentialStatus"]


def test_an_entry_says_which_list_which_index_and_what_for() -> None:
    entry = StatusListEntry.parse(ENTRY)
    assert entry.status_list_credential == STATUS_LIST
    assert entry.status_list_index == 94567
    assert entry.status_purpose == "revocation"
    assert entry.status_size is None


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
        pytest.param({"type": "StatusList2021Entry"}, Code.DATA_MODEL, id="another type"),
    ],
)
def test_a_broken_entry_is_refused(change: Document, code: Code) -> None:
    with pytest.raises(MalformedError) as refusal:
        StatusListEntry.parse(ENTRY | change)
    assert refusal.value.code == code
