"""The bytes that a proof signs are those that jsonld.js and rdf-canonize make of a document."""

from pathlib import Path
from typing import Final

import pytest

from badge_classes.loader import default_folder, load_catalogue
from openbadges.errors import ExplainedError
from openbadges.jsonld import canonicalize, portability
from openbadges.strict import Document, parse_json_object
from tests.credentials import (
    plain_credential,
    replace,
    valid_credential,
    valid_credential_of_version_1,
    valid_endorsement,
)
from tests.node import Node, RefusedByNodeError

CATALOGUE: Final = load_catalogue(default_folder())
CREDITS: Final = "credentialSubject.creditsEarned"
NARRATIVE: Final = "credentialSubject.narrative"
TAGS: Final = "credentialSubject.achievement.tag"
ALIGNMENT: Final = "credentialSubject.achievement.alignment"


def _generic(**members: object) -> Document:
    return plain_credential(
        **{
            "@context": [
                "https://www.w3.org/ns/credentials/v2",
                {
                    "@vocab": "https://vocabulary.example/",
                    "score": {"@type": "http://www.w3.org/2001/XMLSchema#float"},
                },
            ],
            **members,
        }
    )


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(valid_credential(), id="a badge"),
        pytest.param(valid_endorsement(), id="an endorsement"),
        pytest.param(plain_credential(), id="a plain credential"),
        pytest.param(replace(valid_credential(), CREDITS, 42.0), id="a whole float"),
        pytest.param(replace(valid_credential(), CREDITS, 42), id="an integer where a float is"),
        pytest.param(replace(valid_credential(), CREDITS, 0.5), id="a half"),
        pytest.param(replace(valid_credential(), CREDITS, 1 / 3), id="sixteen digits"),
        pytest.param(replace(valid_credential(), CREDITS, -0.000001), id="a small negative"),
        pytest.param(replace(valid_credential(), CREDITS, 9007199254740991), id="largest integer"),
        pytest.param(_generic(score=42.0), id="a whole float with a type"),
        pytest.param(_generic(score=0.1), id="a float with a type"),
        pytest.param(_generic(score="0.10"), id="a float in a string"),
        pytest.param(_generic(measure=42.0), id="a whole float without a type"),
        pytest.param(_generic(measure=2.5e20), id="a large float without a type"),
        pytest.param(_generic(passed=True), id="a truth value"),
        pytest.param(
            _generic(name={"@value": "مرحبا", "@language": "ar", "@direction": "rtl"}),
            id="language and direction",
        ),
        pytest.param(
            _generic(name=[{"@value": "Hola", "@language": "ES-419"}, {"@value": "Hola"}]),
            id="languages in an array",
        ),
        pytest.param(_generic(name={"@value": "plain", "@direction": "ltr"}), id="direction alone"),
        pytest.param(
            replace(valid_credential(), NARRATIVE, "🎓 Insígnia «ñ» 維基 \u202e\u200d ﷽"),
            id="emoji and scripts",
        ),
        pytest.param(
            replace(valid_credential(), NARRATIVE, 'a "quote", a \\, a\ttab,\r\na line\x7f'),
            id="escapes",
        ),
        pytest.param(replace(valid_credential(), NARRATIVE, "e\u0301 is not \u00e9"), id="accents"),
        pytest.param(
            replace(valid_credential(), ALIGNMENT, [{"type": ["Alignment"]}] * 3),
            id="nodes that are alike",
        ),
    ],
)
def test_both_sign_the_same_bytes(node: Node, document: Document) -> None:
    assert node.ask("canonicalize", document=document) == canonicalize(document).decode()


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("ob-v3p0/unsigned.json", id="1EdTech"),
        pytest.param("vc-di-eddsa/eddsa-rdfc-2022/proofConfigDataInt.json", id="a proof"),
        pytest.param("vc-di-eddsa/unsigned.json", id="vc-di-eddsa"),
    ],
)
def test_both_sign_the_same_bytes_of_a_published_example(
    node: Node, shared_vectors: Path, path: str
) -> None:
    document = parse_json_object((shared_vectors / path).read_bytes(), what=path)
    assert node.ask("canonicalize", document=document) == canonicalize(document).decode()


@pytest.mark.parametrize("slug", sorted(one.slug for one in CATALOGUE))
def test_both_sign_the_same_bytes_of_what_is_awarded(node: Node, slug: str) -> None:
    badge_class = CATALOGUE.find(slug)
    for language in badge_class.languages:
        achievement = badge_class.render_achievement(
            base_url="https://badges.example", language=language
        )
        document = replace(valid_credential(), "credentialSubject.achievement", achievement)
        assert node.ask("canonicalize", document=document) == canonicalize(document).decode()


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(replace(valid_credential(), CREDITS, 1e-7), id="a number with an exponent"),
        pytest.param(
            replace(valid_credential(), TAGS, ["😀", "\uff01"]), id="another order of statements"
        ),
    ],
)
def test_what_the_issuer_refuses_as_unportable_is_signed_otherwise_there(
    node: Node, document: Document
) -> None:
    ours = canonicalize(document)
    assert portability.differences(document, ours)
    assert node.ask("canonicalize", document=document) != ours.decode()


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(valid_credential(grade="A+"), id="an undefined term"),
        pytest.param(valid_credential_of_version_1(), id="terms of a later context"),
        pytest.param(valid_credential(type=["VerifiableCredential", "Foo"]), id="undefined type"),
        pytest.param(replace(valid_credential(), "evidence.0.id", "e1"), id="a relative id"),
        pytest.param(
            valid_credential(**{"@context": ["https://unknown.example/context"]}),
            id="an unknown context",
        ),
    ],
)
def test_both_refuse_what_would_not_be_signed(node: Node, document: Document) -> None:
    with pytest.raises(ExplainedError):
        canonicalize(document)
    with pytest.raises(RefusedByNodeError):
        node.ask("canonicalize", document=document)
