"""Whether a document satisfies its JSON Schema: yes, or a refusal that names the faults.

A compiled validator gives the yes or no in microseconds; the sentences come from `report`, which
is imported for a refusal only. Whether a schema that a document names may be applied is decided
in `named`.

Spec: ob-v3p0#json-schema
"""

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

from jsonschema_rs import Draft201909Validator, ReferencingError, RegexOptions, ValidationError

from openbadges.errors import Code, MalformedError, UnsupportedError
from openbadges.models.readers import Reader, read_date, read_timestamp
from openbadges.models.versions import in_version_2_names, is_version_1
from openbadges.strict import Document, parse_json_object

# JSON values in a document that is explained. The report costs up to 0.5 ms for each, so half a
# minute and more for 1 MiB of faults; honest badges have some hundred (2 s of CPU is the budget).
MAXIMUM_REPORTED_NODES = 1000

# Compiled, a pattern of a foreign schema may take this much: then it matches a megabyte within a
# second. The engine is the linear one, which has neither lookaround nor back-references.
MAXIMUM_PATTERN_BYTES = 16 * 1024
MAXIMUM_PATTERN_CACHE_BYTES = 64 * 1024

_FOLDER: Final = files("openbadges.schemas")
SCHEMA_PATTERNS: Final = RegexOptions(
    size_limit=MAXIMUM_PATTERN_BYTES, dfa_size_limit=MAXIMUM_PATTERN_CACHE_BYTES
)


def check_achievement_credential(document: Document) -> None:
    """Return if the published schema of AchievementCredential accepts `document`.

    The schema knows version 2 of the data model only. A badge of version 1.1 is judged with the
    first context and the names of the dates as version 2 writes them.

    Raises:
        MalformedError: it does not (SCHEMA); the sentence names up to five faults.

    Spec: ob-v3p0#org.1edtech.ob.v3p0.achievementcredential.class
    """
    judged = in_version_2_names(document) if is_version_1(document) else document
    _check(judged, "achievement_credential.json", what="AchievementCredential")


def check_profile(document: Document) -> None:
    """Return if the published schema of Profile accepts `document`.

    Raises:
        MalformedError: it does not (SCHEMA); the sentence names up to five faults.

    Spec: ob-v3p0#org.1edtech.ob.v3p0.profile.class
    """
    _check(document, "profile.json", what="Profile")


def compile_schema(schema: Document) -> Draft201909Validator:
    """Compile a schema that refers to nothing outside itself.

    Raises:
        jsonschema_rs.ValidationError: it does; nothing was fetched.
    """
    return Draft201909Validator(schema, formats=dict(FORMATS), validate_formats=True, offline=True)


def is_refused(document: Document, schema: Document) -> bool:
    """Say if a foreign schema, surveyed and counted before, refuses a document.

    No more than yes or no: a report of a refusal copies the refused value for each branch of an
    anyOf, which some kilobytes of schema make into gigabytes. Formats are not asserted, which is
    what the dialect says of itself.

    Raises:
        UnsupportedError: it is no schema, refers elsewhere, or has a pattern that is not linear.
    """
    try:
        validator = Draft201909Validator(
            schema, validate_formats=False, pattern_options=SCHEMA_PATTERNS, offline=True
        )
    except (ValidationError, ReferencingError, ValueError) as error:
        raise UnsupportedError(
            "the schema is not applied: it is no JSON Schema, refers to another document, or has a"
            " pattern that is not matched here",
            code=Code.SCHEMA,
        ) from error
    return not validator.is_valid(document)


@cache
def load_schema(file: str, folder: Traversable = _FOLDER) -> Document:
    """Read a schema that lies beside this module, or in a folder like it.

    Raises:
        RuntimeError: it is not the file that the manifest names.
    """
    manifest = parse_json_object((folder / "manifest.json").read_bytes(), what="the manifest")
    sums = {entry["file"]: entry["sha256"] for entry in manifest["schemas"]}
    data = (folder / file).read_bytes()
    if hashlib.sha256(data).hexdigest() != sums[file]:
        raise RuntimeError(f"the schema {file} is not the file that its manifest names")
    return parse_json_object(data, what=file)


@cache
def _validator(file: str) -> Draft201909Validator:
    return compile_schema(load_schema(file))


def _check(document: Document, file: str, *, what: str) -> None:
    if _validator(file).is_valid(document):
        return
    raise MalformedError(
        f"the JSON Schema of {what} refuses this: {_faults(document, file)}", code=Code.SCHEMA
    )


def _faults(document: Document, file: str) -> str:
    if _has_more_nodes_than(MAXIMUM_REPORTED_NODES, document):
        return "it is too large to say where the faults are"
    from openbadges.schemas.report import find_faults  # noqa: PLC0415 -- slow, and rarely needed

    return find_faults(document, load_schema(file), FORMATS)


def _has_more_nodes_than(limit: int, document: object) -> bool:
    waiting: list[Any] = [document]
    count = 0
    while waiting and count <= limit:
        value = waiting.pop()
        count += 1
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return count > limit


def _accepted_by(reader: Reader) -> Callable[[object], bool]:
    """Make a format out of a reader, so that schema and models mean the same by a date."""

    def accepts(value: object) -> bool:
        if not isinstance(value, str):
            return True  # a format says nothing about other types
        try:
            reader(value, "")
        except MalformedError:
            return False
        return True

    return accepts


FORMATS: Final[Mapping[str, Callable[[object], bool]]] = {
    "date-time": _accepted_by(read_timestamp),
    "date": _accepted_by(read_date),
}
"""The formats that the published schemas use."""
