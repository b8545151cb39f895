"""Section D of the threats at the doors: names as pages show them (D5), who signs what (D18)."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace as replace_in
from typing import Final

from sqlalchemy import func, select

from accounts.tables import Scope
from issuer.issuers import find_issuer
from issuer.tables import CredentialRow, PublishedDocumentRow
from openbadges.strict import encode_base64url
from service.app import create_app
from tests.doors import BEARERS, Story
from tests.programs import problem, program
from tests.site import Site
from tests.world import Internet, as_bytes, ed25519_issuer, issued_by
from verifier.fetcher import GuardedFetcher

LOOKALIKE: Final = "xn--80ak6aa92e.com"
SHOWN_ELSEWHERE: Final = LOOKALIKE.encode().decode("idna")  # which reads as apple.com


class KnownWorld(GuardedFetcher):
    """The guarded fetcher's place, filled by a world that is held in memory."""

    def __init__(self, internet: Internet) -> None:
        super().__init__()
        self._internet = internet

    def fetch(self, url: str, *, maximum_bytes: int) -> bytes:
        """Answer from that world."""
        return self._internet.fetch(url, maximum_bytes=maximum_bytes)


def test_d5_a_name_in_other_letters_is_shown_as_it_is_written_in_the_did(site: Site) -> None:
    lookalike = ed25519_issuer(f"did:web:{LOOKALIKE}", 7)
    internet = Internet()
    internet.enrol(lookalike)
    app = create_app(site.installation, clock=site.clock, fetcher=KnownWorld(internet))
    shown = replace_in(site, app=app).browser()
    signed = as_bytes(lookalike.sign(issued_by(lookalike))).decode()
    page = shown.send("/verify", {"text": signed}).text
    ours, _, _ = page.partition("The credential says")
    assert "The signature proves that it comes from" in ours
    assert LOOKALIKE in ours
    assert SHOWN_ELSEWHERE not in page
    report = shown.send("/verify", {"text": signed}, Accept="application/json").json
    assert report is not None
    assert LOOKALIKE in json.dumps(report)
    assert SHOWN_ELSEWHERE not in json.dumps(report, ensure_ascii=False)


def signed_in(site: Site) -> tuple[int, set[str]]:
    """Count what is signed, and name what is published with its content."""
    with site.installation.database.read() as session:
        count = session.scalar(select(func.count()).where(CredentialRow.json_bytes.is_not(None)))
        published = session.scalars(select(PublishedDocumentRow.body_sha256)).all()
    return count or 0, set(published)


def test_d18_a_token_awards_for_no_other_issuer_that_it_names(site: Site) -> None:
    with site.installation.database.read() as session:
        own = find_issuer(session)
    awarding = program(site, Scope.AWARD, own.did)
    other = site.shell.json("issuer", "create", "--did", "key", "--name", "Another circle")["did"]
    body = {"badgeClass": "wiki-friend", "recipient": "learner@example.org"}
    before = signed_in(site)
    for member in ("issuer", "issuerId", "did", "awardedBy"):
        response = awarding.send("/api/awards", {**body, member: other}, Idempotency_Key=member)
        problem(response, 422, "DATA_MODEL")
    assert signed_in(site) == before


BYTES: Final = hashlib.sha256(b"whatever somebody wants signed").digest()
WRITTEN: Final = encode_base64url(BYTES)
RAW: Final = dict.fromkeys(
    ("data", "bytes", "hash", "digest", "payload", "message", "verifyData", "input"), WRITTEN
)


def bodies() -> Iterator[tuple[bytes, str]]:
    """Give the bytes in each way in which a door might take them for something to sign."""
    yield BYTES, "application/octet-stream"
    yield json.dumps(RAW).encode(), "application/json"
    yield json.dumps({"credential": RAW}).encode(), "application/json"
    yield json.dumps({"credential": WRITTEN}).encode(), "application/json"
    yield json.dumps(WRITTEN).encode(), "application/json"
    yield f"e30.{WRITTEN}.".encode(), "application/jwt"


def test_d18_no_door_signs_bytes_that_somebody_brings(own_story: Story) -> None:
    """Each door that changes something is tried, with a token of each scope and without one."""
    site = own_story.site
    site.shell.does("issuer", "create", "--profile", "generic")
    tokens = [program(site, scope) for scope in (Scope.AWARD, Scope.ISSUE)]
    before = signed_in(site)
    opened = set()
    for rule in own_story.rules(safe=False):
        for client in (*tokens, program(site)):
            for body, media_type in bodies():
                path = own_story.path(rule)
                response = client.send(path, body, Content_Type=media_type, Idempotency_Key="one")
                assert response.status_code < 500, (rule, response.text)
                assert b"proofValue" not in response.data
                opened |= {rule.endpoint} if response.status_code != 404 else set()
    assert opened >= BEARERS
    assert signed_in(site) == before
