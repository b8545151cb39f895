"""A trainer chooses a badge, fills in the form, looks at it, awards it, and hands it over."""

import re
from datetime import timedelta

import pytest

from accounts.tables import Role
from issuer.tables import AwardRow
from tests.handing import all_at_once
from tests.site import Site, hidden_fields

FORM = "/awards/new/wiki-friend"


def test_only_who_signed_in_may_award(site: Site) -> None:
    stranger = site.browser()
    for path in ("/awards", "/awards/new", FORM):
        response = stranger.get(path)
        assert (response.status_code, response.location) == (303, "/sign-in")


def test_badges_are_chosen_by_method_and_language(site: Site) -> None:
    trainer = site.trainer()
    everything = trainer.get("/awards/new").text
    assert "Wiki friend" in everything
    assert "Draft" not in everything
    spanish = trainer.get("/awards/new?badge_language=es").text
    assert "Amiga de la wiki" in spanish
    assert "Brief" not in spanish
    nothing = trainer.get("/awards/new?method=consulting").text
    assert "No badge of this kind can be awarded here" in nothing


def test_a_draft_cannot_be_awarded(site: Site) -> None:
    assert site.trainer().get("/awards/new/draft@1").status_code == 404


def test_a_form_proposes_today_and_the_end_of_the_badge_class(site: Site) -> None:
    today = site.clock().date()
    text = site.trainer().get("/awards/new/brief").text
    assert f'value="{today}"' in text
    assert any(f'value="{today + timedelta(days=days)}"' in text for days in (28, 29, 30, 31))


MISTAKES = [
    pytest.param({"recipient": ""}, "Say who receives it.", id="nobody"),
    pytest.param({"recipient": "nobody"}, "This is no e-mail address", id="no address"),
    pytest.param(
        {"recipient_kind": "user", "recipient": "Example"}, "This is no user name", id="no wiki"
    ),
    pytest.param({"recipient_kind": "did", "recipient": "did:"}, "This is no DID", id="no DID"),
    pytest.param({"recipient_kind": "did"}, "This is no DID", id="another kind than was chosen"),
    pytest.param({"valid_from": "soon"}, "Not a valid date value.", id="no day"),
    pytest.param(
        {"valid_until": "2001-01-01"}, "It would end before it begins.", id="an early end"
    ),
    pytest.param({"evidence": "javascript:alert(1)"}, "This is no link", id="no link"),
    pytest.param({"evidence": "https://a.example\n" * 21}, "At most 20 links.", id="many links"),
    pytest.param({"narrative": "x" * 10_001}, "That is too long.", id="a long story"),
    pytest.param({"activity": "new"}, "Give the new activity a title.", id="a nameless activity"),
    pytest.param({"language": "eo"}, "Not a valid choice.", id="another language"),
    pytest.param({"issuer": "did:web:evil.example"}, "Not a valid choice.", id="another issuer"),
]


@pytest.mark.parametrize(("fields", "sentence"), MISTAKES)
def test_a_mistake_stands_beside_its_field_and_nothing_is_lost(
    site: Site, fields: dict[str, str], sentence: str
) -> None:
    trainer = site.trainer()
    response = site.ask_for_award(
        trainer, **{"narrative": "Three good edits", "step": "award", **fields}
    )
    assert response.status_code == 422
    assert sentence in response.text
    assert "Three good edits" in response.text or "narrative" in fields
    assert "You have not awarded anything yet." in trainer.get("/awards").text


def test_a_badge_that_asks_for_evidence_is_not_awarded_without(site: Site) -> None:
    response = site.ask_for_award(site.trainer(), "first-edits", step="preview")
    assert response.status_code == 422
    assert "This badge asks for evidence" in response.text


def test_the_preview_is_the_page_of_what_will_be_signed(site: Site) -> None:
    trainer = site.trainer()
    response = site.ask_for_award(trainer, step="preview", narrative="Made **ten** edits.")
    assert response.status_code == 200
    for words in ("Wiki friend", "<strong>ten</strong>", "learner@example.org", "full edition"):
        assert words in response.text
    assert "You have not awarded anything yet." in trainer.get("/awards").text


def test_from_the_preview_one_can_go_back_with_everything_that_was_typed(site: Site) -> None:
    trainer = site.trainer()
    preview = site.ask_for_award(
        trainer, step="preview", narrative="Ten edits", recipient="a@b.example"
    )
    carried = hidden_fields(preview)
    changed = trainer.send(FORM, {**carried, "step": "change"})
    assert changed.status_code == 200
    assert 'value="a@b.example"' in changed.text
    assert "Ten edits" in changed.text
    awarded = trainer.send(FORM, {**carried, "step": "award"})
    assert awarded.status_code == 303


def test_one_form_makes_one_award_however_often_it_is_sent(site: Site) -> None:
    trainer = site.trainer()
    carried = hidden_fields(site.ask_for_award(trainer, step="preview"))
    first, second = (trainer.send(FORM, {**carried, "step": "award"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    other = trainer.send(FORM, {**carried, "recipient": "other@example.org", "step": "award"})
    assert other.status_code == 422
    assert "This form was used before with other content" in other.text


def test_awarding_the_same_again_wants_a_word(site: Site) -> None:
    trainer = site.trainer()
    first = site.award(trainer)
    again = site.ask_for_award(trainer, step="award")
    assert again.status_code == 409
    assert "Say that you want to award it once more." in again.text
    assert site.award(trainer, again="y") != first


def test_two_forms_for_one_person_at_one_moment_make_one_award(site: Site) -> None:
    trainers = iter([site.trainer(), site.trainer("Another trainer")])
    answers = all_at_once(2, lambda: site.ask_for_award(next(trainers), step="award").status_code)
    awarded, refused = sorted(answers)
    assert awarded == 303
    assert refused in {409, 422}  # the person has it by now, or is being awarded it
    with site.installation.database.read() as session:
        assert session.query(AwardRow).count() == 1


def test_an_activity_is_recorded_once_and_offered_the_next_time(site: Site) -> None:
    trainer = site.trainer()
    activity = {"activity": "new", "activity_title": "An afternoon of editing"}
    site.award(trainer, **activity)
    site.award(trainer, recipient="other@example.org", **activity)
    assert trainer.get(FORM).text.count("An afternoon of editing") == 1


def test_a_held_award_can_be_undone_and_a_released_one_cannot(site: Site) -> None:
    trainer = site.trainer()
    award = site.award(trainer)
    assert "Undo it" in trainer.get(award).text
    assert trainer.submit(award, f"{award}/undo").status_code == 303
    assert "It was undone before anyone saw it" in trainer.get(award).text
    other = site.award(trainer, recipient="other@example.org")
    token_page = trainer.get(other)
    trainer.submit(other, f"{other}/release")
    assert "Undo it" not in trainer.get(other).text
    late = trainer.send(f"{other}/undo", hidden_fields(token_page))
    assert late.status_code == 422
    assert re.search(r'lang="en" dir="ltr">this award could be undone until [^<]+', late.text)


def test_the_hold_ends_by_itself(site: Site) -> None:
    trainer = site.trainer()
    award = site.award(trainer)
    claim = site.claim_path(trainer, award)
    learner = site.browser()
    assert "Your badge is almost there" in learner.get(claim).text
    assert learner.send(claim).status_code == 409
    site.clock.move(minutes=11)
    assert "Take the badge" in learner.get(claim).text


def test_revoking_wants_a_reason_and_a_yes(site: Site) -> None:
    trainer = site.trainer()
    award = site.award(trainer)
    trainer.submit(award, f"{award}/release")
    unreasoned = trainer.submit(award, f"{award}/revoke", sure="yes", reason="  ")
    assert unreasoned.status_code == 422
    assert "Give a reason" in unreasoned.text
    unsure = trainer.submit(award, f"{award}/revoke", reason="to the wrong person")
    assert unsure.status_code == 422
    assert 'value="to the wrong person"' in unsure.text
    assert (
        trainer.submit(
            award, f"{award}/revoke", reason="to the wrong person", sure="yes"
        ).status_code
        == 303
    )
    assert "It was revoked, for good" in trainer.get(award).text


def test_a_trainer_sees_their_own_awards_and_an_administrator_all(site: Site) -> None:
    trainer, other = site.trainer("One"), site.trainer("Two")
    award = site.award(trainer)
    assert award in trainer.get("/awards").text
    assert award not in other.get("/awards").text
    assert award in site.trainer("Three", Role.ADMINISTRATOR).get("/awards").text


def test_older_awards_are_on_another_page(site: Site) -> None:
    trainer = site.trainer()
    for number in range(26):
        site.award(trainer, recipient=f"learner{number}@example.org")
    first = trainer.get("/awards").text
    assert first.count('class="state') == 25
    older = first.partition('rel="next" href="')[2].partition('"')[0]
    assert trainer.get(older).text.count('class="state') == 1
