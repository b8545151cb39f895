"""An in-memory Internet: issuers with real keys, and a source that can be told to fail or to lie.

`Internet` implements `verifier.DocumentSource`; its documents are bytes, or are made when they are
fetched. No socket exists here. The credentials themselves are in `tests.credentials`.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from openbadges import status_list
from openbadges.data_integrity import CRYPTOSUITES, create_proof
from openbadges.data_integrity.proof import hash_data
from openbadges.did import did_key, did_web_document, did_web_url
from openbadges.did.controller_document import ListedKey, method_id
from openbadges.errors import Code, UnavailableError
from openbadges.jose import credential_claims, sign_compact_jws
from openbadges.signer import Signer
from openbadges.strict import Document, encode_base58btc, format_timestamp
from tests.credentials import ISSUER, STATUS_LIST, valid_credential
from tests.signing import EcTestSigner, Ed25519TestSigner, RsaTestSigner
from verifier import Check, Finding, Outcome, Report, Verdict, Verifier

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
SUITE = CRYPTOSUITES["eddsa-rdfc-2022"]

Presented = Document | str | bytes


@dataclass(frozen=True, slots=True)
class Issuer:
    """Someone who signs: a did:web, did:key or https identifier, and the key that it lists."""

    id: str
    signer: Signer

    def sign(self, unsecured: Document, **options: Any) -> Document:  # noqa: ANN401 -- any JSON value
        """Give the document with a proof; `options` are further members of that proof."""
        return unsecured | {"proof": self.proof(unsecured, **options)}

    def proof(self, unsecured: Document, **options: Any) -> Document:  # noqa: ANN401 -- any JSON value
        """Give a proof; with `options` as an issuer could make it that is not ours."""
        if not options:
            return create_proof(unsecured, suite=SUITE, signer=self.signer, created=NOW)
        proof = {
            "type": "DataIntegrityProof",
            "cryptosuite": SUITE.name,
            "created": format_timestamp(NOW),
            "verificationMethod": self.signer.verification_method,
            "proofPurpose": "assertionMethod",
        } | options
        signature = self.signer.sign(hash_data(unsecured, proof, suite=SUITE))
        return proof | {"proofValue": "z" + encode_base58btc(signature)}

    def sign_jws(self, credential: Document) -> str:
        """Give the credential as a VC-JWT."""
        claims = json.dumps(credential_claims(credential)).encode()
        return sign_compact_jws(claims, self.signer)

    def listed(self, **changes: Any) -> ListedKey:  # noqa: ANN401 -- the fields of ListedKey
        """Give the issuer's key as its controller document lists it."""
        return ListedKey(public_key=self.signer.public_key, **changes)

    def document(self, **changes: Any) -> Document:  # noqa: ANN401 -- the fields of ListedKey
        """Give the controller document, which lists this one key."""
        return did_web_document(self.id, keys=[self.listed(**changes)])


def ed25519_issuer(identifier: str, seed: int) -> Issuer:
    """Make an issuer with the Ed25519 key of a small number."""
    key = Ed25519TestSigner(seed.to_bytes(32)).public_key
    method = method_id(identifier, key)
    return Issuer(identifier, Ed25519TestSigner(seed.to_bytes(32), verification_method=method))


def did_key_issuer(seed: int) -> Issuer:
    """Make an issuer whose identifier is its Ed25519 key."""
    return ed25519_issuer(did_key(Ed25519TestSigner(seed.to_bytes(32)).public_key), seed)


def es256_issuer(identifier: str | None = None) -> Issuer:
    """Make an issuer with a P-256 key: a did:key, unless it has another identifier."""
    key = EcTestSigner(11).public_key
    identifier = identifier or did_key(key)
    return Issuer(identifier, EcTestSigner(11, verification_method=method_id(identifier, key)))


def rs256_issuer(identifier: str | None = None) -> Issuer:
    """Make an issuer with an RSA key: a did:jwk, unless it has another identifier."""
    if identifier is None:
        signer = RsaTestSigner()
        return Issuer(signer.verification_method.partition("#")[0], signer)
    method = method_id(identifier, RsaTestSigner().public_key)
    return Issuer(identifier, RsaTestSigner(verification_method=method))


BADGES = ed25519_issuer(ISSUER, 1)
BANK = ed25519_issuer("did:web:bank.example", 2)
LIBRARY = ed25519_issuer("https://library.example", 3)
EVIL = did_key_issuer(66)


@dataclass
class Internet:
    """Every document there is, by its URL; `fetched` counts who was asked how often."""

    documents: dict[str, bytes | Callable[[], bytes]] = field(default_factory=dict)
    fetched: Counter[str] = field(default_factory=Counter)

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
        """Answer as the guarded fetcher does."""
        self.fetched[url] += 1
        if url not in self.documents:
            raise UnavailableError(f"nothing answers at {url:.200}")
        found = self.documents[url]
        data = found if isinstance(found, bytes) else found()
        if len(data) > maximum_bytes:
            raise UnavailableError(f"{url:.200} is longer than {maximum_bytes} bytes")
        return data

    def publish(self, url: str, document: Document | bytes | Callable[[], bytes]) -> None:
        """Let `url` answer with a document, with bytes, or with what is made at that moment."""
        made = json.dumps(document).encode() if isinstance(document, dict) else document
        self.documents[url] = made

    def enrol(self, issuer: Issuer, **changes: Any) -> None:  # noqa: ANN401 -- the fields of ListedKey
        """Publish an issuer's controller document."""
        self.publish(address_of(issuer), issuer.document(**changes))

    def take_down(self, url: str) -> None:
        """Let `url` not answer any more."""
        del self.documents[url]

    def verify(
        self,
        presented: Presented,
        *,
        now: datetime = NOW,
        recipient: str | None = None,
        **changes: Any,  # noqa: ANN401 -- the fields of Verifier
    ) -> Report:
        """Verify what is presented in this world."""
        verifier = Verifier(self, **changes)
        return verifier.verify(as_bytes(presented), now=now, expected_recipient=recipient)


def address_of(issuer: Issuer) -> str:
    """Give the URL at which an issuer's controller document lies."""
    return did_web_url(issuer.id) if issuer.id.startswith("did:web:") else issuer.id


def as_bytes(presented: Presented) -> bytes:
    """Give a document as the bytes in which it arrives."""
    if isinstance(presented, dict):
        presented = json.dumps(presented)
    return presented.encode() if isinstance(presented, str) else presented


def status_list_document(
    *,
    revoked: Collection[int] = (),
    purpose: str = "revocation",
    issuer: str = ISSUER,
    id: str = STATUS_LIST,  # noqa: A002 -- the standard's word
    **changes: Any,  # noqa: ANN401 -- any JSON value
) -> Document:
    """Give an unsigned status list that is fresh at NOW, with top-level members changed."""
    bits = status_list.with_set(bytes(status_list.MINIMUM_ENTRIES // 8), revoked)
    document = status_list.status_list_credential(
        id=id,
        issuer=issuer,
        encoded_list=status_list.encode(bits),
        purpose=purpose,
        valid_from=NOW - timedelta(hours=1),
        valid_until=NOW + timedelta(days=7),
        ttl_milliseconds=300_000,
    )
    return document | changes


def honest_internet(*, revoked: Collection[int] = ()) -> Internet:
    """Give a world in which everyone answers truly: two issuers of badges and an endorser."""
    internet = Internet()
    for issuer in (BADGES, BANK, LIBRARY):
        internet.enrol(issuer)
    signed = BADGES.sign(status_list_document(revoked=revoked))
    internet.publish(STATUS_LIST, signed)
    return internet


def issued_by(issuer: Issuer, **changes: Any) -> Document:  # noqa: ANN401 -- any JSON value
    """Give an unsigned badge of an issuer, with neither status nor creator."""
    document = valid_credential(**changes)
    document["issuer"]["id"] = issuer.id
    del document["credentialSubject"]["achievement"]["creator"]
    document.pop("credentialStatus", None)
    return document


def refusals(report: Report) -> list[tuple[str, Code]]:
    """Give check and code of everything that did not pass, but what is told and not counted."""
    return [
        (finding.check.value, finding.code)
        for finding in report.findings
        if finding.outcome is not Outcome.PASSED and not _is_only_told(finding)
    ]


def _is_only_told(finding: Finding) -> bool:
    told = finding.check in (Check.TRUST, Check.REFRESH)
    return told or (finding.check is Check.SCHEMA and finding.outcome is Outcome.UNKNOWN)


def assert_verified(report: Report) -> None:
    """Say what stands against it, where it is not verified."""
    assert (report.verdict, refusals(report)) == (Verdict.VERIFIED, [])


def assert_refused(report: Report, verdict: Verdict, code: Code) -> None:
    """Check the verdict, and that one finding explains it with this code."""
    codes = {code for _, code in refusals(report)}
    assert (report.verdict, code in codes) == (verdict, True), report.findings
