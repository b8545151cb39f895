"""Members that a document may give in more than one way."""

from collections.abc import Iterator
from typing import Any

from openbadges.strict import Document


def objects(value: object) -> Iterator[Document]:
    """Give the objects among the values of a member; whatever else stands there is passed over."""
    for member in value if isinstance(value, list) else [value]:
        if isinstance(member, dict):
            yield member


def strings(value: object) -> Iterator[str]:
    """Give the strings among the values of a member."""
    for member in value if isinstance(value, list) else [value]:
        if isinstance(member, str):
            yield member


def without_nulls(value: Any) -> Any:  # noqa: ANN401 -- JSON is any JSON value
    """Leave out null members, which JSON-LD, and so the proof, takes for none (A18)."""
    if isinstance(value, dict):
        return {key: without_nulls(member) for key, member in value.items() if member is not None}
    if isinstance(value, list):
        return [without_nulls(member) for member in value if member is not None]
    return value


def issuer_of(document: Document) -> str | None:
    """Return the id of the issuer that a document claims, if it has one."""
    issuer = document.get("issuer")
    identifier = issuer.get("id") if isinstance(issuer, dict) else issuer
    return identifier if isinstance(identifier, str) else None
