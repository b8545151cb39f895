"""A translation has the texts of its source, no more and no fewer."""

import pytest

from badge_classes.definition import read_definition
from badge_classes.findings import BadgeClassError
from badge_classes.translation import read_translation
from badge_classes.wording import lay_over, read_wording
from tests.catalogues import DEFINITION, SPANISH, small_definition

NAME = "first-edits/v1.i18n/es.yaml"
SOURCE = read_definition("first-edits/v1.yaml", DEFINITION.encode())
MINIMUM = "name: N\ndescription: D\ncriteria: C\ncaption: P\n"


def refusal(text: str) -> str:
    with pytest.raises(BadgeClassError) as caught:
        read_translation(NAME, text.encode(), source=SOURCE)
    return str(caught.value)


def changed(old: str, new: str) -> str:
    """Change the full translation; the line must be there."""
    assert SPANISH.count(old) == 1
    return SPANISH.replace(old, new)


def test_a_translation_is_laid_over_its_source() -> None:
    file = read_translation(NAME, SPANISH.encode(), source=SOURCE)

    wording = read_wording(
        lay_over(SOURCE.data, file.data), language="es", source=SPANISH.encode(), locked=False
    )

    assert wording.name == "Primeras ediciones"
    assert wording.tags == ("edición",)
    assert [alignment.name for alignment in wording.alignments] == [
        "Corrección de textos",
        "Sources",
    ]
    assert wording.alignments[0].url == "https://www.wikidata.org/entity/Q901"
    independence, score = wording.results
    assert independence.required
    assert [level.name for level in independence.levels] == ["Con ayuda", "Por su cuenta"]
    assert independence.levels[0].description == "Alguien se sentó al lado"
    assert (score.name, score.type, score.minimum) == (
        "Puntuación del cuestionario",
        "Percent",
        "0",
    )
    assert wording.evidence_ask == "Un enlace a las ediciones"


def test_laying_over_leaves_the_source_as_it_was() -> None:
    file = read_translation(NAME, SPANISH.encode(), source=SOURCE)

    lay_over(SOURCE.data, file.data)

    assert SOURCE.data == read_definition("again", DEFINITION.encode()).data


def test_a_small_source_needs_four_texts() -> None:
    source = read_definition("wiki-friend/v1.yaml", small_definition().encode())

    file = read_translation(NAME, MINIMUM.encode(), source=source)

    assert lay_over(source.data, file.data)["name"] == "N"


def test_everything_that_is_missing_is_named() -> None:
    lacks = "the source has this text, and the translation lacks it"

    assert refusal(MINIMUM).splitlines() == [
        f"{NAME} line 1, {field}: {lacks}"
        for field in [
            "evidence, ask",
            "results, independence, levels, guided, description",
            "results, independence, levels, guided, name",
            "results, independence, levels, independent, name",
            "results, independence, name",
            "results, score, name",
        ]
    ]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        pytest.param("  score:", "  points:", "line 16, results, points, name", id="result"),
        pytest.param(
            "{name: Por su cuenta}",
            "{name: Por su cuenta, description: Sí}",
            "line 14, results, independence, levels, independent, description",
            id="level",
        ),
        pytest.param(
            "  copy-editing:", "  editing:", "line 8, alignment, editing, name", id="alignment"
        ),
    ],
)
def test_what_the_source_has_not_is_named(old: str, new: str, place: str) -> None:
    assert f"{NAME} {place}: the source has no such text" in refusal(changed(old, new))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        pytest.param("name: Primeras ediciones\n", "", "name: this field is missing", id="missing"),
        pytest.param("caption: ", "method: training\ncaption: ", "no such field", id="policy"),
        pytest.param("  score:\n", "  - score:\n", "not YAML", id="list-in-fields"),
        pytest.param("{name: Con ayuda, ", "{nam: Con ayuda, ", "did you mean name?", id="typo"),
        pytest.param("  ask: Un enlace", "  ask: \n  # Un enlace", "found nothing", id="empty"),
    ],
)
def test_a_translation_of_another_form_is_refused(old: str, new: str, words: str) -> None:
    assert words in refusal(changed(old, new))
