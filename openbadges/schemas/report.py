"""Where and why a document fails its JSON Schema, in words.

Slower than the check itself by three orders of magnitude, so it runs on refusals alone and on
documents that `validation` found small enough.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby, islice
from typing import Any, Final

from jsonschema import Draft201909Validator, FormatChecker, ValidationError
from referencing import Registry

from openbadges.strict import Document, describe

MAXIMUM_REPORTED_FAULTS = 5  # a person reads this

_TYPES: Final = {
    "object": "an object",
    "array": "an array",
    "string": "a string",
    "number": "a number",
    "boolean": "true or false",
}


def find_faults(
    document: Document, schema: Document, formats: Mapping[str, Callable[[object], bool]]
) -> str:
    """Describe the first faults, each with its path."""
    checker = FormatChecker(formats=())
    for name, accepts in formats.items():
        checker.checks(name)(accepts)
    # A registry of our own: the default one would fetch what a schema refers to.
    validator = Draft201909Validator(schema, registry=Registry(), format_checker=checker)
    sentences = (
        _sentence(fault) for error in validator.iter_errors(document) for fault in _leaves(error)
    )
    found = list(islice(dict.fromkeys(sentences), MAXIMUM_REPORTED_FAULTS + 1))
    if len(found) > MAXIMUM_REPORTED_FAULTS:
        found[-1] = "and more"
    # The two libraries read a few patterns differently, such as "$" before a final line break.
    return "; ".join(found) or "a value has a form that its pattern does not allow"


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    """Give the faults that a reader can mend: those of the branch that was meant."""
    branches = _branches(error)
    if not branches:
        yield error
        return
    yield from min(branches, key=lambda faults: _is_of_another_type(faults, error))


def _branches(error: ValidationError) -> list[list[ValidationError]]:
    """Give the faults of each branch of a oneOf or anyOf, without language maps.

    The schema allows language maps wherever text stands; we refuse them (LANGUAGE_MAP).
    """
    alternatives: Any = error.validator_value
    by_branch = groupby(error.context or (), key=lambda fault: fault.relative_schema_path[0])
    return [
        [leaf for fault in faults for leaf in _leaves(fault)]
        for branch, faults in by_branch
        if "propertyNames" not in alternatives[branch]
    ]


def _is_of_another_type(faults: Iterable[ValidationError], whole: ValidationError) -> bool:
    """Whether a branch was not meant at all: it wants another type than the one that is there."""
    place = len(whole.absolute_path)
    return any(fault.validator == "type" and len(fault.absolute_path) == place for fault in faults)


def _sentence(error: ValidationError) -> str:
    return f"{_path(error.absolute_path) or 'the document'}: {_complaint(error)}"


def _path(steps: Iterable[str | int]) -> str:
    text = ""
    for step in steps:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step:.60}" if text else f"{step:.60}"
    return text


def _complaint(error: ValidationError) -> str:
    complain = _COMPLAINTS.get(str(error.validator))
    if complain is None:
        return f"its schema asks for {error.validator}"
    return complain(error.validator_value, error.instance, error.schema)


def _found(value: object) -> str:
    return f"{value!r:.60}" if isinstance(value, str) else describe(value)


def _listed(values: Iterable[object]) -> str:
    return f"{', '.join(str(value) for value in values):.120}"


# By JSON Schema keyword: what it asked for, and what was there instead. The arguments are the
# keyword's value, the judged value, and the schema in which the keyword stands.
_COMPLAINTS: Final[Mapping[str, Callable[[Any, Any, Any], str]]] = {
    "type": lambda wanted, value, _: f"expected {_TYPES[wanted]}, found {describe(value)}",
    "required": lambda wanted, value, _: f"lacks {_listed(n for n in wanted if n not in value)}",
    "enum": lambda wanted, value, _: f"expected {_listed(wanted)}; found {_found(value)}",
    "contains": lambda wanted, *_: f"expected {' or '.join(wanted['enum'])} among its values",
    "pattern": lambda wanted, value, _: f"expected the form {wanted}, found {_found(value)}",
    "format": lambda wanted, value, _: f"expected a {wanted}, found {_found(value)}",
    "minItems": lambda wanted, value, _: f"expected at least {wanted} values, found {len(value)}",
    "additionalProperties": lambda _, value, schema: (
        f"does not have members called {_listed(sorted(value.keys() - schema['properties']))}"
    ),
}
