"""All texts of a badge class in one language, and the two steps that make them.

A translation is laid over the source's data, and what comes out is read like a source: so every
language has the same results, levels and alignments, whatever a translation says. Both come
here checked, by `definition` and `translation`.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from openbadges.strict import Document

_TRANSLATED = ("name", "description", "criteria", "caption", "tags")


@dataclass(frozen=True, slots=True)
class Alignment:
    """A link to a node of a framework: a skill, a competency, a Wikidata item."""

    key: str
    name: str
    url: str
    framework: str | None
    code: str | None
    description: str | None


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a rubric."""

    key: str
    name: str
    description: str | None


@dataclass(frozen=True, slots=True)
class ResultDescription:
    """A result that an award may state; `type` is the standard's ResultType.

    `levels` go from the lowest to the highest; `minimum` and `maximum` are decimal numbers as text.
    """

    key: str
    name: str
    type: str
    required: bool
    levels: tuple[Level, ...]
    minimum: str | None
    maximum: str | None


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts in one language, and the file that they were written in.

    `locked` says that LOCK has that very file. `criteria` is Markdown.
    """

    language: str
    name: str
    description: str
    criteria: str
    caption: str
    tags: tuple[str, ...]
    alignments: tuple[Alignment, ...]
    results: tuple[ResultDescription, ...]
    evidence_ask: str | None
    source: bytes
    locked: bool

    @property
    def sha256(self) -> str:
        """The SHA-256 of the file in hex, as LOCK has it."""
        return hashlib.sha256(self.source).hexdigest()


def read_wording(data: Document, *, language: str, source: bytes, locked: bool) -> Wording:
    """Read the texts of a checked definition, or of one with a translation laid over it."""
    return Wording(
        language=language,
        name=data["name"],
        description=data["description"],
        criteria=data["criteria"],
        caption=data["caption"],
        tags=tuple(data.get("tags", ())),
        alignments=tuple(_alignment(item) for item in data.get("alignment", ())),
        results=tuple(_result(item) for item in data.get("results", ())),
        evidence_ask=data.get("evidence", {}).get("ask"),
        source=source,
        locked=locked,
    )


def lay_over(source: Document, translation: Document) -> Document:
    """Put a checked translation's texts in the places of the source's."""
    alignments = translation.get("alignment", {})
    results = translation.get("results", {})
    return (
        source
        | {field: translation[field] for field in _TRANSLATED if field in translation}
        | {
            "alignment": [
                item | alignments.get(item["key"], {}) for item in source.get("alignment", ())
            ],
            "results": [
                _lay_over_result(item, results[item["key"]]) for item in source.get("results", ())
            ],
            "evidence": source.get("evidence", {}) | translation.get("evidence", {}),
        }
    )


def _lay_over_result(source: Document, translation: Document) -> Document:
    result = source | {"name": translation["name"]}
    if "levels" in source:
        result["levels"] = [
            level | translation["levels"][level["key"]] for level in source["levels"]
        ]
    return result


def _alignment(item: dict[str, Any]) -> Alignment:
    return Alignment(
        key=item["key"],
        name=item["name"],
        url=item["url"],
        framework=item.get("framework"),
        code=item.get("code"),
        description=item.get("description"),
    )


def _result(item: dict[str, Any]) -> ResultDescription:
    return ResultDescription(
        key=item["key"],
        name=item["name"],
        type=item["type"],
        required=item.get("required") == "true",
        levels=tuple(
            Level(level["key"], level["name"], level.get("description"))
            for level in item.get("levels", ())
        ),
        minimum=item.get("minimum"),
        maximum=item.get("maximum"),
    )
