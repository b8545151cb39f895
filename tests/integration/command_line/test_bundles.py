"""Bundles and receipts at the command line, where no server runs and no network is."""

import json
from pathlib import Path

import pytest

from openbadges.strict import Document, parse_json_object
from service.receipts import ready_receipts
from tests.bundles import KEY_SET, bundle_of, key_set, receipt_of, sign
from tests.credentials import valid_credential
from tests.shell import Shell
from tests.site import make_site
from tests.world import BADGES, NOW, as_bytes, honest_internet


@pytest.fixture
def badge(awarded: Shell) -> Path:
    """The JSON file of an awarded badge."""
    return awarded.data / "out" / "credential.json"


@pytest.fixture
def stranger(newcomer: Shell, tmp_path: Path) -> Shell:
    """A shell of somebody who has no installation."""
    return Shell(tmp_path / "stranger", newcomer.settings)


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    """A bundle of somebody's badge that a service sealed; the badge is valid until 2029."""
    badge = BADGES.sign(valid_credential(validUntil="2199-02-01T12:00:00Z"))
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(bundle_of(honest_internet(), badge).as_json()))
    return path


@pytest.fixture
def keys(tmp_path: Path) -> str:
    """The service's key set, as an option gives it."""
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps(key_set()))
    return f"{KEY_SET}={path}"


def first(report: Document) -> tuple[str, str]:
    finding = report["findings"][0]
    return finding["outcome"], finding["code"]


def test_a_sealed_bundle_is_verified_by_who_has_the_key_set(
    stranger: Shell, sealed: Path, keys: str
) -> None:
    report = stranger.json("verify", "--bundle", str(sealed), "--document", keys)
    assert (report["verdict"], first(report)) == ("VERIFIED", ("PASSED", "OK"))
    said = stranger.does("verify", "--bundle", str(sealed), "--document", keys)
    assert "as of 2026-03-01T12:00:00Z, when the bundle was made, by a receipt of" in said


def test_without_the_key_set_it_is_inconclusive(stranger: Shell, sealed: Path) -> None:
    report = stranger.json("verify", "--bundle", str(sealed), code=3)
    assert (report["verdict"], first(report)) == ("INCONCLUSIVE", ("UNKNOWN", "RETRIEVAL_ERROR"))


def test_who_made_and_kept_a_bundle_can_say_so(awarded: Shell, badge: Path, tmp_path: Path) -> None:
    out = tmp_path / "bundle.json"
    assert "VERIFIED" in awarded.does("verify", str(badge), "--write-bundle", str(out))
    elsewhere = Shell(tmp_path / "elsewhere")
    report = elsewhere.json("verify", "--bundle", str(out), code=3)
    assert (report["verdict"], first(report)) == ("INCONCLUSIVE", ("UNKNOWN", "UNSIGNED"))
    assert elsewhere.json("verify", "--trust-bundle", str(out))["verdict"] == "VERIFIED"
    assert "VERIFIED" in elsewhere.does("verify", "--trust-bundle", "-", stdin=out.read_bytes())


def test_a_bundle_never_replaces_a_file(awarded: Shell, badge: Path) -> None:
    before = badge.read_bytes()
    refusal = awarded.refused("verify", str(badge), "--write-bundle", str(badge), code=3)
    assert "File exists" in refusal
    assert badge.read_bytes() == before


def test_a_bundle_is_not_made_of_a_bundle(stranger: Shell, sealed: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "again.json")
    for option in ("--bundle", "--trust-bundle"):
        sentence = stranger.refused("verify", option, str(sealed), "--write-bundle", out, code=2)
        assert "--write-bundle makes a bundle of what is no bundle yet" in sentence


def test_whose_it_is_and_the_policy_are_asked_of_a_bundle_too(
    stranger: Shell, sealed: Path, keys: str
) -> None:
    asked = ("verify", "--bundle", str(sealed), "--document", keys)
    assert stranger.json(*asked, "--expect-recipient", "a@example.com")["verdict"] == "VERIFIED"
    other = stranger.json(*asked, "--expect-recipient", "b@example.com", code=1)
    assert other["verdict"] == "REJECTED"
    assert stranger.json(*asked, "--policy", "known-issuer", code=3)["verdict"] == "INCONCLUSIVE"


@pytest.mark.parametrize("data", [b"", b"{}", b"hello", bytes(20_000_000), b"https://a.example/b"])
def test_what_is_no_bundle_is_rejected(stranger: Shell, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "odd"
    path.write_bytes(data)
    assert stranger.json("verify", "--bundle", str(path), code=1)["verdict"] == "REJECTED"
    assert stranger.json("verify", "--bundle", "https://a.example/b", code=1)


def test_an_installation_knows_its_own_receipts(
    awarded: Shell, badge: Path, tmp_path: Path
) -> None:
    awarded.does("keys", "generate", "--purpose", "receipt")
    site = make_site(awarded)
    answer = site.browser().client.post(
        "/verify?bundle=yes&receipt=yes", base_url=site.base_url, data=badge.read_bytes()
    )
    site.installation.close()
    document = parse_json_object(answer.data, what="the answer")
    bundle, receipt = tmp_path / "bundle.json", tmp_path / "receipt.jws"
    bundle.write_text(json.dumps(document["bundle"]))
    receipt.write_text(document["receipt"] + "\n")
    assert awarded.json("verify", "--bundle", str(bundle))["verdict"] == "VERIFIED"
    said = awarded.does("receipt", str(receipt), "--presented", str(badge))
    assert said.startswith("https://badges.example found it VERIFIED\n")
    assert "signed by did:web:badges.example" in said
    assert "status PASSED OK" in said


def test_a_receipt_of_another_file_is_told_from_it(
    stranger: Shell, keys: str, tmp_path: Path
) -> None:
    given = as_bytes(BADGES.sign(valid_credential()))
    report = honest_internet().verify(given)
    path, presented = tmp_path / "receipt.jws", tmp_path / "badge.json"
    path.write_text(sign(receipt_of(given, report, {}, moment=NOW).claims()))
    presented.write_bytes(given)
    asked = ("receipt", str(path), "--presented", str(presented), "--document", keys)
    assert stranger.json(*asked)["verdict"] == "VERIFIED"
    presented.write_bytes(given + b"\n")
    assert "this receipt is of something else" in stranger.refused(*asked)
    assert "not at hand" in stranger.refused("receipt", str(path), code=3)
    path.write_text("hello")
    assert "three segments" in stranger.refused("receipt", str(path), "--document", keys)


def test_a_service_makes_its_key_at_its_first_start_and_never_again(shell: Shell) -> None:
    site = make_site(shell)
    try:
        for _start in range(2):
            ready_receipts(site.installation, now=site.clock())
    finally:
        site.installation.close()
    purposes = [key["purpose"] for key in shell.json("keys", "list")]
    assert purposes.count("receipt") == 1
    listed = (shell.data / "public" / ".well-known" / "jwks.json").read_bytes()
    assert listed.count(b'"insignia-receipt"') == 1


def test_an_issuer_is_not_made_with_a_key_for_receipts(keyless: Shell) -> None:
    key = keyless.json("keys", "generate", "--purpose", "receipt")["id"]
    assert "an active key for credential" in keyless.refused(
        "issuer", "create", "--did", "key", "--key", key
    )
