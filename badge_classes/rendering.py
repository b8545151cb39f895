"""Renders a badge class as an Open Badges 3.0 `Achievement` in one language.

https://www.imsglobal.org/spec/ob/v3p0#achievement. Only terms of the Open Badges context are
written, and no language maps: under that context a language map becomes an empty node that is not
signed. `creator` is not added here but by the issuer, who knows who it is.
"""

from collections.abc import Iterable, Sequence

from badge_classes.wording import Alignment, Level, ResultDescription, Wording
from openbadges.strict import Document


def class_url(base_url: str, slug: str, version: int) -> str:
    """Give the address under which one version and everything that belongs to it is published."""
    return f"{base_url.rstrip('/')}/badge-classes/{slug}/v{version}"


def result_id(achievement_id: str, result: str) -> str:
    """Give the id of a result description, which a result names."""
    return f"{achievement_id}#{result}"


def level_id(achievement_id: str, result: str, level: str) -> str:
    """Give the id of a rubric level; keys have no full stop, so no two ids are alike."""
    return f"{achievement_id}#{result}.{level}"


def render_achievement(  # noqa: PLR0913 -- the class, one of its wordings, and where it is published
    *,
    slug: str,
    version: int,
    achievement_type: str,
    wording: Wording,
    languages: Sequence[str],
    base_url: str,
) -> Document:
    """Render the `Achievement`; `languages` are all that the badge class is written in.

    Spec: ob-v3p0#achievement
    """
    address = class_url(base_url, slug, version)
    achievement_id = f"{address}/{wording.language}"
    achievement: Document = {
        "id": achievement_id,
        "type": ["Achievement"],
        "achievementType": achievement_type,
        "name": wording.name,
        "description": wording.description,
        "criteria": {"narrative": wording.criteria},
        "image": {"id": f"{address}/badge.svg", "type": "Image", "caption": wording.caption},
        "inLanguage": wording.language,
        "version": str(version),
    }
    lists = {
        "tag": list(wording.tags),
        "alignment": [_alignment(item) for item in wording.alignments],
        "resultDescription": [_result(item, achievement_id) for item in wording.results],
        "related": [
            {"id": f"{address}/{language}", "type": ["Related"], "inLanguage": language}
            for language in languages
            if language != wording.language
        ],
    }
    return achievement | {term: members for term, members in lists.items() if members}


def _alignment(alignment: Alignment) -> Document:
    return _present(
        {
            "type": ["Alignment"],
            "targetName": alignment.name,
            "targetUrl": alignment.url,
            "targetFramework": alignment.framework,
            "targetCode": alignment.code,
            "targetDescription": alignment.description,
        }
    )


def _result(result: ResultDescription, achievement_id: str) -> Document:
    return _present(
        {
            "id": result_id(achievement_id, result.key),
            "type": ["ResultDescription"],
            "name": result.name,
            "resultType": result.type,
            "rubricCriterionLevel": list(_levels(result, achievement_id)) or None,
            "valueMin": result.minimum,
            "valueMax": result.maximum,
        }
    )


def _levels(result: ResultDescription, achievement_id: str) -> Iterable[Document]:
    # The levels are a set in the signed graph; `level` keeps their order, from 1 for the lowest.
    for number, level in enumerate(result.levels, start=1):
        yield _level(level, number, level_id(achievement_id, result.key, level.key))


def _level(level: Level, number: int, identifier: str) -> Document:
    return _present(
        {
            "id": identifier,
            "type": ["RubricCriterionLevel"],
            "name": level.name,
            "description": level.description,
            "level": str(number),
        }
    )


def _present(members: Document) -> Document:
    return {term: value for term, value in members.items() if value is not None}
