"""A program awards to many with one list, looks how far it is, and undoes what was a mistake."""

from typing import Any

import pytest

from accounts.tables import Scope
from issuer.tables import AwardRow, BatchRow
from openbadges.strict import Document
from service.working import Worker
from tests.batches import learners
from tests.programs import Program, answered, problem, program
from tests.site import Site

PATH = "/api/batches"


@pytest.fixture
def awarding(site: Site) -> Program:
    """A program that may award."""
    return program(site, Scope.AWARD)


def body(*recipients: str, **members: object) -> Document:
    listed = [{"recipient": one} for one in recipients or learners(2)]
    return {"badgeClass": "wiki-friend", "recipients": listed, **members}


def make(of: Program, *recipients: str, key: str = "first", **members: object) -> Document:
    return answered(of.send(PATH, body(*recipients, **members), Idempotency_Key=key), 202)


def look(of: Program, url: str) -> Any:  # noqa: ANN401 -- a response
    path = url.removeprefix(of.site.base_url)
    return of.site.app.test_client().get(path, base_url=of.site.base_url, headers=of.headers)


def work(site: Site) -> None:
    Worker(site.installation, site.clock).do_all()


def count(site: Site, table: type[AwardRow] | type[BatchRow]) -> int:
    with site.installation.database.read() as session:
        return session.query(table).count()


def test_a_list_is_taken_at_once_and_awarded_by_the_worker(site: Site, awarding: Program) -> None:
    response = awarding.send(PATH, body(), Idempotency_Key="first")
    made = answered(response, 202)
    assert response.location == made["statusUrl"] == f"{site.base_url}{PATH}/{made['id']}"
    assert (made["badgeClass"], made["recipients"]) == ("wiki-friend@1", 2)
    waiting = answered(look(awarding, made["statusUrl"]), 200)
    assert (waiting["state"], waiting["counts"]["WAITING"]) == ("WAITING", 2)
    work(site)
    done = answered(look(awarding, made["statusUrl"]), 200)
    assert (done["state"], done["counts"]["AWARDED"], done["next"]) == ("DONE", 2, None)
    for number, row in enumerate(done["rows"], start=1):
        assert (row["number"], row["state"]) == (number, "AWARDED")
        site.clock.move(minutes=11)
        taken = site.browser().send(row["claimUrl"].removeprefix(site.base_url))
        assert taken.status_code == 303


def test_the_same_list_with_the_same_key_is_answered_alike_at_any_time(
    site: Site, awarding: Program
) -> None:
    first = awarding.send(PATH, body(), Idempotency_Key="first")
    work(site)
    site.clock.move(hours=25)
    again = awarding.send(PATH, body(), Idempotency_Key='"first"')
    assert (again.status_code, again.data, again.location) == (202, first.data, first.location)
    work(site)
    assert (count(site, BatchRow), count(site, AwardRow)) == (1, 2)
    other = awarding.send(PATH, body(*learners(3)), Idempotency_Key="first")
    problem(other, 422, "KEY_REUSED")
    problem(awarding.send(PATH, body()), 400, "IDEMPOTENCY_KEY_MISSING")


def test_rows_are_told_page_by_page(site: Site, awarding: Program) -> None:
    made = make(awarding, *learners(101))
    page = answered(look(awarding, made["statusUrl"]), 200)
    assert len(page["rows"]) == 100
    last = answered(look(awarding, page["next"]), 200)
    assert ([row["number"] for row in last["rows"]], last["next"]) == ([101], None)
    for wrong in ("x", "-1", "99999999999", "٣"):
        problem(look(awarding, f"{made['statusUrl']}?after={wrong}"), 400, "MALFORMED")
    assert count(site, AwardRow) == 0


def test_a_batch_is_undone_by_rows_and_as_a_whole(site: Site, awarding: Program) -> None:
    made = make(awarding, *learners(3))
    undo = f"{PATH}/{made['id']}/undo"
    work(site)
    assert answered(awarding.send(undo, {"rows": [2]}), 200) == {"undone": 1, "kept": []}
    problem(awarding.send(undo, {"rows": [4]}), 404, "MISSING")
    assert answered(awarding.send(undo, {}), 200) == {"undone": 2, "kept": []}
    found = answered(look(awarding, made["statusUrl"]), 200)
    assert (found["state"], found["counts"]["UNDONE"]) == ("UNDONE", 3)
    assert not any("claimUrl" in row for row in found["rows"])


def test_after_the_hold_what_is_kept_is_told(site: Site, awarding: Program) -> None:
    made = make(awarding)
    undo = f"{PATH}/{made['id']}/undo"
    work(site)
    site.clock.move(minutes=11)
    kept = answered(awarding.send(undo, {"rows": [1]}), 200)
    assert kept["undone"] == 0
    assert "revoke it instead" in kept["kept"][0]["reason"]
    problem(awarding.send(undo, {}), 422, "REFUSED")


def test_a_batch_is_there_for_the_token_that_made_it_alone(site: Site, awarding: Program) -> None:
    made = make(awarding)
    other = program(site, Scope.AWARD)
    absent = look(other, f"{site.base_url}{PATH}/0d9d9a56-2f32-4a33-8f0c-9f4a5f0ed7c1")
    assert problem(absent, 404, "MISSING").startswith("there is no batch")
    problem(look(other, made["statusUrl"]), 404, "MISSING")
    problem(look(other, f"{site.base_url}{PATH}/nothing"), 404, "MISSING")
    problem(other.send(f"{PATH}/{made['id']}/undo", {}), 404, "MISSING")
    problem(look(Program(site), made["statusUrl"]), 401, "UNAUTHORIZED")
    assert answered(look(awarding, made["statusUrl"]), 200)["counts"]["WAITING"] == 2


BAD: dict[str, Document] = {
    "nobody": {"recipients": []},
    "no list": {"recipients": "learner@example.org"},
    "no objects": {"recipients": ["learner@example.org"]},
    "a member of a row that nobody reads": {"recipients": [{"recipient": "x@example.org", "x": 1}]},
    "one person twice": {"recipients": [{"recipient": "x@example.org"}] * 2},
    "nobody's address": {"recipients": [{"recipient": "x"}]},
    "a draft": {"badgeClass": "draft"},
    "evidence is asked for": {"badgeClass": "first-edits"},
    "a member that nobody reads": {"state": "DONE"},
}


@pytest.mark.parametrize("members", BAD.values(), ids=BAD)
def test_a_list_that_cannot_be_awarded_is_refused_before_anything_is_written(
    site: Site, awarding: Program, members: Document
) -> None:
    response = awarding.send(PATH, {**body(), **members}, Idempotency_Key="x")
    assert response.status_code == 422, response.text
    assert count(site, BatchRow) == 0


@pytest.mark.parametrize("rows", [[], [0], ["1"], [True], "1", [2**31]])
def test_rows_are_named_by_their_numbers(awarding: Program, rows: object) -> None:
    made = make(awarding)
    response = awarding.send(f"{PATH}/{made['id']}/undo", {"rows": rows})
    problem(response, 422, "DATA_MODEL")
