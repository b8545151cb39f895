"""The keys of a credential whose JSON itself is signed, and whose graph nobody makes.

Such a document may use none of JSON-LD's other spellings: what a reader of the graph would find
under `@id` or under an IRI, a reader of the JSON would miss. Badges are held to more, in
`strict_profile`; which of the two judges a document is decided in `verifier.checks.conformance`.
"""

from typing import Final

from openbadges.errors import Code, MalformedError
from openbadges.strict import Document

_LANGUAGE_VALUE: Final = frozenset({"@value", "@language", "@direction"})


def check_keys_of_signed_json(presented: Document) -> None:
    """Refuse keywords and IRIs as keys, and contexts that do not stand at the top.

    A text with its language (`@value`, `@language`, `@direction`, all strings) is allowed.

    Raises:
        MalformedError: KEYWORD, NON_COMPACT, NESTED_CONTEXT.

    Spec: vc-data-model-2.0#language-and-base-direction
    """
    _check({key: value for key, value in presented.items() if key != "@context"}, path="")


def _check(value: object, *, path: str) -> None:
    if isinstance(value, list):
        for member in value:
            _check(member, path=path)
    elif isinstance(value, dict) and not _is_language_value(value):
        for key, member in value.items():
            where = f"{path}.{key}" if path else key
            _check_key(key, where)
            _check(member, path=where)


def _is_language_value(value: Document) -> bool:
    return (
        "@value" in value
        and value.keys() <= _LANGUAGE_VALUE
        and all(isinstance(member, str) for member in value.values())
    )


def _check_key(key: str, where: str) -> None:
    if key == "@context":
        raise MalformedError(
            f"{where:.200}: a credential whose JSON itself is signed may name contexts only at"
            " its top",
            code=Code.NESTED_CONTEXT,
        )
    if key.startswith("@"):
        raise MalformedError(
            f"{where:.200}: the keyword {key:.40} is read only where a graph is made; expected the"
            " terms of the contexts",
            code=Code.KEYWORD,
        )
    if ":" in key:
        raise MalformedError(
            f"{where:.200}: a key written as an IRI; expected the term of the context",
            code=Code.NON_COMPACT,
        )
