"""A definition says what is wrong with it, where, and all at once."""

import pytest

from badge_classes.definition import asking_of, read_definition
from badge_classes.findings import BadgeClassError
from badge_classes.methods import Asking
from tests.catalogues import DEFINITION, small_definition

NAME = "wiki-edit/v1.yaml"


def refusal(text: str) -> str:
    with pytest.raises(BadgeClassError) as caught:
        read_definition(NAME, text.encode())
    return str(caught.value)


def changed(old: str, new: str) -> str:
    """Change the full definition; the line must be there."""
    assert DEFINITION.count(old) == 1
    return DEFINITION.replace(old, new)


def test_the_full_definition_is_read() -> None:
    file = read_definition(NAME, DEFINITION.encode())

    assert file.data["results"][1]["maximum"] == "100"
    assert asking_of(file) == {"period": Asking.REQUIRED, "hours": Asking.OFF}


def test_the_smallest_definition_is_read() -> None:
    assert read_definition(NAME, small_definition().encode()).data["name"] == "Wiki friend"


def test_a_wrong_type_is_named_with_line_field_and_what_was_found() -> None:
    text = small_definition(criteria="\n  - one\n  - two")

    assert refusal(text) == f"{NAME} line 6, criteria: expected text, found a list"


def test_all_faults_are_told_together_each_on_a_line() -> None:
    text = small_definition(name="", method="trainning", crieria="x", validity="{months: two}")

    methods = "training, mentoring, consulting, online-learning, peer-support, event"
    wrong_method = f"expected one of {methods}; found “trainning” (did you mean training?)"
    months = "a whole number of months from 1 to 120, in digits"
    assert refusal(text).splitlines() == [
        f"{NAME} line 1, name: this field is missing",
        f"{NAME} line 3, method: {wrong_method}",
        f"{NAME} line 7, crieria: there is no such field (did you mean criteria?)",
        f"{NAME} line 8, validity, months: expected {months}, found “two”",
    ]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        pytest.param("name", '""', "expected text on one line, found nothing", id="empty"),
        pytest.param("caption", '" "', "expected text on one line, found “ ”", id="blank"),
        pytest.param("name", "x" * 81, "81 characters; at most 80", id="long-name"),
        pytest.param("name", '"a\\nb"', "text on one line, found “a b”", id="two-lines"),
        pytest.param("name", '" a"', "text on one line", id="space-before"),
        pytest.param("description", "x" * 501, "501 characters", id="long-description"),
        pytest.param("criteria", "x" * 10_001, "10001 characters", id="long-criteria"),
        pytest.param("language", "english", "a language tag such as en", id="language"),
        pytest.param("language", "CA", "a language tag such as en", id="upper-case-language"),
        pytest.param("achievementType", "Badges", "AchievementType", id="type"),
        pytest.param("achievementType", '"ext:"', "AchievementType", id="own-type-without-a-name"),
        pytest.param("tags", "editing", "expected a list, found text", id="tags-as-text"),
        pytest.param("tags", "[]", "0 in this list; at least 1", id="no-tags"),
        pytest.param("tags", "[a, a]", "the same stands twice", id="tag-twice"),
        pytest.param("tags", f"[{', '.join(map(str, range(21)))}]", "at most 20", id="many-tags"),
        pytest.param("validity", "{months: 0}", "whole number of months", id="no-months"),
        pytest.param("validity", "{months: 1.5}", "whole number of months", id="half-a-month"),
        pytest.param("validity", "{months: 121}", "whole number of months", id="many-months"),
        pytest.param("evidence", "{required: yes}", "one of true, false", id="yes"),
        pytest.param("fields", "{question: maybe}", "one of required, optional, off", id="asking"),
        pytest.param("fields", "{hours: off}", "asks for question, helped", id="other-method"),
        pytest.param("fields", "{helpd: off}", "did you mean helped", id="field-misspelled"),
    ],
)
def test_a_field_of_another_form_is_refused(field: str, value: str, words: str) -> None:
    message = refusal(small_definition(**{field: value}))

    assert f", {field}" in message
    assert words in message
    assert len(message.splitlines()) == 1


@pytest.mark.parametrize("value", ["NO", "010", "1.10", "12:30", "2026-01-31"])
def test_a_name_that_yaml_would_turn_into_something_else_stays_text(value: str) -> None:
    assert read_definition(NAME, small_definition(name=value).encode()).data["name"] == value


@pytest.mark.parametrize("url", ["https://example.org", "http://[::1]/x?y=(1)#z%20", "https://a?b"])
def test_web_addresses_are_welcome(url: str) -> None:
    text = changed("http://example.org/esco/1", f'"{url}"')

    assert read_definition(NAME, text.encode()).data["alignment"][1]["url"] == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "//evil.example",
        "ftp://x",
        "https://",
        "https://ex ample",
        "https://ñ.org",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    message = refusal(changed("http://example.org/esco/1", f'"{url}"'))

    assert f"{NAME} line 22, alignment, item 2, url: expected an address" in message


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        pytest.param(
            "key: sources",
            "key: copy-editing",
            "line 20, alignment, item 2, key",
            "the key copy-editing stands twice",
            id="alignment-twice",
        ),
        pytest.param(
            "key: score",
            "key: independence",
            "line 34, results, item 2, key",
            "the key independence stands twice",
            id="result-twice",
        ),
        pytest.param(
            "key: independent\n",
            "key: guided\n",
            "results, item 1, levels, item 2, key",
            "the key guided stands twice",
            id="level-twice",
        ),
        pytest.param(
            "key: score",
            "key: Final score",
            "results, item 2, key",
            "a short key",
            id="key-with-a-space",
        ),
        pytest.param(
            "type: Percent",
            "type: RubricCriterionLevel",
            "results, item 2, levels",
            "a RubricCriterionLevel needs this field",
            id="no-levels",
        ),
        pytest.param(
            "type: Percent",
            "type: Status",
            "results, item 2, minimum",
            "a Status has no minimum",
            id="bounds-of-a-status",
        ),
        pytest.param(
            "type: RubricCriterionLevel",
            "type: Percent",
            "results, item 1, levels",
            "a Percent has no levels",
            id="levels-of-a-percent",
        ),
        pytest.param(
            'type: Percent\n    minimum: "0"',
            "type: ScaledScore",
            "item 2, minimum",
            "a ScaledScore needs this field",
            id="scale-without-a-start",
        ),
        pytest.param(
            "maximum: 100",
            "maximum: 0.0",
            "results, item 2, minimum",
            "0 is not below the maximum, 0.0",
            id="empty-range",
        ),
        pytest.param(
            "maximum: 100",
            "maximum: 1e2",
            "results, item 2, maximum",
            "a decimal number",
            id="exponent",
        ),
        pytest.param(
            "maximum: 100",
            "maximum: ٣",
            "results, item 2, maximum",
            "a decimal number",
            id="other-digits",
        ),
    ],
)
def test_results_and_alignments_hold_together(old: str, new: str, place: str, words: str) -> None:
    message = refusal(changed(old, new))

    assert place in message
    assert words in message


def test_a_raw_score_may_be_a_count_without_a_maximum() -> None:
    text = changed("type: Percent", "type: RawScore").replace("    maximum: 100\n", "")

    assert "maximum" not in read_definition(NAME, text.encode()).data["results"][1]
