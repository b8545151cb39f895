"""Data Integrity with npm's @digitalbazaar/vc: made here and verified there, and the reverse."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from openbadges import status_list
from openbadges.data_integrity import CRYPTOSUITES, create_proof
from openbadges.did import (
    ListedKey,
    did_key_document,
    did_web_document,
    did_web_url,
    method_id,
)
from openbadges.strict import Document, format_timestamp, parse_json_object
from tests.credentials import ISSUER, STATUS_LIST, plain_credential, replace, valid_credential
from tests.node import Node
from tests.signing import EcTestSigner, Ed25519TestSigner, RsaTestSigner
from verifier import Check, Outcome, Report, Verdict, Verifier
from verifier.sources import NoDocuments, SuppliedDocuments

SEED: Final = bytes(range(32))
INDEX: Final = 94567  # of the valid credential in its status list
VERIFIED: Final = {"verified": True, "error": None, "revoked": False}


@dataclass(frozen=True, slots=True)
class Issuer:
    """An issuer with the tests' key, the document that lists it, and the moment of the test."""

    did: str
    signer: Ed25519TestSigner
    document: Document
    now: datetime

    def unsigned(self, credential: Document) -> Document:
        """Give a badge of this issuer."""
        named = replace(credential, "issuer.id", self.did)
        return replace(named, "credentialSubject.achievement.creator.id", self.did)

    def sign(self, unsigned: Document) -> Document:
        """Sign a document here."""
        suite = CRYPTOSUITES["eddsa-rdfc-2022"]
        proof = create_proof(unsigned, suite=suite, signer=self.signer, created=self.now)
        return unsigned | {"proof": proof}

    def sign_there(self, node: Node, unsigned: Document) -> Document:
        """Sign a document in Node."""
        signed: Document = node.ask(
            "sign",
            credential=unsigned,
            seed=SEED.hex(),
            verificationMethod=self.signer.verification_method,
            created=format_timestamp(self.now),
            documents=self.published(),
        )
        return signed

    def published(self, *, revoked: tuple[int, ...] = ()) -> dict[str, Document]:
        """Give what this issuer publishes: its keys, and a status list signed here."""
        bits = status_list.with_set(bytes(status_list.MINIMUM_ENTRIES // 8), revoked)
        unsigned = status_list.status_list_credential(
            id=STATUS_LIST,
            issuer=self.did,
            encoded_list=status_list.encode(bits),
            purpose="revocation",
            valid_from=self.now - timedelta(minutes=1),
            valid_until=self.now + timedelta(days=7),
            ttl_milliseconds=300_000,
        )
        return {self.did: self.document, STATUS_LIST: self.sign(unsigned)}

    def verify(self, credential: Document, **lists: Document) -> Report:
        """Verify a credential here."""
        published = self.published() | lists
        documents = {
            did_web_url(url) if url.startswith("did:web:") else url: json.dumps(document).encode()
            for url, document in published.items()
        }
        verifier = Verifier(SuppliedDocuments(documents, NoDocuments()))
        return verifier.verify(json.dumps(credential).encode(), now=self.now)

    def verify_there(
        self, node: Node, credential: Document, *, revoked: tuple[int, ...] = ()
    ) -> Document:
        """Verify a credential in Node."""
        result: Document = node.ask(
            "verify",
            credential=credential,
            now=format_timestamp(self.now),
            documents=self.published(revoked=revoked),
        )
        return result


def _did_key(now: datetime) -> Issuer:
    signer = Ed25519TestSigner(SEED)
    did = signer.verification_method.partition("#")[0]
    return Issuer(did, signer, did_key_document(did), now)


def _did_web(now: datetime) -> Issuer:
    key = Ed25519TestSigner(SEED).public_key
    others = (EcTestSigner(7).public_key, RsaTestSigner().public_key)
    document = did_web_document(ISSUER, keys=[ListedKey(public_key=one) for one in (key, *others)])
    signer = Ed25519TestSigner(SEED, verification_method=method_id(ISSUER, key))
    return Issuer(ISSUER, signer, document, now)


@pytest.fixture(params=[_did_key, _did_web], ids=["did:key", "did:web"])
def issuer(request: pytest.FixtureRequest, now: datetime) -> Issuer:
    """Each kind of issuer in turn."""
    made: Issuer = request.param(now)
    return made


def _generic(**members: object) -> Document:
    inline = {
        "score": {
            "@id": "https://vocabulary.example/score",
            "@type": "http://www.w3.org/2001/XMLSchema#float",
        }
    }
    return plain_credential(
        **{"@context": ["https://www.w3.org/ns/credentials/v2", inline], **members}
    )


CREDENTIALS: Final = [
    pytest.param(valid_credential(), id="a badge"),
    pytest.param(
        replace(valid_credential(), "credentialSubject.narrative", "🎓 Insígnia «ñ» 維基 مرحبا"),
        id="emoji and scripts",
    ),
    pytest.param(
        replace(valid_credential(), "credentialSubject.creditsEarned", 42.0), id="a whole float"
    ),
    pytest.param(replace(valid_credential(), "credentialSubject.creditsEarned", 0.5), id="a half"),
]
GENERIC: Final = [
    pytest.param(
        _generic(
            name={"@value": "مرحبا", "@language": "ar", "@direction": "rtl"},
            description=[{"@value": "Hola", "@language": "es"}, {"@value": "Hi 👋🏽"}],
        ),
        id="language and direction",
    ),
    pytest.param(
        _generic(credentialSubject={"id": "did:example:subject", "score": 42.0}),
        id="a whole float with a type",
    ),
    pytest.param(
        _generic(credentialSubject={"id": "did:example:subject", "score": [0.5, "0.10"]}),
        id="floats with a type",
    ),
]


@pytest.mark.parametrize("credential", CREDENTIALS)
def test_a_badge_made_here_verifies_there(node: Node, issuer: Issuer, credential: Document) -> None:
    signed = issuer.sign(issuer.unsigned(credential))
    assert issuer.verify_there(node, signed) == VERIFIED


@pytest.mark.parametrize("credential", CREDENTIALS)
def test_a_badge_made_there_verifies_here(node: Node, issuer: Issuer, credential: Document) -> None:
    signed = issuer.sign_there(node, issuer.unsigned(credential))
    assert issuer.verify(signed).verdict is Verdict.VERIFIED


@pytest.mark.parametrize("credential", GENERIC)
def test_a_plain_credential_made_here_verifies_there(
    node: Node, issuer: Issuer, credential: Document
) -> None:
    signed = issuer.sign(credential | {"issuer": issuer.did})
    assert issuer.verify_there(node, signed) == VERIFIED | {"revoked": None}


@pytest.mark.parametrize("credential", GENERIC)
def test_a_plain_credential_made_there_verifies_here(
    node: Node, issuer: Issuer, credential: Document
) -> None:
    signed = issuer.sign_there(node, credential | {"issuer": issuer.did})
    assert issuer.verify(signed).verdict is Verdict.VERIFIED


def test_both_make_the_same_proof(node: Node, issuer: Issuer) -> None:
    unsigned = issuer.unsigned(valid_credential())
    assert issuer.sign_there(node, unsigned)["proof"] == issuer.sign(unsigned)["proof"]


def test_the_example_of_1edtech_gets_its_published_proof_there(
    node: Node, shared_vectors: Path
) -> None:
    folder = shared_vectors / "ob-v3p0"
    unsigned, signed, keys = (
        parse_json_object((folder / name).read_bytes(), what=name)
        for name in ("unsigned.json", "signed.json", "key-pair.json")
    )
    made = node.ask(
        "sign",
        credential=unsigned,
        seed=keys["privateSeedHex"],
        verificationMethod=signed["proof"]["verificationMethod"],
        created=signed["proof"]["created"],
    )
    assert made["proof"] == signed["proof"]


def test_a_revocation_made_here_is_read_there(node: Node, issuer: Issuer) -> None:
    signed = issuer.sign(issuer.unsigned(valid_credential()))
    answer = issuer.verify_there(node, signed, revoked=(INDEX,))
    assert answer == VERIFIED | {"revoked": True}


def test_a_status_list_made_there_is_read_here(node: Node, issuer: Issuer) -> None:
    unsigned = dict(issuer.published(revoked=(INDEX,))[STATUS_LIST])
    del unsigned["proof"]
    resigned = issuer.sign_there(node, unsigned)
    report = issuer.verify(
        issuer.sign(issuer.unsigned(valid_credential())), **{STATUS_LIST: resigned}
    )
    assert [finding.code for finding in report.of(Check.STATUS)] == ["REVOKED"]


CHANGES: Final = [
    pytest.param("name", "Citing sourcez", id="name"),
    pytest.param("type.1", "OpenBadgeCredentiaI", id="type"),
    pytest.param("issuer.name", "example User Group", id="issuer.name"),
    pytest.param("validUntil", "2039-02-01T12:00:00Z", id="validUntil"),
    pytest.param("awardedDate", "2026-01-31T18:00:00+02:00", id="awardedDate"),
    pytest.param(
        "credentialSubject.id",
        "urn:uuid:0f4cf7b9-9f0d-4f1c-8a54-7d7b6f0c9d23",
        id="credentialSubject.id",
    ),
    pytest.param("credentialSubject.identifier.0.salt", "kosher", id="salt"),
    pytest.param("credentialSubject.creditsEarned", 1.6, id="creditsEarned"),
    pytest.param("credentialSubject.result.0.value", "24", id="result"),
    pytest.param("credentialSubject.achievement.tag.1", "Sources", id="tag"),
    pytest.param("credentialStatus.statusListIndex", "94568", id="statusListIndex"),
    pytest.param("proof.created", "2026-03-01T11:00:00Z", id="proof.created"),
]


@pytest.mark.parametrize(("path", "value"), CHANGES)
def test_one_changed_character_is_refused_by_both(
    node: Node, issuer: Issuer, path: str, value: str | float
) -> None:
    changed = replace(issuer.sign(issuer.unsigned(valid_credential())), path, value)
    assert not issuer.verify_there(node, changed)["verified"]
    report = issuer.verify(changed)
    assert report.verdict is Verdict.REJECTED
    assert report.of(Check.PROOF)[0].outcome is Outcome.FAILED


def test_one_changed_character_of_the_signature_is_refused_by_both(
    node: Node, issuer: Issuer
) -> None:
    signed = issuer.sign_there(node, issuer.unsigned(valid_credential()))
    signature = signed["proof"]["proofValue"]
    other = "2" if signature[40] == "1" else "1"
    changed = replace(signed, "proof.proofValue", signature[:40] + other + signature[41:])
    assert not issuer.verify_there(node, changed)["verified"]
    assert issuer.verify(changed).verdict is Verdict.REJECTED


def test_a_key_that_the_issuer_does_not_list_is_refused_by_both(node: Node, issuer: Issuer) -> None:
    stranger = Ed25519TestSigner(bytes(32))
    forged = Issuer(issuer.did, stranger, issuer.document, issuer.now)
    signed = forged.sign(issuer.unsigned(valid_credential()))
    did = stranger.verification_method.partition("#")[0]
    documents = issuer.published() | {did: did_key_document(did)}
    answer = node.ask(
        "verify", credential=signed, now=format_timestamp(issuer.now), documents=documents
    )
    assert not answer["verified"]
    assert issuer.verify(signed).verdict is Verdict.REJECTED
