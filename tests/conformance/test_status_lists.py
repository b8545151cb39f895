"""What W3C's suite for bitstring status lists asks of an issuer that adds the entries itself.

https://www.w3.org/TR/vc-bitstring-status-list/
"""

from typing import Any, Final

import pytest

from openbadges.status_list import MINIMUM_ENTRIES, decode, read_status
from openbadges.strict import Document
from tests.conformance.serving import GenericIssuer, Service
from tests.credentials import plain_credential

SUITES: Final = [
    pytest.param(("--cryptosuite", name, *curve), id=" ".join((name, *curve[1:])))
    for name, *curve in (
        ("eddsa-rdfc-2022",),
        ("eddsa-jcs-2022",),
        ("ecdsa-rdfc-2019", "--curve", "P-256"),
        ("ecdsa-jcs-2019", "--curve", "P-384"),
    )
]


class Issued:
    """A credential with its entry, and the list that this names."""

    def __init__(self, issuer: GenericIssuer) -> None:
        self.issuer = issuer
        self.credential = issuer.issue(sent(issuer)).credential
        self.entry: Document = self.credential["credentialStatus"]

    @property
    def list(self) -> Document:
        """The list, as its address answers now."""
        answer = self.issuer.service.get(self.entry["statusListCredential"])
        assert answer.status == 200
        document: Document = answer.document
        return document

    @property
    def bit(self) -> int:
        """What the list says now of this credential."""
        bits = decode(self.list["credentialSubject"]["encodedList"])
        return read_status(bits, int(self.entry["statusListIndex"]))


def sent(issuer: GenericIssuer, **members: Any) -> Document:  # noqa: ANN401 -- any JSON value
    """Give a credential as a client sends it to an issuer, without a status."""
    return plain_credential(issuer=issuer.did, **members)


@pytest.fixture(scope="module", params=SUITES)
def issued(service: Service, request: pytest.FixtureRequest) -> Issued:
    """A credential by an issuer of a suite."""
    options = request.param
    # P-256 and P-384 ask for a private scalar of their own length.
    seed = "7a" * 47 + "01" if "P-384" in options else None
    return Issued(service.issuer("--status", *options, seed=seed))


def test_an_entry_is_added_as_the_specification_writes_it(service: Service, issued: Issued) -> None:
    entry = issued.entry
    assert entry["type"] == "BitstringStatusListEntry"
    assert entry["statusPurpose"] == "revocation"
    assert entry["statusListIndex"] == str(int(entry["statusListIndex"]))
    assert 0 <= int(entry["statusListIndex"]) < MINIMUM_ENTRIES
    assert entry["statusListCredential"].startswith(f"{service.base_url}/")
    assert entry["id"] != entry["statusListCredential"]


def test_an_entrys_list_is_a_credential_at_its_address(issued: Issued) -> None:
    document = issued.list
    assert document["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert {"VerifiableCredential", "BitstringStatusListCredential"} <= set(document["type"])
    assert document["id"] == issued.entry["statusListCredential"]
    assert document["issuer"] == issued.issuer.did
    assert document["proof"]["cryptosuite"] == issued.credential["proof"]["cryptosuite"]
    subject = document["credentialSubject"]
    assert subject["type"] == "BitstringStatusList"
    assert subject["statusPurpose"] == issued.entry["statusPurpose"]


def test_a_list_says_that_it_is_json_to_who_asks_for_json(issued: Issued) -> None:
    answer = issued.issuer.service.get(issued.entry["statusListCredential"])
    assert answer.headers["Content-Type"] == "application/ld+json"
    assert "Accept" in answer.headers["Vary"]


def test_a_list_has_16_kilobytes_in_multibase_base64url_and_gzip(issued: Issued) -> None:
    encoded = issued.list["credentialSubject"]["encodedList"]
    assert encoded[0] == "u"
    assert len(decode(encoded)) == 16 * 1024


def test_credential_and_list_verify(service: Service, issued: Issued) -> None:
    checks = ["proof", "credentialStatus"]
    answer = service.verify(issued.credential, checks=checks)
    assert (answer.status, answer.document["verified"]) == (200, True)
    assert answer.document["checks"] == checks
    assert service.verify(issued.list).status == 200


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"statusListCredential": "invalid"}, id="the list is no URL"),
        pytest.param({"type": "invalid-type"}, id="a type that is none"),
        pytest.param({"statusListIndex": "1"}, id="another index"),
    ],
)
def test_a_changed_entry_does_not_verify(
    service: Service, issued: Issued, changes: Document
) -> None:
    changed = issued.credential | {"credentialStatus": issued.entry | changes}
    answer = service.verify(changed, checks=["proof", "credentialStatus"])
    assert (answer.status, answer.document["verified"]) == (400, False)


def test_a_revocation_is_seen_in_the_list_and_by_the_verifier(
    service: Service, issued: Issued
) -> None:
    other = Issued(issued.issuer)
    assert other.bit == 0
    service.shell.does("revoke", other.entry["id"], "--reason", "a mistake")
    service.publish_status()
    assert (other.bit, issued.bit) == (1, 0)
    answer = service.verify(other.credential, checks=["proof", "credentialStatus"])
    assert (answer.status, answer.document["verified"]) == (400, False)
    assert service.verify(issued.credential, checks=["credentialStatus"]).status == 200


ENTRY: Final = {
    "type": "BitstringStatusListEntry",
    "statusPurpose": "revocation",
    "statusListIndex": "4",
    "statusListCredential": "https://lists.example/1",
}


def test_nobody_has_anything_signed_without_a_token(
    service: Service, status_issuer: GenericIssuer
) -> None:
    body = {"credential": sent(status_issuer)}
    assert service.post("/credentials/issue", body).status == 401


def test_an_entry_of_the_clients_own_stays_as_it_is(status_issuer: GenericIssuer) -> None:
    signed = status_issuer.issue(sent(status_issuer, credentialStatus=ENTRY)).credential
    assert signed["credentialStatus"] == ENTRY


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"statusListIndex": True}, id="an index that is true"),
        pytest.param({"statusListIndex": 4}, id="an index that is a number"),
        pytest.param({"statusListIndex": "-1"}, id="an index below zero"),
        pytest.param({"statusPurpose": None}, id="no purpose"),
        pytest.param({"statusListCredential": None}, id="no list"),
        pytest.param({"statusListCredential": "list"}, id="a list that is no URL"),
        pytest.param({"id": ENTRY["statusListCredential"]}, id="an id that is the list's"),
        pytest.param({"statusSize": 0}, id="a size of zero"),
        pytest.param({"statusSize": "1"}, id="a size that is text"),
        pytest.param({"statusSize": 2}, id="a size without messages"),
        pytest.param(
            {"statusSize": 2, "statusMessage": [{"status": "0x0", "message": "new"}]},
            id="messages for some values",
        ),
    ],
)
def test_a_malformed_entry_is_not_signed(
    status_issuer: GenericIssuer, changes: dict[str, Any]
) -> None:
    entry = {name: value for name, value in (ENTRY | changes).items() if value is not None}
    assert status_issuer.issue(sent(status_issuer, credentialStatus=entry)).status == 400


def test_an_entry_under_another_name_is_not_signed(status_issuer: GenericIssuer) -> None:
    entry = ENTRY | {"statusListIndex": True}
    assert status_issuer.issue(sent(status_issuer, statusEntry=entry)).status == 400
