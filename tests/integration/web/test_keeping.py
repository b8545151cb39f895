"""A bundle and a receipt, asked for at the verify door, and checked later with no network."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest

from openbadges.strict import Document, parse_json_object
from tests.site import Site
from verifier import Verdict, Verifier
from verifier.bundle import MEDIA_TYPE, read_bundle
from verifier.bundle_check import Checker, judge_bundle
from verifier.receipt import RECEIPT_USE, digest, document_digests, read_receipt
from verifier.sources import NoDocuments, SuppliedDocuments

KEY_SET = "https://badges.example/.well-known/jwks.json"


@pytest.fixture
def ready(site: Site) -> Site:
    """A service with a key for receipts."""
    site.shell.does("keys", "generate", "--purpose", "receipt")
    return site


@pytest.fixture
def badge(site: Site) -> tuple[bytes, str]:
    """A badge of this service, and the path of a link to it."""
    learner, manage = site.claimed()
    return learner.get(f"{manage}/plain.json").data, site.shared(learner, manage)


def ask(site: Site, query: str, data: Any, code: int = 200) -> Document:  # noqa: ANN401 -- bytes, or a form
    answer = site.browser().client.post(f"/verify?{query}", base_url=site.base_url, data=data)
    assert answer.status_code == code, answer.text
    return parse_json_object(answer.data, what="the answer", maximum_bytes=20_000_000)


def known(site: Site) -> SuppliedDocuments:
    """Give the key set as who looked it up once has it."""
    answer = site.browser().get("/.well-known/jwks.json")
    return SuppliedDocuments({KEY_SET: answer.data}, NoDocuments())


def years_later(site: Site, bundle: Document, *, days: int = 800) -> Any:  # noqa: ANN401 -- a report
    checker = Checker(site.clock() + timedelta(days=days), known(site))
    return judge_bundle(Verifier(NoDocuments()), json.dumps(bundle).encode(), checker)


def test_a_sealed_bundle_of_our_own_badge_is_checked_years_later(
    ready: Site, badge: tuple[bytes, str]
) -> None:
    answer = ask(ready, "bundle=yes&receipt=yes", badge[0])
    assert answer["verdict"] == "VERIFIED"
    assert answer["bundle"]["receipt"] == answer["receipt"]
    report = years_later(ready, answer["bundle"])
    assert report.verdict is Verdict.VERIFIED, report.findings


def test_a_bundle_has_the_badge_class_beside_what_was_read(
    ready: Site, badge: tuple[bytes, str]
) -> None:
    document = parse_json_object(badge[0], what="the badge")
    bundle = read_bundle(json.dumps(ask(ready, "bundle=yes", badge[0])["bundle"]).encode())
    assert bundle.presented == badge[0]
    assert set(bundle.documents) == {
        "https://badges.example/.well-known/did.json",
        document["credentialStatus"]["statusListCredential"],
        document["credentialSubject"]["achievement"]["id"],
    }
    assert bundle.receipt is None


def test_a_revoked_badge_stays_revoked_in_its_bundle(ready: Site, badge: tuple[bytes, str]) -> None:
    url = parse_json_object(badge[0], what="the badge")["id"]
    ready.shell.does("revoke", url, "--reason", "a mistake")
    ready.shell.does("status", "publish")
    answer = ask(ready, "bundle=yes&receipt=yes", badge[0])
    assert answer["verdict"] == "REJECTED"
    report = years_later(ready, answer["bundle"])
    assert report.verdict is Verdict.REJECTED
    assert "REVOKED" in {finding.code for finding in report.findings}


def test_a_receipt_says_what_the_report_says(ready: Site, badge: tuple[bytes, str]) -> None:
    answer = ask(ready, "receipt=yes", badge[0])
    receipt = read_receipt(answer["receipt"], known(ready))
    assert receipt.service == "https://badges.example"
    assert abs(receipt.moment - ready.clock()) < timedelta(minutes=1)
    assert receipt.given_sha256 == receipt.judged_sha256 == digest(badge[0])
    assert (receipt.verdict.value, receipt.issuers) == ("VERIFIED", ("did:web:badges.example",))
    assert [one["code"] for one in receipt.findings] == [one["code"] for one in answer["findings"]]
    assert "bundle" not in answer
    assert digest(badge[0] + b"\n") not in (receipt.given_sha256, receipt.judged_sha256)


def test_a_receipt_of_a_link_names_what_lay_there(ready: Site, badge: tuple[bytes, str]) -> None:
    link = f"{ready.base_url}{badge[1]}".encode()
    answer = ask(ready, "receipt=yes&bundle=yes", link)
    receipt = read_receipt(answer["receipt"], known(ready))
    assert (receipt.given_sha256, receipt.judged_sha256) == (digest(link), digest(badge[0]))
    bundle = read_bundle(json.dumps(answer["bundle"]).encode())
    assert (bundle.presented, document_digests(bundle.documents)) == (badge[0], receipt.documents)
    # the link is a secret of the learner's, and nobody who gets the receipt learns it
    assert badge[1].encode() not in json.dumps(receipt.claims()).encode()
    assert years_later(ready, answer["bundle"]).verdict is Verdict.VERIFIED


def test_a_receipt_is_given_of_what_is_no_badge_too(ready: Site) -> None:
    answer = ask(ready, "receipt=yes&bundle=yes", b"hello")
    receipt = read_receipt(answer["receipt"], known(ready))
    assert (receipt.verdict.value, receipt.issuers) == ("REJECTED", ())
    nowhere = ask(ready, "receipt=yes&bundle=yes", b"https://nowhere.example/badge")
    assert read_receipt(nowhere["receipt"], known(ready)).verdict is Verdict.INCONCLUSIVE


def test_a_form_is_answered_in_the_same_way(ready: Site, badge: tuple[bytes, str]) -> None:
    form = {"file": (io.BytesIO(badge[0]), "badge.json")}
    assert ask(ready, "receipt=yes", form)["verdict"] == "VERIFIED"
    page = ready.browser().send("/verify?bundle=yes", {"text": badge[0].decode()})
    assert page.mimetype == MEDIA_TYPE


def test_it_is_told_whose_it_is_not(ready: Site, badge: tuple[bytes, str]) -> None:
    answer = ask(ready, "receipt=yes&recipient=other@example.org", badge[0])
    receipt = read_receipt(answer["receipt"], known(ready))
    assert receipt.verdict is Verdict.REJECTED
    assert "RECIPIENT_MISMATCH" in {one["code"] for one in receipt.findings}
    assert b"other@example.org" not in json.dumps(receipt.claims()).encode()


@pytest.mark.parametrize("name", ["bundle", "receipt"])
@pytest.mark.parametrize("value", ["", "no", "1", "YES", "yes&{}=no"])
def test_it_is_asked_for_in_one_word(ready: Site, name: str, value: str) -> None:
    problem = ask(ready, f"{name}={value.format(name)}", b"hello", 400)
    assert (problem["code"], problem["detail"]) == (
        "MALFORMED",
        f"{name} must be yes where it is given",
    )


@pytest.mark.parametrize("name", ["bundle", "receipt"])
def test_many_at_once_are_kept_one_by_one(ready: Site, badge: tuple[bytes, str], name: str) -> None:
    listed = b'{"credentials": [%s]}' % badge[0]
    assert ask(ready, f"{name}=yes", listed, 422)["code"] == "REFUSED"


def test_a_service_without_a_key_for_receipts_says_so(site: Site) -> None:
    problem = ask(site, "receipt=yes", b"hello", 404)
    assert (problem["code"], "insignia keys generate" in problem["detail"]) == ("MISSING", True)
    assert "receipt" not in ask(site, "bundle=yes", b"hello")["bundle"]


def test_an_answer_that_would_be_too_large_is_refused(ready: Site) -> None:
    assert ask(ready, "bundle=yes", bytes(7_000_000), 413)["code"] == "TOO_LARGE"


def test_the_newest_key_signs_and_older_receipts_are_still_proven(
    ready: Site, badge: tuple[bytes, str]
) -> None:
    first = ask(ready, "receipt=yes", badge[0])["receipt"]
    ready.shell.does("keys", "generate", "--purpose", "receipt", "--kind", "p-256")
    second = ask(ready, "receipt=yes", badge[0])["receipt"]
    for receipt in (first, second):
        assert read_receipt(receipt, known(ready)).verdict is Verdict.VERIFIED
    assert first.split(".")[0] != second.split(".")[0]


def test_the_key_stands_in_the_key_set_and_in_no_did_document(ready: Site) -> None:
    listed = parse_json_object(known(ready).documents[KEY_SET], what="the set")["keys"]
    ours = [one for one in listed if one.get("use") == RECEIPT_USE]
    assert len(ours) == 1
    assert len(listed) > 1
    assert ready.browser().get("/did.json").status_code == 404
    for key in ours:
        assert key["x"].encode() not in ready.browser().get("/.well-known/did.json").data
        assert key["kid"].startswith(f"{KEY_SET}#")


def test_a_key_set_keeps_it_when_another_issuer_is_made(ready: Site) -> None:
    before = known(ready).documents[KEY_SET]
    ready.shell.does("issuer", "create", "--did", "key", "--name", "Another")
    after = parse_json_object(known(ready).documents[KEY_SET], what="the set")["keys"]
    assert all(key in after for key in parse_json_object(before, what="the set")["keys"])
    assert len(after) > len(parse_json_object(before, what="the set")["keys"])


def pressed(site: Site, data: bytes) -> Any:  # noqa: ANN401 -- an answer of the test client
    """Press the second button of the form, as a browser does."""
    form = {"file": (io.BytesIO(data), "badge.json"), "text": ""}
    return site.browser().send("/verify?bundle=yes", form)


def test_a_person_gets_a_sealed_bundle_as_a_file(ready: Site, badge: tuple[bytes, str]) -> None:
    answer = pressed(ready, badge[0])
    assert named(answer) == 'attachment; filename="badge-verified.bundle.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    bundle = parse_json_object(answer.data, what="the bundle", maximum_bytes=20_000_000)
    assert "receipt" in bundle
    assert years_later(ready, bundle).verdict is Verdict.VERIFIED


def named(answer: Any) -> str:  # noqa: ANN401 -- an answer of the test client
    return str(answer.headers["Content-Disposition"])


def test_the_name_of_the_file_tells_what_was_found(site: Site, badge: tuple[bytes, str]) -> None:
    forged = badge[0].replace(b"Wiki friend", b"Wiki queen!")
    assert named(pressed(site, forged)) == 'attachment; filename="badge-rejected.bundle.json"'
    nowhere = site.browser().send("/verify?bundle=yes", {"text": "https://nowhere.example/badge"})
    assert named(nowhere) == 'attachment; filename="badge-inconclusive.bundle.json"'


def test_without_a_key_for_receipts_the_file_is_not_sealed(
    site: Site, badge: tuple[bytes, str]
) -> None:
    bundle = parse_json_object(pressed(site, badge[0]).data, what="it", maximum_bytes=20_000_000)
    assert "receipt" not in bundle


def test_a_person_who_sends_nothing_is_told_beside_the_field(site: Site) -> None:
    answer = site.browser().send("/verify?bundle=yes", {"text": ""})
    assert answer.status_code == 400
    assert 'id="mistake"' in answer.text
