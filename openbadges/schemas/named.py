"""A schema that a credential names: one of those we carry, or one that its caller fetched.

It is looked through before it is compiled (`survey`), and what it costs is counted before it is
applied (`work`); nothing it refers to is fetched, and patterns are matched in linear time.
"""

from collections.abc import Callable, Mapping
from typing import Final

from openbadges.errors import Code, MalformedError, UnsupportedError
from openbadges.schemas.survey import survey_schema
from openbadges.schemas.validation import (
    check_achievement_credential,
    check_profile,
    is_refused,
)
from openbadges.schemas.work import SchemaWork
from openbadges.strict import Document

SCHEMA_DIALECT: Final = "https://json-schema.org/draft/2019-09/schema"

_FOLDER: Final = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/"
CARRIED: Final[Mapping[str, Callable[[Document], None]]] = {
    f"{_FOLDER}ob_v3p0_achievementcredential_schema.json": check_achievement_credential,
    f"{_FOLDER}ob_v3p0_profile_schema.json": check_profile,
}
"""The published schemas that are applied without being fetched, by their URLs."""


def check_by_schema(document: Document, schema: Document) -> None:
    """Return if a foreign schema accepts `document`.

    Raises:
        MalformedError: it refuses it (SCHEMA); where it does is not said.
        UnsupportedError: it is of another dialect than 2019-09, no schema, refers elsewhere, has
            what is not read here, or costs too much to apply (SCHEMA).

    Spec: ob-v3p0#verification
    """
    dialect = schema.get("$schema", SCHEMA_DIALECT)
    if not isinstance(dialect, str) or dialect.removesuffix("#") != SCHEMA_DIALECT:
        raise UnsupportedError(
            f"the schema is not applied: its dialect is {dialect!r:.80}, expected {SCHEMA_DIALECT}",
            code=Code.SCHEMA,
        )
    survey_schema(schema)
    SchemaWork(schema).check(document)
    if is_refused(document, schema):
        raise MalformedError("the schema that it names refuses it", code=Code.SCHEMA)
