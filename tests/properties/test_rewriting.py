"""However a badge is rewritten: if its graph is the same and it passes, it reads the same.

The rewritings are drawn at random; those in `tests/threats` are the ones that somebody thought of.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import fields
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openbadges.errors import Code, ExplainedError
from openbadges.jsonld import canonicalize
from openbadges.jsonld.contexts import term_iris
from openbadges.jsonld.strict_profile import BADGE_CONTEXTS, EXTRA_CONTEXTS
from openbadges.models import AchievementCredential
from openbadges.models.model import Model
from openbadges.strict import Document, parse_json_object
from tests.rewriting import rich_badge
from verifier.checks.conformance import read_graph

pytestmark = pytest.mark.thorough

# What a badge does not say by itself: its contexts, and others' words about it.
NOT_READ = {"document", "context", "proof", "endorsement", "endorsement_jwt", "type"}


def self_issued_badge() -> Document:
    """Give a badge whose issuer, creator and recipient are one, with pictures in common."""
    badge = rich_badge()
    picture = {"id": "https://badges.example/me.png", "type": "Image"}
    badge["issuer"]["image"] = badge["credentialSubject"]["image"] = picture
    badge["credentialSubject"]["id"] = badge["issuer"]["id"]
    achievement = badge["credentialSubject"]["achievement"]
    achievement["creator"] = badge["issuer"]
    achievement["criteria"]["id"] = achievement["id"]
    return copied(badge)


def copied(document: Document) -> Document:
    """Copy so that no two places share an object."""
    return parse_json_object(json.dumps(document), what="a copy")


def readable(value: object) -> object:
    """Give what our models read, without the order and repetitions that no proof covers."""
    if isinstance(value, Model):
        names = (each.name for each in fields(value) if each.name not in NOT_READ)
        return {name: readable(getattr(value, name)) for name in names}
    if isinstance(value, tuple):
        return sorted({json.dumps(readable(each), sort_keys=True) for each in value})
    return str(value)


def reading(verified: Document) -> object:
    status = json.dumps(verified.get("credentialStatus"), sort_keys=True)
    return readable(AchievementCredential.parse(verified)), status


BASES = {"rich": copied(rich_badge()), "self-issued": self_issued_badge()}
GRAPHS = {name: canonicalize(badge) for name, badge in BASES.items()}
READINGS = {
    name: reading(read_graph(badge).verified_document or {}) for name, badge in BASES.items()
}


# The rewritings: each changes one document in place, at a place that chance chooses.

Rewriting = Callable[[Document, Random], None]


def nodes(value: object) -> Iterator[Document]:
    if isinstance(value, dict):
        yield value
        for key, member in value.items():
            if key not in ("@context", "proof"):
                yield from nodes(member)
    elif isinstance(value, list):
        for member in value:
            yield from nodes(member)


def some_node(badge: Document, random: Random) -> Document:
    return random.choice(list(nodes(badge)))


def some_key(node: Document, random: Random) -> str:
    keys = [key for key in node if key not in ("@context", "proof", "id", "type")]
    return random.choice(keys or ["type"])


def two_of_one_id(badge: Document, random: Random) -> list[Document]:
    by_id = defaultdict(list)
    for node in nodes(badge):
        by_id[node.get("id", "")].append(node)
    several = [found for name, found in by_id.items() if name and len(found) > 1]
    return random.sample(random.choice(several), 2)


def types_of(node: Document) -> list[Any]:
    types = node.get("type", [])
    return types if isinstance(types, list) else [types]


def names_of(badge: Document, term: str) -> list[str]:
    """Give the IRIs that a term can stand for, and the other terms that can stand for them."""
    terms = term_iris(tuple(url for url in badge["@context"] if isinstance(url, str)))
    iris = terms.get(term, frozenset())
    return sorted(iris | {name for name, others in terms.items() if others & iris} - {term})


def rename_a_member(badge: Document, random: Random) -> None:
    node = some_node(badge, random)
    key = some_key(node, random)
    if names := names_of(badge, key):
        node[random.choice(names)] = node.pop(key)


def rename_a_type(badge: Document, random: Random) -> None:
    node = some_node(badge, random)
    node["type"] = [random.choice([name, *names_of(badge, name)]) for name in types_of(node)]


def move_members(badge: Document, random: Random) -> None:
    here, there = two_of_one_id(badge, random)
    there["type"] = list(dict.fromkeys(types_of(there) + types_of(here)))
    for key in [key for key in here if key not in ("@context", "proof", "id", "type")]:
        if random.random() < 0.4:
            there[key] = here.pop(key)


def empty_a_place(badge: Document, random: Random) -> None:
    node, _ = two_of_one_id(badge, random)
    identifier = node["id"]
    node.clear()
    node["id"] = identifier


def halve_a_node(badge: Document, random: Random) -> None:
    node = some_node(badge, random)
    key = some_key(node, random)
    values = node[key] if isinstance(node[key], list) else [node[key]]
    whole = random.choice([value for value in values if isinstance(value, dict)])
    whole.setdefault("id", "_:x")
    half = {name: value for name, value in whole.items() if random.random() < 0.5}
    node[key] = random.sample([*values, half | {"id": whole["id"]}], len(values) + 1)


def label_a_node(badge: Document, random: Random) -> None:
    some_node(badge, random).setdefault("id", f"_:x{random.randrange(2)}")


def aside(badge: Document, random: Random) -> None:
    node = some_node(badge, random)
    key = some_key(node, random)
    said = {"id": node["id"], "type": types_of(node), key: node.pop(key)}
    badge.setdefault("@included", []).append(said)


def respell_a_value(badge: Document, random: Random) -> None:
    node = some_node(badge, random)
    key = some_key(node, random)
    value = node[key]
    ways = [[value], [value, None], [value, []], {"@value": value}, {"id": value}, [value, value]]
    if isinstance(value, bool):
        ways.append(str(value).lower())
    if isinstance(value, dict) and "id" in value:
        ways.append(value["id"])
    node[key] = random.choice(ways)


def add_nothing(badge: Document, random: Random) -> None:
    some_node(badge, random)[random.choice(["humanCode", "description", "tag"])] = None


def change_the_contexts(badge: Document, random: Random) -> None:
    contexts = badge["@context"]
    choice = random.randrange(3)
    if choice == 0:
        contexts.append(random.choice(sorted(EXTRA_CONTEXTS)))
    elif choice == 1:
        contexts[1] = random.choice(sorted(BADGE_CONTEXTS))
    else:
        random.shuffle(contexts)


REWRITINGS: list[Rewriting] = [
    rename_a_member,
    rename_a_type,
    move_members,
    move_members,
    empty_a_place,
    halve_a_node,
    label_a_node,
    aside,
    respell_a_value,
    add_nothing,
    change_the_contexts,
]


def rewritten(name: str, random: Random) -> Document:
    badge = copied(BASES[name])
    for rewriting in random.sample(REWRITINGS, random.randint(1, 3)):
        try:
            rewriting(badge, random)
        except (IndexError, KeyError):
            continue  # there was nothing to rewrite at that place
    return badge


@given(name=st.sampled_from(sorted(BASES)), random=st.randoms(use_true_random=True))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_what_passes_with_the_same_graph_reads_the_same(name: str, random: Random) -> None:
    badge = rewritten(name, random)
    try:
        if canonicalize(badge) != GRAPHS[name]:
            return
    except ExplainedError:
        return
    read = read_graph(badge)
    if read.findings[0].code is Code.OK:
        assert read.verified_document is not None
        assert reading(read.verified_document) == READINGS[name]


@pytest.mark.parametrize("name", sorted(BASES))
def test_the_bases_pass_and_are_rewritten_in_ways_that_pass_and_ways_that_do_not(name: str) -> None:
    codes = set()
    for seed in range(30):
        badge = rewritten(name, Random(seed))  # noqa: S311 -- the same each time
        try:
            if badge != BASES[name] and canonicalize(badge) == GRAPHS[name]:
                codes.add(read_graph(badge).findings[0].code)
        except ExplainedError:
            continue
    assert {Code.OK, Code.KEYWORD, Code.SPLIT_NODE} <= codes
