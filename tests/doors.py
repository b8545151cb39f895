"""Every door of the service by the application's own list, after a story that fills each room.

A new door that nobody said an address for fails here, so none is forgotten by the threats.
"""

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from openbadges.strict import parse_json_object
from service.due import publish_status
from service.publishing.everything import publish_everything
from storage.columns import Row
from tests.shell import Shell
from tests.site import Browser, Site, hidden_fields, make_site

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
PLENTY: Final = "1000000"
NO_LIMITS: Final = {f"RATE_{name}": PLENTY for name in ("PAGES", "VERIFY", "SECRETS", "API")}
SESSION_COOKIE: Final = "__Host-insignia"
NARRATIVE: Final = "Ten edits in the Zanzibar afternoon."
# What changes something, in an order in which each still finds what it changes.
CHANGES: Final[Mapping[str, Mapping[str, str]]] = {
    "accounts.change": {"language": "ca"},
    "new_award.go_on": {"step": "award", "recipient": "third@example.org"},
    "awards.release": {},
    "awards.undo": {},
    "claiming.take_badge": {},
    "awards.revoke": {"reason": "a mistake", "sure": "yes"},
    "managing.make_link": {"edition": "plain", "name": "For a colleague"},
    "managing.withdraw": {},
    "managing.make_full": {},
    "managing.publish": {"edition": "plain", "public": "no"},
    "managing.close": {},
    "managing.open_": {},
    "managing.replace_link": {},
    "signing_in.use": {},
    "signing_in.sign_out": {},
}
NOTHING_CHANGES: Final = frozenset(
    {"verifying.verify", "vc_api.verify_credential", "vc_api.verify_presentation"}
)
BEARERS: Final = frozenset(
    {"vc_api.issue_credential", "awards_api.create", "batches_api.create", "batches_api.undo"}
)
FOR_TRAINERS: Final = frozenset({"accounts", "new_award", "awards"})


@dataclass
class Story:
    """A site with one badge that was taken, shared and made public, and three that wait."""

    site: Site
    trainer: Browser
    learner: Browser
    sign_in: str  # a path, as all that follow
    manage: str
    share: str
    withdraw: str
    credential: str
    claim: str  # of an award that waits to be taken
    awards: Mapping[str, str]  # what is done to it: the award's page
    told_at: datetime

    def rules(self, *, safe: bool) -> list[Rule]:
        """Return the doors that are looked through, or those that change something."""
        found = [
            rule
            for rule in self.site.app.url_map.iter_rules()
            if bool((rule.methods or set()) - SAFE) is not safe
        ]
        return sorted(found, key=lambda rule: rule.rule)

    def rule_of(self, endpoint: str) -> Rule:
        """Return the one rule of a door."""
        (rule,) = self.site.app.url_map.iter_rules(endpoint)
        return rule

    def path(self, rule: Rule) -> str:
        """Return an address at which a door has something to do."""
        blueprint = rule.endpoint.partition(".")[0]
        values = {
            "slug": "wiki-friend",
            "reference": "wiki-friend",
            "version": "1",
            "language": "en",
            "edition": "plain",
            "form": "json",
            "token": _last(
                {"managing": self.manage, "sharing": self.share}.get(blueprint, self.sign_in)
            ),
            "code": _last(self.claim),
            "link_id": self.withdraw.split("/")[-2],
            "award_id": _last(self.awards.get(rule.endpoint, self.awards["awards.revoke"])),
            "batch_id": _last(self.awards["awards.revoke"]),  # there is none
            "identifier": self._published("status-lists"),
            "name": self._name(rule.endpoint),
        }
        built = rule.build({one: values[one] for one in rule.arguments}, append_unknown=False)
        assert built is not None, rule
        return built[1]

    def _name(self, endpoint: str) -> str:
        if endpoint == "issuers.show":
            return self._published("issuers")
        names = {"credentials.show": _last(self.credential), "documents.keys": "did.json"}
        return names.get(endpoint, "style.css")

    def _published(self, folder: str) -> str:
        """Return the name of the one document that is published in a folder."""
        return next((self.site.shell.data / "public" / folder).iterdir()).name

    def opener(self, rule: Rule) -> Browser:
        """Return the browser of who may open a door: trainer, learner or a stranger."""
        blueprint = rule.endpoint.partition(".")[0]
        if blueprint in FOR_TRAINERS or rule.endpoint == "signing_in.sign_out":
            return self.trainer
        return self.learner if blueprint == "managing" else self.site.browser()

    def send(self, endpoint: str, token: str | None = None, **headers: str) -> TestResponse:
        """Send what a door takes, from who may open it, with a token if it is given one."""
        rule = self.rule_of(endpoint)
        fields: dict[str, Any] = dict(CHANGES.get(endpoint, {}))
        if endpoint == "new_award.go_on":
            fields = {**filled_form(self.site, self.trainer), **fields}
        fields.pop("csrf_token", None)
        if token is not None:
            fields["csrf_token"] = token
        return self.opener(rule).send(self.path(rule), fields, **headers)


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def filled_form(site: Site, trainer: Browser) -> dict[str, str]:
    """Return the fields of an award form as a trainer fills them in."""
    return {
        **hidden_fields(trainer.get("/awards/new/wiki-friend")),
        "language": "en",
        "recipient_kind": "email",
        "recipient": "third@example.org",
        "valid_from": f"{site.clock():%Y-%m-%d}",
    }


def rows_of(site: Site) -> dict[str, list[str]]:
    """Return every row of every table, but for the moment at which a session was last seen."""
    with site.installation.database.read() as session:
        return {
            table.name: sorted(
                repr(tuple(row))
                for row in session.execute(
                    select(*(one for one in table.c if one.key != "seen_at"))
                )
            )
            for table in Row.metadata.sorted_tables
        }


def tell_story(site: Site) -> Story:
    """Let a trainer award four badges, and a learner take and share one of them."""
    trainer = site.trainer()
    learner, manage = site.claimed(trainer, narrative=NARRATIVE, evidence="https://a.example/1")
    share = site.shared(learner, manage)
    waiting = {
        endpoint: site.award(trainer, recipient=f"learner{place}@example.org")
        for place, endpoint in enumerate(("awards.release", "awards.undo", "awards.revoke"))
    }
    ready = waiting["awards.revoke"]
    trainer.submit(ready, f"{ready}/release")
    learner.submit(manage, f"{manage}/public", edition="plain", public="yes")
    withdraw = re.search(r'action="(/manage/[^"]+/withdraw)"', learner.get(manage).text)
    assert withdraw is not None
    badge = parse_json_object(learner.get(f"{manage}/plain.json").data, what="the badge")
    publish_everything(site.installation, now=site.clock())
    publish_status(site.installation, now=site.clock())
    return Story(
        site=site,
        trainer=trainer,
        learner=learner,
        sign_in=site.sign_in_link("Who comes later"),
        manage=manage,
        share=share,
        withdraw=withdraw[1],
        credential=badge["id"].removeprefix(site.base_url),
        claim=site.claim_path(trainer, ready),
        awards=waiting,
        told_at=site.clock(),
    )


def retold(story: Story, shell: Shell) -> Story:
    """Return the same story in a copy of its folder, with browsers that are signed in there too.

    It goes on at the moment at which it was told, so that on a slow machine no link has expired.
    """
    shutil.copytree(story.site.shell.data, shell.data)
    site = make_site(shell, **NO_LIMITS)
    site.clock.moved = story.told_at - site.clock()
    return replace(
        story,
        site=site,
        trainer=_same_cookies(story.trainer, site.browser()),
        learner=_same_cookies(story.learner, site.browser()),
    )


def _same_cookies(one: Browser, other: Browser) -> Browser:
    host = urlsplit(one.base_url).hostname or ""
    cookie = one.client.get_cookie(SESSION_COOKIE, host)
    assert cookie is not None
    other.client.set_cookie(SESSION_COOKIE, cookie.value, domain=host, secure=True)
    return other


@pytest.fixture(scope="session")
def told(
    awarded_folder: Path, catalogue_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Story:
    """The story that the others are copies of; its database is closed."""
    shell = Shell(tmp_path_factory.mktemp("told") / "data")
    shell = shell.having(BADGE_CLASSES=str(catalogue_folder))
    shutil.copytree(awarded_folder.with_name("before"), shell.data)
    story = tell_story(make_site(shell, **NO_LIMITS))
    story.site.installation.close()
    return story


@pytest.fixture
def own_story(told: Story, newcomer: Shell) -> Iterator[Story]:
    """The story for one test, which may change it."""
    story = retold(told, newcomer)
    yield story
    story.site.installation.close()


@pytest.fixture(scope="module")
def story(told: Story, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The story for the tests of a module, which leave it as it is."""
    data = tmp_path_factory.mktemp("story") / "data"
    story = retold(told, replace(told.site.shell, data=data))
    yield story
    story.site.installation.close()
