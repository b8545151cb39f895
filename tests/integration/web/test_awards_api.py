"""A program awards: with its own token, once for each request, and never what is not its to set."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from accounts.api_tokens import list_tokens, revoke_token
from accounts.tables import Scope
from issuer.awards import load_award
from issuer.claims import release_now
from issuer.issuers import find_issuer, list_issuers
from issuer.tables import ActivityRow, AwardRow
from tests.programs import Program, answered, problem, program
from tests.site import Site

PATH = "/api/awards"
AWARD: dict[str, Any] = {"badgeClass": "wiki-friend", "recipient": "learner@example.org"}


@pytest.fixture
def awarding(site: Site) -> Program:
    """A program that may award."""
    return program(site, Scope.AWARD)


def award(of: Program, key: str = "first", **members: Any) -> Any:  # noqa: ANN401 -- a response
    return of.send(PATH, {**AWARD, **members}, Idempotency_Key=key)


def awards_in(site: Site) -> int:
    with site.installation.database.read() as session:
        return session.query(AwardRow).count()


def test_an_award_is_answered_with_what_to_hand_over(site: Site, awarding: Program) -> None:
    response = award(awarding)
    made = answered(response, 201)
    assert set(made) == {"id", "claimUrl", "visibleFrom", "badgeClass", "credential"}
    assert made["badgeClass"] == "wiki-friend@1"
    assert re.fullmatch(r"https://badges\.example/claim/[a-z2-7]{26}", made["claimUrl"])
    assert made["credential"]["id"].startswith("https://badges.example/credentials/")
    assert response.location == f"https://badges.example/awards/{made['id']}"
    assert "no-store" in response.headers["Cache-Control"]
    with site.installation.database.read() as session:
        kept = load_award(session, made["id"])
        [token] = list_tokens(session)
    assert kept.awarded_by == f"token:{token.id}"


def test_the_link_opens_for_the_recipient_when_the_hold_has_ended(
    site: Site, awarding: Program
) -> None:
    claim = answered(award(awarding), 201)["claimUrl"].removeprefix(site.base_url)
    learner = site.browser()
    assert learner.send(claim).status_code == 409
    site.clock.move(minutes=11)
    assert learner.send(claim).status_code == 303


def test_the_same_request_is_answered_alike_and_awards_nothing_new(
    site: Site, awarding: Program
) -> None:
    first, again = award(awarding), award(awarding)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    assert awards_in(site) == 1


def test_the_same_request_is_answered_alike_whatever_came_since(
    site: Site, awarding: Program
) -> None:
    first = award(awarding)
    made = answered(first, 201)
    with site.installation.database.write() as session:
        release_now(session, made["id"], site.clock())
    taken = site.browser().send(made["claimUrl"].removeprefix(site.base_url))
    assert taken.status_code == 303
    site.clock.move(hours=25)
    again = award(awarding)
    assert (again.status_code, again.data, again.location) == (201, first.data, first.location)
    site.shell.does("revoke", made["credential"]["id"], "--reason", "a mistake")
    assert award(awarding).data == first.data
    assert awards_in(site) == 1


def test_blanks_the_order_of_members_and_quotation_marks_make_no_other_request(
    site: Site, awarding: Program
) -> None:
    award(awarding)
    turned = '{ "recipient" : "learner@example.org",\n"badgeClass": "wiki-friend" }'
    assert awarding.send(PATH, turned, Idempotency_Key='"first"').status_code == 201
    assert awards_in(site) == 1


def test_one_request_sent_eight_times_at_once_makes_one_award(
    site: Site, awarding: Program
) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: award(awarding), range(8)))
    statuses = {one.status_code for one in answers}
    assert 201 in statuses
    assert statuses <= {201, 409}
    assert {one.headers["Retry-After"] for one in answers if one.status_code == 409} <= {"2"}
    assert awards_in(site) == 1


def test_a_key_that_came_with_something_else_is_refused(awarding: Program) -> None:
    award(awarding)
    problem(award(awarding, recipient="other@example.org"), 422, "KEY_REUSED")


def test_two_programs_may_use_the_same_key(site: Site, awarding: Program) -> None:
    other = program(site, Scope.AWARD)
    award(awarding)
    assert award(other, recipient="other@example.org").status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 201, "clé", '""'], ids=["none", "long", "é", "empty"])
def test_a_request_without_a_key_of_its_own_is_refused(awarding: Program, key: str) -> None:
    problem(award(awarding, key), 400, "IDEMPOTENCY_KEY_MISSING")


def test_a_badge_is_awarded_once_more_only_where_that_is_said(
    site: Site, awarding: Program
) -> None:
    award(awarding)
    sentence = problem(award(awarding, "second"), 409, "ALREADY_AWARDED")
    assert "again: true" in sentence
    assert award(awarding, "second", again=True).status_code == 201
    assert awards_in(site) == 2


def test_a_refused_request_can_be_corrected_under_its_key(awarding: Program) -> None:
    problem(award(awarding, recipient="nobody"), 422, "REFUSED")
    assert award(awarding).status_code == 201


def test_everything_that_may_be_said_of_an_award_is_recorded(site: Site, awarding: Program) -> None:
    response = award(
        awarding,
        badgeClass="first-edits@1",
        language="es",
        validFrom="2026-01-31T10:00:00+01:00",
        validUntil="2027-01-31T00:00:00Z",
        evidence=[{"url": "https://meta.wikimedia.org/wiki/Special:Diff/1", "narrative": "Ten."}],
        activity={"title": "Viquimarató", "startsOn": "2026-01-30", "endsOn": "2026-01-31"},
    )
    made = answered(response, 201)
    with site.installation.database.read() as session:
        row = session.get_one(AwardRow, made["id"])
        assert (row.language, f"{row.valid_from:%FT%T}") == ("es", "2026-01-31T09:00:00")
        assert row.details is not None
        assert session.get_one(ActivityRow, row.activity_id).title == "Viquimarató"


BAD = {
    "unknown member": {"state": "ISSUED"},
    "whose issuer it is": {"issuer": "did:web:other.example"},
    "who awards": {"awardedBy": "account:1"},
    "no text": {"recipient": 7},
    "no person": {"recipient": "nobody"},
    "null": {"language": None},
    "no moment": {"validFrom": "2026-01-31"},
    "before all calendars": {"validFrom": "0001-01-01T00:00:00Z"},
    "after all calendars": {"validFrom": "9999-12-31T23:59:59Z", "badgeClass": "brief"},
    "ends before it begins": {"validUntil": "2020-01-01T00:00:00Z"},
    "no array": {"evidence": {}},
    "no evidence in it": {"evidence": [{}]},
    "unknown member of evidence": {"evidence": [{"url": "https://a.example/", "by": "me"}]},
    "a script as evidence": {"evidence": [{"url": "javascript:alert(1)"}]},
    "a vertical tab": {"evidence": [{"narrative": "a\u000bb"}]},
    "an activity without a day": {"activity": {"title": "A day"}},
    "an activity's method": {"activity": {"title": "A", "startsOn": "2026-01-01", "method": "x"}},
    "no yes or no": {"again": "true"},
    "evidence is asked for": {"badgeClass": "first-edits"},
    "a draft": {"badgeClass": "draft"},
}


@pytest.mark.parametrize("members", BAD.values(), ids=BAD)
def test_what_cannot_be_awarded_is_refused_before_anything_is_written(
    site: Site, awarding: Program, members: dict[str, Any]
) -> None:
    response = award(awarding, **members)
    assert response.status_code == 422, response.text
    assert response.mimetype == "application/problem+json"
    assert awards_in(site) == 0


@pytest.mark.parametrize(
    "members", [{"badgeClass": "nothing"}, {"badgeClass": "wiki-friend@9"}, {"language": "fr"}]
)
def test_a_badge_class_that_there_is_not_is_missing(awarding: Program, members: Any) -> None:  # noqa: ANN401
    problem(award(awarding, **members), 404, "MISSING")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "MALFORMED"),
        ("[]", "MALFORMED"),
        ("null", "MALFORMED"),
        ("[" * 100_000, "TOO_DEEP"),
        ('{"badgeClass":"wiki-friend","badgeClass":"brief"}', "DUPLICATE_KEY"),
        ('{"badgeClass":NaN}', "NUMBER"),
        (b"\xff", "MALFORMED"),
    ],
    ids=["nothing", "an array", "null", "deep", "a key twice", "NaN", "no UTF-8"],
)
def test_what_is_no_json_object_is_refused(awarding: Program, body: Any, code: str) -> None:  # noqa: ANN401
    problem(awarding.send(PATH, body, Idempotency_Key="x"), 400, code)


@pytest.mark.parametrize(
    "media_type", ["", "text/plain", "application/x-www-form-urlencoded", "application/xml"]
)
def test_a_body_of_another_media_type_is_refused(awarding: Program, media_type: str) -> None:
    response = awarding.send(PATH, AWARD, Idempotency_Key="x", Content_Type=media_type)
    problem(response, 415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    "shown",
    ["", "Bearer", "Bearer insignia_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "Basic YTpi", "Bearer a b"],
)
def test_without_a_good_token_nothing_is_done_and_one_sentence_says_so(
    site: Site, shown: str
) -> None:
    response = program(site).send(PATH, AWARD, Authorization=shown, Idempotency_Key="x")
    assert "bearer token" in problem(response, 401, "UNAUTHORIZED")
    assert response.headers["WWW-Authenticate"].startswith('Bearer realm="insignia"')


def test_a_revoked_token_opens_nothing_and_the_answer_does_not_tell_why(
    site: Site, awarding: Program
) -> None:
    with site.installation.database.write() as session:
        [token] = list_tokens(session)
        revoke_token(session, token.id, now=site.clock())
    unknown = program(site).send(
        PATH, AWARD, Authorization="Bearer insignia_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    )
    assert award(awarding).data == unknown.data


def test_a_cookie_opens_nothing_here(site: Site) -> None:
    trainer = site.trainer()
    response = trainer.client.post(
        PATH, base_url=site.base_url, json=AWARD, headers={"Idempotency-Key": "x"}
    )
    problem(response, 401, "UNAUTHORIZED")
    assert awards_in(site) == 0


def test_a_token_of_another_scope_opens_nothing(site: Site) -> None:
    site.shell.does("issuer", "create", "--profile", "generic")
    response = award(program(site, Scope.ISSUE))
    problem(response, 403, "FORBIDDEN")
    assert 'error="insufficient_scope"' in response.headers["WWW-Authenticate"]


def test_a_token_awards_for_its_own_issuer_whichever_was_made_last(site: Site) -> None:
    with site.installation.database.read() as session:
        first = find_issuer(session)
    awarding = program(site, Scope.AWARD, first.did)
    site.shell.does("issuer", "create", "--did", "key", "--name", "Another circle")
    made = answered(award(awarding), 201)
    with site.installation.database.read() as session:
        assert len(list_issuers(session)) == 2
        assert load_award(session, made["id"]).issuer_id == first.id


def test_requests_are_counted_by_token(site: Site, open_site: Any) -> None:  # noqa: ANN401
    busy = open_site(site.shell, RATE_API="2")
    one, other = program(busy, Scope.AWARD), program(busy, Scope.AWARD)
    assert [award(one).status_code for _ in range(3)] == [201, 201, 429]
    too_often = award(one)
    assert int(too_often.headers["Retry-After"]) >= 1
    problem(too_often, 429, "TOO_MANY_REQUESTS")
    assert award(other, recipient="other@example.org").status_code == 201


def test_guesses_of_tokens_are_counted_by_address_and_good_ones_are_not(
    site: Site,
    open_site: Any,  # noqa: ANN401
) -> None:
    busy = open_site(site.shell, RATE_SECRETS="2")
    awarding = program(busy, Scope.AWARD)
    assert [award(awarding).status_code for _ in range(4)] == [201] * 4
    guesses = [
        program(busy).send(PATH, AWARD, Authorization=f"Bearer insignia_{number}").status_code
        for number in range(3)
    ]
    assert guesses == [401, 401, 429]


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "TRACE"])
def test_another_method_is_refused_with_those_that_there_are(site: Site, method: str) -> None:
    response = site.app.test_client().open(PATH, method=method, base_url=site.base_url)
    problem(response, 405, "METHOD_NOT_ALLOWED")
    assert set(response.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}
