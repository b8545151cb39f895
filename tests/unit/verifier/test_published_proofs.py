"""The published documents, from end to end: what a verifier says who finds their issuers' keys."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from openbadges.did import did_web_document
from openbadges.did.controller_document import ListedKey
from openbadges.errors import Code
from openbadges.multikey import parse_multikey
from openbadges.strict import Document, parse_json_object
from tests.world import Internet, assert_refused, assert_verified, refusals
from verifier import Check, Outcome, Report, Verdict

NOW = datetime(2023, 3, 1, tzinfo=UTC)  # after the last of the proofs, while the first holds
# Their issuer is https://vc.example/issuers/5678, and the keys that signed are their own.
BY_STRANGERS = [
    ("vc-di-eddsa/eddsa-rdfc-2022/signedDataInt.json", 1),
    ("vc-di-eddsa/eddsa-jcs-2022/signedJCS.json", 1),
    ("vc-di-eddsa/Ed25519Signature2020/signedEdSig.json", 1),
    ("vc-di-eddsa/proof-set-chain/signedProofSet1.json", 1),
    ("vc-di-eddsa/proof-set-chain/signedProofSet2.json", 2),
    ("vc-di-eddsa/proof-set-chain/signedProofChain1.json", 3),
    ("vc-di-eddsa/proof-set-chain/signedProofChain2.json", 4),
    ("vc-di-ecdsa/ecdsa-rdfc-2019-p256/signedECDSAP256.json", 1),
    ("vc-di-ecdsa/ecdsa-rdfc-2019-p384/signedECDSAP384.json", 1),
    ("vc-di-ecdsa/ecdsa-jcs-2019-p256/signedJCSECDSAP256.json", 1),
    ("vc-di-ecdsa/ecdsa-jcs-2019-p384/signedJCSECDSAP384.json", 1),
]
UNDER_FOREIGN_WORDS = [
    "vc-di-eddsa/eddsa-rdfc-2022/employ/signedDataInt.json",
    "vc-di-ecdsa/ecdsa-rdfc-2019-p256/employ/signedECDSAP256.json",
    "vc-di-ecdsa/ecdsa-rdfc-2019-p384/employ/signedECDSAP384.json",
    "vc-di-ecdsa/ecdsa-sd-2023/prc/derivedRevealDocument.json",
    "vc-di-ecdsa/ecdsa-sd-2023/employ/derivedRevealDocument.json",
]


def read(path: Path) -> Document:
    return parse_json_object(path.read_bytes(), what=path.name)


def outcomes(report: Report, check: Check) -> list[Outcome]:
    return [finding.outcome for finding in report.of(check)]


def test_the_published_badge_is_verified_where_its_issuer_lists_the_published_key(
    shared_vectors: Path,
) -> None:
    badge = read(shared_vectors / "ob-v3p0" / "signed.json")
    pair = read(shared_vectors / "ob-v3p0" / "key-pair.json")
    key = ListedKey(public_key=parse_multikey(pair["publicKeyMultibase"]))
    internet, issuer = Internet(), badge["issuer"]["id"]
    internet.publish(issuer, did_web_document(issuer, keys=[key]))
    assert_verified(internet.verify(badge, now=NOW))
    del internet.documents[issuer]
    assert internet.verify(badge, now=NOW).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(("name", "number"), BY_STRANGERS)
def test_the_published_proofs_hold_and_their_keys_are_not_the_issuers(
    name: str, number: int, shared_vectors: Path
) -> None:
    report = Internet().verify(read(shared_vectors / name), now=NOW)
    assert outcomes(report, Check.CONFORMANCE) == [Outcome.PASSED]
    assert outcomes(report, Check.PROOF) == [Outcome.PASSED] * number
    assert report.verdict is Verdict.REJECTED
    assert refusals(report) == [(Check.ISSUER, Code.ISSUER_MISMATCH)] * number


@pytest.mark.parametrize(("name", "number"), BY_STRANGERS)
def test_a_published_document_that_was_changed_has_no_proof_that_holds(
    name: str, number: int, shared_vectors: Path
) -> None:
    changed = read(shared_vectors / name) | {"name": "Another Credential"}
    report = Internet().verify(changed, now=NOW)
    assert outcomes(report, Check.PROOF) == [Outcome.FAILED] * number


@pytest.mark.parametrize("name", UNDER_FOREIGN_WORDS)
def test_what_is_said_in_words_that_are_not_carried_stays_open(
    name: str, shared_vectors: Path
) -> None:
    report = Internet().verify(read(shared_vectors / name), now=NOW)
    assert_refused(report, Verdict.INCONCLUSIVE, Code.CONTEXT_UNKNOWN)
    assert report.verified_document is None
