"""What W3C's suites for the VC API ask of the doors of an issuer and of a verifier.

A client looks at the status alone: 201 for what was signed, 200 for what verifies, and 400 for
whatever is wrong with what it sent.

https://w3c-ccg.github.io/vc-api/
"""

import json
from typing import Any, Final

import pytest

from openbadges.did import did_key
from openbadges.strict import Document
from tests.conformance.serving import Answer, GenericIssuer, Service
from tests.credentials import CONTEXTS, plain_credential, remove
from tests.signing import Ed25519TestSigner
from tests.world import did_key_issuer

V1: Final = "https://www.w3.org/2018/credentials/v1"
ID: Final = "urn:uuid:0c07c1ce-57cb-41af-bef2-1b932b986873"
SOMEBODY: Final = did_key_issuer(5)
LONG_AGO: Final = "2024-01-01T00:00:00Z"  # whatever the clock of the machine says
SIGNED: Final = SOMEBODY.sign(plain_credential(issuer=SOMEBODY.id), created=LONG_AGO)
# What is no array of contexts or types, no object, no proof.
NO_ARRAYS: Final[tuple[object, ...]] = ("string", {}, None, 10, True)
NO_ITEMS: Final[tuple[object, ...]] = ([], {}, None, 10, True)
NO_OBJECTS: Final[tuple[object, ...]] = ("string", None, 10, True, [])
WRONG: Final[dict[str, tuple[object, ...]]] = {
    "@context": (*NO_ARRAYS, *([item] for item in NO_ITEMS)),
    "type": (*NO_ARRAYS, *([item] for item in NO_ITEMS)),
    "issuer": ([], None, 10, True),
    "credentialSubject": NO_OBJECTS,
    "proof": NO_OBJECTS,
}


def sent(issuer: GenericIssuer, **changes: Any) -> Document:  # noqa: ANN401 -- any JSON value
    """Give what a client sends to be signed."""
    return plain_credential(issuer=issuer.did, id=ID, **changes)


def of_version_1(issuer: GenericIssuer, **changes: Any) -> Document:  # noqa: ANN401 -- any JSON value
    """Give a credential of version 1.1 of the data model."""
    members = {"@context": [V1], "issuanceDate": LONG_AGO} | changes
    return sent(issuer, **members)


def refuses(answer: Answer) -> None:
    """Require 400 and a JSON body that says why."""
    assert answer.status == 400, json.dumps(answer.document)
    assert answer.document["detail"]


def test_a_tester_knows_the_issuers_did_before_it_signs(service: Service) -> None:
    seed = bytes(range(32))
    issuer = service.issuer(seed=seed.hex())
    assert issuer.did == did_key(Ed25519TestSigner(seed).public_key)


def test_a_credential_is_issued_with_201_and_a_proof(issuer: GenericIssuer) -> None:
    answer = issuer.issue(sent(issuer))
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.document.keys() == {"verifiableCredential"}
    assert remove(answer.credential, "proof") == sent(issuer)
    method = answer.credential["proof"]["verificationMethod"]
    assert method == f"{issuer.did}#{issuer.did.removeprefix('did:key:')}"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="as it is"),
        pytest.param({"expirationDate": "2999-01-01T00:00:00Z"}, id="with an end"),
        pytest.param({"issuanceDate": "2024-03-16T22:37:26.544Z"}, id="with milliseconds"),
    ],
)
def test_a_credential_of_version_1_is_issued_too(
    service: Service, issuer: GenericIssuer, changes: Document
) -> None:
    signed = issuer.issue(of_version_1(issuer, **changes)).credential
    assert signed["@context"][0] == V1
    assert service.verify(signed, checks=["proof"]).status == 200


def test_options_may_be_left_out(service: Service, issuer: GenericIssuer) -> None:
    body = {"credential": sent(issuer)}
    answer = service.post("/credentials/issue", body, token=issuer.token)
    assert answer.status == 201
    verified = service.post("/credentials/verify", {"verifiableCredential": answer.credential})
    assert (verified.status, verified.document["verified"]) == (200, True)


@pytest.mark.parametrize("member", ["@context", "type", "issuer", "credentialSubject"])
def test_what_lacks_a_member_is_not_issued(issuer: GenericIssuer, member: str) -> None:
    refuses(issuer.issue(remove(sent(issuer), member)))


@pytest.mark.parametrize("member", ["@context", "type", "issuer", "credentialSubject"])
def test_what_has_another_thing_for_a_member_is_not_issued(
    issuer: GenericIssuer, member: str
) -> None:
    for value in WRONG[member]:
        refuses(issuer.issue(sent(issuer) | {member: value}))


def test_what_is_sent_under_another_name_is_not_issued(
    service: Service, issuer: GenericIssuer
) -> None:
    body = {"verifiableCredential": sent(issuer)}
    refuses(service.post("/credentials/issue", body, token=issuer.token))


def test_an_issuer_signs_for_whoever_has_its_own_token(
    service: Service, issuer: GenericIssuer, status_issuer: GenericIssuer
) -> None:
    body = {"credential": sent(issuer)}
    assert service.post("/credentials/issue", body).status == 401
    assert service.post("/credentials/issue", body, token="insignia_" + "a" * 32).status == 401
    refuses(service.post("/credentials/issue", body, token=status_issuer.token))


@pytest.mark.parametrize(
    "options",
    [{}, {"checks": ["proof"]}, {"checks": []}, {"checks": ["proof", "credentialStatus"]}],
    ids=str,
)
def test_what_verifies_is_answered_with_200_and_no_errors(
    service: Service, options: Document
) -> None:
    answer = service.verify(SIGNED, **options)
    assert (answer.status, answer.document["verified"]) == (200, True)
    assert not answer.document.get("errors")


@pytest.mark.parametrize("member", SIGNED)
def test_what_lacks_a_member_does_not_verify(service: Service, member: str) -> None:
    refuses(service.verify(remove(SIGNED, member), checks=["proof"]))


@pytest.mark.parametrize("member", SIGNED["proof"])
def test_a_proof_that_lacks_a_member_does_not_verify(service: Service, member: str) -> None:
    refuses(service.verify(remove(SIGNED, f"proof.{member}"), checks=["proof"]))


@pytest.mark.parametrize("member", WRONG)
def test_what_has_another_thing_for_a_member_does_not_verify(service: Service, member: str) -> None:
    for value in WRONG[member]:
        refuses(service.verify(SIGNED | {member: value}, checks=["proof"]))


@pytest.mark.parametrize("presented", [None, 7, True, [], "", "did:example:1", {}], ids=str)
def test_what_is_no_credential_or_presentation_does_not_verify(
    service: Service, presented: object
) -> None:
    refuses(service.verify(presented))
    refuses(service.verify_presentation(presented))


def test_a_key_that_the_issuer_does_not_list_signs_nothing_for_it(service: Service) -> None:
    for issuer in ("https://issuer.example/5678", "did:key:z6MkwYMhwTvsq376YBAcJHy3vyRWzBgn5vKf"):
        signed = SOMEBODY.sign(plain_credential(issuer=issuer), created=LONG_AGO)
        answer = service.verify(signed, checks=["proof"])
        refuses(answer)
        assert {error["check"] for error in answer.document["errors"]} <= {"issuer", "conformance"}


def test_a_status_entry_is_added_and_its_list_is_public_and_signed(
    service: Service, status_issuer: GenericIssuer
) -> None:
    signed = status_issuer.issue(sent(status_issuer)).credential
    entry = signed["credentialStatus"]
    assert (entry["type"], entry["statusPurpose"]) == ("BitstringStatusListEntry", "revocation")
    assert isinstance(entry["statusListIndex"], str)
    assert entry["statusListIndex"].isdecimal()
    url = entry["statusListCredential"]
    assert url.startswith(f"{service.base_url}/")
    listed = service.get(url)
    assert (listed.status, listed.document["id"]) == (200, url)
    assert listed.document["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert listed.document["issuer"] == status_issuer.did
    assert service.verify(listed.document).status == 200
    assert service.verify(signed, checks=["proof", "credentialStatus"]).status == 200


def test_an_entry_that_a_client_sends_stays_the_only_one(status_issuer: GenericIssuer) -> None:
    own = {"type": "https://vocabulary.example/#Status", "id": "https://status.example/1"}
    signed = status_issuer.issue(sent(status_issuer, credentialStatus=own)).credential
    assert signed["credentialStatus"] == own


def test_two_sendings_of_one_document_are_two_credentials(status_issuer: GenericIssuer) -> None:
    first, second = (status_issuer.issue(sent(status_issuer)).credential for _ in range(2))
    assert first["credentialStatus"]["id"] != second["credentialStatus"]["id"]


def test_what_was_issued_and_revoked_does_not_verify(
    service: Service, status_issuer: GenericIssuer
) -> None:
    signed = status_issuer.issue(sent(status_issuer)).credential
    service.shell.does("revoke", signed["credentialStatus"]["id"], "--reason", "an example")
    service.publish_status()
    answer = service.verify(signed)
    refuses(answer)
    assert {error["code"] for error in answer.document["errors"]} == {"REVOKED"}
    assert service.verify(signed, checks=["proof"]).status == 200


def test_a_context_that_is_not_carried_is_neither_signed_nor_verified(
    service: Service, issuer: GenericIssuer
) -> None:
    contexts = [CONTEXTS[0], "https://context.example/v1"]
    for answer in (
        issuer.issue(sent(issuer, **{"@context": contexts})),
        service.verify(SIGNED | {"@context": contexts}),
    ):
        refuses(answer)
        assert "CONTEXT_UNKNOWN" in json.dumps(answer.document)
