"""PyPI's openbadgeslib: badges of Open Badges 3.0, made there and verified here, and the reverse.

What it makes of the earlier versions is in `test_older_badges`.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from openbadgeslib import ob3
from openbadgeslib.keys import public_jwk_from_pem
from openbadgeslib.ob3.did import build_did_document
from openbadgeslib.ob3.status_list import (
    build_status_list_credential,
    sign_status_list_credential,
    status_entry,
)

from openbadges.did import did_web_url
from openbadges.public_key import Algorithm
from openbadges.strict import Document
from tests.credentials import STATUS_LIST, replace
from tests.peers import PNG, SVG, Peer, with_another_letter, within_one_second
from tests.product import Product
from tests.world import NOW, assert_verified
from verifier import Check, Report, Verdict

REVOKED: Final = 5
FAR: Final = timedelta(days=36500)  # it reads the clock
METHODS: Final = pytest.mark.parametrize("method", ["web", "key"], ids=["did:web", "did:key"])
JWT_ISSUERS: Final = pytest.mark.parametrize(
    ("method", "algorithm"),
    [
        pytest.param(method, algorithm, id=f"did:{method} with {algorithm.value}")
        for method, algorithm in (
            ("web", Algorithm.RS256),
            ("web", Algorithm.ES256),
            ("web", Algorithm.EDDSA),
            ("key", Algorithm.ES256),
            ("key", Algorithm.EDDSA),
        )
    ],
)
BAKED: Final = [
    pytest.param("sign_into_svg", SVG, id="svg"),
    pytest.param("sign_into_png", PNG, id="png"),
]


def _badge(peer: Peer, **changes: Any) -> ob3.OpenBadgeCredential:  # noqa: ANN401 -- the fields of the class
    achievement = ob3.Achievement(
        id="https://badges.example/achievements/citing-sources",
        name="Citing sources «ñ» 🎓",
        description="Finds, judges and cites reliable sources.",
        criteria_narrative="Add ten citations.",
        image_url="https://badges.example/badge.png",
        tags=["citations"],
        achievement_type="Badge",
        credits_available=1.5,
    )
    fields: dict[str, Any] = {
        "issuer": ob3.Issuer(id=peer.id, name="Example", url="https://badges.example"),
        "recipient_id": "mailto:a@example.com",
        "achievement": achievement,
        "issuance_date": NOW,
        "expiration_date": NOW + FAR,
        "evidence_url": "https://badges.example/evidence",
        "identifiers": [ob3.IdentityObject.create("a@example.com", "Kosher")],
        "credits_earned": 1.0,
    }
    return ob3.OpenBadgeCredential(**fields | changes)


def _jwt_signer(peer: Peer) -> ob3.OB3Signer:
    return ob3.OB3Signer(peer.signer.private_pem(), peer.algorithm.value)


def _json_signer(peer: Peer) -> ob3.OB3LdpSigner:
    return ob3.OB3LdpSigner(peer.signer.private_pem(), peer.signer.verification_method)


def _download(documents: dict[str, Document]) -> Callable[[str], bytes]:
    """Answer its requests from the documents alone."""
    return lambda url: json.dumps(
        {did_web_url(i) if i.startswith("did:web:") else i: d for i, d in documents.items()}[url]
    ).encode()


def _changed(jwt: str) -> str:
    return with_another_letter(jwt, len(jwt) // 2)


@JWT_ISSUERS
def test_a_jwt_made_there_verifies_here_and_there(method: str, algorithm: Algorithm) -> None:
    peer = Peer.of(method, algorithm)
    jwt = _jwt_signer(peer).sign(_badge(peer))
    assert_verified(peer.verify(jwt))
    verifier = ob3.OB3Verifier(peer.public_pem)
    assert verifier.verify(jwt, expected_recipient="a@example.com").issuer.id == peer.id


@JWT_ISSUERS
def test_one_changed_character_of_a_jwt_is_refused_by_both(
    method: str, algorithm: Algorithm
) -> None:
    peer = Peer.of(method, algorithm)
    changed = _changed(_jwt_signer(peer).sign(_badge(peer)))
    assert peer.verify(changed).verdict is Verdict.REJECTED
    with pytest.raises(ob3.OB3VerificationError):
        ob3.OB3Verifier(peer.public_pem).verify(changed)


@METHODS
def test_a_proof_made_there_verifies_here_and_there(method: str) -> None:
    peer = Peer.of(method, Algorithm.EDDSA)
    made = _json_signer(peer).sign(_badge(peer), created=NOW)
    assert_verified(peer.verify(made))
    ob3.OB3LdpVerifier().verify(made, download=_download({peer.id: peer.document}))


def test_one_changed_character_of_a_proof_is_refused_by_both() -> None:
    peer = Peer.of("key", Algorithm.EDDSA)
    changed = replace(_json_signer(peer).sign(_badge(peer), created=NOW), "name", "Citing")
    assert peer.verify(changed).verdict is Verdict.REJECTED
    with pytest.raises(ob3.OB3VerificationError):
        ob3.OB3LdpVerifier().verify(changed)


@pytest.mark.parametrize("signer", [_jwt_signer, _json_signer], ids=["JWT", "JSON"])
@pytest.mark.parametrize(("bake", "picture"), BAKED)
def test_a_picture_made_there_verifies_here(
    signer: Callable[[Peer], Any], bake: str, picture: bytes
) -> None:
    peer = Peer.of("web", Algorithm.EDDSA)
    baked, moment = within_one_second(lambda _: getattr(signer(peer), bake)(_badge(peer), picture))
    assert_verified(peer.verify(baked, now=moment))


def test_the_did_document_made_there_lists_the_key_here() -> None:
    peer = Peer.of("web", Algorithm.RS256)
    internet = peer.internet()
    jwk = public_jwk_from_pem(peer.public_pem)
    internet.publish(did_web_url(peer.id), build_did_document(peer.id, [("badge_1", jwk)]))
    assert_verified(internet.verify(_jwt_signer(peer).sign(_badge(peer))))


def _with_status_there(peer: Peer, index: int) -> Report:
    """Verify here a badge made there, whose status list is a JWT made there."""

    def make(moment: datetime) -> str:
        unsigned = build_status_list_credential(
            peer.id, STATUS_LIST, "revocation", [REVOKED], issued=moment, valid_until=moment + FAR
        )
        return sign_status_list_credential(
            unsigned, peer.signer.private_pem(), peer.algorithm.value
        )

    listed, moment = within_one_second(make)
    internet = peer.internet()
    internet.publish(STATUS_LIST, listed.encode())
    entry = status_entry(STATUS_LIST, "revocation", index)
    return internet.verify(
        _jwt_signer(peer).sign(_badge(peer, credential_status=[entry])), now=moment
    )


@JWT_ISSUERS
def test_a_status_list_made_there_is_read_here(method: str, algorithm: Algorithm) -> None:
    peer = Peer.of(method, algorithm)
    assert_verified(_with_status_there(peer, REVOKED + 1))
    report = _with_status_there(peer, REVOKED)
    assert [finding.code for finding in report.of(Check.STATUS)] == ["REVOKED"]


def test_the_json_that_we_award_verifies_there(product: Product) -> None:
    download = _download(product.published())
    ob3.OB3LdpVerifier().verify(
        product.credential, check_status=True, download=download, verify_status_list=False
    )


def test_the_jws_that_we_award_verifies_there(product: Product) -> None:
    download = _download(product.published())
    verifier = ob3.OB3Verifier.for_issuer_did(product.credential["issuer"]["id"], download)
    verifier.verify(
        product.file("credential.jws").decode(),
        check_status=True,
        download=download,
        verify_status_list=False,
    )


@pytest.mark.parametrize(
    ("name", "extract"),
    [
        pytest.param("badge.svg", ob3.OB3Verifier.extract_token_from_svg, id="svg"),
        pytest.param("badge.png", ob3.OB3Verifier.extract_token_from_png, id="png"),
    ],
)
def test_the_picture_that_we_award_verifies_there(
    product: Product, name: str, extract: Callable[[bytes], str]
) -> None:
    found = extract(product.file(name))
    ob3.OB3LdpVerifier().verify(found, download=_download(product.published()))


def test_one_changed_character_of_what_we_award_is_refused_there(product: Product) -> None:
    download = _download(product.published())
    changed = replace(product.credential, "name", "Citing sourcez")
    with pytest.raises(ob3.OB3VerificationError):
        ob3.OB3LdpVerifier().verify(changed, download=download)
    verifier = ob3.OB3Verifier.for_issuer_did(product.credential["issuer"]["id"], download)
    with pytest.raises(ob3.OB3VerificationError):
        verifier.verify(_changed(product.file("credential.jws").decode()))


def test_the_revocation_of_what_we_awarded_is_read_there(revoked_product: Product) -> None:
    download = _download(revoked_product.published())
    with pytest.raises(ob3.OB3VerificationError, match="'revocation' is set"):
        ob3.OB3LdpVerifier().verify(
            revoked_product.credential,
            check_status=True,
            download=download,
            verify_status_list=False,
        )


def test_the_proof_in_our_status_list_is_of_a_form_that_it_does_not_check(
    product: Product,
) -> None:
    """It checks lists that are JWTs; ours has an embedded proof, so its caller must waive that."""
    with pytest.raises(ob3.OB3VerificationError, match="is not a signed JWT-VC"):
        ob3.OB3LdpVerifier().verify(
            product.credential, check_status=True, download=_download(product.published())
        )
