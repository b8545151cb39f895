"""Section B of the threats: proofs that do not prove, and keys that are someone else's."""

from dataclasses import dataclass
from typing import Any

import pytest

from openbadges.data_integrity.proof import hash_data
from openbadges.did import did_web_document
from openbadges.errors import Code
from openbadges.strict import (
    Document,
    decode_base58btc,
    encode_base58btc,
    encode_base64url,
)
from tests.credentials import (
    CONTEXTS_OF_VERSION_1,
    plain_credential,
    replace,
    valid_credential,
)
from tests.world import (
    BADGES,
    BANK,
    EVIL,
    NOW,
    SUITE,
    Internet,
    Issuer,
    address_of,
    assert_refused,
    assert_verified,
    ed25519_issuer,
    es256_issuer,
    honest_internet,
    issued_by,
    refusals,
)
from verifier import Check, OnRecord, Verdict
from verifier.checks.issuance_log import document_hash

BADGE = valid_credential()
SIGNED = BADGES.sign(BADGE)
PROOF: Document = SIGNED["proof"]
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"
SECURITY = "https://w3id.org/security#"
DATE_TIME = "http://www.w3.org/2001/XMLSchema#dateTime"


@pytest.fixture
def internet() -> Internet:
    """A world in which everyone answers truly."""
    return honest_internet()


def with_proof(**changes: Any) -> Document:  # noqa: ANN401 -- any JSON value
    """Give the signed badge with members of its proof changed after signing."""
    return SIGNED | {"proof": PROOF | changes}


def test_b7_a_strangers_key_does_not_sign_for_the_issuer(internet: Internet) -> None:
    forged = EVIL.sign(issued_by(BANK))
    assert_refused(internet.verify(forged), Verdict.REJECTED, Code.ISSUER_MISMATCH)


def test_b7_a_key_spelled_in_the_fragment_proves_nothing(internet: Internet) -> None:
    method = f"{BANK.id}#{EVIL.id.removeprefix('did:key:')}"
    forged = Issuer(EVIL.id, EVIL.signer).sign(issued_by(BANK), verificationMethod=method)
    assert_refused(internet.verify(forged), Verdict.REJECTED, Code.INVALID_RELATIONSHIP)


def test_b7_a_known_issuer_does_not_sign_for_another(internet: Internet) -> None:
    forged = BADGES.sign(issued_by(BANK))
    assert_refused(internet.verify(forged), Verdict.REJECTED, Code.ISSUER_MISMATCH)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(None, id="null"),
        pytest.param("u" + encode_base64url(bytes(64)), id="base64url"),
        pytest.param(PROOF["proofValue"][1:], id="without its z"),
        pytest.param("z1" + PROOF["proofValue"][1:], id="a leading 1"),
        pytest.param(PROOF["proofValue"] + " ", id="a trailing blank"),
        pytest.param("z" + "2" * 100_000, id="100 000 characters"),
    ],
)
def test_b2_a_proof_value_of_another_spelling_is_rejected(
    value: object, internet: Internet
) -> None:
    assert_refused(internet.verify(with_proof(proofValue=value)), Verdict.REJECTED, Code.PROOF)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"cryptosuite": "bbs-2023"}, id="bbs-2023"),
        pytest.param({"cryptosuite": "eddsa-2022"}, id="eddsa-2022"),
        pytest.param({"cryptosuite": ["eddsa-rdfc-2022"]}, id="an array"),
        pytest.param({"cryptosuite": None}, id="null"),
        pytest.param({"type": "Ed25519Signature2020"}, id="Ed25519Signature2020"),
        pytest.param({"type": ["DataIntegrityProof", "Ed25519Signature2020"]}, id="two types"),
    ],
)
def test_b3_a_suite_that_is_not_in_the_table_leaves_it_open(
    changes: Document, internet: Internet
) -> None:
    report = internet.verify(with_proof(**changes))
    assert_refused(report, Verdict.INCONCLUSIVE, Code.UNSUPPORTED_SUITE)
    assert not internet.fetched


def test_b4_a_key_of_another_kind_is_rejected(internet: Internet) -> None:
    issuer = es256_issuer("did:web:curve.example")
    internet.enrol(issuer)
    signed = issuer.sign(issued_by(issuer), proofPurpose="assertionMethod")
    assert_refused(internet.verify(signed), Verdict.REJECTED, Code.PROOF)


@pytest.mark.parametrize(
    "purpose",
    [
        pytest.param("authentication", id="another"),
        pytest.param(["assertionMethod", "authentication"], id="two"),
        pytest.param(["assertionMethod"], id="an array of one"),
        pytest.param(f"{SECURITY}assertionMethod", id="its IRI"),
    ],
)
def test_b5_a_proof_for_another_purpose_is_rejected(purpose: object, internet: Internet) -> None:
    signed = BADGES.sign(BADGE, proofPurpose=purpose)
    assert_refused(internet.verify(signed), Verdict.REJECTED, Code.PROOF_PURPOSE)


def test_b5_a_proof_without_a_purpose_is_rejected(internet: Internet) -> None:
    proof = {key: value for key, value in PROOF.items() if key != "proofPurpose"}
    report = internet.verify(SIGNED | {"proof": proof})
    assert_refused(report, Verdict.REJECTED, Code.PROOF_PURPOSE)


@pytest.mark.parametrize("relationships", [(), ("authentication",), ("keyAgreement",)])
def test_b6_a_key_that_is_not_listed_for_assertions_is_rejected(
    relationships: tuple[str, ...], internet: Internet
) -> None:
    internet.enrol(BADGES, relationships=relationships)
    assert_refused(internet.verify(SIGNED), Verdict.REJECTED, Code.INVALID_RELATIONSHIP)


def method_of(document: Document, **changes: Any) -> Document:  # noqa: ANN401 -- any JSON value
    """Change the one verification method of a controller document."""
    return replace(document, "verificationMethod.0", document["verificationMethod"][0] | changes)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        pytest.param(
            BADGES.document() | {"id": EVIL.id}, Code.ISSUER_MISMATCH, id="another document's id"
        ),
        pytest.param(
            BADGES.document() | {"id": [BADGES.id]}, Code.ISSUER_MISMATCH, id="an array of ids"
        ),
        pytest.param(
            method_of(BADGES.document(), controller=EVIL.id),
            Code.ISSUER_MISMATCH,
            id="another controller",
        ),
        pytest.param(
            method_of(BADGES.document(), controller=[BADGES.id]),
            Code.ISSUER_MISMATCH,
            id="an array of controllers",
        ),
        pytest.param(
            method_of(BADGES.document(), id=f"{BADGES.id}.evil#k"),
            Code.INVALID_RELATIONSHIP,
            id="a method of a longer name",
        ),
        pytest.param({"id": BADGES.id}, Code.INVALID_RELATIONSHIP, id="no methods"),
        pytest.param(
            BADGES.document() | {"secretKeyMultibase": "z1"},
            Code.PRIVATE_KEY_PUBLISHED,
            id="a private key",
        ),
    ],
)
def test_b8_a_controller_document_must_be_the_issuers_own(
    document: Document, code: Code, internet: Internet
) -> None:
    internet.publish(address_of(BADGES), document)
    assert_refused(internet.verify(SIGNED), Verdict.REJECTED, code)


def test_b8_a_document_cannot_list_a_method_of_someone_else(internet: Internet) -> None:
    stolen = EVIL.document()["verificationMethod"][0] | {
        "id": f"{BANK.id}#k",
        "controller": BANK.id,
    }
    crook = ed25519_issuer("did:web:crook.example", 67)
    document = crook.document() | {
        "verificationMethod": [stolen],
        "assertionMethod": [stolen["id"]],
    }
    internet.publish(address_of(crook), document)
    forged = EVIL.sign(issued_by(BANK), verificationMethod=stolen["id"])
    assert_refused(internet.verify(forged), Verdict.REJECTED, Code.INVALID_RELATIONSHIP)
    assert address_of(crook) not in internet.fetched


SECOND_KEY = ed25519_issuer(BADGES.id, 4)


def test_b9_every_proof_of_a_set_counts_and_good_ones_suffice(internet: Internet) -> None:
    keys = [BADGES.listed(), SECOND_KEY.listed()]
    internet.publish(address_of(BADGES), did_web_document(BADGES.id, keys=keys))
    assert_verified(internet.verify(BADGE | {"proof": [PROOF, SECOND_KEY.proof(BADGE)]}))


@pytest.mark.parametrize(
    ("proofs", "verdict", "code"),
    [
        pytest.param(
            [BADGES.proof(plain_credential()), PROOF], Verdict.REJECTED, Code.PROOF, id="bad, good"
        ),
        pytest.param(
            [PROOF, BADGES.proof(plain_credential())], Verdict.REJECTED, Code.PROOF, id="good, bad"
        ),
        pytest.param(
            [PROOF, BANK.proof(BADGE)], Verdict.REJECTED, Code.ISSUER_MISMATCH, id="another issuer"
        ),
        pytest.param(
            [PROOF, PROOF | {"cryptosuite": "bbs-2023"}],
            Verdict.INCONCLUSIVE,
            Code.UNSUPPORTED_SUITE,
            id="good, unknown suite",
        ),
        pytest.param([], Verdict.REJECTED, Code.UNSIGNED, id="none"),
        pytest.param([PROOF] * 1000, Verdict.REJECTED, Code.PROOF, id="a thousand"),
        pytest.param([PROOF, [PROOF]], Verdict.REJECTED, Code.PROOF, id="a list in the list"),
    ],
)
def test_b9_a_proof_set_in_which_one_does_not_hold_is_not_verified(
    proofs: list[Any], verdict: Verdict, code: Code, internet: Internet
) -> None:
    assert_refused(internet.verify(BADGE | {"proof": proofs}), verdict, code)


# B11, B12, B13: what a proof says of itself must be found by who reads it.

HIDEABLE = [
    pytest.param(
        {"expires": "2026-02-20T00:00:00Z"},
        {f"{SECURITY}expiration": {"@value": "2026-02-20T00:00:00Z", "@type": DATE_TIME}},
        id="B12 its expiry under an IRI",
    ),
    pytest.param(
        {"domain": "other.example"},
        {f"{SECURITY}domain": "other.example"},
        id="B13 its domain under an IRI",
    ),
    pytest.param(
        {"id": "urn:uuid:1", "expires": "2026-02-20T00:00:00Z"},
        {
            "id": "urn:uuid:1",
            "@included": [
                {
                    "id": "urn:uuid:1",
                    "type": "DataIntegrityProof",
                    "expires": "2026-02-20T00:00:00Z",
                }
            ],
        },
        id="B12 its expiry in @included",
    ),
    pytest.param(
        {"id": "urn:uuid:1", "previousProof": "urn:uuid:2"},
        {"id": "urn:uuid:1", f"{SECURITY}previousProof": {"@id": "urn:uuid:2"}},
        id="B10 the previous proof under an IRI",
    ),
]


@pytest.mark.parametrize(("said", "hidden"), HIDEABLE)
def test_a_proof_whose_members_are_hidden_is_rejected(
    said: Document, hidden: Document, internet: Internet
) -> None:
    proof = BADGES.proof(BADGE, **said)
    assert internet.verify(BADGE | {"proof": proof}).verdict is Verdict.REJECTED
    kept = {key: value for key, value in proof.items() if key not in said}
    report = internet.verify(BADGE | {"proof": kept | hidden})
    assert_refused(report, Verdict.REJECTED, Code.DATA_LOSS)


def redefined_proof_words() -> Document:
    """Give words for proofs in which `nonce` is the expiry, and one purpose has another's name."""
    security = {name: f"{SECURITY}{name}" for name in ("cryptosuite", "verificationMethod")}
    words: Document = {
        "id": "@id",
        "type": "@type",
        "created": {"@id": "http://purl.org/dc/terms/created", "@type": DATE_TIME},
        "nonce": {"@id": f"{SECURITY}expiration", "@type": DATE_TIME},
        "cryptosuite": {
            "@id": security["cryptosuite"],
            "@type": f"{SECURITY}cryptosuiteString",
        },
        "verificationMethod": {"@id": security["verificationMethod"], "@type": "@id"},
        "proofPurpose": {
            "@id": f"{SECURITY}proofPurpose",
            "@type": "@vocab",
            "@context": {"assertionMethod": f"{SECURITY}authenticationMethod"},
        },
    }
    return {"DataIntegrityProof": {"@id": f"{SECURITY}DataIntegrityProof", "@context": words}}


def test_a_document_does_not_choose_what_the_words_of_its_proof_mean(internet: Internet) -> None:
    unsecured = plain_credential(issuanceDate="2026-01-01T00:00:00Z")
    unsecured["@context"] = [CONTEXTS_OF_VERSION_1[0], DATA_INTEGRITY]
    signed = BADGES.sign(unsecured, proofPurpose="authentication", expires="2026-02-20T00:00:00Z")
    assert_refused(internet.verify(signed), Verdict.REJECTED, Code.PROOF_PURPOSE)
    proof = {key: value for key, value in signed["proof"].items() if key != "expires"}
    rewritten = signed | {
        "@context": [CONTEXTS_OF_VERSION_1[0], redefined_proof_words()],
        "proof": proof | {"proofPurpose": "assertionMethod", "nonce": "2026-02-20T00:00:00Z"},
    }
    assert_refused(internet.verify(rewritten), Verdict.REJECTED, Code.DATA_LOSS)


def test_b11_a_proof_with_a_word_that_nobody_defines_is_rejected(internet: Internet) -> None:
    report = internet.verify(with_proof(note="checked by hand"))
    assert_refused(report, Verdict.REJECTED, Code.DATA_LOSS)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        pytest.param({"created": "2026-03-01T13:00:00Z"}, Code.PROOF_DATES, id="an hour ahead"),
        pytest.param({"created": "2026-03-01T12:05:01Z"}, Code.PROOF_DATES, id="301 seconds ahead"),
        pytest.param({"created": "2026-03-01"}, Code.PROOF_DATES, id="a day"),
        pytest.param({"created": "2026-03-01T12:00:00"}, Code.PROOF_DATES, id="no zone"),
        pytest.param({"created": ["2026-03-01T12:00:00Z"]}, Code.PROOF_DATES, id="an array"),
        pytest.param({"expires": "2026-03-01T11:59:59Z"}, Code.PROOF_DATES, id="expired"),
        pytest.param({"expires": "never"}, Code.PROOF_DATES, id="no date"),
        pytest.param({"domain": "other.example"}, Code.PROOF, id="B13 a domain"),
        pytest.param({"challenge": "7"}, Code.PROOF, id="B13 a challenge"),
    ],
)
def test_b12_a_proof_of_another_time_or_place_is_rejected(
    options: Document, code: Code, internet: Internet
) -> None:
    assert_refused(internet.verify(BADGES.sign(BADGE, **options)), Verdict.REJECTED, code)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"created": "2026-03-01T12:05:00Z"}, id="300 seconds ahead"),
        pytest.param({"expires": "2026-03-01T12:00:00Z"}, id="expires now"),
        pytest.param({"nonce": "7"}, id="a nonce"),
        pytest.param({"id": "urn:uuid:proof"}, id="an id"),
    ],
)
def test_a_proof_within_its_time_holds(options: Document, internet: Internet) -> None:
    assert_verified(internet.verify(BADGES.sign(BADGE, **options)))


def test_a_proof_without_a_date_holds(internet: Internet) -> None:
    proof = {key: value for key, value in PROOF.items() if key not in ("created", "proofValue")}
    signature = BADGES.signer.sign(hash_data(BADGE, proof, suite=SUITE))
    proof |= {"proofValue": "z" + encode_base58btc(signature)}
    assert_verified(internet.verify(BADGE | {"proof": proof}))


@pytest.mark.parametrize("document", [BADGE, BADGE | {"proof": []}])
def test_b14_without_a_proof_nobody_says_it(document: Document, internet: Internet) -> None:
    report = internet.verify(document)
    assert_refused(report, Verdict.REJECTED, Code.UNSIGNED)
    assert report.verified_document is None
    assert not internet.fetched


@pytest.mark.parametrize(
    "point",
    [
        pytest.param("01" + "00" * 31, id="the identity"),
        pytest.param("ec" + "ff" * 30 + "7f", id="order two"),
        pytest.param("00" * 31 + "80", id="order four"),
        pytest.param("ee" + "ff" * 30 + "7f", id="not canonical"),
    ],
)
def test_b15_a_key_of_small_order_is_rejected(point: str, internet: Internet) -> None:
    multikey = "z" + encode_base58btc(bytes.fromhex("ed01" + point))
    did = f"did:key:{multikey}"
    forger = Issuer(did, EVIL.signer)
    identity = bytes.fromhex("01" + "00" * 63)
    forged = forger.sign(issued_by(forger), verificationMethod=f"{did}#{multikey}")
    forged["proof"]["proofValue"] = "z" + encode_base58btc(identity)
    assert_refused(internet.verify(forged), Verdict.REJECTED, Code.WEAK_KEY)


def malleable() -> bytes:
    """Give the badge's signature with the group's order added to its second half."""
    order = 2**252 + 27742317777372353535851937790883648493
    signature = decode_base58btc(PROOF["proofValue"][1:], maximum_characters=100)
    scalar = int.from_bytes(signature[32:], "little") + order
    return signature[:32] + scalar.to_bytes(32, "little")


def test_b16_a_signature_has_one_form(internet: Internet) -> None:
    forged = with_proof(proofValue="z" + encode_base58btc(malleable()))
    assert_refused(internet.verify(forged), Verdict.REJECTED, Code.PROOF)


# B18, D15: what our own issuer has on record.


@dataclass
class Log:
    """An issuance log that is held in memory."""

    issued_here: dict[str, frozenset[str]]

    def issued(self, issuer: str, credential_id: str) -> OnRecord | None:
        """Answer for the one issuer that is ours."""
        if issuer != BADGES.id:
            return None
        return OnRecord(self.issued_here.get(credential_id, frozenset()))


@pytest.mark.parametrize(
    ("log", "verdict"),
    [
        pytest.param(
            Log({BADGE["id"]: frozenset({document_hash(BADGE)})}), Verdict.VERIFIED, id="on record"
        ),
        pytest.param(
            Log({BADGE["id"]: frozenset({"00"})}), Verdict.REJECTED, id="another document"
        ),
        pytest.param(Log({}), Verdict.REJECTED, id="never issued"),
    ],
)
def test_b18_our_own_issuers_log_must_know_the_document(
    log: Log, verdict: Verdict, internet: Internet
) -> None:
    report = internet.verify(SIGNED, issuance_log=log)
    assert report.verdict is verdict
    expected = [] if verdict is Verdict.VERIFIED else [("issuance_log", Code.NOT_IN_ISSUER_LOG)]
    assert refusals(report) == expected


def test_b18_the_log_says_nothing_of_other_issuers(internet: Internet) -> None:
    report = internet.verify(BANK.sign(issued_by(BANK)), issuance_log=Log({}))
    assert_verified(report)
    assert report.of(Check.ISSUANCE_LOG) == ()


def test_a_key_that_was_revoked_before_it_signed_is_rejected(internet: Internet) -> None:
    internet.enrol(BADGES, revoked=NOW)
    assert_refused(internet.verify(SIGNED), Verdict.REJECTED, Code.KEY_REVOKED)
