"""Section D of the threats in whole verifications: DIDs that lead astray, keys of someone else.

What one part answers for alone is with its unit: the syntax of DIDs in
`tests/unit/openbadges/did`, controller documents in `test_verification_method.py`, JWK Sets in
`tests/unit/verifier/test_key_sets.py`. D13 to D15 for our own issuers, and D16 to D20, are tests of
`issuer/` and `keys/`.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from openbadges.did import did_web_document
from openbadges.errors import Code, MalformedError
from openbadges.jose.jwk import format_jwk
from openbadges.multikey import format_multikey
from openbadges.strict import Document, encode_base58btc, encode_base64url, format_timestamp
from tests.credentials import ISSUER, replace, valid_credential
from tests.world import (
    BADGES,
    BANK,
    EVIL,
    LIBRARY,
    NOW,
    Internet,
    Issuer,
    address_of,
    assert_refused,
    assert_verified,
    ed25519_issuer,
    es256_issuer,
    honest_internet,
    issued_by,
)
from verifier import OnRecord, Verdict
from verifier.checks.issuance_log import document_hash
from verifier.resolver import WorldResolver

METHOD = BADGES.signer.verification_method
SIGNED = BADGES.sign(valid_credential())
ADDRESS = address_of(BADGES)
ALLOWED_SECONDS = 0.05  # D11 asks for 10 ms of a quiet machine


def claiming(issuer: str) -> Document:
    """Give a badge that someone signed in the name of an identifier, and with a key of it."""
    return EVIL.sign(issued_by(Issuer(issuer, EVIL.signer)), verificationMethod=f"{issuer}#key")


def publishing(**changes: Any) -> Internet:  # noqa: ANN401 -- any JSON value
    """Give a world in which the issuer's document has some members changed."""
    internet = honest_internet()
    internet.publish(ADDRESS, BADGES.document() | changes)
    return internet


def method(**changes: Any) -> Document:  # noqa: ANN401 -- any JSON value
    described: Document = BADGES.document()["verificationMethod"][0]
    return described | changes


# D1 to D4, D6: what looks like the identifier of an issuer and leads elsewhere.


@pytest.mark.parametrize(
    "did",
    [
        *("did:web:bank.example%3Apass%40evil.com", "did:web:user%40evil.com"),
        *("did:web:example.com%2F..%2Fadmin", "did:web:example.com%23x", "did:web:a.example%3Fa"),
        *("did:web:a.example%5c.evil.com", "did:web:a.example%00", "did:web:a.example%0d%0aHost:x"),
        *("did:web:example.com:..:..:internal", "did:web:example.com:%2e%2e:", "did:web:a.b::c"),
        *("did:web:127.0.0.1", "did:web:%5B%3A%3A1%5D", "did:web:2130706433", "did:web:0x7f.1"),
        *("did:web:\uff11\uff12\uff17.0.0.1", "did:web:localhost", "did:web:printer.local"),
        "did:web:metadata.google.internal",
        *("did:web:a.example%3A99999", "did:web:a.example%3A0", "did:web:a.example%3A25"),
        *("did:web:a.example%3A443%3A443", "did:web:a.example.", "did:web:", "did:web"),
    ],
)
def test_d1_to_d6_a_did_that_leads_astray_is_rejected_and_not_followed(did: str) -> None:
    internet = honest_internet()
    report = internet.verify(claiming(did))
    assert_refused(report, Verdict.REJECTED, Code.INVALID_DID)
    assert not internet.fetched


# D5: one identifier has one spelling.


def test_d5_an_issuer_in_capitals_is_not_the_one_in_small_letters() -> None:
    capitals = "did:web:BADGES.example"
    report = honest_internet().verify(claiming(capitals))
    assert_refused(report, Verdict.REJECTED, Code.ISSUER_MISMATCH)


def test_d5_a_name_in_other_letters_is_another_issuer() -> None:
    lookalike = ed25519_issuer("did:web:xn--80ak6aa92e.com", 7)
    internet = honest_internet()
    internet.enrol(lookalike)
    report = internet.verify(lookalike.sign(issued_by(lookalike)))
    assert_verified(report)
    assert report.credential["issuer"]["id"] == "did:web:xn--80ak6aa92e.com"


# D7, D8: the document says one thing, of one issuer.


@pytest.mark.parametrize("identifier", ["did:web:evil.example", [ISSUER], None, {"id": ISSUER}])
def test_d7_the_document_of_someone_else_vouches_for_nobody(identifier: object) -> None:
    report = publishing(id=identifier).verify(SIGNED)
    assert_refused(report, Verdict.REJECTED, Code.ISSUER_MISMATCH)


OTHER_KEY = {"publicKeyMultibase": format_multikey(EVIL.signer.public_key)}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(
            {"verificationMethod": [method(), method(**OTHER_KEY)]}, id="one id, two keys"
        ),
        pytest.param({"assertionMethod": [method(**OTHER_KEY)]}, id="embedded with another key"),
        pytest.param({"assertionMethod": method(**OTHER_KEY)}, id="embedded, without its array"),
        pytest.param(
            {"verificationMethod": [method(publicKeyJwk=format_jwk(EVIL.signer.public_key))]},
            id="two keys in one method",
        ),
        pytest.param(
            {"verificationMethod": [method(), method(id=METHOD.removeprefix(ISSUER), **OTHER_KEY)]},
            id="relative and absolute",
        ),
    ],
)
def test_d8_a_key_with_two_meanings_has_none(changes: Document) -> None:
    report = publishing(**changes).verify(SIGNED)
    assert_refused(report, Verdict.REJECTED, Code.AMBIGUOUS_VERIFICATION_METHOD)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(
            {
                "verificationMethod": [method(id=METHOD.removeprefix(ISSUER))],
                "assertionMethod": [METHOD.removeprefix(ISSUER)],
            },
            id="relative ids",
        ),
        pytest.param({"verificationMethod": [], "assertionMethod": [method()]}, id="embedded"),
        pytest.param({"verificationMethod": method(), "assertionMethod": METHOD}, id="no arrays"),
        pytest.param(
            {
                "verificationMethod": [],
                "assertionMethod": [method(type="Ed25519VerificationKey2020")],
            },
            id="as DCC writes it",
        ),
    ],
)
def test_d8_a_document_that_says_one_thing_in_another_way_is_read(changes: Document) -> None:
    assert_verified(publishing(**changes).verify(SIGNED))


CURVE = es256_issuer("https://curve.example/issuer")


@pytest.mark.parametrize("kind", ["JsonWebKey", "JsonWebKey2020", "Multikey"])
@pytest.mark.parametrize("is_embedded", [False, True], ids=["referenced", "embedded"])
def test_each_kind_of_method_verifies_for_an_issuer_at_an_https_address(
    kind: str, *, is_embedded: bool
) -> None:
    key = (
        {"publicKeyMultibase": format_multikey(CURVE.signer.public_key)}
        if kind == "Multikey"
        else {"publicKeyJwk": format_jwk(CURVE.signer.public_key)}
    )
    name = CURVE.signer.verification_method
    described = {"id": name, "type": kind, "controller": CURVE.id} | key
    profile: Document = {"id": CURVE.id, "type": "Profile", "name": "Curve"}
    profile |= (
        {"assertionMethod": [described]}
        if is_embedded
        else {"verificationMethod": [described], "assertionMethod": [name]}
    )
    internet = Internet()
    internet.publish(CURVE.id, profile)
    assert_verified(internet.verify(CURVE.sign_jws(issued_by(CURVE))))
    assert internet.fetched == {CURVE.id: 1}


# D9: an issuer that publishes its secret has none.


@pytest.mark.parametrize(
    "secret",
    [
        pytest.param({"secretKeyMultibase": "z3u2"}, id="secretKeyMultibase"),
        pytest.param(
            {"publicKeyJwk": format_jwk(EVIL.signer.public_key) | {"d": encode_base64url(b"x")}},
            id="d",
        ),
    ],
)
def test_d9_an_issuer_that_publishes_its_secret_is_rejected(secret: Document) -> None:
    internet = publishing(verificationMethod=[method(), {"id": f"{ISSUER}#2"} | secret])
    assert_refused(internet.verify(SIGNED), Verdict.REJECTED, Code.PRIVATE_KEY_PUBLISHED)


# D10, D11: a did:key is the key that it spells.


def test_d10_a_did_key_whose_fragment_is_another_key_is_rejected() -> None:
    fragment = format_multikey(BADGES.signer.public_key)
    badge = EVIL.sign(issued_by(EVIL), verificationMethod=f"{EVIL.id}#{fragment}")
    assert_refused(Internet().verify(badge), Verdict.REJECTED, Code.INVALID_RELATIONSHIP)


@pytest.mark.parametrize(
    "encoded",
    [
        pytest.param("z" + encode_base58btc(b"\xec\x01" + bytes(range(32))), id="X25519"),
        pytest.param("z" + encode_base58btc(b"\xed\x01" + bytes(range(31))), id="31 bytes"),
        pytest.param("z" + encode_base58btc(b"\xed\x01" + bytes(range(33))), id="33 bytes"),
        pytest.param("z" + encode_base58btc(b"\xed\x81\x00" + bytes(range(32))), id="varint"),
        pytest.param("z" + "1" * 10_000, id="ten kilobytes"),
        pytest.param("u" + encode_base64url(b"\xed\x01" + bytes(range(32))), id="base64url"),
        pytest.param("zQ3sh0OIl", id="no base58"),
        pytest.param("", id="nothing"),
    ],
)
def test_d11_a_did_key_that_spells_no_key_is_rejected_at_once(encoded: str) -> None:
    did = f"did:key:{encoded}"
    started = time.process_time()
    with pytest.raises(MalformedError):
        WorldResolver(Internet()).controller(did)
    assert time.process_time() - started < ALLOWED_SECONDS
    assert Internet().verify(claiming(did)).verdict is Verdict.REJECTED


# D12 to D15: a key is judged by when it was used.

A_DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        pytest.param({"revoked": NOW - A_DAY}, Verdict.REJECTED, id="revoked before"),
        pytest.param({"revoked": NOW}, Verdict.REJECTED, id="revoked at that moment"),
        pytest.param({"revoked": NOW + A_DAY}, Verdict.VERIFIED, id="revoked after"),
        pytest.param({"expires": NOW - A_DAY}, Verdict.REJECTED, id="expired before"),
        pytest.param({"expires": NOW + A_DAY}, Verdict.VERIFIED, id="expired after"),
    ],
)
@pytest.mark.parametrize("when", [NOW, NOW + 30 * A_DAY], ids=["at once", "a month later"])
def test_d12_a_key_proves_what_it_signed_while_it_was_in_force(
    changes: dict[str, Any],
    verdict: Verdict,
    when: Any,  # noqa: ANN401 -- a moment
) -> None:
    internet = honest_internet()
    internet.enrol(BADGES, **changes)
    document = issued_by(BADGES)
    assert internet.verify(BADGES.sign(document), now=when).verdict is verdict


def test_d13_a_rotated_key_still_verifies_what_it_signed() -> None:
    following = ed25519_issuer(ISSUER, 21)
    internet = honest_internet()
    internet.publish(ADDRESS, did_web_document(ISSUER, keys=[BADGES.listed(), following.listed()]))
    assert_verified(internet.verify(SIGNED))
    assert_verified(internet.verify(following.sign(issued_by(BADGES))))


def test_d13_a_key_that_is_no_longer_listed_verifies_nothing() -> None:
    following = ed25519_issuer(ISSUER, 21)
    internet = honest_internet()
    internet.publish(ADDRESS, did_web_document(ISSUER, keys=[following.listed()]))
    assert_refused(internet.verify(SIGNED), Verdict.REJECTED, Code.INVALID_RELATIONSHIP)


@dataclass(frozen=True, slots=True)
class Log:
    """A log that has put one document on record."""

    document: Document

    def issued(self, issuer: str, credential_id: str) -> OnRecord | None:
        """Know the one document of the issuer, and nobody else's."""
        if issuer != ISSUER:
            return None
        known = credential_id == self.document["id"]
        return OnRecord(frozenset({document_hash(self.document)} if known else ()))


def test_d14_d15_a_stolen_key_signs_nothing_that_its_log_does_not_know() -> None:
    stolen_at = NOW + A_DAY
    internet = honest_internet()
    internet.enrol(BADGES, revoked=stolen_at)
    honest = issued_by(BADGES)
    log = Log(honest)
    assert_verified(internet.verify(BADGES.sign(honest), issuance_log=log))
    backdated = BADGES.sign(honest | {"id": "urn:uuid:backdated"})
    report = internet.verify(backdated, issuance_log=log)
    assert_refused(report, Verdict.REJECTED, Code.NOT_IN_ISSUER_LOG)
    late = BADGES.sign(honest, created=format_timestamp(stolen_at + A_DAY))
    report = internet.verify(late, issuance_log=log, now=stolen_at + 2 * A_DAY)
    assert_refused(report, Verdict.REJECTED, Code.KEY_REVOKED)


# B7 once more, for each kind of issuer: whoever signs signs for himself alone.


@pytest.mark.parametrize("victim", [BADGES, BANK, LIBRARY], ids=["web", "web, another", "https"])
@pytest.mark.parametrize(
    "named",
    [
        pytest.param(lambda _: EVIL.signer.verification_method, id="by his own name"),
        pytest.param(
            lambda victim: f"{victim.id}#{format_multikey(EVIL.signer.public_key)}",
            id="by his key in the victim's name",
        ),
        pytest.param(lambda victim: victim.signer.verification_method, id="by the victim's key"),
    ],
)
def test_nobody_signs_for_another(victim: Issuer, named: Callable[[Issuer], str]) -> None:
    badge = EVIL.sign(issued_by(victim), verificationMethod=named(victim))
    report = honest_internet().verify(badge)
    assert report.verdict is Verdict.REJECTED


def test_a_reference_in_the_proof_is_not_followed_to_a_document_that_claims_the_issuer() -> None:
    internet = honest_internet()
    forged = did_web_document(ISSUER, keys=[EVIL.listed()])
    internet.publish("https://evil.example/did.json", forged)
    badge = replace(SIGNED, "proof.verificationMethod", "https://evil.example/did.json#key")
    assert_refused(internet.verify(badge), Verdict.REJECTED, Code.ISSUER_MISMATCH)
