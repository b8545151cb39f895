"""Every door that changes something leaves an entry of who did what, and names nobody."""

from collections.abc import Mapping
from typing import Final

import pytest
from sqlalchemy import select, text

from accounts.tables import Scope
from issuer.audit import NOBODY, OPERATOR, RECIPIENT, Act
from issuer.audit_check import check_log
from issuer.tables import AuditEntryRow, AwardRow, CredentialRow
from service.machine.examples import EXAMPLE_TO_SIGN
from service.working import Worker
from tests.credentials import plain_credential
from tests.doors import BEARERS, CHANGES, NARRATIVE, NOTHING_CHANGES, Story, rows_of
from tests.programs import Program, answered, program
from tests.site import token_in

# What each door notes, in its order, and by whom; nothing where it keeps a choice of a browser's.
SESSIONS_ALONE: Final = frozenset(
    {"accounts.change", "managing.close", "managing.open_", "signing_in.sign_out"}
)
AWARDED: Final = (Act.AWARD_DECIDED, Act.CREDENTIAL_RECORDED, Act.CREDENTIAL_RELEASED)
ACTS: Final[Mapping[str, tuple[tuple[Act, ...], str]]] = {
    "new_award.go_on": (AWARDED, "account"),
    "awards.release": ((Act.AWARD_HANDED_OVER,), "account"),
    "awards.undo": ((Act.CREDENTIAL_REVOKED, Act.AWARD_UNDONE), "account"),
    "awards.revoke": ((Act.CREDENTIAL_REVOKED,), "account"),
    "claiming.take_badge": ((Act.AWARD_CLAIMED,), RECIPIENT),
    "managing.make_link": ((Act.SHARE_LINK_MADE,), RECIPIENT),
    "managing.withdraw": ((Act.SHARE_LINK_WITHDRAWN,), RECIPIENT),
    "managing.make_full": (
        (Act.FULL_EDITION_ASKED, Act.CREDENTIAL_RECORDED, Act.CREDENTIAL_RELEASED),
        RECIPIENT,
    ),
    "managing.publish": ((Act.CREDENTIAL_HIDDEN,), RECIPIENT),
    "managing.replace_link": ((Act.MANAGE_LINK_REPLACED,), RECIPIENT),
    "signing_in.use": ((Act.SIGNED_IN,), "account"),
    "awards_api.create": ((Act.ACTIVITY_RECORDED, *AWARDED), "token"),
    "batches_api.create": ((Act.BATCH_DECIDED,), "token"),
    "vc_api.issue_credential": ((Act.CREDENTIAL_RECORDED, Act.CREDENTIAL_RELEASED), "token"),
}
TITLE: Final = "A workshop of Zanzibar"
ACTIVITY: Final = {"title": TITLE, "startsOn": "2026-03-01"}
ADDRESS: Final = "canary@example.org"
# The generic issuer is the one that the description's example names.
SEED: Final = "6241a409e6707bb640a0140a8a32bc3d193c33a661747284d6adfa4ed4180be4"
SENT: Final = plain_credential(issuer=EXAMPLE_TO_SIGN["credential"]["issuer"])
BODIES: Final[Mapping[str, tuple[str, Mapping[str, object]]]] = {
    "awards_api.create": (
        "/api/awards",
        {"badgeClass": "wiki-friend", "recipient": ADDRESS, "activity": ACTIVITY},
    ),
    "batches_api.create": (
        "/api/batches",
        {"badgeClass": "wiki-friend", "recipients": [{"recipient": ADDRESS}]},
    ),
    "vc_api.issue_credential": ("/credentials/issue", {"credential": SENT}),
}
# Names, addresses, texts and reasons of the story and of what is sent here.
PERSONAL: Final = ("@example", "canary", "A trainer", "later", "Zanzibar", "mistake", "colleague")


def entries(story: Story) -> list[AuditEntryRow]:
    with story.site.installation.database.read() as session:
        found = session.scalars(select(AuditEntryRow).order_by(AuditEntryRow.sequence)).all()
    return list(found)


def how_many_recorded(story: Story) -> int:
    with story.site.installation.database.read() as session:
        recorded = CredentialRow.unsigned_document.is_not(None)
        return len(session.scalars(select(CredentialRow.id).where(recorded)).all())


def bearer(story: Story, endpoint: str) -> Program:
    """Give a program that this door lets in."""
    if endpoint in {"awards_api.create", "batches_api.create"}:
        return program(story.site, Scope.AWARD)
    key = story.site.shell.does("keys", "import-seed", SEED).strip()
    story.site.shell.does("issuer", "create", "--profile", "generic", "--key", key)
    return program(story.site, Scope.ISSUE)


def send(story: Story, endpoint: str, by: Program | None) -> int:
    if by is not None:
        path, body = BODIES[endpoint]
        return by.send(path, body, Idempotency_Key='"once"').status_code
    token = learners_or_trainers_token(story, endpoint)
    return story.send(endpoint, token).status_code


def learners_or_trainers_token(story: Story, endpoint: str) -> str | None:
    opener = story.opener(story.rule_of(endpoint))
    if opener is story.trainer:
        return token_in(opener.get("/account"))
    return token_in(opener.get(story.manage)) if opener is story.learner else None


def test_every_door_that_changes_something_is_told_here() -> None:
    assert ACTS.keys() | SESSIONS_ALONE | {"batches_api.undo"} == CHANGES.keys() | BEARERS
    assert not ACTS.keys() & (SESSIONS_ALONE | NOTHING_CHANGES)


@pytest.mark.parametrize("endpoint", sorted(ACTS))
def test_a_door_notes_what_was_done_and_by_whom(own_story: Story, endpoint: str) -> None:
    by = bearer(own_story, endpoint) if endpoint in BEARERS else None
    before = len(entries(own_story))
    assert send(own_story, endpoint, by) < 400
    new = entries(own_story)[before:]
    acts, actor = ACTS[endpoint]
    others = {Act.STATUS_LIST_PUBLISHED, Act.BADGE_CLASS_TAKEN_OVER, Act.TRANSLATION_TAKEN_OVER}
    told = [row for row in new if row.act not in others]
    assert tuple(row.act for row in told) == acts
    assert {row.actor.partition(":")[0] for row in told} - {NOBODY} == {actor}
    assert told[0].actor != NOBODY


@pytest.mark.parametrize("endpoint", sorted(SESSIONS_ALONE))
def test_what_a_browser_keeps_for_itself_is_no_act(own_story: Story, endpoint: str) -> None:
    before = len(entries(own_story))
    assert send(own_story, endpoint, None) < 400
    assert len(entries(own_story)) == before


@pytest.mark.parametrize("endpoint", sorted(ACTS))
def test_what_cannot_be_noted_is_not_done(own_story: Story, endpoint: str) -> None:
    by = bearer(own_story, endpoint) if endpoint in BEARERS else None
    database = own_story.site.installation.database
    refuse = (
        "CREATE TRIGGER refuse BEFORE INSERT ON audit_entries"
        " BEGIN SELECT RAISE(ABORT, 'no room'); END"
    )
    with database.write() as session:
        session.execute(text(refuse))
    recorded = how_many_recorded(own_story)
    before = rows_of(own_story.site)
    assert send(own_story, endpoint, by) >= 500
    after = rows_of(own_story.site)
    # an index that was reserved for a full edition is burnt, and nothing was recorded or signed
    burnt = {"credentials", "status_lists"} if endpoint == "managing.make_full" else set()
    for table in {"sessions"} | burnt:
        before.pop(table)
        after.pop(table)
    assert after == before
    assert how_many_recorded(own_story) == recorded


def test_a_batch_that_is_undone_is_noted_row_by_row(own_story: Story) -> None:
    site, by = own_story.site, bearer(own_story, "batches_api.create")
    path, body = BODIES["batches_api.create"]
    batch = answered(by.send(path, body, Idempotency_Key='"once"'), 202)["id"]
    Worker(site.installation, site.clock).do_all()
    before = len(entries(own_story))
    assert by.send(f"{path}/{batch}/undo", {}).status_code == 200
    told = {row.act: row for row in entries(own_story)[before:]}
    assert {Act.BATCH_UNDONE, Act.AWARD_UNDONE, Act.CREDENTIAL_REVOKED} <= told.keys()
    assert told[Act.BATCH_UNDONE].subject == batch
    assert {row.actor.partition(":")[0] for row in told.values()} == {"token"}


def test_no_entry_names_anybody_or_repeats_what_was_written(own_story: Story) -> None:
    for endpoint in ACTS:
        by = bearer(own_story, endpoint) if endpoint in BEARERS else None
        send(own_story, endpoint, by)
    assert len(NARRATIVE) > 0
    for row in entries(own_story):
        told = f"{row.act} {row.actor} {row.subject} {row.details.decode()}"
        assert not any(word in told for word in PERSONAL), told
        assert row.actor in {NOBODY, RECIPIENT, OPERATOR} or row.actor.partition(":")[0] in {
            "account",
            "token",
        }


def test_looking_notes_nothing(own_story: Story) -> None:
    before = len(entries(own_story))
    for rule in own_story.rules(safe=True):
        own_story.opener(rule).get(own_story.path(rule)).close()
    assert len(entries(own_story)) == before


def test_the_log_agrees_with_all_that_the_story_did(own_story: Story) -> None:
    installation = own_story.site.installation
    for endpoint in ACTS:
        by = bearer(own_story, endpoint) if endpoint in BEARERS else None
        send(own_story, endpoint, by)
    with installation.database.read() as session:
        report = check_log(session, heads={}, keys=installation.keystore.list())
        assert session.scalars(select(AwardRow)).first() is not None
    assert report.troubles == ()
