"""Badges of Open Badges 1.0 and 2.0, made by PyPI's openbadgeslib: one clear sentence."""

import json

import pytest
from openbadgeslib import ob2
from openbadgeslib.badge_model import Badge, BadgeImgType
from openbadgeslib.keys import KeyType
from openbadgeslib.ob1.signer import Signer as SignerOfVersion1

from openbadges.errors import Code
from openbadges.public_key import Algorithm
from tests.peers import PNG, SVG, Peer
from tests.world import NOW, assert_refused
from verifier import Check, Verdict


def _assertion(kind: str) -> ob2.Assertion:
    return ob2.Assertion(
        id="https://badges.example/assertions/1",
        recipient=ob2.IdentityObject.create("a@example.com", "Kosher"),
        badge="https://badges.example/badge.json",
        verification=ob2.Verification(type=kind, creator="https://badges.example/key.json"),
        issued_on=NOW,
    )


def _older(form: str) -> bytes:
    signed = _assertion("SignedBadge")
    signer = ob2.OB2Signer(Peer.of("web", Algorithm.RS256).signer.private_pem(), "RS256")
    match form:
        case "hosted":
            return json.dumps(_assertion("HostedBadge").to_dict()).encode()
        case "JWS":
            return signer.sign(signed).encode()
        case "svg":
            return signer.sign_into_svg(signed, SVG)
        case _:
            return signer.sign_into_png(signed, PNG)


@pytest.mark.parametrize("form", ["hosted", "JWS", "svg", "png"])
def test_a_badge_of_version_2_made_there_is_recognised_and_said_so(form: str) -> None:
    report = Peer.of("web", Algorithm.RS256).verify(_older(form))
    assert_refused(report, Verdict.INCONCLUSIVE, Code.OPEN_BADGES_2)
    (finding,) = report.of(Check.UNWRAP)
    assert "Open Badges 2.0 badge, which is not verified here" in finding.sentence


def test_a_badge_of_version_1_made_there_is_recognised_as_an_older_one() -> None:
    peer = Peer.of("web", Algorithm.RS256)
    badge = Badge(
        ini_name="badge_1",
        name="Citing sources",
        image_type=BadgeImgType.SVG,
        image=SVG,
        image_url="https://badges.example/badge.svg",
        json_url="https://badges.example/badge.json",
        verify_key_url="https://badges.example/key.pem",
        key_type=KeyType.RSA,
        privkey_pem=peer.signer.private_pem(),
        pubkey_pem=peer.public_pem,
    )
    baked = SignerOfVersion1(identity=b"a@example.com").sign_badge(badge).signed
    assert baked is not None
    assert_refused(peer.verify(baked), Verdict.INCONCLUSIVE, Code.OPEN_BADGES_2)
