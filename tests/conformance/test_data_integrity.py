"""What W3C's suites for eddsa and ecdsa ask of an issuer and a verifier, for every cryptosuite.

One issuer of each suite and curve signs, and strangers' proofs are verified: sound ones, such as
were changed, and such as were made wrongly and then signed.

https://www.w3.org/TR/vc-data-integrity/, https://www.w3.org/TR/vc-di-eddsa/ and
https://www.w3.org/TR/vc-di-ecdsa/
"""

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from openbadges.errors import Code
from openbadges.strict import Document, decode_base58btc, encode_base58btc, encode_base64url
from tests.conformance.serving import GenericIssuer, Service
from tests.credentials import plain_credential, remove, replace
from tests.proofs import proof_of
from tests.selective import derive, options_of
from tests.signing import EcTestSigner
from tests.world import Issuer, did_key_issuer

V1: Final = "https://www.w3.org/2018/credentials/v1"
V2: Final = "https://www.w3.org/ns/credentials/v2"
PROOF_CONTEXT: Final = "https://w3id.org/security/data-integrity/v2"
LONG_AGO: Final = "2024-01-01T00:00:00Z"  # whatever the clock of the machine says
DATE_TIME_STAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
FIRST: Final = "urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544"
SECOND: Final = "urn:uuid:0f1d3f4e-9c1b-4b57-9a04-2d1f5a52f0aa"
# A private scalar, of P-256 and of P-384, which is that of no one else.
SCALARS: Final = {"P-256": "5c" * 32, "P-384": "5d" * 48}


@dataclass(frozen=True)
class Suite:
    """A cryptosuite with a kind of key: how long its signatures and Multikeys are, in bytes."""

    cryptosuite: str
    curve: str | None
    signature: int
    multikey: int

    @property
    def stranger(self) -> Issuer:
        """Somebody elsewhere who signs with such a key."""
        if self.curve is None:
            return did_key_issuer(77)
        curve = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1()}[self.curve]
        signer = EcTestSigner(77, curve=curve)
        return Issuer(signer.verification_method.partition("#")[0], signer)

    def proof(self, unsecured: Document, **members: Any) -> Document:  # noqa: ANN401 -- any JSON value
        """Give the stranger's proof, signed with members changed."""
        members = {"created": LONG_AGO, **members}
        return proof_of(unsecured, self.cryptosuite, by=self.stranger, **members)

    def signed(self, **members: Any) -> Document:  # noqa: ANN401 -- any JSON value
        """Give a credential of the stranger's."""
        if not members:
            return deepcopy(_sound(self))
        unsecured = credential(issuer=self.stranger.id)
        return unsecured | {"proof": self.proof(unsecured, **members)}


@cache
def _sound(suite: Suite) -> Document:
    """Sign once what many tests begin with."""
    return suite.signed(created=LONG_AGO)


SUITES: Final = (
    Suite("eddsa-rdfc-2022", None, 64, 34),
    Suite("eddsa-jcs-2022", None, 64, 34),
    Suite("ecdsa-rdfc-2019", "P-256", 64, 35),
    Suite("ecdsa-rdfc-2019", "P-384", 96, 51),
    Suite("ecdsa-jcs-2019", "P-256", 64, 35),
    Suite("ecdsa-jcs-2019", "P-384", 96, 51),
)
of_each_suite: Final = pytest.mark.parametrize(
    "suite", SUITES, ids=lambda suite: f"{suite.cryptosuite} {suite.curve or 'Ed25519'}"
)
of_each_cryptosuite: Final = pytest.mark.parametrize(
    "suite",
    {suite.cryptosuite: suite for suite in SUITES}.values(),  # with P-384, where there is a choice
    ids=lambda suite: suite.cryptosuite,
)
of_each_rdfc_suite: Final = pytest.mark.parametrize(
    "suite",
    [suite for suite in SUITES if "rdfc" in suite.cryptosuite],
    ids=lambda suite: f"{suite.cryptosuite} {suite.curve or 'Ed25519'}",
)


def credential(**members: Any) -> Document:  # noqa: ANN401 -- any JSON value
    """Give an unsecured credential of version 2.0."""
    subject = {"id": "did:example:subject", "name": "Alice"}
    return plain_credential(**{"credentialSubject": subject, **members})


@pytest.fixture(scope="session")
def issuer_of(service: Service) -> Callable[[Suite], GenericIssuer]:
    """Give the issuer of a suite, made when it is first asked for."""
    made: dict[Suite, GenericIssuer] = {}

    def give(suite: Suite) -> GenericIssuer:
        if suite not in made:
            options = ["--cryptosuite", suite.cryptosuite]
            seed = None
            if suite.curve is not None:
                options += ["--curve", suite.curve]
                digits = "01" if "jcs" in suite.cryptosuite else "02"
                seed = SCALARS[suite.curve][:-2] + digits
            made[suite] = service.issuer(*options, seed=seed)
        return made[suite]

    return give


@of_each_suite
def test_an_issuer_signs_with_its_suite_what_it_is_sent(
    issuer_of: Callable[[Suite], GenericIssuer], suite: Suite
) -> None:
    issuer = issuer_of(suite)
    sent = credential(id="urn:uuid:5a3b1c9e-0c6f-4f6b-9a53-6d1f7b0a2c11", issuer=issuer.did)
    signed = issuer.issue(sent).credential
    assert remove(signed, "proof") == sent
    proof = signed["proof"]
    assert proof["type"] == "DataIntegrityProof"
    assert proof["cryptosuite"] == suite.cryptosuite
    assert proof["proofPurpose"] == "assertionMethod"
    assert DATE_TIME_STAMP.fullmatch(proof["created"])
    assert proof["proofValue"][0] == "z"
    value = decode_base58btc(proof["proofValue"][1:], maximum_characters=200)
    assert len(value) == suite.signature


@of_each_suite
def test_a_proof_names_the_one_multikey_of_its_issuers_did_key(
    issuer_of: Callable[[Suite], GenericIssuer], suite: Suite
) -> None:
    issuer = issuer_of(suite)
    proof = issuer.issue(credential(issuer=issuer.did)).credential["proof"]
    did, multikey = proof["verificationMethod"].split("#")
    assert did == issuer.did == f"did:key:{multikey}"
    assert multikey[0] == "z"
    assert len(decode_base58btc(multikey[1:], maximum_characters=100)) == suite.multikey


@of_each_suite
@pytest.mark.parametrize("options", [{}, {"checks": ["proof"]}], ids=["no options", "proof"])
def test_what_was_issued_verifies(
    service: Service,
    issuer_of: Callable[[Suite], GenericIssuer],
    suite: Suite,
    options: dict[str, Any],
) -> None:
    issuer = issuer_of(suite)
    signed = issuer.issue(credential(issuer=issuer.did)).credential
    answer = service.verify(signed, **options)
    assert (answer.status, answer.document["verified"]) == (200, True)
    assert not answer.document.get("errors")


@of_each_suite
def test_a_credential_of_version_1_1_is_signed_with_the_words_for_its_proof(
    service: Service, issuer_of: Callable[[Suite], GenericIssuer], suite: Suite
) -> None:
    issuer = issuer_of(suite)
    subject = {"id": "did:example:subject"}
    sent = credential(
        **{"@context": [V1]},
        issuer=issuer.did,
        issuanceDate="2020-03-16T22:37:26.544Z",
        credentialSubject=subject,
    )
    signed = issuer.issue(sent).credential
    assert signed["@context"] == [V1, PROOF_CONTEXT]
    assert service.verify(signed).status == 200


@of_each_suite
@pytest.mark.parametrize(
    ("members", "options"),
    [
        pytest.param({"issuer": "did:example:else"}, {}, id="somebody else's"),
        pytest.param({"proof": SUITES[0].signed()["proof"]}, {}, id="one that has a proof"),
        pytest.param({"undefinedTerm": "x"}, {}, id="an undefined term"),
        pytest.param({"type": ["VerifiableCredential", "Undefined"]}, {}, id="an undefined type"),
        pytest.param({}, {"mandatoryPointers": ["/issuer"]}, id="with options of another suite"),
    ],
)
def test_an_issuer_refuses_what_it_cannot_stand_for(
    issuer_of: Callable[[Suite], GenericIssuer],
    suite: Suite,
    members: dict[str, Any],
    options: dict[str, Any],
) -> None:
    issuer = issuer_of(suite)
    sent = credential(issuer=issuer.did) | members
    assert issuer.issue(sent, **options).status == 400


@of_each_suite
def test_a_strangers_proof_verifies(service: Service, suite: Suite) -> None:
    answer = service.verify(suite.signed())
    assert answer.status == 200, answer.document


@of_each_suite
def test_a_proof_needs_no_date(service: Service, suite: Suite) -> None:
    assert service.verify(suite.signed(created=None)).status == 200


def _longer(value: str) -> str:
    signature = decode_base58btc(value[1:], maximum_characters=200)
    return "z" + encode_base58btc(signature + bytes(range(32)))


CHANGES: Final[Mapping[str, Callable[[Document], Document]]] = {
    "no proof": lambda one: remove(one, "proof"),
    "a proof that is null": lambda one: one | {"proof": None},
    "a proof that is a string": lambda one: one | {"proof": "proof"},
    "a list of no proofs": lambda one: one | {"proof": []},
    "no type": lambda one: remove(one, "proof.type"),
    "another type": lambda one: replace(one, "proof.type", "UnknownProofType"),
    "an empty type": lambda one: replace(one, "proof.type", ""),
    "no cryptosuite": lambda one: remove(one, "proof.cryptosuite"),
    "another cryptosuite": lambda one: replace(one, "proof.cryptosuite", "invalid-cryptosuite"),
    "no method": lambda one: remove(one, "proof.verificationMethod"),
    "a method that is none": lambda one: replace(
        one, "proof.verificationMethod", "did:key:invalidVm"
    ),
    "a method that is no DID": lambda one: replace(
        one, "proof.verificationMethod", "did:key:@invalidVm@"
    ),
    "no purpose": lambda one: remove(one, "proof.proofPurpose"),
    "another purpose": lambda one: replace(one, "proof.proofPurpose", "invalidPurpose"),
    "no value": lambda one: remove(one, "proof.proofValue"),
    "a value that is null": lambda one: replace(one, "proof.proofValue", None),
    "a value without its header": lambda one: replace(
        one, "proof.proofValue", one["proof"]["proofValue"][1:]
    ),
    "a value in another encoding": lambda one: replace(
        one,
        "proof.proofValue",
        "u"
        + encode_base64url(
            decode_base58btc(one["proof"]["proofValue"][1:], maximum_characters=200)
        ),
    ),
    "a value that is longer": lambda one: replace(
        one, "proof.proofValue", _longer(one["proof"]["proofValue"])
    ),
    "an undefined term": lambda one: replace(one, "credentialSubject.undefinedTerm", "x"),
    "an undefined type": lambda one: replace(one, "type", [*one["type"], "UndefinedType"]),
    "another subject": lambda one: replace(one, "credentialSubject.id", "urn:invalid"),
}


@of_each_cryptosuite
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_credential_that_was_changed_does_not_verify(
    service: Service, suite: Suite, change: Callable[[Document], Document]
) -> None:
    answer = service.verify(change(suite.signed()), checks=["proof"])
    assert (answer.status, answer.document["verified"]) == (400, False)


SIGNED_SO: Final[Mapping[str, dict[str, Any]]] = {
    "a date that is none": {"created": "invalidDate"},
    "a date without an offset": {"created": LONG_AGO.removesuffix("Z")},
    "an end that is none": {"expires": "invalidDate"},
    "an end without an offset": {"expires": LONG_AGO.removesuffix("Z")},
    "an end that is past": {"expires": LONG_AGO},
    "for authentication": {"proofPurpose": "authentication"},
    "bound to a domain and a challenge": {"domain": "else.example", "challenge": "1235abcd6789"},
    "a cryptosuite that nobody knows": {"cryptosuite": "UnknownCryptosuite"},
    "a previous proof that is not there": {"previousProof": FIRST},
    "previous proofs that are not there": {"previousProof": [FIRST]},
}


@of_each_cryptosuite
@pytest.mark.parametrize("members", SIGNED_SO.values(), ids=SIGNED_SO)
def test_a_proof_that_was_signed_wrongly_does_not_verify(
    service: Service, suite: Suite, members: dict[str, Any]
) -> None:
    answer = service.verify(suite.signed(**members))
    assert (answer.status, answer.document["verified"]) == (400, False)


@of_each_cryptosuite
@pytest.mark.parametrize("name", ["domain", "challenge"])
def test_a_proof_for_somebody_else_does_not_verify(
    service: Service, suite: Suite, name: str
) -> None:
    bound = {"domain": "shop.example", "challenge": "1235abcd6789"}
    signed = suite.signed(**{**bound, name: "other.example"})
    assert service.verify(signed, **bound).status == 400


@of_each_cryptosuite
def test_a_credential_is_not_signed_for_another_purpose(service: Service, suite: Suite) -> None:
    for purpose, status in (("assertionMethod", 200), ("authentication", 400)):
        assert service.verify(suite.signed(), expectedProofPurpose=purpose).status == status


@of_each_suite
def test_one_suites_proof_is_not_anothers(service: Service, suite: Suite) -> None:
    others = {one.cryptosuite for one in SUITES if one.curve == suite.curve}
    for other in others - {suite.cryptosuite}:
        signed = replace(suite.signed(), "proof.cryptosuite", other)
        assert service.verify(signed).status == 400, other


@of_each_suite
def test_every_proof_of_a_set_must_hold(service: Service, suite: Suite) -> None:
    unsecured = credential(issuer=suite.stranger.id)
    proofs = [suite.proof(unsecured, id=name) for name in (FIRST, SECOND)]
    assert service.verify(unsecured | {"proof": proofs}).status == 200
    broken = proofs[0] | {"proofValue": "invalidProofValue"}
    assert service.verify(unsecured | {"proof": [broken, proofs[1]]}).status == 400


@of_each_rdfc_suite
@pytest.mark.parametrize("named", [FIRST, [FIRST]], ids=["a name", "a list"])
def test_a_chain_verifies_and_breaks_with_its_first_proof(
    service: Service, suite: Suite, named: str | list[str]
) -> None:
    unsecured = credential(issuer=suite.stranger.id)
    first = suite.proof(unsecured, id=FIRST)
    second = suite.proof(unsecured | {"proof": [first]}, id=SECOND, previousProof=named)
    assert service.verify(unsecured | {"proof": [first, second]}).status == 200
    for proofs in (
        [first | {"proofValue": "invalidProofValue"}, second],
        [first, second | {"id": "urn:uuid:5d5c3d8e-5d1f-4d52-8f5e-0a3b9e1f7a11"}],
        [first | {"id": SECOND}, second],
        [second],
    ):
        assert service.verify(unsecured | {"proof": proofs}).status == 400


@of_each_suite
def test_a_key_that_the_issuer_does_not_control_does_not_sign_for_it(
    service: Service, suite: Suite
) -> None:
    unsecured = credential(issuer="https://vc.example/issuers/5678")
    answer = service.verify(unsecured | {"proof": suite.proof(unsecured)})
    assert answer.status == 400
    assert answer.document["code"] == Code.ISSUER_MISMATCH


@of_each_cryptosuite
def test_only_what_is_signed_as_a_graph_may_bring_a_context_of_its_own(
    service: Service, issuer_of: Callable[[Suite], GenericIssuer], suite: Suite
) -> None:
    words = {"score": "https://vocabulary.example/#score"}
    subject = {"id": "did:example:subject", "score": "4"}
    document = credential(**{"@context": [V2, words]}, credentialSubject=subject)
    issuer, stranger = issuer_of(suite), suite.stranger
    unsecured = document | {"issuer": stranger.id}
    issued = issuer.issue(document | {"issuer": issuer.did})
    verified = service.verify(unsecured | {"proof": suite.proof(unsecured)})
    if "rdfc" in suite.cryptosuite:
        assert (issued.status, verified.status) == (201, 200)
    else:
        assert (issued.status, verified.status) == (400, 400)
        assert verified.document["code"] == Code.CONTEXT_NOT_ALLOWED


def test_an_inline_context_is_no_context_document(service: Service) -> None:
    written = {"@context": {"alumniOf": "https://vocabulary.example/#alumniOf"}}
    signed = SUITES[0].signed()
    answer = service.verify(signed | {"@context": [V2, written]})
    assert (answer.status, answer.document["code"]) == (400, Code.KEYWORD)


SELECTIVE: Final = Suite("ecdsa-sd-2023", "P-256", 64, 35)


def selective(header: str | None = None) -> Document:
    """Give a credential with a derived proof, or the bytes of one under another header."""
    stranger = SELECTIVE.stranger
    unsecured = credential(issuer=stranger.id)
    options = options_of(stranger, created=LONG_AGO)
    value = derive(unsecured, options, by=stranger).encoded()
    if header is not None:
        value = value.replace("u2V0B", f"u{header}", 1)
    return unsecured | {"proof": options | {"proofValue": value}}


def test_a_derived_proof_verifies(service: Service) -> None:
    answer = service.verify(selective())
    assert answer.status == 200, answer.document


def test_a_base_proof_is_refused_and_so_is_what_was_changed(service: Service) -> None:
    base = service.verify(selective(header="2V0A"))
    assert base.status == 400
    assert "base proof" in base.document["detail"]
    for changed in (
        replace(selective(), "proof.proofValue", "a"),
        replace(selective(), "proof.cryptosuite", "invalid-cryptosuite"),
        replace(selective(), "credentialSubject.id", "urn:invalid"),
    ):
        assert service.verify(changed).status == 400
