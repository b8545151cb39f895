"""Invisible characters are taken out of text that people paste, and they are told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.cleaning import check_line, clean_text, find_controls
from openbadges.errors import RefusedError

CASES = [
    pytest.param("two\x0blines", "two\nlines", "a vertical tab was made a new line", id="VT"),
    pytest.param("two\x0cpages", "two\npages", "a form feed was made a new line", id="FF"),
    pytest.param("a\u2028b", "a\nb", "line separator was made a new line", id="LS"),
    pytest.param("a\u2029b", "a\nb", "paragraph separator was made a new line", id="PS"),
    pytest.param(
        "a\x85b", "a\nb", "the control character U+0085 was made a new line", id="next line"
    ),
    pytest.param("a\x00b", "ab", "NUL was taken out", id="NUL"),
    pytest.param("a\x1bb", "ab", "the control character U+001B was taken out", id="escape"),
    pytest.param("a\x7fb", "ab", "the control character U+007F was taken out", id="delete"),
    pytest.param("\ufeffa", "a", "zero width no-break space was taken out", id="BOM"),
    pytest.param("a\udcffb", "ab", "the control character U+DCFF was taken out", id="surrogate"),
]


@pytest.mark.parametrize(("pasted", "cleaned", "notice"), CASES)
def test_a_character_that_nobody_sees_is_cleaned_and_named(
    pasted: str, cleaned: str, notice: str
) -> None:
    assert clean_text(pasted, what="the narrative") == (cleaned, (f"the narrative: {notice}",))


@pytest.mark.parametrize("text", ["one\r\ntwo", "one\rtwo"])
def test_the_line_breaks_of_other_systems_become_ours_without_a_word(text: str) -> None:
    assert clean_text(text, what="it") == ("one\ntwo", ())


def test_each_kind_of_character_is_named_once() -> None:
    cleaned = clean_text("a\x0bb\x0bc\x00\x00", what="it")
    assert cleaned.text == "a\nb\nc"
    assert [notice.partition(" was ")[0] for notice in cleaned.notices] == [
        "it: a vertical tab",
        "it: NUL",
    ]


@pytest.mark.parametrize("text", ["", "plain", "a\tb\nc", "🎓 «ñ» العربية", "e\u0301", "a\u200db"])
def test_what_people_write_on_purpose_stays(text: str) -> None:
    assert clean_text(text, what="it") == (text, ())


@given(st.text(st.characters()))
def test_cleaned_text_has_no_control_left_and_needs_no_second_cleaning(text: str) -> None:
    cleaned = clean_text(text, what="it").text
    assert find_controls(cleaned) is None
    assert clean_text(cleaned, what="it") == (cleaned, ())


def test_a_control_is_found_wherever_a_document_has_it() -> None:
    document = {"a": [1, None, True, {"b": ["fine", "not\x0bfine"]}], "c": "fine"}
    assert find_controls(document) == "not\x0bfine"
    assert find_controls({"a": [1, None, {"b": "line\nline"}]}) is None


@pytest.mark.parametrize("text", ["a", "x" * 8, "Ünïcode!"])
def test_a_line_of_text_is_accepted(text: str) -> None:
    check_line(text, what="a name", maximum=8)


@pytest.mark.parametrize(
    "text",
    ["", "  ", "x" * 9, "a\nb", "a\n", "a\rb", "a\tb", "a\x00b", "a\u2028b", "a\x85b", "\udcff"],
)
def test_what_is_no_line_is_refused(text: str) -> None:
    with pytest.raises(RefusedError, match=r"^a name must be one line of 1 to 8 characters; found"):
        check_line(text, what="a name", maximum=8)
