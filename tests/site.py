"""The web application over a real installation, and browsers that fill in its forms.

`Site` has a clock that can be moved; its fetcher finds no name in the world. A `Browser` keeps
cookies, asks for pages as browsers do, and sends a form with the token that its page carries.
"""

import html
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.test import TestResponse

from accounts.accounts import create_account
from accounts.policy import SIGN_IN_LINK_LIFETIME
from accounts.sign_in import make_link
from accounts.tables import Role
from keys.encryption import InsecureCostWarning
from service.app import create_app
from service.cli.door import read_clock
from service.installation import Installation
from service.settings import Settings
from service.web.rates import limiter
from tests.shell import Shell
from verifier.fetcher import GuardedFetcher

PAGE: Final = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
_TOKEN: Final = re.compile(r'name="csrf_token" value="([^"]+)"')
_FIELD: Final = re.compile(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"')


def find_no_name(host: str, port: int) -> list[str]:
    """Answer as a world without names does."""
    del port
    raise OSError(f"no name {host}")


@dataclass
class Clock:
    """The real clock, moved by as much as a test says."""

    moved: timedelta = timedelta()

    def __call__(self) -> datetime:
        """Read it."""
        return read_clock() + self.moved

    def move(self, **amount: float) -> None:
        """Let time pass."""
        self.moved += timedelta(**amount)


class CompiledTemplates(BytecodeCache):
    """Templates compiled once for the many applications of a run."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template what was compiled of it, if it was."""
        compiled = self._compiled.get(bucket.key)
        if compiled is not None:
            bucket.bytecode_from_string(compiled)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._compiled[bucket.key] = bucket.bytecode_to_string()


_COMPILED: Final = CompiledTemplates()


@dataclass
class Browser:
    """One browser with its cookies."""

    client: FlaskClient
    base_url: str
    headers: dict[str, str] = field(default_factory=lambda: dict(PAGE))

    def get(self, path: str, **headers: str) -> TestResponse:
        """Ask for a page; header names are given with underscores."""
        return self.client.get(
            path, base_url=self.base_url, headers={**self.headers, **_named(headers)}
        )

    def send(
        self, path: str, data: Mapping[str, Any] | None = None, **headers: str
    ) -> TestResponse:
        """Send a form as it is, with no token added."""
        return self.client.post(
            path, base_url=self.base_url, data=data, headers={**self.headers, **_named(headers)}
        )

    def submit(self, page: str, path: str | None = None, **fields: Any) -> TestResponse:  # noqa: ANN401 -- any field
        """Open a page, and send one of its forms to `path` with the page's token."""
        return self.send(path or page, {"csrf_token": token_in(self.get(page)), **fields})


@dataclass
class Site:
    """The application of one installation."""

    installation: Installation
    app: Flask
    clock: Clock
    shell: Shell

    @property
    def base_url(self) -> str:
        """Its public address."""
        return self.installation.base_url

    def browser(self) -> Browser:
        """Open a browser that knows nothing yet."""
        return Browser(self.app.test_client(), self.base_url)

    def sign_in_link(self, name: str = "A trainer", role: Role = Role.TRAINER) -> str:
        """Make an account and return the path of a link that signs it in."""
        now = self.clock()
        with self.installation.database.write() as session:
            account = create_account(session, name=name, role=role, now=now)
            token = make_link(session, account.id, lifetime=SIGN_IN_LINK_LIFETIME, now=now)
        return f"/sign-in/{token}"

    def trainer(self, name: str = "A trainer", role: Role = Role.TRAINER) -> Browser:
        """Open a browser in which an account has signed in."""
        browser = self.browser()
        assert browser.send(self.sign_in_link(name, role)).status_code == 303
        return browser

    def award(self, trainer: Browser, reference: str = "wiki-friend", **fields: Any) -> str:  # noqa: ANN401 -- any field
        """Award through the form and return the path of the award's page."""
        response = self.ask_for_award(trainer, reference, step="award", **fields)
        assert response.status_code == 303, response.text
        return response.location

    def ask_for_award(
        self,
        trainer: Browser,
        reference: str = "wiki-friend",
        **fields: Any,  # noqa: ANN401 -- any field
    ) -> TestResponse:
        """Fill in the form of a badge class and send it; `step` says what for."""
        page = f"/awards/new/{reference}"
        opened = trainer.get(page)
        assert opened.status_code == 200, opened.text
        filled = {
            **hidden_fields(opened),
            "language": "en",
            "recipient_kind": "email",
            "recipient": "learner@example.org",
            "valid_from": f"{self.clock():%Y-%m-%d}",
            **fields,
        }
        return trainer.send(page, filled)

    def awards_of(self, trainer: Browser) -> list[str]:
        """Return the paths of the awards that a trainer sees, the newest first."""
        return re.findall(r'href="(/awards/[0-9a-f-]{36})"', trainer.get("/awards").text)

    def claim_path(self, trainer: Browser, award: str) -> str:
        """Return the path of an award's claim link, as its trainer sees it."""
        found = re.search(rf"{re.escape(self.base_url)}(/claim/[a-z2-7]+)", trainer.get(award).text)
        assert found is not None
        return found[1]

    def claimed(self, trainer: Browser | None = None, /, **fields: Any) -> tuple[Browser, str]:  # noqa: ANN401 -- any field
        """Award, release and take a badge; returns the learner's browser and its manage path."""
        trainer = trainer or self.trainer()
        award = self.award(trainer, **fields)
        assert trainer.submit(award, f"{award}/release").status_code == 303
        learner = self.browser()
        taken = learner.send(self.claim_path(trainer, award))
        assert taken.status_code == 303, taken.text
        return learner, taken.location

    def shared(self, learner: Browser, manage: str, **fields: Any) -> str:  # noqa: ANN401 -- any field
        """Make a share link and return its path."""
        made = learner.submit(
            manage, f"{manage}/links", **{"edition": "plain", "name": "", **fields}
        )
        assert made.status_code == 303, made.text
        found = re.search(rf"{re.escape(self.base_url)}(/s/[a-z2-7]+)", learner.get(manage).text)
        assert found is not None
        return found[1]


def token_in(page: TestResponse) -> str:
    """Return the token that a page's forms carry."""
    found = _TOKEN.search(page.text)
    assert found is not None, page.text
    return html.unescape(found[1])


def hidden_fields(page: TestResponse) -> dict[str, str]:
    """Return the hidden fields of a page's forms."""
    return {name: html.unescape(value) for name, value in _FIELD.findall(_in_order(page.text))}


def _in_order(text: str) -> str:
    """Write each input's type, name and value in this order, however the template has them."""

    def ordered(found: re.Match[str]) -> str:
        attributes = dict(re.findall(r'([a-z-]+)="([^"]*)"', found[0]))
        names = ("type", "name", "value")
        return "<input " + " ".join(f'{name}="{attributes.get(name, "")}"' for name in names) + ">"

    return re.sub(r"<input[^>]*>", ordered, text)


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def make_site(shell: Shell, **settings: str) -> Site:
    """Make the application of a shell's installation."""
    shell = shell.having(**settings)
    environment = {"INSIGNIA_DATA": str(shell.data), **shell.settings}
    installation = Installation.open(Settings.from_environment(environment))
    with warnings.catch_warnings(action="ignore", category=InsecureCostWarning):
        _ = installation.keystore  # opened once, and kept
    clock = Clock()
    app = create_app(installation, clock=clock, fetcher=GuardedFetcher(lookup=find_no_name))
    app.jinja_env.bytecode_cache = _COMPILED
    limiter.reset()
    return Site(installation, app, clock, shell)


@pytest.fixture
def open_site(request: pytest.FixtureRequest) -> Callable[..., Site]:
    """Make an application of an installation, closed at the end of the test."""

    def open_(shell: Shell, **settings: str) -> Site:
        site = make_site(shell, **settings)
        request.addfinalizer(site.installation.close)
        return site

    return open_


@pytest.fixture
def site(shell: Shell, open_site: Callable[..., Site]) -> Site:
    """The application of an installation at https://badges.example that can award."""
    return open_site(shell)
