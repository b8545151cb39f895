"""Does the credential satisfy the schemas that it names?

Asked once the issuer is proven, since a schema is fetched from where the document says. A schema
that refuses rejects; one that cannot be had, or that is of a kind that is not applied here, is told
and decides nothing: the data model leaves schemas to the verifier, Open Badges asks for one type
alone, and its own published schemas are part of conformance already.

Spec: ob-v3p0#verification; vc-data-model-2.0#data-schemas
"""

from typing import Final

from openbadges.errors import Code, ExplainedError, MalformedError, UnavailableError
from openbadges.schemas.named import CARRIED, check_by_schema
from openbadges.strict import Document, parse_json_object
from verifier.checks.members import objects, strings, without_nulls
from verifier.report import Check, Finding
from verifier.work import OF_A_LIMIT
from verifier.world import World

SCHEMA_TYPE: Final = "1EdTechJsonSchemaValidator2019"
MAXIMUM_SCHEMAS: Final = 3  # named by one credential; each may cost a fetch (E15)
MAXIMUM_SCHEMA_BYTES: Final = 128 * 1024  # twice the published schema of AchievementCredential


def check_schemas(verified: Document, presented: Document, world: World) -> tuple[Finding, ...]:
    """Judge the JSON as it was presented, its proof included, by each schema that was signed."""
    named = list(objects(verified.get("credentialSchema")))
    if len(named) > MAXIMUM_SCHEMAS:
        sentence = f"it names {len(named)} schemas, of which none was applied"
        return (Finding.unknown(Check.SCHEMA, Code.SCHEMA, sentence),)
    return tuple(_check(entry, presented, world) for entry in named)


def _check(entry: Document, presented: Document, world: World) -> Finding:
    url = entry.get("id")
    if SCHEMA_TYPE not in strings(entry.get("type")) or not isinstance(url, str):
        return Finding.unknown(
            Check.SCHEMA,
            Code.SCHEMA,
            f"a schema of the type {entry.get('type')!r:.80} is not applied here",
        )
    try:
        world.work.begin(presented, extra=OF_A_LIMIT)
        if url in CARRIED:
            CARRIED[url](without_nulls({k: v for k, v in presented.items() if k != "proof"}))
        else:
            check_by_schema(presented, _fetch(url, world))
    except ExplainedError as error:
        return Finding.of(Check.SCHEMA, error)
    return Finding.passed(Check.SCHEMA, f"it is as the schema {url:.200} asks")


def _fetch(url: str, world: World) -> Document:
    try:
        data = world.source.fetch(url, maximum_bytes=MAXIMUM_SCHEMA_BYTES)
        return parse_json_object(data, what="a schema")
    except MalformedError as error:  # an address that is never fetched, or a page of excuses
        raise UnavailableError(f"the schema could not be had: {error}", code=error.code) from error
