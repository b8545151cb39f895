"""A badge class becomes an `Achievement` in one language, in terms of the Open Badges context."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from badge_classes.badge_class import BadgeClass
from badge_classes.loader import default_folder, load_catalogue
from openbadges.errors import MissingError
from openbadges.schemas.validation import check_achievement_credential
from openbadges.strict import Document, parse_json_object
from tests.catalogues import SPANISH, small_definition, write_version
from tests.conftest import ROOT

BASE_URL = "https://badges.example"
ADDRESS = "https://badges.example/badge-classes/first-edits/v1"
CONTEXTS = ROOT / "openbadges" / "jsonld" / "contexts"


@pytest.fixture
def first_edits(tmp_path: Path) -> BadgeClass:
    write_version(tmp_path, translations={"es": SPANISH})
    return load_catalogue(tmp_path).find("first-edits")


def test_the_full_achievement_has_every_text_of_its_language(first_edits: BadgeClass) -> None:
    assert first_edits.render_achievement(base_url=BASE_URL, language="es") == {
        "id": f"{ADDRESS}/es",
        "type": ["Achievement"],
        "achievementType": "Badge",
        "name": "Primeras ediciones",
        "description": "Hizo diez ediciones que se quedaron.",
        "criteria": {"narrative": "Diez ediciones en el espacio principal."},
        "image": {
            "id": f"{ADDRESS}/badge.svg",
            "type": "Image",
            "caption": "Un libro abierto con un lápiz",
        },
        "inLanguage": "es",
        "version": "1",
        "tag": ["edición"],
        "alignment": [
            {
                "type": ["Alignment"],
                "targetName": "Corrección de textos",
                "targetUrl": "https://www.wikidata.org/entity/Q901",
                "targetFramework": "Wikidata",
                "targetCode": "Q901",
                "targetDescription": "Correcting a text before others read it",
            },
            {
                "type": ["Alignment"],
                "targetName": "Sources",
                "targetUrl": "http://example.org/esco/1",
            },
        ],
        "resultDescription": [
            {
                "id": f"{ADDRESS}/es#independence",
                "type": ["ResultDescription"],
                "name": "Con cuánta autonomía se hizo",
                "resultType": "RubricCriterionLevel",
                "rubricCriterionLevel": [
                    {
                        "id": f"{ADDRESS}/es#independence.guided",
                        "type": ["RubricCriterionLevel"],
                        "name": "Con ayuda",
                        "description": "Alguien se sentó al lado",
                        "level": "1",
                    },
                    {
                        "id": f"{ADDRESS}/es#independence.independent",
                        "type": ["RubricCriterionLevel"],
                        "name": "Por su cuenta",
                        "level": "2",
                    },
                ],
            },
            {
                "id": f"{ADDRESS}/es#score",
                "type": ["ResultDescription"],
                "name": "Puntuación del cuestionario",
                "resultType": "Percent",
                "valueMin": "0",
                "valueMax": "100",
            },
        ],
        "related": [{"id": f"{ADDRESS}/en", "type": ["Related"], "inLanguage": "en"}],
    }


def test_the_smallest_achievement_has_no_empty_members(tmp_path: Path) -> None:
    write_version(tmp_path, "wiki-friend/v1", definition=small_definition())

    achievement = (
        load_catalogue(tmp_path)
        .find("wiki-friend")
        .render_achievement(base_url=f"{BASE_URL}/", language="en")
    )

    assert achievement["id"] == "https://badges.example/badge-classes/wiki-friend/v1/en"
    assert set(achievement) == {
        *("id", "type", "achievementType", "name", "description", "criteria", "image"),
        *("inLanguage", "version"),
    }


def test_a_language_that_is_not_there_is_missing_and_the_others_are_named(
    first_edits: BadgeClass,
) -> None:
    with pytest.raises(MissingError, match=r"first-edits@1 .* 'ca'; it is written in en, es"):
        first_edits.render_achievement(base_url=BASE_URL, language="ca")


def test_every_achievement_fits_the_published_schema(first_edits: BadgeClass) -> None:
    for badge_class in (first_edits, *load_catalogue(default_folder())):
        for language in badge_class.languages:
            check_achievement_credential(
                _credential(badge_class.render_achievement(base_url=BASE_URL, language=language))
            )


def test_only_terms_of_the_contexts_are_written(first_edits: BadgeClass) -> None:
    general, badges = _context("credentials-v2.json"), _context("ob-3.0.3.json")
    for language in first_edits.languages:
        for node in _nodes(first_edits.render_achievement(base_url=BASE_URL, language=language)):
            kinds = node.get("type", [])
            terms = set(general) | set(badges)
            for kind in [kinds] if isinstance(kinds, str) else kinds:
                terms |= set(badges[kind]["@context"])
            assert set(node) <= terms


def _context(file: str) -> Document:
    document = parse_json_object((CONTEXTS / file).read_bytes(), what=file)
    terms: Document = document["@context"]
    return terms


def _nodes(node: Document) -> Iterator[Document]:
    yield node
    for member in node.values():
        for item in member if isinstance(member, list) else [member]:
            if isinstance(item, dict):
                yield from _nodes(item)


def _credential(achievement: Document) -> Document:
    return {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "urn:uuid:5b9a1f53-4b1c-4b8e-9d6e-0d3c6f3c7a11",
        "type": ["VerifiableCredential", "AchievementCredential"],
        "issuer": {"id": "https://badges.example/issuer", "type": ["Profile"]},
        "validFrom": "2026-03-01T12:00:00Z",
        "credentialSubject": {
            "id": "urn:uuid:0c4f7c52-2f5a-4b54-8ad2-0f6f0c8e8d02",
            "type": ["AchievementSubject"],
            "achievement": achievement,
        },
    }
