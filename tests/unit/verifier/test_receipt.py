"""A receipt is what its service signed, with a key that signs nothing else."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from openbadges.did import jwks
from openbadges.errors import Code, ExplainedError, UnavailableError
from openbadges.jose import credential_claims, format_jwk, sign_compact_jws
from openbadges.strict import Document, encode_base64url
from tests.bundles import (
    KEY_SET,
    SERVICE,
    bundle_of,
    key_set,
    knowing,
    receipt_of,
    service_signer,
    sign,
)
from tests.credentials import valid_credential
from tests.signing import EcTestSigner, Ed25519TestSigner
from tests.world import (
    BADGES,
    NOW,
    Internet,
    Issuer,
    as_bytes,
    assert_refused,
    assert_verified,
    honest_internet,
    issued_by,
)
from verifier import Verdict
from verifier.receipt import (
    MAXIMUM_RECEIPT_CHARACTERS,
    RECEIPT_TYPE,
    RECEIPT_USE,
    Receipt,
    digest,
    document_digests,
    key_url,
    listed_key,
    read_receipt,
)
from verifier.sources import NoDocuments


@pytest.fixture
def receipt() -> Receipt:
    """What the service says of a good badge."""
    internet = honest_internet()
    badge = BADGES.sign(valid_credential())
    bundle = bundle_of(internet, badge)
    return receipt_of(bundle.presented, internet.verify(badge), bundle.documents)


def test_a_receipt_says_again_what_was_signed(receipt: Receipt) -> None:
    assert read_receipt(sign(receipt.claims()), knowing()) == receipt


def test_a_receipt_has_digests_and_codes_and_nothing_of_the_recipient(receipt: Receipt) -> None:
    claims = receipt.claims()
    assert set(claims) == {
        *("iss", "iat", "givenSha256", "judgedSha256", "verdict", "findings", "issuers"),
        *("documents", "verifier"),
    }
    assert all(set(one) == {"check", "outcome", "code"} for one in claims["findings"])
    text = json.dumps(claims)
    subject = valid_credential()["credentialSubject"]
    for personal in (subject["id"], subject["identifier"][0]["identityHash"], "Citing sources"):
        assert personal not in text


def test_a_receipt_over_other_bytes_does_not_fit_them(receipt: Receipt) -> None:
    badge = as_bytes(BADGES.sign(valid_credential()))
    assert digest(badge) == receipt.given_sha256
    assert digest(badge + b" ") != receipt.given_sha256


def test_digests_of_documents_tell_address_and_content_apart() -> None:
    ours = {"https://a.example/": b"x", "https://b.example/": b"y"}
    assert document_digests(ours) == document_digests(dict(reversed(ours.items())))
    for other in (
        {"https://a.example/": b"y", "https://b.example/": b"x"},
        {"https://a.example/x": b"", "https://b.example/": b"y"},
        {"https://a.example/": b"x"},
    ):
        assert document_digests(other) != document_digests(ours)


BROKEN: list[Any] = [
    pytest.param({"iat": "now"}, id="a moment in writing"),
    pytest.param({"iat": True}, id="a moment that is true"),
    pytest.param({"iat": 10**15}, id="a moment that never comes"),
    pytest.param({"iss": None}, id="nobody's"),
    pytest.param({"verdict": "MAYBE"}, id="a verdict that is none"),
    pytest.param({"verdict": ["VERIFIED"]}, id="a list of verdicts"),
    pytest.param({"findings": "none"}, id="findings that are a word"),
    pytest.param({"findings": ["OK"]}, id="findings that are words"),
    pytest.param({"documents": None}, id="no documents"),
    pytest.param({"documents": [1]}, id="documents that are numbers"),
    pytest.param({"judgedSha256": 5}, id="a digest that is a number"),
]


@pytest.mark.parametrize("changes", BROKEN)
def test_a_signed_text_that_is_no_receipt_is_refused(receipt: Receipt, changes: Document) -> None:
    with pytest.raises(ExplainedError) as refused:
        read_receipt(sign(receipt.claims() | changes), knowing())
    assert refused.value.code is Code.MALFORMED


def changed(text: str, segment: int) -> str:
    parts = text.split(".")
    middle = len(parts[segment]) // 2
    other = "B" if parts[segment][middle] == "A" else "A"
    parts[segment] = parts[segment][:middle] + other + parts[segment][middle + 1 :]
    return ".".join(parts)


@pytest.mark.parametrize("segment", [0, 1, 2], ids=["header", "payload", "signature"])
def test_one_changed_character_is_found(receipt: Receipt, segment: int) -> None:
    with pytest.raises(ExplainedError):
        read_receipt(changed(sign(receipt.claims()), segment), knowing())


@pytest.mark.parametrize(
    ("make", "code"),
    [
        pytest.param(lambda claims: sign(claims, typ="JWT"), Code.TYP, id="a plain JWT"),
        pytest.param(lambda claims: sign(claims, typ="vc+jwt"), Code.TYP, id="a credential"),
        pytest.param(
            lambda claims: sign(claims, seed=bytes(32)), Code.KEY_NOT_BOUND, id="another key"
        ),
        pytest.param(
            lambda claims: sign(claims | {"iss": "https://other.example"}),
            Code.RETRIEVAL,
            id="another service",
        ),
        pytest.param(lambda _: "e" * (MAXIMUM_RECEIPT_CHARACTERS + 1), Code.TOO_LARGE, id="long"),
        pytest.param(lambda _: "ey", Code.MALFORMED, id="no JWS"),
    ],
)
def test_what_the_service_did_not_sign_as_a_receipt_is_none(
    receipt: Receipt, make: Callable[[Document], str], code: Code
) -> None:
    with pytest.raises(ExplainedError) as refused:
        read_receipt(make(receipt.claims()), knowing())
    assert refused.value.code is code


def test_a_header_that_names_another_algorithm_is_refused(receipt: Receipt) -> None:
    key = service_signer().verification_method
    signer = EcTestSigner(5, verification_method=key)
    text = sign_compact_jws(json.dumps(receipt.claims()).encode(), signer, typ=RECEIPT_TYPE)
    with pytest.raises(ExplainedError) as refused:
        read_receipt(text, knowing())
    assert refused.value.code is Code.ALG


def test_a_key_that_is_listed_under_the_name_of_another_signs_no_receipt(
    receipt: Receipt,
) -> None:
    signer = Ed25519TestSigner(bytes(32), verification_method=service_signer().verification_method)
    listed = listed_key(SERVICE, signer.public_key) | {"kid": signer.verification_method}
    text = sign_compact_jws(json.dumps(receipt.claims()).encode(), signer, typ=RECEIPT_TYPE)
    with pytest.raises(ExplainedError) as refused:
        read_receipt(text, knowing(listed))
    assert refused.value.code is Code.KEY_NOT_BOUND


def test_a_receipt_proves_nothing_to_who_has_no_key_set(receipt: Receipt) -> None:
    with pytest.raises(UnavailableError):
        read_receipt(sign(receipt.claims()), NoDocuments())


# The other way round: a receipt's key is listed where keys of credentials are, and is none.


def _token(**header: Any) -> str:  # noqa: ANN401 -- any JSON value
    issuer = Issuer(SERVICE, service_signer())
    named = {"alg": "EdDSA", "typ": "JWT"} | header
    parts = [
        encode_base64url(json.dumps(part).encode())
        for part in (named, credential_claims(issued_by(issuer)))
    ]
    return ".".join([*parts, encode_base64url(issuer.signer.sign(".".join(parts).encode()))])


def _world(listed: Document) -> Internet:
    internet = Internet()
    internet.publish(KEY_SET, {"keys": [listed]})
    internet.publish(SERVICE, {"id": SERVICE, "type": "Profile", "name": "A service"})
    return internet


@pytest.mark.parametrize("by", ["kid", "jwk"])
def test_a_credential_that_a_receipts_key_signed_is_nobodys(by: str) -> None:
    key = service_signer().public_key
    header = {"kid": key_url(SERVICE, key)} if by == "kid" else {"jwk": format_jwk(key)}
    as_receipt = key_set()["keys"][0]
    assert as_receipt["use"] == RECEIPT_USE
    report = _world(as_receipt).verify(_token(**header))
    assert report.verdict is Verdict.REJECTED
    # the same key without its use would be believed: it is the use that keeps them apart
    as_any = {name: value for name, value in as_receipt.items() if name != "use"}
    assert_verified(_world(as_any).verify(_token(**header)))


def test_a_receipt_is_no_credential_even_where_its_key_signs_them(receipt: Receipt) -> None:
    claims = credential_claims(issued_by(BADGES))
    text = sign_compact_jws(json.dumps(claims).encode(), BADGES.signer, typ=RECEIPT_TYPE)
    assert_refused(honest_internet().verify(text), Verdict.REJECTED, Code.TYP)
    assert_refused(honest_internet().verify(sign(receipt.claims())), Verdict.REJECTED, Code.TYP)


def test_a_credentials_key_signs_no_receipt(receipt: Receipt) -> None:
    signer = service_signer()
    listed = jwks(SERVICE, keys=[Issuer(SERVICE, signer).listed()])["keys"]
    text = sign(receipt.claims())
    named = [{**one, "kid": signer.verification_method} for one in listed]
    for keys in (listed, named):
        with pytest.raises(ExplainedError) as refused:
            read_receipt(text, knowing(*keys))
        assert refused.value.code is Code.KEY_NOT_BOUND


def test_a_receipt_of_another_day_is_of_that_day(receipt: Receipt) -> None:
    claims = receipt.claims() | {"iat": int((NOW - timedelta(days=1)).timestamp())}
    assert read_receipt(sign(claims), knowing()).moment == NOW - timedelta(days=1)
