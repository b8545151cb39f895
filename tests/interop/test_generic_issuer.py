"""What our generic issuer signs for a client verifies with npm's @digitalbazaar/vc."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from issuer.generic import issue_generic
from issuer.issuers import did_document
from issuer.new_issuer import NewIssuer, create_issuer
from issuer.publication import PublishedDocuments
from issuer.tables import DidMethod, Profile
from openbadges.strict import Document, format_timestamp, parse_json_object
from storage import Database, schema
from tests.credentials import plain_credential, remove, replace, valid_credential
from tests.issuing import NOW, make_cheap_keystore
from tests.node import Node

V1: Final = "https://www.w3.org/2018/credentials/v1"
V2: Final = "https://www.w3.org/ns/credentials/v2"
EXAMPLES: Final = "https://www.w3.org/ns/credentials/examples/v2"
INLINE: Final = {
    "score": {
        "@id": "https://vocabulary.example/score",
        "@type": "http://www.w3.org/2001/XMLSchema#integer",
    },
    "Course": "https://vocabulary.example/Course",
}
MAXIMUM_BYTES: Final = 1_000_000


class Client:
    """A client of the VC API: it has something signed here, and verifies it there."""

    def __init__(self, database: Database, node: Node, folder: Path, **changes: Any) -> None:  # noqa: ANN401 -- the fields of NewIssuer
        self._database, self._node = database, node
        self._keystore = make_cheap_keystore(folder, "for tests only")
        new = NewIssuer(
            method=DidMethod.KEY,
            base_url="http://localhost:8000",
            name="Example",
            profile=Profile.GENERIC,
            adds_status=True,
            **changes,
        )
        self.issuer = create_issuer(new, database=database, keystore=self._keystore, now=NOW)

    def issue(self, credential: Document) -> Document:
        """Have a credential signed in the issuer's name."""
        named = credential | {"issuer": self.issuer.did}
        return issue_generic(self._database, self._keystore, named, NOW, self.issuer.id)

    def verify_there(self, signed: Document) -> Document:
        """Verify it with what is published here."""
        documents = {self.issuer.did: did_document(self.issuer, self._keystore)}
        if "credentialStatus" in signed:
            url = signed["credentialStatus"]["statusListCredential"]
            body = PublishedDocuments(self._database).fetch(url, maximum_bytes=MAXIMUM_BYTES)
            documents[url] = parse_json_object(body, what="the status list")
        answer: Document = self._node.ask(
            "verify", credential=signed, now=format_timestamp(NOW), documents=documents
        )
        return answer


@pytest.fixture(scope="module")
def client(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of one generic issuer that adds a status entry."""
    folder = tmp_path_factory.mktemp("client")
    with closing(Database.open(f"sqlite:///{folder / 'database'}", create=True)) as database:
        schema.upgrade(database)
        yield Client(database, node, folder / "keys")


def sent(*contexts: object, **members: Any) -> Document:  # noqa: ANN401 -- JSON is any JSON value
    """Give a credential; whoever has it signed names the issuer."""
    return plain_credential(**{"@context": list(contexts), **members})


def badge() -> Document:
    """Give a badge without a status; whoever has it signed names the issuer."""
    document = valid_credential()
    for path in ("credentialStatus", "credentialSubject.achievement.creator"):
        document = remove(document, path)
    return document


SENT: Final = [
    pytest.param(sent(V2, name="Hola 🎓"), id="context v2 alone"),
    pytest.param(
        sent(V2, EXAMPLES, type=["VerifiableCredential", "ExampleAlumniCredential"]),
        id="the context of the examples",
    ),
    pytest.param(
        sent(
            V2,
            INLINE,
            type=["VerifiableCredential", "Course"],
            credentialSubject={"id": "did:example:subject", "score": 7},
        ),
        id="an inline context",
    ),
    pytest.param(badge(), id="a badge"),
]


@pytest.mark.parametrize("credential", SENT)
def test_what_is_signed_for_a_client_verifies_there(client: Client, credential: Document) -> None:
    signed = client.issue(credential)
    assert client.verify_there(signed) == {"verified": True, "error": None, "revoked": False}


def test_a_credential_of_version_1_verifies_there(client: Client) -> None:
    signed = client.issue(sent(V1, issuanceDate="2020-01-01T00:00:00Z"))
    assert signed["@context"] == [V1, "https://w3id.org/security/data-integrity/v2"]
    assert client.verify_there(signed) == {"verified": True, "error": None, "revoked": None}


@pytest.mark.parametrize("credential", SENT)
def test_one_changed_letter_is_refused_there(client: Client, credential: Document) -> None:
    changed = replace(client.issue(credential), "credentialSubject.id", "did:example:subjecT")
    assert not client.verify_there(changed)["verified"]


@pytest.mark.parametrize(
    ("cryptosuite", "curve"),
    [
        ("eddsa-jcs-2022", None),
        ("ecdsa-rdfc-2019", "P-256"),
        ("ecdsa-rdfc-2019", "P-384"),
        ("ecdsa-jcs-2019", "P-256"),
        ("ecdsa-jcs-2019", "P-384"),
    ],
)
def test_each_suite_and_its_status_lists_verify_there(
    node: Node, tmp_path: Path, cryptosuite: str, curve: str | None
) -> None:
    with closing(Database.open(f"sqlite:///{tmp_path / 'database'}", create=True)) as database:
        schema.upgrade(database)
        other = Client(database, node, tmp_path / "keys", cryptosuite=cryptosuite, curve=curve)
        signed = other.issue(sent(V2, name="Hola 🎓"))
        assert signed["proof"]["cryptosuite"] == cryptosuite
        assert other.verify_there(signed) == {"verified": True, "error": None, "revoked": False}
        changed = replace(signed, "credentialSubject.id", "did:example:subjecT")
        assert not other.verify_there(changed)["verified"]
