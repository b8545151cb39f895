"""Pages speak five languages completely, and the files hold what the pages say."""

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from service.translations import update
from service.web.languages import LANGUAGES, direction_of


@pytest.fixture(scope="module")
def template() -> Catalog:
    """What there is to translate now."""
    return update.extracted()


@pytest.mark.parametrize("tag", update.TRANSLATED)
def test_every_word_of_the_pages_is_translated(tag: str, template: Catalog) -> None:
    catalog = update.updated(tag, template)
    assert [message.id for message in update.untranslated(catalog)] == []


@pytest.mark.parametrize("tag", update.TRANSLATED)
def test_the_files_are_those_of_make_messages(tag: str, template: Catalog) -> None:
    catalog = update.updated(tag, template)
    path = update.po_path(tag)
    assert path.read_bytes() == update.written(catalog)
    assert path.with_suffix(".mo").read_bytes() == update.compiled(catalog)


def test_what_there_is_to_translate_is_written_down(template: Catalog) -> None:
    assert (update.FOLDER / "messages.pot").read_bytes() == update.written(template)


@pytest.mark.parametrize("tag", update.TRANSLATED)
def test_a_translation_has_the_placeholders_of_its_source(tag: str) -> None:
    with update.po_path(tag).open("rb") as file:
        catalog = read_po(file, locale=tag)
    wrong = {
        str(message.id): [str(error) for error in errors]
        for message in catalog
        if (errors := list(message.check(catalog)))
    }
    assert wrong == {}


@pytest.mark.parametrize("tag", update.TRANSLATED)
def test_a_plural_has_every_form_of_its_language(tag: str) -> None:
    with update.po_path(tag).open("rb") as file:
        catalog = read_po(file, locale=tag)
    plurals = [message for message in catalog if isinstance(message.id, tuple)]
    assert plurals
    assert {len(message.string or ()) for message in plurals} == {catalog.num_plurals}


def test_a_language_that_lacks_a_word_is_told(template: Catalog) -> None:
    empty = Catalog(locale="ca")
    for message in template:
        if message.id:
            empty.add(message.id)
    assert len(list(update.untranslated(empty))) == len(template)


def test_arabic_is_written_from_right_to_left_and_the_others_are_not() -> None:
    assert {tag for tag in LANGUAGES if direction_of(tag) == "rtl"} == {"ar"}
    assert direction_of("he-IL") == "rtl"
    assert direction_of("") == "ltr"
