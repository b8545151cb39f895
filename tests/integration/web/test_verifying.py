"""Anyone verifies: one field for a file, a text or a link, and four plain lines."""

import io
from collections.abc import Callable

import pytest

from issuer.pictures import badge_png
from openbadges.strict import parse_json_object
from tests.shell import Shell
from tests.site import Browser, Site


def upload(browser: Browser, data: bytes, name: str = "badge") -> str:
    answer = browser.send("/verify", {"file": (io.BytesIO(data), name), "text": ""})
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.fixture
def badge(site: Site) -> tuple[bytes, str]:
    """A badge's JSON, and the path of a share link of it."""
    learner, manage = site.claimed()
    share = site.shared(learner, manage)
    return learner.get(f"{manage}/plain.json").data, share


def test_a_file_a_text_and_a_link_say_the_same(site: Site, badge: tuple[bytes, str]) -> None:
    data, share = badge
    stranger = site.browser()
    pages = [upload(stranger, data), upload(stranger, stranger.get(f"{share}.png").data)]
    for text in (data.decode(), stranger.get(f"{share}.jws").text, f"{site.base_url}{share}"):
        answer = stranger.send("/verify", {"text": f"  {text}\n"})
        assert answer.status_code == 200
        pages.append(answer.text)
    for page in pages:
        for line in (
            "This credential is genuine and valid.",
            "Signed by the issuer that it names, and unchanged since.",
            "The issuer has not revoked it.",
            "It is valid today.",
            "The issuer is known here.",
            "did:web:badges.example",
            "Wiki friend",
        ):
            assert line in page


def test_a_changed_badge_shows_nothing_of_what_it_says(
    site: Site, badge: tuple[bytes, str]
) -> None:
    page = upload(site.browser(), badge[0].replace(b"Wiki friend", b"Wiki queen!"))
    assert "This credential is not valid." in page
    assert "It was changed, or was not signed by the issuer that it names." in page
    assert "Wiki queen!" not in page


def test_an_expired_badge_is_shown_as_what_it_is(site: Site) -> None:
    learner, manage = site.claimed(valid_until=f"{site.clock():%Y-%m-%d}")
    data = learner.get(f"{manage}/plain.json").data
    site.clock.move(days=2)
    page = upload(site.browser(), data)
    assert "It has expired." in page
    assert "Signed by the issuer that it names" in page
    assert "Wiki friend" in page


def test_it_is_asked_whose_it_is(site: Site, badge: tuple[bytes, str]) -> None:
    stranger, text = site.browser(), badge[0].decode()
    right = stranger.send("/verify", {"text": text, "recipient": "Learner@example.org"})
    assert "It was given to the person you named." in right.text
    wrong = stranger.send("/verify", {"text": text, "recipient": "other@example.org"})
    assert "It was not given to the person you named." in wrong.text
    odd = stranger.send("/verify", {"text": text, "recipient": "did:"})
    assert odd.status_code == 422


TROUBLES = [
    pytest.param("", 404, "Choose a file, or paste a text or a link.", id="nothing"),
    pytest.param("http://example.org/x", 422, "This link is not followed", id="not https"),
    pytest.param("https://127.0.0.1/x", 422, "This link is not followed", id="this machine"),
    pytest.param("https://nowhere.example/x", 502, "Nothing could be had at", id="nowhere"),
    pytest.param("https://badges.example/s/none", 404, "opens nothing", id="an unknown share"),
    pytest.param("https://badges.example/nothing", 404, "No badge is shown", id="not a badge"),
    pytest.param("https://badges.example/credentials/1", 404, "", id="an unknown credential"),
]


@pytest.mark.parametrize(("text", "status", "sentence"), TROUBLES)
def test_what_cannot_be_read_is_told_beside_the_field_and_not_lost(
    site: Site, text: str, status: int, sentence: str
) -> None:
    answer = site.browser().send("/verify", {"text": text})
    assert answer.status_code == status
    assert sentence in answer.text
    assert f">{text}</textarea>" in answer.text


@pytest.mark.parametrize("data", [b"hello", b"{}", b"\x00\xff", b"<svg/>", b"eyJ", b"[" * 100_000])
def test_what_is_no_credential_gets_a_report(site: Site, data: bytes) -> None:
    page = upload(site.browser(), data)
    assert "This credential is not valid." in page


def test_a_picture_of_one_badge_with_another_inside_shows_the_one_inside(
    site: Site, badge: tuple[bytes, str]
) -> None:
    picture = site.installation.catalogue.find("brief").picture.data
    page = upload(site.browser(), badge_png(picture, badge[0].decode(), trial=False))
    assert "Wiki friend" in page
    assert "Brief" not in page


def test_programs_get_the_whole_report(site: Site, badge: tuple[bytes, str]) -> None:
    stranger = site.browser()
    answer = stranger.client.post("/verify", base_url=site.base_url, data=badge[0])
    assert answer.status_code == 200
    report = parse_json_object(answer.data, what="the report")
    assert (report["verdict"], report["form"]) == ("VERIFIED", "json")
    other = stranger.client.post("/verify", base_url=site.base_url, data=b"hello")
    assert parse_json_object(other.data, what="the report")["verdict"] == "REJECTED"


def test_the_private_page_offers_the_field(site: Site) -> None:
    page = site.browser().get("/credentials/00000000-0000-4000-8000-000000000000")
    assert 'action="/verify"' in page.text


def test_what_an_issuer_on_trial_signed_says_so(
    keyless: Shell, open_site: Callable[..., Site]
) -> None:
    keyless.does("issuer", "create")
    trial = open_site(keyless)
    learner, manage = trial.claimed()
    data = learner.get(f"{manage}/plain.json").data
    assert '<span class="stamp">TRIAL</span>' in upload(trial.browser(), data)
