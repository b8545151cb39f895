"""What the data model asks of a credential beyond its JSON Schema.

Judged on the JSON as it was presented. The schemas are in `openbadges.schemas`; whether the
members are signed is asked in `openbadges.jsonld`; `proof` is left to those who verify it.

Spec: vc-data-model-2.0#basic-concepts; ob-v3p0#conformance
"""

from collections.abc import Mapping
from typing import Final

from openbadges.errors import Code, MalformedError
from openbadges.models.credential import credential_class
from openbadges.models.model import values_of
from openbadges.models.readers import read_object, read_text, read_uri
from openbadges.models.versions import (
    VERSION_1_CONTEXT,
    VERSION_1_NAMES,
    VERSION_2_CONTEXT,
    first_context,
    is_version_1,
)
from openbadges.strict import Document, describe

NEEDED_MEMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "credentialStatus": ("type",),
    "credentialSchema": ("id", "type"),
    "refreshService": ("type",),
    "termsOfUse": ("type",),
    "evidence": ("type",),
    "relatedResource": ("id",),
}
"""The members of a credential whose values are objects, and what each object must have."""

_DIGESTS: Final = frozenset({"digestSRI", "digestMultibase"})


def check_credential(document: Document) -> None:
    """Return if `document` is a credential as the data model writes them.

    A badge or an endorsement is judged as such, and every other type by the data model alone.

    Raises:
        MalformedError: it is not (DATA_MODEL), has a language map where text stands
            (LANGUAGE_MAP), or an id that is no absolute URI (RELATIVE_IRI, INVALID_IRI).
    """
    check_first_context(document)
    _check_names_of_the_version(document)
    credential_class(document).parse(document)
    _check_subjects(document)
    for name, needed in NEEDED_MEMBERS.items():
        if name in document:
            check_objects(name, document[name], needed)
    _check_related_resources(document)


def check_first_context(document: Document) -> None:
    """Return if the first context says which version of the data model is spoken.

    Raises:
        MalformedError: it does not (DATA_MODEL).
    """
    first = first_context(document)
    if first not in (VERSION_1_CONTEXT, VERSION_2_CONTEXT):
        found = repr(first)[:80] if isinstance(first, str) else describe(first)
        raise MalformedError(
            f"@context: expected {VERSION_2_CONTEXT} first, found {found}", code=Code.DATA_MODEL
        )


def _check_names_of_the_version(document: Document) -> None:
    """Refuse a date under the other version's name: readers would disagree about it."""
    is_old = is_version_1(document)
    for new, old in VERSION_1_NAMES.items():
        foreign, own = (new, old) if is_old else (old, new)
        if foreign in document:
            version = "1.1" if is_old else "2.0"
            raise MalformedError(
                f"{foreign}: version {version} of the data model calls it {own}",
                code=Code.DATA_MODEL,
            )
    if is_old and document.get("issuanceDate") is None:
        raise MalformedError("issuanceDate is missing", code=Code.DATA_MODEL)


def _check_subjects(document: Document) -> None:
    subjects = values_of(document.get("credentialSubject"))
    if not subjects:
        raise MalformedError("credentialSubject is missing", code=Code.DATA_MODEL)
    for subject in subjects:
        if not read_object(subject, "credentialSubject"):
            raise MalformedError("credentialSubject: nothing is said of it", code=Code.DATA_MODEL)


def check_objects(name: str, value: object, needed: tuple[str, ...]) -> None:
    """Return if a member's values are objects that have what each of them needs.

    Raises:
        MalformedError: one is not (DATA_MODEL), or has an id that is no absolute URI.
    """
    for entry in value if isinstance(value, list) else [value]:
        found = read_object(entry, name)
        for member in needed:
            if not values_of(found.get(member)):
                raise MalformedError(f"{name}.{member} is missing", code=Code.DATA_MODEL)
        for kind in values_of(found.get("type")):
            read_text(kind, f"{name}.type")
        if found.get("id") is not None:
            read_uri(found["id"], f"{name}.id")


def _check_related_resources(document: Document) -> None:
    """Refuse a resource that cannot be recognised, or that is described twice.

    Spec: vc-data-model-2.0#integrity-of-related-resources
    """
    resources = values_of(document.get("relatedResource"))
    for resource in resources:
        if _DIGESTS.isdisjoint(resource):
            raise MalformedError(
                "relatedResource: expected digestSRI or digestMultibase, found neither",
                code=Code.DATA_MODEL,
            )
    if len({resource["id"] for resource in resources}) < len(resources):
        raise MalformedError("relatedResource: one id stands twice", code=Code.DATA_MODEL)
