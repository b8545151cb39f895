"""YAML is read as text, with lines, and everything clever in it is refused."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from badge_classes.findings import BadgeClassError
from badge_classes.strict_yaml import MAXIMUM_YAML_BYTES, read_yaml

NAME = "wiki-edit/v1.yaml"


def refusal(text: str | bytes) -> str:
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(BadgeClassError) as caught:
        read_yaml(NAME, data)
    return str(caught.value)


@pytest.mark.parametrize(
    "written",
    [
        *("NO", "off", "yes", "true", "null", "~", "1.10", "010", "0o7", "0x1F", "1e3", ".inf"),
        *("12:30:45", "2026-01-31", "2026-01-31T12:00:00Z", "1_000", "+1", "=", "٣"),
    ],
)
def test_a_scalar_stays_as_it_is_written(written: str) -> None:
    assert read_yaml(NAME, f"a: {written}\nb: [{written}]\n".encode()).data == {
        "a": written,
        "b": [written],
    }


def test_a_field_whose_name_looks_like_something_else_stays_text() -> None:
    assert read_yaml(NAME, b"no: 1\n010: 2\n").data == {"no": "1", "010": "2"}


@pytest.mark.parametrize("style", ["|", "|-", "|+", ">", ">-", ">+"])
def test_all_block_styles_end_alike(style: str) -> None:
    assert read_yaml(NAME, f"a: {style}\n  some text\n\n\nb: x\n".encode()).data["a"] == "some text"


def test_a_byte_order_mark_at_the_top_is_no_part_of_the_text() -> None:
    assert read_yaml(NAME, b"\xef\xbb\xbfa: x\n").data == {"a": "x"}


def test_windows_line_ends_are_read_like_others() -> None:
    file = read_yaml(NAME, b"a: |\r\n  one\r\n  two\r\nb: x\r\n")

    assert file.data == {"a": "one\ntwo", "b": "x"}
    assert file.lines[("b",)] == 4


def test_every_field_knows_its_line() -> None:
    file = read_yaml(NAME, b"# a note\na: 1\nlist:\n  - key: x\n    name: y\n  - key: z\n")

    assert file.lines == {
        ("a",): 2,
        ("list",): 3,
        ("list", 0): 4,
        ("list", 0, "key"): 4,
        ("list", 0, "name"): 5,
        ("list", 1): 6,
        ("list", 1, "key"): 6,
    }


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param("a: 1\nb: &x 2", 2, "anchors", id="anchor"),
        pytest.param("a: &x [1]", 1, "anchors", id="anchor-of-a-list"),
        pytest.param("&x a: 1", 1, "anchors", id="anchor-of-a-field"),
        pytest.param("a: 1\nb: *a", 2, "aliases", id="alias"),
        pytest.param("a: 1\n<<: {b: 2}", 2, "merge keys", id="merge-key"),
        pytest.param("a: !!str x", 1, "tags", id="tag"),
        pytest.param("a: ! x", 1, "tags", id="tag-without-a-name"),
        pytest.param("a: !!set {b: c}", 1, "tags", id="tag-of-fields"),
        pytest.param('a: !!python/object/apply:os.system ["true"]', 1, "tags", id="python-tag"),
        pytest.param("a: 1\n---\nb: 2", 2, "second document", id="two-documents"),
        pytest.param("%YAML 1.1\n---\na: 1", 2, "directives", id="directive"),
        pytest.param("%TAG ! tag:x,2026:\n---\na: 1", 2, "directives", id="tag-directive"),
        pytest.param("a: 1\nb:\n  c: 1\n  c: 2", 4, "'c' stands twice", id="field-twice"),
        pytest.param("? [a]\n: b", 1, "name of a field", id="a-list-as-name"),
        pytest.param("? " * 500, 1, "name of a field", id="fields-as-names"),
        pytest.param('"": b', 1, "name of a field", id="no-name"),
        pytest.param(f"{'a' * 101}: b", 1, "name of a field", id="long-name"),
        pytest.param("[" * 20_000, 1, "deeper than 10", id="deep-lists"),
        pytest.param("{a: " * 15, 1, "deeper than 10", id="deep-fields"),
        pytest.param("", 1, "empty", id="empty"),
        pytest.param("# nothing\n", 2, "empty", id="only-a-comment"),
        pytest.param("- a\n- b", 1, "expected fields, found a list", id="list"),
        pytest.param("some text", 1, "expected fields, found text", id="text"),
        pytest.param("a: 1\nb:\n\t- c", 3, "spaces, not with tabs", id="tab"),
        pytest.param("a: 1\nb: c: d", 2, "needs quotes", id="colon"),
        pytest.param("a: @b", 1, "needs quotes", id="sign"),
        pytest.param('a: "b', 1, "never closed", id="open-quote"),
        pytest.param("a: 'it's'", 1, "not YAML", id="quote-in-quotes"),
        pytest.param("a: [b", 1, "not YAML", id="open-list"),
        pytest.param('a: "\\UFFFFFFFF"', 1, "not YAML", id="beyond-unicode"),
        pytest.param(b"a: 1\nb: \xe9", 2, "save the file as UTF-8", id="latin-1"),
        pytest.param("a: 1".encode("utf-16"), 1, "save the file as UTF-8", id="utf-16"),
    ],
)
def test_what_is_left_out_of_yaml_is_refused_with_its_line(
    text: str | bytes, line: int, words: str
) -> None:
    message = refusal(text)

    assert message.startswith(f"{NAME} line {line}: ")
    assert words in message
    assert "\n" not in message


def test_a_file_of_64_kib_is_read_and_one_byte_more_is_refused() -> None:
    longest = b"a: " + b"x" * (MAXIMUM_YAML_BYTES - 3)

    assert read_yaml(NAME, longest).data["a"].startswith("x")
    assert "more than the 65536" in refusal(longest + b"x")


def test_control_characters_are_refused_with_line_and_name() -> None:
    assert refusal("name: x\ncriteria: a\x0bb\nx: \x00\ny: \x85\nz: \u2028\n") == "\n".join(
        f"{NAME} line {line}: found {name}, such as word processors leave behind; delete it"
        for line, name in [
            (2, "a vertical tab (U+000B)"),
            (3, "a NUL (U+0000)"),
            (4, "a next-line character (U+0085)"),
            (5, "a line separator (U+2028)"),
        ]
    )


@pytest.mark.parametrize(
    ("escape", "name"),
    [
        (r"\x0b", "a vertical tab (U+000B)"),
        (r"\0", "a NUL (U+0000)"),
        (r"\r", "a carriage return (U+000D)"),
        (r"\uD800", "a character that is no text (U+D800)"),
        (r"\uFFFF", "a character that is no text (U+FFFF)"),
    ],
)
def test_a_control_character_cannot_be_spelled_either(escape: str, name: str) -> None:
    assert refusal(f'a: 1\nb: "x{escape}"\n') == f"{NAME} line 2: found {name}; delete it"


def test_quotation_marks_dashes_and_emoji_of_word_processors_are_fine() -> None:
    text = "“Ben fet” – 100\xa0% 🎉 d’acord"  # noqa: RUF001 -- these are the characters meant

    assert read_yaml(NAME, f"a: {text}\n".encode()).data == {"a": text}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 60_000, id="lists"),
        pytest.param("a: [" + "x: y, " * 10_000 + "]", id="pairs"),
        pytest.param("a: [" + "[], " * 10_000 + "]", id="empty-lists"),
        pytest.param("".join(f"k{number}: v\n" for number in range(7_000)), id="fields"),
        pytest.param("? " * 30_000, id="questions"),
    ],
)
def test_a_hostile_file_costs_little(text: str) -> None:
    began = time.process_time()
    with contextlib.suppress(BadgeClassError):
        read_yaml(NAME, text.encode())

    assert time.process_time() - began < 5


@given(st.text(alphabet="ab:-?[]{}&*!|>#\"'%@`, \n\t\\x0\u2028\x0b", max_size=40))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        outcome = type(read_yaml(NAME, text.encode()).data).__name__
    except BadgeClassError as error:
        outcome = str(error)

    assert outcome == "dict" or outcome.startswith(f"{NAME} line ")
