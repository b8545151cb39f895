"""Compares a read file with schema.json, and says each difference in words for its author.

https://json-schema.org/draft/2020-12. What a schema cannot say (a key that stands twice, a
translation that lacks a level) is not here but in `definition` and `translation`.
"""

import difflib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from badge_classes.findings import LintFinding
from badge_classes.strict_yaml import YamlFile, found
from openbadges.strict import Document, parse_json_object

_SCHEMA_FILE: Final = Path(__file__).parent / "schema.json"
DEFINITION: Final = "#"
TRANSLATION: Final = "#/$defs/translation"


def schema_findings(file: YamlFile, part: str) -> list[LintFinding]:
    """Say every difference between `file` and a part of the schema, one a field, by line."""
    findings: dict[tuple[str | None, int | None], LintFinding] = {}
    for error in _validator(part).iter_errors(file.data):
        for finding in _findings_of(error, file):
            # An empty text is too short and has the wrong pattern; saying one of them is enough.
            findings.setdefault((finding.field, finding.line), finding)
    return sorted(findings.values(), key=lambda finding: finding.line or 0)


def did_you_mean(word: str, words: list[str]) -> str:
    """Suggest a word that was perhaps meant, as the end of a sentence, or nothing."""
    near = difflib.get_close_matches(word, words, n=1)
    return f" (did you mean {near[0]}?)" if near else ""


@cache
def _validator(part: str) -> Draft202012Validator:
    schema = parse_json_object(_SCHEMA_FILE.read_bytes(), what="schema.json")
    if part == DEFINITION:
        return Draft202012Validator(schema)
    return Draft202012Validator({"$ref": part, "$defs": schema["$defs"]})


def _findings_of(error: ValidationError, file: YamlFile) -> Iterator[LintFinding]:
    place = tuple(error.absolute_path)
    instance, value, schema = _parts_of(error)
    if error.validator == "required":
        # jsonschema gives one error for each missing field and names it only in its own sentence.
        for name in value:
            if name not in instance:
                yield file.finding((*place, name), "this field is missing")
    elif error.validator == "additionalProperties":
        known = list(schema["properties"])
        for name in instance:
            if name not in known:
                hint = did_you_mean(name, known) or f"; known are {', '.join(known)}"
                yield file.finding((*place, name), f"there is no such field{hint}")
    else:
        yield file.finding(place, _sentence(error))


def _sentence(error: ValidationError) -> str:
    instance, value, schema = _parts_of(error)
    if instance == "" or error.validator == "type":
        return f"expected {schema['description']}, found {found(instance)}"
    say = _SENTENCES.get(str(error.validator))
    if say is not None:
        return say(instance, value)
    return f"expected {schema['description']}, found {_quoted(instance)}"


def _parts_of(error: ValidationError) -> tuple[Any, Any, Any]:
    """Give what was found, the keyword's value, and the schema that it stands in."""
    return error.instance, error.validator_value, error.schema


_SENTENCES: Final[Mapping[str, Callable[[Any, Any], str]]] = {
    "maxLength": lambda text, limit: f"{len(text)} characters; at most {limit} are allowed",
    "minItems": lambda items, limit: f"{len(items)} in this list; at least {limit} are needed",
    "maxItems": lambda items, limit: f"{len(items)} in this list; at most {limit} are allowed",
    "uniqueItems": lambda *_: "the same stands twice in this list",
    "enum": lambda text, words: (
        f"expected one of {', '.join(words)}; found {_quoted(text)}{did_you_mean(text, words)}"
    ),
}


def _quoted(text: Document | list[Any] | str) -> str:
    shown = text if isinstance(text, str) else found(text)
    shown = shown.replace("\n", " ")
    return f"“{shown}”" if len(shown) <= 60 else f"“{shown[:57]}…”"  # noqa: PLR2004 -- a glimpse
