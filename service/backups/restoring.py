"""`insignia restore`: the rows of a backup in an empty database, settled with what came after.

Putting back and settling are one transaction, so one that is cut off leaves the database empty.
A backup of an older schema has to be upgraded between the two: then a mark in the data folder
refuses every start until all is done.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from accounts.accounts import disable_account
from accounts.api_tokens import revoke_token
from accounts.sign_in import forget_unused_links
from issuer.audit import JOURNAL, Act
from issuer.catching_up import CaughtUp, catch_up
from issuer.journal import Entry, entries_after
from issuer.put_back import find_lost
from issuer.settling import (
    AtHand,
    Elsewhere,
    Settled,
    accept,
    complete,
    published_did_documents,
    settle,
)
from keys import unauthenticated_list
from keys.copying import write_sealed
from openbadges.errors import ConflictError, MissingError, RefusedError
from service.backups.lists_at_hand import lists_at_hand
from service.backups.reading import Header, open_backup, read_keys
from service.installation import (
    HALF_RESTORED,
    KEYSTORE,
    Installation,
    database_url,
    describe,
    journal_of,
)
from service.public_view import DESCRIPTION, public_folder
from service.settings import Settings
from storage import Database, portable, schema

ELSEWHERE: Final[Elsewhere] = {
    Act.ACCOUNT_DISABLED: disable_account,
    Act.TOKEN_REVOKED: revoke_token,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a restore is made of, as the operator named it.

    `journals` are those beside the installation's own, which is read where it is there, unless it
    goes `without_journal`.
    """

    backup: Path
    identity: Path
    keys: Path | None = None
    journals: tuple[Path, ...] = ()
    published: tuple[Path, ...] = ()
    without_lists: bool = False
    without_journal: bool = False
    accept_without_journal: bool = False


def restore(settings: Settings, wanted: Wanted, *, now: datetime) -> Settled:
    """Put a backup back into an empty database, with the keystore where it is given.

    Raises:
        RefusedError: the database is not empty, the backup is of another address or a newer
            program, the journal has a gap, or a list that was public is not at hand.
        MalformedError: the backup was cut off or changed.
        MissingError: there are no keys here, or a journal that was named is not there.
        ConflictError: another installation or another keystore is here.
    """
    with open_backup(wanted.backup, wanted.identity) as backup:
        header = backup.header
    _check_address(settings, header)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    _put_keys(settings, wanted, header)
    entries = _entries(settings, wanted, header)
    journal = journal_of(settings)
    with closing(
        Database.open(database_url(settings), create=True, info={JOURNAL: journal})
    ) as database:
        _prepare(database, header)
        if entries is None:
            _set_aside(journal.path, now)
        settled = _put_back(database, settings, wanted, entries, now)
    if not (settings.data / DESCRIPTION).exists():
        describe(settings, organisation=header.organisation, base_url=header.base_url)
    return settled


def complete_later(installation: Installation, journals: Sequence[Path], *, now: datetime) -> int:
    """Replay journals after a restore that went without; returns how many acts that were.

    Raises:
        ConflictError: no restore waits for a journal.
        RefusedError, MissingError: as `restore`.
    """
    with installation.database.read() as session:
        lost = find_lost(session)
    if lost is None:
        raise ConflictError("no restore is waiting for a journal here")
    entries = entries_after(journals, lost.since)
    return installation.database.transact(
        lambda session: complete(session, entries, ELSEWHERE, now)
    )


def accept_loss(installation: Installation, *, now: datetime) -> None:
    """Serve personal pages again although the journal is lost.

    Raises:
        ConflictError: no restore waits for a journal.
    """
    installation.database.transact(lambda session: accept(session, now))


def catch_up_with_public(
    installation: Installation, paths: Sequence[Path], *, now: datetime
) -> CaughtUp:
    """Take over what published lists say, for a database that was put back by other means.

    Raises:
        RefusedError: a list is not ours, or its signature does not hold.
    """
    with installation.database.read() as session:
        documents = published_did_documents(session)
    lists = lists_at_hand(installation.public, paths, documents)
    return installation.database.transact(lambda session: catch_up(session, lists, now))


def _check_address(settings: Settings, header: Header) -> None:
    here = settings.base_url
    if (settings.data / DESCRIPTION).is_file():
        here = Installation.open(settings).base_url
    if here not in (None, header.base_url):
        raise ConflictError(
            f"the backup is of {header.base_url}, and this installation is {here}; its badges name"
            " their address for good"
        )


def _put_keys(settings: Settings, wanted: Wanted, header: Header) -> None:
    folder = settings.data / KEYSTORE
    if wanted.keys is not None:
        write_sealed(folder, read_keys(wanted.keys, wanted.identity, base_url=header.base_url))
    elif not folder.is_dir():
        raise MissingError(
            f"there are no keys in {folder}; give their own backup with --keys, or put the folder"
            " back first"
        )


def _entries(settings: Settings, wanted: Wanted, header: Header) -> tuple[Entry, ...] | None:
    """Return the acts after the backup, or None where there is no journal to tell them."""
    own = journal_of(settings).path
    paths = dict.fromkeys([*([own] if own.is_file() else []), *wanted.journals])
    if wanted.without_journal or not paths:
        return None
    try:
        return entries_after(list(paths), header.head)
    except RefusedError as error:
        raise RefusedError(
            f"{error}. With --without-journal the installation is restored and serves no personal"
            " page, until a whole journal is given or the loss is accepted"
        ) from error


def _prepare(database: Database, header: Header) -> None:
    """Bring an empty database to the backup's schema."""
    found = schema.current(database)
    if found is not None:
        with database.read() as session:
            _check_empty(database, portable.first_with_rows(session))
        if found != header.schema:
            raise ConflictError(
                f"the database {database.name} has the tables of another schema ({found}) than the"
                f" backup ({header.schema}); give it one without tables"
            )
    schema.upgrade(database, header.schema)


def _check_empty(database: Database, name: str | None) -> None:
    """Refuse a database of which the table of this name has rows."""
    if name is not None:
        raise ConflictError(
            f"the database {database.name} is not empty ({name} has rows); a backup is restored"
            " into an empty one, so move this one away or name another"
        )


def _put_back(
    database: Database,
    settings: Settings,
    wanted: Wanted,
    entries: tuple[Entry, ...] | None,
    now: datetime,
) -> Settled:
    with open_backup(wanted.backup, wanted.identity) as backup:
        at_hand = _at_hand(settings, wanted, entries, backup.header)
        is_older = backup.header.schema != schema.newest()
        if is_older:
            (settings.data / HALF_RESTORED).touch()
        with database.write() as session:
            # once more: somebody else may restore at this moment, or serve
            _check_empty(database, portable.first_with_rows(session))
            for name, columns, rows in backup.tables():
                portable.write_rows(session, name, columns, rows)
            if not is_older:
                forget_unused_links(session)
                return settle(session, at_hand, now)
    schema.upgrade(database)
    with database.write() as session:
        forget_unused_links(session)
        settled = settle(session, at_hand, now)
    (settings.data / HALF_RESTORED).unlink()
    return settled


def _at_hand(
    settings: Settings, wanted: Wanted, entries: tuple[Entry, ...] | None, header: Header
) -> AtHand:
    public = public_folder(settings.data, header.base_url)
    return AtHand(
        entries=entries,
        records=unauthenticated_list(settings.data / KEYSTORE),
        find_lists=lambda documents: lists_at_hand(public, wanted.published, documents),
        published=public.read,
        without_lists=wanted.without_lists,
        accept_without_journal=wanted.accept_without_journal,
        elsewhere=ELSEWHERE,
    )


def _set_aside(path: Path, now: datetime) -> None:
    """Move a journal away that does not go on from what is restored now."""
    if path.is_file():
        path.rename(path.with_name(f"{path.name}.before-{now:%Y%m%dT%H%M%S}"))
