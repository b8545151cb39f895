"""The two versions of the Verifiable Credentials Data Model, and the names that differ.

Everything above speaks the names of version 2. Which contexts are carried is in
`openbadges.jsonld`.

Spec: vc-data-model-2.0#contexts; vc-data-model-1.1#contexts
"""

from collections.abc import Mapping
from typing import Final

from openbadges.strict import Document

VERSION_1_CONTEXT = "https://www.w3.org/2018/credentials/v1"
VERSION_2_CONTEXT = "https://www.w3.org/ns/credentials/v2"

VERSION_1_NAMES: Final[Mapping[str, str]] = {
    "validFrom": "issuanceDate",
    "validUntil": "expirationDate",
}
"""What version 1 calls a member of version 2."""


def first_context(document: Document) -> object:
    """Give the first entry of `@context`, which says the version; None if there is none."""
    context = document.get("@context")
    if isinstance(context, list):
        return context[0] if context else None
    return context


def is_version_1(document: Document) -> bool:
    """Whether a document speaks version 1.1 of the data model."""
    return first_context(document) == VERSION_1_CONTEXT


def in_version_2_names(document: Document) -> Document:
    """Give a copy of a version 1 document as version 2 writes it; for checks, never for proofs.

    Only the first context and the names of the dates change. A name that stands there already is
    overwritten: `data_model` refuses documents that mix the two.
    """
    names = {old: new for new, old in VERSION_1_NAMES.items()}
    renamed = {names.get(name, name): value for name, value in document.items()}
    context = document["@context"]
    others = context[1:] if isinstance(context, list) else []
    return renamed | {"@context": [VERSION_2_CONTEXT, *others]}
