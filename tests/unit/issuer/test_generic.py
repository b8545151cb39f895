"""What a client may send to a generic issuer, and what becomes of it before it is signed."""

from collections.abc import Callable
from typing import Any

import pytest

from issuer.generic_documents import PROOF_CONTEXT, check_verified, compose_sent
from issuer.issuers import Issuer
from issuer.tables import DidMethod, Profile
from openbadges.errors import Code, ExplainedError, Kind, MalformedError, RefusedError
from openbadges.strict import Document
from tests.credentials import plain_credential, remove, replace, valid_credential

V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"
DID = "did:key:z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi"
ISSUER = Issuer(
    id="1",
    did=DID,
    method=DidMethod.KEY,
    base_url="https://badges.example",
    name="Example",
    url=None,
    email=None,
    trial=False,
    signs=Profile.GENERIC,
    adds_status=False,
    keys=(),
)
LIST_TYPE = ["VerifiableCredential", "BitstringStatusListCredential"]


def sent(**members: Any) -> Document:  # noqa: ANN401 -- JSON is any JSON value
    """Give a credential of this issuer's, with members changed."""
    return plain_credential(**{"issuer": DID, **members})


def old(**members: Any) -> Document:  # noqa: ANN401 -- JSON is any JSON value
    """Give a credential of version 1.1, with members changed."""
    return sent(**{"@context": [V1], "issuanceDate": "2020-01-01T00:00:00Z", **members})


def test_what_is_sent_stays_as_it_is() -> None:
    document = sent(id="urn:uuid:5a3b1c9e-0c6f-4f6b-9a53-6d1f7b0a2c11", name="Example")
    assert compose_sent(document, issuer=ISSUER) == document


@pytest.mark.parametrize("named", [DID, {"id": DID}, {"id": DID, "name": "Another name"}])
def test_an_issuer_that_is_us_stays_as_it_was_written(named: str | Document) -> None:
    document = sent(issuer=named)
    assert compose_sent(document, issuer=ISSUER) == document


@pytest.mark.parametrize("kind", [sent, valid_credential], ids=["a plain one", "a badge"])
def test_who_names_no_issuer_is_told_which_one_would_sign(kind: Callable[[], Document]) -> None:
    with pytest.raises(MalformedError) as refusal:
        compose_sent(remove(kind(), "issuer"), issuer=ISSUER)
    assert str(refusal.value) == f"issuer is missing; expected {DID} or an object with this id"


@pytest.mark.parametrize(
    ("contexts", "expected"),
    [
        pytest.param(V1, [V1, PROOF_CONTEXT], id="a text"),
        pytest.param([V1], [V1, PROOF_CONTEXT], id="a list"),
        pytest.param([V1, {"a": "urn:a:b"}], [V1, {"a": "urn:a:b"}, PROOF_CONTEXT], id="inline"),
        pytest.param([V1, PROOF_CONTEXT], [V1, PROOF_CONTEXT], id="it is there"),
    ],
)
def test_version_1_gets_the_context_of_the_proof(contexts: object, expected: object) -> None:
    composed = compose_sent(old(**{"@context": contexts}), issuer=ISSUER)
    assert composed["@context"] == expected


def test_version_2_needs_no_other_context() -> None:
    assert compose_sent(sent(**{"@context": V2}), issuer=ISSUER)["@context"] == V2


MALFORMED = [
    pytest.param([], "must be an object", id="no object"),
    pytest.param(None, "must be an object", id="nothing"),
    pytest.param("did:key:z6Mk", "must be an object", id="a text"),
    pytest.param({}, "issuer is missing", id="empty"),
    pytest.param({"issuer": DID}, "@context: expected", id="an issuer alone"),
    pytest.param(sent(**{"@context": [PROOF_CONTEXT, V2]}), "@context: expected", id="order"),
    pytest.param(sent(**{"@context": [V2, 7]}), "@context", id="a context that is a number"),
    pytest.param(sent(**{"@context": []}), "@context: expected", id="no context"),
    pytest.param(sent(type=["Credential"]), "type: expected", id="a type less"),
    pytest.param(sent(type=["VerifiableCredential", "Nonsense"]), "Nonsense", id="unknown type"),
    pytest.param(sent(id=None), "id is null", id="a null id"),
    pytest.param(sent(id="not a URL"), "id: expected an absolute URI", id="no URL"),
    pytest.param(sent(id=["urn:a:1", "urn:a:2"]), "id: expected one value", id="two ids"),
    pytest.param(sent(issuer=None), "issuer is null", id="a null issuer"),
    pytest.param(sent(issuer=7), "issuer: expected did:key", id="a number as issuer"),
    pytest.param(sent(issuer=[]), "issuer: expected did:key", id="an array as issuer"),
    pytest.param(sent(issuer={"name": "x"}), "issuer: expected did:key", id="a name alone"),
    pytest.param(sent(issuer={"id": None}), "issuer.id is null", id="a null id of it"),
    pytest.param(sent(credentialSubject={}), "nothing is said of it", id="an empty subject"),
    pytest.param(sent(credentialSubject=[]), "credentialSubject is missing", id="no subject"),
    pytest.param(
        sent(credentialSubject=[{"id": "urn:a:1"}, {}]), "nothing is said of it", id="one empty"
    ),
    pytest.param(sent(credentialSubject={"score": 1}), "'score'", id="an undefined term"),
    pytest.param(sent(credentialSubject={"id": None}), "Subject.id is null", id="a null below"),
    pytest.param(sent(name=[None, "a"]), r"name[0] is null", id="a null in a list"),
    pytest.param(sent(validFrom="Sat 25 Feb 2023"), "validFrom", id="a bad date"),
    pytest.param(sent(validFrom=7), "validFrom", id="a number as date"),
    pytest.param(
        sent(validFrom="2026-01-02T00:00:00Z", validUntil="2026-01-01T00:00:00Z"),
        "ends before it begins",
        id="it ends before it begins",
    ),
    pytest.param(sent(issuanceDate="2026-01-01T00:00:00Z"), "calls it validFrom", id="version 1.1"),
    pytest.param(remove(old(), "issuanceDate"), "issuanceDate is missing", id="no issuanceDate"),
    pytest.param(sent(name=7), "name: expected", id="a number as name"),
    pytest.param(sent(name={"@value": "a", "@language": "en", "x": "y"}), "name", id="extra"),
    pytest.param(sent(evidence={"id": "urn:a:1"}), "evidence.type is missing", id="evidence"),
    pytest.param(sent(termsOfUse={"id": "urn:a:1"}), "termsOfUse.type is missing", id="terms"),
    pytest.param(sent(refreshService={"id": "urn:a:1"}), "Service.type is missing", id="refresh"),
    pytest.param(
        sent(credentialSchema={"type": "JsonSchema"}), "Schema.id is missing", id="schema"
    ),
    pytest.param(sent(credentialStatus={"id": "urn:a:1"}), "Status.type is missing", id="status"),
    pytest.param(
        sent(credentialStatus={"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}),
        "credentialStatus.statusListIndex is missing",
        id="an entry of a list that names no index",
    ),
    pytest.param(
        sent(
            credentialStatus={
                "id": "https://lists.example/1",
                "type": "BitstringStatusListEntry",
                "statusPurpose": "revocation",
                "statusListIndex": "4",
                "statusListCredential": "https://lists.example/1",
            }
        ),
        "credentialStatus.id is the address of the status list",
        id="an entry with the id of its list",
    ),
    pytest.param(
        sent(relatedResource={"id": "https://example.org/a"}), "digestSRI", id="a resource"
    ),
    pytest.param(sent(name="pasted\x0btext"), "a control character", id="a control character"),
]


@pytest.mark.parametrize(("document", "reason"), MALFORMED)
def test_what_is_no_credential_is_refused_with_the_reason(document: object, reason: str) -> None:
    with pytest.raises(MalformedError) as refusal:
        compose_sent(document, issuer=ISSUER)
    assert reason in str(refusal.value)
    assert "\n" not in str(refusal.value)


REFUSED = [
    pytest.param(sent(proof={"type": "DataIntegrityProof"}), "has a proof already", id="a proof"),
    pytest.param(sent(proof=None), "has a proof already", id="a null as proof"),
    pytest.param(
        sent(issuer="did:example:x"),
        "names the issuer 'did:example:x'",
        id="another issuer",
    ),
    pytest.param(
        sent(issuer={"id": "did:web:badges.example"}),
        "'did:web:badges.example'",
        id="an issuer of badges here",
    ),
    pytest.param(
        sent(**{"@context": [V2, "https://example.org/v1"]}),
        "not one that we carry",
        id="a context that is not carried",
    ),
]


@pytest.mark.parametrize(("document", "reason"), REFUSED)
def test_what_is_not_permitted_is_refused_as_the_clients_own(
    document: Document, reason: str
) -> None:
    with pytest.raises(ExplainedError) as refusal:
        compose_sent(document, issuer=ISSUER)
    assert refusal.value.kind is Kind.REFUSED
    assert reason in str(refusal.value)


def test_another_issuer_has_a_code_of_its_own() -> None:
    with pytest.raises(RefusedError) as refusal:
        compose_sent(plain_credential(), issuer=ISSUER)
    assert refusal.value.code is Code.ISSUER_MISMATCH


def test_a_null_within_a_json_literal_is_signed_and_stays() -> None:
    schema = {"$id": "https://example.org/s", "default": None, "enum": [None, "a"]}
    subject = {"id": "https://example.org/s", "type": "JsonSchema", "jsonSchema": schema}
    document = sent(
        type=["VerifiableCredential", "JsonSchemaCredential"], credentialSubject=subject
    )
    assert compose_sent(document, issuer=ISSUER)["credentialSubject"]["jsonSchema"] == schema


@pytest.mark.parametrize("identifier", [None, "https://badges.example/status-lists/1"])
def test_a_list_that_could_be_taken_for_ours_is_refused(identifier: str | None) -> None:
    document = sent(type=LIST_TYPE) | ({} if identifier is None else {"id": identifier})
    with pytest.raises(RefusedError, match="could be taken for one that is published here"):
        check_verified(document, issuer=ISSUER)


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(sent(type=LIST_TYPE, id="https://example.org/lists/1"), id="a list elsewhere"),
        pytest.param(sent(), id="no list, without an id"),
        pytest.param(sent(id="https://badges.example/a"), id="no list, at our address"),
        pytest.param(sent(type=LIST_TYPE, id="https://badges.example.org/1"), id="another host"),
    ],
)
def test_other_lists_and_ids_are_the_clients_own(document: Document) -> None:
    check_verified(document, issuer=ISSUER)


def test_a_proof_under_another_name_is_found_in_what_a_reader_sees() -> None:
    with pytest.raises(RefusedError, match="has a proof already"):
        check_verified(replace(sent(), "proof", {}), issuer=ISSUER)
