"""A document is measured before anything is done with it."""

from collections.abc import Callable

import pytest

from openbadges.errors import Code, MalformedError
from openbadges.jsonld import canonicalize
from openbadges.jsonld.bounds import (
    MAXIMUM_CHARACTERS,
    MAXIMUM_CONTEXTS,
    MAXIMUM_CONTEXTS_AT_ONCE,
    MAXIMUM_EXPANDED_CHARACTERS,
    MAXIMUM_OBJECTS,
    MAXIMUM_REPETITIONS,
    MAXIMUM_STATEMENTS,
    MAXIMUM_VALUES,
    check_bounds,
    check_expanded_bounds,
)
from openbadges.strict import MAXIMUM_DEPTH, Document


def nested(levels: int) -> Document:
    document: Document = {}
    for _level in range(levels - 1):
        document = {"a": document}
    return document


def expanded(properties: int, values: int) -> Document:
    return {
        f"https://x.example/{number}": [{"@value": value} for value in range(values)]
        for number in range(properties)
    }


@pytest.mark.parametrize(
    ("make", "maximum", "code"),
    [
        pytest.param(nested, MAXIMUM_DEPTH, Code.TOO_DEEP, id="levels"),
        pytest.param(lambda n: {"a": [1] * (n - 2)}, MAXIMUM_VALUES, Code.TOO_LARGE, id="values"),
        pytest.param(
            lambda n: {"a": [{}] * (n - 1)}, MAXIMUM_OBJECTS, Code.TOO_LARGE, id="objects"
        ),
        pytest.param(
            lambda n: {"@context": ["c"] * n},
            MAXIMUM_CONTEXTS_AT_ONCE,
            Code.TOO_LARGE,
            id="contexts in one place",
        ),
        pytest.param(
            lambda n: {"a": [{"@context": "c"}] * n},
            MAXIMUM_CONTEXTS,
            Code.TOO_LARGE,
            id="contexts",
        ),
        pytest.param(
            lambda n: {"a": "x" * (n - 1)}, MAXIMUM_CHARACTERS, Code.TOO_LARGE, id="characters"
        ),
        pytest.param(
            lambda n: {"x" * n: None}, MAXIMUM_CHARACTERS, Code.TOO_LARGE, id="characters of a key"
        ),
    ],
)
def test_the_bound_itself_passes_and_one_more_does_not(
    make: Callable[[int], Document], maximum: int, code: Code
) -> None:
    check_bounds(make(maximum))
    with pytest.raises(MalformedError) as caught:
        check_bounds(make(maximum + 1))
    assert caught.value.code is code


@pytest.mark.parametrize(
    ("make", "maximum"),
    [
        pytest.param(lambda n: expanded(n, 1), MAXIMUM_STATEMENTS, id="statements"),
        pytest.param(lambda n: expanded(1, n), MAXIMUM_REPETITIONS, id="repetitions"),
        pytest.param(
            lambda n: {"@id": "x" * (n - len("@id"))},
            MAXIMUM_EXPANDED_CHARACTERS,
            id="expanded characters",
        ),
    ],
)
def test_what_rdf_will_say_is_bounded_too(make: Callable[[int], Document], maximum: int) -> None:
    check_expanded_bounds([make(maximum)])
    with pytest.raises(MalformedError) as caught:
        check_expanded_bounds([make(maximum + 1)])
    assert caught.value.code is Code.CANONICALIZATION_LIMIT


def test_repetitions_are_counted_over_all_places_of_one_node() -> None:
    place = {"@id": "https://x.example/", **expanded(1, MAXIMUM_REPETITIONS // 2 + 1)}
    check_expanded_bounds([place])
    with pytest.raises(MalformedError):
        check_expanded_bounds([place, place])


def test_a_json_literal_is_one_statement_whatever_it_holds() -> None:
    literal = {"@type": "@json", "@value": [1] * (MAXIMUM_STATEMENTS + 1)}
    check_expanded_bounds([{"https://x.example/": [literal]}])


def test_contexts_in_endorsements_are_counted(badge: Document) -> None:
    endorsement = {"@context": badge["@context"], "type": ["VerifiableCredential"]}
    badge["endorsement"] = [endorsement] * 20
    check_bounds(badge)
    badge["endorsement"] = [endorsement] * 32
    with pytest.raises(MalformedError):
        check_bounds(badge)


def test_a_chain_of_600_parent_organizations_is_no_recursion_error(badge: Document) -> None:
    node = badge["issuer"]
    for _level in range(600):
        node["parentOrg"] = {"type": ["Profile"], "name": "x"}
        node = node["parentOrg"]
    with pytest.raises(MalformedError) as caught:
        canonicalize(badge)
    assert caught.value.code is Code.TOO_DEEP
