"""What expansion would drop in silence is refused, each with its own code."""

from pathlib import Path
from typing import Any

import pytest

from openbadges.errors import Code, MalformedError
from openbadges.jsonld import canonicalize, expand
from openbadges.strict import Document

X = "https://x.example/"
JSON = "@json"
XSD_DOUBLE = "http://www.w3.org/2001/XMLSchema#double"


def changed(document: Document, path: str, value: Any) -> Document:  # noqa: ANN401 -- JSON is any JSON value
    """Set one member, found by the path to it."""
    *parents, key = path.split(" > ")
    node = document
    for parent in parents:
        node = node[parent]
    node[key] = value
    return document


ACHIEVEMENT = "credentialSubject > achievement > "


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        # A14: undefined terms
        pytest.param("grade", "A+", Code.DATA_LOSS, id="undefined key"),
        pytest.param(ACHIEVEMENT + "hours", 40, Code.DATA_LOSS, id="undefined key in a node"),
        pytest.param("", "x", Code.DATA_LOSS, id="empty key"),
        pytest.param("has space", "x", Code.DATA_LOSS, id="key with a space"),
        # A15: undefined types
        pytest.param("type", ["VerifiableCredential", "Foo"], Code.UNDEFINED_TYPE, id="type"),
        pytest.param("type", ["VerifiableCredential", JSON], Code.UNDEFINED_TYPE, id="type @json"),
        pytest.param("type", ["VerifiableCredential", "@foo"], Code.UNDEFINED_TYPE, id="type @foo"),
        pytest.param("name", {"@value": "x", "@type": "Foo"}, Code.UNDEFINED_TYPE, id="datatype"),
        # A16: relative ids
        pytest.param("id", "urn", Code.RELATIVE_IRI, id="relative id"),
        pytest.param("id", "", Code.RELATIVE_IRI, id="empty id"),
        pytest.param("id", "@foo", Code.RELATIVE_IRI, id="id like a keyword"),
        pytest.param(
            "credentialSubject > id", "learner1", Code.RELATIVE_IRI, id="relative subject"
        ),
        pytest.param("evidence", [{"id": "e1"}], Code.RELATIVE_IRI, id="relative evidence"),
        pytest.param(ACHIEVEMENT + "image", "a.png", Code.RELATIVE_IRI, id="relative value"),
        # what no IRI holds
        pytest.param("id", X + "a b", Code.INVALID_IRI, id="space"),
        pytest.param("id", X + "a\n", Code.INVALID_IRI, id="newline"),
        pytest.param("id", X + "\x7f", Code.INVALID_IRI, id="DEL"),
        pytest.param("id", X + "\u0085", Code.INVALID_IRI, id="C1 control"),
        pytest.param("id", X + "\u00a0", Code.INVALID_IRI, id="no-break space"),
        pytest.param("id", X + "\u2028", Code.INVALID_IRI, id="line separator"),
        *(
            pytest.param("id", X + character, Code.INVALID_IRI, id=f"the character {character}")
            for character in '<>"{}|^`\\'
        ),
        pytest.param(X + "<p", "x", Code.INVALID_IRI, id="in a property"),
        # A17, A19: what has no place in a graph
        pytest.param("@index", "PhD", Code.KEYWORD, id="@index"),
        pytest.param(ACHIEVEMENT + "@index", "PhD", Code.KEYWORD, id="@index in a node"),
        pytest.param("name", {"@value": "x", "@index": "PhD"}, Code.KEYWORD, id="@index of a text"),
        pytest.param("@foo", "x", Code.KEYWORD, id="like a keyword"),
        pytest.param(ACHIEVEMENT + "@foo", {"name": "x"}, Code.KEYWORD, id="like one, in a node"),
        pytest.param("_:note", "x", Code.DATA_LOSS, id="blank node as property"),
        pytest.param("name", {"@set": ["x"], "@index": "PhD"}, Code.DATA_LOSS, id="index of a set"),
        pytest.param("name", {"@language": "PhD"}, Code.DATA_LOSS, id="a language alone"),
        pytest.param("name", {"@value": None, "@language": "PhD"}, Code.DATA_LOSS, id="null text"),
        pytest.param("@graph", ["PhD"], Code.DATA_LOSS, id="text in @graph"),
        # language maps
        pytest.param(ACHIEVEMENT + "name", {"en": "x"}, Code.LANGUAGE_MAP, id="language map"),
        pytest.param(
            ACHIEVEMENT + "name",
            {"en": "x", "pt-BR": ["y"], "zh-Hant": "z"},
            Code.LANGUAGE_MAP,
            id="language map with regions",
        ),
        pytest.param(
            ACHIEVEMENT + "name", [{"en": "x"}], Code.LANGUAGE_MAP, id="language map in an array"
        ),
        pytest.param("name", {"en": {"a": 1}}, Code.DATA_LOSS, id="not a language map: objects"),
        pytest.param("name", {"grade": "x"}, Code.DATA_LOSS, id="not a language map: a word"),
        # texts that are not signed as they read
        pytest.param("name", {"@value": "x", "@language": "en> <x"}, Code.MALFORMED, id="language"),
        pytest.param("name", {"@value": "x", "@language": ""}, Code.MALFORMED, id="no language"),
        pytest.param("name", {"@value": "1_0", "@type": XSD_DOUBLE}, Code.NUMBER, id="double text"),
        pytest.param(
            "name",
            [{"@value": "x", "@direction": "ltr"}, {"@value": "x", "@direction": "rtl"}],
            Code.DATA_LOSS,
            id="texts that differ in direction alone",
        ),
        pytest.param(
            "name",
            [{"@value": {"a": [1]}, "@type": JSON}, {"@value": {"a": [True]}, "@type": JSON}],
            Code.DATA_LOSS,
            id="JSON that differs in 1 and true",
        ),
        # not JSON-LD
        pytest.param("id", 5, Code.MALFORMED, id="a number as id"),
        pytest.param("type", None, Code.MALFORMED, id="null as type"),
        pytest.param("@id", X, Code.AMBIGUOUS, id="two ids"),
        pytest.param("name", {"@value": ["x"]}, Code.MALFORMED, id="an array as @value"),
        pytest.param("@included", "x", Code.MALFORMED, id="text as @included"),
        pytest.param("@reverse", 5, Code.MALFORMED, id="a number as @reverse"),
    ],
)
def test_what_would_not_be_signed_is_refused(
    badge: Document, path: str, value: object, code: Code
) -> None:
    with pytest.raises(MalformedError) as caught:
        expand(changed(badge, path, value))
    assert caught.value.code is code


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param("name", {"@value": "x", "@language": "en"}, id="language value object"),
        pytest.param(
            "name", [{"@value": "x", "@language": "en"}, {"@value": "x"}], id="an array of them"
        ),
        pytest.param("name", [True, 1], id="true beside 1"),
        pytest.param("name", {"@list": ["x", None, ["y"]]}, id="a list"),
        pytest.param("name", {"@value": {"@context": 5, "a": None}, "@type": JSON}, id="JSON"),
        pytest.param(ACHIEVEMENT + "tag", ["a", None, "a"], id="null and repeated items"),
        pytest.param(ACHIEVEMENT + "tag", [], id="an empty array"),
        pytest.param(X + "p", "x", id="an IRI as key"),
        pytest.param("credentialSubject > id", "_:b7", id="a blank node"),
        pytest.param("credentialSubject > id", X + "ü[%zz]", id="what RFC 3986 would not write"),
        pytest.param("@included", [{"id": X, "name": "x"}], id="@included"),
        pytest.param("@reverse", {X + "p": {"id": X, "name": "x"}}, id="@reverse"),
    ],
)
def test_what_is_signed_is_accepted(badge: Document, path: str, value: object) -> None:
    assert canonicalize(changed(badge, path, value))


def test_two_nodes_may_say_the_same_text_in_two_directions(badge: Document) -> None:
    badge["name"] = {"@value": "x", "@direction": "ltr"}
    badge["issuer"]["name"] = {"@value": "x", "@direction": "rtl"}
    assert canonicalize(badge).count(b"i18n#_") == 2


def test_a_document_without_a_context_says_nothing() -> None:
    with pytest.raises(MalformedError) as caught:
        expand({"id": X, "name": "x"})
    assert caught.value.code is Code.DATA_LOSS


def test_a_document_that_is_an_id_alone_says_nothing(badge: Document) -> None:
    with pytest.raises(MalformedError) as caught:
        expand({"@context": badge["@context"], "id": X})
    assert caught.value.code is Code.DATA_LOSS


def test_no_invented_base_address_is_ever_signed(shared_vectors: Path, badge: Document) -> None:
    assert (shared_vectors / "ob-v3p0").is_dir()
    assert b"example.org/base" not in canonicalize(badge)
