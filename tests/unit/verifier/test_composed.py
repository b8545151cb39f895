"""One call for programs: `from verifier import verify`."""

import inspect
import textwrap
from datetime import datetime
from pathlib import Path

import pytest

from openbadges.errors import Code
from tests.credentials import valid_credential
from tests.given import Web
from tests.world import BADGES, NOW, as_bytes, did_key_issuer, honest_internet, issued_by
from verifier import Report, Verdict, Verifier, verify
from verifier.composed import _documents, _fetcher
from verifier.policy import POLICIES

SIGNED = as_bytes(BADGES.sign(valid_credential()))


@pytest.fixture
def web() -> Web:
    return Web(dict(honest_internet().documents))


def test_a_badge_is_verified_with_nothing_but_the_clock() -> None:
    someone = did_key_issuer(5)
    signed = someone.sign(issued_by(someone))
    report = verify(as_bytes(signed), now=NOW)
    assert isinstance(report, Report)
    assert report.credential["id"] == signed["id"]
    assert verify(as_bytes(signed).decode(), now=NOW) == report


def test_a_link_that_is_never_followed_is_a_finding(web: Web) -> None:
    report = verify("https://127.0.0.1/x", now=NOW)
    assert [finding.code for finding in report.findings] == [Code.URL_NOT_ALLOWED]
    without = verify("https://badges.example/x", now=NOW, verifier=Verifier(web))
    assert [finding.code for finding in without.findings] == [Code.RETRIEVAL]
    web.publish("https://badges.example/x", SIGNED)
    with_links = verify("https://badges.example/x", now=NOW, verifier=Verifier(web), links=web)
    assert with_links.verdict is Verdict.VERIFIED


def test_the_recipient_and_the_policy_are_the_callers(web: Web) -> None:
    verifier = Verifier(web)
    other = verify(SIGNED, now=NOW, verifier=verifier, expected_recipient="other@example.org")
    assert other.verdict is Verdict.REJECTED
    known = verify(SIGNED, now=NOW, verifier=verifier, policy=POLICIES["known-issuer"])
    assert known.verdict is Verdict.INCONCLUSIVE


def test_a_clock_without_a_zone_is_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match="zone"):
        verify("https://127.0.0.1/x", now=datetime(2026, 1, 1))  # noqa: DTZ001 -- that is the mistake


def test_text_is_never_the_name_of_a_file() -> None:
    report = verify("pyproject.toml", now=NOW)
    assert [finding.code for finding in report.findings] == [Code.NO_CREDENTIAL]


def test_one_process_asks_through_one_cache() -> None:
    assert _documents() is _documents()
    assert _fetcher() is _fetcher()


def test_the_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    someone = did_key_issuer(5)
    signed = someone.sign(issued_by(someone, validUntil="2999-01-01T00:00:00Z"))
    (tmp_path / "badge.png").write_bytes(as_bytes(signed))
    monkeypatch.chdir(tmp_path)
    text = inspect.getdoc(verify) or ""
    example = textwrap.dedent(text[text.index("    from") : text.index("Text is")])
    exec(example, {})  # noqa: S102 -- our own words
    said = capsys.readouterr().out
    assert said.startswith(f"{signed['name']}\n")
    assert "PASSED proof" in said
