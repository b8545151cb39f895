"""A credential whose JSON is signed has the terms of its contexts for keys, and no others."""

import pytest

from openbadges.errors import Code, MalformedError
from openbadges.jsonld.signed_json import check_keys_of_signed_json
from openbadges.strict import Document
from tests.credentials import plain_credential


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"@value": "Curs"}, id="a text"),
        pytest.param({"@value": "Curs", "@language": "ca"}, id="with its language"),
        pytest.param(
            [{"@value": "Curs", "@language": "ca", "@direction": "ltr"}], id="with its direction"
        ),
        pytest.param({"$schema": "x", "Type": 1}, id="a JSON value of any words"),
    ],
)
def test_a_text_may_tell_its_language(value: object) -> None:
    check_keys_of_signed_json(plain_credential(name=value))


@pytest.mark.parametrize(
    ("member", "code"),
    [
        pytest.param({"@id": "x"}, Code.KEYWORD, id="an id in disguise"),
        pytest.param({"@included": []}, Code.KEYWORD, id="something included"),
        pytest.param({"@language": "ca"}, Code.KEYWORD, id="a language of no text"),
        pytest.param({"@value": "x", "@type": "y"}, Code.KEYWORD, id="a typed value"),
        pytest.param({"@value": {"@id": "x"}}, Code.KEYWORD, id="an object for a text"),
        pytest.param({"@value": "x", "name": "y"}, Code.KEYWORD, id="a text and more"),
        pytest.param({"@context": {}}, Code.NESTED_CONTEXT, id="a context inside"),
        pytest.param({"schema:name": "x"}, Code.NON_COMPACT, id="a compact IRI"),
        pytest.param({"https://schema.org/name": "x"}, Code.NON_COMPACT, id="an IRI"),
    ],
)
def test_other_spellings_of_json_ld_are_refused_at_any_depth(member: Document, code: Code) -> None:
    for document in (
        plain_credential(evidence=member),
        plain_credential(evidence=[[{"deep": member}]]),
    ):
        with pytest.raises(MalformedError) as caught:
            check_keys_of_signed_json(document)
        assert caught.value.code is code
