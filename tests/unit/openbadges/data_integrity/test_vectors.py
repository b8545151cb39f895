"""Every published value of eddsa-rdfc-2022, stage by stage: a failure names what is wrong."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

from openbadges.data_integrity import CRYPTOSUITES, Cryptosuite, create_proof, verify_proof
from openbadges.data_integrity.proof import decode_proof_value, hash_data, proof_configuration
from openbadges.errors import Code, UnsupportedError
from openbadges.jsonld import canonicalize
from openbadges.jsonld.contexts import BUNDLED_FOLDER, ContextLoader
from openbadges.multikey import parse_multikey
from openbadges.public_key import PublicKey
from openbadges.strict import (
    Document,
    decode_base58btc,
    encode_base58btc,
    parse_json_object,
    parse_timestamp,
)
from tests.signing import Ed25519TestSigner

SUITE = CRYPTOSUITES["eddsa-rdfc-2022"]
TEST_CONTEXTS = Path(__file__).parents[3] / "vectors" / "contexts"
ED25519_SECRET_PREFIX = bytes.fromhex("8026")  # Multikey's, for a seed


@dataclass(frozen=True)
class Published:
    """One published signature with everything that leads to it."""

    suite: Cryptosuite
    signed: Document
    key: PublicKey
    seed: bytes
    canonical_document: bytes
    canonical_configuration: bytes
    document_hash: str
    configuration_hash: str
    signature: str
    proof_value: str

    @property
    def unsecured(self) -> Document:
        """The document without its proof."""
        return {key: value for key, value in self.signed.items() if key != "proof"}

    @property
    def proof(self) -> Document:
        """The published proof."""
        proof: Document = self.signed["proof"]
        return proof


def of_1edtech(vectors: Path) -> Published:
    folder = vectors / "ob-v3p0"
    expected, pair = read(folder / "expected.json"), read(folder / "key-pair.json")
    return Published(
        suite=SUITE,
        signed=read(folder / "signed.json"),
        key=parse_multikey(pair["publicKeyMultibase"]),
        seed=bytes.fromhex(pair["privateSeedHex"]),
        canonical_document=(folder / "document-canon.txt").read_bytes(),
        canonical_configuration=(folder / "proof-canon.txt").read_bytes(),
        document_hash=expected["documentHash"],
        configuration_hash=expected["proofConfigHash"],
        signature=expected["signatureHex"],
        proof_value=expected["proofValue"],
    )


def of_w3c(vectors: Path, folder_name: str, suite: Cryptosuite) -> Published:
    folder = vectors / "vc-di-eddsa" / "eddsa-rdfc-2022" / folder_name
    pair = read(vectors / "vc-di-eddsa" / "keyPair.json")
    secret = decode_base58btc(pair["privateKeyMultibase"][1:], maximum_characters=64)
    assert secret.startswith(ED25519_SECRET_PREFIX)
    hashes = {
        name: (folder / f"{name}HashDataInt.txt").read_text().strip()
        for name in ("doc", "proof", "combined")
    }
    assert hashes["combined"] == hashes["proof"] + hashes["doc"]
    return Published(
        suite=suite,
        signed=read(folder / "signedDataInt.json"),
        key=parse_multikey(pair["publicKeyMultibase"]),
        seed=secret.removeprefix(ED25519_SECRET_PREFIX),
        canonical_document=(folder / "canonDocDataInt.txt").read_bytes(),
        canonical_configuration=(folder / "proofCanonDataInt.txt").read_bytes(),
        document_hash=hashes["doc"],
        configuration_hash=hashes["proof"],
        signature=(folder / "sigHexDataInt.txt").read_text().strip(),
        proof_value=(folder / "sigBTC58DataInt.txt").read_text().strip(),
    )


def of_w3c_employ(vectors: Path) -> Published:
    # Its citizenship context is of the tests alone; no installation carries it.
    contexts = ContextLoader(BUNDLED_FOLDER, TEST_CONTEXTS)
    return of_w3c(
        vectors, "employ", replace(SUITE, canonicalize=partial(canonicalize, contexts=contexts))
    )


def read(path: Path) -> Document:
    return parse_json_object(path.read_bytes(), what=path.name)


@pytest.fixture(
    params=[
        pytest.param(of_1edtech, id="1EdTech, test number one"),
        pytest.param(partial(of_w3c, folder_name="", suite=SUITE), id="W3C"),
        pytest.param(of_w3c_employ, id="W3C employ"),
    ]
)
def published(request: pytest.FixtureRequest, shared_vectors: Path) -> Published:
    """One published signature."""
    load: Callable[[Path], Published] = request.param
    return load(shared_vectors)


def test_the_canonical_document_is_the_published_one(published: Published) -> None:
    canonical = published.suite.canonicalize(published.unsecured)
    assert canonical == published.canonical_document
    assert hashlib.sha256(canonical).hexdigest() == published.document_hash


def test_the_canonical_proof_configuration_is_the_published_one(published: Published) -> None:
    configuration = proof_configuration(published.unsecured, published.proof)
    canonical = published.suite.canonicalize(configuration)
    assert canonical == published.canonical_configuration
    assert hashlib.sha256(canonical).hexdigest() == published.configuration_hash


def test_the_configurations_hash_comes_first(published: Published) -> None:
    data = hash_data(published.unsecured, published.proof, suite=published.suite)
    assert data.hex() == published.configuration_hash + published.document_hash


def test_the_signature_is_the_published_one(published: Published) -> None:
    signature = decode_proof_value(published.proof["proofValue"], suite=published.suite)
    assert signature.hex() == published.signature
    assert "z" + encode_base58btc(signature) == published.proof_value


def test_the_published_key_verifies_the_published_signature(published: Published) -> None:
    data = hash_data(published.unsecured, published.proof, suite=published.suite)
    published.key.verify(bytes.fromhex(published.signature), data)


@pytest.mark.parametrize(
    "load",
    [
        pytest.param(of_1edtech, id="1EdTech"),
        pytest.param(partial(of_w3c, folder_name="", suite=SUITE), id="W3C"),
    ],
)
def test_the_published_proof_holds(load: Callable[[Path], Published], shared_vectors: Path) -> None:
    published = load(shared_vectors)
    verify_proof(published.unsecured, published.proof, key=published.key)


def test_a_proof_under_a_context_that_is_not_carried_stays_open(shared_vectors: Path) -> None:
    published = of_w3c_employ(shared_vectors)
    with pytest.raises(UnsupportedError) as caught:
        verify_proof(published.unsecured, published.proof, key=published.key)
    assert caught.value.code is Code.CONTEXT_UNKNOWN


def test_the_published_seed_is_that_of_the_published_key(published: Published) -> None:
    assert Ed25519TestSigner(published.seed).public_key == published.key


def test_signing_again_gives_the_published_proof(published: Published) -> None:
    signer = Ed25519TestSigner(
        published.seed, verification_method=published.proof["verificationMethod"]
    )
    created = parse_timestamp(published.proof["created"], what="created")
    proof = create_proof(published.unsecured, suite=published.suite, signer=signer, created=created)
    assert proof == published.proof


def test_each_proof_of_the_published_set_holds_by_itself(shared_vectors: Path) -> None:
    folder = shared_vectors / "vc-di-eddsa" / "proof-set-chain"
    signed = read(folder / "signedProofSet2.json")
    unsecured = {key: value for key, value in signed.items() if key != "proof"}
    for proof in signed["proof"]:
        key = parse_multikey(proof["verificationMethod"].partition("#")[2])
        verify_proof(unsecured, proof, key=key)
