"""Making and verifying a proof, apart from whose key it is."""

import hashlib
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from openbadges.data_integrity import (
    CRYPTOSUITES,
    CanonicalForms,
    Cryptosuite,
    create_proof,
    split_proofs,
    verify_proof,
)
from openbadges.data_integrity.configuration import proof_configuration
from openbadges.data_integrity.proof import (
    MAXIMUM_PROOF_VALUE_CHARACTERS,
    MAXIMUM_PROOFS,
    decode_proof_value,
    find_suite,
    hash_data,
)
from openbadges.errors import (
    Code,
    ExplainedError,
    MalformedError,
    UnprovenError,
    UnsupportedError,
)
from openbadges.jsonld.rdfc10 import Digest
from openbadges.strict import Document, decode_base58btc, encode_base58btc
from tests.credentials import plain_credential
from tests.signing import EcTestSigner
from tests.world import BADGES, NOW, SUITE

NOT_MADE = ("ecdsa-sd-2023", "Ed25519Signature2020")
UNSECURED = plain_credential()
PROOF = BADGES.proof(UNSECURED)
KEY = BADGES.signer.public_key
HASHING = SUITE.keys[KEY.algorithm]
SIGNERS = (BADGES.signer, EcTestSigner(5), EcTestSigner(5, curve=ec.SECP384R1()))
MADE = [suite for suite in CRYPTOSUITES.values() if suite.name not in NOT_MADE]
SIGNATURE = decode_base58btc(PROOF["proofValue"][1:], maximum_characters=100)


def test_a_proof_that_was_made_holds() -> None:
    verify_proof(UNSECURED, PROOF, key=KEY)


def test_making_a_proof_twice_gives_the_same_bytes() -> None:
    assert BADGES.proof(UNSECURED) == PROOF


def test_a_key_of_another_kind_cannot_make_the_proof() -> None:
    with pytest.raises(ValueError, match="ES256"):
        create_proof(UNSECURED, suite=SUITE, signer=EcTestSigner(5), created=NOW)


def test_a_key_of_another_kind_cannot_verify_the_proof() -> None:
    with pytest.raises(UnprovenError) as caught:
        verify_proof(UNSECURED, PROOF, key=EcTestSigner(5).public_key)
    assert caught.value.code is Code.PROOF


def test_another_document_was_not_signed() -> None:
    with pytest.raises(UnprovenError) as caught:
        verify_proof(plain_credential(validFrom="2026-01-01T00:00:00Z"), PROOF, key=KEY)
    assert caught.value.code is Code.PROOF


@pytest.mark.parametrize(
    ("member", "value"),
    [
        pytest.param("created", "2026-03-01T12:00:01Z", id="another moment"),
        pytest.param("verificationMethod", "did:web:evil.example#key", id="another key"),
        pytest.param("proofPurpose", "authentication", id="another purpose"),
        pytest.param("expires", "2099-01-01T00:00:00Z", id="an expiry that was not there"),
        pytest.param("nonce", "7", id="a nonce that was not there"),
    ],
)
def test_the_proof_covers_its_own_members(member: str, value: str) -> None:
    with pytest.raises(UnprovenError):
        verify_proof(UNSECURED, PROOF | {member: value}, key=KEY)


def test_document_and_proofs_come_apart() -> None:
    assert split_proofs({**UNSECURED, "proof": PROOF}) == (UNSECURED, [PROOF])
    assert split_proofs({**UNSECURED, "proof": [PROOF, PROOF]}) == (UNSECURED, [PROOF, PROOF])


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(UNSECURED, id="no proof"),
        pytest.param({**UNSECURED, "proof": []}, id="an empty list of proofs"),
    ],
)
def test_without_a_proof_nobody_signed(document: Document) -> None:
    with pytest.raises(UnprovenError) as caught:
        split_proofs(document)
    assert caught.value.code is Code.UNSIGNED


@pytest.mark.parametrize(
    "proof",
    [
        pytest.param(None, id="null"),
        pytest.param("z5x", id="text"),
        pytest.param([[PROOF]], id="a list in the list"),
        pytest.param([PROOF, None], id="null among proofs"),
        pytest.param([PROOF] * (MAXIMUM_PROOFS + 1), id="one too many"),
    ],
)
def test_what_is_no_object_is_no_proof(proof: object) -> None:
    with pytest.raises(MalformedError) as caught:
        split_proofs({**UNSECURED, "proof": proof})
    assert caught.value.code is Code.PROOF


@pytest.mark.parametrize(
    "proof",
    [
        pytest.param({}, id="nothing"),
        pytest.param(PROOF | {"cryptosuite": "eddsa-2022"}, id="an older name"),
        pytest.param(PROOF | {"cryptosuite": ["eddsa-rdfc-2022"]}, id="an array"),
        pytest.param(PROOF | {"type": "Ed25519Signature2020"}, id="another type"),
        pytest.param(PROOF | {"type": ["DataIntegrityProof"]}, id="an array of types"),
        pytest.param({"type": "DataIntegrityProof"}, id="no cryptosuite"),
        pytest.param({"type": "DataIntegrityProof", "cryptosuite": None}, id="null"),
        pytest.param(PROOF | {"cryptosuite": "Ed25519Signature2020"}, id="a type as cryptosuite"),
        pytest.param({"type": "eddsa-rdfc-2022"}, id="a cryptosuite as type"),
        pytest.param(
            {"type": "Ed25519Signature2020", "cryptosuite": None}, id="a type from before, and null"
        ),
        pytest.param(
            {"type": "Ed25519Signature2020", "cryptosuite": "Ed25519Signature2020"}, id="both"
        ),
    ],
)
def test_a_suite_that_is_not_in_the_table_is_unsupported_and_not_wrong(proof: Document) -> None:
    with pytest.raises(UnsupportedError) as caught:
        find_suite(proof)
    assert caught.value.code is Code.UNSUPPORTED_SUITE


@pytest.mark.parametrize("suite", CRYPTOSUITES.values(), ids=CRYPTOSUITES)
def test_a_suite_is_found_by_its_pair_of_names(suite: Cryptosuite) -> None:
    named = {"type": suite.proof_type, "cryptosuite": suite.cryptosuite}
    assert find_suite({key: name for key, name in named.items() if name is not None}) is suite


@pytest.mark.parametrize("name", NOT_MADE)
def test_a_proof_that_is_only_verified_is_not_made(name: str) -> None:
    suite = CRYPTOSUITES[name]
    signer = EcTestSigner(5) if name == "ecdsa-sd-2023" else BADGES.signer
    with pytest.raises(ValueError, match="not made"):
        create_proof(UNSECURED, suite=suite, signer=signer, created=NOW)


@pytest.mark.parametrize("suite", MADE, ids=lambda suite: suite.name)
def test_a_proof_that_was_made_by_any_suite_holds_for_its_key_alone(suite: Cryptosuite) -> None:
    for signer in SIGNERS:
        if signer.public_key.algorithm in suite.algorithms:
            proof = create_proof(UNSECURED, suite=suite, signer=signer, created=NOW)
            verify_proof(UNSECURED, proof, key=signer.public_key)
        else:
            with pytest.raises(UnprovenError, match="is not made with"):
                verify_proof(UNSECURED, PROOF | {"cryptosuite": suite.name}, key=signer.public_key)


@pytest.mark.parametrize("suite", MADE, ids=lambda suite: suite.name)
def test_a_proof_of_one_suite_is_none_of_another(suite: Cryptosuite) -> None:
    for signer in SIGNERS:
        if signer.public_key.algorithm not in suite.algorithms:
            continue
        proof = create_proof(UNSECURED, suite=suite, signer=signer, created=NOW)
        for other in MADE:
            if other is suite:
                continue
            with pytest.raises(UnprovenError) as caught:
                verify_proof(UNSECURED, proof | {"cryptosuite": other.name}, key=signer.public_key)
            assert caught.value.code is Code.PROOF


@pytest.mark.parametrize("name", ["ecdsa-rdfc-2019", "ecdsa-jcs-2019"])
def test_a_signature_has_the_length_of_its_keys_curve(name: str) -> None:
    short, long = EcTestSigner(5), EcTestSigner(5, curve=ec.SECP384R1())
    for signer, other in ((short, long), (long, short)):
        proof = create_proof(UNSECURED, suite=CRYPTOSUITES[name], signer=signer, created=NOW)
        with pytest.raises(MalformedError, match="proofValue holds"):
            verify_proof(UNSECURED, proof, key=other.public_key)


def test_the_configuration_is_the_proof_without_its_value_under_the_documents_contexts() -> None:
    configuration = proof_configuration(UNSECURED, PROOF)
    assert configuration.keys() == PROOF.keys() - {"proofValue"} | {"@context"}
    assert configuration["@context"] == UNSECURED["@context"]


def test_a_proof_may_repeat_the_documents_contexts() -> None:
    repeated = PROOF | {"@context": UNSECURED["@context"]}
    verify_proof(UNSECURED, repeated, key=KEY)


def test_a_proof_with_other_contexts_is_refused() -> None:
    with pytest.raises(MalformedError) as caught:
        proof_configuration(UNSECURED, PROOF | {"@context": ["https://evil.example/c"]})
    assert caught.value.code is Code.CONTEXT_NOT_ALLOWED


@pytest.mark.parametrize(
    "member", ["note", "https://w3id.org/security#expiration", "@included", "Expires"]
)
def test_a_proof_with_a_member_that_nobody_would_read_is_refused(member: str) -> None:
    with pytest.raises(MalformedError) as caught:
        hash_data(UNSECURED, PROOF | {member: "2026-01-01T00:00:00Z"}, suite=SUITE)
    assert caught.value.code is Code.DATA_LOSS


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(None, id="none"),
        pytest.param(64, id="a number"),
        pytest.param([PROOF["proofValue"]], id="an array"),
        pytest.param("", id="empty"),
        pytest.param("z", id="the prefix alone"),
        pytest.param(PROOF["proofValue"][1:], id="without the prefix"),
        pytest.param("u" + PROOF["proofValue"][1:], id="the prefix of base64url"),
        pytest.param("z" + encode_base58btc(SIGNATURE[:-1]), id="63 bytes"),
        pytest.param("z" + encode_base58btc(SIGNATURE + b"\1"), id="65 bytes"),
        pytest.param("z1" + PROOF["proofValue"][1:], id="a zero byte before it"),
        pytest.param(PROOF["proofValue"][:-1] + "0", id="0 is no digit"),
        pytest.param(PROOF["proofValue"][:-1] + "O", id="O is no digit"),
        pytest.param(PROOF["proofValue"][:-1] + "I", id="I is no digit"),
        pytest.param(PROOF["proofValue"][:-1] + "l", id="l is no digit"),
        pytest.param(PROOF["proofValue"] + " ", id="a blank after it"),
        pytest.param("z" + "1" * 100_000, id="100 000 characters"),
    ],
)
def test_a_proof_value_has_one_spelling(value: Any) -> None:  # noqa: ANN401 -- any JSON value
    with pytest.raises(MalformedError) as caught:
        decode_proof_value(value, suite=SUITE, hashing=HASHING)
    assert caught.value.code is Code.PROOF


def test_a_signature_that_begins_with_a_zero_byte_is_read() -> None:
    signature = b"\0" + SIGNATURE[1:]
    value = "z" + encode_base58btc(signature)
    assert decode_proof_value(value, suite=SUITE, hashing=HASHING) == signature


def test_the_longest_signature_of_any_suite_can_be_written() -> None:
    assert len("z" + encode_base58btc(b"\xff" * 96)) <= MAXIMUM_PROOF_VALUE_CHARACTERS


def test_no_bit_of_the_signature_may_differ() -> None:
    data = hash_data(UNSECURED, PROOF, suite=SUITE)
    KEY.verify(SIGNATURE, data)
    for bit in range(len(SIGNATURE) * 8):
        flipped = bytearray(SIGNATURE)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(ExplainedError):
            KEY.verify(bytes(flipped), data)


def test_a_document_that_would_lose_something_is_not_signed() -> None:
    with pytest.raises(MalformedError) as caught:
        BADGES.proof(plain_credential(grade="A+"))
    assert caught.value.code is Code.DATA_LOSS


def test_many_proofs_over_one_document_canonicalize_it_once() -> None:
    made: list[Document] = []

    def canonicalize(document: Document, *, digest: Digest) -> bytes:
        del digest
        made.append(document)
        return b"canonical"

    suite = replace(CRYPTOSUITES["eddsa-rdfc-2022"], canonicalize=canonicalize)
    forms, document, other = CanonicalForms(), {"a": "b"}, {"a": "b"}
    for one in (document, document, other, document):
        assert forms.of(one, suite=suite, digest=hashlib.sha256) == b"canonical"
    assert forms.of(document, suite=suite, digest=hashlib.sha384) == b"canonical"
    assert len(made) == 3
