"""Contexts that a document brings along: what they may not do, and that they leave no trace."""

from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from typing import Any

import pytest

from openbadges.errors import Code, ExplainedError
from openbadges.jsonld import canonicalize, expand
from openbadges.jsonld.context_resolver import (
    MAXIMUM_INLINE_CHARACTERS,
    MAXIMUM_INLINE_TERMS,
    MAXIMUM_TERMS_PROCESSED,
)
from openbadges.strict import Document

X = "https://x.example/"


def with_context(badge: Document, context: Any) -> Document:  # noqa: ANN401 -- JSON is any JSON value
    return {**badge, "@context": [*badge["@context"], context]}


def refusal(document: Document) -> Code:
    with pytest.raises(ExplainedError) as caught:
        expand(document)
    return caught.value.code


@pytest.mark.parametrize(
    ("context", "code"),
    [
        pytest.param("https://evil.example/c", Code.CONTEXT_UNKNOWN, id="unknown URL"),
        pytest.param('{"n":"https://x.example/n"}', Code.CONTEXT_UNKNOWN, id="an object's text"),
        pytest.param(
            {"n": {"@id": X, "@context": "https://evil.example/c"}},
            Code.CONTEXT_UNKNOWN,
            id="unknown URL in a term",
        ),
        pytest.param(5, Code.CONTEXT_NOT_ALLOWED, id="a number"),
        pytest.param(["https://x.example/"], Code.CONTEXT_NOT_ALLOWED, id="an array in the array"),
        pytest.param({"name": X + "n"}, Code.CONTEXT_NOT_ALLOWED, id="a protected term"),
        pytest.param(None, Code.CONTEXT_NOT_ALLOWED, id="null"),
        pytest.param({"@import": X}, Code.KEYWORD, id="@import"),
        pytest.param({"@note": X}, Code.KEYWORD, id="what looks like a keyword"),
        pytest.param({"note": "@index"}, Code.KEYWORD, id="another name for @index"),
        pytest.param({"note": {"@id": "@nest"}}, Code.KEYWORD, id="another name for @nest"),
        pytest.param({"note": {"@reverse": "@foo"}}, Code.KEYWORD, id="@reverse of a keyword"),
        pytest.param(
            {"n": {"@id": X, "@container": "@index"}}, Code.CONTEXT_NOT_ALLOWED, id="index map"
        ),
        pytest.param(
            {"n": {"@id": X, "@container": ["@set", "@id"]}},
            Code.CONTEXT_NOT_ALLOWED,
            id="id map",
        ),
        pytest.param({"n": 5}, Code.MALFORMED, id="a number as definition"),
        pytest.param({"n": {"@id": 5}}, Code.MALFORMED, id="a number as @id"),
        pytest.param({"n": {"@id": X, "@container": {}}}, Code.MALFORMED, id="object container"),
        pytest.param({"@vocab": None}, Code.MALFORMED, id="no @vocab to take away"),
        pytest.param(
            {"n": {"@id": X, "@context": {"@vocab": None}}}, Code.MALFORMED, id="nor in a term"
        ),
        pytest.param({"a": "b:c", "b": "a:c"}, Code.MALFORMED, id="terms in a circle"),
    ],
)
def test_a_context_that_could_mislead_is_refused(
    badge: Document, context: object, code: Code
) -> None:
    assert refusal(with_context(badge, context)) is code


@pytest.mark.parametrize(
    "context",
    [
        pytest.param({"foo": X + "n"}, id="another term"),
        pytest.param({"foo": {"@id": X + "n", "@container": "@language"}}, id="a language map"),
        pytest.param({"ident": "@id", "kind": "@type"}, id="other names for id and type"),
        pytest.param({"@vocab": X, "@language": "en", "@version": 1.1}, id="keywords"),
        pytest.param({"n": {"@id": X, "@context": {"m": X + "m"}}}, id="a context in a term"),
    ],
)
def test_an_honest_inline_context_is_read(badge: Document, context: object) -> None:
    assert canonicalize(with_context(badge, context))


def test_null_as_the_first_context_is_no_context(badge: Document) -> None:
    assert canonicalize({**badge, "@context": [None, *badge["@context"]]}) == canonicalize(badge)


def test_an_empty_array_of_contexts_in_a_typed_node_changes_nothing(badge: Document) -> None:
    before = canonicalize(badge)
    badge["credentialSubject"]["@context"] = []
    badge["credentialSubject"]["achievement"]["@context"] = []
    assert canonicalize(badge) == before


def test_a_chain_of_as_many_terms_as_may_be_is_read(badge: Document) -> None:
    chain = {f"t{n}": f"t{n + 1}:x" for n in range(MAXIMUM_INLINE_TERMS - 1)}
    assert expand(with_context(badge, {**chain, f"t{MAXIMUM_INLINE_TERMS - 1}": X}))


def test_more_terms_are_too_large(badge: Document) -> None:
    terms = {f"t{n}": X for n in range(MAXIMUM_INLINE_TERMS + 1)}
    assert refusal(with_context(badge, terms)) is Code.TOO_LARGE


def test_a_context_of_a_type_is_not_processed_without_end(badge: Document) -> None:
    terms = {f"t{n}": X for n in range(100)}
    badge["credentialSubject"] = [{"type": "T"}] * (MAXIMUM_TERMS_PROCESSED // 100)
    document = with_context(badge, {"T": {"@id": X + "T", "@context": terms}})
    assert refusal(document) is Code.TOO_LARGE


def test_long_prefixes_are_too_large(badge: Document) -> None:
    context = {"p": X + "y" * MAXIMUM_INLINE_CHARACTERS}
    assert refusal(with_context(badge, context)) is Code.TOO_LARGE


def test_what_one_document_brings_does_not_change_the_next(badge: Document) -> None:
    """PyLD's own cache is shared, and keyed by the text of a context (A13)."""
    before = canonicalize(badge)
    foreign = {"https://schema.org/name": {"@id": "https://schema.org/name", "@protected": True}}
    scoped = {"extra": {"@id": X + "extra", "@context": {"name": X + "evil"}}}
    canonicalize({**with_context(badge, scoped), "extra": {"name": "x"}})
    canonicalize(with_context(badge, foreign))
    assert refusal(with_context(badge, {"name": X + "evil"})) is Code.CONTEXT_NOT_ALLOWED
    assert canonicalize(badge) == before


def test_a_type_scoped_context_does_not_reach_nodes_of_other_types(badge: Document) -> None:
    """The results of type-scoped contexts are remembered, so they must not mix."""
    other = deepcopy(badge)
    other["credentialSubject"]["type"] = ["Profile"]
    for _again in range(2):
        assert refusal(other) is Code.DATA_LOSS  # a Profile has no achievement
        assert canonicalize(badge)


def test_threads_do_not_disturb_each_other(badge: Document) -> None:
    documents = [with_context(badge, {f"t{n}": X}) for n in range(40)] + [badge] * 40
    expected = canonicalize(badge)
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(canonicalize, documents)) == {expected}
