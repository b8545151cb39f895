"""What the data model asks of a credential beyond its JSON Schema."""

import pytest

from openbadges.errors import Code, MalformedError
from openbadges.models import check_credential
from openbadges.models.versions import VERSION_1_CONTEXT
from openbadges.strict import Document
from tests.credentials import (
    CONTEXTS,
    plain_credential,
    remove,
    valid_credential,
    valid_credential_of_version_1,
    valid_endorsement,
)

OLD = valid_credential_of_version_1()
RESOURCE = {"id": "https://a.example/1.png", "digestSRI": "sha256-x"}


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(valid_credential(), id="a badge"),
        pytest.param(OLD, id="a badge of version 1.1"),
        pytest.param(valid_endorsement(), id="an endorsement"),
        pytest.param(plain_credential(), id="a plain credential"),
        pytest.param(plain_credential(**{"@context": CONTEXTS[0]}), id="one context"),
        pytest.param(
            plain_credential(**{"@context": [CONTEXTS[0], {"age": "https://a.example/age"}]}),
            id="an inline context",
        ),
        pytest.param(plain_credential(id="urn:uuid:1"), id="an id"),
        pytest.param(plain_credential(issuer={"id": "https://a.example"}), id="an issuer object"),
        pytest.param(
            plain_credential(credentialSubject=[{"id": "urn:a"}, {"age": 5}]), id="two subjects"
        ),
        pytest.param(
            plain_credential(validFrom="2026-01-01T00:00:00.125-05:00"), id="milliseconds"
        ),
        pytest.param(plain_credential(credentialStatus={"type": "Future"}), id="foreign status"),
        pytest.param(plain_credential(termsOfUse=[{"type": "Policy"}]), id="terms of use"),
        pytest.param(
            plain_credential(evidence={"id": "urn:e", "type": ["Evidence", "https://a.example#x"]}),
            id="evidence",
        ),
        pytest.param(plain_credential(relatedResource=RESOURCE), id="a related resource"),
    ],
)
def test_what_the_data_model_allows_is_accepted(document: Document) -> None:
    check_credential(document)


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        pytest.param(
            plain_credential(**{"@context": CONTEXTS[::-1]}),
            "@context: expected https://www.w3.org/ns/credentials/v2 first, found 'https://purl",
            id="the contexts in another order",
        ),
        pytest.param(remove(plain_credential(), "@context"), "found null", id="no context"),
        pytest.param(plain_credential(**{"@context": []}), "found null", id="an empty context"),
        pytest.param(plain_credential(**{"@context": [{}]}), "found an object", id="inline first"),
        pytest.param(
            plain_credential(**{"@context": [CONTEXTS[0], 5]}),
            r"@context\[1\]: expected an absolute URI, found a number",
            id="a context that is a number",
        ),
        pytest.param(
            valid_credential(expirationDate="2030-01-01T00:00:00Z"),
            "expirationDate: version 2.0 of the data model calls it validUntil",
            id="an old name in version 2",
        ),
        pytest.param(
            OLD | {"validUntil": "2020-01-01T00:00:00Z"},
            "validUntil: version 1.1 of the data model calls it expirationDate",
            id="a new name in version 1.1",
        ),
        pytest.param(
            remove(plain_credential(**{"@context": VERSION_1_CONTEXT}), "type"),
            "issuanceDate is missing",
            id="version 1.1 without a date of issue",
        ),
        pytest.param(
            OLD | {"expirationDate": "2020-01-01T00:00:00Z"},
            "expirationDate: the credential ends before it begins",
            id="version 1.1 ends before it begins",
        ),
        pytest.param(plain_credential(type=["X"]), "type: expected VerifiableCredential", id="t"),
        pytest.param(plain_credential(type=[]), "found nothing", id="an empty type"),
        pytest.param(plain_credential(id="relative"), "id: expected an absolute", id="id"),
        pytest.param(plain_credential(id=["urn:a", "urn:b"]), "id: expected one value", id="ids"),
        pytest.param(plain_credential(issuer="me"), "issuer.id: expected an absolute", id="me"),
        pytest.param(plain_credential(issuer={"name": "x"}), "issuer.id is missing", id="nobody"),
        pytest.param(plain_credential(validFrom="yesterday"), "validFrom must be", id="a bad date"),
        pytest.param(plain_credential(credentialSubject=[]), "credentialSubject is", id="no one"),
        pytest.param(remove(plain_credential(), "credentialSubject"), "is missing", id="none"),
        pytest.param(plain_credential(credentialSubject={}), "nothing is said", id="empty"),
        pytest.param(plain_credential(credentialSubject="urn:a"), "an object, found a str", id="s"),
        pytest.param(plain_credential(credentialStatus=None), "an object, found null", id="null"),
        pytest.param(
            plain_credential(credentialStatus={"id": "urn:a"}), "type is missing", id="ty"
        ),
        pytest.param(
            plain_credential(credentialSchema={"type": "X"}), "id is missing", id="schema"
        ),
        pytest.param(plain_credential(credentialSchema="urn:a"), "expected an object", id="string"),
        pytest.param(plain_credential(refreshService={"id": "urn:a"}), "type is missing", id="ref"),
        pytest.param(plain_credential(termsOfUse=[{}]), "type is missing", id="terms"),
        pytest.param(plain_credential(evidence=[{"type": 5}]), "type: expected a string", id="ev"),
        pytest.param(plain_credential(evidence={"type": "E", "id": "e1"}), "evidence.id", id="e1"),
        pytest.param(plain_credential(relatedResource={"id": "urn:a"}), "digestSRI", id="digest"),
        pytest.param(plain_credential(relatedResource=[RESOURCE] * 2), "twice", id="one id twice"),
        pytest.param(plain_credential(relatedResource=[{"id": 5}]), "absolute URI", id="no URI"),
    ],
)
def test_what_the_data_model_forbids_is_refused_by_name(document: Document, sentence: str) -> None:
    with pytest.raises(MalformedError, match=sentence):
        check_credential(document)


def test_a_badge_is_judged_as_a_badge() -> None:
    badge = remove(valid_credential(), "credentialSubject.achievement")
    with pytest.raises(MalformedError, match=r"credentialSubject\.achievement is missing"):
        check_credential(badge)


def test_a_language_map_is_refused_that_the_schema_would_accept() -> None:
    with pytest.raises(MalformedError) as refusal:
        check_credential(valid_credential(name={"en": "Citing sources"}))
    assert refusal.value.code == Code.LANGUAGE_MAP
