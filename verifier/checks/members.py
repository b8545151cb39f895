"""Members that a document may give as one value or as an array of them."""

from collections.abc import Iterator

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
