"""B: what a holder may show of a badge that was signed for selective disclosure, and what not."""

from time import process_time
from typing import Any

import pytest

from openbadges.errors import Code
from openbadges.jsonld.bounds import MAXIMUM_STATEMENTS
from openbadges.strict import Document
from tests.credentials import remove, replace, valid_credential
from tests.proofs import BADGES_P256, BADGES_P384, enrol_all_keys, proof_of
from tests.selective import Derived, derive, derived, encoded, multikey_bytes, options_of
from tests.signing import EcTestSigner
from tests.world import (
    EVIL,
    Internet,
    Issuer,
    assert_refused,
    assert_verified,
    honest_internet,
)
from verifier import Check, Verdict

BADGE = valid_credential()
OPTIONS = options_of()
GOOD = derive(BADGE, OPTIONS)


@pytest.fixture
def internet() -> Internet:
    """A world in which everyone answers truly, and the issuer lists three keys."""
    world = honest_internet()
    enrol_all_keys(world)
    return world


def presenting(value: Derived | str, **changes: Any) -> Document:  # noqa: ANN401 -- any JSON value
    """Give the badge with this proof value, and members changed."""
    text = value if isinstance(value, str) else value.encoded()
    return BADGE | changes | {"proof": OPTIONS | {"proofValue": text}}


def test_a_badge_with_a_derived_proof_is_verified(internet: Internet) -> None:
    report = internet.verify(presenting(GOOD))
    assert_verified(report)
    assert report.credential.keys() == BADGE.keys()


def test_a_holder_may_leave_out_a_member_that_badges_need_not_have(internet: Internet) -> None:
    less = remove(remove(BADGE, "evidence"), "credentialSubject.narrative")
    report = internet.verify(derived(less))
    assert_verified(report)
    assert report.credential.keys() == less.keys()
    assert "narrative" not in report.credential["credentialSubject"]


def test_a_revealed_badge_is_judged_as_strictly_as_any(internet: Internet) -> None:
    less = remove(BADGE, "credentialSubject.achievement.criteria")
    report = internet.verify(derived(less))
    assert report.verdict is Verdict.REJECTED
    assert report.of(Check.PROOF)[0].code is Code.OK


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param("validUntil", "2039-02-01T12:00:00Z", id="a mandatory member"),
        pytest.param("credentialSubject.result.0.value", "15", id="another member"),
        pytest.param("name", "Citing many sources", id="the name"),
    ],
)
def test_a_changed_member_is_rejected(path: str, value: str, internet: Internet) -> None:
    forged = replace(presenting(GOOD), path, value)
    assert_refused(internet.verify(forged), Verdict.REJECTED, Code.PROOF)


def test_a_mandatory_member_may_not_be_left_out(internet: Internet) -> None:
    less = remove(BADGE, "validUntil")
    value = derive(less, OPTIONS).changed(base_signature=GOOD.base_signature)
    report = internet.verify(less | {"proof": OPTIONS | {"proofValue": value.encoded()}})
    assert_refused(report, Verdict.REJECTED, Code.PROOF)


LABELS = list(GOOD.labels)
FORGED = [
    pytest.param(GOOD.changed(indexes=[*GOOD.indexes, GOOD.indexes[0]]), id="an index twice"),
    pytest.param(GOOD.changed(indexes=[*GOOD.indexes, 1500]), id="an index beyond the end"),
    pytest.param(GOOD.changed(indexes=[*GOOD.indexes, MAXIMUM_STATEMENTS]), id="a huge index"),
    pytest.param(GOOD.changed(indexes=[]), id="no indexes"),
    pytest.param(
        GOOD.changed(indexes=[index + 1 for index in GOOD.indexes]), id="indexes moved by one"
    ),
    pytest.param(GOOD.changed(labels={}), id="no labels"),
    pytest.param(
        GOOD.changed(labels=dict.fromkeys(LABELS, GOOD.labels[0])), id="one label for all"
    ),
    pytest.param(
        GOOD.changed(labels=dict(zip(LABELS, reversed(GOOD.labels.values()), strict=True))),
        id="labels exchanged",
    ),
    pytest.param(GOOD.changed(labels=GOOD.labels | {len(LABELS): bytes(32)}), id="a label more"),
    pytest.param(
        GOOD.changed(public_key=multikey_bytes(EcTestSigner(99))), id="another ephemeral key"
    ),
    pytest.param(
        derive(BADGE, OPTIONS, ephemeral=EcTestSigner(99)).changed(
            base_signature=GOOD.base_signature
        ),
        id="everything by another ephemeral key",
    ),
    pytest.param(
        GOOD.changed(base_signature=GOOD.signatures[0]), id="a statement's signature as the base"
    ),
    pytest.param(GOOD.changed(base_signature=bytes(64)), id="zeros as the base signature"),
    pytest.param(
        GOOD.changed(signatures=[bytes(64)] * len(GOOD.signatures)), id="zeros as signatures"
    ),
    pytest.param(GOOD.changed(signatures=GOOD.signatures[:-1]), id="a signature fewer"),
    pytest.param(
        GOOD.changed(signatures=[*GOOD.signatures, GOOD.signatures[-1]]), id="a signature more"
    ),
    pytest.param(GOOD.changed(signatures=GOOD.signatures[::-1]), id="signatures in another order"),
    pytest.param(
        derive(BADGE, OPTIONS, by=Issuer(EVIL.id, EcTestSigner(5))),
        id="a stranger's base signature",
    ),
]


@pytest.mark.parametrize("value", FORGED)
def test_a_derived_proof_that_was_tampered_with_is_rejected(
    value: Derived, internet: Internet
) -> None:
    report = internet.verify(presenting(value))
    assert_refused(report, Verdict.REJECTED, Code.PROOF)
    assert report.verified_document is None


def test_a_base_proof_is_rejected_in_words_for_its_holder(internet: Internet) -> None:
    report = internet.verify(presenting(encoded(b"\x80", header="d95d00")))
    assert_refused(report, Verdict.REJECTED, Code.PROOF)
    assert "for the holder" in report.of(Check.PROOF)[0].sentence


def test_b4_a_p_384_key_makes_no_derived_proofs(internet: Internet) -> None:
    method = BADGES_P384.signer.verification_method
    forged = BADGE | {
        "proof": OPTIONS | {"verificationMethod": method, "proofValue": GOOD.encoded()}
    }
    assert_refused(internet.verify(forged), Verdict.REJECTED, Code.PROOF)


def test_b3_a_whole_proof_is_no_derived_one_nor_the_other_way(internet: Internet) -> None:
    whole = proof_of(BADGE, "ecdsa-rdfc-2019", by=BADGES_P256)
    for proof in (
        whole | {"cryptosuite": "ecdsa-sd-2023"},
        OPTIONS | {"cryptosuite": "ecdsa-rdfc-2019", "proofValue": GOOD.encoded()},
        OPTIONS | {"cryptosuite": "ecdsa-jcs-2019", "proofValue": GOOD.encoded()},
        OPTIONS | {"cryptosuite": "ecdsa-sd-2023", "proofValue": whole["proofValue"]},
    ):
        report = internet.verify(BADGE | {"proof": proof})
        assert_refused(report, Verdict.REJECTED, Code.PROOF)


def test_b11_a_derived_proof_with_a_member_of_its_own_is_rejected(internet: Internet) -> None:
    forged = presenting(GOOD)
    forged["proof"] |= {"note": "x"}
    assert_refused(internet.verify(forged), Verdict.REJECTED, Code.DATA_LOSS)


def test_a_derived_proof_in_a_chain_is_left_open(internet: Internet) -> None:
    first = proof_of(BADGE, "ecdsa-rdfc-2019", by=BADGES_P256, id="urn:uuid:1")
    second = OPTIONS | {"previousProof": "urn:uuid:1", "proofValue": GOOD.encoded()}
    report = internet.verify(BADGE | {"proof": [first, second]})
    assert_refused(report, Verdict.INCONCLUSIVE, Code.UNSUPPORTED_SUITE)


def test_a_derived_proof_may_stand_beside_another(internet: Internet) -> None:
    beside = proof_of(BADGE, "eddsa-jcs-2022")
    both = [presenting(GOOD)["proof"], beside]
    assert_verified(internet.verify(BADGE | {"proof": both}))


def test_the_largest_proof_value_costs_little_before_it_is_refused(internet: Internet) -> None:
    value = GOOD.changed(
        signatures=[GOOD.signatures[0]] * MAXIMUM_STATEMENTS,
        labels={number: bytes(32) for number in range(MAXIMUM_STATEMENTS)},
    )
    begun = process_time()
    report = internet.verify(presenting(value))
    assert process_time() - begun < 1
    assert_refused(report, Verdict.REJECTED, Code.PROOF)


def test_what_a_holder_may_have_left_out_is_told(internet: Internet) -> None:
    report = internet.verify(derived(remove(remove(BADGE, "credentialStatus"), "validUntil")))
    assert_verified(report)
    told = {check: report.of(check)[0].code for check in (Check.STATUS, Check.VALIDITY)}
    assert told == {Check.STATUS: Code.NOT_DISCLOSED, Check.VALIDITY: Code.NOT_DISCLOSED}
