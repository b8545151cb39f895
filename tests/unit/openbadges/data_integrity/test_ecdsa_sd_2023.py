"""Selective disclosure: every published value of a derived proof, and what a holder may not do."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from openbadges.data_integrity import verify_proof
from openbadges.data_integrity.configuration import proof_configuration
from openbadges.data_integrity.ecdsa_sd_2023 import create_verify_data, label_map_function
from openbadges.data_integrity.sd_proof_value import parse_derived_proof_value
from openbadges.errors import Code, ExplainedError, MalformedError, UnprovenError, UnsupportedError
from openbadges.jsonld import canonical_lines, canonicalize
from openbadges.jsonld.contexts import BUNDLED_FOLDER, ContextLoader
from openbadges.multikey import parse_multikey
from openbadges.strict import Document, encode_base64url, parse_json
from tests.credentials import plain_credential, remove, replace
from tests.proofs import BADGES_P256
from tests.selective import Derived, derive, multikey_bytes, options_of
from tests.signing import EcTestSigner

TEST_CONTEXTS = Path(__file__).parents[3] / "vectors" / "contexts"
CONTEXTS = ContextLoader(BUNDLED_FOLDER, TEST_CONTEXTS)  # one is of the tests alone
UNNAMED = [{"name": "first", "description": "of two"}, {"name": "second"}]
REVEALED = plain_credential(
    validUntil="2029-01-01T00:00:00Z", evidence=[{"type": "Evidence", **one} for one in UNNAMED]
) | {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://www.w3.org/ns/credentials/examples/v2",
    ]
}
OPTIONS = options_of()
KEY = BADGES_P256.signer.public_key
GOOD = derive(REVEALED, OPTIONS)


def verify(value: Derived, document: Document = REVEALED, options: Document = OPTIONS) -> None:
    verify_proof(document, options | {"proofValue": value.encoded()}, key=KEY)


def refused(value: Derived, document: Document = REVEALED) -> ExplainedError:
    with pytest.raises(ExplainedError) as caught:
        verify(value, document)
    assert caught.value.code is Code.PROOF
    return caught.value


@dataclass(frozen=True)
class Published:
    """One published derived proof, with all that its verification comes through."""

    folder: Path

    def read(self, name: str) -> Any:  # noqa: ANN401 -- JSON is any JSON value
        """Give one of its files."""
        return parse_json((self.folder / name).read_bytes())

    @property
    def unsecured(self) -> Document:
        """The revealed document."""
        return {key: value for key, value in self.signed.items() if key != "proof"}

    @property
    def signed(self) -> Document:
        """The revealed document with its proof."""
        document: Document = self.read("derivedRevealDocument.json")
        return document

    @property
    def proof(self) -> Document:
        """The derived proof."""
        proof: Document = self.signed["proof"]
        return proof

    @property
    def label_map(self) -> Mapping[str, str]:
        """The labels that the issuer gave."""
        return parse_derived_proof_value(self.proof["proofValue"]).label_map


@pytest.fixture(params=["prc", "employ"])
def published(request: pytest.FixtureRequest, shared_vectors: Path) -> Published:
    """One published derived proof."""
    return Published(shared_vectors / "vc-di-ecdsa" / "ecdsa-sd-2023" / request.param)


def test_the_published_document_is_the_revealed_one(published: Published) -> None:
    assert published.unsecured == published.read("derivedUnsignedReveal.json")


def test_the_canonical_proof_configuration_is_the_published_one(published: Published) -> None:
    configuration = proof_configuration(published.unsecured, published.proof)
    assert configuration == published.read("addProofConfig.json")
    canonical = canonicalize(configuration, contexts=CONTEXTS)
    assert canonical == (published.folder / "addProofConfigCanon.txt").read_bytes()


def test_the_disclosed_parts_are_the_published_ones(published: Published) -> None:
    disclosed = published.read("derivedDisclosureData.json")
    value = parse_derived_proof_value(published.proof["proofValue"])
    assert [[key, label] for key, label in value.label_map.items()] == disclosed["labelMap"][
        "value"
    ]
    indexes = published.read("derivedAdjMandatoryIndexes.json")["adjMandatoryIndexes"]
    assert sorted(value.mandatory_indexes) == disclosed["mandatoryIndexes"] == indexes
    signatures = published.read("derivedAdjSignatures.json")["filteredSignatures"]
    assert [one.hex() for one in value.signatures] == disclosed["signatures"] == signatures
    assert value.base_signature.hex() == disclosed["baseSignature"]


def test_the_statements_are_the_published_ones(published: Published) -> None:
    lines = canonical_lines(
        published.unsecured, label_map_function(published.label_map), contexts=CONTEXTS
    )
    assert lines == published.read("verifyNQuads.json")
    groups = published.read("derivedAllGroupData.json")["groups"]
    assert lines == [line for _, line in groups["combined"]["matching"]["value"]]


def test_the_verify_data_are_the_published_ones(published: Published) -> None:
    expected = published.read("verifyCreateVerifyData.json")
    data = create_verify_data(published.unsecured, published.proof, contexts=CONTEXTS)
    assert data.proof_hash.hex() == expected["proofHash"]
    assert data.mandatory_hash.hex() == expected["mandatoryHash"]
    assert data.non_mandatory == expected["nonMandatory"]
    assert data.value.base_signature.hex() == expected["baseSignature"]
    assert [signature.hex() for signature in data.value.signatures] == expected["signatures"]
    hashes = published.read("addHashData.json")
    assert (data.proof_hash.hex(), data.mandatory_hash.hex()) == (
        hashes["proofHash"],
        hashes["mandatoryHash"],
    )


def test_the_published_signatures_hold(published: Published) -> None:
    data = create_verify_data(published.unsecured, published.proof, contexts=CONTEXTS)
    pairs = parse_json((published.folder.parent / "SDKeyMaterial.json").read_bytes())
    issuer = parse_multikey(pairs["baseKeyPair"]["publicKeyMultibase"])
    ephemeral = parse_multikey(pairs["proofKeyPair"]["publicKeyMultibase"])
    assert data.value.ephemeral_key() == ephemeral
    issuer.verify(data.value.base_signature, data.signed_by_issuer())
    for signature, line in zip(data.value.signatures, data.non_mandatory, strict=True):
        ephemeral.verify(signature, line.encode())


def test_a_derived_proof_holds() -> None:
    assert len(GOOD.labels) == 3
    assert len(GOOD.indexes) == 2
    verify(GOOD)


def test_a_holder_may_leave_out_what_is_not_mandatory() -> None:
    less = remove(REVEALED, "evidence")
    verify(derive(less, OPTIONS), less)


def test_a_statement_that_was_not_signed_does_not_hold() -> None:
    changed = replace(REVEALED, "evidence.1.name", "third")
    assert isinstance(refused(GOOD, changed), UnprovenError)


def test_a_mandatory_statement_that_was_changed_does_not_hold() -> None:
    changed = replace(REVEALED, "validUntil", "2039-01-01T00:00:00Z")
    assert isinstance(refused(GOOD, changed), UnprovenError)


def test_a_mandatory_statement_may_not_be_left_out() -> None:
    less = remove(REVEALED, "validUntil")
    value = derive(less, OPTIONS)
    refused(value.changed(base_signature=GOOD.base_signature), less)


def test_a_document_with_more_or_fewer_statements_than_signatures_is_refused() -> None:
    fewer = remove(REVEALED, "evidence.0.description")
    assert isinstance(refused(GOOD, fewer), MalformedError)
    assert isinstance(refused(GOOD, REVEALED | {"name": "more"}), MalformedError)


def test_a_mandatory_statement_does_not_become_another() -> None:
    indexes = GOOD.indexes[1:]
    refused(GOOD.changed(indexes=indexes))
    first_line = GOOD.signatures[0]
    refused(GOOD.changed(indexes=indexes, signatures=[first_line, *GOOD.signatures]))


def test_an_index_beyond_the_statements_is_refused() -> None:
    refused(GOOD.changed(indexes=[*GOOD.indexes, 500]))


def test_no_signature_stands_in_for_another() -> None:
    refused(GOOD.changed(signatures=GOOD.signatures[::-1]))
    refused(GOOD.changed(signatures=[GOOD.signatures[0]] * len(GOOD.signatures)))
    refused(GOOD.changed(signatures=GOOD.signatures[:-1]))
    refused(GOOD.changed(signatures=[*GOOD.signatures, GOOD.signatures[0]]))


def test_another_key_for_the_statements_is_not_the_issuers_choice() -> None:
    thief = EcTestSigner(99)
    stolen = derive(REVEALED, OPTIONS, ephemeral=thief)
    refused(stolen.changed(base_signature=GOOD.base_signature))
    refused(GOOD.changed(public_key=multikey_bytes(thief)))


def test_unnamed_nodes_are_named_as_the_issuer_named_them() -> None:
    first, second, *_ = GOOD.labels
    exchanged = GOOD.labels | {first: GOOD.labels[second], second: GOOD.labels[first]}
    refused(GOOD.changed(labels=exchanged))


def test_every_unnamed_node_is_named_and_no_other() -> None:
    more = GOOD.labels | {len(GOOD.labels): bytes(32)}
    fewer = {number: label for number, label in GOOD.labels.items() if number != 0}
    for labels in (more, fewer, {}):
        assert isinstance(refused(GOOD.changed(labels=labels)), MalformedError)


def test_what_was_said_of_one_node_is_not_said_of_two() -> None:
    """Each statement was signed, and would be found; only that there is one node was not."""
    whole = REVEALED | {"id": "urn:uuid:1", "evidence": [{"type": "Evidence", **UNNAMED[0]}]}
    signed = derive(whole, OPTIONS)
    (label,) = signed.labels.values()
    data = create_verify_data(whole, OPTIONS | {"proofValue": signed.encoded()})
    signatures = dict(zip(data.non_mandatory, signed.signatures, strict=True))
    parted = whole | {
        "evidence": [{"type": "Evidence", key: value} for key, value in UNNAMED[0].items()]
    }
    name = "u" + encode_base64url(label)
    lines = canonical_lines(parted, lambda labels: dict.fromkeys(labels, name))
    error = refused(
        signed.changed(
            labels={0: label, 1: label},
            indexes=[index for index, line in enumerate(lines) if line not in signatures],
            signatures=[signatures[line] for line in lines if line in signatures],
        ),
        parted,
    )
    assert "one label" in str(error)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"expires": "2099-01-01T00:00:00Z"}, id="an expiry"),
        pytest.param({"created": "2020-01-01T00:00:00Z"}, id="another date"),
        pytest.param({"proofPurpose": "authentication"}, id="another purpose"),
    ],
)
def test_the_issuer_signed_the_options(options: Document) -> None:
    with pytest.raises(UnprovenError):
        verify(GOOD, options=OPTIONS | options)


def test_an_option_that_proofs_do_not_have_is_refused() -> None:
    with pytest.raises(MalformedError) as caught:
        verify(GOOD, options=OPTIONS | {"note": "x"})
    assert caught.value.code is Code.DATA_LOSS


def test_a_chain_is_left_open() -> None:
    with pytest.raises(UnsupportedError):
        verify(GOOD, options=OPTIONS | {"previousProof": "urn:uuid:1"})


@pytest.mark.parametrize("secret", [5, 31])
def test_another_key_than_the_issuers_does_not_hold(secret: int) -> None:
    with pytest.raises(UnprovenError):
        verify_proof(
            REVEALED,
            OPTIONS | {"proofValue": GOOD.encoded()},
            key=EcTestSigner(secret).public_key,
        )
