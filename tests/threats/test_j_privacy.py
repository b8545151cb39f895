"""J3, J7 and J11 of the threats: what is told of people in logs and addresses, and what is kept."""

import json
from collections.abc import Iterator
from contextlib import redirect_stderr
from io import BytesIO, StringIO
from urllib.parse import quote

import pytest
import structlog

from accounts.tables import Scope
from openbadges.strict import parse_json_object
from service.web import logs
from tests.doors import NARRATIVE, Story, rows_of
from tests.programs import program
from tests.site import Browser, Site, hidden_fields
from tests.world import EVIL, as_bytes, issued_by

ADDRESS = "zanzibar.learner@example.org"
TRAINER = "Canarybird Trainer"
CANARIES = [
    *(ADDRESS, "zanzibar", "Canarybird", "Ten edits in the", "To my aunt", "A private afternoon"),
    *("a.example/private", "Too many mistakes of", "192.0.2.77", "Quixotic", "citing sources"),
]


@pytest.fixture
def written() -> Iterator[StringIO]:
    """What the service writes while it serves."""
    with redirect_stderr(StringIO()) as lines:
        logs.configure()
    yield lines
    structlog.reset_defaults()


def a_whole_life(site: Site) -> tuple[list[str], set[str]]:
    """Let one badge live from the form to the end; returns its secrets, and addresses it showed."""
    link = site.sign_in_link(TRAINER)
    trainer = site.browser()
    trainer.headers["User-Agent"] = "Quixotic/1.0"
    trainer.get(link)
    trainer.send(link)
    fields = {
        "recipient": ADDRESS,
        "narrative": NARRATIVE,
        "evidence": "https://a.example/private",
        "activity": "new",
        "activity_title": "A private afternoon",
    }
    site.ask_for_award(trainer, step="preview", **fields)
    award = site.award(trainer, **fields)
    trainer.submit(award, f"{award}/release")
    claim = site.claim_path(trainer, award)
    learner = site.browser()
    learner.get(claim)
    manage = learner.send(claim).location
    learner.submit(manage, f"{manage}/full")
    share = site.shared(learner, manage, name="To my aunt", edition="full")
    shown = [
        site.browser().get(share),
        learner.get(manage),
        trainer.get(award),
        trainer.get("/awards"),
    ]
    picture = site.browser().get(f"{share}.png").data
    ask_the_verifier(site, picture, share)
    trainer.submit(award, f"{award}/revoke", reason="Too many mistakes of Canarybird", sure="yes")
    bearer = program(site, Scope.AWARD)
    bearer.send("/api/awards", {"badgeClass": "brief", "recipient": ADDRESS}, Idempotency_Key="a")
    bearer.send("/api/awards", {"badgeClass": "brief", "recipient": ADDRESS, "x": ADDRESS})
    go_wrong(site, learner)
    cookies = [cookie_of(person) for person in (trainer, learner)]
    secrets = [path.rpartition("/")[2] for path in (link, claim, manage, share)]
    addresses = {
        one for page in shown for one in page.text.split('"') if one.startswith(("/", "http"))
    }
    return [*secrets, *cookies, bearer.headers["Authorization"].split()[1]], addresses


def cookie_of(browser: Browser) -> str:
    found = browser.client.get_cookie("__Host-insignia", domain="badges.example")
    assert found is not None
    return found.value


def ask_the_verifier(site: Site, picture: bytes, share: str) -> None:
    stranger = site.browser()
    stranger.send("/verify", {"text": f"{site.base_url}{share}", "recipient": ADDRESS})
    stranger.send("/verify", {"file": (BytesIO(picture), f"{ADDRESS}.png"), "recipient": ADDRESS})
    stranger.send("/verify", {"text": "https://a.example/private"})
    foreign = as_bytes(EVIL.sign(issued_by(EVIL)))
    stranger.client.post(f"/verify?recipient={ADDRESS}", base_url=site.base_url, data=foreign)


def go_wrong(site: Site, learner: Browser) -> None:
    """Ask for what there is not, with the same words in every place that is asked."""
    for path in (f"/{ADDRESS}", f"/s/{ADDRESS}", f"/claim/{quote(TRAINER)}", f"/?q={ADDRESS}"):
        learner.get(
            path, X_Forwarded_For="192.0.2.77", Referer=f"https://a.example/private?{ADDRESS}"
        )
    learner.client.open("/", method="CANARYBIRD", base_url=site.base_url)
    learner.client.get("/", headers={"Host": "zanzibar.example"})


def test_no_line_of_the_logs_tells_of_a_person_or_holds_a_secret(
    site: Site, written: StringIO, caplog: pytest.LogCaptureFixture
) -> None:
    secrets, _ = a_whole_life(site)
    text = (written.getvalue() + caplog.text).casefold()
    assert text.count('"event": "request"') > 20
    assert '"event": "awarded"' in text
    assert all(len(one) >= 26 for one in secrets)
    assert [one for one in (*CANARIES, *secrets) if one.casefold() in text] == []
    assert "127.0.0.1" not in text


def test_an_error_that_nobody_foresaw_tells_its_place_and_no_value(
    site: Site, written: StringIO, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> str:
        raise ZeroDivisionError(ADDRESS)

    site.app.add_url_rule("/fails", "fails", fail)
    answer = site.browser().get("/fails", Accept="application/json")
    assert answer.status_code == 500
    text = written.getvalue() + caplog.text
    assert "ZeroDivisionError" in text
    for one in (answer.text, text):
        assert ADDRESS not in one
    assert "Traceback" not in answer.text
    assert "ZeroDivisionError" not in answer.text


def test_no_address_on_a_page_tells_of_a_person(site: Site) -> None:
    _, addresses = a_whole_life(site)
    assert len(addresses) > 20
    for address in addresses:
        assert "@" not in address, address
        assert "canarybird" not in address.casefold(), address


def test_a_badge_is_private_until_its_owner_says_otherwise(site: Site) -> None:
    learner, manage = site.claimed()
    badge = parse_json_object(learner.get(f"{manage}/plain.json").data, what="the badge")
    own = badge["id"].removeprefix(site.base_url)
    assert site.browser().get(own).status_code == 404
    assert "Nobody but you can see this badge." in learner.get(manage).text


@pytest.mark.parametrize("form", ["", ".json", ".jws", ".png", ".svg"])
def test_what_was_withdrawn_is_shown_in_no_form_any_more(own_story: Story, form: str) -> None:
    learner, stranger = own_story.learner, own_story.site.browser()
    assert stranger.get(own_story.share + form).status_code == 200
    learner.send(own_story.withdraw, hidden_fields(learner.get(own_story.manage)))
    assert stranger.get(own_story.share + form).status_code == 404
    again = stranger.send("/verify", {"text": f"{own_story.site.base_url}{own_story.share}"})
    assert again.status_code == 404


def presentations(story: Story) -> dict[str, tuple[str, dict[str, object]]]:
    """Give everything that can be presented for verifying, and the address that takes it."""
    document = EVIL.sign(issued_by(EVIL, name="Somebody's own"))
    signed = as_bytes(document)
    machine = {"content_type": "application/json"}
    picture = story.learner.get(f"{story.manage}/plain.png").data
    return {
        "a text": ("/verify", {"data": {"text": signed.decode(), "recipient": ADDRESS}}),
        "a file": ("/verify", {"data": {"file": (BytesIO(signed), "a.json")}}),
        "a picture": ("/verify", {"data": {"file": (BytesIO(picture), "a.png")}}),
        "a body": ("/verify", {"data": signed, **machine}),
        "junk": ("/verify", {"data": b"\x89PNG\r\n\x1a\n" + b"x" * 1000}),
        "a credential": (
            "/credentials/verify",
            {"data": json.dumps({"verifiableCredential": document}), **machine},
        ),
    }


def test_nothing_that_is_presented_is_kept(story: Story) -> None:
    given = presentations(story)
    data = story.site.shell.data
    before, files = rows_of(story.site), sorted(data.rglob("*"))
    for path, how in given.values():
        story.site.app.test_client().post(path, base_url=story.site.base_url, **how)
    assert rows_of(story.site) == before
    assert sorted(data.rglob("*")) == files
    kept = b"".join(one.read_bytes() for one in files if one.is_file())
    for canary in (b"Somebody's own", ADDRESS.encode(), EVIL.id.encode()):
        assert canary not in kept
