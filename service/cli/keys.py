"""`insignia keys`: make, list, import and change signing keys."""

import sys
from collections.abc import Sequence

import click

from keys import KeyRecord, Purpose
from openbadges.public_key import Algorithm
from openbadges.strict import Document, format_timestamp
from service.cli.door import answer, json_option, read_clock
from service.cli.key_compromise import compromise
from service.cli.key_rotation import rotate
from service.cli.opened import open_installation
from service.own_keys import tell_of_key
from service.settings import MAXIMUM_SECRET_FILE_BYTES

_PURPOSE = click.option(
    "--purpose",
    type=click.Choice([purpose.value for purpose in Purpose]),
    default=Purpose.CREDENTIAL.value,
    show_default=True,
    help="What the key will sign.",
)
_ALGORITHMS = {"ed25519": Algorithm.EDDSA, "p-256": Algorithm.ES256, "rsa": Algorithm.RS256}


@click.group()
def keys() -> None:
    """Make, list, import and change signing keys."""


keys.add_command(rotate)
keys.add_command(compromise)


@keys.command()
@click.option("--kind", type=click.Choice(list(_ALGORITHMS)), default="ed25519", show_default=True)
@_PURPOSE
@json_option
def generate(*, kind: str, purpose: str, as_json: bool) -> None:
    """Make a key and print its id."""
    installation = open_installation()
    now = read_clock()
    record = installation.keystore.generate(_ALGORITHMS[kind], purpose=Purpose(purpose), now=now)
    tell_of_key(installation, record, now=now)
    answer(_describe(record), lambda: record.key_id, as_json=as_json)


@keys.command("import-seed")
@click.argument("seed")
@_PURPOSE
@json_option
def import_seed(*, seed: str, purpose: str, as_json: bool) -> None:
    """Take over the Ed25519 key of SEED, 64 hexadecimal digits (- reads them from stdin)."""
    installation = open_installation()
    digits = _read_seed() if seed == "-" else seed
    now = read_clock()
    record = installation.keystore.import_seed(digits, purpose=Purpose(purpose), now=now)
    tell_of_key(installation, record, now=now, is_imported=True)
    answer(_describe(record), lambda: record.key_id, as_json=as_json)


@keys.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """List every key with its purpose and state."""
    records = open_installation().keystore.list()
    answer([_describe(record) for record in records], lambda: _table(records), as_json=as_json)


def _read_seed() -> str:
    """Read what is typed or piped, whatever it is; the keystore says what is wrong with it."""
    piped = sys.stdin.buffer.read(MAXIMUM_SECRET_FILE_BYTES)
    return piped.decode("utf-8", "replace").strip()


def _describe(record: KeyRecord) -> Document:
    return {
        "id": record.key_id,
        "algorithm": record.algorithm.value,
        "purpose": record.purpose.value,
        "state": record.state.value,
        "created": format_timestamp(record.created),
        "publicKeyMultibase": record.public_key_multibase,
    }


def _table(records: Sequence[KeyRecord]) -> str:
    lines = [
        f"{record.key_id}  {record.algorithm}  {record.purpose}  {record.state}"
        for record in records
    ]
    return "\n".join(lines) or "no keys yet; make one with `insignia keys generate`"
