"""An installation that is backed up, goes on, and is lost; and the places it is restored to."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from openbadges.strict import parse_json_object
from service.due import publish_status
from service.publishing.everything import publish_everything
from tests.issuing import make_cheap_keystore
from tests.serving import PASSPHRASE
from tests.shell import NAME, Shell
from tests.site import Browser, Site, make_site

ELSEWHERE: Final[Mapping[str, str]] = {
    "sqlite": "postgresql",
    "postgresql": "mariadb",
    "mariadb": "sqlite",
}
"""From which kind of database to which a backup is restored."""

CANARY: Final = "zanzibar.learner@example.org"


@dataclass(frozen=True, slots=True)
class Home:
    """An installation with a pair of keys for its backups."""

    shell: Shell
    folder: Path

    @property
    def identity(self) -> Path:
        """The key that opens its backups."""
        return self.folder / "identity"

    @property
    def backup(self) -> Path:
        """Where its backup is."""
        return self.folder / "rows.age"

    @property
    def keys(self) -> Path:
        """Where the backup of its keys is."""
        return self.folder / "keys.age"

    def back_up(self) -> None:
        """Back up rows and keys."""
        self.shell.does("backup", str(self.backup))
        self.shell.does("backup", "--keys", str(self.keys))

    def lost_to(self, data: Path, database_url: str) -> Shell:
        """Give a shell in another folder with another database, where it can be restored."""
        data.mkdir(mode=0o700, parents=True)
        passphrase = data / "passphrase"
        passphrase.write_text(PASSPHRASE)
        passphrase.chmod(0o600)
        return Shell(data, {**self.shell.settings, "INSIGNIA_DATABASE_URL": database_url})

    def restore(self, to: Shell, *more: str) -> Shell:
        """Restore into a place with nothing but its passphrase, and what `more` says."""
        named = ("--identity", str(self.identity), "--keys", str(self.keys))
        to.does("restore", str(self.backup), *named, *more)
        return to

    def all_that_survived(self) -> tuple[str, ...]:
        """Name the published lists and the journal, as they were at the loss."""
        data = self.shell.data
        return ("--published", str(data / "public"), "--journal", str(data / "journal"))


def make_home(folder: Path, database_url: str, catalogue: Path) -> Home:
    """Make an installation at https://badges.example that can award."""
    shell = Shell(folder / "data").having(
        DATABASE_URL=database_url, BADGE_CLASSES=str(catalogue), HOLD_MINUTES="0"
    )
    shell.data.mkdir(mode=0o700, parents=True)
    passphrase = shell.data / "passphrase"
    passphrase.write_text(PASSPHRASE)
    passphrase.chmod(0o600)
    make_cheap_keystore(shell.data / "keys", PASSPHRASE)
    shell.does("init", "--organisation", NAME, "--address", "https://badges.example")
    shell.does("issuer", "create")
    public = shell.does("backup", "--make-identity", str(folder / "identity")).strip()
    return Home(shell.having(BACKUP_RECIPIENTS=public), folder)


@dataclass
class Badge:
    """One badge as its people have it."""

    award: str
    learner: Browser
    manage: str
    share: str
    json: bytes

    @property
    def path(self) -> str:
        """The path of the credential's own page."""
        url: str = parse_json_object(self.json, what="the badge")["id"]
        return "/" + url.split("/", 3)[3]


def live(site: Site, trainer: Browser, recipient: str) -> Badge:
    """Let a badge be awarded, taken and shared."""
    award = site.award(trainer, recipient=recipient)
    learner = site.browser()
    manage = learner.send(site.claim_path(trainer, award)).location
    share = site.shared(learner, manage)
    return Badge(award, learner, manage, share, learner.get(f"{manage}/plain.json").data)


def publish(site: Site) -> None:
    """Publish all that is due, as the service does."""
    publish_everything(site.installation, now=site.clock())
    publish_status(site.installation, now=site.clock())


def opened(shell: Shell) -> Site:
    """Open an installation's application; close its database at the end."""
    return make_site(shell)


def forget(path: Path) -> None:
    """Lose a folder."""
    shutil.rmtree(path)
