"""Nothing that the document says may be missing from its graph.

JSON-LD drops what it does not understand without a word: text under an undefined key, the name of
an index, a type that no context defines. What is dropped is not signed, so a document that would
lose anything is refused. Where the JSON differs from its graph without a loss is judged in
`strict_profile`.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from openbadges.errors import Code, MalformedError
from openbadges.strict import Document

XSD_DOUBLE: Final = "http://www.w3.org/2001/XMLSchema#double"

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# Controls, any space and the characters that no IRI in N-Quads can hold; other deviations from
# RFC 3986 are accepted, as other implementations accept them. PyLD leaves statements out of the
# graph in silence where an IRI holds any of Unicode's spaces.
_NOT_IN_IRI: Final = re.compile(r'[\s\ufeff\x00-\x20\x7f-\x9f<>"{}|^`\\]')
_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_LANGUAGE_MAP_KEY: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_STRUCTURE: Final = frozenset({"@graph", "@included", "@list", "@set"})


def check_nothing_lost(
    document: Document, expanded: list[Any], *, dropped: Sequence[str | None]
) -> None:
    """Return if the expansion holds all that the document says, in a form that RDF keeps.

    `dropped` are the keys that expansion left out; None is one that looks like a keyword.

    Raises:
        MalformedError: LANGUAGE_MAP, KEYWORD, DATA_LOSS, UNDEFINED_TYPE, RELATIVE_IRI,
            INVALID_IRI, MALFORMED for a language tag that is none, or NUMBER for a text that would
            be signed as another one.
    """
    _check_dropped(document, dropped)
    for node in _objects(expanded):
        _check_value(node) if "@value" in node else _check_node(node)
    _check_texts_apart(expanded)
    # Texts and numbers can only get fewer: what could add some is refused in inline contexts.
    if _number_of_leaves(document) != _number_of_expanded_leaves(expanded):
        raise MalformedError(
            "the document holds text that its graph does not, so no proof would cover it",
            code=Code.DATA_LOSS,
        )


def check_iri(value: object, *, what: str, code: Code = Code.RELATIVE_IRI) -> None:
    """Return if `value` is an absolute IRI, or a blank node's label.

    Raises:
        MalformedError: it is relative (`code`), or has characters that no IRI has (INVALID_IRI).
    """
    if isinstance(value, str) and value.startswith("_:"):
        value = f"blank:{value[2:]}"
    if not isinstance(value, str) or not _SCHEME.match(value):
        raise MalformedError(
            f"{what} must be an absolute IRI, or a term of the context; found {value!r:.100}",
            code=code,
        )
    if found := _NOT_IN_IRI.search(value):
        raise MalformedError(
            f"{what} holds {found.group()!r}, which no IRI can hold: {value!r:.100}",
            code=Code.INVALID_IRI,
        )


def _check_dropped(document: Document, dropped: Sequence[str | None]) -> None:
    if not dropped:
        return
    undefined = {name for name in dropped if name is not None}
    for node in _objects(document):
        if _is_language_map(node, undefined):
            raise MalformedError(
                f"an object keyed by languages ({', '.join(node):.60}) would not be signed:"
                " a badge is in one language",
                code=Code.LANGUAGE_MAP,
            )
    if not undefined:
        raise MalformedError(
            "a key that looks like a JSON-LD keyword, or that a context maps to nothing",
            code=Code.KEYWORD,
        )
    raise MalformedError(
        f"no context defines {', '.join(map(repr, sorted(undefined))):.200},"
        " so no proof would cover it",
        code=Code.DATA_LOSS,
    )


def _is_language_map(node: Document, undefined: set[str]) -> bool:
    # Where even "id" is undefined there is no context at all, and it is no Indonesian.
    return (
        bool(node)
        and node.keys() <= undefined - {"id"}
        and all(map(_LANGUAGE_MAP_KEY.fullmatch, node))
        and all(isinstance(text, str | list) for text in node.values())
    )


def _check_node(node: Document) -> None:
    for key, value in node.items():
        if key == "@id":
            check_iri(value, what="an id")
        elif key == "@type":
            for type_ in value:
                check_iri(type_, what="a type", code=Code.UNDEFINED_TYPE)
        elif key == "@index":
            raise MalformedError("@index holds text that no proof covers", code=Code.KEYWORD)
        elif key == "@reverse":
            _check_node(value)
        elif key.startswith("_:"):
            raise MalformedError(
                f"the property {key!r:.60} is a blank node, which RDF leaves out",
                code=Code.DATA_LOSS,
            )
        elif key not in _STRUCTURE:
            check_iri(key, what="a property")


def _check_value(value: Document) -> None:
    datatype = value.get("@type")
    if datatype not in (None, "@json"):
        check_iri(datatype, what="a datatype", code=Code.UNDEFINED_TYPE)
    language = value.get("@language")
    if language is not None and not _LANGUAGE.fullmatch(language):
        raise MalformedError(f"{language!r:.60} is not a language tag")
    if "@index" in value:
        raise MalformedError("@index holds text that no proof covers", code=Code.KEYWORD)
    if datatype == XSD_DOUBLE and isinstance(value["@value"], str):
        raise MalformedError(
            f"a double is written as a number, not as the text {value['@value']!r:.60},"
            " which would be signed as another text",
            code=Code.NUMBER,
        )


def _check_texts_apart(expanded: list[Any]) -> None:
    """Refuse values of one property that node maps take for one value, so that one is lost.

    They compare without the direction, and true as 1 within JSON literals.
    """
    seen: dict[tuple[Any, ...], str] = {}
    for node in _objects(expanded):
        subject = node.get("@id", id(node))
        for key, values in node.items():
            for value in values if isinstance(values, list) else ():
                if isinstance(value, dict) and "@value" in value:
                    exact = json.dumps(value, sort_keys=True)
                    if seen.setdefault((subject, key, *_loose_value(value)), exact) != exact:
                        raise MalformedError(
                            f"two values of {key:.100} differ only in what RDF tools overlook",
                            code=Code.DATA_LOSS,
                        )


def _loose_value(value: Document) -> tuple[Any, ...]:
    literal = value["@value"]
    return isinstance(literal, bool), _loose(literal), value.get("@type"), value.get("@language")


def _loose(value: Any) -> Any:  # noqa: ANN401 -- JSON is any JSON value
    if isinstance(value, dict):
        return frozenset((key, _loose(member)) for key, member in value.items())
    if isinstance(value, list):
        return tuple(map(_loose, value))
    return value


def _objects(value: Any) -> Iterator[Document]:  # noqa: ANN401 -- JSON is any JSON value
    """Walk all objects but contexts; a value object's content is not looked into."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            if "@value" not in value:
                waiting.extend(member for key, member in value.items() if key != "@context")
        elif isinstance(value, list):
            waiting.extend(value)


def _number_of_leaves(value: Any) -> int:  # noqa: ANN401 -- JSON is any JSON value
    """Count texts, numbers and booleans; a value object counts as its value alone."""
    leaves = 0
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if value.get("@value") is not None:
                waiting.append(value["@value"])
            else:
                waiting.extend(member for key, member in value.items() if key != "@context")
        elif isinstance(value, list):
            waiting.extend(value)
        else:
            leaves += value is not None
    return leaves


def _number_of_expanded_leaves(expanded: list[Any]) -> int:
    return sum(
        _number_of_leaves(node["@value"])
        if "@value" in node
        else ("@id" in node) + len(node.get("@type", ()))
        for node in _objects(expanded)
    )
