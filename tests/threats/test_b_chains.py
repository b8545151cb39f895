"""B10: a chain of proofs holds as a whole, and only with every proof that it names."""

from typing import Any

import pytest

from openbadges.data_integrity.proof import MAXIMUM_PROOFS, hash_data
from openbadges.errors import Code
from openbadges.strict import Document, encode_base58btc
from tests.credentials import plain_credential, valid_credential
from tests.proofs import BADGES_P256, BADGES_P384, enrol_all_keys, proof_of
from tests.rewriting import SUBJECT
from tests.world import (
    BADGES,
    BANK,
    SUITE,
    Internet,
    Issuer,
    assert_refused,
    assert_verified,
    honest_internet,
)
from verifier import Check, Verdict

BADGE = valid_credential()
FIRST_ID, SECOND_ID, THIRD_ID = (f"urn:uuid:{number}" for number in "123")
RDFC = ("eddsa-rdfc-2022", BADGES), ("ecdsa-rdfc-2019", BADGES_P256)
JCS = ("eddsa-jcs-2022", BADGES), ("ecdsa-jcs-2019", BADGES_P384)
CHAINS = [
    pytest.param(RDFC[0], RDFC[1], id="rdfc on rdfc"),
    pytest.param(JCS[0], JCS[1], id="jcs on jcs"),
    pytest.param(JCS[1], RDFC[0], id="rdfc on jcs"),
    pytest.param(RDFC[1], JCS[0], id="jcs on rdfc"),
]
Kind = tuple[str, Issuer]


@pytest.fixture
def internet() -> Internet:
    """A world in which everyone answers truly, and the issuer lists three keys."""
    world = honest_internet()
    enrol_all_keys(world)
    return world


def link(
    suite: Kind,
    *before: Document,
    badge: Document = BADGE,
    **options: Any,  # noqa: ANN401 -- any JSON value
) -> Document:
    """Give a proof over the badge and the proofs before it."""
    name, by = suite
    if before:
        options = {"previousProof": [proof["id"] for proof in before]} | options
    covered = badge | {"proof": list(before)} if before else badge
    return proof_of(covered, name, by=by, **options)


def chain(first: Kind, second: Kind) -> list[Document]:
    one = link(first, id=FIRST_ID)
    return [one, link(second, one, id=SECOND_ID)]


@pytest.mark.parametrize(("first", "second"), CHAINS)
def test_a_chain_is_verified_in_any_order(first: Kind, second: Kind, internet: Internet) -> None:
    proofs = chain(first, second)
    report = internet.verify(BADGE | {"proof": proofs})
    assert_verified(report)
    assert len(report.of(Check.PROOF)) == 2
    assert_verified(internet.verify(BADGE | {"proof": proofs[::-1]}))


@pytest.mark.parametrize(("first", "second"), CHAINS)
def test_a_chain_without_its_first_proof_is_rejected(
    first: Kind, second: Kind, internet: Internet
) -> None:
    _, last = chain(first, second)
    report = internet.verify(BADGE | {"proof": [last]})
    assert_refused(report, Verdict.REJECTED, Code.PROOF)
    assert not internet.fetched
    alone = {key: value for key, value in last.items() if key != "previousProof"}
    assert_refused(internet.verify(BADGE | {"proof": alone}), Verdict.REJECTED, Code.PROOF)


@pytest.mark.parametrize(("first", "second"), CHAINS)
def test_the_first_proof_of_a_chain_is_not_exchanged(
    first: Kind, second: Kind, internet: Internet
) -> None:
    _, last = chain(first, second)
    other = link(first, id=FIRST_ID, created="2026-02-28T12:00:00Z")
    report = internet.verify(BADGE | {"proof": [other, last]})
    assert_refused(report, Verdict.REJECTED, Code.PROOF)
    findings = report.of(Check.PROOF)
    assert [finding.code for finding in findings] == [Code.OK, Code.PROOF]


@pytest.mark.parametrize(("first", "second"), CHAINS)
def test_the_last_proof_does_not_vouch_for_a_broken_first(
    first: Kind, second: Kind, internet: Internet
) -> None:
    one = link(first, id=FIRST_ID)
    broken = link(first, id=FIRST_ID, badge=plain_credential(**{"@context": BADGE["@context"]}))
    broken = one | {"proofValue": broken["proofValue"]}
    last = link(second, broken)
    report = internet.verify(BADGE | {"proof": [broken, last]})
    assert [finding.code for finding in report.of(Check.PROOF)] == [Code.PROOF, Code.OK]
    assert report.verdict is Verdict.REJECTED


def test_every_proof_of_a_chain_is_the_issuers(internet: Internet) -> None:
    one = link(("eddsa-rdfc-2022", BANK), id=FIRST_ID)
    report = internet.verify(BADGE | {"proof": [one, link(RDFC[0], one)]})
    assert_refused(report, Verdict.REJECTED, Code.ISSUER_MISMATCH)


def test_a_long_chain_is_verified_up_to_its_bound(internet: Internet) -> None:
    proofs: list[Document] = []
    for number in range(MAXIMUM_PROOFS):
        proofs.append(link(RDFC[0], *proofs[-1:], id=f"urn:uuid:{number}"))
    assert_verified(internet.verify(BADGE | {"proof": proofs}))
    proofs.append(link(RDFC[0], proofs[-1], id="urn:uuid:last"))
    assert_refused(internet.verify(BADGE | {"proof": proofs}), Verdict.REJECTED, Code.PROOF)


def test_one_proof_may_follow_two(internet: Internet) -> None:
    one, two = link(RDFC[0], id=FIRST_ID), link(RDFC[1], id=SECOND_ID)
    for kind in (RDFC[0], JCS[1]):
        proofs = [one, two, link(kind, one, two, id=THIRD_ID)]
        assert_verified(internet.verify(BADGE | {"proof": proofs}))
    last = link(JCS[1], one, two) | {"previousProof": [SECOND_ID, FIRST_ID]}
    report = internet.verify(BADGE | {"proof": [one, two, last]})
    assert_refused(report, Verdict.REJECTED, Code.PROOF)


def with_previous(previous: object) -> list[Document]:
    """Give two proofs of which the second, signed as it is, names this as previous."""
    one = link(RDFC[0], id=FIRST_ID)
    return [one, link(RDFC[0], one, id=SECOND_ID) | {"previousProof": previous}]


@pytest.mark.parametrize(
    "previous",
    [
        pytest.param("urn:uuid:missing", id="a missing one"),
        pytest.param([FIRST_ID, "urn:uuid:missing"], id="a missing one in the list"),
        pytest.param(SECOND_ID, id="itself"),
        pytest.param([FIRST_ID, FIRST_ID], id="one twice"),
        pytest.param([], id="none"),
        pytest.param(None, id="null"),
        pytest.param(7, id="a number"),
        pytest.param({"id": FIRST_ID}, id="an object"),
        pytest.param([[FIRST_ID]], id="a list in the list"),
    ],
)
def test_b10_a_chain_that_hangs_on_nothing_is_rejected(
    previous: object, internet: Internet
) -> None:
    report = internet.verify(BADGE | {"proof": with_previous(previous)})
    assert_refused(report, Verdict.REJECTED, Code.PROOF)
    assert not internet.fetched


def test_b10_a_circle_is_rejected(internet: Internet) -> None:
    one = link(RDFC[0], id=FIRST_ID) | {"previousProof": SECOND_ID}
    two = link(RDFC[0], one, id=SECOND_ID)
    report = internet.verify(BADGE | {"proof": [one, two]})
    assert_refused(report, Verdict.REJECTED, Code.PROOF)
    assert "circle" in report.of(Check.PROOF)[0].sentence
    assert not internet.fetched


def test_b10_two_proofs_of_one_id_are_rejected(internet: Internet) -> None:
    one, two = link(RDFC[0], id=FIRST_ID), link(RDFC[1], id=FIRST_ID)
    report = internet.verify(BADGE | {"proof": [one, two]})
    assert_refused(report, Verdict.REJECTED, Code.PROOF)


def test_b10_a_proof_that_says_it_comes_first_is_not_one_that_follows(internet: Internet) -> None:
    """Whoever takes `previousProof` away changes what was signed."""
    one, two = chain(*RDFC)
    cut = {key: value for key, value in two.items() if key != "previousProof"}
    report = internet.verify(BADGE | {"proof": [one, cut]})
    assert_refused(report, Verdict.REJECTED, Code.PROOF)


def test_b10_a_chain_that_was_signed_as_a_set_is_rejected(internet: Internet) -> None:
    """A proof that only names the one before it, and does not cover it."""
    one = link(RDFC[0], id=FIRST_ID)
    two = proof_of(BADGE, "eddsa-rdfc-2022", previousProof=FIRST_ID)
    report = internet.verify(BADGE | {"proof": [one, two]})
    assert_refused(report, Verdict.REJECTED, Code.PROOF)


def test_b10_an_inline_context_does_not_hide_a_previous_proof(internet: Internet) -> None:
    """It may say what `proofValue` means in the document, but nothing may be lost by that."""
    contexts = [
        plain_credential()["@context"][0],
        {"note": "https://x.example/#note"},
    ]
    badge = plain_credential(**{"@context": contexts, "note": "x"})
    one = link(RDFC[0], id=FIRST_ID, badge=badge)
    two = link(RDFC[0], one, badge=badge)
    assert_verified(internet.verify(badge | {"proof": [one, two]}))
    again = link(RDFC[0], id=FIRST_ID, badge=badge, created="2026-02-01T00:00:00Z")
    report = internet.verify(badge | {"proof": [again, two]})
    assert_refused(report, Verdict.REJECTED, Code.PROOF)


def test_a_proof_inside_the_document_is_no_previous_proof(internet: Internet) -> None:
    one = link(RDFC[0], id=FIRST_ID)
    badge = BADGE | {"proof": None}
    data = hash_data(badge | {"proof": [one]}, _named(FIRST_ID), suite=SUITE)
    two = _named(FIRST_ID) | {"proofValue": "z" + encode_base58btc(BADGES.signer.sign(data))}
    subject = BADGE[SUBJECT] | {"proof": one}
    report = internet.verify(BADGE | {SUBJECT: subject, "proof": [two]})
    assert report.verdict is Verdict.REJECTED


def _named(previous: str) -> Document:
    proof = proof_of(BADGE, "eddsa-rdfc-2022", previousProof=previous)
    return {key: value for key, value in proof.items() if key != "proofValue"}
