"""VC-JWT with PyPI's openvc-core, as a badge and as a status list."""

from datetime import datetime
from typing import Final

import pytest
from openvc import OpenvcError
from openvc.proof.vc_jwt import VcJwtProofSuite

from openbadges.errors import Code
from openbadges.public_key import Algorithm
from openbadges.strict import format_timestamp
from tests.credentials import CONTEXTS_OF_VERSION_1, STATUS_LIST, remove
from tests.openvc_core import key_of, status_list_there, verify_there
from tests.peers import Peer, with_another_letter, within_one_second
from tests.product import Product
from tests.world import assert_refused, assert_verified
from verifier import Check, Verdict

JWT_ALGORITHMS: Final = pytest.mark.parametrize(
    "algorithm", [Algorithm.EDDSA, Algorithm.ES256, Algorithm.ES384]
)
METHODS: Final = pytest.mark.parametrize("method", ["web", "key"], ids=["did:web", "did:key"])


def test_a_status_list_in_a_jwt_made_there_is_read_here() -> None:
    peer = Peer.of("web", Algorithm.ES256)
    made, moment = within_one_second(
        lambda moment: VcJwtProofSuite().sign(
            status_list_there(peer, moment), signing_key=key_of(peer)
        )
    )
    internet = peer.internet()
    internet.publish(STATUS_LIST, made.encode())
    report = internet.verify(peer.sign(peer.badge_with_status(), "ecdsa-rdfc-2019"), now=moment)
    assert [finding.code for finding in report.of(Check.STATUS)] == ["REVOKED"]


def _jwt(peer: Peer, *, version: int) -> tuple[str, datetime]:
    badge = remove(peer.badge(), "validUntil")

    def sign(moment: datetime) -> str:
        dated = badge | {"validFrom": format_timestamp(moment)}
        if version == 1:
            dated = badge | {
                "@context": CONTEXTS_OF_VERSION_1,
                "issuanceDate": format_timestamp(moment),
            }
            del dated["validFrom"]
        return VcJwtProofSuite().sign(dated, signing_key=key_of(peer))

    return within_one_second(sign)


@METHODS
@JWT_ALGORITHMS
@pytest.mark.parametrize("version", [1, 2])
def test_a_jwt_made_there_verifies_here_and_there(
    method: str, algorithm: Algorithm, version: int
) -> None:
    peer = Peer.of(method, algorithm)
    jwt, moment = _jwt(peer, version=version)
    verify_there(jwt, {peer.id: peer.document})
    assert_verified(peer.verify(jwt, now=moment))


@JWT_ALGORITHMS
@pytest.mark.parametrize("segment", [1, 2], ids=["payload", "signature"])
def test_one_changed_character_of_a_jwt_is_refused_by_both(
    algorithm: Algorithm, segment: int
) -> None:
    peer = Peer.of("key", algorithm)
    jwt, moment = _jwt(peer, version=2)
    segments = jwt.split(".")
    segments[segment] = with_another_letter(segments[segment], len(segments[segment]) // 2)
    changed = ".".join(segments)
    with pytest.raises(OpenvcError):
        verify_there(changed, {})
    assert peer.verify(changed, now=moment).verdict is Verdict.REJECTED


def test_our_jws_is_of_a_form_that_it_does_not_read(product: Product) -> None:
    """It reads the `vc` claim alone; in Open Badges 3.0 the payload is the badge itself."""
    with pytest.raises(OpenvcError, match="no embedded `vc` object"):
        verify_there(product.file("credential.jws").decode(), product.published())


def test_a_jwt_that_it_dates_otherwise_than_the_badge_is_refused_here() -> None:
    """It signs the time of signing as `nbf`; the standard wants the badge's own `validFrom`."""
    peer = Peer.of("key", Algorithm.EDDSA)
    jwt = VcJwtProofSuite().sign(remove(peer.badge(), "validUntil"), signing_key=key_of(peer))
    assert_refused(peer.verify(jwt), Verdict.REJECTED, Code.CLAIM_MISMATCH)
