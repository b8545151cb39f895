"""Every published value of each suite, stage by stage: a failure names what is wrong.

Those of ecdsa-sd-2023 are in `test_ecdsa_sd_2023`, those of chains in `test_chain`.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from openbadges.data_integrity import CRYPTOSUITES, Cryptosuite, create_proof, verify_proof
from openbadges.data_integrity.configuration import proof_configuration
from openbadges.data_integrity.cryptosuite import Hashing
from openbadges.data_integrity.proof import decode_proof_value, hash_data
from openbadges.errors import Code, UnsupportedError
from openbadges.jsonld import canonicalize
from openbadges.jsonld.contexts import BUNDLED_FOLDER, ContextLoader
from openbadges.multikey import parse_multikey
from openbadges.public_key import Algorithm, PublicKey
from openbadges.signer import Signer
from openbadges.strict import (
    Document,
    decode_base58btc,
    encode_base58btc,
    parse_json_object,
    parse_timestamp,
)
from tests.signing import EcTestSigner, Ed25519TestSigner

TEST_CONTEXTS = Path(__file__).parents[3] / "vectors" / "contexts"
# Multikey's prefixes of secrets: a seed, and the numbers of P-256 and P-384.
SECRET_PREFIXES = {
    Algorithm.EDDSA: bytes.fromhex("8026"),
    Algorithm.ES256: bytes.fromhex("8626"),
    Algorithm.ES384: bytes.fromhex("8726"),
}


@dataclass(frozen=True)
class Published:
    """One published signature with everything that leads to it."""

    suite: Cryptosuite
    signed: Document
    key: PublicKey
    secret: bytes
    canonical_document: bytes
    canonical_configuration: bytes
    document_hash: str
    configuration_hash: str
    signature: str
    proof_value: str
    configuration: Document | None = None

    @property
    def unsecured(self) -> Document:
        """The document without its proof."""
        return {key: value for key, value in self.signed.items() if key != "proof"}

    @property
    def proof(self) -> Document:
        """The published proof."""
        proof: Document = self.signed["proof"]
        return proof

    @property
    def hashing(self) -> Hashing:
        """What the kind of the published key decides."""
        return self.suite.keys[self.key.algorithm]

    def signer(self) -> Signer:
        """The published secret key, as it is named in the published proof."""
        method = self.proof["verificationMethod"]
        if self.key.algorithm is Algorithm.EDDSA:
            return Ed25519TestSigner(self.secret, verification_method=method)
        curve = {Algorithm.ES256: ec.SECP256R1(), Algorithm.ES384: ec.SECP384R1()}
        number = int.from_bytes(self.secret)
        return EcTestSigner(number, curve=curve[self.key.algorithm], verification_method=method)

    def data(self) -> bytes:
        """What was signed."""
        digest = self.hashing.digest
        return hash_data(self.unsecured, self.proof, suite=self.suite, digest=digest)


def of_1edtech(vectors: Path) -> Published:
    folder = vectors / "ob-v3p0"
    expected, pair = read(folder / "expected.json"), read(folder / "key-pair.json")
    return Published(
        suite=CRYPTOSUITES["eddsa-rdfc-2022"],
        signed=read(folder / "signed.json"),
        key=parse_multikey(pair["publicKeyMultibase"]),
        secret=bytes.fromhex(pair["privateSeedHex"]),
        canonical_document=(folder / "document-canon.txt").read_bytes(),
        canonical_configuration=(folder / "proof-canon.txt").read_bytes(),
        document_hash=expected["documentHash"],
        configuration_hash=expected["proofConfigHash"],
        signature=expected["signatureHex"],
        proof_value=expected["proofValue"],
    )


def of_w3c(vectors: Path, folder_name: str, suffix: str, pair_name: str, suite: str) -> Published:
    folder = vectors / folder_name
    pair = read(vectors / folder_name.partition("/")[0] / pair_name)
    key = parse_multikey(pair["publicKeyMultibase"])
    multikey: str = pair.get("privateKeyMultibase") or pair["secretKeyMultibase"]
    secret = decode_base58btc(multikey[1:], maximum_characters=96)
    assert secret.startswith(SECRET_PREFIXES[key.algorithm])
    hashes = {
        name: (folder / f"{name}Hash{suffix}.txt").read_text().strip()
        for name in ("doc", "proof", "combined")
    }
    assert hashes["combined"] == hashes["proof"] + hashes["doc"]
    return Published(
        suite=CRYPTOSUITES[suite],
        signed=read(folder / f"signed{suffix}.json"),
        key=key,
        secret=secret[2:],
        canonical_document=(folder / f"canonDoc{suffix}.txt").read_bytes(),
        canonical_configuration=(folder / f"proofCanon{suffix}.txt").read_bytes(),
        document_hash=hashes["doc"],
        configuration_hash=hashes["proof"],
        signature=(folder / f"sigHex{suffix}.txt").read_text().strip(),
        proof_value=(folder / f"sigBTC58{suffix}.txt").read_text().strip(),
        configuration=read(folder / f"proofConfig{suffix}.json"),
    )


def of_w3c_employ(vectors: Path, *names: str) -> Published:
    # Its citizenship context is of the tests alone; no installation carries it.
    published = of_w3c(vectors, *names)
    contexts = ContextLoader(BUNDLED_FOLDER, TEST_CONTEXTS)
    suite = replace(published.suite, canonicalize=partial(canonicalize, contexts=contexts))
    return replace(published, suite=suite)


def read(path: Path) -> Document:
    return parse_json_object(path.read_bytes(), what=path.name)


EDDSA_RDFC = ("DataInt", "keyPair.json", "eddsa-rdfc-2022")
EDDSA_JCS = ("JCS", "keyPair.json", "eddsa-jcs-2022")
EDDSA_2020 = ("EdSig", "keyPair.json", "Ed25519Signature2020")
P256_RDFC = ("ECDSAP256", "p256KeyPair.json", "ecdsa-rdfc-2019")
P384_RDFC = ("ECDSAP384", "p384KeyPair.json", "ecdsa-rdfc-2019")
P256_JCS = ("JCSECDSAP256", "p256KeyPair.json", "ecdsa-jcs-2019")
P384_JCS = ("JCSECDSAP384", "p384KeyPair.json", "ecdsa-jcs-2019")
CARRIED = {
    "1EdTech, test number one": of_1edtech,
    "eddsa-rdfc-2022": lambda v: of_w3c(v, "vc-di-eddsa/eddsa-rdfc-2022", *EDDSA_RDFC),
    "eddsa-jcs-2022": lambda v: of_w3c(v, "vc-di-eddsa/eddsa-jcs-2022", *EDDSA_JCS),
    "Ed25519Signature2020": lambda v: of_w3c(v, "vc-di-eddsa/Ed25519Signature2020", *EDDSA_2020),
    "ecdsa-rdfc-2019 P-256": lambda v: of_w3c(v, "vc-di-ecdsa/ecdsa-rdfc-2019-p256", *P256_RDFC),
    "ecdsa-rdfc-2019 P-384": lambda v: of_w3c(v, "vc-di-ecdsa/ecdsa-rdfc-2019-p384", *P384_RDFC),
    "ecdsa-jcs-2019 P-256": lambda v: of_w3c(v, "vc-di-ecdsa/ecdsa-jcs-2019-p256", *P256_JCS),
    "ecdsa-jcs-2019 P-384": lambda v: of_w3c(v, "vc-di-ecdsa/ecdsa-jcs-2019-p384", *P384_JCS),
}
MADE = {name: load for name, load in CARRIED.items() if name != "Ed25519Signature2020"}
EMPLOY = {
    "eddsa-rdfc-2022 employ": lambda v: of_w3c_employ(
        v, "vc-di-eddsa/eddsa-rdfc-2022/employ", *EDDSA_RDFC
    ),
    "ecdsa-rdfc-2019 P-256 employ": lambda v: of_w3c_employ(
        v, "vc-di-ecdsa/ecdsa-rdfc-2019-p256/employ", *P256_RDFC
    ),
    "ecdsa-rdfc-2019 P-384 employ": lambda v: of_w3c_employ(
        v, "vc-di-ecdsa/ecdsa-rdfc-2019-p384/employ", *P384_RDFC
    ),
}
Load = Callable[[Path], Published]


def params(*tables: dict[str, Load]) -> list[object]:
    return [pytest.param(load, id=name) for table in tables for name, load in table.items()]


@pytest.fixture(params=params(CARRIED, EMPLOY))
def published(request: pytest.FixtureRequest, shared_vectors: Path) -> Published:
    """One published signature."""
    load: Load = request.param
    return load(shared_vectors)


def test_the_canonical_document_is_the_published_one(published: Published) -> None:
    digest = published.hashing.digest
    canonical = published.suite.canonicalize(published.unsecured, digest=digest)
    assert canonical == published.canonical_document
    assert digest(canonical).hexdigest() == published.document_hash


def test_the_canonical_proof_configuration_is_the_published_one(published: Published) -> None:
    configuration = proof_configuration(
        published.unsecured, published.proof, covered=published.suite.covered
    )
    assert published.configuration in (configuration, None)
    digest = published.hashing.digest
    canonical = published.suite.canonicalize(configuration, digest=digest)
    assert canonical == published.canonical_configuration
    assert digest(canonical).hexdigest() == published.configuration_hash


def test_the_configurations_hash_comes_first(published: Published) -> None:
    assert published.data().hex() == published.configuration_hash + published.document_hash


def test_the_hash_is_as_long_as_the_curve_asks_for(published: Published) -> None:
    expected = {Algorithm.ES384: hashlib.sha384}.get(published.key.algorithm, hashlib.sha256)
    assert published.hashing.digest is expected


def test_the_signature_is_the_published_one(published: Published) -> None:
    signature = decode_proof_value(
        published.proof["proofValue"], suite=published.suite, hashing=published.hashing
    )
    assert signature.hex() == published.signature
    assert "z" + encode_base58btc(signature) == published.proof_value


def test_the_published_key_verifies_the_published_signature(published: Published) -> None:
    published.key.verify(bytes.fromhex(published.signature), published.data())


@pytest.mark.parametrize("load", params(CARRIED))
def test_the_published_proof_holds(load: Load, shared_vectors: Path) -> None:
    published = load(shared_vectors)
    verify_proof(published.unsecured, published.proof, key=published.key)


@pytest.mark.parametrize("load", params(EMPLOY))
def test_a_proof_under_a_context_that_is_not_carried_stays_open(
    load: Load, shared_vectors: Path
) -> None:
    published = load(shared_vectors)
    with pytest.raises(UnsupportedError) as caught:
        verify_proof(published.unsecured, published.proof, key=published.key)
    assert caught.value.code is Code.CONTEXT_UNKNOWN


def test_the_published_secret_is_that_of_the_published_key(published: Published) -> None:
    assert published.signer().public_key == published.key


def test_signing_again_gives_the_published_signature(published: Published) -> None:
    assert published.signer().sign(published.data()).hex() == published.signature


@pytest.mark.parametrize("load", params(MADE, EMPLOY))
def test_making_the_proof_again_gives_the_published_one(load: Load, shared_vectors: Path) -> None:
    published = load(shared_vectors)
    created = parse_timestamp(published.proof["created"], what="created")
    proof = create_proof(
        published.unsecured, suite=published.suite, signer=published.signer(), created=created
    )
    assert proof == published.proof
