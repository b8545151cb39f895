"""Issuers as whom independent software signs too: the same key, held here and there.

What runs in Node is asked through `tests.node`; the software of PyPI is called by its own tests.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from openbadges.data_integrity import CRYPTOSUITES, create_proof
from openbadges.did import did_key, did_key_document
from openbadges.did.controller_document import method_id
from openbadges.multikey import format_multikey
from openbadges.public_key import Algorithm
from openbadges.strict import Document, encode_base58btc, format_timestamp
from tests.credentials import ISSUER, STATUS_LIST, valid_credential
from tests.given import encoded, qr_image
from tests.node import Node
from tests.signing import EcTestSigner, Ed25519TestSigner, RsaTestSigner
from tests.world import (
    NOW,
    Internet,
    Issuer,
    Presented,
    address_of,
    issued_by,
    status_list_document,
)
from verifier import Report

TestSigner = Ed25519TestSigner | EcTestSigner | RsaTestSigner
T = TypeVar("T")

SEED: Final = bytes(range(32))
SECRET: Final = 41  # of the P-256 and the P-384 key
INDEX: Final = 94567  # of the valid credential in its status list
SVG: Final = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><path d="M0 0h8"/></svg>'
)
PNG: Final = encoded(qr_image("a picture"))  # to bake into, as SVG
ATTEMPTS: Final = 5  # to do something within one second of the clock
# The multicodec of a private key, and its length in bytes.
_PRIVATE: Final = {Algorithm.ES256: ("8626", 32), Algorithm.ES384: ("8726", 48)}
_SUITE_OF_LISTS: Final = {
    Algorithm.EDDSA: "eddsa-rdfc-2022",
    Algorithm.ES256: "ecdsa-rdfc-2019",
    Algorithm.ES384: "ecdsa-rdfc-2019",
}


def _signer(algorithm: Algorithm, method: str | None = None) -> TestSigner:
    match algorithm:
        case Algorithm.EDDSA:
            return Ed25519TestSigner(SEED, verification_method=method)
        case Algorithm.RS256:
            return RsaTestSigner(verification_method=method)
        case _:
            curve = ec.SECP256R1() if algorithm is Algorithm.ES256 else ec.SECP384R1()
            return EcTestSigner(SECRET, curve=curve, verification_method=method)


@dataclass(frozen=True, slots=True)
class Peer:
    """An issuer whom we and independent software can be: who it is, and its one key."""

    id: str
    signer: TestSigner

    @classmethod
    def of(cls, method: str, algorithm: Algorithm) -> "Peer":
        """Make the did:web or the did:key issuer with the key of an algorithm."""
        key = _signer(algorithm).public_key
        identifier = ISSUER if method == "web" else did_key(key)
        return cls(identifier, _signer(algorithm, method_id(identifier, key)))

    @property
    def algorithm(self) -> Algorithm:
        """What the key signs with."""
        return self.signer.public_key.algorithm

    @property
    def public_pem(self) -> bytes:
        """The public key, as software wants it that is told which key to believe."""
        private = serialization.load_pem_private_key(self.signer.private_pem(), password=None)
        return private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    @property
    def document(self) -> Document:
        """The document that lists the key."""
        return (
            did_key_document(self.id) if self.id.startswith("did:key:") else self._as().document()
        )

    def badge(self, **changes: Any) -> Document:  # noqa: ANN401 -- any JSON value
        """Give an unsigned badge of this issuer, with neither status nor creator."""
        return issued_by(self._as(), **changes)

    def badge_with_status(self) -> Document:
        """Give an unsigned badge that has an entry in the issuer's status list."""
        return self.badge() | {"credentialStatus": valid_credential()["credentialStatus"]}

    def sign(self, unsigned: Document, suite: str) -> Document:
        """Sign a document here."""
        proof = create_proof(unsigned, suite=CRYPTOSUITES[suite], signer=self.signer, created=NOW)
        return unsigned | {"proof": proof}

    def sign_there(self, node: Node, unsigned: Document, suite: str, **options: Any) -> Document:  # noqa: ANN401 -- JSON
        """Sign a document in Node; `options` are the cryptosuite's own."""
        signed: Document = node.ask(
            "sign",
            credential=unsigned,
            name=suite,
            verificationMethod=self.signer.verification_method,
            created=format_timestamp(NOW),
            documents={self.id: self.document},
            options=options,
            **self._secret(),
        )
        return signed

    def published(self, *, revoked: Collection[int] = ()) -> dict[str, Document]:
        """Give what this issuer publishes: its key, and a status list that is signed here."""
        unsigned = status_list_document(revoked=revoked, issuer=self.id)
        return {
            self.id: self.document,
            STATUS_LIST: self.sign(unsigned, _SUITE_OF_LISTS[self.algorithm]),
        }

    def verify_there(self, node: Node, signed: Document, **published: Any) -> Document:  # noqa: ANN401 -- of `published`
        """Verify a credential in Node, with @digitalbazaar/vc."""
        answer: Document = node.ask(
            "verify",
            credential=signed,
            now=format_timestamp(NOW),
            documents=self.published(**published),
        )
        return answer

    def internet(self, **published: Any) -> Internet:  # noqa: ANN401 -- of `published`
        """Give a world with what this issuer publishes, and nothing else."""
        internet = Internet()
        internet.publish(address_of(self._as()), self.document)
        if self.algorithm in _SUITE_OF_LISTS:
            internet.publish(STATUS_LIST, self.published(**published)[STATUS_LIST])
        return internet

    def verify(self, presented: Presented, *, now: datetime = NOW, **published: Any) -> Report:  # noqa: ANN401 -- of `published`
        """Verify a credential here, in that world."""
        return self.internet(**published).verify(presented, now=now)

    def _as(self) -> Issuer:
        return Issuer(self.id, self.signer)

    def _secret(self) -> Document:
        if self.algorithm is Algorithm.EDDSA:
            return {"seed": SEED.hex()}
        codec, length = _PRIVATE[self.algorithm]
        secret = bytes.fromhex(codec) + SECRET.to_bytes(length)
        return {
            "multikey": {
                "publicKeyMultibase": format_multikey(self.signer.public_key),
                "secretKeyMultibase": "z" + encode_base58btc(secret),
            }
        }


def within_one_second(make: Callable[[datetime], T]) -> tuple[T, datetime]:
    """Make what independent software dates by the clock, and give the second in which it was."""
    for _ in range(ATTEMPTS):
        moment = _this_second()
        made = make(moment)
        if _this_second() == moment:
            return made, moment
    pytest.fail(f"it took longer than a second, {ATTEMPTS} times")


def _this_second() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 -- the peer reads the clock


def with_another_letter(text: str, at: int) -> str:
    """Give a text with one character changed."""
    return text[:at] + ("B" if text[at] == "A" else "A") + text[at + 1 :]
