"""One installation: its data folder, and the things in it, opened when they are asked for.

installation.json       organisation, public address, where the passphrase is
insignia.sqlite3        the database, unless another one is set
keys/                   the keystore
passphrase              only where `init` made one, for trial
public/                 the published documents as files
journal                 every act once more, for after a restore
trusted-issuers.json    issuers known by name
"""

import os
import sys
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import cached_property
from getpass import getpass
from pathlib import Path
from secrets import token_urlsafe
from typing import Final

from badge_classes.badge_class import BadgeClass
from badge_classes.catalogue import Catalogue
from badge_classes.findings import LintFinding, refusal_of
from badge_classes.loader import default_folder, load_badge_class, load_good
from issuer.audit import JOURNAL as JOURNAL_OF_SESSION
from issuer.cleaning import check_line
from issuer.journal import Journal
from issuer.policy import MAXIMUM_NAME_CHARACTERS
from keys import Keystore, Passphrase, read_passphrase
from keys.private_files import read_private_file
from openbadges.errors import ConflictError, MissingError, RefusedError
from openbadges.strict import check_text
from service.own_files import read_own, write_own
from service.passphrase_tries import tried_again
from service.public_view import DESCRIPTION, public_folder
from service.settings import MAXIMUM_SECRET_FILE_BYTES, Settings, parse_base_url
from storage import Database, schema
from verifier.published import PublicFolder

DATABASE: Final = "insignia.sqlite3"
KEYSTORE: Final = "keys"
JOURNAL: Final = "journal"
HALF_RESTORED: Final = "half-restored"  # is there while a restore is not done
TRIAL_PASSPHRASE: Final = "passphrase"  # noqa: S105 -- a file name
PASSPHRASE_BYTES: Final = 24  # of randomness: 32 characters


@dataclass(frozen=True)
class Installation:
    """What `init` fixed, with the settings of this start."""

    settings: Settings
    organisation: str
    base_url: str
    passphrase_file: Path | None

    @classmethod
    def open(cls, settings: Settings) -> "Installation":
        """Read what `init` fixed.

        Raises:
            MissingError: there is no installation in the data folder.
            ConflictError: it has another public address than the one that is set.
            MalformedError: its description cannot be read.
            RefusedError: the address in it is none.
        """
        path = settings.data / DESCRIPTION
        if not path.is_file():
            raise MissingError(
                f"there is no installation in {settings.data}/; make one with `insignia init`"
            )
        found = read_own(path)
        base_url = str(found.get("baseUrl", ""))
        if settings.base_url is not None and settings.base_url != base_url:
            raise ConflictError(
                f"INSIGNIA_BASE_URL is {settings.base_url}, and this installation was made for"
                f" {base_url}, which its issuers and badges name for good; use another data folder"
            )
        kept = found.get("passphraseFile")
        own = settings.data / kept if isinstance(kept, str) else None
        return cls(
            settings=settings,
            organisation=str(found.get("organisation", "")),
            base_url=parse_base_url(base_url, name=f"baseUrl in {path}"),
            passphrase_file=settings.passphrase_file or own,
        )

    @cached_property
    def database(self) -> Database:
        """The database, whose schema is this program's.

        Raises:
            RefusedError: the schema is older or newer, or the file is damaged.
            UnavailableError: it does not answer.
        """
        if (self.settings.data / HALF_RESTORED).exists():
            raise RefusedError(
                f"a restore into {self.settings.data}/ was cut off: give it an empty database,"
                f" remove {HALF_RESTORED}, and restore again"
            )
        database = Database.open(self.database_url, info={JOURNAL_OF_SESSION: self.journal})
        with ExitStack() as undo:
            undo.callback(database.close)
            schema.check(database)
            undo.pop_all()
        return database

    def close(self) -> None:
        """Give back the database's connections, if any was opened."""
        if "database" in self.__dict__:
            self.database.close()

    @property
    def journal(self) -> Journal:
        """Where every act is written once more."""
        return journal_of(self.settings)

    @property
    def database_url(self) -> str:
        """Where the database is; from a private file where the URL is secret."""
        return database_url(self.settings)

    @property
    def broker_url(self) -> str | None:
        """Where the broker is that carries jobs to workers; None where none is set.

        Raises:
            RefusedError: the file that holds the URL can be read by others.
        """
        return _from_file(self.settings.broker_url_file) or self.settings.broker_url

    @property
    def smtp_url(self) -> str | None:
        """Where mail is handed in; None where no server is set.

        Raises:
            RefusedError: the file that holds the URL can be read by others.
        """
        return _from_file(self.settings.smtp_url_file) or self.settings.smtp_url

    @cached_property
    def keystore(self) -> Keystore:
        """The opened keystore.

        Raises:
            RefusedError: the passphrase is another, or files are damaged or open to others.
        """
        if self.passphrase_file is not None:
            return self._open_keystore()
        return tried_again(self._open_keystore)

    def _open_keystore(self) -> Keystore:
        return Keystore.open(self.settings.data / KEYSTORE, self.passphrase())

    @property
    def catalogue(self) -> Catalogue:
        """The badge classes that can be awarded here, as they were when they were first read.

        Those in which something is wrong are left out (`catalogue_faults`); what was published of
        them stays.
        """
        return self._read_catalogue[0]

    @property
    def catalogue_faults(self) -> tuple[LintFinding, ...]:
        """What is wrong in the badge classes that are left out, by file and line."""
        return self._read_catalogue[1]

    def check_catalogue(self) -> None:
        """Return if no badge class was left out.

        Raises:
            OpenBadgesError: a definition is malformed.
            ConflictError: a published one was changed.
        """
        refusal = refusal_of(self.catalogue_faults)
        if refusal is not None:
            raise refusal

    @cached_property
    def _read_catalogue(self) -> tuple[Catalogue, tuple[LintFinding, ...]]:
        return load_good(badge_class_folder(self.settings))

    def badge_class(self, reference: str) -> BadgeClass:
        """Return one badge class, whatever is wrong with others.

        Raises:
            OpenBadgesError: its definition is malformed, or a published one was changed.
            MissingError: there is none of that name.
        """
        return load_badge_class(badge_class_folder(self.settings), reference)

    @property
    def public(self) -> PublicFolder:
        """The published documents as files."""
        return public_folder(self.settings.data, self.base_url)

    def passphrase(self) -> Passphrase:
        """Read the keystore's passphrase from its file, or from who sits at the terminal.

        Raises:
            MissingError: there is no file, and nobody to ask.
            RefusedError: the file is open to others, or holds no passphrase.
        """
        if self.passphrase_file is not None:
            return read_passphrase(self.passphrase_file)
        if not sys.stdin.isatty():
            raise MissingError(
                "the keystore's passphrase is not kept here; name its file in"
                " INSIGNIA_PASSPHRASE_FILE, or type it at a terminal"
            )
        return Passphrase(getpass("Passphrase of the keystore: "))


def journal_of(settings: Settings) -> Journal:
    """Return where every act of this installation is written once more."""
    return Journal(settings.journal or settings.data / JOURNAL)


def describe(settings: Settings, *, organisation: str, base_url: str) -> None:
    """Write what an installation is into a folder that has its keys and its database already."""
    kept = settings.data / TRIAL_PASSPHRASE
    named = settings.passphrase_file and str(settings.passphrase_file.absolute())
    description = {
        "organisation": organisation,
        "baseUrl": base_url,
        "passphraseFile": named or (TRIAL_PASSPHRASE if kept.is_file() else None),
    }
    write_own(settings.data / DESCRIPTION, description)


def badge_class_folder(settings: Settings) -> Path:
    """Return the folder of definitions: this installation's own, or those that come along."""
    return settings.badge_classes or default_folder()


def database_url(settings: Settings) -> str:
    """Return where the database is.

    Raises:
        RefusedError: the file that holds the URL can be read by others.
    """
    written = _from_file(settings.database_url_file) or settings.database_url
    return written or f"sqlite:///{settings.data.absolute() / DATABASE}"


def _from_file(path: Path | None) -> str | None:
    """Return a URL that is kept in a file of its own, because it is secret."""
    if path is None:
        return None
    secret = read_private_file(path, maximum_bytes=MAXIMUM_SECRET_FILE_BYTES)
    return secret.decode("utf-8", "replace").strip()


@dataclass(frozen=True, slots=True)
class Made:
    """What `init` made, and what was there already."""

    installation: Installation
    new_passphrase_file: Path | None


def initialise(
    settings: Settings,
    *,
    organisation: str,
    base_url: str | None,
    typed_passphrase: Passphrase | None = None,
) -> Made:
    """Make the data folder, keystore and database; what is there already is kept.

    Without a `base_url` it is the one that is set, or this machine's own. With a
    `typed_passphrase` no file is kept, and it is asked for at each use.

    Raises:
        ConflictError: there is an installation with another name or address.
        RefusedError: the name is not one line or too long, the passphrase opens no keystore that
            is here, or files are open to others.
        MalformedError: the path of the passphrase's file is no text.
    """
    check_line(organisation, what="the organisation's name", maximum=MAXIMUM_NAME_CHARACTERS)
    if (settings.data / DESCRIPTION).exists():
        return _look_again(settings, organisation, base_url, typed_passphrase)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept, is_new = (None, False) if typed_passphrase else _passphrase_file(settings)
    passphrase = typed_passphrase or read_passphrase(settings.data / (kept or ""))
    try:
        Keystore.open(settings.data / KEYSTORE, passphrase)  # of an `init` that was cut off
    except MissingError:
        Keystore.create(settings.data / KEYSTORE, passphrase)
    with closing(Database.open(database_url(settings), create=True)) as database:
        schema.upgrade(database)
    description = {
        "organisation": organisation,
        "baseUrl": base_url or settings.base_url or settings.local_url,
        "passphraseFile": kept,
    }
    write_own(settings.data / DESCRIPTION, description)  # last: what it describes is there
    made_file = settings.data / TRIAL_PASSPHRASE if is_new else None
    return Made(Installation.open(settings), made_file)


def _look_again(
    settings: Settings, organisation: str, base_url: str | None, typed: Passphrase | None
) -> Made:
    """Refuse another name, address or passphrase, and bring the database to this program's."""
    installation = Installation.open(settings)
    for what, found, wanted in (
        ("name", installation.organisation, organisation),
        ("address", installation.base_url, base_url or installation.base_url),
    ):
        if found != wanted:
            raise ConflictError(
                f"the installation in {settings.data}/ has the {what} {found!r:.120}, which was"
                f" fixed when it was made, and not {wanted!r:.120}; nothing was changed"
            )
    Keystore.open(settings.data / KEYSTORE, typed or installation.passphrase())
    # a database that is gone is not made anew
    with closing(Database.open(installation.database_url)) as database:
        schema.upgrade(database)
    return Made(installation, None)


def _passphrase_file(settings: Settings) -> tuple[str, bool]:
    """Return the file of the passphrase, made in the data folder where no other is set."""
    if settings.passphrase_file is not None:
        path = settings.passphrase_file.absolute()
        return check_text(str(path), what="the path of the passphrase's file"), False
    path = settings.data / TRIAL_PASSPHRASE
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return TRIAL_PASSPHRASE, False
    with os.fdopen(descriptor, "w") as file:
        file.write(token_urlsafe(PASSPHRASE_BYTES) + "\n")
    return TRIAL_PASSPHRASE, True
