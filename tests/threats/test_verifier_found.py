"""What a review of the verifier found by trying: each was a fault once, and is none any more."""

import json
from datetime import timedelta

import pytest
from PIL import Image

from openbadges.errors import Code, MalformedError
from openbadges.strict import Document, format_timestamp
from service.web.verdict_words import NOTHING_PRESENTED, verdict_sentence
from tests.bundles import bundle_of, check
from tests.costly import KINDS, hidden_scans, led_astray
from tests.credentials import CONTEXTS, valid_credential, valid_endorsement
from tests.given import Web, encoded, qr_image
from tests.presentations import enveloped, presented
from tests.presentations import verify as verify_presentation
from tests.rewriting import EXTENSIONS
from tests.world import BADGES, EVIL, NOW, as_bytes, ed25519_issuer, honest_internet, issued_by
from verifier import Verdict, Verifier, jpeg, verify
from verifier.qr_code import MAXIMUM_PROGRESSIVE_PIXELS, read_qr_code
from verifier.report import Check, Outcome

TOMORROW = NOW + timedelta(days=1)
A_WEEK_LATER = NOW + timedelta(days=7)
SCHEMA = "https://evil.example/schema.json"
BADGES_SCHEMA = "https://schemas.example/badge.json"
OF_SCHEMAS = "1EdTechJsonSchemaValidator2019"


def decoy(number: int, endorsers: int) -> Document:
    """Give a good badge of a stranger, for which as many documents are asked for as endorse it."""
    endorsements = []
    for one in range(endorsers):
        by = ed25519_issuer(f"https://e{number}x{one}.example", 5)
        issuer = {"id": by.id, "type": ["Profile"], "name": "x"}
        endorsements.append(by.sign_jws(valid_endorsement(issuer=issuer)))
    return enveloped(EVIL.sign_jws(issued_by(EVIL, endorsementJwt=endorsements)))


def test_whoever_presents_a_badge_cannot_keep_its_schema_from_being_asked() -> None:
    named = {"id": BADGES_SCHEMA, "type": OF_SCHEMAS}
    contexts = {"@context": [*CONTEXTS, EXTENSIONS]}
    badge = BADGES.sign(valid_credential(**contexts, credentialSchema=[named]))
    internet = honest_internet()
    internet.publish(BADGES_SCHEMA, {"required": ["grade"]})
    assert verify_presentation(presented(badge), internet).verdict is Verdict.REJECTED
    decoys = [decoy(number, 8) for number in range(3)] + [decoy(3, 6)]  # 30 of the 32 documents
    report = verify_presentation(presented(*decoys, badge), internet)
    assert report.verdict is not Verdict.VERIFIED


def test_a_bundle_of_a_proof_that_has_expired_since_is_not_verified() -> None:
    badge = BADGES.sign(valid_credential(), expires=format_timestamp(TOMORROW))
    internet = honest_internet()
    assert internet.verify(badge, now=A_WEEK_LATER).verdict is Verdict.REJECTED
    report = check(bundle_of(internet, badge), now=A_WEEK_LATER)
    assert report.verdict is Verdict.REJECTED


def test_a_schema_that_refers_to_a_number_of_five_thousand_digits_is_not_applied() -> None:
    named = {"id": SCHEMA, "type": OF_SCHEMAS}
    contexts = {"@context": [*CONTEXTS, EXTENSIONS]}
    badge = EVIL.sign(issued_by(EVIL, **contexts, credentialSchema=[named]))
    world = Web()
    world.publish(SCHEMA, {"allOf": [{"$ref": "#/allOf/" + "1" * 5_000}]})
    report = verify(json.dumps(badge), now=NOW, verifier=Verifier(world))
    assert [finding.outcome for finding in report.of(Check.SCHEMA)] == [Outcome.UNKNOWN]


def test_scans_behind_a_comment_with_the_mark_of_an_end_are_counted() -> None:
    assert jpeg.count_scans(hidden_scans(100, pixels=64 * 64)).number > 100


def test_a_scan_in_a_comment_is_not_the_first_one() -> None:
    picture = led_astray(1) + encoded(qr_image("x").convert("RGB"), "JPEG")[2:]
    with pytest.raises(MalformedError):
        jpeg.count_scans(picture)


def test_a_jpeg_in_four_colours_and_many_scans_is_held_to_fewer_pixels() -> None:
    picture = encoded(Image.new("CMYK", (3600, 3600)), "JPEG", progressive=True)
    assert MAXIMUM_PROGRESSIVE_PIXELS > 3600 * 3600
    with pytest.raises(MalformedError) as caught:
        read_qr_code(picture)
    assert caught.value.code is Code.TOO_LARGE


@pytest.mark.parametrize("kind", ["VerifiablePresentation", "VerifiableCredential"])
def test_more_values_than_any_document_may_have_are_refused_before_they_are_parsed(
    kind: str,
) -> None:
    given = f'{{"type":"{kind}","a":[' + "[]," * 200_000 + "[]]}"
    report = verify(given, now=NOW, verifier=Verifier(Web()))
    assert [one.code for one in report.findings if one.check is Check.UNWRAP] == [Code.TOO_LARGE]


@pytest.mark.thorough
@pytest.mark.parametrize(
    "kind",
    [
        "twenty costly endorsements",
        "four status lists that are costly to prove",
        "a presentation of derived badges",
    ],
)
def test_what_stands_in_and_behind_a_credential_shares_its_work(kind: str) -> None:
    costly, world = KINDS[kind], Web()
    for url, data in costly.documents().items():
        world.publish(url, data)
    report = verify(as_bytes(costly.given()), now=NOW, verifier=Verifier(world))
    told = json.dumps(report.as_json())
    assert "asks for more work than one verification may take" in told


def test_a_presentation_of_nothing_is_not_said_to_hold_valid_credentials() -> None:
    """The data model allows it, so it is VERIFIED: its holder signed that there is nothing."""
    report = verify_presentation(presented(), Web())
    assert (report.verdict, report.credentials) == (Verdict.VERIFIED, ())
    assert verdict_sentence(report) == NOTHING_PRESENTED
