"""`insignia backup` and `insignia restore`: a copy that shows nothing, and the way back."""

from pathlib import Path

import click

from issuer.settling import Settled
from openbadges.errors import RefusedError
from service.backups.age_files import make_identity
from service.backups.restoring import Wanted, accept_loss, complete_later
from service.backups.restoring import restore as put_back
from service.backups.writing import write_backup, write_keys
from service.cli.door import answer, json_option, notice, read_clock, read_settings
from service.cli.opened import open_installation

_FILE = click.Path(dir_okay=False, path_type=Path)
_GIVEN_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_FILE, required=False)
@click.option("--keys", type=_FILE, help="Back up the keystore into this file instead.")
@click.option(
    "--make-identity",
    type=_FILE,
    help="Make the key that opens backups, and print its public half.",
)
@json_option
def backup(
    *, file: Path | None, keys: Path | None, make_identity: Path | None, as_json: bool
) -> None:
    """Write a backup of the database to FILE, encrypted to INSIGNIA_BACKUP_RECIPIENTS.

    The service may run meanwhile. The keys are never in FILE: keep their own backup, made with
    --keys, somewhere else.
    """
    if [file, keys, make_identity].count(None) != 2:  # noqa: PLR2004 -- exactly one is given
        raise click.UsageError("give FILE, --keys FILE or --make-identity FILE, and one of them")
    if make_identity is not None:
        _make_identity(make_identity, as_json=as_json)
        return
    installation, now = open_installation(), read_clock()
    path = file or keys
    write = write_backup if file is not None else write_keys
    if path is None:
        raise RuntimeError("one of them is given")
    count = write(installation, path, now=now)
    answer({"file": str(path), "bytes": count}, lambda: f"{path} ({count} bytes)", as_json=as_json)


def _make_identity(path: Path, *, as_json: bool) -> None:
    public = make_identity(path)
    notice(f"{path} opens every backup that is encrypted to this key: keep it off this machine")
    answer({"publicKey": public}, lambda: public, as_json=as_json)


@click.command()
@click.argument("file", type=_GIVEN_FILE, required=False)
@click.option("--identity", type=_GIVEN_FILE, help="The key that opens the backup (mode 0600).")
@click.option("--keys", type=_GIVEN_FILE, help="The backup of the keys, where they are lost too.")
@click.option(
    "--journal",
    "journals",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A journal beside the installation's own; may be repeated.",
)
@click.option(
    "--published",
    type=click.Path(exists=True, path_type=Path),
    multiple=True,
    help="A status list that was public, or a folder of them; may be repeated.",
)
@click.option(
    "--without-published-lists",
    "without_lists",
    is_flag=True,
    help="Restore though it is not known who was revoked in public since.",
)
@click.option(
    "--without-journal", is_flag=True, help="Restore without it; personal pages stay closed."
)
@click.option(
    "--accept-without-journal",
    "accepted",
    is_flag=True,
    help="Open personal pages although links that were withdrawn may open again.",
)
@json_option
def restore(  # noqa: PLR0913 -- one for each option
    *,
    file: Path | None,
    identity: Path | None,
    keys: Path | None,
    journals: tuple[Path, ...],
    published: tuple[Path, ...],
    without_lists: bool,
    without_journal: bool,
    accepted: bool,
    as_json: bool,
) -> None:
    """Put the backup FILE back into an empty database.

    Whoever was revoked stays revoked, no status index is used twice, and what was withdrawn since
    is withdrawn again, as the journal says. Without FILE: give the journal later, or accept that
    it is lost.
    """
    if file is None:
        _go_on(journals, accepted=accepted, as_json=as_json)
        return
    if identity is None:
        raise click.UsageError("name the key that opens the backup with --identity")
    wanted = Wanted(
        backup=file,
        identity=identity,
        keys=keys,
        journals=journals,
        published=published,
        without_lists=without_lists,
        without_journal=without_journal or accepted,
        accept_without_journal=accepted,
    )
    settings, now = read_settings(), read_clock()
    settled = put_back(settings, wanted, now=now)
    answer(settled.as_json(), lambda: _say(settled), as_json=as_json)


def _go_on(journals: tuple[Path, ...], *, accepted: bool, as_json: bool) -> None:
    installation, now = open_installation(), read_clock()
    if journals:
        count = complete_later(installation, journals, now=now)
        sentence = f"{count} acts replayed; personal pages are open"
    elif accepted:
        accept_loss(installation, now=now)
        count, sentence = 0, "personal pages are open; the log says that acts may be lost"
    else:
        raise RefusedError("give a backup to restore, or a --journal to go on with")
    answer({"acts": count}, lambda: sentence, as_json=as_json)


def _say(settled: Settled) -> str:
    learnt = settled.caught_up
    done = (
        f"restored: {settled.acts} acts replayed from the journal,"
        f" {learnt.credentials + learnt.indexes} revocations learnt from {learnt.lists} published"
        f" lists, {settled.closed_lists} lists closed"
    )
    lines = [done]
    if not settled.journal:
        lines.append("without the journal: personal pages stay closed (`insignia restore --help`)")
    lines += [
        f"the key {key_id} was marked {state} after these keys were backed up: do it again with"
        " `insignia keys` before anything is signed"
        for key_id, state in settled.keys_to_mark
    ]
    if settled.dropped_awards:
        lines.append(f"{settled.dropped_awards} awards were not on record yet: award them again")
    lines.append("Next: insignia status publish, and a new backup")
    return "\n".join(lines)
