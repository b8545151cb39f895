"""What is published of a badge class: JSON-LD that loses nothing, and no draft."""

from dataclasses import replace

import pytest

from badge_classes.badge_class import BadgeClass
from badge_classes.catalogue import Catalogue
from badge_classes.loader import default_folder, load_catalogue
from issuer.composition import CONTEXTS
from issuer.public_documents import badge_class_documents
from openbadges.jsonld import canonicalize
from openbadges.strict import Document, parse_json_object

BASE_URL = "https://badges.example"
ADDRESS = f"{BASE_URL}/badge-classes/first-edits/v1"


@pytest.fixture
def first_edits(catalogue: Catalogue) -> BadgeClass:
    return catalogue.find("first-edits")


def documents_of(badge_class: BadgeClass) -> dict[str, Document]:
    """Give the achievements by their address."""
    return {
        document.url: parse_json_object(document.body, what=document.url)
        for document in badge_class_documents(badge_class, BASE_URL)
        if document.media_type == "application/ld+json"
    }


def test_there_is_an_achievement_at_its_id_in_every_language(first_edits: BadgeClass) -> None:
    documents = documents_of(first_edits)
    assert set(documents) == {f"{ADDRESS}/en", f"{ADDRESS}/es"}
    for url, document in documents.items():
        expected = first_edits.render_achievement(base_url=BASE_URL, language=url[-2:])
        assert document == {"@context": list(CONTEXTS), **expected}
        assert document["id"] == url


def test_an_achievement_names_no_creator_because_several_may_award_it(
    first_edits: BadgeClass,
) -> None:
    assert not any("creator" in document for document in documents_of(first_edits).values())


def test_the_picture_is_published_byte_for_byte(first_edits: BadgeClass) -> None:
    (picture,) = (
        document
        for document in badge_class_documents(first_edits, BASE_URL)
        if document.url == f"{ADDRESS}/badge.svg"
    )
    assert (picture.body, picture.media_type) == (first_edits.picture.data, "image/svg+xml")


def test_a_translation_that_is_a_draft_is_neither_published_nor_named(
    first_edits: BadgeClass,
) -> None:
    draft = replace(first_edits.wording("es"), locked=False)
    documents = documents_of(replace(first_edits, wordings={**first_edits.wordings, "es": draft}))
    assert set(documents) == {f"{ADDRESS}/en"}
    assert "related" not in documents[f"{ADDRESS}/en"]


def test_no_term_of_what_comes_along_is_lost_in_its_graph() -> None:
    for badge_class in load_catalogue(default_folder()):
        for document in documents_of(badge_class).values():
            graph = canonicalize(document).decode()
            for text in (document["name"], document["image"]["caption"], document["inLanguage"]):
                assert f'"{text}"' in graph
