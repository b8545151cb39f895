"""Files of our own are read in their one spelling only."""

import pytest

from keys.tagged_json import read_tagged, write_tagged
from openbadges.errors import RefusedError


def tag_of(data: bytes) -> str:
    return f"{len(data)} bytes"


def test_a_document_comes_back_with_what_its_tag_covers() -> None:
    data = write_tagged({"b": 1, "a": "é"}, make_tag=tag_of)
    document, covered, tag = read_tagged(data, name="f")
    assert document == {"a": "é", "b": 1}
    assert tag == tag_of(covered)
    assert b"tag" not in covered


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe", id="no-text"),
        pytest.param(b"[]\n", id="no-object"),
        pytest.param(b'{\n  "a": 1\n}\n', id="no-tag"),
        pytest.param(b'{\n  "tag": 1\n}\n', id="tag-is-a-number"),
        pytest.param(b'{"tag": "x"}\n', id="another-spelling"),
        pytest.param(b'{\n  "tag": "x"\n}', id="no-newline-at-the-end"),
        pytest.param(b'{\n  "tag": "x",\n  "tag": "x"\n}\n', id="a-key-twice"),
        pytest.param(b"[" * 100_000, id="deep"),
    ],
)
def test_another_spelling_is_refused_by_the_files_name(data: bytes) -> None:
    with pytest.raises(RefusedError, match=r"^f is damaged or was changed by hand"):
        read_tagged(data, name="f")
