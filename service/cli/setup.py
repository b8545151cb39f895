"""`insignia init` and `insignia db`: make an installation, and keep its database current."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import click

from keys import Passphrase
from openbadges.errors import RefusedError
from service.cli.door import answer, cleaned, json_option, notice, read_settings
from service.installation import database_url, initialise
from service.settings import parse_base_url
from storage import Database, schema


@click.command()
@click.option("--organisation", required=True, help="The name that badges will show.")
@click.option("--address", help="The public address, such as https://badges.example.org.")
@click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path),
    help="A file of mode 0600 with the keystore's passphrase; without it one is made for trial.",
)
@click.option(
    "--ask-passphrase", is_flag=True, help="Type the passphrase now and at each use; keep no file."
)
@json_option
def init(
    *,
    organisation: str,
    address: str | None,
    passphrase_file: Path | None,
    ask_passphrase: bool,
    as_json: bool,
) -> None:
    """Make an installation in the data folder; what is there already is kept."""
    settings = read_settings()
    given = None if address is None else parse_base_url(address, name="--address")
    if given and settings.base_url and given != settings.base_url:
        raise RefusedError(f"--address is {given}, and INSIGNIA_BASE_URL is {settings.base_url}")
    if passphrase_file is not None:
        settings = replace(settings, passphrase_file=passphrase_file)
    if ask_passphrase and settings.passphrase_file is not None:
        raise RefusedError(
            "--ask-passphrase keeps no file, and --passphrase-file or INSIGNIA_PASSPHRASE_FILE"
            f" names {settings.passphrase_file}; choose one of them"
        )
    made = initialise(
        settings,
        organisation=cleaned(organisation, what="the organisation's name"),
        base_url=given or settings.base_url,
        typed_passphrase=_typed_passphrase() if ask_passphrase else None,
    )
    if made.new_passphrase_file is not None:
        notice(
            f"a passphrase was made in {made.new_passphrase_file}; it lies beside the keys it"
            " protects, which is for trial only"
        )
    installation = made.installation
    answer(
        {
            "data": str(settings.data),
            "organisation": installation.organisation,
            "baseUrl": installation.base_url,
        },
        lambda: (
            f"{installation.organisation} at {installation.base_url}, in {settings.data}/\n"
            "Next: insignia issuer create"
        ),
        as_json=as_json,
    )


def _typed_passphrase() -> Passphrase:
    return Passphrase(
        click.prompt("Passphrase of the keystore", hide_input=True, confirmation_prompt=True)
    )


@click.group()
def db() -> None:
    """Upgrade or check the database."""


@db.command()
@json_option
def upgrade(*, as_json: bool) -> None:
    """Bring the database to this program's schema."""
    with closing(Database.open(database_url(read_settings()), create=True)) as database:
        schema.upgrade(database)
        _tell(as_json=as_json, database=database, what="is at this program's schema now")


@db.command()
@json_option
def check(*, as_json: bool) -> None:
    """Refuse a database that is older or newer than this program."""
    with closing(Database.open(database_url(read_settings()))) as database:
        schema.check(database)
        _tell(as_json=as_json, database=database, what="is sound and at this program's schema")


def _tell(*, as_json: bool, database: Database, what: str) -> None:
    revision = schema.current(database)
    answer(
        {"database": database.name, "schema": revision},
        lambda: f"{database.name} {what} ({revision})",
        as_json=as_json,
    )
