"""Checks a definition (`vN.yaml`) and says what the form of a schema cannot.

Texts in other languages are checked in `translation`, the picture in `picture`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from badge_classes.findings import BadgeClassError, LintFinding
from badge_classes.methods import FIELDS, Asking, Method
from badge_classes.schema_check import DEFINITION, did_you_mean, schema_findings
from badge_classes.strict_yaml import Place, YamlFile, read_yaml


@dataclass(frozen=True, slots=True)
class _Rule:
    """What one ResultType asks for beside a name: "needed", "allowed" or "refused"."""

    levels: str = "refused"
    bounds: str = "refused"


_RULES: Final[Mapping[str, _Rule]] = {
    "RubricCriterionLevel": _Rule(levels="needed"),
    "ScaledScore": _Rule(bounds="needed"),
    "RawScore": _Rule(bounds="allowed"),  # a count has no maximum
    "Percent": _Rule(bounds="allowed"),
    "PredictedScore": _Rule(bounds="allowed"),
    "RubricScore": _Rule(bounds="allowed"),
    "GradePointAverage": _Rule(bounds="allowed"),
}
_ANY_OTHER: Final = _Rule()


def read_definition(name: str, data: bytes) -> YamlFile:
    """Read and check one definition; `name` is what its findings call it.

    Raises:
        BadgeClassError: it is not what the format asks for; every fault is named.
    """
    file = read_yaml(name, data)
    findings = schema_findings(file, DEFINITION) or list(_findings(file))
    if findings:
        raise BadgeClassError(findings)
    return file


def asking_of(file: YamlFile) -> dict[str, Asking]:
    """Give what a checked definition says of its method's fields."""
    return {name: Asking(word) for name, word in file.data.get("fields", {}).items()}


def _findings(file: YamlFile) -> Iterator[LintFinding]:
    """Check what holds between fields; their forms have been checked before."""
    yield from _repeated_keys(file, ("alignment",), file.data.get("alignment", ()))
    yield from _repeated_keys(file, ("results",), file.data.get("results", ()))
    for index, result in enumerate(file.data.get("results", ())):
        place: Place = ("results", index)
        yield from _repeated_keys(file, (*place, "levels"), result.get("levels", ()))
        yield from _result(file, place, result)
    yield from _fields(file)


def _repeated_keys(
    file: YamlFile, place: Place, items: Iterable[dict[str, Any]]
) -> Iterator[LintFinding]:
    seen: set[str] = set()
    for index, item in enumerate(items):
        if item["key"] in seen:
            yield file.finding((*place, index, "key"), f"the key {item['key']} stands twice")
        seen.add(item["key"])


def _result(file: YamlFile, place: Place, result: dict[str, Any]) -> Iterator[LintFinding]:
    rule = _RULES.get(result["type"], _ANY_OTHER)
    wishes = {"levels": rule.levels, "minimum": rule.bounds, "maximum": rule.bounds}
    for field, wish in wishes.items():
        if wish == "needed" and field not in result:
            yield file.finding((*place, field), f"a {result['type']} needs this field")
        if wish == "refused" and field in result:
            yield file.finding((*place, field), f"a {result['type']} has no {field}")
    if "minimum" in result and "maximum" in result:
        low, high = Decimal(result["minimum"]), Decimal(result["maximum"])
        if low >= high:
            yield file.finding((*place, "minimum"), f"{low} is not below the maximum, {high}")


def _fields(file: YamlFile) -> Iterator[LintFinding]:
    method = Method(file.data["method"])
    known = [field.name for field in FIELDS[method]]
    for name in file.data.get("fields", {}):
        if name not in known:
            hint = did_you_mean(name, known)
            yield file.finding(
                ("fields", name), f"{method} asks for {', '.join(known)} and for no {name}{hint}"
            )
