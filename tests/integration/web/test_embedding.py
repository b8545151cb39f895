"""A shared badge on pages of others: its report, the HTML to copy, the script, and what to keep."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import pytest
from babel.messages.pofile import read_po
from jsonschema import Draft202012Validator

from badge_classes.loader import lock
from issuer.released import load_released
from openbadges.errors import Code
from openbadges.strict import Document, parse_json_object
from service.machine.openapi import describe_doors
from service.sharing.embedding import embed_html, shared_report
from service.sharing.showing import shown
from service.translations import update
from service.web import static_files
from service.web.credential_view import CredentialView
from tests.browser.payloads import PAYLOADS
from tests.catalogues import small_definition, write_version
from tests.shell import Shell
from tests.site import Browser, Site, hidden_fields
from verifier import Check, Finding, Report, Verdict, Verifier
from verifier.bundle import read_bundle
from verifier.bundle_check import Checker, judge_bundle
from verifier.receipt import read_receipt
from verifier.sources import NoDocuments, SuppliedDocuments

KEY_SET: Final = "https://badges.example/.well-known/jwks.json"
NOTHING_ELSE: Final[Any] = {
    **dict.fromkeys(("id", "language", "description", "criteria", "criteria_url", "picture")),
    **dict.fromkeys(("issuer_url", "valid_from", "valid_until")),
    "caption": "",
    "issuer_id": "did:example:x",
    "recipients": (),
}
REASONS: Final = (
    "The issuer has revoked it.",
    "The issuer has suspended it for now.",
    "It has expired.",
    "It is not valid yet.",
    "TRIAL",
)


@pytest.fixture
def owner(site: Site) -> tuple[Browser, str]:
    """The browser of who owns a badge, and the path of its own page."""
    return site.claimed(evidence="https://a.example/secret", narrative="Said in confidence.")


@pytest.fixture
def share(site: Site, owner: tuple[Browser, str]) -> str:
    """The path of a link to the plain edition."""
    return site.shared(*owner, name="For an employer")


def report_of(site: Site, share: str) -> Document:
    answer = site.browser().get(f"{share}/report.json", Accept="application/json")
    assert answer.status_code == 200, answer.text
    report = parse_json_object(answer.data, what="the report")
    schemas = describe_doors(site.base_url)["components"]
    schema = {"$ref": "#/components/schemas/SharedReport", "components": schemas}
    assert list(Draft202012Validator(schema).iter_errors(report)) == []
    return report


def revoke(site: Site, share: str) -> None:
    badge = parse_json_object(site.browser().get(f"{share}.json").data, what="the badge")
    site.shell.does("revoke", badge["id"], "--reason", "a mistake")


def test_the_report_of_a_link_is_that_of_the_verify_door_with_a_sentence(
    site: Site, share: str
) -> None:
    report = report_of(site, share)
    file = site.browser().get(f"{share}.json").data
    judged = site.browser().client.post("/verify", base_url=site.base_url, data=file).get_json()
    assert report.pop("sentence") == "This credential is genuine and valid."
    assert report.pop("trial") is False
    assert report == judged
    assert report["issuer"]["id"] == "did:web:badges.example"
    shown = report["display"]
    assert (shown["name"], shown["language"]) == ("Wiki friend", "en")
    assert shown["issuerName"] == "Example Learning Circle"
    assert shown["picture"] == "https://badges.example/badge-classes/wiki-friend/v1/badge.svg"
    assert report["credential"]["id"] == parse_json_object(file, what="the badge")["id"]


def test_pages_of_others_read_the_report_for_a_minute_and_ask_whether_it_changed(
    site: Site, share: str
) -> None:
    answer = site.browser().get(f"{share}/report.json", Origin="https://employer.example")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    again = site.browser().get(f"{share}/report.json", If_None_Match=answer.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Access-Control-Allow-Origin"] == "*"


def test_it_is_the_same_for_everyone_in_every_language(
    site: Site, owner: tuple[Browser, str], share: str
) -> None:
    stranger = site.browser().get(f"{share}/report.json", Accept_Language="ar")
    known = owner[0].get(f"{share}/report.json", Accept_Language="ca")
    assert stranger.data == known.data
    assert known.headers["Cache-Control"] == "public, max-age=60"


def test_asking_for_the_report_changes_nothing(site: Site, share: str) -> None:
    first, second = (site.browser().get(f"{share}/report.json") for _ in range(2))
    assert first.data == second.data
    assert "Set-Cookie" not in first.headers


def test_the_report_says_no_more_than_the_page(
    site: Site, owner: tuple[Browser, str], share: str
) -> None:
    learner, manage = owner
    assert learner.submit(manage, f"{manage}/full").status_code == 303
    for ending in ("report.json", "bundle.json"):
        text = site.browser().get(f"{share}/{ending}").text
        for secret in ("secret", "in confidence", "learner@example.org", "For an employer"):
            assert secret not in text
    full = site.shared(learner, manage, edition="full")
    assert "Said in confidence." in site.browser().get(f"{full}/report.json").text


def test_a_revoked_badge_is_told_with_its_name_and_without_the_credential(
    site: Site, share: str
) -> None:
    before = report_of(site, share)
    revoke(site, share)
    site.shell.does("status", "publish")
    report = report_of(site, share)
    assert (report["verdict"], report["credential"]) == ("REJECTED", None)
    assert "REVOKED" in {one["code"] for one in report["findings"] if one["outcome"] == "FAILED"}
    assert (report["display"], report["issuer"]) == (before["display"], before["issuer"])
    assert report["sentence"] == "This credential is not valid."


def test_a_revocation_that_cannot_be_published_is_told_as_on_the_page(
    site: Site, share: str
) -> None:
    revoke(site, share)
    assert report_of(site, share)["verdict"] == "VERIFIED"  # never with the click
    site.clock.move(minutes=3)
    assert report_of(site, share)["verdict"] == "REJECTED"


def test_where_no_proof_holds_nothing_is_said_to_be_signed(site: Site, share: str) -> None:
    badge = parse_json_object(site.browser().get(f"{share}.json").data, what="the badge")
    with site.installation.database.read() as session:
        released = load_released(session, badge["id"].rpartition("/")[2])
    with site.app.test_request_context("/", base_url=site.base_url):
        now = shown(released)
        unproven = Finding.failed(Check.PROOF, Code.KEY_REVOKED, "the key is distrusted")
        report = Report(Verdict.REJECTED, (unproven,), verified_document=None)
        told = shared_report(replace(now, report=report))
    assert told["sentence"] == "This credential is not valid."
    assert (told["display"], told["issuer"], told["credential"]) == (None, None, None)


@pytest.mark.parametrize("ending", ["report.json", "bundle.json", "receipt.jws"])
def test_a_withdrawn_link_and_one_that_never_was_are_told_alike(
    site: Site, owner: tuple[Browser, str], share: str, ending: str
) -> None:
    learner, manage = owner
    page = learner.get(manage)
    withdraw = re.search(r'action="(/manage/[^"]+/withdraw)"', page.text)
    assert withdraw is not None
    learner.send(withdraw[1], hidden_fields(page))
    for path in (share, "/s/" + "a" * 26, "/s/x", "/s/..%2fx"):
        answer = site.browser().get(f"{path}/{ending}", Accept="application/json")
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json"), path
        assert answer.get_json()["code"] == "MISSING"
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_page_of_others_can_read_that_a_link_is_withdrawn(site: Site) -> None:
    answer = site.browser().get(f"/s/{'a' * 26}/report.json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_guesses_are_counted_and_looking_is_not(
    shell: Shell, open_site: Callable[..., Site]
) -> None:
    site = open_site(shell, RATE_SECRETS="3")
    share = site.shared(*site.claimed())
    for _ in range(5):
        assert site.browser().get(f"{share}/report.json").status_code == 200
    guesses = [site.browser().get(f"/s/{'a' * 26}/report.json") for _ in range(5)]
    assert [one.status_code for one in guesses] == [404, 404, 404, 429, 429]
    assert guesses[-1].headers["Retry-After"]


def test_a_bundle_and_a_receipt_cost_a_verification(
    shell: Shell, open_site: Callable[..., Site]
) -> None:
    shell.does("keys", "generate", "--purpose", "receipt")
    site = open_site(shell, RATE_VERIFY="2")
    share = site.shared(*site.claimed())
    for ending in ("bundle.json", "receipt.jws"):
        codes = [site.browser().get(f"{share}/{ending}").status_code for _ in range(3)]
        assert codes == [200, 200, 429], ending


# The script, which has one address for ever.


def test_the_script_is_loaded_by_pages_of_others_and_asked_for_again_soon(site: Site) -> None:
    for query in ("", "?v=x", f"?v={static_files._hash_of('embed.js')}"):  # noqa: SLF001 -- what a page of ours would ask for
        answer = site.browser().get(f"/static/embed.js{query}")
        assert answer.status_code == 200
        assert answer.mimetype in {"text/javascript", "application/javascript"}
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Set-Cookie" not in answer.headers
        again = site.browser().get("/static/embed.js", If_None_Match=answer.headers["ETag"])
        assert again.status_code == 304
        answer.close()
        again.close()


def test_our_own_files_stay_our_own(site: Site) -> None:
    for name in ("page.js", "style.css", "icon.svg"):
        answer = site.browser().get(f"/static/{name}")
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in answer.headers
        answer.close()
        kept = site.browser().get(f"/static/{name}?v={static_files._hash_of(name)}")  # noqa: SLF001 -- as above
        assert "immutable" in kept.headers["Cache-Control"]
        kept.close()


def test_the_script_writes_no_markup() -> None:
    script = (static_files.FOLDER / "embed.js").read_text(encoding="utf-8")
    for way in ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval", "Function("):
        assert way not in script


@pytest.mark.parametrize("tag", update.TRANSLATED)
def test_the_script_says_it_in_the_words_of_the_pages(tag: str) -> None:
    script = (static_files.FOLDER / "embed.js").read_text(encoding="utf-8")
    with update.po_path(tag).open("rb") as file:
        catalog = read_po(file, locale=tag)
    for sentence in REASONS:
        message = catalog.get(sentence)
        assert message is not None
        assert f'"{message.string}"' in script
        assert f'"{sentence}"' in script


# The HTML to copy.


class Elements(HTMLParser):
    """Notes what a browser would make of a text: elements with their attributes, and their text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.text += data


def html_to_copy(page: str) -> list[str]:
    found = re.findall(r"<textarea id=\"html-\d+\"[^>]*>([^<]*)</textarea>", page)
    return [unescape(one) for one in found]


def expected(share: str) -> list[tuple[str, dict[str, str | None]]]:
    return [
        ("a", {"class": "insignia-badge", "href": f"https://badges.example{share}"}),
        ("bdi", {}),
        ("bdi", {}),
        (
            "script",
            {
                "async": None,
                "src": "https://badges.example/static/embed.js",
                "referrerpolicy": "no-referrer",
            },
        ),
    ]


def test_each_link_has_its_html_to_copy(site: Site, owner: tuple[Browser, str], share: str) -> None:
    learner, manage = owner
    (text,) = html_to_copy(learner.get(manage).text)
    elements = Elements(text)
    assert elements.found == expected(share)
    assert elements.text.strip() == "Wiki friend · Example Learning Circle"
    site.shared(learner, manage)
    assert len(set(html_to_copy(learner.get(manage).text))) == 2


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_hostile_name_stays_text_in_the_html_and_on_the_page_that_shows_it(payload: str) -> None:
    view = CredentialView(name=payload, issuer_name=payload, **NOTHING_ELSE)
    text = embed_html("https://badges.example/s/abc", view, base_url="https://badges.example")
    assert [tag for tag, _ in Elements(text).found] == ["a", "bdi", "bdi", "script"]
    assert Elements(text).text.startswith(f"{payload} · {payload}\n")


def test_a_hostile_badge_stays_text_everywhere(
    newcomer: Shell, awarded_folder: Path, tmp_path: Path, open_site: Callable[..., Site]
) -> None:
    name = "</textarea><script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    folder = tmp_path / "hostile"
    write_version(folder, "wiki-friend/v1", definition=small_definition(name=json.dumps(name)))
    site = hostile_site(newcomer, awarded_folder, folder, open_site)
    learner, manage = site.claimed()
    share = site.shared(learner, manage)
    page = learner.get(manage).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    (text,) = html_to_copy(page)
    assert Elements(text).found == expected(share)
    assert Elements(text).text.startswith(name)
    assert report_of(site, share)["display"]["name"] == name


def hostile_site(shell: Shell, made: Path, catalogue: Path, open_site: Callable[..., Site]) -> Site:
    lock(catalogue)
    shutil.copytree(made.with_name("before"), shell.data)
    return open_site(shell.having(BADGE_CLASSES=str(catalogue)))


# What can be kept.


@pytest.fixture
def ready(site: Site) -> Site:
    """A service with a key for receipts."""
    site.shell.does("keys", "generate", "--purpose", "receipt")
    return site


def known(site: Site) -> SuppliedDocuments:
    answer = site.browser().get("/.well-known/jwks.json")
    return SuppliedDocuments({KEY_SET: answer.data}, NoDocuments())


def years_later(site: Site, bundle: bytes) -> Any:  # noqa: ANN401 -- a report
    checker = Checker(site.clock() + timedelta(days=800), known(site))
    return judge_bundle(Verifier(NoDocuments()), bundle, checker)


def test_the_page_offers_a_sealed_bundle_that_is_checked_years_later(
    ready: Site, share: str
) -> None:
    page = ready.browser().get(share).text
    assert f'href="{share}/bundle.json"' in page
    answer = ready.browser().get(f"{share}/bundle.json")
    assert answer.mimetype == "application/vnd.insignia.bundle+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert re.fullmatch(
        r'attachment; filename="wiki-friend-[0-9a-f]{8}\.bundle\.json"',
        answer.headers["Content-Disposition"],
    )
    assert read_bundle(answer.data).presented == ready.browser().get(f"{share}.json").data
    assert share.rpartition("/")[2].encode() not in answer.data
    report = years_later(ready, answer.data)
    assert report.verdict is Verdict.VERIFIED, report.findings


def test_the_page_offers_a_signed_receipt(ready: Site, share: str) -> None:
    assert f'href="{share}/receipt.jws"' in ready.browser().get(share).text
    answer = ready.browser().get(f"{share}/receipt.jws")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/jwt", "no-store")
    receipt = read_receipt(answer.text, known(ready))
    assert (receipt.verdict, receipt.issuers) == (Verdict.VERIFIED, ("did:web:badges.example",))


def test_without_a_key_for_receipts_a_bundle_is_given_and_no_receipt_offered(
    site: Site, share: str
) -> None:
    page = site.browser().get(share).text
    assert f"{share}/bundle.json" in page
    assert "receipt.jws" not in page
    assert site.browser().get(f"{share}/receipt.jws").status_code == 404
    assert read_bundle(site.browser().get(f"{share}/bundle.json").data).receipt is None


def test_a_public_badges_own_page_offers_neither(ready: Site, owner: tuple[Browser, str]) -> None:
    learner, manage = owner
    learner.submit(manage, f"{manage}/public", edition="plain", public="yes")
    badge = parse_json_object(learner.get(f"{manage}/plain.json").data, what="the badge")
    page = ready.browser().get(badge["id"].removeprefix(ready.base_url))
    assert page.status_code == 200
    assert "bundle.json" not in page.text


def test_no_receipt_vouches_for_what_the_page_calls_revoked(ready: Site, share: str) -> None:
    revoke(ready, share)
    ready.clock.move(minutes=3)
    assert report_of(ready, share)["verdict"] == "REJECTED"
    receipt = read_receipt(ready.browser().get(f"{share}/receipt.jws").text, known(ready))
    assert receipt.verdict is Verdict.REJECTED
