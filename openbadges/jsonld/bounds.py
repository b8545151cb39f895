"""How large a document may be, before and after expansion.

Expansion, compaction and node maps take time that grows faster than the document; these bounds are
far above what badges hold and far below what hurts. The work of canonicalization itself has its
own budget in `rdfc10`, and inline contexts have theirs in `context_resolver`.
"""

from collections import Counter
from typing import Any, Final

from openbadges.errors import CanonicalizationLimitError, Code, MalformedError
from openbadges.strict import MAXIMUM_DEPTH, MAXIMUM_DOCUMENT_BYTES, Document

MAXIMUM_VALUES: Final = 5_000  # members and items, objects and texts alike (A34)
MAXIMUM_OBJECTS: Final = 1_000  # each may bring contexts of its types with it (A34)
MAXIMUM_CONTEXTS_AT_ONCE: Final = 10  # in one `@context`; honest credentials have up to five
MAXIMUM_CONTEXTS: Final = 64  # in all `@context` members; 20 endorsements need 42 (A36)
MAXIMUM_CHARACTERS: Final = MAXIMUM_DOCUMENT_BYTES  # in all texts and keys, images included

# The largest honest badge makes 300 statements, and repeats a property 50 times. PyLD compares each
# value of a property with all others, so that time grows with the square of the repetitions.
MAXIMUM_STATEMENTS: Final = 2_000  # of RDF, repetitions included (A34)
MAXIMUM_REPETITIONS: Final = 500  # values of one property of one node (A34)
# Terms are shorter than the IRIs that they stand for, and each use writes the IRI out.
MAXIMUM_EXPANDED_CHARACTERS: Final = 2 * MAXIMUM_CHARACTERS


def check_bounds(document: Document) -> None:
    """Return if the document is of a size that can be processed.

    Raises:
        MalformedError: it is not: too many values or contexts (TOO_LARGE), or TOO_DEEP.
    """
    values = objects = contexts = characters = 0
    waiting: list[tuple[Any, int]] = [(document, 1)]
    while waiting:
        value, depth = waiting.pop()
        values += 1
        if isinstance(value, str):
            characters += len(value)
        elif isinstance(value, dict | list):
            _at_most(depth, MAXIMUM_DEPTH, "levels", code=Code.TOO_DEEP)
            # Counted before they are queued, so that a million empty items cost nothing.
            _at_most(values + len(waiting) + len(value), MAXIMUM_VALUES, "values")
            if isinstance(value, dict):
                objects += 1
                here = _number_of_contexts(value)
                _at_most(here, MAXIMUM_CONTEXTS_AT_ONCE, "contexts in one place")
                contexts += here
                characters += sum(map(len, value))
                value = value.values()
            waiting.extend((member, depth + 1) for member in value)
        _at_most(objects, MAXIMUM_OBJECTS, "objects")
        _at_most(contexts, MAXIMUM_CONTEXTS, "contexts")
        _at_most(characters, MAXIMUM_CHARACTERS, "characters")


def check_expanded_bounds(expanded: list[Any]) -> None:
    """Return if what RDF will say of an expanded document is of a size that can be processed.

    Raises:
        CanonicalizationLimitError: it is not.
    """
    statements = characters = 0
    repetitions: Counter[tuple[str | int, str]] = Counter()
    waiting: list[Any] = list(expanded)
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            characters += len(value)
        elif isinstance(value, dict):
            for key, member in value.items():
                characters += len(key)
                if key == "@value" and not isinstance(member, str):
                    continue  # a JSON literal is one value, whatever is in it
                members = member if isinstance(member, list) else [member]
                if isinstance(member, list):
                    # An item of a list is one statement, and where the next one is another.
                    statements += (2 if key == "@list" else 1) * len(member)
                    repetitions[value.get("@id", id(value)), key] += len(member)
                waiting.extend(members)
    most = max(repetitions.values(), default=0)
    for found, maximum, what in (
        (statements, MAXIMUM_STATEMENTS, "statements"),
        (most, MAXIMUM_REPETITIONS, "values of one property"),
        (characters, MAXIMUM_EXPANDED_CHARACTERS, "characters in its full IRIs and texts"),
    ):
        if found > maximum:
            raise CanonicalizationLimitError(
                f"the document makes {found} {what}, more than the {maximum} that are processed"
            )


def _number_of_contexts(node: Document) -> int:
    context = node.get("@context", [])
    return len(context) if isinstance(context, list) else 1


def _at_most(found: int, maximum: int, what: str, *, code: Code = Code.TOO_LARGE) -> None:
    if found > maximum:
        raise MalformedError(f"the document has more than {maximum} {what}", code=code)
