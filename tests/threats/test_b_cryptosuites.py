"""B: every suite holds from end to end, and no proof is taken for one of another suite or document.

What all suites share is in `test_b_data_integrity`.
"""

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from openbadges.errors import Code
from openbadges.jsonld.contexts import BUNDLED
from openbadges.strict import Document, encode_base58btc
from tests.credentials import (
    CONTEXTS,
    STATUS_LIST,
    plain_credential,
    remove,
    replace,
    valid_credential,
    valid_credential_of_version_1,
)
from tests.presentations import HOLDER, unsigned, verify
from tests.proofs import BADGES_P256, BADGES_P384, enrol_all_keys, listed_too, proof_of
from tests.signing import EcTestSigner
from tests.world import (
    BADGES,
    BANK,
    EVIL,
    NOW,
    Internet,
    Issuer,
    assert_refused,
    assert_verified,
    honest_internet,
    issued_by,
    status_list_document,
)
from verifier import Check, Outcome, Verdict

ED25519_2020 = "https://w3id.org/security/suites/ed25519-2020/v1"
BADGE = valid_credential()
OLD_STYLE = valid_credential(**{"@context": [*CONTEXTS, ED25519_2020]})
# Each with the badge that it can sign and a key of the kind that it needs.
SUITES = {
    "eddsa-rdfc-2022": ("eddsa-rdfc-2022", BADGE, BADGES),
    "eddsa-jcs-2022": ("eddsa-jcs-2022", BADGE, BADGES),
    "ecdsa-rdfc-2019 P-256": ("ecdsa-rdfc-2019", BADGE, BADGES_P256),
    "ecdsa-rdfc-2019 P-384": ("ecdsa-rdfc-2019", BADGE, BADGES_P384),
    "ecdsa-jcs-2019 P-256": ("ecdsa-jcs-2019", BADGE, BADGES_P256),
    "ecdsa-jcs-2019 P-384": ("ecdsa-jcs-2019", BADGE, BADGES_P384),
    "Ed25519Signature2020": ("Ed25519Signature2020", OLD_STYLE, BADGES),
}
JCS = {name: suite for name, suite in SUITES.items() if "jcs" in name}
Signed = tuple[str, Document, Issuer]


def params(suites: dict[str, Signed]) -> list[Any]:
    return [pytest.param(*suite, id=name) for name, suite in suites.items()]


# A suite comes with its badge and its key, beside what a test changes.
# ruff: noqa: PLR0913, PLR0917
each_suite = pytest.mark.parametrize(("suite", "badge", "by"), params(SUITES))
each_jcs_suite = pytest.mark.parametrize(("suite", "badge", "by"), params(JCS))


@pytest.fixture
def internet() -> Internet:
    """A world in which everyone answers truly, and the issuer lists three keys."""
    world = honest_internet()
    enrol_all_keys(world)
    return world


def signed(badge: Document, suite: str, by: Issuer, **options: Any) -> Document:  # noqa: ANN401 -- any JSON value
    return badge | {"proof": proof_of(badge, suite, by=by, **options)}


@each_suite
def test_a_badge_that_was_signed_by_any_suite_is_verified(
    suite: str, badge: Document, by: Issuer, internet: Internet
) -> None:
    report = internet.verify(signed(badge, suite, by))
    assert_verified(report)
    assert report.verified_document is not None
    assert report.verified_document["validUntil"] == badge["validUntil"]


@each_suite
def test_a_plain_credential_that_was_signed_by_any_suite_is_verified(
    suite: str, badge: Document, by: Issuer, internet: Internet
) -> None:
    contexts = [CONTEXTS[0], *badge["@context"][2:]]
    credential = plain_credential(**{"@context": contexts, "id": "urn:uuid:1", "name": "A day"})
    assert_verified(internet.verify(signed(credential, suite, by)))


@each_suite
def test_a_badge_that_was_changed_is_rejected(
    suite: str, badge: Document, by: Issuer, internet: Internet
) -> None:
    forged = signed(badge, suite, by) | {"validUntil": "2039-02-01T12:00:00Z"}
    assert_refused(internet.verify(forged), Verdict.REJECTED, Code.PROOF)


@each_suite
def test_b1_a_changed_signature_is_rejected(
    suite: str, badge: Document, by: Issuer, internet: Internet
) -> None:
    good = signed(badge, suite, by)
    zeros = "z" + encode_base58btc(bytes(96 if by is BADGES_P384 else 64))
    for value in (
        zeros,
        proof_of(plain_credential() | {"@context": badge["@context"]}, suite, by=by)["proofValue"],
    ):
        forged = replace(good, "proof.proofValue", value)
        assert_refused(internet.verify(forged), Verdict.REJECTED, Code.PROOF)


@each_suite
def test_b7_a_strangers_key_does_not_sign_by_any_suite(
    suite: str, badge: Document, by: Issuer, internet: Internet
) -> None:
    badge = replace(badge, "issuer", BANK.id)
    badge = remove(badge, "credentialSubject.achievement.creator")
    forged = signed(badge, suite, by)
    assert_refused(internet.verify(forged), Verdict.REJECTED, Code.ISSUER_MISMATCH)


@each_suite
def test_b11_a_member_that_proofs_do_not_have_is_rejected(
    suite: str, badge: Document, by: Issuer, internet: Internet
) -> None:
    forged = signed(badge, suite, by)
    forged["proof"] |= {"https://w3id.org/security#expiration": "2026-01-01T00:00:00Z"}
    assert_refused(internet.verify(forged), Verdict.REJECTED, Code.DATA_LOSS)


@each_suite
@pytest.mark.parametrize(
    ("options", "code"),
    [
        pytest.param({"expires": "2026-02-01T00:00:00Z"}, Code.PROOF_DATES, id="expired"),
        pytest.param({"created": "2026-03-02T00:00:00Z"}, Code.PROOF_DATES, id="from tomorrow"),
        pytest.param({"proofPurpose": "authentication"}, Code.PROOF_PURPOSE, id="another purpose"),
        pytest.param({"domain": "other.example"}, Code.PROOF, id="for someone else"),
        pytest.param({"previousProof": "urn:uuid:1"}, Code.PROOF, id="after a proof not there"),
    ],
)
def test_b12_a_proof_of_another_time_or_place_is_rejected(
    suite: str, badge: Document, by: Issuer, options: Document, code: Code, internet: Internet
) -> None:
    if suite == "Ed25519Signature2020" and "previousProof" in options:
        forged = signed(badge, suite, by)
        forged["proof"] |= options  # its context has no such word
    else:
        forged = signed(badge, suite, by, **options)
    assert_refused(internet.verify(forged), Verdict.REJECTED, code)


def renamed(proof: Document, suite: str) -> Document:
    """Present a proof as one of another suite."""
    kept = {key: value for key, value in proof.items() if key not in ("type", "cryptosuite")}
    if suite == "Ed25519Signature2020":
        return kept | {"type": suite}
    return kept | {"type": "DataIntegrityProof", "cryptosuite": suite}


@each_suite
@pytest.mark.parametrize(
    "other",
    [
        "eddsa-rdfc-2022",
        "eddsa-jcs-2022",
        "ecdsa-rdfc-2019",
        "ecdsa-jcs-2019",
        "ecdsa-sd-2023",
        "Ed25519Signature2020",
    ],
)
@pytest.mark.parametrize("contexts", ["kept", "left out"])
def test_b3_a_proof_of_one_suite_is_never_taken_for_another(
    suite: str, badge: Document, by: Issuer, other: str, contexts: str, internet: Internet
) -> None:
    if suite == other:
        return
    forged = signed(badge | {"@context": OLD_STYLE["@context"]}, suite, by)
    forged["proof"] = renamed(forged["proof"], other)
    if contexts == "left out":
        forged["proof"].pop("@context", None)
    report = internet.verify(forged)
    assert_refused(report, Verdict.REJECTED, Code.PROOF)
    assert report.verified_document is None


@pytest.mark.parametrize("name", ["Ed25519Signature2020", "eddsa-rdfc-2022", None, ["x"]])
def test_b3_an_ed25519signature2020_with_a_cryptosuite_is_left_open(
    name: object, internet: Internet
) -> None:
    good = signed(OLD_STYLE, "Ed25519Signature2020", BADGES)
    forged = good | {"proof": good["proof"] | {"cryptosuite": name}}
    assert_refused(internet.verify(forged), Verdict.INCONCLUSIVE, Code.UNSUPPORTED_SUITE)


def test_an_ed25519signature2020_needs_the_words_that_its_context_gives(internet: Internet) -> None:
    good = signed(OLD_STYLE, "Ed25519Signature2020", BADGES)
    forged = good | {"@context": CONTEXTS}
    report = internet.verify(forged)
    assert report.verdict is Verdict.REJECTED
    assert report.of(Check.PROOF)[0].outcome is Outcome.FAILED


def test_an_old_badge_with_an_old_proof_is_verified(internet: Internet) -> None:
    badge = valid_credential_of_version_1()
    badge["@context"] = [*badge["@context"], ED25519_2020]
    achievement = "credentialSubject.achievement"
    later = (
        "awardedDate",
        "credentialStatus",
        f"{achievement}.inLanguage",
        f"{achievement}.related",
    )
    for path in later:  # which its contexts do not define
        badge = remove(badge, path)
    assert_verified(internet.verify(signed(badge, "Ed25519Signature2020", BADGES)))


@pytest.mark.parametrize("suite", ["ecdsa-rdfc-2019", "ecdsa-jcs-2019"])
@pytest.mark.parametrize(
    ("by", "named"),
    [
        pytest.param(BADGES_P256, BADGES_P384, id="P-256 as P-384"),
        pytest.param(BADGES_P384, BADGES_P256, id="P-384 as P-256"),
        pytest.param(BADGES_P256, BADGES, id="P-256 as Ed25519"),
        pytest.param(BADGES_P256, listed_too(23, ec.SECP256R1()), id="a key that is not listed"),
    ],
)
def test_b4_a_signature_by_one_key_is_not_one_by_another(
    suite: str, by: Issuer, named: Issuer, internet: Internet
) -> None:
    method = named.signer.verification_method
    forged = signed(BADGE, suite, by, verificationMethod=method)
    report = internet.verify(forged)
    assert report.verdict is Verdict.REJECTED
    assert report.of(Check.PROOF)[0].code in (Code.PROOF, Code.INVALID_RELATIONSHIP)


@pytest.mark.parametrize("suite", ["ecdsa-rdfc-2019", "ecdsa-jcs-2019"])
def test_b4_a_p_384_key_does_not_sign_with_the_short_hash(suite: str, internet: Internet) -> None:
    short = proof_of(BADGE, suite, by=BADGES_P256, verificationMethod=None)
    method = BADGES_P384.signer.verification_method
    forged = BADGE | {"proof": short | {"verificationMethod": method}}
    report = internet.verify(forged)
    assert_refused(report, Verdict.REJECTED, Code.PROOF)
    assert "96" in report.of(Check.PROOF)[0].sentence


# JCS: what is verified is the document with the contexts that the proof names.


@each_jcs_suite
def test_the_verified_document_has_the_contexts_that_were_signed(
    suite: str, badge: Document, by: Issuer, internet: Internet
) -> None:
    good = signed(badge, suite, by)
    added = good | {"@context": [*badge["@context"], ED25519_2020]}
    report = internet.verify(added)
    assert_verified(report)
    assert report.verified_document is not None
    assert report.verified_document["@context"] == badge["@context"]
    assert report.verified_document == badge


@each_jcs_suite
@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param(lambda own: own[:1], Code.CONTEXT_NOT_ALLOWED, id="one left out"),
        pytest.param(lambda own: own[::-1], Code.CONTEXT_NOT_ALLOWED, id="another order"),
        pytest.param(
            lambda own: [own[0], ED25519_2020, own[1]], Code.CONTEXT_NOT_ALLOWED, id="one between"
        ),
        pytest.param(
            lambda own: [own[0], own[1].replace("3.0.3", "3.0.2")],
            Code.CONTEXT_NOT_ALLOWED,
            id="one exchanged",
        ),
        pytest.param(
            lambda own: [*own, {"validUntil": "https://evil.example/#n"}],
            Code.CONTEXT_NOT_ALLOWED,
            id="an inline one added",
        ),
        pytest.param(
            lambda own: [*own, "https://www.w3.org/ns/credentials/examples/v2"],
            Code.CONTEXT_NOT_ALLOWED,
            id="one added that a badge may not have",
        ),
    ],
)
def test_a_jcs_proof_over_other_contexts_is_rejected(
    suite: str,
    badge: Document,
    by: Issuer,
    change: Callable[[list[str]], list[Any]],
    code: Code,
    internet: Internet,
) -> None:
    forged = signed(badge, suite, by) | {"@context": change(badge["@context"])}
    assert_refused(internet.verify(forged), Verdict.REJECTED, code)


@each_jcs_suite
def test_a_jcs_proof_that_names_no_contexts_covers_the_documents_own(
    suite: str, badge: Document, by: Issuer, internet: Internet
) -> None:
    good = badge | {"proof": proof_of(badge, suite, by=by, **{"@context": None})}
    assert_verified(internet.verify(good))
    forged = good | {"@context": [*badge["@context"], ED25519_2020]}
    assert_refused(internet.verify(forged), Verdict.REJECTED, Code.PROOF)


@each_jcs_suite
def test_the_contexts_of_a_jcs_proof_are_signed_themselves(
    suite: str, badge: Document, by: Issuer, internet: Internet
) -> None:
    forged = signed(badge, suite, by)
    forged["proof"] = forged["proof"] | {"@context": badge["@context"][:1]}
    assert_refused(internet.verify(forged), Verdict.REJECTED, Code.PROOF)


@each_jcs_suite
def test_a_jcs_proof_over_fewer_contexts_is_judged_as_a_badge_all_the_same(
    suite: str, badge: Document, by: Issuer, internet: Internet
) -> None:
    """With the first context alone it would be no badge, and would be held to less."""
    first = badge | {"@context": badge["@context"][:1], "credentialSubject": {"id": "did:ex:1"}}
    good = signed(first, suite, by)
    forged = good | {"@context": badge["@context"]}
    report = internet.verify(forged)
    assert report.verdict is Verdict.REJECTED
    assert report.of(Check.CONFORMANCE)[0].outcome is Outcome.FAILED


@each_jcs_suite
def test_a12_a_context_that_is_not_carried_leaves_a_jcs_proof_open(
    suite: str, badge: Document, by: Issuer, internet: Internet
) -> None:
    unknown = "https://evil.example/context"
    assert unknown not in BUNDLED.urls
    foreign = plain_credential(**{"@context": [CONTEXTS[0], unknown]})
    report = internet.verify(signed(foreign, suite, by))
    assert_refused(report, Verdict.INCONCLUSIVE, Code.CONTEXT_UNKNOWN)
    added = signed(badge, suite, by) | {"@context": [*badge["@context"], unknown]}
    report = internet.verify(added)
    assert_refused(report, Verdict.INCONCLUSIVE, Code.CONTEXT_UNKNOWN)
    assert unknown not in internet.fetched


@each_jcs_suite
@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        pytest.param("@included", [{"id": "urn:x"}], Code.KEYWORD, id="A3 @included"),
        pytest.param(
            "https://www.w3.org/2018/credentials#validUntil",
            "2026-01-01T00:00:00Z",
            Code.NON_COMPACT,
            id="A1 an IRI as key",
        ),
        pytest.param(
            "credentialSubject.@context", None, Code.NESTED_CONTEXT, id="A9 a context inside"
        ),
        pytest.param("credentialSubject.@id", "did:example:x", Code.KEYWORD, id="A21 @id"),
    ],
)
def test_what_is_no_plain_json_is_rejected_though_signed(
    suite: str,
    badge: Document,
    by: Issuer,
    path: str,
    value: Any,  # noqa: ANN401 -- any JSON value
    code: Code,
    internet: Internet,
) -> None:
    changed = badge | {path: value} if ":" in path else replace(badge, path, value)
    report = internet.verify(signed(changed, suite, by))
    assert_refused(report, Verdict.REJECTED, code)
    assert report.of(Check.PROOF)[0].outcome is Outcome.PASSED


@each_jcs_suite
def test_a_badge_that_breaks_the_schema_is_rejected_though_signed(
    suite: str, badge: Document, by: Issuer, internet: Internet
) -> None:
    broken = badge | {"credentialStatus": [badge["credentialStatus"]]}
    assert_refused(internet.verify(signed(broken, suite, by)), Verdict.REJECTED, Code.SCHEMA)


@each_jcs_suite
def test_json_that_was_rewritten_as_the_same_graph_is_another_for_jcs(
    suite: str, badge: Document, by: Issuer, internet: Internet
) -> None:
    good = signed(badge, suite, by)
    for path, value in (
        ("credentialStatus", [badge["credentialStatus"]]),
        (
            "credentialSubject.achievement.tag",
            badge["credentialSubject"]["achievement"]["tag"][::-1],
        ),
        ("name", [badge["name"]]),
    ):
        report = internet.verify(replace(good, path, value))
        assert report.verdict is Verdict.REJECTED


@each_jcs_suite
def test_the_order_of_members_says_nothing(
    suite: str, badge: Document, by: Issuer, internet: Internet
) -> None:
    good = signed(badge, suite, by)
    assert_verified(internet.verify(dict(reversed(good.items()))))


@pytest.mark.parametrize("suite", ["eddsa-jcs-2022", "Ed25519Signature2020", "ecdsa-jcs-2019"])
def test_a_status_list_may_be_signed_by_another_suite(suite: str, internet: Internet) -> None:
    by = BADGES_P256 if suite.startswith("ecdsa") else BADGES
    status_list = status_list_document(revoked=[94567])
    status_list["@context"] = [*status_list["@context"], ED25519_2020]
    internet.publish(STATUS_LIST, signed(status_list, suite, by))
    report = internet.verify(BADGES.sign(BADGE))
    assert_refused(report, Verdict.REJECTED, Code.REVOKED)
    internet.publish(
        STATUS_LIST, signed(status_list, suite, by) | {"validUntil": "2099-01-01T00:00:00Z"}
    )
    assert internet.verify(BADGES.sign(BADGE)).verdict is not Verdict.VERIFIED


# Sets of several families: every reading counts, and every proof.


def both(badge: Document, **changes: Document) -> list[Document]:
    proofs = {
        "rdfc": proof_of(badge, "eddsa-rdfc-2022"),
        "jcs": proof_of(badge, "ecdsa-jcs-2019", by=BADGES_P384),
    }
    return list((proofs | changes).values())


def test_a_set_of_both_families_is_verified(internet: Internet) -> None:
    for proofs in (both(BADGE), both(BADGE)[::-1]):
        assert_verified(internet.verify(BADGE | {"proof": proofs}))


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"rdfc": proof_of(plain_credential(), "eddsa-rdfc-2022")}, id="rdfc"),
        pytest.param({"jcs": proof_of(plain_credential(), "eddsa-jcs-2022")}, id="jcs"),
        pytest.param({"jcs": proof_of(BADGE, "eddsa-jcs-2022", by=EVIL)}, id="jcs by another"),
        pytest.param({"rdfc": EVIL.proof(BADGE)}, id="rdfc by another"),
    ],
)
def test_b9_one_bad_proof_of_either_family_is_enough(changes: Document, internet: Internet) -> None:
    report = internet.verify(BADGE | {"proof": both(BADGE, **changes)})
    assert report.verdict is Verdict.REJECTED


def test_a_jcs_proof_does_not_excuse_a_graph_that_lost_something(internet: Internet) -> None:
    badge = plain_credential(id="urn:uuid:1")
    rdfc = proof_of(badge, "eddsa-rdfc-2022")
    more = badge | {"grade": "A+"}
    forged = more | {"proof": [rdfc, proof_of(more, "eddsa-jcs-2022")]}
    assert_refused(internet.verify(forged), Verdict.REJECTED, Code.DATA_LOSS)


def test_an_rdfc_proof_does_not_excuse_what_no_jcs_document_may_have(internet: Internet) -> None:
    badge = plain_credential(**{"@context": [CONTEXTS[0], {"grade": "https://x.example/#g"}]}) | {
        "grade": "A+"
    }
    assert_verified(internet.verify(badge | {"proof": proof_of(badge, "eddsa-rdfc-2022")}))
    forged = badge | {"proof": both(badge)}
    assert_refused(internet.verify(forged), Verdict.REJECTED, Code.CONTEXT_NOT_ALLOWED)


def test_an_unknown_suite_beside_a_jcs_proof_is_left_open(internet: Internet) -> None:
    foreign = proof_of(BADGE, "eddsa-jcs-2022") | {"cryptosuite": "bbs-2023"}
    report = internet.verify(BADGE | {"proof": [proof_of(BADGE, "eddsa-jcs-2022"), foreign]})
    assert_refused(report, Verdict.INCONCLUSIVE, Code.UNSUPPORTED_SUITE)
    assert report.verified_document is None


def test_a_badge_of_anyone_with_a_did_key_of_p_384_is_verified(internet: Internet) -> None:
    signer = EcTestSigner(77, curve=ec.SECP384R1())
    anyone = Issuer(signer.verification_method.partition("#")[0], signer)
    for suite in ("ecdsa-rdfc-2019", "ecdsa-jcs-2019"):
        badge = issued_by(anyone)
        assert_verified(internet.verify(signed(badge, suite, anyone), now=NOW))


# A presentation is read as the graph of all its contexts, so a proof must cover each of them.


def test_a_presentation_may_be_signed_as_json(internet: Internet) -> None:
    presentation = unsigned(BADGES.sign(BADGE))
    proof = proof_of(presentation, "eddsa-jcs-2022", by=HOLDER, proofPurpose="authentication")
    report = verify(presentation | {"proof": proof}, internet)
    assert (report.verdict, report.holder) == (Verdict.VERIFIED, HOLDER.id)
    changed = presentation | {"verifiableCredential": [], "proof": proof}
    assert verify(changed, internet).verdict is Verdict.REJECTED


def test_a_presentation_has_no_context_that_its_proof_does_not_cover(internet: Internet) -> None:
    presentation = unsigned(BADGES.sign(BADGE), contexts=[CONTEXTS[0]])
    proof = proof_of(presentation, "eddsa-jcs-2022", by=HOLDER, proofPurpose="authentication")
    assert verify(presentation | {"proof": proof}, internet).verdict is Verdict.VERIFIED
    added = presentation | {"@context": [CONTEXTS[0], ED25519_2020], "proof": proof}
    report = verify(added, internet)
    assert report.verdict is Verdict.REJECTED
    assert report.of(Check.PROOF)[0].code is Code.CONTEXT_NOT_ALLOWED
    assert report.holder is None
