"""How documents are written: the same value for every reader, and braces that can be counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.documents import write_json
from openbadges.strict import parse_json

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
BRACES = st.text(st.sampled_from('{}\\"u07bd'))
SCALARS = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS | BRACES
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS | BRACES, inner, max_size=4),
    max_leaves=20,
)
DOCUMENTS = st.dictionaries(TEXTS | BRACES, VALUES, max_size=5)


def test_braces_inside_strings_are_escaped() -> None:
    written = write_json({"text": 'an unpaired { and "} and \\{', "{key}": {}})
    assert written == (
        rb'{"text":"an unpaired \u007b and \"\u007d and \\\u007b","\u007bkey\u007d":{}}'
    )


@given(DOCUMENTS)
def test_the_value_is_unchanged(document: dict[str, object]) -> None:
    assert parse_json(write_json(document)) == document


@given(DOCUMENTS)
def test_a_reader_that_counts_braces_finds_the_end(document: dict[str, object]) -> None:
    written = write_json(document).decode()
    depth = 0
    for place, character in enumerate(written):
        depth += (character == "{") - (character == "}")
        if depth == 0:
            assert place == len(written) - 1
    assert depth == 0


def test_members_keep_their_order_and_letters_stay_readable() -> None:
    assert write_json({"b": "«ñ» 🎓", "a": [1, 2.5, True]}) == (
        '{"b":"«ñ» 🎓","a":[1,2.5,true]}'.encode()
    )


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_json_number_is_a_programmers_fault(number: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json({"number": number})
