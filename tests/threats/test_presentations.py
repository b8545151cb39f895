"""Threats A37, B13 and E15: presentations with something bad inside, made for others, or costly."""

import itertools

import pytest

from openbadges.errors import Code
from openbadges.strict import Document
from tests.credentials import CONTEXTS, plain_credential, valid_credential, valid_endorsement
from tests.presentations import HOLDER, WEB_HOLDER, enrol_holder, presented, unsigned, verify
from tests.world import BADGES, EVIL, Internet, ed25519_issuer, honest_internet, issued_by
from verifier import Check, Outcome, Verdict
from verifier.sources import MAXIMUM_FETCHES, MAXIMUM_FETCHES_AT_ONCE

GOOD = EVIL.sign(issued_by(EVIL))
PLAIN = [
    EVIL.sign(plain_credential(issuer=EVIL.id, credentialSubject={"id": f"did:example:{name}"}))
    for name in ("a", "b")
]
BAD = {
    "changed": GOOD | {"name": "Changed"},
    "unsigned": issued_by(EVIL),
    "expired": EVIL.sign(issued_by(EVIL, validUntil="2026-02-15T00:00:00Z")),
    "somebody else's": EVIL.sign(issued_by(BADGES)),
    "revoked": BADGES.sign(valid_credential()),
}
VOCABULARY = "https://www.w3.org/2018/credentials#"


@pytest.fixture
def internet() -> Internet:
    """A world in which the badge with the usual status entry is revoked."""
    return honest_internet(revoked=[94567])


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a37_one_bad_credential_rejects_the_presentation_wherever_it_stands(
    name: str, place: int, internet: Internet
) -> None:
    credentials = list(PLAIN)
    credentials.insert(place, BAD[name])
    report = verify(presented(*credentials), internet)
    assert [one.verdict is Verdict.VERIFIED for one in report.credentials] == [
        number != place for number in range(3)
    ]
    assert {finding.outcome for finding in report.findings} == {Outcome.PASSED}
    assert report.verdict is Verdict.REJECTED


def test_a37_a_good_credential_does_not_help_a_bad_presentation(internet: Internet) -> None:
    for bad in (
        unsigned(GOOD),
        presented(GOOD) | {"id": "urn:uuid:2"},
        presented(GOOD, by=EVIL),
        unsigned(GOOD) | {"proof": GOOD["proof"]},
        presented(GOOD, proof={"proofPurpose": "assertionMethod"}),
    ):
        report = verify(bad, internet)
        assert report.credentials[0].verdict is Verdict.VERIFIED
        assert report.verdict is Verdict.REJECTED


def test_a37_verified_means_that_everything_passed(internet: Internet) -> None:
    choices = [GOOD, BAD["expired"], issued_by(EVIL)]
    for first, second, make in itertools.product(choices, PLAIN, [presented, unsigned]):
        report = verify(make(first, second), internet)
        assert (report.verdict is Verdict.VERIFIED) == (
            all(finding.outcome is Outcome.PASSED for finding in report.findings)
            and all(one.verdict is Verdict.VERIFIED for one in report.credentials)
        )


def test_a_credential_may_not_be_added_taken_out_or_exchanged(internet: Internet) -> None:
    signed = presented(GOOD, PLAIN[0])
    for credentials in ([GOOD], [GOOD, *PLAIN], [GOOD, PLAIN[1]], []):
        report = verify(signed | {"verifiableCredential": credentials}, internet)
        assert report.verdict is Verdict.REJECTED
        assert report.of(Check.PROOF)[0].code is Code.PROOF


BOUND: Document = {"domain": "shop.example", "challenge": "7"}


@pytest.mark.parametrize(
    ("proof", "expected", "verified"),
    [
        pytest.param({}, {}, True, id="bound to nothing"),
        pytest.param(BOUND, BOUND, True, id="as expected"),
        pytest.param({"domain": ["shop.example"], "challenge": "7"}, BOUND, True, id="in an array"),
        pytest.param(BOUND, {}, False, id="nobody expects it"),
        pytest.param(BOUND, {"challenge": "7"}, False, id="no domain is expected"),
        pytest.param(BOUND, {"domain": "shop.example"}, False, id="no challenge is expected"),
        pytest.param(BOUND, BOUND | {"domain": "bank.example"}, False, id="another domain"),
        pytest.param(BOUND, BOUND | {"challenge": "8"}, False, id="another challenge"),
        pytest.param(BOUND, BOUND | {"challenge": ""}, False, id="an empty challenge"),
        pytest.param({}, BOUND, False, id="expected, and bound to nothing"),
        pytest.param({"challenge": "7"}, BOUND, False, id="expected, and half of it bound"),
        pytest.param(
            {"domain": ["shop.example", "bank.example"], "challenge": "7"},
            BOUND,
            False,
            id="for others too",
        ),
        pytest.param({"challenge": 7}, {"challenge": "7"}, False, id="a number"),
    ],
)
def test_b13_a_proof_for_someone_else_is_refused(
    proof: Document,
    expected: Document,
    verified: bool,  # noqa: FBT001 -- a column of the table
    internet: Internet,
) -> None:
    options = {f"expected_{name}": value for name, value in expected.items()}
    report = verify(presented(GOOD, proof=proof), internet, **options)
    assert report.verdict is (Verdict.VERIFIED if verified else Verdict.REJECTED)
    if not verified:
        assert report.of(Check.PROOF)[0].outcome is Outcome.FAILED


def test_b13_a_caller_who_judges_that_alone_must_still_be_told_no_lie(internet: Internet) -> None:
    bound = presented(GOOD, proof=BOUND, holder=None)
    assert verify(bound, internet).verdict is Verdict.REJECTED
    report = verify(bound, internet, data_model_only=True)
    assert (report.verdict, report.holder) == (Verdict.VERIFIED, HOLDER.id)
    wrong = verify(bound, internet, data_model_only=True, expected_challenge="8")
    assert wrong.verdict is Verdict.REJECTED
    posing = presented(GOOD, by=EVIL)
    assert verify(posing, internet, data_model_only=True).verdict is Verdict.REJECTED
    enrol_holder(internet, "assertionMethod")
    unlisted = presented(GOOD, by=WEB_HOLDER, holder=None)
    assert verify(unlisted, internet, data_model_only=True).verdict is Verdict.REJECTED


def test_b13_a_binding_that_a_proof_hides_under_an_iri_is_refused(internet: Internet) -> None:
    signed = presented(GOOD)
    signed["proof"]["https://w3id.org/security#challenge"] = "7"
    report = verify(signed, internet)
    assert report.of(Check.PROOF)[0].code is Code.DATA_LOSS
    assert report.verdict is Verdict.REJECTED


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"holder": None}, id="nobody"),
        pytest.param({"holder": BADGES.id}, id="somebody else"),
        pytest.param({"holder": {"id": BADGES.id}}, id="somebody else, as an object"),
        pytest.param({"holder": f"{HOLDER.id}#"}, id="almost the signer"),
    ],
)
def test_the_holder_must_be_the_one_whose_key_signed(changes: Document, internet: Internet) -> None:
    report = verify(presented(GOOD, **changes), internet)
    assert report.of(Check.HOLDER)[0].code is Code.ISSUER_MISMATCH
    assert (report.verdict, report.holder) == (Verdict.REJECTED, None)


def test_every_proof_of_a_presentation_must_hold(internet: Internet) -> None:
    both = presented(GOOD)
    both["proof"] = [both["proof"], EVIL.proof(unsigned(GOOD), proofPurpose="authentication")]
    report = verify(both, internet)
    assert [finding.outcome for finding in report.of(Check.HOLDER)] == [
        Outcome.PASSED,
        Outcome.FAILED,
    ]
    assert report.verdict is Verdict.REJECTED


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(
            {"@context": [CONTEXTS[0], {"more": {"@id": f"{VOCABULARY}verifiableCredential"}}]}
            | {"more": {"id": "urn:uuid:9"}},
            id="a credential under another name",
        ),
        pytest.param(
            {f"{VOCABULARY}verifiableCredential": {"id": "urn:uuid:9"}},
            id="a credential under its IRI",
        ),
        pytest.param(
            {"@context": [CONTEXTS[0], {"who": {"@id": f"{VOCABULARY}holder", "@type": "@id"}}]}
            | {"holder": None, "who": HOLDER.id},
            id="the holder under another name",
        ),
        pytest.param(
            {
                "id": "urn:uuid:1",
                "termsOfUse": {"id": "urn:uuid:1", "type": "IssuerPolicy", "holder": BADGES.id},
                "@context": [
                    CONTEXTS[0],
                    {"@vocab": "https://a.example/"},
                    {"IssuerPolicy": {"@id": "https://a.example/IssuerPolicy"}},
                    {"holder2": {"@id": f"{VOCABULARY}holder", "@type": "@id"}},
                ],
            },
            id="another holder at another place",
        ),
        pytest.param(
            {"@included": [{"id": HOLDER.id, "type": "VerifiablePresentation"}]},
            id="a second presentation",
        ),
    ],
)
def test_what_a_reader_would_not_see_may_not_be_signed(
    changes: Document, internet: Internet
) -> None:
    report = verify(presented(GOOD, **changes), internet)
    assert report.verdict is Verdict.REJECTED
    assert report.of(Check.CONFORMANCE)[0].outcome is Outcome.FAILED


def test_e15_a_presentation_makes_only_so_many_fetches() -> None:
    internet = honest_internet()
    issuers = [ed25519_issuer(f"did:web:issuer{number}.example", number) for number in range(1, 21)]
    credentials = []
    for issuer in issuers:
        internet.enrol(issuer)
        credential = plain_credential(issuer=issuer.id)
        credential["credentialStatus"] = [
            {
                "type": "BitstringStatusListEntry",
                "statusPurpose": "revocation",
                "statusListIndex": "1",
                "statusListCredential": f"https://{issuer.id[8:]}/status/{number}",
            }
            for number in range(4)
        ]
        credentials.append(issuer.sign(credential))
    report = verify(unsigned(*credentials), internet)
    assert internet.fetched.total() == MAXIMUM_FETCHES_AT_ONCE
    assert {one.verdict for one in report.credentials} == {Verdict.INCONCLUSIVE}
    last = report.credentials[-1]
    assert Code.FETCH_BUDGET in {finding.code for finding in last.findings}


def test_e15_one_credential_of_many_makes_no_more_fetches_than_alone() -> None:
    internet = honest_internet()
    endorsers = [ed25519_issuer(f"did:web:e{number}.example", number) for number in range(1, 13)]
    endorsements = [
        endorser.sign(valid_endorsement(issuer={"id": endorser.id, "type": ["Profile"]}))
        for endorser in endorsers
    ]
    badge = BADGES.sign(valid_credential(endorsement=endorsements))
    report = verify(unsigned(badge), internet)
    assert internet.fetched.total() == MAXIMUM_FETCHES
    assert report.credentials[0].verdict is Verdict.VERIFIED
