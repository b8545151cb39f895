"""A learner takes a badge, decides who sees it, takes it away in files, and changes their mind."""

import re

import pytest

from issuer.issuance import Issuance
from issuer.issuers import find_issuer
from issuer.reissue import reissue
from openbadges.strict import parse_json_object
from tests.site import Site, hidden_fields
from verifier import Verdict, Verifier
from verifier.published import PublicFolder
from verifier.sources import NoDocuments


def test_looking_at_a_claim_changes_nothing_and_taking_works_once(site: Site) -> None:
    trainer = site.trainer()
    award = site.award(trainer)
    trainer.submit(award, f"{award}/release")
    claim = site.claim_path(trainer, award)
    learner, late = site.browser(), site.browser()
    for _ in range(3):
        assert "Take the badge" in learner.get(claim).text
    taken = learner.send(claim)
    assert taken.status_code == 303
    assert "Your badge" in learner.get(taken.location).text
    used = late.get(claim)
    assert used.status_code == 410
    assert "This badge was taken" in used.text
    refused = late.send(claim)
    assert refused.status_code == 409
    assert "This badge was taken" in refused.text
    assert "The recipient took it on" in trainer.get(award).text


def test_a_revoked_or_undone_award_cannot_be_taken(site: Site) -> None:
    trainer = site.trainer()
    award = site.award(trainer)
    claim = site.claim_path(trainer, award)
    trainer.submit(award, f"{award}/undo")
    response = site.browser().get(claim)
    assert response.status_code == 410
    assert "This badge was withdrawn" in response.text
    refused = site.browser().send(claim)
    assert refused.status_code == 422
    assert "This badge was withdrawn" in refused.text


def test_the_manage_link_opens_by_a_button_in_another_browser(site: Site) -> None:
    _, manage = site.claimed()
    other = site.browser()
    closed = other.get(manage)
    assert "Open my badge" in closed.text
    assert "Wiki friend" not in closed.text
    assert other.send(f"{manage}/open").status_code == 303
    assert "Wiki friend" in other.get(manage).text


def test_a_shared_badge_leads_to_its_issuer_and_to_what_kind_of_badge_it_is(site: Site) -> None:
    learner, manage = site.claimed()
    stranger = site.browser()
    shown = stranger.get(site.shared(learner, manage)).text
    issuer = re.search(r'href="(/issuers/[0-9a-f-]+)"', shown)
    kind = re.search(rf'href="{re.escape(site.base_url)}(/badge-classes/wiki-friend/v1/en)"', shown)
    assert issuer is not None
    assert kind is not None
    assert "did:web:badges.example" in stranger.get(issuer[1]).text
    assert "Wiki friend" in stranger.get(kind[1]).text


def test_a_shared_computer_can_be_made_to_forget(site: Site) -> None:
    learner, manage = site.claimed()
    assert learner.submit(manage, f"{manage}/close").status_code == 303
    assert "Open my badge" in learner.get(manage).text


def test_a_replaced_manage_link_opens_nothing(site: Site) -> None:
    learner, manage = site.claimed()
    new = learner.submit(manage, f"{manage}/replace").location
    assert learner.get(manage).status_code == 404
    assert "Wiki friend" in learner.get(new).text


def test_a_link_is_made_named_and_withdrawn(site: Site) -> None:
    learner, manage = site.claimed()
    assert "Nobody but you can see this badge" in learner.get(manage).text
    share = site.shared(learner, manage, name="For a colleague")
    page = learner.get(manage)
    assert "For a colleague" in page.text
    stranger = site.browser()
    shown = stranger.get(share)
    assert shown.status_code == 200
    assert "This credential is genuine and valid." in shown.text
    assert "For a colleague" not in shown.text
    withdraw = page.text.partition(f'action="{manage}/links/')[2].partition('"')[0]
    learner.send(f"{manage}/links/{withdraw}", hidden_fields(page))
    gone = stranger.get(share)
    assert gone.status_code == 404
    assert gone.text == stranger.get("/s/" + "a" * 26).text


FORMS = [
    pytest.param(".json", "", "application/vc", id="a suffix json"),
    pytest.param(".jws", "", "application/vc+jwt", id="a suffix jws"),
    pytest.param(".png", "", "image/png", id="a suffix png"),
    pytest.param(".svg", "", "image/svg+xml", id="a suffix svg"),
    pytest.param("", "application/vc", "application/vc", id="asked for application/vc"),
    pytest.param("", "application/ld+json", "application/vc", id="asked for JSON-LD"),
    pytest.param("", "application/vc+jwt", "application/vc+jwt", id="asked for a JWS"),
    pytest.param("", "image/png", "image/png", id="asked for a PNG"),
    pytest.param("", "image/svg+xml", "image/svg+xml", id="asked for an SVG"),
]


@pytest.mark.parametrize(("suffix", "accept", "media_type"), FORMS)
def test_a_share_link_gives_every_form_and_each_verifies_elsewhere(
    site: Site, suffix: str, accept: str, media_type: str
) -> None:
    learner, manage = site.claimed()
    share = site.shared(learner, manage)
    headers = {"Accept": accept} if accept else {}
    answer = site.browser().get(share + suffix, **headers)
    assert (answer.status_code, answer.content_type) == (200, media_type)
    site.shell.does("status", "publish")  # writes the public folder
    elsewhere = Verifier(
        PublicFolder(site.shell.data / "public", site.base_url).source(NoDocuments())
    )
    assert elsewhere.verify(answer.data, now=site.clock()).verdict is Verdict.VERIFIED


def test_a_form_that_there_is_not_is_not_found(site: Site) -> None:
    learner, manage = site.claimed()
    assert site.browser().get(site.shared(learner, manage) + ".exe").status_code == 404
    assert learner.get(f"{manage}/plain.exe").status_code == 404
    assert learner.get(f"{manage}/secret.png").status_code == 404


def test_files_are_downloaded_under_a_plain_name(site: Site) -> None:
    learner, manage = site.claimed()
    answer = learner.get(f"{manage}/plain.png")
    name = answer.headers["Content-Disposition"]
    assert name.startswith('attachment; filename="wiki-friend-')
    assert answer.data.startswith(b"\x89PNG")


def test_a_file_is_asked_for_again_only_if_it_changed(site: Site) -> None:
    learner, manage = site.claimed()
    share = site.shared(learner, manage)
    first = site.browser().get(f"{share}.json")
    again = site.browser().get(f"{share}.json", If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")


def test_what_was_done_is_shown_only_when_the_learner_wants_it(site: Site) -> None:
    told = {"narrative": "A **cartography** workshop.", "evidence": "https://a.example/1"}
    learner, manage = site.claimed(**told)
    assert "cartography" not in learner.get(manage).text
    plain = site.shared(learner, manage)
    assert learner.submit(manage, f"{manage}/full").status_code == 303
    assert "<strong>cartography</strong>" in learner.get(manage).text
    assert "cartography" not in site.browser().get(plain).text
    learner.submit(manage, f"{manage}/links", edition="full", name="")
    full = parse_json_object(learner.get(f"{manage}/full.json").data, what="the full edition")
    assert full["evidence"][0]["id"] == "https://a.example/1"
    assert "Make the full edition" not in learner.get(manage).text


def test_without_more_to_say_there_is_no_full_edition(site: Site) -> None:
    learner, manage = site.claimed()
    assert "Make the full edition" not in learner.get(manage).text
    assert learner.submit(manage, f"{manage}/full").status_code == 422


def test_a_private_credential_answers_like_one_that_never_was(site: Site) -> None:
    learner, manage = site.claimed()
    own = parse_json_object(learner.get(f"{manage}/plain.json").data, what="the badge")
    path = own["id"].removeprefix(site.base_url)
    stranger = site.browser()
    hidden, unknown = stranger.get(path), stranger.get("/credentials/" + "0" * 36)
    assert (hidden.status_code, unknown.status_code) == (404, 404)
    assert hidden.text == unknown.text
    assert "If you hold the file, check it here." in hidden.text
    assert stranger.get(f"{path}.json", Accept="application/json").status_code == 404


def test_an_owner_can_make_the_credentials_own_address_show_it_and_hide_it_again(
    site: Site,
) -> None:
    learner, manage = site.claimed()
    own = parse_json_object(learner.get(f"{manage}/plain.json").data, what="the badge")
    path = own["id"].removeprefix(site.base_url)
    stranger = site.browser()
    learner.submit(manage, f"{manage}/public", edition="plain", public="yes")
    assert "Wiki friend" in stranger.get(path).text
    assert (
        stranger.get(path, Accept="application/vc").data == learner.get(f"{manage}/plain.json").data
    )
    learner.submit(manage, f"{manage}/public", edition="plain", public="no")
    assert stranger.get(path).status_code == 404


def test_a_replaced_badge_says_only_that_and_its_links_show_the_new_one(site: Site) -> None:
    learner, manage = site.claimed()
    share = site.shared(learner, manage)
    learner.submit(manage, f"{manage}/public", edition="plain", public="yes")
    stranger = site.browser()
    old = parse_json_object(stranger.get(f"{share}.json").data, what="the badge")
    installation = site.installation
    with installation.database.read() as session:
        issuer = find_issuer(session)
    issuance = Issuance(issuer, installation.database, installation.keystore)
    new_url = reissue(issuance, old["id"], now=site.clock()).url
    site.shell.does("status", "publish")

    shown = parse_json_object(stranger.get(f"{share}.json").data, what="the badge")
    assert shown["id"] == new_url != old["id"]
    assert "This credential is not valid." not in stranger.get(share).text
    own, new = (url.removeprefix(site.base_url) for url in (old["id"], new_url))
    page = stranger.get(own)
    assert page.status_code == 410
    assert "This badge was replaced" in page.text
    assert new not in page.text
    assert "Wiki friend" not in page.text
    for suffix in (".json", ".png", ""):
        answer = stranger.get(f"{own}{suffix}", Accept="application/vc")
        assert (answer.status_code, b"credentialSubject" in answer.data) == (410, False)
    assert "Wiki friend" in stranger.get(new).text  # who saw the old one sees the new one
    assert parse_json_object(learner.get(f"{manage}/plain.json").data, what="it")["id"] == new_url


def test_a_revoked_badge_says_so_on_its_shared_page_and_keeps_its_links(site: Site) -> None:
    trainer = site.trainer()
    learner, manage = site.claimed(trainer)
    share = site.shared(learner, manage)
    (award,) = site.awards_of(trainer)
    trainer.submit(award, f"{award}/revoke", reason="a mistake", sure="yes")
    site.shell.does("status", "publish")
    shown = site.browser().get(share).text
    assert "The issuer has revoked it." in shown
    assert "This credential is not valid." in shown
    assert "a mistake" not in shown
    assert "The issuer has revoked this badge." in learner.get(manage).text


def test_a_lost_answer_to_taking_it_is_not_a_lost_badge(site: Site) -> None:
    trainer = site.trainer()
    award = site.award(trainer)
    trainer.submit(award, f"{award}/release")
    claim = site.claim_path(trainer, award)
    learner, late = site.browser(), site.browser()
    for browser in (learner, late):
        assert "Take the badge" in browser.get(claim).text
    first = learner.send(claim)  # its answer never arrives
    learner.client.delete_cookie("__Host-insignia", domain="badges.example")
    again = learner.get(claim)
    assert (again.status_code, "Open my badge" in again.text) == (200, True)
    assert learner.send(claim).location == first.location
    assert "Wiki friend" in learner.get(first.location).text
    assert late.send(claim).status_code == 409
    site.clock.move(hours=1, minutes=1)
    assert learner.get(claim).status_code == 410
    assert learner.send(claim).status_code == 409


def test_a_replaced_link_is_not_given_again(site: Site) -> None:
    trainer = site.trainer()
    award = site.award(trainer)
    trainer.submit(award, f"{award}/release")
    claim = site.claim_path(trainer, award)
    learner = site.browser()
    learner.get(claim)
    manage = learner.send(claim).location
    learner.submit(manage, f"{manage}/replace")
    assert learner.send(claim).status_code == 409
