"""Checks a translation (`vN.i18n/<language>.yaml`) against the definition that it translates.

How it is laid over the definition is in `wording`.
"""

from collections.abc import Iterator

from badge_classes.findings import BadgeClassError, LintFinding
from badge_classes.schema_check import TRANSLATION, schema_findings
from badge_classes.strict_yaml import Place, YamlFile, read_yaml
from openbadges.strict import Document


def read_translation(name: str, data: bytes, *, source: YamlFile) -> YamlFile:
    """Read and check one translation of the checked definition `source`.

    Raises:
        BadgeClassError: it is not what the format asks for, lacks a text of the source, or has
            one that the source has not; every fault is named.
    """
    file = read_yaml(name, data)
    findings = schema_findings(file, TRANSLATION) or list(_findings(file, source.data))
    if findings:
        raise BadgeClassError(findings)
    return file


def _findings(file: YamlFile, source: Document) -> Iterator[LintFinding]:
    given = set(_leaves(file.data))
    needed, welcome = set(_needed(source)), set(_welcome(source))
    for place in sorted(needed - given):
        yield file.finding(place, "the source has this text, and the translation lacks it")
    for place in sorted(given - needed - welcome):
        yield file.finding(place, "the source has no such text; keys are written as in the source")


def _leaves(data: Document, place: Place = ()) -> Iterator[tuple[str, ...]]:
    """Give the places of all texts below the four that the schema requires."""
    for field, value in data.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*place, field))
        elif place:
            yield tuple(str(step) for step in (*place, field))


def _needed(source: Document) -> Iterator[tuple[str, ...]]:
    for result in source.get("results", ()):
        place = ("results", result["key"])
        yield (*place, "name")
        for level in result.get("levels", ()):
            # A description in the source's language would otherwise stand in the translation.
            yield from (
                (*place, "levels", level["key"], field)
                for field in ("name", "description")
                if field in level
            )
    if "ask" in source.get("evidence", {}):
        yield ("evidence", "ask")


def _welcome(source: Document) -> Iterator[tuple[str, ...]]:
    for alignment in source.get("alignment", ()):
        yield from (
            ("alignment", alignment["key"], field)
            for field in ("name", "description")
            if field in alignment
        )
